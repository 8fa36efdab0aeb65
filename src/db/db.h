/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL for fibers: three lanes of connections in libpq's pipeline mode.
 *
 * A batch is a list of statements that travel in one pipeline segment: the caller's context first, then
 * the statements. The segment is one implicit transaction and one round trip; its outcome is its first
 * error, and nothing of a failed segment is kept. So a create with its reference checks, its idempotency
 * claim and its change row costs the client one round trip to the database.
 *
 *   fast   by id, indexed lists: a few connections per loop, shared, statement timeout 500 ms;
 *          read-only
 *   slow   search, counts, reports, cursors: exclusive while a batch runs, capped; read-only
 *   write  one transaction in flight a connection, since commits on one connection wait for each other
 *
 * On the fast lane, what arrives while a connection is busy goes out together under one Sync when it is
 * idle again: a group. PostgreSQL opens one transaction and wakes up once for all of it. Small writes that
 * say so (db_batch's may_share) form groups as well and share a commit and its flush, which is most of
 * the cost of a small write. All are acknowledged after the commit; when one fails, none is kept and each
 * runs again by itself, so that nobody sees another one's error.
 *
 * The sessions of the first two lanes refuse writes (25006), also by functions: that is what allows
 * repeating their batches, and sending several of one turn of the loop as a group under one Sync. On
 * the fast lane now() is therefore the start of the group. TimeZone is UTC, DateStyle ISO.
 *
 * Transactions whose later statements depend on earlier answers use db_begin … db_commit and hold one
 * write connection meanwhile; no other I/O is done inside.
 *
 * Failures: a lost connection fails every waiter with ERR_DATABASE_AWAY; reads are retried once, batches
 * that end in 40001 or 40P01 three times, a lost COMMIT is not retried. While no connection of a lane
 * can be made its batches fail at once. A full queue is ERR_UNAVAILABLE, a passed deadline or statement
 * timeout ERR_DEADLINE. Never an error of ours hidden as one of the client's.
 *
 * Time: a batch ends by the fiber's deadline (30 s for a fiber without one), passed down as statement
 * timeout where it is shorter than the lane's; when no answer comes 2 s after it, the connection is
 * dropped.
 *
 * One struct db belongs to one loop. Everything here is called from fibers of that loop.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"
#include "base/str.h"

struct db;
struct loop;

enum db_lane { DB_FAST, DB_SLOW, DB_WRITE, DB_LANE__COUNT };

struct db_config {
	const char *conninfo; /* of the serving role */
	/* Connections of this loop, per lane: the process' budget is divided among its loops. */
	unsigned connections[DB_LANE__COUNT];
	unsigned queue_max; /* batches that may wait per lane before ERR_UNAVAILABLE */
	/* How long one may wait for a connection before ERR_UNAVAILABLE; 0: until its deadline. */
	unsigned acquire_ms;
	/* Statement timeout of the slow and the write lane; 0: 30 s. That of the fast lane is its own. */
	unsigned query_ms;
	/* PostgreSQL runs on this machine for us alone: its processes of the slow lane may be made nice. */
	bool backends_are_ours;
};

/* Starts connecting in the background; never fails. `config` is copied. */
struct db *db_new(struct loop *loop, const struct db_config *config);
/* Fails what still waits or is in flight, closes everything, then calls `done` (may be NULL). Staging
 * connections end with the fiber that holds them, and `done` waits for those. */
void db_close(struct db *db, void (*done)(void *), void *arg);

/* Who asks: set at the head of every segment by db/context.c and by nothing else. Absent strings are
 * set as ''. The formats are those of migrations/0001_foundation.sql. */
struct db_context {
	struct str org_id, user_id;
	struct str access;     /* |contacts:aona|companies:…| */
	struct str team_users; /* {uuid,…} */
	struct str partner_id;
	struct str request_id;
	struct str changeset_id;
};

/* SQL text (literal, or assembled by core/sql_*.c; with a NUL behind it) and its parameters as text; an
 * absent string is NULL. A parameter that holds a NUL is refused as PostgreSQL would (22021).
 * Statements are prepared once per connection, found by their text, and all new ones of a batch are
 * parsed before the first runs; `unprepared` runs without (for text that will not come again). */
struct db_stmt {
	struct str sql;
	size_t param_count;
	const struct str *params;
	bool unprepared;
};

/* Rows as text, valid until the arena is reset. */
struct db_result {
	int rows, columns;
	int64_t affected; /* by INSERT, UPDATE, DELETE */
	void *pg;         /* the PGresult behind it */
};

/* STR_NONE for NULL. Terminated by a NUL. */
struct str db_value(const struct db_result *result, int row, int column);
bool db_is_null(const struct db_result *result, int row, int column);
/* The row whose first column has this value, -1 when none has. */
int db_row_of(const struct db_result *result, struct str value);

/* What PostgreSQL said, for those who translate constraint names into fields. The strings are valid
 * until the batch's arena is reset. */
struct db_error {
	struct str sqlstate, message, detail, constraint, column, table;
	size_t statement; /* index in the batch */
};

struct db_batch {
	struct arena *arena;
	const struct db_context *context; /* NULL for statements without a caller */
	struct db_stmt *stmts;
	size_t count;
	struct db_result *results; /* out: `count` of them */
	struct db_error error;     /* out: when PostgreSQL said no; sure only with ERR_DB_REFUSED */
	unsigned timeout_ms;       /* 0 = the lane's; shortened to the fiber's deadline */
	/* On the write lane: short, writes one record, leaves no settings. Its transaction may be shared. */
	bool may_share;
};

/* Runs the batch. ERR_OK; ERR_DB_REFUSED when PostgreSQL refused a statement (see `error`);
 * ERR_DATABASE_AWAY, ERR_UNAVAILABLE or ERR_DEADLINE. */
MUST_CHECK enum err db_run(struct db *db, enum db_lane lane, struct db_batch *batch);
/* One statement: the common case of the above. `error` may be NULL: then a refusal is logged. */
MUST_CHECK enum err db_query(struct db *db, enum db_lane lane, struct arena *arena,
	const struct db_context *context, const struct db_stmt *stmt, struct db_result *out,
	struct db_error *error);

/* --- transactions: one exclusive connection of the write lane (or slow, for reading by cursor) ---- */

struct db_tx;

MUST_CHECK enum err db_begin(struct db *db, enum db_lane lane, struct arena *arena,
	const struct db_context *context, struct db_tx **out);
/* The batch's context is ignored: the transaction has its own. BEGIN travels with the first batch. After
 * an error (ERR_DATABASE_AWAY when the connection was lost) only db_rollback is allowed. A conflict
 * (40001, 40P01) is ERR_UNAVAILABLE here: the caller may begin anew. */
MUST_CHECK enum err db_tx_run(struct db_tx *tx, struct db_batch *batch);
MUST_CHECK enum err db_tx_query(struct db_tx *tx, struct arena *arena, const struct db_stmt *stmt,
	struct db_result *out, struct db_error *error);
/* Both give the connection back; `tx` is gone afterwards. ERR_DATABASE_AWAY of a commit leaves open
 * whether it happened; any other error means that it did not. */
MUST_CHECK enum err db_commit(struct db_tx *tx);
void db_rollback(struct db_tx *tx);

/* --- cursors: rows in slices, constant memory ------------------------------------------------------ */

struct db_cursor;

/* Declares a cursor in a read-only transaction of the slow lane, whose connection it holds. A pause of
 * more than 60 s between two slices ends it. On failure there is nothing to close. */
MUST_CHECK enum err db_cursor_open(struct db *db, struct arena *arena,
	const struct db_context *context, const struct db_stmt *stmt, struct db_cursor **out,
	struct db_error *error);
/* Up to `rows` more, the same number each time; 0 rows at the end. They stay until the next call, which was
 * fetched already while the caller looked at these. */
MUST_CHECK enum err db_cursor_next(struct db_cursor *cursor, int rows, struct db_result *out);
void db_cursor_close(struct db_cursor *cursor);

/* --- staging: COPY into a temporary table on a plain connection (no RLS there, no pipeline) --------- */

struct db_stage;

/* Opens a connection of its own and begins a transaction with the context. At most two at a time a loop,
 * else ERR_UNAVAILABLE. `db`, `arena` must outlive it. Statements may run before and after the COPY. */
MUST_CHECK enum err db_stage_open(struct db *db, struct arena *arena,
	const struct db_context *context, struct db_stage **out);
/* Creates the temporary table `stage (line bigint, c1 text, …)` with `columns` (1-500) text columns; then
 * COPY is under way. */
MUST_CHECK enum err db_stage_copy(struct db_stage *stage, unsigned columns);
/* Bytes in COPY text format, cut anywhere; suspends while the socket is full. */
MUST_CHECK enum err db_stage_write(struct db_stage *stage, struct str bytes);
/* Ends the COPY (a malformed line is ERR_DB_REFUSED only here) and analyzes the table; from here on
 * statements may run in the same transaction, each for at most 10 minutes. */
MUST_CHECK enum err db_stage_finish(struct db_stage *stage, int64_t *rows_out);
MUST_CHECK enum err db_stage_query(struct db_stage *stage, struct arena *arena,
	const struct db_stmt *stmt, struct db_result *out, struct db_error *error);
/* Commits or rolls back, and closes the connection. */
MUST_CHECK enum err db_stage_commit(struct db_stage *stage);
void db_stage_abort(struct db_stage *stage);

/* --- state, for /health and /metrics ---------------------------------------------------------------- */

struct db_stats {
	unsigned connections, connected; /* wanted and there */
	unsigned in_flight, waiting;
	uint64_t segments, refusals, losses;
};

void db_stats(const struct db *db, enum db_lane lane, struct db_stats *out);
/* True when at least one connection of every lane is there. */
bool db_is_up(const struct db *db);
