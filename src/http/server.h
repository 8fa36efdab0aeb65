/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP/1.1 server: one acceptor, connections spread over the loops, one fiber per request.
 *
 * Every request runs through the same chain, a table of middlewares; each may answer and thereby end it.
 * Limits, all stated here: head 16 KiB and 100 fields, total time for a head 10 s, for a body 10 s plus
 * its size at 16 KiB/s, idle keep-alive 75 s, 10,000 connections a process.
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

struct http_config {
	const char *host; /* NULL = all addresses */
	int port;         /* 0 = any free one */
	const struct router *router;
	const struct middleware *middlewares; /* ends with a NULL name */
	struct loop **loops;
	size_t loop_count;
	struct app **apps;            /* per loop, handed to requests */
	const char *trusted_proxies;  /* CIDR list, comma separated; NULL = none */
	unsigned drain_ms;            /* limit of the graceful drain */
};

/* Binds and listens; the loops serve once they run. Clear message when the port is taken. */
MUST_CHECK enum err http_server_start(const struct http_config *config, struct problem *problem,
				      struct http_server **out);
int http_server_port(const struct http_server *server);
/* From the main loop: stops accepting, answers with `Connection: close`, closes idle connections,
 * waits for the rest within drain_ms, then calls done. /health turns to 503 at once. */
void http_server_drain(struct http_server *server, void (*done)(void *), void *arg);
bool http_server_is_draining(const struct http_server *server);
void http_server_free(struct http_server *server);

struct http_stats {
	size_t connections, requests_in_flight;
};
void http_server_stats(const struct http_server *server, struct http_stats *out);
