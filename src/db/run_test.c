/* SPDX-License-Identifier: Apache-2.0 */
/* Lanes: contexts, groups, errors, retries, limits. */
#include "db/testing_db.h"

#define SETTINGS "select current_setting('app.org_id', true) || current_setting('app.access', true)"

static const struct db_context someone = {.org_id = STR("org"), .access = STR("|a:aaaa|")};

/* --- context ------------------------------------------------------------------------------------------------ */

static void sees_its_context(int number)
{
	char value[64];

	(void)number;
	assert_int_equal(test_query_as(DB_FAST, &someone, SETTINGS, value), ERR_OK);
	assert_string_equal(value, "org|a:aaaa|");
}

static void sees_nothing(int number)
{
	char value[64];

	(void)number;
	assert_int_equal(test_query(DB_FAST, SETTINGS, value), ERR_OK);
	assert_string_equal(value, "");
}

/* The same organisation, other rights. */
static void sees_anothers_context(int number)
{
	static const struct db_context another = {.org_id = STR("org"), .access = STR("|a:oooo|")};
	char value[64];

	(void)number;
	assert_int_equal(test_query_as(DB_FAST, &another, SETTINGS, value), ERR_OK);
	assert_string_equal(value, "org|a:oooo|");
}

static void context_body(int number)
{
	(void)number;
	for (size_t lane = 0; lane < DB_LANE__COUNT; lane++) {
		char value[64];

		assert_int_equal(
			test_query_as((enum db_lane)lane, &someone, SETTINGS, value), ERR_OK);
		assert_string_equal(value, "org|a:aaaa|");
		assert_int_equal(test_query((enum db_lane)lane, SETTINGS, value), ERR_OK);
		assert_string_equal(value, "");
	}
	/* In one turn, hence in one group, on the one connection. */
	for (int i = 0; i < 20; i++)
		test_spawn(i % 2 ? sees_nothing : sees_its_context, i);
	/* Runs of the same caller, which set their context once. */
	for (int i = 0; i < 30; i++)
		test_spawn(i % 7 < 3        ? sees_its_context
				: i % 7 < 6 ? sees_anothers_context
					    : sees_nothing,
			i);
}

static void test_context_is_set_and_gone(void **state)
{
	(void)state;
	test_run(1, 1, 1, 100, context_body);
}

/* --- groups ------------------------------------------------------------------------------------------------- */

static int refused, served;

static void good_or_bad(int number)
{
	struct arena arena;
	char text[16] = "";
	struct str param = {text, (size_t)snprintf(text, sizeof(text), "%d", number % 7)};
	struct db_stmt stmt = {
		.sql = STR("select 84 / $1::int"), .param_count = 1, .params = &param};
	struct db_result result;
	struct db_error error;
	enum err err;

	arena_init(&arena);
	for (int i = 0; i < 20; i++) {
		err = db_query(test_db, DB_FAST, &arena, &someone, &stmt, &result, &error);
		if (number % 7 == 0) {
			assert_int_equal(err, ERR_DB_REFUSED);
			assert_true(str_is(error.sqlstate, "22012"));
			refused++;
		} else {
			assert_int_equal(err, ERR_OK);
			assert_int_equal(
				strtol(db_value(&result, 0, 0).ptr, NULL, 10), 84 / (number % 7));
			served++;
		}
	}
	arena_deinit(&arena);
}

static void mixed_body(int number)
{
	(void)number;
	for (int i = 0; i < 210; i++)
		test_spawn(good_or_bad, i);
}

static void test_failures_stay_their_own(void **state)
{
	(void)state;
	refused = served = 0;
	test_run(2, 1, 1, 1000, mixed_body);
	assert_int_equal(refused, 30 * 20);
	assert_int_equal(served, 180 * 20);
}

/* --- errors ------------------------------------------------------------------------------------------------- */

