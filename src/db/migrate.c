/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations: what is missing is applied, what does not fit is refused. */
#include "db/migrate.h"

#include <libpq-fe.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "db/sql_split.h"

struct migrating {
	PGconn *conn;
	struct problem *problem;
};

enum { SHA256_HEX = 2 * SHA256_DIGEST_LENGTH };

/* --- plain SQL ---------------------------------------------------------------------------------------------- */

static bool is_ok(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
		status == PGRES_EMPTY_QUERY;
}

/* NULL, with the problem set, when it failed. */
static PGresult *query(struct migrating *m, const char *sql, int count, const char *const *params)
{
	PGresult *result = count < 0
		? PQexec(m->conn, sql)
		: PQexecParams(m->conn, sql, count, NULL, params, NULL, NULL, 0);

	if (is_ok(result))
		return result;
	(void)!problem_set(m->problem, ERR_INTERNAL, "%s", PQerrorMessage(m->conn));
	PQclear(result);
	return NULL;
}

static enum err run(struct migrating *m, const char *sql)
{
	PGresult *result = query(m, sql, -1, NULL);

	PQclear(result);
	return result ? ERR_OK : ERR_INTERNAL;
}

static void on_notice(void *arg, const PGresult *notice)
{
	(void)arg;
	log_debug("PostgreSQL notice",
		LOG_CSTR("notice", PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY)));
}

/* libpq's own words about an address that it cannot read would quote the password. */
static enum err check_conninfo(const char *conninfo, struct problem *problem)
{
	PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
	bool readable = options != NULL;

	PQconninfoFree(options);
	return readable
		? ERR_OK
		: problem_set(problem, ERR_INVALID,
			  "The database's address cannot be read. In a URL, special characters "
			  "of the password are written as %%XX.");
}

static enum err open_connection(struct migrating *m, const char *conninfo, const char *purpose)
{
	const char *const names[] = {
		"application_name", "connect_timeout", "dbname", "client_encoding", NULL};
	const char *const values[] = {purpose, "10", conninfo, "UTF8", NULL};

	enum err err = check_conninfo(conninfo, m->problem);

	if (err)
		return err;
	m->conn = PQconnectdbParams(names, values, 1);
	if (PQstatus(m->conn) != CONNECTION_OK)
		return problem_set(m->problem, ERR_DATABASE_AWAY,
			"Cannot connect to the database: %s", PQerrorMessage(m->conn));
	PQsetNoticeReceiver(m->conn, on_notice, NULL);
	if (PQserverVersion(m->conn) < 150000)
		return problem_set(m->problem, ERR_INTERNAL,
			"The database server is PostgreSQL %d; Cairn needs 15 or later.",
			PQserverVersion(m->conn) / 10000);
	return ERR_OK;
}

/* --- files -------------------------------------------------------------------------------------------------- */

static void sha256_hex(const struct embedded_file *file, char out[SHA256_HEX + 1])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256(file->data, file->size, digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
}

/* "0042_name.sql" → 42; 0 when the name does not begin with a number. */
static int version_of(const struct embedded_file *file)
{
	return (int)strtol(file->name, NULL, 10);
}

static enum err check_files(const struct embedded_file *files, struct problem *problem)
{
	int last = 0;

	for (const struct embedded_file *file = files; file->name; file++) {
		if (version_of(file) <= last)
			return problem_set(problem, ERR_INTERNAL,
				"Migration %s: numbers must be positive, unique and in order.",
				file->name);
		last = version_of(file);
	}
	return ERR_OK;
}

static const struct embedded_file *find_version(const struct embedded_file *files, int version)
{
	for (const struct embedded_file *file = files; file->name; file++)
		if (version_of(file) == version)
			return file;
	return NULL;
}

/* --- what is there -------------------------------------------------------------------------------------------- */

static enum err check_applied_row(
	struct migrating *m, const struct embedded_file *files, const PGresult *rows, int row)
{
	int version = (int)strtol(PQgetvalue(rows, row, 0), NULL, 10);
	const struct embedded_file *file = find_version(files, version);
	char sha[SHA256_HEX + 1];

	if (!file)
		return problem_set(m->problem, ERR_INTERNAL,
			"The database has migration %d (%s), which this version of Cairn does not "
			"know: "
			"start the version that made it, or a later one.",
			version, PQgetvalue(rows, row, 1));
	sha256_hex(file, sha);
	if (strcmp(sha, PQgetvalue(rows, row, 2)) != 0)
		return problem_set(m->problem, ERR_INTERNAL,
			"Migration %s was changed after it had been applied: restore it and write "
			"a new one.",
			file->name);
	return ERR_OK;
}

