/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP/1.1 server: one acceptor, connections spread over the loops, one fiber per request.
 *
 * Every request runs through the same chain: the route is looked up (so that middlewares know it), the
 * table's `before` functions run, each of which may answer and thereby end the chain, and only then does an
 * unknown route fail (or the fallback serve it) or the handler run. So an unknown path below /api is 401
 * before it is 404.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/problem.h"
#include "http/request.h"
#include "http/router.h"

struct loop;
struct http_server;

/* `before` runs in the order of the table; an error ends the chain and is rendered. `after` runs for
 * every response in the same order, when status and sizes are known. Either may be NULL. */
struct middleware {
	const char *name;
	enum err (*before)(struct request *req);
	void (*after)(struct request *req);
};

/* Every limit on what strangers may cost. A member that is 0 takes its default. */
struct http_limits {
	unsigned head_ms; /* 10 s: total time for a head */
	unsigned
		body_ms; /* 10 s and the bytes that came at 16 KiB/s: total time spent waiting for a body */
	unsigned idle_ms;  /* 75 s: keep-alive between requests */
	unsigned write_ms; /* 30 s: a client that takes nothing of the response */
	unsigned
		linger_ms; /* 2 s: for the client to read the answer after we have refused to read on */
	unsigned request_ms; /* 30 s: a handler's deadline, counted anew after the body */
	unsigned tick_ms;    /* 250 ms: how exactly the others are kept */
	size_t connections;  /* 10,000 a process; beyond it 503 */
};

struct http_config {
	const char *host; /* NULL = all addresses */
	int port;         /* 0 = any free one */
	const struct router *router;
	const struct middleware *middlewares; /* ends with a NULL name; NULL = none */
	/* Serves what no route knows (static files) or returns ERR_NOT_FOUND; NULL = none. */
	enum err (*fallback)(struct request *req);
	/* Runs the handler of req->route, or something around it; NULL: just the handler. */
	enum err (*serve)(struct request *req);
	struct loop **loops;
	size_t loop_count;
	struct app **apps;           /* per loop, handed to requests */
	const char *trusted_proxies; /* CIDR list, comma separated; NULL = none */
	unsigned drain_ms;           /* limit of the graceful drain; 0 = 10 s */
	struct http_limits limits;
};

/* Binds and listens; the loops serve once they run. Clear message when the port is taken. */
MUST_CHECK enum err http_server_start(
	const struct http_config *config, struct problem *problem, struct http_server **out);
int http_server_port(const struct http_server *server);
/* From the first loop: stops accepting, answers with `Connection: close`, closes idle connections, waits
 * for the rest within drain_ms, then calls done. http_server_is_draining is true at once, for /health. */
void http_server_drain(struct http_server *server, void (*done)(void *), void *arg);
bool http_server_is_draining(const struct http_server *server);
/* After the drain is done and the loops have ended. */
void http_server_free(struct http_server *server);
/* The server that serves this request. */
struct http_server *request_server(const struct request *req);

struct http_stats {
	size_t connections, requests_in_flight;
	uint64_t accepted, refused; /* connections since the start; refused over the limit */
};
void http_server_stats(const struct http_server *server, struct http_stats *out);
