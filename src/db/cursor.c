/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cursors: a read-only transaction of the slow lane that is fetched slice by slice.
 *
 * While the caller works on a slice, a fiber of the cursor's own fetches the next one, so that PostgreSQL
 * and Cairn work at the same time. Two slices are in memory.
 */
#include "base/log.h"
#include "db/db_internal.h"

struct slice {
	struct arena arena;
	struct db_result rows;
	enum err err;
};

struct db_cursor {
	struct db_tx *tx;
	struct slice slices[2];
	unsigned at; /* the one that the caller has; the other one is the next */
	int rows;    /* of a slice */
	bool begun, fetching, at_end;
	struct fiber *waits;
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
	for (size_t i = 0; i < ARRAY_LEN(cursor->slices); i++)
		arena_init(&cursor->slices[i].arena);
	*out = cursor;
	return ERR_OK;
}

static void fetch(void *arg)
{
	struct db_cursor *cursor = arg;
	struct slice *slice = &cursor->slices[!cursor->at];
	struct db_stmt stmt = {
		.sql = arena_printf(&slice->arena, "fetch %d from slice", cursor->rows),
		.unprepared = true,
	};

	slice->err = db_tx_query(cursor->tx, &slice->arena, &stmt, &slice->rows, NULL);
	/* After an error there is nothing more to come either. */
	cursor->at_end = slice->err || slice->rows.rows < cursor->rows;
	cursor->fetching = false;
	if (cursor->waits)
		fiber_wake(cursor->waits);
}

static void fetch_next(struct db_cursor *cursor)
{
	struct slice *slice = &cursor->slices[!cursor->at];

	arena_reset(&slice->arena);
	slice->rows = (struct db_result){0};
	slice->err = ERR_OK;
	cursor->begun = true;
	cursor->fetching = !cursor->at_end;
	if (cursor->fetching)
		fiber_spawn(fetch, cursor);
}

static void wait_for_fetch(struct db_cursor *cursor)
{
	cursor->waits = fiber_self();
	while (cursor->fetching)
		fiber_suspend();
	cursor->waits = NULL;
}

enum err db_cursor_next(struct db_cursor *cursor, int rows, struct db_result *out)
{
	const struct slice *next = &cursor->slices[!cursor->at];

	INVARIANT(rows > 0);
	*out = (struct db_result){0};
	cursor->rows = rows;
	if (!cursor->begun)
		fetch_next(cursor);
	wait_for_fetch(cursor);
	if (next->err)
		return next->err;
	*out = next->rows;
	cursor->at = !cursor->at;
	fetch_next(cursor);
	return ERR_OK;
}

void db_cursor_close(struct db_cursor *cursor)
{
	wait_for_fetch(cursor);
	db_rollback(cursor->tx);
	for (size_t i = 0; i < ARRAY_LEN(cursor->slices); i++)
		arena_deinit(&cursor->slices[i].arena);
}