static void first_error_body(int number)
{
	struct arena arena;
	struct db_stmt stmts[] = {
		{.sql = STR("insert into things values (1, 'one')")},
		{.sql = STR("insert into things values (1, 'again')")},
		{.sql = STR("select 1 / 0")},
	};
	struct db_result results[3];
	struct db_batch batch = {.arena = &arena, .stmts = stmts, .count = 3, .results = results};
	char value[64];

	(void)number;
	arena_init(&arena);
	assert_int_equal(db_run(test_db, DB_WRITE, &batch), ERR_DB_REFUSED);
	assert_int_equal(batch.error.statement, 1);
	assert_true(str_is(batch.error.sqlstate, "23505"));
	assert_true(str_is(batch.error.constraint, "things_pkey"));
	assert_true(str_is(batch.error.table, "things"));
	/* Nothing of it is kept, and the connection goes on. */
	assert_int_equal(test_query(DB_WRITE, "select count(*) from things", value), ERR_OK);
	assert_string_equal(value, "0");
	batch.count = 1;
	assert_int_equal(db_run(test_db, DB_WRITE, &batch), ERR_OK);
	assert_int_equal(results[0].affected, 1);
	assert_int_equal(test_query(DB_WRITE, "delete from things", NULL), ERR_OK);
	arena_deinit(&arena);
}

static void test_first_error_decides(void **state)
{
	(void)state;
	test_run(1, 1, 1, 10, first_error_body);
}

static void refusals_body(int number)
{
	struct arena arena;
	struct str param = {"a\0b", 3};
	struct db_stmt stmt = {.sql = STR("select $1::text"), .param_count = 1, .params = &param};
	struct db_result result;
	struct db_error error;
	char value[64];

	(void)number;
	arena_init(&arena);
	assert_int_equal(
		db_query(test_db, DB_FAST, &arena, NULL, &stmt, &result, &error), ERR_DB_REFUSED);
	assert_true(str_is(error.sqlstate, "22021"));
	/* Lanes for reading refuse to write. */
	assert_int_equal(test_query(DB_FAST, "delete from things", value), ERR_DB_REFUSED);
	assert_string_equal(value, "25006");
	assert_int_equal(test_query(DB_FAST, "selec", value), ERR_DB_REFUSED);
	assert_string_equal(value, "42601");
	assert_int_equal(test_query(DB_WRITE, "copy things to stdout", value), ERR_DATABASE_AWAY);
	/* An absent string is NULL. */
	param = STR_NONE;
	assert_int_equal(db_query(test_db, DB_FAST, &arena, NULL, &stmt, &result, NULL), ERR_OK);
	assert_true(db_is_null(&result, 0, 0));
	assert_null(db_value(&result, 0, 0).ptr);
	assert_int_equal(test_query(DB_FAST, "select 'still here'", value), ERR_OK);
	assert_string_equal(value, "still here");
	arena_deinit(&arena);
}

static void test_refusals(void **state)
{
	(void)state;
	log_set_level(LOG_LEVEL__COUNT);
	test_run(1, 1, 2, 10, refusals_body);
	log_set_level(LOG_LEVEL_ERROR);
}

/* --- writes --------------------------------------------------------------------------------------------------- */

static void writes(int number)
{
	struct arena arena;
	char text[16] = "";
	struct str param;
	struct db_stmt stmt = {.sql = STR("insert into things values ($1, 'x') returning id"),
		.param_count = 1,
		.params = &param};
	struct db_result result;

	arena_init(&arena);
	for (int i = 0; i < 20; i++) {
		param = (struct str){
			text, (size_t)snprintf(text, sizeof(text), "%d", number * 20 + i)};
		assert_int_equal(
			db_query(test_db, DB_WRITE, &arena, NULL, &stmt, &result, NULL), ERR_OK);
		assert_int_equal(result.rows, 1);
		assert_true(str_eq(db_value(&result, 0, 0), param));
	}
	arena_deinit(&arena);
}

static void writes_body(int number)
{
	(void)number;
	for (int i = 0; i < 50; i++)
		test_spawn(writes, i);
}

static void test_writes_commit(void **state)
{
	(void)state;
	test_run(1, 1, 4, 1000, writes_body);
	assert_string_equal(test_sql("postgres", "select count(*) from things"), "1000");
	test_sql("postgres", "truncate things");
}

/* --- shared writes -------------------------------------------------------------------------------------------- */

static enum err write_shared(struct arena *arena, const struct db_context *context, const char *sql,
	int number, struct db_error *error)
{
	char text[16] = "";
	struct str param = {text, (size_t)snprintf(text, sizeof(text), "%d", number)};
	struct db_stmt stmt = {.sql = str_of(sql), .param_count = 1, .params = &param};
	struct db_result result;
	struct db_batch batch = {.arena = arena,
		.context = context,
		.stmts = &stmt,
		.count = 1,
		.results = &result,
		.may_share = true};
	enum err err = db_run(test_db, DB_WRITE, &batch);

	*error = batch.error;
	return err;
}

