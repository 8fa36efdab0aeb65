/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The general limit of API requests, per address and per user: a setting, and off or high by default.
 *
 * A sliding window in two counters: the window before this one counts by the part of it that the last
 * `window` seconds still cover. The counters stand in a table of fixed size; when a place in it is
 * taken, the counter that was idle longest goes. One table per loop: with n loops a client whose
 * connections are spread reaches up to n times the limit.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "core/config.h"
#include "http/request.h"

struct rate_limit;

struct rate_verdict {
	bool allowed;
	int64_t remaining;
	int reset_seconds; /* to the end of the window */
	int retry_seconds; /* until one more would be allowed; when not allowed */
};

/* NULL when the rate is off. */
struct rate_limit *rate_limit_new(struct config_rate rate);
void rate_limit_free(struct rate_limit *limits);
/* Counts one request of `key` (with its kind: 'a' address, 'u' user) unless the limit is reached. */
struct rate_verdict rate_limit_take(struct rate_limit *limits, char kind, struct str key);

/* Links of the chain: the first before authentication, the second after. They count what is below /api
 * and /auth but /api/health, set RateLimit-Limit, -Remaining, -Reset and X-RateLimit-Remaining, and end
 * with ERR_RATE_LIMITED and Retry-After. */
MUST_CHECK enum err rate_limit_address(struct request *req);
MUST_CHECK enum err rate_limit_user(struct request *req);
