/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request being served and the response to it.
 *
 * A request lives in one arena from its first byte to the log line about it; everything handed out here
 * is valid that long. A handler runs on a fiber and either answers (response_json, response_begin …) and
 * returns ERR_OK, or returns an error and leaves the answering to the server, which renders `problem`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/problem.h"
#include "base/str.h"

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_METHOD__COUNT
};

/* "GET"; and back, false when unknown (methods are case-sensitive). */
struct str http_method_name(enum http_method method);

struct http_header {
	struct str name, value; /* as received, value trimmed */
};

enum { REQUEST_MAX_PARAMS = 4, RESPONSE_MAX_HEADERS = 40 };

struct route;
struct http_connection;
struct caller; /* core: who asks */
struct unit;   /* core: the transaction of this request */
struct app;    /* core: what the process holds (database, configuration) */

struct request {
	struct arena *arena;
	struct problem problem;
	struct app *app; /* of this loop */

	enum http_method method;
	struct str target; /* as received, without the scheme and host of an absolute-form */
	struct str host;   /* as received, with the port; empty only in HTTP/1.0 */
	struct str path;   /* percent-decoded, no dot segments, no query */
	struct str query;  /* raw, without '?' */
	const struct http_header *headers;
	size_t header_count;
	bool http_1_0;
	struct str remote_ip; /* the client's, X-Forwarded-For honoured from trusted proxies only */
	bool secure;          /* TLS at the proxy in front, likewise */

	const struct route *route;
	struct str params[REQUEST_MAX_PARAMS]; /* {id} … in the order of the pattern */
	const struct caller *caller;           /* NULL until authenticated, and on public routes */
	struct unit *unit;                     /* NULL until a transaction is opened */

	struct str id; /* request id: the client's X-Request-Id when it is sane, else ours */
	struct log_context log_context;
	int64_t started_us;  /* wall clock */
	uint64_t started_ns; /* monotonic */

	struct str content; /* the body, once request_body has read it whole */
	bool content_read;

	/* the response so far */
	int status;
	struct buf body;
	struct str body_view; /* instead of `body` when there */
	struct str content_type;
	struct http_header extra[RESPONSE_MAX_HEADERS]; /* response headers set so far */
	size_t extra_count;
	uint64_t body_bytes; /* of the response's body on the wire, for `after` */
	bool answered;       /* status and body are there, or streaming has begun */
	bool streaming;
	bool no_compression; /* for bodies that mix secrets with what a stranger chose */
	bool close;          /* close the connection afterwards */
	enum err
		error; /* what the answer was made of, for the log; ERR_OK when the handler answered */

	struct http_connection *connection; /* http only */
};

/* An empty request in that arena, of no connection: the server's first step, and all a test needs. The
 * memory of `body` is kept when it has some. */
void request_init(struct request *req, struct arena *arena);

/* --- reading ------------------------------------------------------------------------------------ */

/* First header of that name (case ignored), STR_NONE when absent. */
struct str request_header(const struct request *req, const char *name);
struct str request_cookie(const struct request *req, const char *name);

/* Query parameters in order, percent-decoded ('+' is a space). Start with *rest = req->query; false at
 * the end. Bad escapes and invalid UTF-8 are ERR_BAD_PARAMETER with the problem's message set. */
MUST_CHECK enum err request_next_param(struct request *req, struct str *rest, struct str *name_out,
	struct str *value_out, bool *more_out);
/* First parameter of that name, STR_NONE when absent; parameters that cannot be decoded are passed over. */
struct str request_param(struct request *req, const char *name);

/* The whole body, at most the route's body_max (ERR_TOO_LARGE). Suspends. May be asked for again. */
MUST_CHECK enum err request_body(struct request *req, struct str *out);
/* The next piece of a streamed body (ROUTE_STREAMS_BODY): length 0 at the end. Valid until the next call.
 * ERR_CLIENT_GONE, ERR_TIMEOUT, ERR_TOO_LARGE, ERR_BAD_FRAMING. Suspends. */
MUST_CHECK enum err request_read(struct request *req, struct str *piece_out);

/* The client has closed its side or the connection is broken: nobody will read the answer. For handlers
 * that do much work between two writes. */
bool request_client_gone(const struct request *req);

/* --- answering ---------------------------------------------------------------------------------- */

/* Sets or replaces a response header; value is borrowed for the arena's life. Refuses (aborts on) CR, LF
 * and NUL, which callers must never let in. */
void response_header(struct request *req, const char *name, struct str value);
/* Adds without replacing (Set-Cookie, Link). */
void response_header_add(struct request *req, const char *name, struct str value);

/* Adds a request header's name to Vary, once. */
void response_vary(struct request *req, struct str name);

struct cookie {
	const char *name;
	struct str value;
	const char *path;
	int64_t max_age; /* seconds; 0 deletes */
	bool secure;     /* HttpOnly and SameSite=Lax are always set */
};
void response_cookie(struct request *req, const struct cookie *cookie);

/* A complete body: fill `req->body` through this writer, then return ERR_OK. Sends `status` and
 * application/json. */
struct json response_json(struct request *req, int status);
void response_text(struct request *req, int status, const char *content_type, struct str body);
/* The same without a copy: `body` lives until the request ends. */
void response_view(struct request *req, int status, const char *content_type, struct str body);
/* No body (204, 304). */
void response_empty(struct request *req, int status);

/* Streaming: begin, write as often as needed (suspends while the client reads slowly), end. Chunked for
 * HTTP/1.1; compressed when the client accepts and the type is worth it. */
MUST_CHECK enum err response_begin(struct request *req, int status, const char *content_type);
MUST_CHECK enum err response_write(struct request *req, struct str bytes);
/* Lets everything written so far leave now, also what the compressor holds back (for live streams). */
MUST_CHECK enum err response_flush(struct request *req);
MUST_CHECK enum err response_end(struct request *req);

/* Renders err and req->problem as the error envelope (or RFC 9457 for who asks for
 * application/problem+json). The server calls it for a handler's error. */
void response_problem(struct request *req, enum err err);
