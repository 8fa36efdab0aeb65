/* SPDX-License-Identifier: Apache-2.0 */
/* Finding routes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/response.h"
#include "http/router.h"

static struct arena arena;
static struct router *router;

static enum err nothing(struct request *req)
{
	(void)req;
	return ERR_OK;
}

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/", .handle = nothing},
	{.method = HTTP_GET, .pattern = "/api/v1/contacts", .handle = nothing},
	{.method = HTTP_POST, .pattern = "/api/v1/contacts", .handle = nothing},
	{.method = HTTP_GET, .pattern = "/api/v1/contacts/{id}", .handle = nothing},
	{.method = HTTP_PATCH, .pattern = "/api/v1/contacts/{id}", .handle = nothing},
	{.method = HTTP_GET, .pattern = "/api/v1/contacts/export.csv", .handle = nothing},
	{.method = HTTP_GET, .pattern = "/api/v1/{thing}/{id}/timeline", .handle = nothing},
	{.method = HTTP_DELETE, .pattern = "/api/v1/contacts/{id}/tags/{tag}", .handle = nothing},
	{.method = HTTP_HEAD, .pattern = "/only-head", .handle = nothing},
};

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	router = router_new();
	for (size_t i = 0; i < ARRAY_LEN(routes); i++)
		router_add(router, &routes[i]);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	router_free(router);
	arena_deinit(&arena);
	return 0;
}

static struct request request_for(enum http_method method, const char *path)
{
	struct request req = {0};

	request_init(&req, &arena);
	req.method = method;
	req.path = str_of(path);
	return req;
}

static void test_found(void **state)
{
	static const struct {
		enum http_method method;
		const char *path;
		int route;
		const char *first, *second;
	} table[] = {
		{HTTP_GET, "/", 0, NULL, NULL},
		{HTTP_GET, "/api/v1/contacts", 1, NULL, NULL},
		{HTTP_HEAD, "/api/v1/contacts", 1, NULL, NULL},
		{HTTP_GET, "/api/v1/contacts/", 1, NULL, NULL},
		{HTTP_POST, "/api/v1/contacts", 2, NULL, NULL},
		{HTTP_GET, "/api/v1/contacts/7", 3, "7", NULL},
		{HTTP_PATCH, "/api/v1/contacts/7", 4, "7", NULL},
		{HTTP_GET, "/api/v1/contacts/export.csv", 5, NULL, NULL},
		/* The literal leads nowhere, so the name is tried. */
		{HTTP_GET, "/api/v1/contacts/7/timeline", 6, "contacts", "7"},
		{HTTP_GET, "/api/v1/deals/8/timeline", 6, "deals", "8"},
		{HTTP_DELETE, "/api/v1/contacts/7/tags/9", 7, "7", "9"},
		{HTTP_HEAD, "/only-head", 8, NULL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct request req = request_for(table[i].method, table[i].path);

		assert_int_equal(router_find(router, &req), ERR_OK);
		assert_ptr_equal(req.route, &routes[table[i].route]);
		if (table[i].first)
			assert_true(str_is(req.params[0], table[i].first));
		if (table[i].second)
			assert_true(str_is(req.params[1], table[i].second));
	}
}

static void test_not_found(void **state)
{
	static const char *const table[] = {"/nope", "/api", "/api/v1", "/api/v1/contacts//", "//",
		"/api/v1//timeline", "/api/v1/contacts/7/nope", "/api/v1/contacts/7/tags/9/10",
		"/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a", "*"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct request req = request_for(HTTP_GET, table[i]);

		assert_int_equal(router_find(router, &req), ERR_NOT_FOUND);
		assert_null(req.route);
	}
}

static void expect_allow(enum http_method method, const char *path, const char *allow)
{
	struct request req = request_for(method, path);

	assert_int_equal(router_find(router, &req), ERR_BAD_METHOD);
	assert_true(str_is(response_header_find(&req, "Allow"), allow));
}

static void test_wrong_method(void **state)
{
	(void)state;
	expect_allow(HTTP_DELETE, "/api/v1/contacts", "GET, HEAD, POST, OPTIONS");
	expect_allow(HTTP_POST, "/api/v1/contacts/7", "GET, HEAD, PATCH, OPTIONS");
	expect_allow(HTTP_GET, "/only-head", "HEAD, OPTIONS");
}

static void test_routes_are_listed_in_order(void **state)
{
	const struct route *const *all;

	(void)state;
	assert_int_equal(router_routes(router, &all), ARRAY_LEN(routes));
	for (size_t i = 0; i < ARRAY_LEN(routes); i++)
		assert_ptr_equal(all[i], &routes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_wrong_method),
		cmocka_unit_test(test_routes_are_listed_in_order),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
