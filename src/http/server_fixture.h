/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests: a real server of two loops on a loopback port, with short limits, and a client that talks to it
 * through raw sockets. The test names its routes in `fixture_routes`.
 */
#pragma once

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

#include "base/fiber.h"
#include "base/log.h"
#include "base/loop.h"
#include "http/metrics.h"
#include "http/middleware.h"
#include "http/router.h"
#include "http/server.h"

enum { LOOPS = 2 };

static struct loop loops[LOOPS];
static uv_thread_t threads[LOOPS];
static struct router *router;
static struct http_server *server;
static struct arena arena;
static atomic_bool drained;
static const struct route *fixture_routes; /* ends with a NULL pattern */

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

UNUSED static int start(void **state)
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
	for (const struct route *r = fixture_routes; r->pattern; r++)
		router_add(router, r);
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

UNUSED static int stop(void **state)
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

UNUSED static void pause_ms(long ms)
{
	struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

UNUSED static int dial_with(int receive_buffer)
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

UNUSED static int dial(void)
{
	return dial_with(0);
}

UNUSED static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

/* Everything until the server closes; NUL-terminated, to be freed. */
UNUSED static char *hear_all(int fd, size_t *len_out)
{
	struct buf all;
	ssize_t n;

	buf_init(&all, SIZE_MAX / 2);
	while ((n = recv(fd, buf_reserve(&all, 4096), 4095, 0)) > 0)
		buf_claim(&all, (size_t)n);
	assert_int_equal(n, 0);
	all.ptr[all.len] = '\0';
	close(fd);
	if (len_out)
		*len_out = all.len;
	return all.ptr;
}

/* One response with Content-Length, no more; in a buffer that the next call reuses. */
UNUSED static const char *hear_one(int fd)
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

UNUSED static const char *body_of(const char *response)
{
	const char *end = strstr(response, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

UNUSED static void expect_status(const char *response, int status)
{
	char line[32];

	snprintf(line, sizeof(line), "HTTP/1.1 %d ", status);
	if (strncmp(response, line, strlen(line)) != 0)
		print_error("wanted %d, got: %.200s\n", status, response);
	assert_int_equal(strncmp(response, line, strlen(line)), 0);
}

/* Sends, and checks the one answer before the server closes. */
UNUSED static void expect_last(const char *request, int status, const char *part)
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

UNUSED static bool is_closed(int fd)
{
	char c;
	bool closed = recv(fd, &c, 1, 0) == 0;

	close(fd);
	return closed;
}

#define END "Host: t\r\n\r\n"
#define CLOSE "Host: t\r\nConnection: close\r\n\r\n"

UNUSED static void wait_for_flag(atomic_bool *flag)
{
	for (int i = 0; i < 300 && !atomic_load(flag); i++)
		pause_ms(10);
	assert_true(atomic_load(flag));
}
