/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Routes: method and pattern to handler, with what the documentation says of it.
 *
 * Patterns are literal segments and `{name}` segments. A literal beats a name. Known path with another
 * method is 405 with Allow; HEAD falls back to GET; OPTIONS is answered by CORS.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "http/request.h"

enum route_flag {
	ROUTE_PUBLIC = 1 << 0,          /* no caller needed */
	ROUTE_STREAMS_BODY = 1 << 1,    /* the handler reads by request_read */
	ROUTE_NOT_IDEMPOTENT = 1 << 2,  /* Idempotency-Key is ignored (auth, uploads, streams) */
	ROUTE_UNDOCUMENTED = 1 << 3,    /* aliases, static files */
	ROUTE_NO_AUTH_FAILURE = 1 << 4, /* bad credentials are no error here (login, logout) */
	ROUTE_SECRET_PATH = 1 << 5,     /* the path is a secret: the log names the pattern */
};

/* What a route may answer beyond what follows from its method, parameters and flags (400, 429, 500, 503
 * always, and 401 where a caller is needed). */
enum route_error {
	ROUTE_ERR_UNAUTHORIZED = 1 << 0, /* a public route that checks a password or token */
	ROUTE_ERR_FORBIDDEN = 1 << 1,
	ROUTE_ERR_NOT_FOUND = 1 << 2,
	ROUTE_ERR_CONFLICT = 1 << 3,
	ROUTE_ERR_STALE = 1 << 4,   /* 412 */
	ROUTE_ERR_INVALID = 1 << 5, /* 422 */
	ROUTE_ERR_BODY = 1 << 6,    /* 413, 415 */
};

/* What OpenAPI says of a route beyond its pattern; schemas are JSON text of OpenAPI 3.1. */
struct route_doc {
	const char *summary, *tag;
	/* Schemas are made exact (core/openapi_stated.c): objects take no other members than their
	 * properties, and those of an answer are all required, unless the schema says otherwise. */
	const char *request;      /* schema of the JSON body, NULL for none */
	const char *response;     /* schema of `data` in the success envelope; NULL for none */
	int status;               /* of success */
	const char *parameters;   /* JSON array of parameter objects beyond the path's, or NULL */
	const char *content_type; /* of success when it is not the JSON envelope */
	unsigned errors;          /* enum route_error */
	bool plain;               /* `response` is the whole body, not wrapped in the envelope */
	bool paginated;
	int shape; /* of a generic route whose schemas follow from its data (core/openapi.h); 0 = none */
};

struct route {
	enum http_method method;
	const char *pattern;
	enum err (*handle)(struct request *req);
	const void *data; /* the handler's, such as the entity */
	unsigned flags;
	size_t body_max; /* 0 = 1 MiB */
	const struct route_doc *doc;
};

struct router;

struct router *router_new(void);
void router_free(struct router *router);
/* Routes are borrowed. Aborts on a pattern that is there already: a fault of ours, found at start-up. */
void router_add(struct router *router, const struct route *route);
/* ERR_OK with req->route and req->params set, ERR_NOT_FOUND, or ERR_BAD_METHOD (Allow is set). */
MUST_CHECK enum err router_find(const struct router *router, struct request *req);
/* All routes, in order of adding; returns the count. For OpenAPI and the tests of the docs. */
size_t router_routes(const struct router *router, const struct route *const **out);