/* What schema_migrations holds, if all of it fits. */
static enum err read_applied(struct migrating *m, const struct embedded_file *files, PGresult **out)
{
	PGresult *rows = query(m,
		"select version, name, sha256 from schema_migrations order by version", -1, NULL);
	enum err err = rows ? ERR_OK : ERR_INTERNAL;

	for (int row = 0; !err && row < PQntuples(rows); row++)
		err = check_applied_row(m, files, rows, row);
	*out = rows;
	return err;
}

static bool is_applied(const PGresult *rows, int version)
{
	for (int row = 0; row < PQntuples(rows); row++)
		if ((int)strtol(PQgetvalue(rows, row, 0), NULL, 10) == version)
			return true;
	return false;
}

/* --- applying --------------------------------------------------------------------------------------------------- */

static enum err record(struct migrating *m, const struct embedded_file *file)
{
	char version[16], sha[SHA256_HEX + 1];
	const char *const params[] = {version, file->name, sha};
	PGresult *result;

	snprintf(version, sizeof(version), "%d", version_of(file));
	sha256_hex(file, sha);
	result = query(m,
		"insert into schema_migrations (version, name, sha256) values ($1, $2, $3)", 3,
		params);
	PQclear(result);
	return result ? ERR_OK : ERR_INTERNAL;
}

static enum err apply_whole(struct migrating *m, const struct embedded_file *file)
{
	enum err err = run(m, "begin");

	if (!err)
		err = run(m, (const char *)file->data);
	/* The file must not have ended our transaction. */
	if (!err && PQtransactionStatus(m->conn) != PQTRANS_INTRANS)
		err = problem_set(m->problem, ERR_INTERNAL, "It commits by itself.");
	if (!err)
		err = record(m, file);
	if (!err)
		return run(m, "commit");
	PQclear(PQexec(m->conn, "rollback"));
	return err;
}

static enum err apply_by_statement(struct migrating *m, const struct embedded_file *file)
{
	struct str rest = {(const char *)file->data, file->size};
	struct str statement;
	enum err err = ERR_OK;

	while (!err && sql_split(&rest, &statement)) {
		char *sql = strndup(statement.ptr, statement.len);

		INVARIANT(sql != NULL);
		err = run(m, sql);
		free(sql);
	}
	return err ? err : record(m, file);
}

static bool without_transaction(const struct embedded_file *file)
{
	return str_starts_with(
		(struct str){(const char *)file->data, file->size}, STR("-- no-transaction"));
}

static enum err apply(struct migrating *m, const struct embedded_file *file)
{
	enum err err = without_transaction(file) ? apply_by_statement(m, file)
						 : apply_whole(m, file);
	struct str why = m->problem->message;

	if (err)
		return problem_set(
			m->problem, err, "Migration %s failed: %.*s", file->name, STR_ARG(why));
	log_info("migration applied", LOG_CSTR("name", file->name));
	return ERR_OK;
}

static enum err apply_missing(
	struct migrating *m, const struct embedded_file *files, int *applied_out)
{
	PGresult *applied = NULL;
	enum err err = read_applied(m, files, &applied);

	/* One that is missing below the latest came in by a merge: it is applied, never passed over. */
	for (const struct embedded_file *file = files; !err && file->name; file++) {
		if (is_applied(applied, version_of(file)))
			continue;
		err = apply(m, file);
		*applied_out += !err;
	}
	PQclear(applied);
	return err;
}

/* --- interface ---------------------------------------------------------------------------------------------------- */

/* row_security off: a statement that policies would filter fails instead of seeing half of the rows.
 * check_function_bodies stays on: a typing error shall fail here. */
static const char session[] = "set lock_timeout = '10s'; set statement_timeout = 0;"
			      "set idle_in_transaction_session_timeout = 0; set row_security = off;"
			      "set search_path = public; set timezone = 'UTC'";
static const char table[] =
	"create table if not exists schema_migrations (version int primary key, name text not null,"
	" sha256 text not null, applied_at timestamptz not null default now())";
/* Asked for again and again instead of waited for: a waiting statement holds a snapshot, on which CREATE
 * INDEX CONCURRENTLY of the server before us would wait in turn. Without limit: its migration may be a
 * long one. */
static enum err take_lock(struct migrating *m)
{
	for (unsigned tries = 0;; tries++) {
		PGresult *result = query(m,
			"select pg_try_advisory_lock(hashtextextended('cairn migrations', 0))", -1,
			NULL);
		bool got = result && PQgetvalue(result, 0, 0)[0] == 't';

		PQclear(result);
		if (!result)
			return ERR_INTERNAL;
		if (got)
			return ERR_OK;
		if (tries % 100 == 0)
			log_info("another server migrates the database: waiting");
		usleep(100000);
	}
}

