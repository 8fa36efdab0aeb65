/* SPDX-License-Identifier: Apache-2.0 */
/* Answers on a real server: streams, compression, problems, headers, metrics. */
#include "http/server_fixture.h"

#include <zlib.h>

enum { PIECE = 64 * 1024 };

static atomic_bool stream_ended;
static atomic_size_t produced;

static enum err hello(struct request *req)
{
	response_text(req, 200, "text/plain", STR("hello"));
	return ERR_OK;
}

static enum err echo(struct request *req)
{
	struct str body;
	enum err err = request_body(req, &body);

	if (err == ERR_OK)
		response_text(req, 200, "text/plain", body);
	return err;
}

/* Writes pieces until it is told that nobody reads them, or `n` of them are written. */
static enum err stream(struct request *req)
{
	static char piece[PIECE];
	int64_t n = 0;
	enum err err = response_begin(req, 200, "text/plain");

	memset(piece, 'x', sizeof(piece));
	(void)!str_to_int64(request_param(req, "n"), &n);
	for (int64_t i = 0; err == ERR_OK && i < n; i++) {
		err = response_write(req, (struct str){piece, sizeof(piece)});
		atomic_fetch_add(&produced, sizeof(piece));
	}
	atomic_store(&stream_ended, true);
	return err == ERR_OK ? response_end(req) : err;
}

static enum err halfway(struct request *req)
{
	enum err err = response_begin(req, 200, "text/plain");

	if (err == ERR_OK)
		err = response_write(req, STR("half"));
	return err == ERR_OK ? problem_log(&req->problem, ERR_INTERNAL, "as the test wants") : err;
}

static enum err refuse(struct request *req)
{
	response_header(req, "Content-Encoding", STR("br"));
	problem_add(&req->problem, STR("email"), "REQUIRED", "An e-mail address is needed.");
	return ERR_INVALID;
}

static enum err busy(struct request *req)
{
	req->problem.retry_after = 7;
	return ERR_UNAVAILABLE;
}

static enum err silent(struct request *req)
{
	(void)req;
	return ERR_OK;
}

static enum err whoami(struct request *req)
{
	response_text(req, 200, "text/plain",
		arena_printf(req->arena, "%.*s %s", STR_ARG(req->remote_ip),
			req->secure ? "secure" : "plain"));
	return ERR_OK;
}

static enum err large(struct request *req)
{
	struct json json = response_json(req, 200);

	json_array(&json);
	for (int i = 0; i < 50000; i++)
		json_int(&json, i);
	json_end(&json);
	return ERR_OK;
}

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/hello", .handle = hello},
	{.method = HTTP_POST, .pattern = "/echo", .handle = echo},
	{.method = HTTP_GET, .pattern = "/stream", .handle = stream},
	{.method = HTTP_GET, .pattern = "/halfway", .handle = halfway},
	{.method = HTTP_GET, .pattern = "/refuse", .handle = refuse},
	{.method = HTTP_GET, .pattern = "/busy", .handle = busy},
	{.method = HTTP_GET, .pattern = "/silent", .handle = silent},
	{.method = HTTP_GET, .pattern = "/whoami", .handle = whoami},
	{.method = HTTP_GET, .pattern = "/large", .handle = large},
	{.method = HTTP_GET, .pattern = "/metrics", .handle = metrics_handle},
	{0},
};

/* --- streams ------------------------------------------------------------------------------------ */

static void test_stream(void **state)
{
	int fd = dial();
	size_t len;
	char *answer;

	(void)state;
	say(fd, "GET /stream?n=3 HTTP/1.1\r\n" CLOSE);
	answer = hear_all(fd, &len);
	assert_non_null(strstr(answer, "Transfer-Encoding: chunked"));
	assert_non_null(strstr(answer, "\r\n\r\n10000\r\nxxx"));
	assert_string_equal(answer + len - 8, "x\r\n0\r\n\r\n");
	free(answer);
	fd = dial();
	say(fd, "GET /stream?n=3 HTTP/1.0\r\n\r\n");
	answer = hear_all(fd, &len);
	assert_null(strstr(answer, "Transfer-Encoding"));
	assert_int_equal(strlen(body_of(answer)), 3 * PIECE);
	free(answer);
	expect_last("HEAD /stream?n=3 HTTP/1.1\r\n" CLOSE, 200, "chunked\r\n");
}

static void test_a_slow_reader_holds_the_stream_back(void **state)
{
	enum { N = 1024 };
	int fd = dial_with(8192);
	size_t at_rest;
	char *answer;

	(void)state;
	atomic_store(&produced, 0);
	say(fd, "GET /stream?n=1024 HTTP/1.0\r\n\r\n");
	pause_ms(100);
	at_rest = atomic_load(&produced);
	assert_true(at_rest < (size_t)N * PIECE / 4);
	pause_ms(50);
	assert_int_equal(atomic_load(&produced), at_rest);
	answer = hear_all(fd, NULL);
	assert_int_equal(strlen(body_of(answer)), (size_t)N * PIECE);
	free(answer);
}

