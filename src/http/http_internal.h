/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's insides: what connection.c, body.c, stream.c, serve.c and server.c share.
 *
 * Lifetimes: a struct http_loop lives as long as the server, a struct http_connection as long as its
 * socket. A struct http_exchange holds all that serving needs (input, parser, arena, request, output); it is
 * taken from the loop's pool with a connection's first byte and goes back when nothing is left to do, so an
 * idle connection costs its struct only and a busy one allocates nothing in the steady state.
 *
 * A connection is owned by a fiber exactly in CONNECTION_SERVING; in every other state the loop's callbacks
 * act on it. What breaks meanwhile is noted (lost, eof, timed_out) and the fiber finds out at its next call.
 */
#pragma once

#include <netinet/in.h>
#include <stdatomic.h>
#include <uv.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/loop.h"
#include "http/compress.h"
#include "http/parser.h"
#include "http/proxy.h"
#include "http/request.h"
#include "http/server.h"

struct fiber;

enum {
	INPUT_START = 8 * 1024,   /* of the input buffer; grows to hold a head */
	BODY_WINDOW = 16 * 1024,  /* of input behind the head while a body is read */
	OUTPUT_HIGH = 64 * 1024,  /* a stream waits, and no further request is begun, above this */
	OUTPUT_LOW = 16 * 1024,   /* a waiting stream goes on below this */
	DIRECT_WRITE = 32 * 1024, /* larger bodies are written from where they are */
	DISCARD_MAX = 64 * 1024,  /* a longer body that nobody wants closes the connection */
	LINGER_MAX = 1024 * 1024, /* bytes read and dropped before closing */
};

enum connection_state {
	CONNECTION_IDLE,       /* between requests; holds no exchange once its output has left */
	CONNECTION_HEAD,       /* part of a head is there */
	CONNECTION_SERVING,    /* a fiber is at work */
	CONNECTION_DISCARDING, /* answered; the rest of an unread body is skipped */
	CONNECTION_FLUSHING,   /* answered; takes no further request before the output has left */
	CONNECTION_LINGERING,  /* our side is shut; reading until the client closes */
	CONNECTION_CLOSED,
};

enum connection_wait { WAIT_NONE, WAIT_INPUT, WAIT_ROOM };

struct http_exchange {
	struct http_exchange *next; /* in the pool */
	struct request req;
	struct arena arena;
	struct http_parser parser;
	struct buf in;     /* a head, then a window on its body, then the next head */
	size_t head_len;   /* bytes of `in` that the request's views point to; 0 before a head */
	size_t at;         /* first byte of `in` not yet taken */
	uint64_t received; /* of the body */
	bool continued;    /* 100 Continue was sent or is not needed */
	bool begun;        /* the head of a stream was queued */
	uint64_t body_waited_ms;
	struct buf out;
	size_t out_at; /* first byte of `out` not yet written */
	struct compressor *compressor;
};

struct http_connection {
	uv_poll_t poll;
	struct http_loop *hl;
	struct http_connection *prev, *next;
	struct loop_hook flush_hook;
	struct http_exchange *exchange;
	uint64_t deadline_ms; /* 0 = none */
	struct fiber *waiter;
	enum connection_wait waits_for;
	enum connection_state state;
	int fd, polled;
	bool eof;             /* the client has shut its side */
	bool lost;            /* the socket is broken */
	bool timed_out;       /* a deadline has passed */
	bool blocked;         /* the socket takes no more for now */
	bool closing, linger; /* what follows CONNECTION_FLUSHING */
	size_t lingered;
	struct in6_addr peer;
	char peer_text[INET6_ADDRSTRLEN];
};

struct http_loop {
	struct http_server *server;
	struct loop *loop;
	struct app *app;
	uv_timer_t tick;
	struct http_connection *connections;
	struct http_exchange *pool;
	size_t pooled;
	struct compressor_pool compressors;
	char date[30];
	uint64_t date_at; /* loop time in seconds for which `date` holds */
	bool draining, stopped;
	_Atomic size_t connection_count, in_flight;
};

struct http_server {
	struct http_config config;
	struct http_limits limits;
	struct proxy_list trusted;
	struct http_loop *loops;
	size_t loop_count;
	int listen_fd, spare_fd, port;
	uv_poll_t accept_poll;
	uv_timer_t drain_timer;
	bool accepting, stopping;
	_Atomic bool draining;
	_Atomic uint64_t accepted, refused;
	_Atomic size_t handles; /* of ours that libuv still knows */
	uint64_t drain_until_ms;
	void (*drained)(void *);
	void *drained_arg;
};

/* --- connection.c --- */

/* On the connection's own loop; takes the socket. */
void connection_start(struct http_connection *conn);
/* Changes the state, and with it the deadline and what is polled. Nothing else does. */
void connection_enter(struct http_connection *conn, enum connection_state state);
/* Writes what there is. The socket's trouble shows in conn->lost. */
void connection_flush(struct http_connection *conn);
/* Writes at the end of the turn, together with whatever else is answered in it. */
void connection_flush_soon(struct http_connection *conn);
/* The socket is of no more use: closed as soon as no fiber is at work on it. */
void connection_lose(struct http_connection *conn);
/* A deadline has passed. */
void connection_expire(struct http_connection *conn);
/* The server drains: closes what is idle. With `force`, everything. */
void connection_drain(struct http_connection *conn, bool force);

enum fill { FILL_SOME, FILL_NOTHING, FILL_NO_ROOM, FILL_EOF, FILL_LOST };
/* Receives once, behind what is already in the input. */
enum fill connection_fill(struct http_connection *conn);
/* Suspends the fiber until there is input, or room in the output, or the time is over, or the connection. */
void connection_wait(struct http_connection *conn, enum connection_wait what, uint64_t ms);

static inline size_t connection_pending(const struct http_connection *conn)
{
	return conn->exchange ? conn->exchange->out.len - conn->exchange->out_at : 0;
}

static inline struct http_exchange *request_exchange(const struct request *req)
{
	return req->connection ? req->connection->exchange : NULL;
}

/* --- exchange.c --- */

struct http_exchange *exchange_take(struct http_loop *hl);
void exchange_give_back(struct http_loop *hl, struct http_exchange *ex);
void exchange_pool_deinit(struct http_loop *hl);
/* A buffer that is freed with the request. */
struct buf *exchange_buf(struct http_exchange *ex, size_t max);
/* Forgets the request that was served and moves what came after it to the front. */
void exchange_next(struct http_exchange *ex);

/* --- serve.c --- */

/* Runs the chain for the request whose head has been read (or refused, or is late) and queues the whole
 * response. */
void serve_request(struct http_connection *conn);
/* Current Date header, formatted once a second. */
struct str http_loop_date(struct http_loop *hl);

/* --- stream.c --- */

/* Queues the whole answer that req holds. */
void response_send(struct request *req);
