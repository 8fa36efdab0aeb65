/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Staging: many rows into a temporary table by COPY, then statements that make records of them.
 *
 * COPY neither goes into a table under row security nor through a pipeline, hence the temporary table
 * and a connection outside the lanes. There may be few of these at a time: each is a backend more.
 */
#include <stdio.h>

#include "base/log.h"
#include "db/db_internal.h"
#include "db/plain.h"

enum {
	STAGES_MAX = 2,
	STAGE_COLUMNS_MAX = 500,
	/* A single INSERT … SELECT over all rows may take long; the fiber's deadline bounds it too. */
	STAGE_TIMEOUT_MS = 600000,
};

struct db_stage {
	struct db *db;
	struct arena *arena;
	struct plain plain;
	bool failed;
};

enum err db_stage_query(struct db_stage *stage, struct arena *arena, const struct db_stmt *stmt,
	struct db_result *out, struct db_error *error)
{
	struct db_error own = {0};
	enum err err;

	if (!stmts_are_sendable(stmt, 1, error ? error : &own))
		err = ERR_DB_REFUSED;
	else
		err = plain_query(&stage->plain, arena, stmt, out, error ? error : &own);

	if (!error && err == ERR_DB_REFUSED)
		log_refusal(&own, stmt->sql);
	/* One that succeeds shows that the transaction is whole, after a rollback to a savepoint too. */
	stage->failed = err != ERR_OK;
	return err;
}

static enum err run_sql(struct db_stage *stage, struct str sql)
{
	struct db_stmt stmt = {.sql = sql};
	struct db_result none;

	return db_stage_query(stage, stage->arena, &stmt, &none, NULL);
}

static enum err set_up_session(struct db_stage *stage)
{
	struct context_stmt session;
	struct db_result none;

	context_make_session(&session, STAGE_TIMEOUT_MS, STAGE_TIMEOUT_MS, false, false);
	return db_stage_query(stage, stage->arena, &session.stmt, &none, NULL);
}

static enum err set_context(struct db_stage *stage, const struct db_context *context)
{
	struct context_stmt local;
	struct db_result none;

	context_make(&local, context, 0);
	return db_stage_query(stage, stage->arena, &local.stmt, &none, NULL);
}

static enum err create_table(struct db_stage *stage, unsigned columns)
{
	struct buf sql;
	enum err err;

	buf_init(&sql, 64 * 1024);
	buf_append_cstr(&sql, "create temporary table stage (line bigint");
	for (unsigned i = 1; i <= columns; i++)
		buf_printf(&sql, ", c%u text", i);
	buf_append_cstr(&sql, ") on commit drop");
	buf_append_char(&sql, '\0');
	INVARIANT(!sql.full);
	err = run_sql(stage, str_of(sql.ptr));
	buf_deinit(&sql);
	return err;
}

static void close_stage(struct db_stage *stage)
{
	plain_close(&stage->plain);
	stage->db->stages--;
	db_release(stage->db);
}

enum err db_stage_open(
	struct db *db, struct arena *arena, const struct db_context *context, struct db_stage **out)
{
	struct db_stage *stage = ARENA_NEW(arena, struct db_stage);
	enum err err;

	if (db->closing || db->stages == STAGES_MAX)
		return db->closing ? ERR_DATABASE_AWAY : ERR_UNAVAILABLE;
	db->stages++;
	db_hold(db);
	*stage = (struct db_stage){.db = db, .arena = arena};
	err = plain_open(&stage->plain, db->loop, db->conninfo);
	if (err) {
		db->stages--;
		db_release(db);
		return err;
	}
	if ((err = set_up_session(stage)) || (err = run_sql(stage, STR("begin"))) ||
		(err = set_context(stage, context))) {
		close_stage(stage);
		return err;
	}
	*out = stage;
	return ERR_OK;
}

enum err db_stage_copy(struct db_stage *stage, unsigned columns)
{
	enum err err;

	INVARIANT(columns > 0 && columns <= STAGE_COLUMNS_MAX);
	err = create_table(stage, columns);
	if (!err)
		err = plain_copy_begin(&stage->plain, "copy stage from stdin");
	stage->failed |= err != ERR_OK;
	return err;
}

enum err db_stage_write(struct db_stage *stage, struct str bytes)
{
	enum err err = plain_copy_write(&stage->plain, bytes);

	stage->failed |= err != ERR_OK;
	return err;
}

enum err db_stage_finish(struct db_stage *stage, int64_t *rows_out)
{
	struct db_error error = {0};
	enum err err = plain_copy_end(&stage->plain, stage->arena, rows_out, &error);

	stage->failed |= err != ERR_OK;
	if (err == ERR_DB_REFUSED)
		log_refusal(&error, STR("copy stage"));
	if (err)
		return err;
	/* Autovacuum never sees a temporary table, and its size decides the plan. */
	return run_sql(stage, STR("analyze stage"));
}

enum err db_stage_commit(struct db_stage *stage)
{
	enum err err;

	INVARIANT(!stage->failed);
	err = run_sql(stage, STR("commit"));
	close_stage(stage);
	return err;
}

void db_stage_abort(struct db_stage *stage)
{
	/* The server rolls back when the connection goes. */
	close_stage(stage);
}
