/* SPDX-License-Identifier: Apache-2.0 */
/* The callers' cache: one look-up for many, freshness, forgetting, bounds, what requests still hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/fiber.h"
#include "base/loop.h"
#include "core/caller_cache.h"

#define USER "0192f0c0-0000-7000-8000-000000000001"
#define OTHER "0192f0c0-0000-7000-8000-000000000009"
#define ORG "0192f0c0-0000-7000-8000-000000000002"
#define SESSION "0192f0c0-0000-7000-8000-000000000003"

static struct loop loop;
static struct app app, *all[1] = {&app};
static int looked_up, finished;
static enum err answer;

static enum err look_up(struct request *req, const struct token_claims *claims, struct caller *out)
{
	int number = ++looked_up;

	fiber_sleep(5);
	if (answer)
		return answer;
	*out = (struct caller){
		.user_id = claims->user_id,
		.org_id = claims->org_id,
		.session_id = claims->session_id,
		.email = arena_printf(req->arena, "look-up %d", number),
		.preset = PRESET_MANAGER,
	};
	out->scopes[3][VERB_UPDATE] = SCOPE_TEAM;
	return ERR_OK;
}

static struct token_claims claims_of(const char *session, const char *user)
{
	return (struct token_claims){
		.user_id = str_of(user), .org_id = STR(ORG), .session_id = str_of(session)};
}

static void run(fiber_main *main, int times)
{
	looked_up = finished = 0;
	answer = ERR_OK;
	app = (struct app){.loop = &loop, .all = all, .count = 1};
	app.callers = caller_cache_new(look_up, 4);
	loop_init(&loop, 0);
	loop_bind(&loop);
	for (int i = 0; i < times; i++)
		fiber_spawn(main, &times);
	loop_run(&loop);
	loop_deinit(&loop);
	caller_cache_free(app.callers);
}

struct asking {
	struct arena arena;
	struct request *req;
	const struct caller *caller;
	enum err err;
};

static void ask(struct asking *asking, const char *session, const char *user)
{
	struct token_claims claims = claims_of(session, user);

	arena_init(&asking->arena);
	asking->req = ARENA_NEW(&asking->arena, struct request);
	request_init(asking->req, &asking->arena);
	asking->req->app = &app;
	asking->err = caller_cache_get(app.callers, asking->req, &claims, &asking->caller);
}

static void end(struct asking *asking)
{
	arena_deinit(&asking->arena);
}

static void expect(const char *session, const char *user, const char *email)
{
	struct asking asking;

	ask(&asking, session, user);
	assert_int_equal(asking.err, ERR_OK);
	assert_true(str_is(asking.caller->email, email));
	assert_true(str_is(asking.caller->user_id, user));
	assert_int_equal(asking.caller->preset, PRESET_MANAGER);
	assert_int_equal(asking.caller->scopes[3][VERB_UPDATE], SCOPE_TEAM);
	assert_null(asking.caller->team_id.ptr);
	end(&asking);
}

static void ask_once(void *arg)
{
	int times = *(int *)arg;

	expect(SESSION, USER, "look-up 1");
	if (++finished == times)
		loop_stop(&loop);
}

static void test_many_wait_for_one(void **state)
{
	(void)state;
	run(ask_once, 50);
	assert_int_equal(looked_up, 1);
}

static void ask_again(void *arg)
{
	(void)arg;
	expect(SESSION, USER, "look-up 1");
	expect(SESSION, USER, "look-up 1");
	expect(SESSION, OTHER, "look-up 2");
	loop_stop(&loop);
}

static void test_is_kept(void **state)
{
	(void)state;
	run(ask_again, 1);
	assert_int_equal(looked_up, 2);
}

static void forget_each(void *arg)
{
	(void)arg;
	expect(SESSION, USER, "look-up 1");
	caller_cache_forget_session(&app, STR(OTHER));
	caller_cache_forget_user(&app, STR(OTHER));
	caller_cache_forget_org(&app, STR(OTHER));
	caller_cache_forget_org(&app, STR("short"));
	expect(SESSION, USER, "look-up 1");
	caller_cache_forget_session(&app, STR(SESSION));
	expect(SESSION, USER, "look-up 2");
	caller_cache_forget_user(&app, STR(USER));
	expect(SESSION, USER, "look-up 3");
	caller_cache_forget_org(&app, STR(ORG));
	expect(SESSION, USER, "look-up 4");
	loop_stop(&loop);
}

static void test_forgets(void **state)
{
	(void)state;
	run(forget_each, 1);
}

static void forget_while_held(void *arg)
{
	struct asking asking;

	(void)arg;
	ask(&asking, SESSION, USER);
	caller_cache_forget_user(&app, STR(USER));
	assert_true(str_is(asking.caller->email, "look-up 1"));
	end(&asking);
	loop_stop(&loop);
}

static void test_a_request_keeps_its_caller(void **state)
{
	(void)state;
	run(forget_while_held, 1);
}

static void ask_first(void *arg)
{
	(void)arg;
	expect(SESSION, USER, "look-up 1");
	finished++;
}

/* The look-up under way may have read what was true before: nobody who asks later gets it. */
static void forget_under_way(void *arg)
{
	(void)arg;
	fiber_spawn(ask_first, NULL);
	fiber_sleep(1);
	caller_cache_forget_session(&app, STR(SESSION));
	expect(SESSION, USER, "look-up 2");
	/* On a busy machine both look-ups may end at once, in either order. */
	while (finished < 1)
		fiber_sleep(1);
	expect(SESSION, USER, "look-up 2");
	loop_stop(&loop);
}

static void test_forgets_what_is_under_way(void **state)
{
	(void)state;
	run(forget_under_way, 1);
	assert_int_equal(looked_up, 2);
}

static enum err ask_for_err(void)
{
	struct asking asking;

	ask(&asking, SESSION, USER);
	end(&asking);
	return asking.err;
}

static void fail_look_ups(void *arg)
{
	(void)arg;
	answer = ERR_DATABASE_AWAY;
	assert_int_equal(ask_for_err(), ERR_DATABASE_AWAY);
	assert_int_equal(ask_for_err(), ERR_DATABASE_AWAY);
	assert_int_equal(looked_up, 2);
	answer = ERR_BAD_TOKEN;
	assert_int_equal(ask_for_err(), ERR_BAD_TOKEN);
	assert_int_equal(ask_for_err(), ERR_BAD_TOKEN);
	assert_int_equal(looked_up, 3);
	loop_stop(&loop);
}

static void test_failures(void **state)
{
	(void)state;
	run(fail_look_ups, 1);
}

static void overflow(void *arg)
{
	char session[40], email[40];

	(void)arg;
	for (int i = 0; i < 20; i++) {
		snprintf(session, sizeof(session), "0192f0c0-0000-7000-8000-%012d", i);
		snprintf(email, sizeof(email), "look-up %d", i + 1);
		expect(session, USER, email);
	}
	assert_int_equal(looked_up, 20);
	expect(session, USER, "look-up 20");
	loop_stop(&loop);
}

static void test_is_bounded(void **state)
{
	(void)state;
	run(overflow, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_wait_for_one),
		cmocka_unit_test(test_is_kept),
		cmocka_unit_test(test_forgets),
		cmocka_unit_test(test_a_request_keeps_its_caller),
		cmocka_unit_test(test_forgets_what_is_under_way),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
