/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations: applied once and in order, refused when they do not fit. */
#include "db/migrate.h"

#include <sys/wait.h>

#include "db/sql_split.h"
#include "db/testing.h"

#define FILE_OF(n, text)                                           \
	{                                                          \
		n, (const unsigned char *)(text), sizeof(text) - 1 \
	}

static const struct embedded_file files[] = {
	FILE_OF("0001_first.sql", "create table first (a int); insert into first values (1);"),
	FILE_OF("0002_second.sql",
		"-- no-transaction\n"
		"create index concurrently first_a on first (a);\n"
		"do $$ begin perform 1; end $$; /* ; */ select ';'"),
	FILE_OF("0003_third.sql", "alter table first add b text;"),
	{NULL, NULL, 0},
};

static const char *owner(void)
{
	return private_pg_conninfo(test_pg, "cairn_owner");
}

static bool problem_names(const char *word)
{
	return str_find(test_problem.message, str_of(word)) < test_problem.message.len;
}

static void test_applies_once(void **state)
{
	int applied;

	(void)state;
	assert_int_equal(migrate_files(owner(), files, &test_problem, &applied), ERR_OK);
	assert_int_equal(applied, 3);
	assert_int_equal(migrate_files(owner(), files, &test_problem, &applied), ERR_OK);
	assert_int_equal(applied, 0);
	assert_string_equal(test_sql("postgres",
				    "select string_agg(name, ' ' order by version)"
				    " from schema_migrations"),
		"0001_first.sql 0002_second.sql 0003_third.sql");
	assert_string_equal(test_sql("postgres", "select count(*) from first"), "1");
	assert_string_equal(
		test_sql("postgres", "select length(sha256) from schema_migrations limit 1"), "64");
}

/* Two servers start at once; one of their files builds an index concurrently. */
static void test_servers_take_turns(void **state)
{
	const struct embedded_file more[] = {files[0], files[1], files[2],
		FILE_OF("0004_slow.sql",
			"-- no-transaction\nselect pg_sleep(0.3);"
			"create index concurrently first_b on first (b);"),
		{NULL, NULL, 0}};
	pid_t other = fork();
	int status;

	(void)state;
	if (other == 0)
		_exit((int)migrate_files(owner(), more, &test_problem, NULL));
	assert_int_equal(migrate_files(owner(), more, &test_problem, NULL), ERR_OK);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(status, 0);
	test_sql("postgres", "delete from schema_migrations where version = 4; drop index first_b");
}

static void test_failed_one_leaves_nothing(void **state)
{
	const struct embedded_file more[] = {files[0], files[1], files[2],
		FILE_OF("0004_bad.sql", "create table half (a int); select nonsense"),
		{NULL, NULL, 0}};
	int applied;

	(void)state;
	assert_int_equal(migrate_files(owner(), more, &test_problem, &applied), ERR_INTERNAL);
	assert_int_equal(applied, 0);
	assert_true(problem_names("0004_bad.sql"));
	assert_true(problem_names("nonsense"));
	assert_string_equal(test_sql("postgres", "select to_regclass('half') is null"), "t");
}

static void test_own_commit_is_refused(void **state)
{
	const struct embedded_file more[] = {files[0], files[1], files[2],
		FILE_OF("0004_commits.sql", "select 1; commit"), {NULL, NULL, 0}};

	(void)state;
	assert_int_equal(migrate_files(owner(), more, &test_problem, NULL), ERR_INTERNAL);
	assert_true(problem_names("commits by itself"));
}

static void test_changed_file_is_refused(void **state)
{
	const struct embedded_file changed[] = {
		FILE_OF("0001_first.sql", "create table first (a bigint)"), files[1], files[2],
		{NULL, NULL, 0}};

	(void)state;
	assert_int_equal(migrate_files(owner(), changed, &test_problem, NULL), ERR_INTERNAL);
	assert_true(problem_names("was changed"));
}

