/* SPDX-License-Identifier: Apache-2.0 */
/* What happens when PostgreSQL dies, hangs or was never there. */
#include <signal.h>

#include "db/testing_db.h"

/* --- one backend --------------------------------------------------------------------------------------------- */

static int answered;

static void kills_its_backend(int number)
{
	char value[64];

	(void)number;
	/* Read lanes ask again on another connection; the last one to do so finds nobody alive to kill
	 * twice, since the second attempt is the last. */
	assert_int_equal(
		test_query(DB_SLOW, "select pg_terminate_backend(pg_backend_pid())", value),
		ERR_DATABASE_AWAY);
	answered++;
}

static void reads(int number)
{
	char value[64];

	(void)number;
	assert_int_equal(
		test_query(DB_FAST, "select pg_sleep(0.2)::text || 'done'", value), ERR_OK);
	assert_string_equal(value, "done");
	answered++;
}

static void terminate_body(int number)
{
	(void)number;
	test_wait_up();
	for (int i = 0; i < 2; i++)
		test_spawn(reads, i);
	fiber_sleep(50);
	test_sql("postgres",
		"select pg_terminate_backend(pid) from pg_stat_activity where query like '%done%' "
		"and"
		" pid <> pg_backend_pid() limit 1");
	test_spawn(kills_its_backend, 0);
}

static void test_reads_survive_one_lost_connection(void **state)
{
	(void)state;
	answered = 0;
	test_run(2, 1, 1, 100, terminate_body);
	assert_int_equal(answered, 3);
}

static void write_lost_body(int number)
{
	struct db_stats stats;

	(void)number;
	assert_int_equal(
		test_query(DB_WRITE, "select pg_terminate_backend(pg_backend_pid())", NULL),
		ERR_DATABASE_AWAY);
	db_stats(test_db, DB_WRITE, &stats);
	/* The session's own and one attempt. */
	assert_int_equal(stats.segments, 2);
	assert_int_equal(test_query(DB_WRITE, "select 1", NULL), ERR_OK);
	db_stats(test_db, DB_WRITE, &stats);
	assert_int_equal(stats.losses, 1);
}

static void test_lost_write_is_not_repeated(void **state)
{
	(void)state;
	test_run(1, 1, 1, 10, write_lost_body);
}

/* --- a backend that hangs ---------------------------------------------------------------------------------------- */

static void hang_body(int number)
{
	uint64_t before = time_monotonic_ms();
	char pid[64], value[64];

	(void)number;
	assert_int_equal(test_query(DB_WRITE, "select pg_backend_pid()", pid), ERR_OK);
	kill((pid_t)strtol(pid, NULL, 10), SIGSTOP);
	fiber_set_deadline(before + 100);
	assert_int_equal(test_query(DB_WRITE, "select 1", value), ERR_DATABASE_AWAY);
	assert_in_range(time_monotonic_ms() - before, 2000, 3500);
	kill((pid_t)strtol(pid, NULL, 10), SIGCONT);
	fiber_set_deadline(0);
	assert_int_equal(test_query(DB_WRITE, "select 1", value), ERR_OK);
}

static void test_hanging_connection_is_dropped(void **state)
{
	(void)state;
	test_run(1, 1, 1, 10, hang_body);
}

/* --- the postmaster ---------------------------------------------------------------------------------------------- */

static int away, fine, late;
static bool stop;

static void loads(int number)
{
	static const enum db_lane lanes[] = {DB_FAST, DB_FAST, DB_SLOW, DB_WRITE};

	while (!stop) {
		char value[64];
		enum err err = test_query(lanes[number % 4], "select 1", value);

		if (err == ERR_OK)
			fine++;
		else if (err == ERR_DATABASE_AWAY)
			away++;
		else if (err == ERR_DEADLINE)
			late++;
		else
			fail_msg("unexpected error %s", err_info(err)->name);
		if (err)
			fiber_sleep(20);
	}
}

static bool works_again(void)
{
	char value[64];

	for (int i = 0; i < 3000; i++) {
		if (db_is_up(test_db) && test_query(DB_WRITE, "select 1", value) == ERR_OK)
			return true;
		fiber_sleep(20);
	}
	return false;
}