enum err migrate_files(const char *owner_conninfo, const struct embedded_file *files,
	struct problem *problem, int *applied_out)
{
	struct migrating m = {.problem = problem};
	int applied = 0;
	enum err err = check_files(files, problem);

	if (err)
		return err;
	if (!(err = open_connection(&m, owner_conninfo, "cairn migrate")) &&
		!(err = take_lock(&m)) && !(err = run(&m, session)) && !(err = run(&m, table)))
		err = apply_missing(&m, files, &applied);
	/* Ends the lock too. */
	PQfinish(m.conn);
	if (applied_out)
		*applied_out = applied;
	return err;
}

/* What the migrations take for granted, said in an administrator's words. */
static enum err check_prepared(const char *owner_conninfo, struct problem *problem)
{
	static const char sql[] = "select current_user, current_user <> 'cairn_owner',"
				  " to_regproc('public.cairn_unaccent') is null or "
				  "to_regrole('cairn_search') is null";
	struct migrating m = {.problem = problem};
	enum err err = open_connection(&m, owner_conninfo, "cairn migrate");
	PGresult *result = err ? NULL : query(&m, sql, -1, NULL);

	if (!err && !result)
		err = ERR_INTERNAL;
	else if (!err && PQgetvalue(result, 0, 1)[0] == 't')
		err = problem_set(problem, ERR_INTERNAL,
			"Cairn does not migrate as role %s: the tables belong to cairn_owner. Let "
			"CAIRN_MIGRATE_URL name cairn_owner, and DATABASE_URL cairn_app.",
			PQgetvalue(result, 0, 0));
	else if (!err && PQgetvalue(result, 0, 2)[0] == 't')
		err = problem_set(problem, ERR_INTERNAL,
			"The database is not prepared for this version of Cairn: as its "
			"administrator, "
			"run deploy/postgres/bootstrap.sql in it.");
	PQclear(result);
	PQfinish(m.conn);
	return err;
}

enum err migrate(const char *owner_conninfo, struct problem *problem, int *applied_out)
{
	enum err err = check_prepared(owner_conninfo, problem);

	return err ? err : migrate_files(owner_conninfo, embedded_migrations, problem, applied_out);
}

enum err migrate_check_serving_role(const char *app_conninfo, struct problem *problem)
{
	static const char sql[] =
		"select current_user,"
		" case when rolsuper then 'is superuser'"
		" when rolbypassrls then 'has BYPASSRLS'"
		" when exists (select from pg_class c join pg_namespace n on n.oid = relnamespace"
		"  where nspname = 'public' and relkind in ('r', 'p')"
		"  and pg_has_role(current_user, relowner, 'member')) then 'owns tables'"
		" end, to_regclass('public.schema_migrations') is null"
		" from pg_roles where rolname = current_user";
	struct migrating m = {.problem = problem};
	enum err err = open_connection(&m, app_conninfo, "cairn");
	PGresult *result = err ? NULL : query(&m, sql, -1, NULL);

	if (!err && !result)
		err = ERR_INTERNAL;
	else if (!err && !PQgetisnull(result, 0, 1))
		err = problem_set(problem, ERR_INTERNAL,
			"Cairn does not serve as role %s, which %s: row security would not hold "
			"it. Let "
			"DATABASE_URL name cairn_app, and CAIRN_MIGRATE_URL the owner.",
			PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1));
	else if (!err && PQgetvalue(result, 0, 2)[0] == 't')
		err = problem_set(problem, ERR_INTERNAL,
			"Cairn's tables are not in the database of DATABASE_URL: it and "
			"CAIRN_MIGRATE_URL "
			"must name the same database.");
	PQclear(result);
	PQfinish(m.conn);
	return err;
}

enum err migrate_check_search(const char *app_conninfo, struct problem *problem, bool *marked_out)
{
	static const char sql[] = "select proleakproof from pg_proc"
				  " where oid = 'ts_match_vq(tsvector, tsquery)'::regprocedure";
	struct migrating m = {.problem = problem};
	enum err err = open_connection(&m, app_conninfo, "cairn");
	PGresult *result = err ? NULL : query(&m, sql, -1, NULL);

	if (!err && !result)
		err = ERR_INTERNAL;
	if (!err)
		*marked_out = PQgetvalue(result, 0, 0)[0] == 't';
	PQclear(result);
	PQfinish(m.conn);
	return err;
}
