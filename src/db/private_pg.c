/* SPDX-License-Identifier: Apache-2.0 */
/* The private PostgreSQL: start, readiness, bootstrap, stop. */
#include "db/private_pg.h"

#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "db/private_pg_internal.h"

static const char *const role_names[PG_ROLE__COUNT] = {
	[PG_ROLE_APP] = "cairn_app",
	[PG_ROLE_OWNER] = "cairn_owner",
	[PG_ROLE_SUPERUSER] = "postgres",
};

/* --- readiness --------------------------------------------------------------------------------------- */

/* NULL while the server does not take connections yet. */
static PGconn *try_connect(const struct private_pg *pg, const char *database)
{
	const char *const names[] = {"host", "port", "user", "dbname", "connect_timeout", NULL};
	const char *const values[] = {pg->socket_dir, "5432", "postgres", database, "10", NULL};
	PGconn *conn = PQconnectdbParams(names, values, 0);

	if (PQstatus(conn) == CONNECTION_OK)
		return conn;
	PQfinish(conn);
	return NULL;
}

static void read_last_words(const struct private_pg *pg, char *out, size_t size)
{
	char path[PATH_MAX];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/postgres.start.log", pg->data);
	file = fopen(path, "re");
	len = file ? fread(out, 1, size - 1, file) : 0;
	out[len] = '\0';
	if (file)
		fclose(file);
}

/* As long as the child lives it may be recovering, however long that takes. */
static enum err wait_until_ready(struct private_pg *pg, struct problem *problem, PGconn **out)
{
	char words[400];
	int status;

	for (unsigned tries = 0;; tries++) {
		*out = try_connect(pg, "postgres");
		if (*out)
			return ERR_OK;
		if (pg_wait(pg->pid, 10, &status))
			break;
		if (tries % 1000 == 999)
			log_info("waiting for PostgreSQL (it recovers after a crash)");
	}
	pg->pid = 0;
	read_last_words(pg, words, sizeof(words));
	return problem_set(problem, ERR_INTERNAL,
		"PostgreSQL ended while starting; its log is in %s/log. %s", pg->cluster, words);
}

/* A postmaster that was killed together with its server stays for a moment, as a process that nobody has waited
 * for and as backends that have not noticed: as long as it does the next one refuses to start. */
static enum err spawn(struct private_pg *pg, struct problem *problem, PGconn **out)
{
	enum { LEFT_BEHIND_MS = 10000, AGAIN_MS = 100 };
	bool killed = pg_was_killed(pg);
	uint64_t begun = time_monotonic_ms();
	enum err err;

	for (;;) {
		err = pg_spawn_postmaster(pg, problem);
		if (!err)
			err = wait_until_ready(pg, problem, out);
		if (!err || !killed || time_monotonic_ms() - begun > LEFT_BEHIND_MS)
			return err;
		log_info("PostgreSQL does not start yet: the one before has been killed");
		pg_nap(AGAIN_MS);
	}
}

/* --- database and bootstrap ---------------------------------------------------------------------------- */

static enum err run_sql(PGconn *conn, const char *sql, struct problem *problem)
{
	PGresult *result = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(result);
	enum err err = ERR_OK;

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
		err = problem_set(problem, ERR_INTERNAL, "Preparing the database failed: %s",
			PQerrorMessage(conn));
	PQclear(result);
	return err;
}

static enum err make_database(PGconn *conn, struct problem *problem)
{
	PGresult *result = PQexec(conn, "select from pg_database where datname = 'cairn'");
	bool there = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;

	PQclear(result);
	if (there)
		return ERR_OK;
	return run_sql(conn, "create database cairn template template0 encoding 'UTF8'", problem);
}

static void on_notice(void *arg, const char *text)
{
	(void)arg;
	log_debug("PostgreSQL bootstrap", LOG_CSTR("notice", text));
}

static enum err bootstrap(struct private_pg *pg, const char *sql, struct problem *problem)
{
	PGconn *conn = try_connect(pg, "cairn");
	enum err err;

	if (!conn)
		return problem_set(problem, ERR_INTERNAL, "Cannot connect to the database cairn.");
	PQsetNoticeProcessor(conn, on_notice, NULL);
	err = run_sql(conn, sql, problem);
	PQfinish(conn);
	return err;
}

static enum err prepare_database(
	struct private_pg *pg, PGconn *conn, const char *sql, struct problem *problem)
{
	enum err err = make_database(conn, problem);

	PQfinish(conn);
	return err || !sql ? err : bootstrap(pg, sql, problem);
}

/* --- life ------------------------------------------------------------------------------------------------ */

static void write_conninfos(struct private_pg *pg)
{
	for (size_t i = 0; i < PG_ROLE__COUNT; i++)
		snprintf(pg->conninfo[i], sizeof(pg->conninfo[i]),
			"host='%s' port=5432 dbname=cairn user=%s sslmode=disable "
			"gssencmode=disable",
			pg->socket_dir, role_names[i]);
}

static enum err start(
	struct private_pg *pg, const struct private_pg_config *config, struct problem *problem)
{
	PGconn *conn;
	enum err err;

	if ((err = pg_user_find(&pg->user, problem)) || (err = pg_prepare_data_dir(pg, problem)) ||
		(err = pg_find_programs(pg, config->bin_dir, problem)) ||
		(err = pg_stop_orphan(pg, problem)) || (err = pg_prepare_cluster(pg, problem)) ||
		(err = pg_prepare_socket_dir(pg, problem)))
		return err;
	write_conninfos(pg);
	err = spawn(pg, problem, &conn);
	return err ? err : prepare_database(pg, conn, config->bootstrap_sql, problem);
}

enum err private_pg_start(
	const struct private_pg_config *config, struct problem *problem, struct private_pg **out)
{
	struct private_pg *pg = calloc(1, sizeof(*pg));
	enum err err;

	INVARIANT(pg != NULL);
	pg->lock_fd = -1;
	snprintf(pg->data, sizeof(pg->data), "%s", config->data_dir);
	for (size_t len = strlen(pg->data); len > 1 && pg->data[len - 1] == '/';)
		pg->data[--len] = '\0';
	snprintf(pg->cluster, sizeof(pg->cluster), "%s/postgres", pg->data);
	err = start(pg, config, problem);
	if (err) {
		private_pg_stop(pg);
		return err;
	}
	log_info("PostgreSQL runs", LOG_INT("pid", pg->pid), LOG_INT("major", pg->major),
		LOG_CSTR("socket", pg->socket_dir));
	*out = pg;
	return ERR_OK;
}

const char *private_pg_conninfo(const struct private_pg *pg, const char *role)
{
	for (size_t i = 0; i < PG_ROLE__COUNT; i++)
		if (strcmp(role_names[i], role) == 0)
			return pg->conninfo[i];
	return NULL;
}

int private_pg_pid(const struct private_pg *pg)
{
	return (int)pg->pid;
}

void private_pg_stop(struct private_pg *pg)
{
	int status;

	pg_watch_end(pg);
	if (pg->pid > 0) {
		kill(pg->pid, SIGINT);
		if (!pg_wait(pg->pid, 60000, &status)) {
			log_error("PostgreSQL does not end: stopping it without a checkpoint");
			kill(pg->pid, SIGQUIT);
			(void)!pg_wait(pg->pid, 10000, &status);
		}
	}
	/* Empty after a clean end; a new one is made at the next start. */
	if (pg->socket_dir[0])
		rmdir(pg->socket_dir);
	if (pg->lock_fd >= 0)
		close(pg->lock_fd);
	free(pg);
}
