/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of lanes and transactions: a test body on a fiber, with a struct db on the private
 * cluster, and short words for running statements. */
#pragma once

#include "base/fiber.h"
#include "base/loop.h"
#include "base/time.h"
#include "db/db.h"
#include "db/testing.h"

static struct loop test_loop;
static struct db *test_db;
/* Of the next struct db; 0 for what is usual. */
static unsigned test_acquire_ms, test_query_ms;
/* Bodies and the fibers they start; the last one to end closes the database. */
static int test_fibers;

static inline void test_on_closed(void *arg)
{
	(void)arg;
	test_db = NULL;
	loop_stop(&test_loop);
}

struct test_fiber {
	void (*body)(int number);
	int number;
};

static inline void test_fiber_main(void *arg)
{
	struct test_fiber fiber = *(struct test_fiber *)arg;

	free(arg);
	fiber.body(fiber.number);
	if (--test_fibers == 0)
		db_close(test_db, test_on_closed, NULL);
}

static inline void test_spawn(void (*body)(int number), int number)
{
	struct test_fiber *fiber = malloc(sizeof(*fiber));

	assert_non_null(fiber);
	*fiber = (struct test_fiber){body, number};
	test_fibers++;
	fiber_spawn(test_fiber_main, fiber);
}

/* Runs the body and what it spawns until all have ended. */
static inline void test_run(
	unsigned fast, unsigned slow, unsigned write, unsigned queue, void (*body)(int number))
{
	struct db_config config = {.conninfo = private_pg_conninfo(test_pg, "cairn_app"),
		.connections = {fast, slow, write},
		.queue_max = queue,
		.acquire_ms = test_acquire_ms,
		.query_ms = test_query_ms};

	loop_init(&test_loop, 0);
	loop_bind(&test_loop);
	test_db = db_new(&test_loop, &config);
	test_spawn(body, 0);
	loop_run(&test_loop);
	assert_int_equal(fiber_count(), 0);
	loop_deinit(&test_loop);
}

static inline void test_wait_up(void)
{
	for (int i = 0; i < 1000 && !db_is_up(test_db); i++)
		fiber_sleep(10);
	assert_true(db_is_up(test_db));
}

/* One statement without parameters; the first value, or the SQLSTATE of a refusal, is copied to `out`
 * (64 bytes). */
static inline enum err test_query_as(
	enum db_lane lane, const struct db_context *context, const char *sql, char *out)
{
	struct arena arena;
	struct db_stmt stmt = {.sql = str_of(sql)};
	struct db_result result = {0};
	struct db_error error = {0};
	struct str value = STR("");
	enum err err;

	arena_init(&arena);
	err = db_query(test_db, lane, &arena, context, &stmt, &result, &error);
	if (err == ERR_DB_REFUSED)
		value = error.sqlstate;
	else if (!err && result.rows)
		value = db_value(&result, 0, 0);
	if (out)
		snprintf(out, 64, "%.*s", (int)value.len, value.ptr ? value.ptr : "");
	arena_deinit(&arena);
	return err;
}

static inline enum err test_query(enum db_lane lane, const char *sql, char *out)
{
	return test_query_as(lane, NULL, sql, out);
}

static inline int test_group_setup(void **state)
{
	(void)state;
	/* cmocka cannot jump out of a fiber. */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	log_set_level(LOG_LEVEL_ERROR);
	test_make_dir();
	if (test_start(test_roles) != ERR_OK)
		fail_msg("%.*s", STR_ARG(test_problem.message));
	test_sql("postgres",
		"create table things (id int primary key, name text);"
		"grant select, insert, update, delete on things to cairn_app;"
		"alter table things owner to cairn_owner");
	return 0;
}

static inline int test_group_teardown(void **state)
{
	(void)state;
	if (test_pg)
		private_pg_stop(test_pg);
	test_remove_dir();
	return 0;
}
