/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transactions: a leased connection between BEGIN and COMMIT.
 *
 * BEGIN and the context travel in front of the first statements, so they cost no round trip, and a
 * transaction that was begun and ran nothing costs none at all.
 */
#include "base/log.h"
#include "base/time.h"
#include "db/db_internal.h"

/* For ROLLBACK, which must be tried even when the fiber's own time is over. */
enum { ROLLBACK_MS = 5000 };

struct db_tx {
	struct db *db;
	struct lane *lane;
	struct arena *arena;
	const struct db_context *context;
	struct lease lease;
	bool begun, failed;
};

enum err db_begin(struct db *db, enum db_lane kind, struct arena *arena,
	const struct db_context *context, struct db_tx **out)
{
	struct db_tx *tx = ARENA_NEW(arena, struct db_tx);
	struct lease_request request = {.lease = &tx->lease};
	uint64_t left = fiber_time_left(DB_WAIT_MAX_MS);
	enum outcome outcome;

	/* The fast lane's connections are shared by many at a time. */
	INVARIANT(kind != DB_FAST);
	*tx = (struct db_tx){
		.db = db, .lane = &db->lanes[kind], .arena = arena, .context = context};
	if (left == 0)
		return ERR_DEADLINE;
	request.segment.deadline = time_monotonic_ms() + left;
	db_hold(db);
	outcome = lane_run(tx->lane, &request.segment);
	if (outcome != OUTCOME_OK) {
		db_release(db);
		return outcome_err(outcome, NULL);
	}
	*out = tx;
	return ERR_OK;
}

/* --- statements --------------------------------------------------------------------------------------------- */

static enum err run(struct db_tx *tx, struct db_batch *batch, uint64_t within_ms)
{
	struct segment segment;
	enum outcome outcome;

	if (!tx->lease.conn)
		return ERR_DATABASE_AWAY;
	segment_init(&segment, batch);
	segment.deadline = time_monotonic_ms() + within_ms;
	if (!tx->begun) {
		segment.prefix = "begin";
		segment.context = tx->context;
		segment.timeout_ms = segment_timeout(tx->lane, batch->timeout_ms);
		tx->begun = true;
	} else if (batch->timeout_ms) {
		segment.timeout_ms = segment_timeout(tx->lane, batch->timeout_ms);
	}
	outcome = conn_run(tx->lease.conn, &segment);
	tx->failed = outcome != OUTCOME_OK;
	return outcome_err(outcome, &batch->error);
}

enum err db_tx_run(struct db_tx *tx, struct db_batch *batch)
{
	uint64_t left = fiber_time_left(MAX(DB_WAIT_MAX_MS, batch->timeout_ms));

	INVARIANT(batch->count > 0 && !tx->failed);
	tx->failed = true;
	if (left == 0)
		return ERR_DEADLINE;
	if (!stmts_are_sendable(batch->stmts, batch->count, &batch->error))
		return ERR_DB_REFUSED;
	return run(tx, batch, left);
}

enum err db_tx_query(struct db_tx *tx, struct arena *arena, const struct db_stmt *stmt,
	struct db_result *out, struct db_error *error)
{
	struct db_stmt copy = *stmt;
	struct db_batch batch = {.arena = arena, .stmts = &copy, .count = 1, .results = out};
	enum err err = db_tx_run(tx, &batch);

	if (error)
		*error = batch.error;
	else if (err == ERR_DB_REFUSED)
		log_refusal(&batch.error, stmt->sql);
	return err;
}

/* --- the end -------------------------------------------------------------------------------------------------- */

static void end(struct db_tx *tx)
{
	lease_end(&tx->lease);
	db_release(tx->db);
}

static enum err run_word(struct db_tx *tx, struct str word, uint64_t within_ms)
{
	struct db_stmt stmt = {.sql = word};
	struct db_result result;
	struct db_batch batch = {
		.arena = tx->arena, .stmts = &stmt, .count = 1, .results = &result};
	enum err err = run(tx, &batch, within_ms);

	if (err == ERR_DB_REFUSED)
		log_refusal(&batch.error, word);
	return err;
}

enum err db_commit(struct db_tx *tx)
{
	enum err err = ERR_OK;

	INVARIANT(!tx->failed);
	/* Once sent, it is waited for even beyond the deadline: its outcome matters more. */
	if (tx->begun)
		err = run_word(tx, STR("commit"),
			MAX(fiber_time_left(DB_WAIT_MAX_MS), (uint64_t)ROLLBACK_MS));
	end(tx);
	return err;
}

void db_rollback(struct db_tx *tx)
{
	if (tx->begun && tx->lease.conn && run_word(tx, STR("rollback"), ROLLBACK_MS) != ERR_OK)
		log_warn("rollback failed", LOG_CSTR("lane", tx->lane->name));
	end(tx);
}
