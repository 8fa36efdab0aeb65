/* SPDX-License-Identifier: Apache-2.0 */
/* One request from its parsed head to its queued answer: the chain of middlewares and the handler. */
#include "base/fiber.h"
#include "base/time.h"
#include "http/http_internal.h"
#include "http/middleware.h"
#include "http/response.h"
#include "http/uri.h"

struct http_server *request_server(const struct request *req)
{
	return req->connection->hl->server;
}

bool request_client_gone(const struct request *req)
{
	return req->connection && (req->connection->lost || req->connection->eof);
}

struct str http_loop_date(struct http_loop *hl)
{
	uint64_t second = uv_now(&hl->loop->uv) / 1000;

	if (second != hl->date_at || hl->date[0] == '\0') {
		time_format_http(time_now_us(), hl->date);
		hl->date_at = second;
	}
	return (struct str){hl->date, 29};
}

/* --- the request -------------------------------------------------------------------------------- */

static struct str view(const struct http_exchange *ex, struct http_span span)
{
	return (struct str){ex->in.ptr + span.at, span.len};
}

static void take_headers(struct http_exchange *ex)
{
	struct http_header *headers = ARENA_ARRAY(
		&ex->arena, struct http_header, ex->parser.field_count);

	for (size_t i = 0; i < ex->parser.field_count; i++) {
		headers[i].name = view(ex, ex->parser.fields[i].name);
		headers[i].value = view(ex, ex->parser.fields[i].value);
	}
	ex->req.headers = headers;
	ex->req.header_count = ex->parser.field_count;
}

/* Of several fields the last was added by the proxy nearest to us. */
static struct str last_header(const struct request *req, const char *name)
{
	struct str wanted = str_of(name);

	for (size_t i = req->header_count; i > 0; i--)
		if (str_eq_nocase(req->headers[i - 1].name, wanted))
			return req->headers[i - 1].value;
	return STR_NONE;
}

static void take_client(struct request *req)
{
	const struct http_connection *conn = req->connection;
	const struct proxy_list *trusted = &conn->hl->server->trusted;
	struct str client;

	req->remote_ip = str_of(conn->peer_text);
	if (trusted->count == 0 || !proxy_list_has(trusted, &conn->peer))
		return;
	client = proxy_client(trusted, last_header(req, "X-Forwarded-For"));
	if (client.ptr)
		req->remote_ip = client;
	req->secure = str_eq_nocase(last_header(req, "X-Forwarded-Proto"), STR("https"));
}

static void begin_request(struct http_connection *conn)
{
	struct http_exchange *ex = conn->exchange;
	struct request *req = &ex->req;

	request_init(req, &ex->arena);
	req->connection = conn;
	req->app = conn->hl->app;
	req->started_ns = uv_hrtime();
	req->started_us = time_now_us();
	req->remote_ip = str_of(conn->peer_text);
	fiber_set_log_context(&req->log_context);
	fiber_set_deadline(req->started_ns / 1000000 + conn->hl->server->limits.request_ms);
}

static void take_head(struct request *req)
{
	struct http_exchange *ex = request_exchange(req);

	take_headers(ex);
	req->method = ex->parser.method;
	req->http_1_0 = ex->parser.http_1_0;
	req->target = view(ex, ex->parser.target);
	req->host = view(ex, ex->parser.host);
	req->path = req->target;
	take_client(req);
}

/* --- the chain ---------------------------------------------------------------------------------- */

static enum err find_route(struct request *req)
{
	enum err err = uri_split(req->arena, req->target, &req->path, &req->query);

	if (err != ERR_OK)
		return problem_set(&req->problem, err, "The address is malformed.");
	return router_find(request_server(req)->config.router, req);
}

static enum err run_before(struct request *req)
{
	const struct middleware *m = request_server(req)->config.middlewares;

	for (; m && m->name; m++) {
		enum err err = m->before ? m->before(req) : ERR_OK;

		if (err != ERR_OK || req->answered)
			return err;
	}
	return ERR_OK;
}

static enum err run_chain(struct request *req)
{
	const struct http_config *config = &request_server(req)->config;
	enum err found = find_route(req);
	enum err err = run_before(req);

	if (err != ERR_OK || req->answered)
		return err;
	if (found == ERR_OK)
		return config->serve ? config->serve(req) : req->route->handle(req);
	if (req->method == HTTP_OPTIONS && (found == ERR_BAD_METHOD || str_is(req->path, "*"))) {
		response_empty(req, 204);
		return ERR_OK;
	}
	return found == ERR_NOT_FOUND && config->fallback ? config->fallback(req) : found;
}

static void run_after(struct request *req)
{
	const struct middleware *m = request_server(req)->config.middlewares;

	for (; m && m->name; m++)
		if (m->after)
			m->after(req);
}

/* --- the answer --------------------------------------------------------------------------------- */

static enum err read_and_handle(struct request *req)
{
	const struct http_exchange *ex = request_exchange(req);

	if (!req->connection->timed_out && ex->parser.error == ERR_OK) {
		take_head(req);
		request_assign_id(req);
		return run_chain(req);
	}
	request_assign_id(req);
	if (req->connection->timed_out)
		return ERR_TIMEOUT;
	return problem_set(&req->problem, ex->parser.error, "Refused: %s.", ex->parser.reason);
}

/* A stream that fails half way is cut off, so that nobody takes what came for the whole. */
static void cut_off(struct request *req, enum err err)
{
	req->error = err == ERR_OK ? ERR_INTERNAL : err;
	req->close = true;
	if (err != ERR_CLIENT_GONE)
		log_error("stream cut off", LOG_CSTR("error", err_info(req->error)->name),
			LOG_STR("why", req->problem.log), LOG_STR("path", req->path));
	connection_lose(req->connection);
}

static void answer(struct request *req, enum err err)
{
	if (request_exchange(req)->begun) {
		if (err != ERR_OK || req->streaming)
			cut_off(req, err);
		return;
	}
	if (err == ERR_OK && !req->answered)
		err = problem_log(&req->problem, ERR_INTERNAL, "the handler did not answer");
	if (err == ERR_OK && req->body.full)
		err = problem_log(&req->problem, ERR_INTERNAL, "the answer is too large");
	if (err != ERR_OK)
		response_problem(req, err);
	response_send(req);
	if (err == ERR_CLIENT_GONE)
		req->status = err_info(err)->status;
}

void serve_request(struct http_connection *conn)
{
	struct request *req = &conn->exchange->req;

	begin_request(conn);
	answer(req, read_and_handle(req));
	run_after(req);
}