static void test_a_client_that_vanishes_ends_the_stream(void **state)
{
	int fd = dial_with(8192);
	struct linger hard = {.l_onoff = 1};

	(void)state;
	atomic_store(&stream_ended, false);
	say(fd, "GET /stream?n=1000000 HTTP/1.1\r\n" END);
	pause_ms(50);
	assert_false(atomic_load(&stream_ended));
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
	wait_for_flag(&stream_ended);
}

static void test_a_client_that_takes_nothing_is_given_up(void **state)
{
	int fd = dial_with(8192);

	(void)state;
	atomic_store(&stream_ended, false);
	say(fd, "GET /stream?n=1000000 HTTP/1.1\r\n" END);
	wait_for_flag(&stream_ended);
	close(fd);
}

static void test_a_failing_stream_is_cut_off(void **state)
{
	int fd = dial();
	char *answer;

	(void)state;
	say(fd, "GET /halfway HTTP/1.1\r\n" END);
	answer = hear_all(fd, NULL);
	assert_null(strstr(answer, "0\r\n\r\n"));
	free(answer);
}

static size_t unzip(const char *in, size_t in_len, char *out, size_t out_len)
{
	z_stream zlib = {.next_in = (Bytef *)(uintptr_t)in, .avail_in = (uInt)in_len};

	assert_int_equal(inflateInit2(&zlib, 15 + 16), Z_OK);
	zlib.next_out = (Bytef *)out;
	zlib.avail_out = (uInt)out_len;
	assert_int_equal(inflate(&zlib, Z_FINISH), Z_STREAM_END);
	inflateEnd(&zlib);
	return zlib.total_out;
}

static void test_compressed_answers(void **state)
{
	static char plain[512 * 1024];
	int fd = dial();
	const char *answer;
	size_t len;

	(void)state;
	say(fd, "GET /large HTTP/1.1\r\nAccept-Encoding: gzip\r\n" END);
	answer = hear_one(fd);
	assert_non_null(strstr(answer, "Content-Encoding: gzip\r\n"));
	assert_non_null(strstr(answer, "Vary: Origin, Accept-Encoding\r\n"));
	len = strtoul(strstr(answer, "Content-Length: ") + 16, NULL, 10);
	len = unzip(body_of(answer), len, plain, sizeof(plain));
	assert_int_equal(plain[0], '[');
	assert_int_equal(plain[len - 1], ']');
	say(fd, "GET /large HTTP/1.1\r\nAccept-Encoding: br\r\n" END);
	assert_non_null(strstr(hear_one(fd), "Content-Encoding: br\r\n"));
	say(fd, "GET /hello HTTP/1.1\r\nAccept-Encoding: gzip\r\n" END);
	assert_null(strstr(hear_one(fd), "Content-Encoding"));
	close(fd);
}

static void test_compressed_stream(void **state)
{
	static char plain[4 * PIECE];
	int fd = dial();
	size_t len;
	char *answer, *body;

	(void)state;
	say(fd, "GET /stream?n=3 HTTP/1.0\r\nAccept-Encoding: gzip\r\n\r\n");
	answer = hear_all(fd, &len);
	body = strstr(answer, "\r\n\r\n") + 4;
	assert_non_null(strstr(answer, "Content-Encoding: gzip\r\n"));
	assert_int_equal(
		unzip(body, len - (size_t)(body - answer), plain, sizeof(plain)), 3 * PIECE);
	free(answer);
}

/* --- answers ------------------------------------------------------------------------------------ */

