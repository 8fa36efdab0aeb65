/* SPDX-License-Identifier: Apache-2.0 */
/* Sending: whole answers, and streams with back-pressure. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/fiber.h"
#include "base/time.h"
#include "http/http_internal.h"
#include "http/response.h"

/* Smaller bodies fit one packet anyway. */
enum { COMPRESS_MIN = 1024 };

/* --- compression -------------------------------------------------------------------------------- */

static enum coding choose_coding(struct request *req, size_t len)
{
	if (req->no_compression || len < COMPRESS_MIN ||
		!content_type_is_compressible(req->content_type) ||
		response_header_find(req, "Content-Encoding").ptr)
		return CODING_IDENTITY;
	response_vary(req, STR("Accept-Encoding"));
	return coding_choose(request_header(req, "Accept-Encoding"));
}

/* Another coding is another representation: a strong tag would lie (RFC 9110 §8.8.3.3). */
static void weaken_etag(struct request *req)
{
	struct str tag = response_header_find(req, "ETag");

	if (tag.ptr && !str_starts_with(tag, STR("W/")))
		response_header(req, "ETag", arena_printf(req->arena, "W/%.*s", STR_ARG(tag)));
}

static void begin_coding(struct request *req, enum coding coding)
{
	weaken_etag(req);
	response_header(req, "Content-Encoding", coding_name(coding));
}

/* --- the connection after the answer ------------------------------------------------------------ */

/* The handler is done with the body: take what has arrived of the rest. */
static void discard_buffered(struct http_exchange *ex)
{
	enum parser_event event = PARSER_BODY;

	while (event == PARSER_BODY) {
		struct str rest = str_slice(buf_str(&ex->in), ex->at, ex->in.len), piece;
		size_t consumed;

		event = http_parser_step(&ex->parser, rest, &consumed, &piece);
		ex->at += consumed;
	}
}

static bool rest_is_long(const struct http_exchange *ex)
{
	const struct http_parser *parser = &ex->parser;

	if (http_parser_is_done(parser))
		return false;
	/* Without our 100 Continue it may never come. */
	return parser->chunked || parser->left > DISCARD_MAX ||
		(parser->expect_continue && !ex->continued);
}

static void decide_close(struct request *req)
{
	const struct http_connection *conn = req->connection;
	const struct http_exchange *ex = conn->exchange;

	req->close = req->close || ex->head_len == 0 || !ex->parser.keep_alive ||
		rest_is_long(ex) || conn->hl->draining || conn->timed_out;
}

/* --- whole answers ------------------------------------------------------------------------------ */

static void write_both(struct http_connection *conn, struct str body)
{
	struct http_exchange *ex = conn->exchange;
	size_t pending = connection_pending(conn), rest;
	struct iovec parts[2] = {
		{ex->out.ptr + ex->out_at, pending},
		{(char *)(uintptr_t)body.ptr, body.len},
	};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	ssize_t n = sendmsg(conn->fd, &message, MSG_NOSIGNAL);

	/* An error shows again when the hook writes. */
	rest = n > 0 ? (size_t)n : 0;
	ex->out_at += MIN(rest, pending);
	rest -= MIN(rest, pending);
	if (ex->out_at == ex->out.len)
		ex->out_at = ex->out.len = 0;
	buf_append(&ex->out, str_slice(body, rest, body.len));
}

static void queue_body(struct http_connection *conn, struct str bytes)
{
	if (conn->lost)
		return;
	if (bytes.len >= DIRECT_WRITE && !conn->blocked)
		write_both(conn, bytes);
	else
		buf_append(&conn->exchange->out, bytes);
}

static struct str compress_body(struct request *req, enum coding coding, struct str body)
{
	struct http_loop *hl = req->connection->hl;
	struct compressor *compressor = compressor_take(&hl->compressors, coding, body.len);
	struct buf *out = exchange_buf(request_exchange(req), SIZE_MAX / 2);

	compressor_run(compressor, body, COMPRESSOR_FINISH, out);
	compressor_give_back(&hl->compressors, compressor);
	begin_coding(req, coding);
	return buf_str(out);
}

void response_send(struct request *req)
{
	struct http_connection *conn = req->connection;
	struct str body = response_body(req);
	enum coding coding = choose_coding(req, body.len);

	INVARIANT(!req->body.full);
	if (conn->exchange->head_len)
		discard_buffered(conn->exchange);
	decide_close(req);
	if (coding != CODING_IDENTITY)
		body = compress_body(req, coding, body);
	response_put_head(req, (int64_t)body.len, http_loop_date(conn->hl), &conn->exchange->out);
	if (response_may_have_body(req)) {
		req->body_bytes = body.len;
		queue_body(conn, body);
	}
	connection_flush_soon(conn);
}