/* Every seventh violates the key, every third belongs to another organisation. */
static void shares(int number)
{
	static const struct db_context theirs = {.org_id = STR("theirs")};
	struct arena arena;
	struct db_error error;

	arena_init(&arena);
	for (int i = 0; i < 10; i++) {
		bool doomed = number % 7 == 0;
		enum err err = write_shared(&arena, number % 3 ? &someone : &theirs,
			"insert into things values ($1, current_setting('app.org_id'))",
			doomed ? -1 : number * 10 + i, &error);

		assert_int_equal(err, doomed ? ERR_DB_REFUSED : ERR_OK);
		assert_true(!doomed || str_is(error.constraint, "things_pkey"));
	}
	arena_deinit(&arena);
}

static void shared_body(int number)
{
	(void)number;
	assert_int_equal(
		test_query(DB_WRITE, "insert into things values (-1, 'taken')", NULL), ERR_OK);
	test_wait_up();
	for (int i = 0; i < 60; i++)
		test_spawn(shares, i);
}

static void test_shared_writes_fail_for_themselves(void **state)
{
	(void)state;
	test_run(1, 1, 4, 1000, shared_body);
	assert_string_equal(
		test_sql("postgres", "select count(*) from things where id >= 0"), "510");
	assert_string_equal(test_sql("postgres",
				    "select count(*) from things where id >= 0 and name <> "
				    "case when id / 10 % 3 = 0 then 'theirs' else 'org' end"),
		"0");
	test_sql("postgres", "truncate things");
}

static void shares_well(int number)
{
	struct arena arena;
	struct db_error error;

	arena_init(&arena);
	for (int i = 0; i < 10; i++)
		assert_int_equal(
			write_shared(&arena, &someone, "insert into things values ($1, '')",
				number * 10 + i, &error),
			ERR_OK);
	arena_deinit(&arena);
}

static void sharing_body(int number)
{
	(void)number;
	test_wait_up();
	for (int i = 0; i < 60; i++)
		test_spawn(shares_well, i);
}

static void test_writes_share_transactions(void **state)
{
	(void)state;
	test_run(1, 1, 4, 1000, sharing_body);
	assert_string_equal(test_sql("postgres", "select count(*) from things"), "600");
	assert_string_equal(
		test_sql("postgres", "select count(distinct xmin::text) < 200 from things"), "t");
	test_sql("postgres", "truncate things");
}

static uint64_t released, longest;

static void waits_for_lock(int number)
{
	struct arena arena;
	struct db_error error;

	(void)number;
	arena_init(&arena);
	assert_int_equal(write_shared(&arena, &someone,
				 "update things set name = 'b' where id = $1", 1, &error),
		ERR_OK);
	assert_true(time_monotonic_ms() >= released && released > 0);
	arena_deinit(&arena);
}

static void waits_for_nobody(int number)
{
	uint64_t before = time_monotonic_ms();
	struct arena arena;
	struct db_error error;

	arena_init(&arena);
	assert_int_equal(write_shared(&arena, &someone, "insert into things values ($1, '')",
				 number, &error),
		ERR_OK);
	longest = MAX(longest, time_monotonic_ms() - before);
	arena_deinit(&arena);
}

static void locked_body(int number)
{
	struct arena arena;
	struct db_tx *tx;
	struct db_stmt stmt = {.sql = STR("update things set name = 'a' where id = 1")};
	struct db_result result;

	(void)number;
	assert_int_equal(test_query(DB_WRITE, "insert into things values (1, '')", NULL), ERR_OK);
	test_wait_up();
	arena_init(&arena);
	assert_int_equal(db_begin(test_db, DB_WRITE, &arena, NULL, &tx), ERR_OK);
	assert_int_equal(db_tx_query(tx, &arena, &stmt, &result, NULL), ERR_OK);
	test_spawn(waits_for_lock, 0);
	for (int i = 2; i < 9; i++)
		test_spawn(waits_for_nobody, i);
	fiber_sleep(3000);
	released = time_monotonic_ms();
	assert_int_equal(db_commit(tx), ERR_OK);
	arena_deinit(&arena);
}

static void test_shared_writes_do_not_wait_for_a_neighbours_lock(void **state)
{
	(void)state;
	released = longest = 0;
	test_run(1, 1, 4, 100, locked_body);
	assert_in_range(longest, 1, 2500);
	assert_string_equal(test_sql("postgres", "select name from things where id = 1"), "b");
	test_sql("postgres", "truncate things");
}

