/* SPDX-License-Identifier: Apache-2.0 */
/* A real server of two loops on a loopback port, talked to through raw sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "base/fiber.h"
#include "base/log.h"
#include "base/loop.h"
#include "http/metrics.h"
#include "http/middleware.h"
#include "http/router.h"
#include "http/server.h"

enum { LOOPS = 2, PIECE = 64 * 1024 };

static struct loop loops[LOOPS];
static uv_thread_t threads[LOOPS];
static struct router *router;
static struct http_server *server;
static struct arena arena;
static atomic_bool drained, stream_ended;
static atomic_size_t produced;

/* --- what is served ----------------------------------------------------------------------------- */

static enum err hello(struct request *req)
{
	response_text(req, 200, "text/plain", STR("hello"));
	return ERR_OK;
}

static enum err slow(struct request *req)
{
	fiber_sleep(100);
	response_text(req, 200, "text/plain", request_client_gone(req) ? STR("gone") : STR("slow"));
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

static enum err count(struct request *req)
{
	struct str piece;
	size_t total = 0;
	enum err err;

	do {
		err = request_read(req, &piece);
		total += piece.len;
	} while (err == ERR_OK && piece.len);
	if (err == ERR_OK)
		response_text(req, 200, "text/plain", arena_printf(req->arena, "%zu", total));
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
	{.method = HTTP_GET, .pattern = "/slow", .handle = slow},
	{.method = HTTP_POST, .pattern = "/echo", .handle = echo},
	{.method = HTTP_POST, .pattern = "/ignore", .handle = hello},
	{.method = HTTP_POST,
		.pattern = "/count",
		.handle = count,
		.flags = ROUTE_STREAMS_BODY,
		.body_max = 64 << 20},
	{.method = HTTP_GET, .pattern = "/stream", .handle = stream},
	{.method = HTTP_GET, .pattern = "/halfway", .handle = halfway},
	{.method = HTTP_GET, .pattern = "/refuse", .handle = refuse},
	{.method = HTTP_GET, .pattern = "/busy", .handle = busy},
	{.method = HTTP_GET, .pattern = "/silent", .handle = silent},
	{.method = HTTP_GET, .pattern = "/whoami", .handle = whoami},
	{.method = HTTP_GET, .pattern = "/large", .handle = large},
	{.method = HTTP_GET, .pattern = "/metrics", .handle = metrics_handle},
};

static enum err authenticate(struct request *req)
{
	return str_starts_with(req->path, STR("/api/")) ? ERR_UNAUTHORIZED : ERR_OK;
}

/* --- the server --------------------------------------------------------------------------------- */

static void run_loop(void *arg)
{
	loop_run(arg);
}

static void on_drained(void *arg)
{
	(void)arg;
	atomic_store(&drained, true);
	for (size_t i = 0; i < LOOPS; i++)
		loop_stop(&loops[i]);
}

static void start_draining(void *arg)
{
	(void)arg;
	http_server_drain(server, on_drained, NULL);
}

static int start(void **state)
{
	static struct middleware chain[6];
	static struct loop *list[LOOPS];
	struct http_config config = {.host = "127.0.0.1",
		.middlewares = chain,
		.loops = list,
		.loop_count = LOOPS,
		.trusted_proxies = "127.0.0.1",
		.drain_ms = 1000,
		.limits = {.head_ms = 150,
			.body_ms = 150,
			.idle_ms = 600,
			.write_ms = 300,
			.linger_ms = 500,
			.tick_ms = 10,
			.connections = 20}};
	struct problem problem;

	(void)state;
	log_set_level(LOG_LEVEL__COUNT);
	arena_init(&arena);
	problem_init(&problem, &arena);
	chain[0] = middleware_request_id;
	chain[1] = middleware_security;
	chain[2] = middleware_cors;
	chain[3] = (struct middleware){.name = "authentication", .before = authenticate};
	chain[4] = middleware_metrics;
	assert_true(cors_configure(STR("https://ui.example")));
	config.router = router = router_new();
	for (size_t i = 0; i < ARRAY_LEN(routes); i++)
		router_add(router, &routes[i]);
	for (unsigned i = 0; i < LOOPS; i++) {
		loop_init(&loops[i], i);
		list[i] = &loops[i];
	}
	assert_int_equal(http_server_start(&config, &problem, &server), ERR_OK);
	http_metrics_register(server);
	for (size_t i = 0; i < LOOPS; i++)
		uv_thread_create(&threads[i], run_loop, &loops[i]);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	if (!http_server_is_draining(server))
		loop_post(&loops[0], start_draining, NULL);
	for (size_t i = 0; i < LOOPS; i++)
		uv_thread_join(&threads[i]);
	http_server_free(server);
	for (size_t i = 0; i < LOOPS; i++)
		loop_deinit(&loops[i]);
	router_free(router);
	arena_deinit(&arena);
	return cors_configure(STR_NONE) ? 0 : 1;
}

/* --- the client --------------------------------------------------------------------------------- */

static void pause_ms(long ms)
{
	struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

static int dial_with(int receive_buffer)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)http_server_port(server))};
	struct timeval limit = {.tv_sec = 5};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (receive_buffer)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static int dial(void)
{
	return dial_with(0);
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Everything until the server closes; NUL-terminated, to be freed. */
static char *hear_all(int fd, size_t *len_out)
{
	size_t len = 0, cap = 1 << 16;
	char *text = malloc(cap);
	ssize_t n;

	assert_non_null(text);
	while ((n = recv(fd, text + len, cap - len - 1, 0)) > 0) {
		len += (size_t)n;
		if (cap - len < 4096)
			text = realloc(text, cap *= 2);
		assert_non_null(text);
	}
	assert_int_equal(n, 0);
	text[len] = '\0';
	close(fd);
	if (len_out)
		*len_out = len;
	return text;
}

/* One response with Content-Length, no more; in a buffer that the next call reuses. */
static const char *hear_one(int fd)
{
	static char text[256 * 1024];
	size_t len = 0, wanted = SIZE_MAX;

	while (len < wanted) {
		ssize_t n = recv(fd, text + len, 1, 0);
		const char *length;

		assert_int_equal(n, 1);
		text[++len] = '\0';
		if (wanted != SIZE_MAX || len < 4 || memcmp(text + len - 4, "\r\n\r\n", 4) != 0)
			continue;
		length = strstr(text, "Content-Length: ");
		wanted = len + (length ? (size_t)strtoul(length + 16, NULL, 10) : 0);
	}
	return text;
}

static const char *body_of(const char *response)
{
	const char *end = strstr(response, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

static void expect_status(const char *response, int status)
{
	char line[32];

	snprintf(line, sizeof(line), "HTTP/1.1 %d ", status);
	if (strncmp(response, line, strlen(line)) != 0)
		print_error("wanted %d, got: %.200s\n", status, response);
	assert_int_equal(strncmp(response, line, strlen(line)), 0);
}

/* Sends, and checks the one answer before the server closes. */
static void expect_last(const char *request, int status, const char *part)
{
	int fd = dial();
	char *answer;

	say(fd, request);
	answer = hear_all(fd, NULL);
	expect_status(answer, status);
	if (!strstr(answer, part))
		print_error("wanted %s, got: %s\n", part, answer);
	assert_non_null(strstr(answer, part));
	free(answer);
}

static bool is_closed(int fd)
{
	char c;
	bool closed = recv(fd, &c, 1, 0) == 0;

	close(fd);
	return closed;
}

#define END "Host: t\r\n\r\n"
#define CLOSE "Host: t\r\nConnection: close\r\n\r\n"

/* --- connections -------------------------------------------------------------------------------- */

static void test_keep_alive(void **state)
{
	int fd = dial();

	(void)state;
	for (int i = 0; i < 3; i++) {
		const char *answer;

		say(fd, "GET /hello HTTP/1.1\r\n" END);
		answer = hear_one(fd);
		expect_status(answer, 200);
		assert_string_equal(body_of(answer), "hello");
		assert_null(strstr(answer, "Connection:"));
	}
	say(fd, "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	assert_non_null(strstr(hear_one(fd), "Connection: keep-alive"));
	say(fd, "GET /hello HTTP/1.0\r\n\r\n");
	assert_non_null(strstr(hear_one(fd), "Connection: close"));
	assert_true(is_closed(fd));
}

static void test_pipelined_requests_are_answered_in_order(void **state)
{
	int fd = dial();

	(void)state;
	say(fd,
		"GET /slow HTTP/1.1\r\n" END "POST /echo HTTP/1.1\r\nContent-Length: 3\r\n" END
		"abcPOST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END
		"2\r\nde\r\n0\r\n\r\n"
		"HEAD /hello HTTP/1.1\r\n" END "GET /hello HTTP/1.1\r\n" CLOSE);
	assert_string_equal(body_of(hear_one(fd)), "slow");
	assert_string_equal(body_of(hear_one(fd)), "abc");
	assert_string_equal(body_of(hear_one(fd)), "de");
	{
		char *rest = hear_all(fd, NULL);
		const char *second = body_of(rest);

		expect_status(rest, 200);
		expect_status(second, 200);
		assert_string_equal(body_of(second), "hello");
		free(rest);
	}
}

static void test_many_pipelined_requests(void **state)
{
	enum { N = 2000 };
	int fd = dial();
	size_t len, found = 0;
	char *answers;

	(void)state;
	for (int i = 1; i < N; i++)
		say(fd, "GET /hello HTTP/1.1\r\n" END);
	say(fd, "GET /hello HTTP/1.1\r\n" CLOSE);
	answers = hear_all(fd, &len);
	for (const char *at = answers; (at = strstr(at, "\r\n\r\nhello")) != NULL; at += 9)
		found++;
	assert_int_equal(found, N);
	free(answers);
}

static void test_half_closed_client_is_answered(void **state)
{
	int fd = dial();
	char *answer;

	(void)state;
	say(fd, "GET /hello HTTP/1.1\r\n" END);
	shutdown(fd, SHUT_WR);
	answer = hear_all(fd, NULL);
	assert_string_equal(body_of(answer), "hello");
	free(answer);
}

static void test_idle_connections_are_closed(void **state)
{
	int fd = dial(), used = dial();

	(void)state;
	say(used, "GET /hello HTTP/1.1\r\n" END);
	(void)hear_one(used);
	assert_true(is_closed(fd));
	assert_true(is_closed(used));
}

static void test_connection_limit(void **state)
{
	int fds[20];

	(void)state;
	pause_ms(50);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		fds[i] = dial();
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		say(fds[i], "GET /hello HTTP/1.1\r\n" END);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		expect_status(hear_one(fds[i]), 200);
	expect_last("", 503, "Retry-After: 1");
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		close(fds[i]);
	pause_ms(50);
	expect_last("GET /hello HTTP/1.1\r\n" CLOSE, 200, "hello");
}

/* --- deadlines ---------------------------------------------------------------------------------- */

static void trickle(int fd, const char *text, long ms)
{
	for (; *text; text++) {
		if (send(fd, text, 1, MSG_NOSIGNAL) < 0)
			return;
		pause_ms(ms);
	}
}

static void test_a_trickling_head_times_out(void **state)
{
	int fd = dial();
	char *answer;

	(void)state;
	trickle(fd, "GET /hello HTTP/1.1\r\nHost: t", 10);
	answer = hear_all(fd, NULL);
	expect_status(answer, 408);
	free(answer);
}

static void test_a_stalling_body_times_out(void **state)
{
	(void)state;
	expect_last(
		"POST /echo HTTP/1.1\r\nContent-Length: 5\r\n" END "abc", 408, "REQUEST_TIMEOUT");
	expect_last(
		"POST /count HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END "5\r\nab", 408, "");
}

static void test_bytes_one_by_one(void **state)
{
	int fd = dial();

	(void)state;
	trickle(fd,
		"POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
		"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n",
		1);
	assert_string_equal(body_of(hear_one(fd)), "abcde");
	close(fd);
}

/* --- bodies ------------------------------------------------------------------------------------- */

static void send_bytes(int fd, size_t len)
{
	static char bytes[PIECE];

	while (len) {
		ssize_t n = send(fd, bytes, MIN(len, sizeof(bytes)), MSG_NOSIGNAL);

		if (n < 0)
			return;
		len -= (size_t)n;
	}
}

static void test_large_upload(void **state)
{
	int fd = dial();

	(void)state;
	say(fd, "POST /count HTTP/1.1\r\nContent-Length: 20000000\r\n" END);
	send_bytes(fd, 20000000);
	assert_string_equal(body_of(hear_one(fd)), "20000000");
	say(fd, "POST /echo HTTP/1.1\r\nContent-Length: 100000\r\n" END);
	send_bytes(fd, 100000);
	assert_non_null(strstr(hear_one(fd), "Content-Length: 100000"));
	close(fd);
}

/* The answer must reach a client that goes on sending what nobody wants. */
static void test_too_large(void **state)
{
	int fd = dial();
	char *answer;

	(void)state;
	say(fd, "POST /echo HTTP/1.1\r\nContent-Length: 3000000\r\n" END);
	send_bytes(fd, 1000000);
	answer = hear_all(fd, NULL);
	expect_status(answer, 413);
	free(answer);
	fd = dial();
	say(fd, "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END "f4240\r\n");
	send_bytes(fd, 1000000);
	say(fd, "\r\nf4240\r\n");
	send_bytes(fd, 1000000);
	answer = hear_all(fd, NULL);
	expect_status(answer, 413);
	free(answer);
}

static void test_unread_bodies(void **state)
{
	int fd = dial();

	(void)state;
	say(fd, "POST /ignore HTTP/1.1\r\nContent-Length: 50000\r\n" END);
	assert_string_equal(body_of(hear_one(fd)), "hello");
	send_bytes(fd, 50000);
	say(fd,
		"POST /ignore HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" END
		"1\r\na\r\n0\r\n\r\n");
	assert_string_equal(body_of(hear_one(fd)), "hello");
	say(fd, "GET /hello HTTP/1.1\r\n" END);
	assert_string_equal(body_of(hear_one(fd)), "hello");
	say(fd, "POST /ignore HTTP/1.1\r\nContent-Length: 500000\r\n" END);
	assert_non_null(strstr(hear_one(fd), "Connection: close"));
	assert_true(is_closed(fd));
}

static void test_continue(void **state)
{
	int fd = dial();

	(void)state;
	say(fd, "POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n" END);
	expect_status(hear_one(fd), 100);
	say(fd, "ok");
	assert_string_equal(body_of(hear_one(fd)), "ok");
	say(fd, "POST /ignore HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n" END);
	expect_status(hear_one(fd), 200);
	assert_true(is_closed(fd));
}

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

static void wait_for_flag(atomic_bool *flag)
{
	for (int i = 0; i < 300 && !atomic_load(flag); i++)
		pause_ms(10);
	assert_true(atomic_load(flag));
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

/* Ends the server: the last test. */
static void test_drain(void **state)
{
	int idle = dial(), at_work = dial();
	const char *answer;

	(void)state;
	say(idle, "GET /hello HTTP/1.1\r\n" END);
	(void)hear_one(idle);
	say(at_work, "GET /slow HTTP/1.1\r\n" END);
	pause_ms(30);
	loop_post(&loops[0], start_draining, NULL);
	assert_true(is_closed(idle));
	answer = hear_one(at_work);
	assert_string_equal(body_of(answer), "slow");
	assert_non_null(strstr(answer, "Connection: close"));
	assert_true(is_closed(at_work));
	wait_for_flag(&drained);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_pipelined_requests_are_answered_in_order),
		cmocka_unit_test(test_many_pipelined_requests),
		cmocka_unit_test(test_half_closed_client_is_answered),
		cmocka_unit_test(test_idle_connections_are_closed),
		cmocka_unit_test(test_connection_limit),
		cmocka_unit_test(test_a_trickling_head_times_out),
		cmocka_unit_test(test_a_stalling_body_times_out),
		cmocka_unit_test(test_bytes_one_by_one),
		cmocka_unit_test(test_large_upload),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_unread_bodies),
		cmocka_unit_test(test_continue),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_a_slow_reader_holds_the_stream_back),
		cmocka_unit_test(test_a_client_that_vanishes_ends_the_stream),
		cmocka_unit_test(test_a_client_that_takes_nothing_is_given_up),
		cmocka_unit_test(test_a_failing_stream_is_cut_off),
		cmocka_unit_test(test_compressed_answers),
		cmocka_unit_test(test_compressed_stream),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_problems),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_head_has_no_body),
		cmocka_unit_test(test_foreign_origins_get_nothing),
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_drain),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
