/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The middlewares that belong to HTTP itself. The table in main.c puts them in order:
 *
 *   request id, security headers, CORS, [rate limit], [authentication], log, metrics
 */
#pragma once

#include <stdbool.h>

#include "base/base.h"
#include "base/str.h"
#include "http/request.h"
#include "http/server.h"

/* Answers X-Request-Id. The id itself is there before the chain starts. */
extern const struct middleware middleware_request_id;
/* Content-Security-Policy and its kin, HSTS on secure requests, Cache-Control. A handler may replace any of
 * them. */
extern const struct middleware middleware_security;
/* Answers preflights and lets the configured origins read responses. */
extern const struct middleware middleware_cors;
/* One line a request at level info. */
extern const struct middleware middleware_log;
/* http_requests_total, http_request_duration_seconds, http_response_bytes_total. */
extern const struct middleware middleware_metrics;

/* Before the server starts. `origins` is CORS_ORIGIN: a comma separated list, copied; absent is none.
 * False when one is not `scheme://host[:port]`, at most 32 of them. */
MUST_CHECK bool cors_configure(struct str origins);
/* The origin is one of the list: also for the Origin check on unsafe methods. */
bool cors_allows(struct str origin);

/* Sets req->id from X-Request-Id when that is 1-64 of A-Z a-z 0-9 . _ -, else makes one. */
void request_assign_id(struct request *req);
