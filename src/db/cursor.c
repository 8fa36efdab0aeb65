/* SPDX-License-Identifier: Apache-2.0 */
/* Cursors: a read-only transaction of the slow lane that is fetched slice by slice. */
#include "base/log.h"
#include "db/db_internal.h"

struct db_cursor {
	struct db_tx *tx;
	bool at_end;
};

enum err db_cursor_open(struct db *db, struct arena *arena, const struct db_context *context,
	const struct db_stmt *stmt, struct db_cursor **out, struct db_error *error)
{
	struct db_cursor *cursor = ARENA_NEW(arena, struct db_cursor);
	/* As text: a prepared one would be bound to a portal name that the next cursor uses anew. */
	struct db_stmt declare = {
		.sql = arena_printf(
			arena, "declare slice no scroll cursor for %.*s", STR_ARG(stmt->sql)),
		.param_count = stmt->param_count,
		.params = stmt->params,
		.unprepared = true,
	};
	struct db_result none;
	enum err err = db_begin(db, DB_SLOW, arena, context, &cursor->tx);

	if (err)
		return err;
	err = db_tx_query(cursor->tx, arena, &declare, &none, error);
	if (err) {
		db_rollback(cursor->tx);
		return err;
	}
	*out = cursor;
	return ERR_OK;
}

enum err db_cursor_next(
	struct db_cursor *cursor, struct arena *arena, int rows, struct db_result *out)
{
	struct db_stmt fetch = {
		.sql = arena_printf(arena, "fetch %d from slice", rows), .unprepared = true};
	enum err err;

	INVARIANT(rows > 0);
	*out = (struct db_result){0};
	if (cursor->at_end)
		return ERR_OK;
	err = db_tx_query(cursor->tx, arena, &fetch, out, NULL);
	/* After an error there is nothing more to come either. */
	cursor->at_end = err || out->rows < rows;
	return err;
}

void db_cursor_close(struct db_cursor *cursor)
{
	db_rollback(cursor->tx);
}
