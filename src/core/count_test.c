/* SPDX-License-Identifier: Apache-2.0 */
/* Totals: one count for many, for how long it serves and whom, and what makes it wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/fiber.h"
#include "base/loop.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/count.h"

#define ORG "0192f0c0-0000-7000-8000-000000000002"
#define OTHER_ORG "0192f0c0-0000-7000-8000-000000000003"
#define ANN "0192f0c0-0000-7000-8000-00000000000a"
#define BOB "0192f0c0-0000-7000-8000-00000000000b"

static struct loop loop;
static struct app app, *all[1] = {&app};
static const struct resource *company, *contact;
static int counted, finished;
static enum err answer;

/* Every count finds one row more, so that its number tells which one it was. */
static enum err count(const struct query *query, struct count *out)
{
	(void)query;
	*out = (struct count){.total = ++counted};
	fiber_sleep(2);
	return answer;
}

static int setup(void **state)
{
	struct arena arena;
	struct problem problem;

	(void)state;
	arena_init(&arena);
	problem_init(&problem, &arena);
	assert_int_equal(resources_init(&problem), ERR_OK);
	arena_deinit(&arena);
	company = resource_find(STR("company"));
	contact = resource_find(STR("contact"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	resources_deinit();
	return 0;
}

static void run(fiber_main *main, int times)
{
	counted = finished = 0;
	answer = ERR_OK;
	app = (struct app){.loop = &loop, .all = all, .count = 1};
	app.counts = count_cache_new(count);
	loop_init(&loop, 0);
	loop_bind(&loop);
	for (int i = 0; i < times; i++)
		fiber_spawn(main, &times);
	loop_run(&loop);
	loop_deinit(&loop);
	count_cache_free(app.counts);
}

/* Somebody who lists a resource: Ann, who sees all companies, unless said otherwise. */
struct asking {
	const char *org, *user;
	enum scope scope;
	const struct resource *resource;
	const char *shape;
};

static const struct resource *resource_of(const struct asking *a)
{
	return a->resource ? a->resource : company;
}

static struct caller caller_of(const struct asking *a)
{
	struct caller caller = {.org_id = str_of(a->org ? a->org : ORG),
		.user_id = str_of(a->user ? a->user : ANN),
		.time_zone = STR("UTC"),
		.access = STR("|"),
		.team_users = STR("{}")};

	caller.scopes[resource_of(a)->index][VERB_READ] = (unsigned char)(a->scope ? a->scope
										   : SCOPE_ALL);
	return caller;
}

static int64_t total(struct asking a)
{
	struct arena arena;
	struct request *req;
	struct caller caller = caller_of(&a);
	struct query query = {.resource = resource_of(&a), .shape = str_of(a.shape)};
	struct count out = {0};

	arena_init(&arena);
	req = ARENA_NEW(&arena, struct request);
	request_init(req, &arena);
	req->app = &app;
	req->caller = &caller;
	query.req = req;
	if (count_rows(&query, &out) != ERR_OK)
		out.total = -1;
	arena_deinit(&arena);
	return out.total;
}

static void written(struct asking a)
{
	struct caller caller = caller_of(&a);
	struct request req = {.caller = &caller};

	count_changed(&req, resource_of(&a));
}

#define ASK(...) total((struct asking){__VA_ARGS__})
#define WRITE(...) written((struct asking){__VA_ARGS__})

static void done(void *arg)
{
	if (++finished == *(int *)arg)
		loop_stop(&loop);
}

/* --- many at once ------------------------------------------------------------------------------- */

static void ask_once(void *arg)
{
	assert_int_equal(ASK(.shape = "many"), 1);
	done(arg);
}

static void test_many_wait_for_one(void **state)
{
	(void)state;
	run(ask_once, 50);
	assert_int_equal(counted, 1);
}

/* --- sets --------------------------------------------------------------------------------------- */

static void ask_of_sets(void *arg)
{
	assert_int_equal(ASK(.shape = "a"), 1);
	assert_int_equal(ASK(.shape = "b"), 2);
	assert_int_equal(ASK(.shape = "a", .resource = contact), 3);
	assert_int_equal(ASK(.shape = "a", .org = OTHER_ORG), 4);
	/* All see the same; of the own everybody something else. */
	assert_int_equal(ASK(.shape = "a", .user = BOB), 1);
	assert_int_equal(ASK(.shape = "a", .scope = SCOPE_OWN), 5);
	assert_int_equal(ASK(.shape = "a", .scope = SCOPE_OWN, .user = BOB), 6);
	assert_int_equal(ASK(.shape = "a", .scope = SCOPE_OWN), 5);
	done(arg);
}

static void test_what_is_counted_is_the_set_that_is_seen(void **state)
{
	(void)state;
	run(ask_of_sets, 1);
}

/* --- writes ------------------------------------------------------------------------------------- */

static void ask_and_write(void *arg)
{
	assert_int_equal(ASK(.shape = "w"), 1);
	WRITE(.resource = contact);
	WRITE(.org = OTHER_ORG);
	assert_int_equal(ASK(.shape = "w"), 1);
	WRITE(.shape = "w");
	assert_int_equal(ASK(.shape = "w"), 2);
	/* Another's write may be missed for a second, and no longer. */
	WRITE(.user = BOB);
	assert_int_equal(ASK(.shape = "w"), 2);
	assert_int_equal(ASK(.shape = "w", .user = BOB), 3);
	WRITE(.user = BOB);
	fiber_sleep(1100);
	assert_int_equal(ASK(.shape = "w"), 4);
	done(arg);
}

static void test_own_writes_are_counted_others_soon(void **state)
{
	(void)state;
	run(ask_and_write, 1);
}

/* --- failures ----------------------------------------------------------------------------------- */

static void ask_and_fail(void *arg)
{
	answer = ERR_UNAVAILABLE;
	assert_int_equal(ASK(.shape = "f"), -1);
	answer = ERR_OK;
	assert_int_equal(ASK(.shape = "f"), 2);
	assert_int_equal(ASK(.shape = "f"), 2);
	done(arg);
}

static void test_a_failure_is_not_kept(void **state)
{
	(void)state;
	run(ask_and_fail, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_wait_for_one),
		cmocka_unit_test(test_what_is_counted_is_the_set_that_is_seen),
		cmocka_unit_test(test_own_writes_are_counted_others_soon),
		cmocka_unit_test(test_a_failure_is_not_kept),
	};

	return cmocka_run_group_tests_name("core/count", tests, setup, teardown);
}
