/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions, cursors and staging. */
#include "db/testing_db.h"

static const struct db_context someone = {.org_id = STR("org")};

static enum err tx_sql(
	struct db_tx *tx, struct arena *arena, const char *sql, struct db_result *out)
{
	struct db_stmt stmt = {.sql = str_of(sql)};
	struct db_error error;

	return db_tx_query(tx, arena, &stmt, out, &error);
}

static long count_things(void)
{
	char value[64];

	assert_int_equal(test_query(DB_FAST, "select count(*) from things", value), ERR_OK);
	return strtol(value, NULL, 10);
}

/* --- transactions --------------------------------------------------------------------------------------------- */

static void tx_body(int number)
{
	struct arena arena;
	struct db_tx *tx;
	struct db_result result;

	(void)number;
	arena_init(&arena);
	assert_int_equal(db_begin(test_db, DB_WRITE, &arena, &someone, &tx), ERR_OK);
	assert_int_equal(tx_sql(tx, &arena, "insert into things values (1, 'a')", &result), ERR_OK);
	assert_int_equal(
		tx_sql(tx, &arena, "select current_setting('app.org_id')", &result), ERR_OK);
	assert_true(str_is(db_value(&result, 0, 0), "org"));
	assert_int_equal(count_things(), 0);
	assert_int_equal(db_commit(tx), ERR_OK);
	assert_int_equal(count_things(), 1);

	assert_int_equal(db_begin(test_db, DB_WRITE, &arena, NULL, &tx), ERR_OK);
	assert_int_equal(
		tx_sql(tx, &arena, "select current_setting('app.org_id', true)", &result), ERR_OK);
	assert_true(str_is(db_value(&result, 0, 0), ""));
	assert_int_equal(tx_sql(tx, &arena, "delete from things", &result), ERR_OK);
	assert_int_equal(result.affected, 1);
	assert_int_equal(tx_sql(tx, &arena, "select 1 / 0", &result), ERR_DB_REFUSED);
	db_rollback(tx);
	assert_int_equal(count_things(), 1);

	/* Nothing run: nothing sent. */
	assert_int_equal(db_begin(test_db, DB_WRITE, &arena, NULL, &tx), ERR_OK);
	assert_int_equal(db_commit(tx), ERR_OK);
	assert_int_equal(db_begin(test_db, DB_WRITE, &arena, NULL, &tx), ERR_OK);
	db_rollback(tx);
	assert_int_equal(test_query(DB_WRITE, "delete from things", NULL), ERR_OK);
	arena_deinit(&arena);
}

static void test_commit_and_rollback(void **state)
{
	(void)state;
	test_run(1, 1, 1, 10, tx_body);
}

static void adds_one(int number)
{
	struct arena arena;
	struct db_tx *tx;
	struct db_result result;

	(void)number;
	arena_init(&arena);
	assert_int_equal(db_begin(test_db, DB_WRITE, &arena, NULL, &tx), ERR_OK);
	assert_int_equal(
		tx_sql(tx, &arena, "select name from things where id = 1 for update", &result),
		ERR_OK);
	fiber_sleep(1);
	assert_int_equal(
		tx_sql(tx, &arena, "update things set name = name || 'x' where id = 1", &result),
		ERR_OK);
	assert_int_equal(db_commit(tx), ERR_OK);
	arena_deinit(&arena);
}

static void many_body(int number)
{
	(void)number;
	assert_int_equal(test_query(DB_WRITE, "insert into things values (1, '')", NULL), ERR_OK);
	for (int i = 0; i < 40; i++)
		test_spawn(adds_one, i);
}

static void test_transactions_wait_for_connections(void **state)
{
	(void)state;
	test_run(1, 1, 3, 100, many_body);
	assert_string_equal(test_sql("postgres", "select length(name) from things"), "40");
	test_sql("postgres", "truncate things");
}

