/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authentication, a link of the chain after the route is known.
 *
 * Credentials are `Authorization: Bearer` or the cookie access_token; the header wins. Cookies on an
 * unsafe method must come from one of our pages (core/origin.h). Public routes pass without a look,
 * those that are ROUTE_NO_AUTH_FAILURE as well get their caller when the credentials are good.
 */
#pragma once

#include "base/err.h"
#include "http/request.h"

/* Sets req->caller, valid as long as the request, and the log's user and organisation. ERR_UNAUTHORIZED
 * without credentials, ERR_BAD_TOKEN with bad ones, ERR_FORBIDDEN for a foreign origin. */
MUST_CHECK enum err authenticate(struct request *req);