/* --- streams ------------------------------------------------------------------------------------ */

static void free_compressor(void *arg)
{
	struct http_connection *conn = arg;

	compressor_give_back(&conn->hl->compressors, conn->exchange->compressor);
	conn->exchange->compressor = NULL;
}

enum err response_begin(struct request *req, int status, const char *content_type)
{
	struct http_connection *conn = req->connection;
	struct http_exchange *ex = conn->exchange;
	enum coding coding;

	req->status = status;
	req->content_type = str_of(content_type);
	req->answered = req->streaming = true;
	ex->begun = true;
	decide_close(req);
	/* Without chunks only the end of the connection ends the body. */
	req->close = req->close || req->http_1_0;
	coding = choose_coding(req, SIZE_MAX);
	if (coding != CODING_IDENTITY && response_may_have_body(req)) {
		begin_coding(req, coding);
		ex->compressor = compressor_take(&conn->hl->compressors, coding, 0);
		arena_defer(req->arena, free_compressor, conn);
	}
	response_put_head(req, -1, http_loop_date(conn->hl), &ex->out);
	connection_flush_soon(conn);
	return conn->lost ? ERR_CLIENT_GONE : ERR_OK;
}

static enum err wait_for_room(struct http_connection *conn)
{
	connection_flush(conn);
	while (!conn->lost && connection_pending(conn) > OUTPUT_HIGH)
		connection_wait(conn, WAIT_ROOM, conn->hl->server->limits.write_ms);
	/* As long as the client takes what it is given, a long stream is not a late one. */
	if (fiber_deadline())
		fiber_set_deadline(time_monotonic_ms() + conn->hl->server->limits.request_ms);
	return conn->lost ? ERR_CLIENT_GONE : ERR_OK;
}

/* A client that never quite catches up must not make the buffer creep. */
static void drop_written(struct http_exchange *ex)
{
	if (ex->out_at < OUTPUT_LOW)
		return;
	buf_consume(&ex->out, ex->out_at);
	ex->out_at = 0;
}

static void put_chunk(struct request *req, struct str bytes)
{
	struct buf *out = &request_exchange(req)->out;

	if (bytes.len == 0)
		return;
	drop_written(request_exchange(req));
	req->body_bytes += bytes.len;
	if (req->http_1_0) {
		buf_append(out, bytes);
		return;
	}
	buf_printf(out, "%zx\r\n", bytes.len);
	buf_append(out, bytes);
	buf_append(out, STR("\r\n"));
}

static void put_bytes(struct request *req, struct str bytes, enum compressor_step step)
{
	struct http_exchange *ex = request_exchange(req);

	if (!ex->compressor) {
		put_chunk(req, bytes);
		return;
	}
	buf_reset(&req->body, OUTPUT_HIGH);
	req->body.max = SIZE_MAX / 2;
	compressor_run(ex->compressor, bytes, step, &req->body);
	put_chunk(req, buf_str(&req->body));
}

static enum err write_bytes(struct request *req, struct str bytes, enum compressor_step step)
{
	struct http_connection *conn = req->connection;

	if (conn->lost)
		return ERR_CLIENT_GONE;
	if (!response_may_have_body(req))
		return ERR_OK;
	put_bytes(req, bytes, step);
	connection_flush_soon(conn);
	return connection_pending(conn) > OUTPUT_HIGH ? wait_for_room(conn) : ERR_OK;
}

enum err response_write(struct request *req, struct str bytes)
{
	INVARIANT(req->streaming);
	return write_bytes(req, bytes, COMPRESSOR_GO_ON);
}

enum err response_flush(struct request *req)
{
	INVARIANT(req->streaming);
	if (request_exchange(req)->compressor)
		return write_bytes(req, STR(""), COMPRESSOR_FLUSH);
	return req->connection->lost ? ERR_CLIENT_GONE : ERR_OK;
}

enum err response_end(struct request *req)
{
	enum err err = write_bytes(req, STR(""), COMPRESSOR_FINISH);

	INVARIANT(req->streaming);
	if (err != ERR_OK)
		return err;
	req->streaming = false;
	if (!req->http_1_0 && response_may_have_body(req))
		buf_append(&request_exchange(req)->out, STR("0\r\n\r\n"));
	connection_flush_soon(req->connection);
	return ERR_OK;
}
