/* SPDX-License-Identifier: Apache-2.0 */
/* Paths and query parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/request.h"
#include "http/uri.h"

static struct arena arena;

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

static void test_paths(void **state)
{
	static const struct {
		const char *target, *path, *query;
	} table[] = {
		{"", "/", ""},
		{"?a", "/", "a"},
		{"/", "/", ""},
		{"*", "*", ""},
		{"/a/b?c=d?e", "/a/b", "c=d?e"},
		{"/a%20b", "/a b", ""},
		{"/caf%C3%A9", "/caf\xc3\xa9", ""},
		{"/a/./b", "/a/b", ""},
		{"/a/../b", "/b", ""},
		{"/a/..", "/", ""},
		{"/a/.", "/a/", ""},
		{"/..", "/", ""},
		{"/../../a", "/a", ""},
		{"/a/b/%2e%2E/c", "/a/c", ""},
		{"/a/%2e/c", "/a/c", ""},
		{"/a/.../b", "/a/.../b", ""},
		{"/a//../b", "/a/b", ""},
		{"/.well-known/x", "/.well-known/x", ""},
		{"/a%5cb", "/a\\b", ""},
		{"/a%25b", "/a%b", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct str path, query;

		assert_int_equal(uri_split(&arena, str_of(table[i].target), &path, &query), ERR_OK);
		assert_string_equal(arena_cstr(&arena, path), table[i].path);
		assert_string_equal(arena_cstr(&arena, query), table[i].query);
	}
}

static void test_refused_paths(void **state)
{
	static const char *const table[] = {"/a%2Fb", "/a%2fb", "/%00", "/a%0ab", "/%7f", "/%",
		"/%2", "/%zz", "/%c3", "/%c0%af", "/%ed%a0%80", "/a\\b"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct str path, query;

		assert_int_equal(
			uri_split(&arena, str_of(table[i]), &path, &query), ERR_BAD_REQUEST);
	}
}

static struct request request_with(const char *query)
{
	struct request req = {0};

	request_init(&req, &arena);
	req.query = str_of(query);
	return req;
}

static void expect_param(struct request *req, struct str *rest, const char *name, const char *value)
{
	struct str got_name, got_value;
	bool more;

	assert_int_equal(request_next_param(req, rest, &got_name, &got_value, &more), ERR_OK);
	assert_int_equal(more, name != NULL);
	if (!more)
		return;
	assert_string_equal(arena_cstr(&arena, got_name), name);
	assert_string_equal(arena_cstr(&arena, got_value), value);
}

static void test_parameters(void **state)
{
	struct request req = request_with("a=1&&b=x+y%2Bz&amount[gte]=100&flag&e=&%61=2&f=g=h&");
	struct str rest = req.query;

	(void)state;
	expect_param(&req, &rest, "a", "1");
	expect_param(&req, &rest, "b", "x y+z");
	expect_param(&req, &rest, "amount[gte]", "100");
	expect_param(&req, &rest, "flag", "");
	expect_param(&req, &rest, "e", "");
	expect_param(&req, &rest, "a", "2");
	expect_param(&req, &rest, "f", "g=h");
	expect_param(&req, &rest, NULL, NULL);
	assert_true(str_is(request_param(&req, "a"), "1"));
	assert_true(str_is(request_param(&req, "flag"), ""));
	assert_non_null(request_param(&req, "flag").ptr);
	assert_null(request_param(&req, "nothing").ptr);
}

static void test_bad_parameters(void **state)
{
	static const char *const table[] = {
		"a=%", "a=%0", "a=%gg", "%=1", "a=%00", "a=%ff", "a=%c3"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct request req = request_with(table[i]);
		struct str rest = req.query, name, value;
		bool more;

		assert_int_equal(
			request_next_param(&req, &rest, &name, &value, &more), ERR_BAD_PARAMETER);
		assert_non_null(req.problem.message.ptr);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_refused_paths),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_bad_parameters),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
