/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a request that carries cookies comes from: the defence against forged requests (CSRF), beside
 * SameSite. Whoever sends the token in a header or in the body needs none of this.
 */
#pragma once

#include <stdbool.h>

#include "base/str.h"
#include "http/request.h"

/* Absent headers are STR_NONE; so are settings that are not set. */
struct origin_check {
	struct str origin, referer, fetch_site, host; /* headers */
	bool secure;                                  /* the request came by TLS */
	struct str public_url, cors_origin;           /* settings */
};

/* True when the page that sent the request is ours: its origin (the header, else that of Referer) is the
 * public URL, one of the CORS origins, or the host that was asked; without both headers, when the browser
 * says same-origin. A request that tells nothing is refused. */
bool origin_is_ours(const struct origin_check *check);
/* The same of a request. ERR_FORBIDDEN. */
MUST_CHECK enum err origin_check(struct request *req);
