/* SPDX-License-Identifier: Apache-2.0 */
/* Cross-origin requests from the configured origins, with credentials. */
#include <stdlib.h>
#include <string.h>

#include "http/middleware.h"

enum { MAX_ORIGINS = 32 };

/* Written once, before there are threads. */
static struct str allowed[MAX_ORIGINS];
static size_t allowed_count;

static bool is_origin(struct str s)
{
	size_t colon = str_find(s, STR("://"));

	if (colon == 0 || colon + 3 >= s.len)
		return false;
	return str_find_char(str_slice(s, colon + 3, s.len), '/') == s.len - colon - 3 &&
		str_find_char(s, ' ') == s.len;
}

static struct str copy(struct str s)
{
	char *bytes = malloc(s.len);

	INVARIANT(bytes != NULL);
	memcpy(bytes, s.ptr, s.len);
	return (struct str){bytes, s.len};
}

bool cors_configure(struct str origins)
{
	while (allowed_count)
		free((char *)(uintptr_t)allowed[--allowed_count].ptr);
	while (origins.ptr) {
		struct str origin = str_trim(str_cut(&origins, ','));

		/* As people write it; browsers never send the slash. */
		if (origin.len && origin.ptr[origin.len - 1] == '/')
			origin.len--;
		if (origin.len == 0)
			continue;
		if (!is_origin(origin) || allowed_count == MAX_ORIGINS)
			return false;
		allowed[allowed_count++] = copy(origin);
	}
	return true;
}

bool cors_allows(struct str origin)
{
	for (size_t i = 0; i < allowed_count; i++)
		if (str_eq_nocase(allowed[i], origin))
			return true;
	return false;
}

static void answer_preflight(struct request *req)
{
	response_header(req, "Access-Control-Allow-Methods", STR("GET, POST, PUT, DELETE, PATCH"));
	response_header(req, "Access-Control-Allow-Headers",
		STR("Content-Type, Authorization, If-Match, If-None-Match, Idempotency-Key, "
		    "X-Request-Id, X-API-Key"));
	response_header(req, "Access-Control-Max-Age", STR("600"));
	response_empty(req, 204);
}

static enum err apply(struct request *req)
{
	struct str origin = request_header(req, "Origin");
	bool preflight = req->method == HTTP_OPTIONS &&
		request_header(req, "Access-Control-Request-Method").ptr != NULL;

	if (allowed_count)
		response_vary(req, STR("Origin"));
	if (origin.ptr && cors_allows(origin)) {
		response_header(req, "Access-Control-Allow-Origin", origin);
		response_header(req, "Access-Control-Allow-Credentials", STR("true"));
		response_header(req, "Access-Control-Expose-Headers",
			STR("X-Total-Count, X-RateLimit-Remaining, RateLimit-Limit, "
			    "RateLimit-Remaining, RateLimit-Reset, Retry-After, ETag, Link, "
			    "Location, "
			    "X-Request-Id, X-Changeset-Id"));
		/* The page that may read it is not of our origin. */
		response_header(req, "Cross-Origin-Resource-Policy", STR("cross-origin"));
		if (preflight)
			answer_preflight(req);
	}
	return ERR_OK;
}

const struct middleware middleware_cors = {
	.name = "CORS",
	.before = apply,
};
