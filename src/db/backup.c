/* SPDX-License-Identifier: Apache-2.0 */
/* Backups: pg_dump and pg_restore, and what stands around them. */
#include "db/backup.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/embedded.h"

enum { PATH_LENGTH = 4096, NAME_LENGTH = 64, ARGS_MAX = 16 };

struct work {
	const struct backup *backup;
	struct problem *problem;
	PGconn *pg;
	char database[NAME_LENGTH]; /* that the address names */
	char fresh[NAME_LENGTH];    /* into which is restored */
};

/* --- SQL ------------------------------------------------------------------------------------------- */

/* A connection that has failed; it is closed. */
static enum err refuse(const struct work *work, enum err err, PGconn **pg)
{
	err = problem_set(work->problem, err, "Cannot connect: %s", PQerrorMessage(*pg));
	PQfinish(*pg);
	*pg = NULL;
	return err;
}

static enum err connect_to(const struct work *work, const char *database, PGconn **out)
{
	const char *keys[] = {"dbname", "dbname", "application_name", NULL};
	const char *values[] = {work->backup->conninfo, database, "cairn backup", NULL};

	/* The first names all of the connection, the second another database of it. */
	if (!database)
		keys[1] = "application_name";
	if (!database)
		values[1] = "cairn backup";
	*out = PQconnectdbParams(keys, values, 1);
	if (PQstatus(*out) == CONNECTION_OK)
		return ERR_OK;
	return refuse(work, ERR_DATABASE_AWAY, out);
}

/* The first value, "" for none; into `out` when it is not NULL. */
static enum err run(const struct work *work, PGconn *pg, const char *sql, char *out, size_t size)
{
	PGresult *result = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(result);
	bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
	enum err err = ERR_OK;

	if (out)
		snprintf(out, size, "%s",
			good && PQntuples(result) && PQnfields(result) ? PQgetvalue(result, 0, 0)
								       : "");
	if (!good)
		err = problem_set(work->problem, ERR_INTERNAL, "%s", PQerrorMessage(pg));
	PQclear(result);
	return err;
}

static enum err begin(struct work *work)
{
	char rights[8] = "";
	enum err err = connect_to(work, NULL, &work->pg);

	if (!err)
		err = run(work, work->pg, "select current_database()", work->database,
			sizeof(work->database));
	if (!err)
		err = run(work, work->pg,
			"select rolsuper or rolbypassrls from pg_roles where rolname ="
			" current_user",
			rights, sizeof(rights));
	if (err || strcmp(rights, "t") == 0)
		return err;
	return problem_set(work->problem, ERR_FORBIDDEN,
		"Row security hides the rows from this role: give "
		"CAIRN_BACKUP_URL a superuser, or a role with BYPASSRLS.");
}

static void end(struct work *work)
{
	if (work->pg)
		PQfinish(work->pg);
}

/* --- programs ---------------------------------------------------------------------------------------- */

/* Of the server's own version where Debian keeps it, else the one in the path. */
static void find_program(const struct work *work, const char *name, char *out)
{
	snprintf(out, PATH_LENGTH, "/usr/lib/postgresql/%d/bin/%s",
		PQserverVersion(work->pg) / 10000, name);
	if (access(out, X_OK) != 0)
		snprintf(out, PATH_LENGTH, "%s", name);
}

/* The address goes by the environment: arguments are for everybody to read. */
static void set_environment(const struct work *work, const char *database)
{
	static const char *const names[][2] = {{"host", "PGHOST"}, {"port", "PGPORT"},
		{"user", "PGUSER"}, {"password", "PGPASSWORD"}, {"sslmode", "PGSSLMODE"}};
	PQconninfoOption *options = PQconninfo(work->pg);

	for (PQconninfoOption *o = options; o && o->keyword; o++)
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			if (o->val && strcmp(o->keyword, names[i][0]) == 0)
				setenv(names[i][1], o->val, 1);
	setenv("PGDATABASE", database, 1);
	PQconninfoFree(options);
}

/* Runs it to its end; what it complains of goes to standard error. */
static enum err run_program(const struct work *work, const char *database, const char *const *args)
{
	char program[PATH_LENGTH];
	char *argv[ARGS_MAX + 1];
	size_t count = 0;
	int status = -1;
	pid_t pid;

	find_program(work, args[0], program);
	for (; args[count]; count++)
		argv[count] = (char *)(uintptr_t)args[count];
	argv[count] = NULL;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		set_environment(work, database);
		if (work->backup->output > 0)
			dup2(work->backup->output, STDOUT_FILENO);
		execvp(program, argv);
		fprintf(stderr, "cairn: cannot run %s: install postgresql-client\n", program);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return problem_set(work->problem, ERR_INTERNAL, "%s has failed.", args[0]);
	return ERR_OK;
}

/* --- backup ------------------------------------------------------------------------------------------ */

static enum err dump_to(const struct work *work, const char *file)
{
	const char *const args[] = {
		"pg_dump", "--no-password", "--format=custom", "--file", file, NULL};
	const char *const piped[] = {"pg_dump", "--no-password", "--format=custom", NULL};

	return run_program(work, work->database, file ? args : piped);
}

/* A file is there whole or not at all. */
static enum err dump(const struct work *work)
{
	char part[PATH_LENGTH];
	enum err err;

	if (strcmp(work->backup->file, "-") == 0)
		return dump_to(work, NULL);
	snprintf(part, sizeof(part), "%s.part", work->backup->file);
	err = dump_to(work, part);
	if (!err && rename(part, work->backup->file) != 0)
		err = problem_set(
			work->problem, ERR_INTERNAL, "Cannot write %s.", work->backup->file);
	if (err)
		unlink(part);
	return err;
}