static void lost_body(int number)
{
	struct arena arena;
	struct db_tx *tx;
	struct db_result result;
	char sql[64];

	(void)number;
	arena_init(&arena);
	for (int idle = 0; idle < 2; idle++) {
		assert_int_equal(db_begin(test_db, DB_WRITE, &arena, NULL, &tx), ERR_OK);
		assert_int_equal(
			tx_sql(tx, &arena, "insert into things values (7, 'x')", &result), ERR_OK);
		assert_int_equal(tx_sql(tx, &arena, "select pg_backend_pid()", &result), ERR_OK);
		snprintf(sql, sizeof(sql), "select pg_terminate_backend(%s)",
			db_value(&result, 0, 0).ptr);
		test_sql("postgres", sql);
		/* The loss may be noticed before the next statement, or by it. */
		if (idle)
			fiber_sleep(100);
		assert_int_equal(tx_sql(tx, &arena, "select 1", &result), ERR_DATABASE_AWAY);
		db_rollback(tx);
	}
	assert_int_equal(count_things(), 0);
	assert_int_equal(test_query(DB_WRITE, "select 1", NULL), ERR_OK);
	arena_deinit(&arena);
}

static void test_lost_connection_ends_the_transaction(void **state)
{
	(void)state;
	log_set_level(LOG_LEVEL__COUNT);
	test_run(1, 1, 1, 10, lost_body);
	log_set_level(LOG_LEVEL_ERROR);
}

/* --- cursors --------------------------------------------------------------------------------------------------- */

static void cursor_body(int number)
{
	struct arena arena;
	struct str param = STR("100000");
	struct db_stmt stmt = {
		.sql = STR("select i, repeat('x', 100) from generate_series(1, $1::int) i"),
		.param_count = 1,
		.params = &param};
	struct db_cursor *cursor;
	struct db_result result;
	long rows = 0;

	(void)number;
	arena_init(&arena);
	assert_int_equal(db_cursor_open(test_db, &arena, &someone, &stmt, &cursor, NULL), ERR_OK);
	do {
		assert_int_equal(db_cursor_next(cursor, 500, &result), ERR_OK);
		for (int i = 0; i < result.rows; i++)
			assert_int_equal(strtol(db_value(&result, i, 0).ptr, NULL, 10), ++rows);
	} while (result.rows > 0);
	db_cursor_close(cursor);
	assert_int_equal(rows, 100000);

	stmt.sql = STR("select nonsense");
	stmt.param_count = 0;
	struct db_error error;
	assert_int_equal(
		db_cursor_open(test_db, &arena, NULL, &stmt, &cursor, &error), ERR_DB_REFUSED);
	assert_true(str_is(error.sqlstate, "42703"));
	/* Closed halfway; the connection serves others. */
	stmt.sql = STR("select generate_series(1, 1000)");
	assert_int_equal(db_cursor_open(test_db, &arena, NULL, &stmt, &cursor, NULL), ERR_OK);
	assert_int_equal(db_cursor_next(cursor, 10, &result), ERR_OK);
	assert_int_equal(result.rows, 10);
	db_cursor_close(cursor);
	assert_int_equal(test_query(DB_SLOW, "select 1", NULL), ERR_OK);
	/* What fails behind the second slice is told after it, and again. */
	stmt.sql = STR("select 1 / (25 - i), i from generate_series(1, 100) as i");
	assert_int_equal(db_cursor_open(test_db, &arena, NULL, &stmt, &cursor, NULL), ERR_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(db_cursor_next(cursor, 10, &result), ERR_OK);
		assert_int_equal(result.rows, 10);
		fiber_sleep(20);
		/* The next one came meanwhile; this one is as it was. */
		assert_int_equal(strtol(db_value(&result, 9, 1).ptr, NULL, 10), 10 * (i + 1));
	}
	assert_int_equal(db_cursor_next(cursor, 10, &result), ERR_DB_REFUSED);
	assert_int_equal(db_cursor_next(cursor, 10, &result), ERR_DB_REFUSED);
	assert_int_equal(result.rows, 0);
	db_cursor_close(cursor);
	assert_int_equal(test_query(DB_SLOW, "select 1", NULL), ERR_OK);
	arena_deinit(&arena);
}

