/* SPDX-License-Identifier: Apache-2.0 */
/* A connection: its socket, its state machine, its deadlines. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fiber.h"
#include "http/http_internal.h"

static void serve(void *arg);
static bool advance(struct http_connection *conn);

static uint64_t now_ms(const struct http_connection *conn)
{
	return uv_now(&conn->hl->loop->uv);
}

/* --- what is polled ----------------------------------------------------------------------------- */

static void on_poll(uv_poll_t *poll, int status, int events);

static bool has_room(const struct http_connection *conn)
{
	const struct http_exchange *ex = conn->exchange;

	return !ex || ex->in.len < ex->in.cap || ex->in.cap < INPUT_START;
}

/* A full buffer stops the reading, and thereby the client: that is all the back-pressure there is. */
static bool wants_input(const struct http_connection *conn)
{
	if (conn->eof || conn->lost || conn->state == CONNECTION_FLUSHING)
		return false;
	return conn->state != CONNECTION_SERVING || has_room(conn);
}

static void update_poll(struct http_connection *conn)
{
	int events = wants_input(conn) ? UV_READABLE : 0;

	if (conn->state == CONNECTION_CLOSED || conn->lost)
		return;
	if (conn->blocked)
		events |= UV_WRITABLE;
	/* Never happens on TCP by itself, but keeps the descriptor watched for errors. */
	if (!events)
		events = UV_PRIORITIZED;
	if (events != conn->polled)
		uv_poll_start(&conn->poll, events, on_poll);
	conn->polled = events;
}

/* --- states ------------------------------------------------------------------------------------- */

static void release_exchange(struct http_connection *conn)
{
	if (conn->exchange)
		exchange_give_back(conn->hl, conn->exchange);
	conn->exchange = NULL;
}

static void on_closed(uv_handle_t *handle)
{
	struct http_connection *conn = handle->data;

	release_exchange(conn);
	close(conn->fd);
	atomic_fetch_sub(&conn->hl->connection_count, 1);
	atomic_fetch_sub(&conn->hl->server->handles, 1);
	free(conn);
}

/* The socket itself is closed with the memory, a few callbacks later: a hook may still be queued. */
static void start_closing(struct http_connection *conn)
{
	if (conn->prev)
		conn->prev->next = conn->next;
	else
		conn->hl->connections = conn->next;
	if (conn->next)
		conn->next->prev = conn->prev;
	uv_close((uv_handle_t *)&conn->poll, on_closed);
}

static unsigned deadline_of(const struct http_connection *conn, enum connection_state state)
{
	const struct http_limits *limits = &conn->hl->server->limits;

	switch (state) {
	case CONNECTION_IDLE:
		return limits->idle_ms;
	case CONNECTION_HEAD:
		return limits->head_ms;
	case CONNECTION_DISCARDING:
		return limits->body_ms;
	case CONNECTION_FLUSHING:
		return limits->write_ms;
	case CONNECTION_LINGERING:
		return limits->linger_ms;
	default:
		return 0;
	}
}

void connection_enter(struct http_connection *conn, enum connection_state state)
{
	INVARIANT(conn->state != CONNECTION_CLOSED);
	/* More of the same head earns no more time. */
	if (state != conn->state || state == CONNECTION_IDLE) {
		unsigned ms = deadline_of(conn, state);

		conn->deadline_ms = ms ? now_ms(conn) + ms : 0;
	}
	conn->state = state;
	if (state == CONNECTION_CLOSED)
		start_closing(conn);
	else
		update_poll(conn);
}

static void wake_waiter(struct http_connection *conn)
{
	struct fiber *fiber = conn->waiter;

	if (!fiber)
		return;
	conn->waiter = NULL;
	conn->waits_for = WAIT_NONE;
	fiber_wake(fiber);
}

void connection_lose(struct http_connection *conn)
{
	if (conn->lost)
		return;
	conn->lost = true;
	uv_poll_stop(&conn->poll);
	if (conn->state == CONNECTION_SERVING)
		wake_waiter(conn);
	else
		connection_enter(conn, CONNECTION_CLOSED);
}

void connection_wait(struct http_connection *conn, enum connection_wait what, uint64_t ms)
{
	conn->waiter = fiber_self();
	conn->waits_for = what;
	conn->deadline_ms = now_ms(conn) + ms;
	update_poll(conn);
	fiber_suspend();
	conn->deadline_ms = 0;
	if (what == WAIT_ROOM && conn->timed_out)
		connection_lose(conn);
}

/* --- output ------------------------------------------------------------------------------------- */

static void shut_and_linger(struct http_connection *conn)
{
	shutdown(conn->fd, SHUT_WR);
	release_exchange(conn);
	connection_enter(conn, CONNECTION_LINGERING);
}

static void on_output_gone(struct http_connection *conn)
{
	if (conn->state == CONNECTION_IDLE) {
		release_exchange(conn);
	} else if (conn->state == CONNECTION_FLUSHING) {
		if (conn->closing && conn->linger)
			shut_and_linger(conn);
		else if (conn->closing)
			connection_enter(conn, CONNECTION_CLOSED);
		else if (advance(conn))
			fiber_spawn(serve, conn);
	}
}

