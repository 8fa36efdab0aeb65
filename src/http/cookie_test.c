/* SPDX-License-Identifier: Apache-2.0 */
/* Cookies, and the headers of a response they end up in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/request.h"
#include "http/response.h"

static struct arena arena;

static struct request request_with(const struct http_header *headers, size_t count)
{
	struct request req = {0};

	request_init(&req, &arena);
	req.headers = headers;
	req.header_count = count;
	return req;
}

static void test_reading(void **state)
{
	const struct http_header headers[] = {
		{STR("Cookie"), STR("a=1; access_token=x.y.z;b=\"q\"; empty=; a=2; novalue")},
		{STR("cookie"), STR("c=3")},
	};
	struct request req = request_with(headers, 2);

	(void)state;
	assert_true(str_is(request_cookie(&req, "a"), "1"));
	assert_true(str_is(request_cookie(&req, "access_token"), "x.y.z"));
	assert_true(str_is(request_cookie(&req, "b"), "q"));
	assert_true(str_is(request_cookie(&req, "c"), "3"));
	assert_non_null(request_cookie(&req, "empty").ptr);
	assert_null(request_cookie(&req, "novalue").ptr);
	assert_null(request_cookie(&req, "A").ptr);
	assert_null(request_cookie(&req, "token").ptr);
}

static void test_setting(void **state)
{
	struct request req = request_with(NULL, 0);

	(void)state;
	response_cookie(&req, &(struct cookie){.name = "sid", .value = STR("abc"), .max_age = 900});
	assert_true(str_is(response_header_find(&req, "set-cookie"),
		"sid=abc; Path=/; Max-Age=900; HttpOnly; SameSite=Lax"));
	response_cookie(&req, &(struct cookie){.name = "r", .path = "/api", .secure = true});
	assert_int_equal(req.extra_count, 2);
	assert_true(str_is(
		req.extra[1].value, "r=; Path=/api; Max-Age=0; HttpOnly; SameSite=Lax; Secure"));
	assert_true(req.no_compression);
}

static void test_replacing_and_adding(void **state)
{
	struct request req = request_with(NULL, 0);

	(void)state;
	response_header(&req, "ETag", STR("\"1\""));
	response_header(&req, "etag", STR("\"2\""));
	response_header_add(&req, "Link", STR("a"));
	response_header_add(&req, "Link", STR("b"));
	response_vary(&req, STR("Origin"));
	response_vary(&req, STR("Accept-Encoding"));
	response_vary(&req, STR("Origin"));
	assert_int_equal(req.extra_count, 4);
	assert_true(str_is(response_header_find(&req, "ETag"), "\"2\""));
	assert_true(str_is(response_header_find(&req, "Vary"), "Origin, Accept-Encoding"));
}

static void test_head(void **state)
{
	struct request req = request_with(NULL, 0);
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	response_text(&req, 201, "text/plain", STR("hello"));
	response_header(&req, "Location", STR("/x"));
	response_put_head(&req, 5, STR("now"), &out);
	assert_true(str_is(buf_str(&out),
		"HTTP/1.1 201 Created\r\nDate: now\r\n"
		"Content-Type: text/plain\r\nContent-Length: 5\r\n"
		"Location: /x\r\n\r\n"));
	buf_reset(&out, 4096);
	req.close = true;
	response_empty(&req, 204);
	response_put_head(&req, 0, STR("now"), &out);
	assert_true(str_is(buf_str(&out),
		"HTTP/1.1 204 No Content\r\nDate: now\r\n"
		"Connection: close\r\nLocation: /x\r\n\r\n"));
	buf_deinit(&out);
	buf_deinit(&req.body);
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_deinit(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_setting),
		cmocka_unit_test(test_replacing_and_adding),
		cmocka_unit_test(test_head),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