static void test_cursor_reads_in_slices(void **state)
{
	(void)state;
	test_run(1, 1, 1, 10, cursor_body);
}

/* --- staging ----------------------------------------------------------------------------------------------------- */

static void stage_body(int number)
{
	struct arena arena;
	struct db_stage *stage;
	struct db_stmt stmt = {
		.sql = STR("insert into things select line, c1 || current_setting('app.org_id')"
			   " from stage where c2 is null")};
	struct db_result result;
	struct buf lines;
	int64_t rows = 0;

	(void)number;
	arena_init(&arena);
	buf_init(&lines, 1 << 20);
	assert_int_equal(db_stage_open(test_db, &arena, &someone, &stage), ERR_OK);
	assert_int_equal(db_stage_copy(stage, 2), ERR_OK);
	for (int i = 0; i < 100000; i++) {
		buf_printf(&lines, "%d\tname %d\t\\N\n", i, i);
		if (lines.len < 200000 && i < 99999)
			continue;
		assert_int_equal(db_stage_write(stage, buf_str(&lines)), ERR_OK);
		buf_reset(&lines, 1 << 20);
	}
	assert_int_equal(db_stage_finish(stage, &rows), ERR_OK);
	assert_int_equal(rows, 100000);
	assert_int_equal(db_stage_query(stage, &arena, &stmt, &result, NULL), ERR_OK);
	assert_int_equal(result.affected, 100000);
	assert_int_equal(db_stage_commit(stage), ERR_OK);
	assert_int_equal(count_things(), 100000);
	buf_deinit(&lines);
	arena_deinit(&arena);
}

static void test_stage_of_many_rows(void **state)
{
	(void)state;
	test_run(1, 1, 1, 10, stage_body);
	assert_string_equal(
		test_sql("postgres", "select name from things where id = 5"), "name 5org");
	test_sql("postgres", "truncate things");
}

static void stage_refusals_body(int number)
{
	struct arena arena;
	struct db_stage *stages[2], *third;
	struct db_stmt stmt = {.sql = STR("insert into things values (1, 'x')")};
	struct db_result result;
	int64_t rows;

	(void)number;
	arena_init(&arena);
	assert_int_equal(db_stage_open(test_db, &arena, NULL, &stages[0]), ERR_OK);
	assert_int_equal(db_stage_open(test_db, &arena, NULL, &stages[1]), ERR_OK);
	assert_int_equal(db_stage_open(test_db, &arena, NULL, &third), ERR_UNAVAILABLE);
	assert_int_equal(db_stage_copy(stages[0], 1), ERR_OK);
	assert_int_equal(db_stage_copy(stages[1], 1), ERR_OK);
	assert_int_equal(db_stage_write(stages[0], STR("not a number\tx\n")), ERR_OK);
	assert_int_equal(db_stage_finish(stages[0], &rows), ERR_DB_REFUSED);
	db_stage_abort(stages[0]);
	assert_int_equal(db_stage_finish(stages[1], &rows), ERR_OK);
	assert_int_equal(rows, 0);
	assert_int_equal(db_stage_query(stages[1], &arena, &stmt, &result, NULL), ERR_OK);
	db_stage_abort(stages[1]);
	assert_int_equal(count_things(), 0);
	arena_deinit(&arena);
}

static void test_stage_refusals(void **state)
{
	(void)state;
	log_set_level(LOG_LEVEL__COUNT);
	test_run(1, 1, 1, 10, stage_refusals_body);
	log_set_level(LOG_LEVEL_ERROR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commit_and_rollback),
		cmocka_unit_test(test_transactions_wait_for_connections),
		cmocka_unit_test(test_lost_connection_ends_the_transaction),
		cmocka_unit_test(test_cursor_reads_in_slices),
		cmocka_unit_test(test_stage_of_many_rows),
		cmocka_unit_test(test_stage_refusals),
	};

	return cmocka_run_group_tests(tests, test_group_setup, test_group_teardown);
}
