/* SPDX-License-Identifier: Apache-2.0 */
/* Entity tags and the embedded files that have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/conditional.h"
#include "http/response.h"
#include "http/static.h"

static struct arena arena;
static struct http_header header;

static struct request request_with(const char *name, const char *value)
{
	struct request req = {0};

	request_init(&req, &arena);
	header = (struct http_header){str_of(name), str_of(value)};
	req.headers = &header;
	req.header_count = value != NULL;
	return req;
}

static void test_if_none_match(void **state)
{
	static const struct {
		const char *value;
		bool current;
	} table[] = {
		{NULL, false},
		{"", false},
		{"*", true},
		{"\"7\"", true},
		{"W/\"7\"", true},
		{"\"1\", W/\"2\" ,\"7\"", true},
		{"\"1\"", false},
		{"7", false},
		{"\"7", false},
		{"\"77\"", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct request req = request_with("If-None-Match", table[i].value);

		assert_int_equal(request_has_current(&req, STR("\"7\"")), table[i].current);
		assert_int_equal(request_has_current(&req, STR("W/\"7\"")), table[i].current);
	}
}

static void test_if_match(void **state)
{
	struct request absent = request_with("If-Match", NULL);
	struct request same = request_with("If-Match", "W/\"7\"");
	struct request other = request_with("If-Match", "\"8\"");

	(void)state;
	assert_int_equal(request_check_match(&absent, STR("\"7\"")), ERR_OK);
	other = request_with("If-Match", "\"8\"");
	assert_int_equal(request_check_match(&other, STR("\"7\"")), ERR_STALE);
	same = request_with("If-Match", "W/\"7\"");
	assert_int_equal(request_check_match(&same, STR("\"7\"")), ERR_OK);
}

#define FILE_OF(n, text)                                           \
	{                                                          \
		n, (const unsigned char *)(text), sizeof(text) - 1 \
	}

static const struct embedded_file files[] = {
	FILE_OF("assets/app-1a2b.js", "plain js"),
	FILE_OF("assets/app-1a2b.js.br", "br js"),
	FILE_OF("assets/app-1a2b.js.gz", "gz js"),
	FILE_OF("favicon.svg", "<svg/>"),
	FILE_OF("index.html", "<html>"),
	{0},
};

static struct request get(const char *path, const char *name, const char *value)
{
	struct request req = request_with(name, value);

	req.path = str_of(path);
	return req;
}

static void expect_file(struct request *req, const char *body, const char *type)
{
	assert_int_equal(static_serve(req), ERR_OK);
	assert_int_equal(req->status, 200);
	assert_true(str_is(response_body(req), body));
	assert_true(str_is(req->content_type, type));
}

static void test_files(void **state)
{
	struct request req = get("/assets/app-1a2b.js", NULL, NULL);

	(void)state;
	expect_file(&req, "plain js", "text/javascript; charset=utf-8");
	assert_true(str_is(response_header_find(&req, "Cache-Control"),
		"public, max-age=31536000, immutable"));
	req = get("/favicon.svg", NULL, NULL);
	expect_file(&req, "<svg/>", "image/svg+xml");
	assert_true(str_is(response_header_find(&req, "Cache-Control"), "no-cache"));
	req = get("/", NULL, NULL);
	expect_file(&req, "<html>", "text/html; charset=utf-8");
}

static void test_compressed_files(void **state)
{
	struct request req = get("/assets/app-1a2b.js", "Accept-Encoding", "gzip, br");

	(void)state;
	expect_file(&req, "br js", "text/javascript; charset=utf-8");
	assert_true(str_is(response_header_find(&req, "Content-Encoding"), "br"));
	req = get("/assets/app-1a2b.js", "Accept-Encoding", "gzip");
	expect_file(&req, "gz js", "text/javascript; charset=utf-8");
	req = get("/index.html", "Accept-Encoding", "gzip, br");
	expect_file(&req, "<html>", "text/html; charset=utf-8");
	assert_null(response_header_find(&req, "Content-Encoding").ptr);
}

static void test_unchanged_files(void **state)
{
	struct request first = get("/index.html", NULL, NULL), again;
	struct str tag;

	(void)state;
	assert_int_equal(static_serve(&first), ERR_OK);
	tag = response_header_find(&first, "ETag");
	again = get("/index.html", "If-None-Match", arena_cstr(&arena, tag));
	assert_int_equal(static_serve(&again), ERR_OK);
	assert_int_equal(again.status, 304);
	assert_true(str_eq(response_header_find(&again, "ETag"), tag));
}

static void test_pages_of_the_ui(void **state)
{
	struct request req = get("/contacts/7", "Accept", "text/html,*/*;q=0.8");

	(void)state;
	expect_file(&req, "<html>", "text/html; charset=utf-8");
	req = get("/assets/gone.js", "Accept", "*/*");
	assert_int_equal(static_serve(&req), ERR_NOT_FOUND);
	req = get("/api/v1/nope", "Accept", "text/html");
	assert_int_equal(static_serve(&req), ERR_NOT_FOUND);
	req = get("/contacts/7", "Accept", "text/html");
	req.method = HTTP_POST;
	assert_int_equal(static_serve(&req), ERR_NOT_FOUND);
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	static_configure(files);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	static_configure(&(struct embedded_file){0});
	arena_deinit(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_if_none_match),
		cmocka_unit_test(test_if_match),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_compressed_files),
		cmocka_unit_test(test_unchanged_files),
		cmocka_unit_test(test_pages_of_the_ui),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
