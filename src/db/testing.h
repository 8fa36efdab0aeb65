/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of this layer: a private cluster in a temporary directory, and plain SQL on it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "db/private_pg.h"

static char test_dir[64];
static struct private_pg *test_pg;
static struct arena test_arena;
static struct problem test_problem;

/* A directory that the cluster's user can enter. */
static inline void test_make_dir(void)
{
	snprintf(test_dir, sizeof(test_dir), "/tmp/cairn-test-XXXXXX");
	assert_non_null(mkdtemp(test_dir));
	assert_int_equal(chmod(test_dir, 0711), 0);
	arena_init(&test_arena);
	problem_init(&test_problem, &test_arena);
}

static inline void test_remove_dir(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", test_dir);
	assert_int_equal(system(command), 0);
	arena_deinit(&test_arena);
}

static inline enum err test_start(const char *bootstrap)
{
	struct private_pg_config config = {.data_dir = test_dir, .bootstrap_sql = bootstrap};

	return private_pg_start(&config, &test_problem, &test_pg);
}

/* Runs SQL as a role and returns the first value (in static memory), "" when there is none; fails the
 * test on an error. */
static inline const char *test_sql(const char *role, const char *sql)
{
	static char value[256];
	PGconn *conn = PQconnectdb(private_pg_conninfo(test_pg, role));
	PGresult *result = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(conn));
	snprintf(value, sizeof(value), "%s", PQntuples(result) ? PQgetvalue(result, 0, 0) : "");
	PQclear(result);
	PQfinish(conn);
	return value;
}

static const char test_roles[] =
	"do $$ begin"
	" if not exists (select from pg_roles where rolname = 'cairn_app') then"
	" create role cairn_app login; create role cairn_owner login; end if; end $$;"
	"grant create on schema public to cairn_owner; grant temporary on database cairn to "
	"cairn_app";