/* A constraint that is checked at the commit, where no statement is to blame. */
static void late_body(int number)
{
	struct arena arena;
	struct db_error error;

	(void)number;
	arena_init(&arena);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(write_shared(&arena, &someone, "insert into late values ($1 % 1)",
					 i, &error),
			i ? ERR_DB_REFUSED : ERR_OK);
		assert_true(i == 0 || str_is(error.constraint, "late_once"));
	}
	arena_deinit(&arena);
}

static void test_errors_of_the_commit(void **state)
{
	(void)state;
	test_sql("cairn_owner",
		"create table late (id int constraint late_once unique deferrable "
		"initially deferred)");
	test_sql("cairn_owner", "grant insert on late to cairn_app");
	test_run(1, 1, 1, 100, late_body);
	test_sql("cairn_owner", "drop table late");
}

/* Two statements of two batches, in opposite order: PostgreSQL breaks the deadlock, we try again. */
static void locks_both(int number)
{
	struct arena arena;
	struct db_stmt stmts[] = {
		{.sql = number ? STR("update things set name = name || 'a' where id = 1")
			       : STR("update things set name = name || 'b' where id = 2")},
		{.sql = STR("select pg_sleep(0.1)")},
		{.sql = number ? STR("update things set name = name || 'a' where id = 2")
			       : STR("update things set name = name || 'b' where id = 1")},
	};
	struct db_result results[3];
	struct db_batch batch = {.arena = &arena, .stmts = stmts, .count = 3, .results = results};

	arena_init(&arena);
	assert_int_equal(db_run(test_db, DB_WRITE, &batch), ERR_OK);
	arena_deinit(&arena);
}

static void deadlock_body(int number)
{
	(void)number;
	assert_int_equal(
		test_query(DB_WRITE, "insert into things values (1, ''), (2, '')", NULL), ERR_OK);
	test_wait_up();
	test_spawn(locks_both, 0);
	test_spawn(locks_both, 1);
}

static void test_deadlock_is_retried(void **state)
{
	(void)state;
	test_sql("postgres", "alter system set deadlock_timeout = '50ms'");
	test_sql("postgres", "select pg_reload_conf()");
	test_run(1, 1, 2, 10, deadlock_body);
	assert_string_equal(test_sql("postgres", "select sum(length(name)) from things"), "4");
	test_sql("postgres", "truncate things");
}

/* --- prepared statements --------------------------------------------------------------------------------------- */

static void stale_plan_body(int number)
{
	char value[64];

	(void)number;
	assert_int_equal(test_query(DB_WRITE, "select * from things", value), ERR_OK);
	assert_int_equal(test_query(DB_FAST, "select * from things", value), ERR_OK);
	test_sql("cairn_owner", "alter table things add column more text");
	assert_int_equal(test_query(DB_FAST, "select * from things", value), ERR_OK);
	assert_int_equal(test_query(DB_WRITE, "select * from things", value), ERR_OK);
	test_sql("cairn_owner", "alter table things drop column more");
	assert_int_equal(test_query(DB_FAST, "select * from things", value), ERR_OK);
	/* The old ones are gone on the server too: the query, and this one. */
	assert_int_equal(
		test_query(DB_FAST, "select count(*) from pg_prepared_statements", value), ERR_OK);
	assert_string_equal(value, "2");
}

static void test_changed_table_is_prepared_again(void **state)
{
	(void)state;
	test_run(1, 1, 1, 10, stale_plan_body);
}

static void eviction_body(int number)
{
	char sql[64], value[64];

	(void)number;
	for (int i = 0; i < 700; i++) {
		snprintf(sql, sizeof(sql), "select %d", i);
		assert_int_equal(test_query(DB_FAST, sql, value), ERR_OK);
		assert_int_equal(strtol(value, NULL, 10), i);
	}
	assert_int_equal(
		test_query(DB_FAST, "select count(*) from pg_prepared_statements", value), ERR_OK);
	assert_in_range(strtol(value, NULL, 10), 250, 258);
}

static void test_prepared_statements_are_bounded(void **state)
{
	(void)state;
	test_run(1, 1, 1, 10, eviction_body);
}

/* --- limits --------------------------------------------------------------------------------------------------- */

static int full, expired, slept;

