/* SPDX-License-Identifier: Apache-2.0 */
/* The private PostgreSQL: first and second start, refusals, orphans, supervision. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/fiber.h"
#include "base/loop.h"
#include "base/time.h"
#include "db/testing.h"

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static bool problem_names(const char *word)
{
	struct str message = test_problem.message;

	return str_find(message, str_of(word)) < message.len;
}

static void test_serves_and_starts_again_quickly(void **state)
{
	uint64_t before;

	(void)state;
	assert_string_equal(test_sql("cairn_app", "select current_user"), "cairn_app");
	test_sql("cairn_owner", "create table kept (a int)");
	assert_string_equal(test_sql("postgres", "show server_encoding"), "UTF8");
	assert_string_equal(test_sql("postgres", "show data_checksums"), "on");
	assert_string_equal(test_sql("postgres", "show listen_addresses"), "");
	assert_string_equal(
		test_sql("postgres", "show shared_preload_libraries"), "pg_stat_statements");
	private_pg_stop(test_pg);
	before = time_monotonic_ms();
	assert_int_equal(test_start(test_roles), ERR_OK);
	assert_in_range(time_monotonic_ms() - before, 0, 2000);
	assert_string_equal(test_sql("postgres", "select count(*) from kept"), "0");
}

static void test_one_server_a_directory(void **state)
{
	struct private_pg_config config = {.data_dir = test_dir};
	struct private_pg *second;

	(void)state;
	assert_int_equal(private_pg_start(&config, &test_problem, &second), ERR_INTERNAL);
	assert_true(problem_names("Another Cairn"));
}

/* A server that is killed: its PostgreSQL must not outlive it for long, nor be in the way. */
static void test_after_a_kill_of_the_server(void **state)
{
	int status, ready[2];
	pid_t server;
	char byte;

	(void)state;
	private_pg_stop(test_pg);
	assert_int_equal(pipe(ready), 0);
	server = fork();
	if (server == 0) {
		if (test_start(NULL) == ERR_OK)
			(void)!write(ready[1], "x", 1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	kill(server, SIGKILL);
	waitpid(server, &status, 0);
	assert_int_equal(test_start(test_roles), ERR_OK);
	assert_string_equal(test_sql("cairn_app", "select 1"), "1");
}

/* The postmaster of a server that died without the parent-death signal. */
static void test_orphan_is_stopped(void **state)
{
	int status, ready[2], orphan = 0;
	pid_t server;

	(void)state;
	private_pg_stop(test_pg);
	assert_int_equal(pipe(ready), 0);
	server = fork();
	if (server == 0) {
		if (test_start(NULL) == ERR_OK) {
			int pid = private_pg_pid(test_pg);
			/* Stopped, it cannot act on the signal before the next start finds it. */
			kill(pid, SIGSTOP);
			(void)!write(ready[1], &pid, sizeof(pid));
		}
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &orphan, sizeof(orphan)), sizeof(orphan));
	kill(server, SIGKILL);
	waitpid(server, &status, 0);
	assert_int_equal(kill(orphan, 0), 0);
	server = fork();
	if (server == 0) {
		usleep(200000);
		kill(orphan, SIGCONT);
		_exit(0);
	}
	assert_int_equal(test_start(test_roles), ERR_OK);
	waitpid(server, &status, 0);
	assert_int_not_equal(private_pg_pid(test_pg), orphan);
	assert_string_equal(test_sql("cairn_app", "select 1"), "1");
}

struct zombie {
	pid_t pid;
	useconds_t stays;
};

static void *reap_late(void *arg)
{
	const struct zombie *zombie = arg;
	int status;

	usleep(zombie->stays);
	waitpid(zombie->pid, &status, 0);
	return NULL;
}

/* Both at once, and whoever waits for the dead takes a while: the process id is still taken. */
static void test_after_a_kill_of_both(void **state)
{
	struct zombie zombie = {.stays = 700000};
	int status, ready[2], pid = 0;
	pthread_t reaper;
	pid_t server;

	(void)state;
	private_pg_stop(test_pg);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe(ready), 0);
	server = fork();
	if (server == 0) {
		if (test_start(NULL) == ERR_OK) {
			pid = private_pg_pid(test_pg);
			(void)!write(ready[1], &pid, sizeof(pid));
		}
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &pid, sizeof(pid)), sizeof(pid));
	kill(pid, SIGKILL);
	kill(server, SIGKILL);
	waitpid(server, &status, 0);
	zombie.pid = pid;
	assert_int_equal(pthread_create(&reaper, NULL, reap_late, &zombie), 0);
	assert_int_equal(test_start(test_roles), ERR_OK);
	pthread_join(reaper, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	assert_string_equal(test_sql("cairn_app", "select 1"), "1");
}

static struct loop loop;

static void kill_and_wait(void *arg)
{
	int first = private_pg_pid(test_pg);

	(void)arg;
	private_pg_supervise(test_pg, &loop);
	kill(first, SIGKILL);
	for (int i = 0;
		i < 500 && (private_pg_pid(test_pg) == 0 || private_pg_pid(test_pg) == first); i++)
		fiber_sleep(10);
	assert_int_not_equal(private_pg_pid(test_pg), first);
	for (int i = 0; i < 500; i++) {
		PGconn *conn = PQconnectdb(private_pg_conninfo(test_pg, "cairn_app"));
		bool up = PQstatus(conn) == CONNECTION_OK;

		PQfinish(conn);
		if (up)
			break;
		fiber_sleep(10);
	}
	assert_string_equal(test_sql("cairn_app", "select 1"), "1");
	private_pg_stop(test_pg);
	test_pg = NULL;
	loop_stop(&loop);
}

static void test_supervision(void **state)
{
	(void)state;
	loop_init(&loop, 0);
	loop_bind(&loop);
	fiber_spawn(kill_and_wait, NULL);
	loop_run(&loop);
	loop_deinit(&loop);
	assert_int_equal(test_start(NULL), ERR_OK);
}

static void test_other_version_is_refused(void **state)
{
	char path[128];

	(void)state;
	private_pg_stop(test_pg);
	test_pg = NULL;
	snprintf(path, sizeof(path), "%s/postgres/PG_VERSION", test_dir);
	write_text(path, "9\n");
	assert_int_equal(test_start(NULL), ERR_INTERNAL);
	assert_true(problem_names("install postgresql-9, or move the cluster with pg_upgrade"));
}

static void test_closed_directory_is_refused(void **state)
{
	char below[128];
	struct private_pg_config config = {.data_dir = below};
	struct private_pg *pg;

	(void)state;
	if (geteuid() != 0)
		skip();
	snprintf(below, sizeof(below), "%s/closed", test_dir);
	assert_int_equal(mkdir(below, 0700), 0);
	snprintf(below, sizeof(below), "%s/closed/data", test_dir);
	assert_int_equal(private_pg_start(&config, &test_problem, &pg), ERR_INTERNAL);
	assert_true(problem_names("may not enter"));
	assert_true(problem_names("/closed:"));
}

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_LEVEL_ERROR);
	test_make_dir();
	assert_int_equal(test_start(test_roles), ERR_OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (test_pg)
		private_pg_stop(test_pg);
	test_remove_dir();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_serves_and_starts_again_quickly),
		cmocka_unit_test(test_one_server_a_directory),
		cmocka_unit_test(test_after_a_kill_of_the_server),
		cmocka_unit_test(test_orphan_is_stopped),
		cmocka_unit_test(test_after_a_kill_of_both),
		cmocka_unit_test(test_supervision),
		cmocka_unit_test(test_other_version_is_refused),
		cmocka_unit_test(test_closed_directory_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