static void crash_body(int number)
{
	uint64_t killed_at;

	(void)number;
	test_wait_up();
	private_pg_supervise(test_pg, &test_loop);
	for (int i = 0; i < 80; i++)
		test_spawn(loads, i);
	fiber_sleep(200);
	assert_int_equal(away, 0);
	assert_in_range(fine, 1, INT32_MAX);
	killed_at = time_monotonic_ms();
	kill(private_pg_pid(test_pg), SIGKILL);
	/* Every one of them is told; none waits for its deadline. */
	for (int i = 0; i < 500 && away < 80; i++)
		fiber_sleep(10);
	assert_in_range(away, 80, INT32_MAX);
	fiber_sleep(100);
	assert_true(works_again());
	/* Unless a stalled disk kept PostgreSQL from coming back in that time. */
	assert_true(late == 0 || time_monotonic_ms() - killed_at > 20000);
	fine = 0;
	fiber_sleep(200);
	assert_in_range(fine, 1, INT32_MAX);
	stop = true;
	/* Supervision ends with its loop. */
	private_pg_stop(test_pg);
	test_pg = NULL;
}

static void test_crash_under_load(void **state)
{
	(void)state;
	away = fine = late = 0;
	stop = false;
	test_run(2, 1, 4, 1000, crash_body);
}

static void never_there_body(int number)
{
	uint64_t before = time_monotonic_ms();
	char value[64];

	(void)number;
	assert_int_equal(test_query(DB_FAST, "select 1", value), ERR_DATABASE_AWAY);
	assert_int_equal(test_query(DB_WRITE, "select 1", value), ERR_DATABASE_AWAY);
	assert_in_range(time_monotonic_ms() - before, 0, 1000);
	assert_false(db_is_up(test_db));
}

static void test_no_server(void **state)
{
	struct db_config config = {
		.conninfo = "host=/nowhere dbname=x", .connections = {1, 1, 1}, .queue_max = 10};

	(void)state;
	loop_init(&test_loop, 0);
	loop_bind(&test_loop);
	test_db = db_new(&test_loop, &config);
	test_spawn(never_there_body, 0);
	loop_run(&test_loop);
	loop_deinit(&test_loop);
}

/* --- closing -------------------------------------------------------------------------------------------------------- */

static void caught(int number)
{
	char value[64];

	assert_int_equal(test_query(number % 2 ? DB_SLOW : DB_WRITE, "select pg_sleep(5)", value),
		ERR_DATABASE_AWAY);
	answered++;
	if (--test_fibers == 0)
		stop = true;
}

static void caught_main(void *arg)
{
	caught((int)(intptr_t)arg);
}

static void closes(void *arg)
{
	(void)arg;
	fiber_sleep(100);
	db_close(test_db, test_on_closed, NULL);
}

static void test_close_fails_what_waits(void **state)
{
	struct db_config config = {.connections = {1, 1, 1}, .queue_max = 10};

	(void)state;
	assert_int_equal(test_start(test_roles), ERR_OK);
	config.conninfo = private_pg_conninfo(test_pg, "cairn_app");
	answered = 0;
	stop = false;
	test_fibers = 6;
	loop_init(&test_loop, 0);
	loop_bind(&test_loop);
	test_db = db_new(&test_loop, &config);
	for (intptr_t i = 0; i < 6; i++)
		fiber_spawn(caught_main, (void *)i);
	fiber_spawn(closes, NULL);
	loop_run(&test_loop);
	assert_int_equal(answered, 6);
	assert_int_equal(fiber_count(), 0);
	loop_deinit(&test_loop);
}

static int setup(void **state)
{
	int result = test_group_setup(state);

	/* Losses are what these tests are about. */
	log_set_level(LOG_LEVEL__COUNT);
	return result;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_survive_one_lost_connection),
		cmocka_unit_test(test_lost_write_is_not_repeated),
		cmocka_unit_test(test_hanging_connection_is_dropped),
		cmocka_unit_test(test_crash_under_load),
		cmocka_unit_test(test_no_server),
		cmocka_unit_test(test_close_fails_what_waits),
	};

	return cmocka_run_group_tests(tests, setup, test_group_teardown);
}