static void sleeps(int number)
{
	enum err err;

	/* The last one is impatient. */
	if (number == 3)
		fiber_set_deadline(time_monotonic_ms() + 100);
	err = test_query(DB_SLOW, "select pg_sleep(0.3)", NULL);
	full += err == ERR_UNAVAILABLE;
	expired += err == ERR_DEADLINE;
	slept += err == ERR_OK;
}

static void limits_body(int number)
{
	uint64_t before = time_monotonic_ms();
	char value[64];

	(void)number;
	test_wait_up();
	assert_int_equal(test_query(DB_FAST, "select pg_sleep(3)", value), ERR_DEADLINE);
	assert_in_range(time_monotonic_ms() - before, 400, 1500);
	for (int i = 1; i <= 5; i++)
		test_spawn(sleeps, i);
}

static void test_limits(void **state)
{
	(void)state;
	full = expired = slept = 0;
	test_run(1, 1, 1, 2, limits_body);
	assert_int_equal(full, 2);
	assert_int_equal(expired, 1);
	assert_int_equal(slept, 2);
}

/* One sleeps on the only connection; the others have a deadline far away, and give up all the same. */
static void waits(int number)
{
	uint64_t before = time_monotonic_ms();
	enum err err = test_query(DB_WRITE, "select pg_sleep(0.6)", NULL);

	(void)number;
	slept += err == ERR_OK;
	full += err == ERR_UNAVAILABLE && time_monotonic_ms() - before < 450;
}

static void leases(int number)
{
	struct db_tx *tx;
	struct arena arena;

	(void)number;
	arena_init(&arena);
	full += db_begin(test_db, DB_WRITE, &arena, NULL, &tx) == ERR_UNAVAILABLE;
	arena_deinit(&arena);
}

static void acquire_body(int number)
{
	(void)number;
	test_wait_up();
	for (int i = 0; i < 3; i++)
		test_spawn(waits, i);
	test_spawn(leases, 3);
}

static void test_acquire_timeout(void **state)
{
	(void)state;
	full = slept = 0;
	test_acquire_ms = 200;
	test_run(1, 1, 1, 10, acquire_body);
	test_acquire_ms = 0;
	assert_int_equal(slept, 1);
	assert_int_equal(full, 3);
}

static void query_timeout_body(int number)
{
	(void)number;
	test_wait_up();
	assert_int_equal(test_query(DB_SLOW, "select pg_sleep(2)", NULL), ERR_DEADLINE);
	assert_int_equal(test_query(DB_WRITE, "select pg_sleep(2)", NULL), ERR_DEADLINE);
	assert_int_equal(test_query(DB_WRITE, "select pg_sleep(0.01)", NULL), ERR_OK);
}

static void test_query_timeout(void **state)
{
	(void)state;
	test_query_ms = 150;
	test_run(1, 1, 1, 10, query_timeout_body);
	test_query_ms = 0;
}

static void deadline_body(int number)
{
	uint64_t before = time_monotonic_ms();

	(void)number;
	fiber_set_deadline(time_monotonic_ms() + 300);
	assert_int_equal(test_query(DB_SLOW, "select pg_sleep(5)", NULL), ERR_DEADLINE);
	assert_in_range(time_monotonic_ms() - before, 200, 1000);
	assert_int_equal(test_query(DB_SLOW, "select 1", NULL), ERR_DEADLINE);
}

static void test_deadline_becomes_statement_timeout(void **state)
{
	(void)state;
	test_run(1, 1, 1, 2, deadline_body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_context_is_set_and_gone),
		cmocka_unit_test(test_failures_stay_their_own),
		cmocka_unit_test(test_first_error_decides),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_writes_commit),
		cmocka_unit_test(test_shared_writes_fail_for_themselves),
		cmocka_unit_test(test_writes_share_transactions),
		cmocka_unit_test(test_shared_writes_do_not_wait_for_a_neighbours_lock),
		cmocka_unit_test(test_errors_of_the_commit),
		cmocka_unit_test(test_deadlock_is_retried),
		cmocka_unit_test(test_changed_table_is_prepared_again),
		cmocka_unit_test(test_prepared_statements_are_bounded),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_acquire_timeout),
		cmocka_unit_test(test_query_timeout),
		cmocka_unit_test(test_deadline_becomes_statement_timeout),
	};

	return cmocka_run_group_tests(tests, test_group_setup, test_group_teardown);
}
