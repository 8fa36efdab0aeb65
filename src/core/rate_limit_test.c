/* SPDX-License-Identifier: Apache-2.0 */
/* The request limit: windows that slide, keys that do not meet, headers of the chain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/time.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/rate_limit.h"

enum { WINDOW = 900 };

/* The beginning of a window. */
#define START (INT64_C(2000000) * WINDOW)

static struct rate_limit *limits;

static void at(double seconds)
{
	time_set_clock(START * 1000000 + (int64_t)(seconds * 1e6));
}

static int set_up(void **state)
{
	(void)state;
	limits = rate_limit_new((struct config_rate){100, WINDOW});
	at(0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	rate_limit_free(limits);
	time_set_clock(0);
	return 0;
}

static int take_many(const char *key, int n)
{
	int allowed = 0;

	for (int i = 0; i < n; i++)
		allowed += rate_limit_take(limits, 'a', str_of(key)).allowed;
	return allowed;
}

static void test_limit(void **state)
{
	struct rate_verdict verdict = rate_limit_take(limits, 'a', STR("192.0.2.1"));

	(void)state;
	assert_true(verdict.allowed);
	assert_int_equal(verdict.remaining, 99);
	assert_int_equal(verdict.reset_seconds, WINDOW);
	assert_int_equal(take_many("192.0.2.1", 150), 99);
	verdict = rate_limit_take(limits, 'a', STR("192.0.2.1"));
	assert_false(verdict.allowed);
	assert_int_equal(verdict.remaining, 0);
	assert_true(verdict.retry_seconds > 0);
	assert_int_equal(take_many("192.0.2.2", 1), 1);
	assert_true(rate_limit_take(limits, 'u', STR("192.0.2.1")).allowed);
}

/* What was refused does not count, and the window before counts by its part. */
static void test_window_slides(void **state)
{
	(void)state;
	assert_int_equal(take_many("a", 200), 100);
	at(WINDOW - 1);
	assert_int_equal(take_many("a", 10), 0);
	at(WINDOW * 1.25);
	assert_int_equal(take_many("a", 100), 25);
	at(WINDOW * 1.5);
	assert_int_equal(take_many("a", 100), 25);
	at(WINDOW * 4);
	assert_int_equal(take_many("a", 200), 100);
}

static void test_retry_after_is_true(void **state)
{
	int wait;

	(void)state;
	assert_int_equal(take_many("a", 100), 100);
	wait = rate_limit_take(limits, 'a', STR("a")).retry_seconds;
	at(wait - 12);
	assert_int_equal(take_many("a", 1), 0);
	at(wait);
	assert_int_equal(take_many("a", 1), 1);
	assert_int_equal(take_many("a", 50), 0);
	wait += rate_limit_take(limits, 'a', STR("a")).retry_seconds;
	at(wait);
	assert_int_equal(take_many("a", 1), 1);
}

static void test_off(void **state)
{
	(void)state;
	assert_null(rate_limit_new((struct config_rate){0}));
}

static void test_many_keys(void **state)
{
	char key[32];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		snprintf(key, sizeof(key), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
		assert_true(rate_limit_take(limits, 'a', str_of(key)).allowed);
	}
}

/* --- in the chain ----------------------------------------------------------------------------- */

static struct str sent(const struct request *req, const char *name)
{
	for (size_t i = 0; i < req->extra_count; i++)
		if (str_is(req->extra[i].name, name))
			return req->extra[i].value;
	return STR_NONE;
}

static enum err ask(
	struct arena *arena, struct app *app, const char *path, const char *ip, struct request *req)
{
	request_init(req, arena);
	req->app = app;
	req->path = str_of(path);
	req->remote_ip = str_of(ip);
	return rate_limit_address(req);
}

static void test_chain(void **state)
{
	struct app app = {.limits = limits};
	struct request *req;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	req = ARENA_NEW(&arena, struct request);
	for (int i = 0; i < 100; i++)
		assert_int_equal(ask(&arena, &app, "/api/v1/contacts", "192.0.2.1", req), ERR_OK);
	assert_true(str_is(sent(req, "RateLimit-Limit"), "100"));
	assert_true(str_is(sent(req, "RateLimit-Remaining"), "0"));
	assert_true(str_is(sent(req, "X-RateLimit-Remaining"), "0"));
	assert_true(str_is(sent(req, "RateLimit-Reset"), "900"));
	assert_int_equal(ask(&arena, &app, "/auth/login", "192.0.2.1", req), ERR_RATE_LIMITED);
	assert_true(req->problem.retry_after > 0);
	assert_int_equal(ask(&arena, &app, "/api/health", "192.0.2.1", req), ERR_OK);
	assert_int_equal(ask(&arena, &app, "/assets/app.js", "192.0.2.1", req), ERR_OK);
	assert_int_equal(ask(&arena, &app, "/api/v1/contacts", "192.0.2.2", req), ERR_OK);
	arena_deinit(&arena);
}

/* One subscriber of IPv6 has more addresses than the table has places. */
static void test_ipv6_counts_by_network(void **state)
{
	struct app app = {.limits = limits};
	struct request *req;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	req = ARENA_NEW(&arena, struct request);
	for (int i = 0; i < 100; i++)
		assert_int_equal(ask(&arena, &app, "/api/v1/x",
					 arena_printf(&arena, "2001:db8:1:2:%x::1", i).ptr, req),
			ERR_OK);
	assert_int_equal(ask(&arena, &app, "/api/v1/x", "2001:db8:1:2::7", req), ERR_RATE_LIMITED);
	assert_int_equal(ask(&arena, &app, "/api/v1/x", "2001:db8:1:3::7", req), ERR_OK);
	assert_int_equal(ask(&arena, &app, "/api/v1/x", "::ffff:192.0.2.7", req), ERR_OK);
	assert_true(str_is(sent(req, "RateLimit-Remaining"), "99"));
	assert_int_equal(ask(&arena, &app, "/api/v1/x", "::ffff:192.0.2.8", req), ERR_OK);
	assert_true(str_is(sent(req, "RateLimit-Remaining"), "99"));
	arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_limit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_window_slides, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_retry_after_is_true, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_off, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_many_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_chain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ipv6_counts_by_network, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
