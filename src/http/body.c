/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a request's body, piece by piece or whole. */
#include "base/fiber.h"
#include "base/time.h"
#include "http/http_internal.h"

enum { BODY_MAX_DEFAULT = 1024 * 1024, BODY_BYTES_PER_MS = 16 };

static uint64_t body_max(const struct request *req)
{
	return req->route && req->route->body_max ? req->route->body_max : BODY_MAX_DEFAULT;
}

static void send_continue(struct http_connection *conn)
{
	struct http_exchange *ex = conn->exchange;

	if (ex->continued || !ex->parser.expect_continue)
		return;
	ex->continued = true;
	buf_append(&ex->out, STR("HTTP/1.1 100 Continue\r\n\r\n"));
	connection_flush(conn);
}

/* What is left of the time for the body. Only waiting counts: a slow handler is not the client's fault. */
static uint64_t time_left(const struct http_connection *conn)
{
	const struct http_exchange *ex = conn->exchange;
	uint64_t budget = conn->hl->server->limits.body_ms + ex->received / BODY_BYTES_PER_MS;

	return budget > ex->body_waited_ms ? budget - ex->body_waited_ms : 0;
}

static void renew_deadline(const struct http_connection *conn)
{
	if (fiber_deadline())
		fiber_set_deadline(time_monotonic_ms() + conn->hl->server->limits.request_ms);
}

static enum err wait_for_input(struct http_connection *conn)
{
	uint64_t left = time_left(conn), since = uv_now(&conn->hl->loop->uv);

	if (left == 0)
		return ERR_TIMEOUT;
	connection_wait(conn, WAIT_INPUT, left);
	conn->exchange->body_waited_ms += uv_now(&conn->hl->loop->uv) - since;
	renew_deadline(conn);
	return conn->timed_out ? ERR_TIMEOUT : ERR_OK;
}

/* The parser has taken all there is, so the window behind the head is used again from its start. */
static enum err get_input(struct http_connection *conn)
{
	struct http_exchange *ex = conn->exchange;

	INVARIANT(ex->at == ex->in.len);
	ex->at = ex->in.len = ex->head_len;
	for (;;) {
		enum fill fill;
		enum err err;

		if (conn->lost || conn->eof)
			return ERR_CLIENT_GONE;
		fill = connection_fill(conn);
		if (fill == FILL_EOF || fill == FILL_LOST)
			return ERR_CLIENT_GONE;
		if (fill == FILL_SOME)
			return ERR_OK;
		send_continue(conn);
		err = wait_for_input(conn);
		if (err != ERR_OK)
			return err;
		/* The loop may have read while we waited. */
		if (ex->in.len > ex->at)
			return ERR_OK;
	}
}

static enum err end_badly(struct request *req, enum err err)
{
	req->close = true;
	return err;
}

static enum err take_piece(struct request *req, struct str piece)
{
	struct http_exchange *ex = request_exchange(req);

	ex->continued = true;
	ex->received += piece.len;
	if (ex->received > body_max(req))
		return end_badly(req, ERR_TOO_LARGE);
	return ERR_OK;
}

static enum err check_length(struct request *req)
{
	const struct http_exchange *ex = request_exchange(req);

	if (ex->parser.content_length > 0 && (uint64_t)ex->parser.content_length > body_max(req))
		return ERR_TOO_LARGE;
	return ERR_OK;
}

enum err request_read(struct request *req, struct str *piece_out)
{
	struct http_exchange *ex = request_exchange(req);
	enum err err = ex ? check_length(req) : ERR_OK;

	*piece_out = STR("");
	while (ex && err == ERR_OK) {
		struct str rest = str_slice(buf_str(&ex->in), ex->at, ex->in.len), piece;
		size_t consumed;
		enum parser_event event = http_parser_step(&ex->parser, rest, &consumed, &piece);

		ex->at += consumed;
		if (event == PARSER_BODY) {
			*piece_out = piece;
			return take_piece(req, piece);
		}
		if (event == PARSER_END)
			return ERR_OK;
		if (event == PARSER_REFUSED)
			return end_badly(req, ex->parser.error);
		err = get_input(req->connection);
		if (err != ERR_OK)
			return end_badly(req, err);
	}
	return err;
}

static enum err read_whole(struct request *req, struct str *out)
{
	struct http_exchange *ex = request_exchange(req);
	struct buf *buf;
	struct str piece;
	enum err err = request_read(req, &piece);

	*out = piece;
	/* The usual case: it came with the head, and the buffer stays as it is. */
	if (err != ERR_OK || piece.len == 0 || http_parser_is_done(&ex->parser))
		return err;
	/* It grows with what arrives, not with what was announced. */
	buf = exchange_buf(ex, body_max(req));
	while (err == ERR_OK && piece.len) {
		buf_append(buf, piece);
		err = request_read(req, &piece);
	}
	*out = buf_str(buf);
	return err;
}

enum err request_body(struct request *req, struct str *out)
{
	enum err err = req->content_read ? ERR_OK : read_whole(req, &req->content);

	req->content_read |= err == ERR_OK;
	*out = req->content;
	return err;
}