static void test_newer_schema_is_refused(void **state)
{
	const struct embedded_file fewer[] = {files[0], files[1], {NULL, NULL, 0}};

	(void)state;
	assert_int_equal(migrate_files(owner(), fewer, &test_problem, NULL), ERR_INTERNAL);
	assert_true(problem_names("does not know"));
}

static void test_one_in_between_is_applied(void **state)
{
	const struct embedded_file more[] = {files[0], files[1], files[2],
		FILE_OF("0010_later.sql", "select 10"), {NULL, NULL, 0}};
	const struct embedded_file merged[] = {files[0], files[1], files[2],
		FILE_OF("0009_merged.sql", "select 9"), more[3], {NULL, NULL, 0}};
	int applied;

	(void)state;
	assert_int_equal(migrate_files(owner(), more, &test_problem, &applied), ERR_OK);
	assert_int_equal(migrate_files(owner(), merged, &test_problem, &applied), ERR_OK);
	assert_int_equal(applied, 1);
}

static void test_bad_numbers_are_refused(void **state)
{
	const struct embedded_file twice[] = {files[0], files[0], {NULL, NULL, 0}};

	(void)state;
	assert_int_equal(migrate_files(owner(), twice, &test_problem, NULL), ERR_INTERNAL);
	assert_true(problem_names("in order"));
}

static void test_serving_role(void **state)
{
	(void)state;
	assert_int_equal(migrate_check_serving_role(
				 private_pg_conninfo(test_pg, "cairn_app"), &test_problem),
		ERR_OK);
	assert_int_equal(migrate_check_serving_role(owner(), &test_problem), ERR_INTERNAL);
	assert_true(problem_names("owns tables"));
	assert_int_equal(
		migrate_check_serving_role(private_pg_conninfo(test_pg, "postgres"), &test_problem),
		ERR_INTERNAL);
	assert_true(problem_names("superuser"));
	test_sql("postgres", "grant cairn_owner to cairn_app");
	assert_int_equal(migrate_check_serving_role(
				 private_pg_conninfo(test_pg, "cairn_app"), &test_problem),
		ERR_INTERNAL);
	test_sql("postgres", "revoke cairn_owner from cairn_app");
	assert_int_equal(migrate_check_serving_role("host=/nowhere dbname=x", &test_problem),
		ERR_DATABASE_AWAY);
}

static void test_splits(void **state)
{
	static const char *const parts[] = {"select 'a;''b' || E'\\';' as \"x;y\"",
		"do $body$ begin; $$ ; $$ end $body$",
		"select $1, a$b$c /* ; /* ; */ ; */ -- ;\n + 1", "last"};
	struct str rest = STR("-- first;\n ;; select 'a;''b' || E'\\';' as \"x;y\" ;"
			      "do $body$ begin; $$ ; $$ end $body$;\n"
			      "select $1, a$b$c /* ; /* ; */ ; */ -- ;\n + 1; last \n -- end;\n");
	struct str part;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		assert_true(sql_split(&rest, &part));
		if (i < ARRAY_LEN(parts) - 1)
			assert_true(str_is(part, parts[i]));
		else
			assert_true(str_starts_with(part, str_of(parts[i])));
	}
	assert_false(sql_split(&rest, &part));
}

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_LEVEL_ERROR);
	test_make_dir();
	return test_start(test_roles) == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	private_pg_stop(test_pg);
	test_remove_dir();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_applies_once),
		cmocka_unit_test(test_servers_take_turns),
		cmocka_unit_test(test_failed_one_leaves_nothing),
		cmocka_unit_test(test_own_commit_is_refused),
		cmocka_unit_test(test_changed_file_is_refused),
		cmocka_unit_test(test_newer_schema_is_refused),
		cmocka_unit_test(test_one_in_between_is_applied),
		cmocka_unit_test(test_bad_numbers_are_refused),
		cmocka_unit_test(test_serving_role),
		cmocka_unit_test(test_splits),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