enum err backup_make(const struct backup *backup, struct problem *problem)
{
	struct work work = {.backup = backup, .problem = problem};
	enum err err = begin(&work);

	if (!err)
		err = dump(&work);
	end(&work);
	return err;
}

/* --- restore ------------------------------------------------------------------------------------------ */

/* What is there is not lost by mistake, and not taken away from somebody who uses it. */
static enum err check_target(const struct work *work)
{
	char found[8] = "";
	enum err err = run(work, work->pg,
		"select case when to_regclass('public.organizations') is null then 'f' else"
		" (xpath('/row/x/text()', query_to_xml('select exists (select from"
		" public.organizations) as x', false, true, '')))[1]::text end",
		found, sizeof(found));

	if (!err && found[0] == 't' && !work->backup->overwrite)
		return problem_set(work->problem, ERR_CONFLICT,
			"The database \"%s\" holds organisations: say --overwrite to replace them.",
			work->database);
	if (!err)
		err = run(work, work->pg,
			"select exists (select from pg_stat_activity where datname ="
			" current_database() and usename in ('cairn_app', 'cairn_owner'))",
			found, sizeof(found));
	return !err && found[0] == 't' ? problem_set(work->problem, ERR_CONFLICT,
						 "A server uses the database: stop it first.")
				       : err;
}

static enum err make_fresh(struct work *work)
{
	char sql[256];

	snprintf(work->fresh, sizeof(work->fresh), "cairn_restore_%ld", (long)getpid());
	snprintf(sql, sizeof(sql),
		"create database \"%s\" template template0 encoding 'UTF8' locale 'C.UTF-8'",
		work->fresh);
	return run(work, work->pg, sql, NULL, 0);
}

/* Migrations of a later version than this program's are not for it to serve. */
static enum err check_version(const struct work *work, PGconn *pg)
{
	char version[NAME_LENGTH] = "";
	long newest = 0;
	enum err err = run(work, pg, "select max(version) from public.schema_migrations", version,
		sizeof(version));

	if (err)
		return problem_set(
			work->problem, ERR_INTERNAL, "This is no backup of Cairn's database.");
	for (const struct embedded_file *file = embedded_migrations; file->name; file++)
		newest = strtol(file->name, NULL, 10);
	return strtol(version, NULL, 10) <= newest
		? ERR_OK
		: problem_set(work->problem, ERR_CONFLICT,
			  "The backup was made by a later version of Cairn (migration %s): restore "
			  "it with that one.",
			  version);
}

static const char *const settle[] = {
	/* What the log says happened before all that is to come. */
	"update public.changes set txid = '3'",
	"update public.feed_epochs set epoch = gen_random_uuid()",
	"update public.notification_readers set txid = pg_snapshot_xmin(pg_current_snapshot()), id "
	"="
	" '00000000-0000-0000-0000-000000000000' where name = 'changes'",
	"analyze",
};

/* Roles' rights in the database and marks of functions are in no dump. */
static enum err settle_fresh(struct work *work)
{
	PGconn *pg;
	enum err err = connect_to(work, work->fresh, &pg);

	if (err)
		return err;
	err = check_version(work, pg);
	if (!err)
		err = run(work, pg, work->backup->bootstrap, NULL, 0);
	for (size_t i = 0; i < ARRAY_LEN(settle) && !err; i++)
		err = run(work, pg, settle[i], NULL, 0);
	PQfinish(pg);
	return err;
}

/* From another database: none is renamed while somebody is in it. */
static enum err take_place(struct work *work)
{
	char sql[4][256], old[NAME_LENGTH + 8];
	PGconn *pg;
	enum err err;

	PQfinish(work->pg);
	work->pg = NULL;
	err = connect_to(work, "postgres", &pg);
	if (err)
		return err;
	snprintf(old, sizeof(old), "%.48s_old", work->database);
	snprintf(sql[0], sizeof(sql[0]), "drop database if exists \"%s\"", old);
	snprintf(sql[1], sizeof(sql[1]), "alter database \"%s\" rename to \"%s\"", work->database,
		old);
	snprintf(sql[2], sizeof(sql[2]), "alter database \"%s\" rename to \"%s\"", work->fresh,
		work->database);
	snprintf(sql[3], sizeof(sql[3]), "drop database \"%s\"", old);
	for (size_t i = 0; i < ARRAY_LEN(sql) && !err; i++)
		err = run(work, pg, sql[i], NULL, 0);
	PQfinish(pg);
	return err;
}

static void drop_fresh(const struct work *work)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "drop database if exists \"%s\"", work->fresh);
	if (work->pg)
		PQclear(PQexec(work->pg, sql));
}

static enum err fill_fresh(const struct work *work)
{
	const char *const args[] = {"pg_restore", "--no-password", "--exit-on-error", "--dbname",
		work->fresh, work->backup->file, NULL};

	return run_program(work, work->fresh, args);
}

enum err backup_restore(const struct backup *backup, struct problem *problem)
{
	struct work work = {.backup = backup, .problem = problem};
	enum err err = access(backup->file, R_OK) == 0
		? begin(&work)
		: problem_set(problem, ERR_NOT_FOUND, "Cannot read %s.", backup->file);

	if (!err)
		err = check_target(&work);
	if (!err)
		err = run(&work, work.pg, backup->bootstrap, NULL, 0);
	if (!err)
		err = make_fresh(&work);
	if (!err) {
		err = fill_fresh(&work);
		if (!err)
			err = settle_fresh(&work);
		if (err)
			drop_fresh(&work);
	}
	if (!err)
		err = take_place(&work);
	end(&work);
	return err;
}