static void on_progress(struct http_connection *conn)
{
	if (conn->state == CONNECTION_FLUSHING || conn->waits_for == WAIT_ROOM)
		conn->deadline_ms = now_ms(conn) + conn->hl->server->limits.write_ms;
	if (conn->waits_for == WAIT_ROOM && connection_pending(conn) <= OUTPUT_LOW)
		wake_waiter(conn);
}

static void write_some(struct http_connection *conn)
{
	struct http_exchange *ex = conn->exchange;
	size_t pending = connection_pending(conn);
	ssize_t n = send(conn->fd, ex->out.ptr + ex->out_at, pending, MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		connection_lose(conn);
		return;
	}
	conn->blocked = n < (ssize_t)pending;
	if (n <= 0)
		return;
	ex->out_at += (size_t)n;
	if (!conn->blocked)
		ex->out_at = ex->out.len = 0;
	on_progress(conn);
}

void connection_flush(struct http_connection *conn)
{
	if (conn->lost || conn->state == CONNECTION_CLOSED)
		return;
	if (connection_pending(conn))
		write_some(conn);
	if (conn->lost || conn->state == CONNECTION_CLOSED)
		return;
	if (!connection_pending(conn))
		on_output_gone(conn);
	else if (conn->state == CONNECTION_IDLE || conn->state == CONNECTION_HEAD ||
		conn->state == CONNECTION_DISCARDING)
		connection_enter(conn, CONNECTION_FLUSHING);
	update_poll(conn);
}

static void on_turn_end(struct loop_hook *hook)
{
	connection_flush(CONTAINER_OF(hook, struct http_connection, flush_hook));
}

void connection_flush_soon(struct http_connection *conn)
{
	if (!conn->blocked)
		loop_at_turn_end(conn->hl->loop, &conn->flush_hook);
}

/* --- input -------------------------------------------------------------------------------------- */

/* Once there are views on a head the buffer must not move any more. */
static bool make_room(struct http_exchange *ex)
{
	bool full = ex->in.len == ex->in.cap;

	if (full && ex->head_len == 0 && ex->in.cap < HTTP_MAX_HEAD)
		full = !buf_reserve(&ex->in, MAX(ex->in.cap, (size_t)INPUT_START));
	return !full;
}

enum fill connection_fill(struct http_connection *conn)
{
	struct http_exchange *ex;
	ssize_t n;

	if (conn->lost)
		return FILL_LOST;
	if (!conn->exchange)
		conn->exchange = exchange_take(conn->hl);
	ex = conn->exchange;
	if (!make_room(ex))
		return FILL_NO_ROOM;
	n = recv(conn->fd, ex->in.ptr + ex->in.len, ex->in.cap - ex->in.len, 0);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? FILL_NOTHING : FILL_LOST;
	if (n == 0) {
		conn->eof = true;
		return FILL_EOF;
	}
	buf_claim(&ex->in, (size_t)n);
	return FILL_SOME;
}

/* Skips what an answered request left of its body. False when more of it is still to come. */
static bool skip_rest(struct http_exchange *ex)
{
	enum parser_event event = PARSER_BODY;

	while (event == PARSER_BODY) {
		struct str rest = str_slice(buf_str(&ex->in), ex->at, ex->in.len), piece;
		size_t consumed;

		event = http_parser_step(&ex->parser, rest, &consumed, &piece);
		ex->at += consumed;
	}
	if (event == PARSER_END)
		exchange_next(ex);
	else
		ex->at = ex->in.len = 0;
	return event == PARSER_END;
}

/* A body needs room behind the head, and the buffer may only move now. */
static void begin_message(struct http_exchange *ex, size_t head_len)
{
	if (http_parser_has_body(&ex->parser) && ex->in.cap - head_len < BODY_WINDOW)
		(void)buf_reserve(&ex->in, head_len + BODY_WINDOW - ex->in.len);
	ex->head_len = ex->at = head_len;
}

static void close_when_written(struct http_connection *conn, bool linger)
{
	conn->closing = true;
	conn->linger = linger;
	connection_enter(conn, CONNECTION_FLUSHING);
	connection_flush_soon(conn);
}

static void await_input(struct http_connection *conn, enum connection_state state)
{
	if (conn->eof || (conn->hl->draining && state == CONNECTION_IDLE))
		close_when_written(conn, false);
	else
		connection_enter(conn, state);
	if (conn->state == CONNECTION_IDLE && connection_pending(conn) == 0)
		release_exchange(conn);
}

