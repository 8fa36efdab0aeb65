/* SPDX-License-Identifier: Apache-2.0 */
/* Connections, deadlines, bodies and the drain, on a real server. */
#include "http/server_fixture.h"

enum { PIECE = 64 * 1024 };

static enum err hello(struct request *req)
{
	response_text(req, 200, "text/plain", STR("hello"));
	return ERR_OK;
}

/* Whether the client of the last /slow had gone when its handler was done waiting. */
static atomic_bool slow_saw_gone, slow_is_done;

static enum err slow(struct request *req)
{
	fiber_sleep(100);
	atomic_store(&slow_saw_gone, request_client_gone(req));
	atomic_store(&slow_is_done, true);
	response_text(req, 200, "text/plain", STR("slow"));
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
	{0},
};

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

static void test_a_client_that_vanishes_is_noticed(void **state)
{
	struct linger hard = {.l_onoff = 1};
	int fd = dial();

	(void)state;
	atomic_store(&slow_is_done, false);
	say(fd, "GET /slow HTTP/1.1\r\n" END);
	pause_ms(30);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	close(fd);
	wait_for_flag(&slow_is_done);
	assert_true(atomic_load(&slow_saw_gone));
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
		cmocka_unit_test(test_a_client_that_vanishes_is_noticed),
		cmocka_unit_test(test_idle_connections_are_closed),
		cmocka_unit_test(test_connection_limit),
		cmocka_unit_test(test_a_trickling_head_times_out),
		cmocka_unit_test(test_a_stalling_body_times_out),
		cmocka_unit_test(test_bytes_one_by_one),
		cmocka_unit_test(test_large_upload),
		cmocka_unit_test(test_too_large),
		cmocka_unit_test(test_unread_bodies),
		cmocka_unit_test(test_continue),
		cmocka_unit_test(test_drain),
	};

	fixture_routes = routes;
	return cmocka_run_group_tests(tests, start, stop);
}
