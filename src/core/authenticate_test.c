/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication: which credentials make a caller, on which routes, from which pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/app.h"
#include "core/authenticate.h"
#include "core/caller_cache.h"
#include "core/config.h"
#include "core/token.h"
#include "http/router.h"

#define USER "0192f0c0-0000-7000-8000-000000000001"
#define ORG "0192f0c0-0000-7000-8000-000000000002"
#define SESSION "0192f0c0-0000-7000-8000-000000000003"

static struct arena arena;
static struct config config;
static struct app app;
static struct request *req;
static struct http_header headers[4];
static enum err session;

static enum err look_up(
	struct request *asking, const struct token_claims *claims, struct caller *out)
{
	(void)asking;
	*out = (struct caller){
		.user_id = claims->user_id,
		.org_id = claims->org_id,
		.session_id = claims->session_id,
	};
	return session;
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	session = ERR_OK;
	app = (struct app){.config = &config};
	app.keys = token_keys_new(STR("0123456789abcdef0123456789abcdef"), STR("x"));
	app.callers = caller_cache_new(look_up, 16);
	req = ARENA_NEW(&arena, struct request);
	request_init(req, &arena);
	req->app = &app;
	req->host = STR("crm.example.com");
	req->headers = headers;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_deinit(&arena);
	caller_cache_free(app.callers);
	token_keys_free(app.keys);
	return 0;
}

static struct str token(void)
{
	struct token_claims claims = {
		.user_id = STR(USER), .org_id = STR(ORG), .session_id = STR(SESSION)};

	return token_sign(app.keys, &arena, &claims);
}

static void header(const char *name, struct str value)
{
	headers[req->header_count++] = (struct http_header){str_of(name), value};
}

static void bearer(const char *scheme, struct str value)
{
	header("Authorization", arena_printf(&arena, "%s %.*s", scheme, STR_ARG(value)));
}

static void cookie(struct str value)
{
	header("Cookie", arena_printf(&arena, "a=b; access_token=%.*s", STR_ARG(value)));
}

static enum err ask(enum http_method method, unsigned flags)
{
	static struct route route;

	route = (struct route){.method = method, .flags = flags};
	req->method = method;
	req->route = &route;
	return authenticate(req);
}

static void expect_caller(void)
{
	assert_non_null(req->caller);
	assert_true(str_is(req->caller->user_id, USER));
	assert_true(str_is(req->log_context.user_id, USER));
	assert_true(str_is(req->log_context.org_id, ORG));
}

static void test_nothing(void **state)
{
	(void)state;
	assert_int_equal(ask(HTTP_GET, 0), ERR_UNAUTHORIZED);
	assert_null(req->caller);
}

static void test_bearer(void **state)
{
	(void)state;
	bearer("bearer", token());
	assert_int_equal(ask(HTTP_POST, 0), ERR_OK);
	expect_caller();
}

static void test_bad_headers(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		req->header_count = 0;
		bearer(i == 0 ? "Basic" : "Bearer",
			i == 1           ? STR("x.y.z")
				: i == 2 ? STR("")
					 : token());
		if (i == 3)
			session = ERR_BAD_TOKEN;
		assert_int_equal(ask(HTTP_GET, 0), ERR_BAD_TOKEN);
	}
}

/* A bad header is not repaired by a good cookie. */
static void test_header_wins(void **state)
{
	(void)state;
	bearer("Bearer", STR("x"));
	cookie(token());
	assert_int_equal(ask(HTTP_GET, 0), ERR_BAD_TOKEN);
}

static void test_cookie_reads(void **state)
{
	(void)state;
	cookie(token());
	header("Origin", STR("https://evil.example"));
	assert_int_equal(ask(HTTP_GET, 0), ERR_OK);
	expect_caller();
}

static void test_cookie_writes(void **state)
{
	static const enum http_method unsafe[] = {HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(unsafe); i++) {
		req->header_count = 0;
		cookie(token());
		assert_int_equal(ask(unsafe[i], 0), ERR_FORBIDDEN);
		header("Origin", STR("https://evil.example"));
		assert_int_equal(ask(unsafe[i], 0), ERR_FORBIDDEN);
		assert_null(req->caller);
		headers[1].value = STR("https://crm.example.com");
		assert_int_equal(ask(unsafe[i], 0), ERR_OK);
		expect_caller();
		req->caller = NULL;
	}
}

static void test_bearer_needs_no_origin(void **state)
{
	(void)state;
	bearer("Bearer", token());
	header("Origin", STR("https://other.example"));
	assert_int_equal(ask(HTTP_POST, 0), ERR_OK);
}

static void test_public(void **state)
{
	(void)state;
	bearer("Bearer", STR("x"));
	assert_int_equal(ask(HTTP_POST, ROUTE_PUBLIC), ERR_OK);
	req->route = NULL;
	assert_int_equal(authenticate(req), ERR_OK);
	assert_null(req->caller);
}

static void test_lenient(void **state)
{
	unsigned flags = ROUTE_PUBLIC | ROUTE_NO_AUTH_FAILURE;

	(void)state;
	assert_int_equal(ask(HTTP_POST, flags), ERR_OK);
	bearer("Bearer", STR("x"));
	assert_int_equal(ask(HTTP_POST, flags), ERR_OK);
	assert_null(req->caller);
	req->header_count = 0;
	bearer("Bearer", token());
	assert_int_equal(ask(HTTP_POST, flags), ERR_OK);
	expect_caller();
	req->header_count = 0;
	cookie(token());
	assert_int_equal(ask(HTTP_POST, flags), ERR_FORBIDDEN);
}

static void test_database_away(void **state)
{
	(void)state;
	session = ERR_DATABASE_AWAY;
	bearer("Bearer", token());
	assert_int_equal(ask(HTTP_GET, 0), ERR_DATABASE_AWAY);
	assert_int_equal(ask(HTTP_GET, ROUTE_PUBLIC | ROUTE_NO_AUTH_FAILURE), ERR_DATABASE_AWAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bearer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bad_headers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_header_wins, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cookie_reads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cookie_writes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bearer_needs_no_origin, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_public, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_lenient, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_database_away, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