/* Goes on with what has been received. True when a request, good or refused, is there to be served. */
static bool advance(struct http_connection *conn)
{
	struct http_exchange *ex = conn->exchange;
	enum parser_event event;
	struct str piece;
	size_t consumed;

	if (ex->head_len && !skip_rest(ex)) {
		await_input(conn, CONNECTION_DISCARDING);
		return false;
	}
	event = http_parser_step(&ex->parser, buf_str(&ex->in), &consumed, &piece);
	if (event == PARSER_MORE) {
		await_input(conn, ex->in.len ? CONNECTION_HEAD : CONNECTION_IDLE);
		return false;
	}
	if (event == PARSER_HEAD)
		begin_message(ex, consumed);
	connection_enter(conn, CONNECTION_SERVING);
	return true;
}

/* --- serving ------------------------------------------------------------------------------------ */

/* After the answer: true when the next request of the same connection can be served at once. */
static bool finish(struct http_connection *conn)
{
	struct http_exchange *ex = conn->exchange;

	atomic_fetch_sub_explicit(&conn->hl->in_flight, 1, memory_order_relaxed);
	if (conn->lost) {
		connection_enter(conn, CONNECTION_CLOSED);
		return false;
	}
	connection_flush_soon(conn);
	if (ex->req.close) {
		bool unread = !http_parser_is_done(&ex->parser) || ex->at < ex->in.len;

		close_when_written(conn, unread);
		return false;
	}
	if (connection_pending(conn) > OUTPUT_HIGH) {
		connection_enter(conn, CONNECTION_FLUSHING);
		return false;
	}
	return advance(conn);
}

static void serve(void *arg)
{
	struct http_connection *conn = arg;

	do {
		atomic_fetch_add_explicit(&conn->hl->in_flight, 1, memory_order_relaxed);
		serve_request(conn);
		fiber_set_log_context(NULL);
	} while (finish(conn));
}

/* --- events ------------------------------------------------------------------------------------- */

static void linger(struct http_connection *conn)
{
	char dropped[16 * 1024];
	ssize_t n = recv(conn->fd, dropped, sizeof(dropped), 0);

	if (n > 0)
		conn->lingered += (size_t)n;
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) || conn->lingered > LINGER_MAX)
		connection_enter(conn, CONNECTION_CLOSED);
}

static void on_eof(struct http_connection *conn)
{
	if (conn->state != CONNECTION_SERVING)
		connection_enter(conn, CONNECTION_CLOSED);
	else if (conn->waits_for == WAIT_INPUT)
		wake_waiter(conn);
	else
		update_poll(conn);
}

static void on_input(struct http_connection *conn)
{
	if (conn->state != CONNECTION_SERVING) {
		if (advance(conn))
			fiber_spawn(serve, conn);
	} else if (conn->waits_for == WAIT_INPUT) {
		wake_waiter(conn);
	} else {
		update_poll(conn);
	}
}

static void on_readable(struct http_connection *conn)
{
	enum fill fill;

	if (conn->state == CONNECTION_LINGERING) {
		linger(conn);
		return;
	}
	fill = connection_fill(conn);
	if (fill == FILL_LOST)
		connection_lose(conn);
	else if (fill == FILL_EOF)
		on_eof(conn);
	else if (fill == FILL_SOME)
		on_input(conn);
	else if (conn->state == CONNECTION_IDLE)
		release_exchange(conn);
	else
		update_poll(conn);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct http_connection *conn = poll->data;

	if (conn->state == CONNECTION_CLOSED)
		return;
	if (status < 0 || events == 0) {
		connection_lose(conn);
		return;
	}
	if (events & UV_WRITABLE)
		connection_flush(conn);
	if ((events & UV_READABLE) && wants_input(conn) && conn->state != CONNECTION_CLOSED)
		on_readable(conn);
}

void connection_expire(struct http_connection *conn)
{
	conn->deadline_ms = 0;
	if (conn->state == CONNECTION_HEAD) {
		/* Answered like any refusal, by a fiber. */
		conn->timed_out = true;
		connection_enter(conn, CONNECTION_SERVING);
		fiber_spawn(serve, conn);
	} else if (conn->state != CONNECTION_SERVING) {
		connection_enter(conn, CONNECTION_CLOSED);
	} else {
		conn->timed_out = true;
		wake_waiter(conn);
	}
}

void connection_drain(struct http_connection *conn, bool force)
{
	if (conn->state == CONNECTION_CLOSED)
		return;
	if (force)
		connection_lose(conn);
	else if (conn->state == CONNECTION_IDLE && connection_pending(conn) == 0)
		connection_enter(conn, CONNECTION_CLOSED);
}

void connection_start(struct http_connection *conn)
{
	struct http_loop *hl = conn->hl;

	conn->flush_hook.run = on_turn_end;
	conn->poll.data = conn;
	INVARIANT(uv_poll_init(&hl->loop->uv, &conn->poll, conn->fd) == 0);
	atomic_fetch_add(&hl->server->handles, 1);
	conn->next = hl->connections;
	if (conn->next)
		conn->next->prev = conn;
	hl->connections = conn;
	connection_enter(conn, CONNECTION_IDLE);
	if (hl->stopped)
		connection_enter(conn, CONNECTION_CLOSED);
}