static void test_refusals(void **state)
{
	(void)state;
	expect_last("GET /hello HTTP/1.1\r\n\r\n", 400, "missing Host");
	expect_last("GET /hello HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n" END, 400,
		"Connection: close");
	expect_last("BREW /hello HTTP/1.1\r\n" END, 405, "METHOD_NOT_ALLOWED");
	expect_last("GET /hello HTTP/3.0\r\n" END, 505, "requestId");
	expect_last(
		"POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip\r\n" END, 501, "\"success\":false");
	expect_last("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END "zz\r\n", 400, "");
}

static void test_problems(void **state)
{
	(void)state;
	expect_last("GET /nope HTTP/1.1\r\n" CLOSE, 404, "\"code\":\"NOT_FOUND\"");
	expect_last("GET /api/nope HTTP/1.1\r\n" CLOSE, 401, "WWW-Authenticate: Bearer");
	expect_last("GET /%2F HTTP/1.1\r\n" CLOSE, 400, "malformed");
	expect_last("DELETE /hello HTTP/1.1\r\n" CLOSE, 405, "Allow: GET, HEAD, OPTIONS\r\n");
	expect_last("OPTIONS /hello HTTP/1.1\r\n" CLOSE, 204, "Allow: GET, HEAD, OPTIONS\r\n");
	expect_last("OPTIONS * HTTP/1.1\r\n" CLOSE, 204, "");
	expect_last("GET /busy HTTP/1.1\r\n" CLOSE, 503, "Retry-After: 7\r\n");
	expect_last("GET /silent HTTP/1.1\r\n" CLOSE, 500, "\"message\":\"Something went wrong");
	expect_last("GET /refuse HTTP/1.1\r\n" CLOSE, 422,
		"\"details\":[{\"field\":\"email\",\"code\":\"REQUIRED\",");
	expect_last("GET /refuse HTTP/1.1\r\n" CLOSE, 422, "Content-Type: application/json");
	expect_last("GET /refuse HTTP/1.1\r\nAccept: application/problem+json\r\n" CLOSE, 422,
		"Content-Type: application/problem+json");
	expect_last("GET /refuse HTTP/1.1\r\nX-Request-Id: abc-1\r\n" CLOSE, 422,
		"\"requestId\":\"abc-1\"");
}

static void test_a_problem_takes_back_the_description_of_the_body(void **state)
{
	int fd = dial();

	(void)state;
	say(fd, "GET /refuse HTTP/1.1\r\n" END);
	assert_null(strstr(hear_one(fd), "Content-Encoding"));
	close(fd);
}

static void test_headers(void **state)
{
	(void)state;
	expect_last("HEAD /hello HTTP/1.1\r\n" CLOSE, 200, "Content-Length: 5\r\n");
	expect_last("GET /hello HTTP/1.1\r\n" CLOSE, 200, "X-Content-Type-Options: nosniff\r\n");
	expect_last("GET /hello HTTP/1.1\r\nX-Forwarded-Proto: https\r\n" CLOSE, 200,
		"Strict-Transport-Security: ");
	expect_last("GET /whoami HTTP/1.1\r\nX-Forwarded-For: 1.2.3.4, 203.0.113.9\r\n" CLOSE, 200,
		"203.0.113.9 plain");
	expect_last("GET /hello HTTP/1.1\r\nOrigin: https://ui.example\r\n" CLOSE, 200,
		"Access-Control-Allow-Origin: https://ui.example\r\n");
	expect_last("OPTIONS /api/x HTTP/1.1\r\nOrigin: https://ui.example\r\n"
		    "Access-Control-Request-Method: PATCH\r\n" CLOSE,
		204, "Access-Control-Allow-Methods: GET, POST, PUT, DELETE, PATCH\r\n");
}

static void test_head_has_no_body(void **state)
{
	int fd = dial();
	char *answer;

	(void)state;
	say(fd, "HEAD /hello HTTP/1.1\r\n" CLOSE);
	answer = hear_all(fd, NULL);
	assert_string_equal(body_of(answer), "");
	free(answer);
}

static void test_foreign_origins_get_nothing(void **state)
{
	int fd = dial();
	char *answer;

	(void)state;
	say(fd, "GET /hello HTTP/1.1\r\nOrigin: https://evil.example\r\n" CLOSE);
	answer = hear_all(fd, NULL);
	expect_status(answer, 200);
	assert_null(strstr(answer, "Access-Control"));
	free(answer);
}

static void test_metrics(void **state)
{
	(void)state;
	expect_last("GET /hello HTTP/1.1\r\n" CLOSE, 200, "hello");
	expect_last("GET /metrics HTTP/1.1\r\n" CLOSE, 200,
		"http_requests_total{method=\"GET\",route=\"/hello\",status=\"200\"} ");
	expect_last("GET /metrics HTTP/1.1\r\n" CLOSE, 200,
		"http_request_duration_seconds_bucket{method=\"GET\",route=\"/"
		"hello\",status=\"200\","
		"le=\"+Inf\"} ");
	expect_last("GET /metrics HTTP/1.1\r\n" CLOSE, 200,
		"# TYPE http_connections gauge\n"
		"http_connections ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_a_slow_reader_holds_the_stream_back),
		cmocka_unit_test(test_a_client_that_vanishes_ends_the_stream),
		cmocka_unit_test(test_a_client_that_takes_nothing_is_given_up),
		cmocka_unit_test(test_a_failing_stream_is_cut_off),
		cmocka_unit_test(test_compressed_answers),
		cmocka_unit_test(test_compressed_stream),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_a_problem_takes_back_the_description_of_the_body),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_head_has_no_body),
		cmocka_unit_test(test_foreign_origins_get_nothing),
		cmocka_unit_test(test_metrics),
	};

	fixture_routes = routes;
	return cmocka_run_group_tests(tests, start, stop);
}
