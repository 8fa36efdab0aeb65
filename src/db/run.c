/* SPDX-License-Identifier: Apache-2.0 */
/* Batches: sent, awaited, and sent again where that is safe. */
#include "base/log.h"
#include "base/time.h"
#include "db/db_internal.h"

enum { RETRY_LOST = 1, RETRY_STALE = 2, RETRY_CONFLICT = 3, CONFLICT_PAUSE_MS = 10 };

void segment_init(struct segment *segment, struct db_batch *batch)
{
	*segment = (struct segment){.batch = batch};
}

bool stmts_are_sendable(const struct db_stmt *stmts, size_t count, struct db_error *error)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < stmts[i].param_count; k++) {
			struct str param = stmts[i].params[k];

			if (param.len == 0 || !memchr(param.ptr, '\0', param.len))
				continue;
			*error = (struct db_error){.sqlstate = STR("22021"),
				.message = STR("a parameter holds a NUL character"),
				.statement = i};
			return false;
		}
	}
	return true;
}

unsigned segment_timeout(const struct lane *lane, unsigned wanted_ms)
{
	unsigned left = (unsigned)fiber_time_left(MAX(DB_WAIT_MAX_MS, wanted_ms));

	if (wanted_ms)
		return MIN(wanted_ms, MAX(left, 1u));
	/* A little less than the session's own is not worth a setting: the wait itself is bounded. */
	return left + DB_GRACE_MS / 2 < lane->timeout_ms ? MAX(left, 1u) : 0;
}

/* --- retries ------------------------------------------------------------------------------------------------ */

struct tries {
	unsigned lost, stale, conflicts;
};

/* From now on nobody can abort it, and it aborts nobody. False when that was so already. */
static bool stop_sharing(struct segment *segment)
{
	bool shared = segment->shared;

	segment->shared = false;
	return shared;
}

static bool after_refusal(struct lane *lane, struct segment *segment, struct tries *tries)
{
	switch (sql_class_of(&segment->batch->error)) {
	case SQL_STALE_PLAN:
	case SQL_NO_STMT:
		return tries->stale++ < RETRY_STALE;
	case SQL_CONFLICT:
		if (tries->conflicts++ >= RETRY_CONFLICT)
			return false;
		fiber_sleep(1 + db_random(lane->db, CONFLICT_PAUSE_MS * tries->conflicts));
		return true;
	case SQL_LOCKED:
		return stop_sharing(segment);
	case SQL_AWAY:
		return lane->read_only && tries->lost++ < RETRY_LOST;
	default:
		return false;
	}
}

static bool shall_retry(struct lane *lane, struct segment *segment, struct tries *tries)
{
	if (lane->db->closing || time_monotonic_ms() >= segment->deadline)
		return false;
	switch (segment->outcome) {
	case OUTCOME_ABORTED:
		(void)stop_sharing(segment);
		return true;
	case OUTCOME_LOST:
		return lane->read_only && tries->lost++ < RETRY_LOST;
	case OUTCOME_REFUSED:
		return after_refusal(lane, segment, tries);
	default:
		return false;
	}
}

static enum err run_segment(struct lane *lane, struct segment *segment)
{
	struct tries tries = {0};

	/* The struct db stays as long as a fiber is inside. */
	db_hold(lane->db);
	do {
		segment->outcome = lane_run(lane, segment);
	} while (segment->outcome != OUTCOME_OK && shall_retry(lane, segment, &tries));
	db_release(lane->db);
	return outcome_err(segment->outcome, &segment->batch->error);
}

/* --- interface ---------------------------------------------------------------------------------------------- */

enum err db_run(struct db *db, enum db_lane kind, struct db_batch *batch)
{
	struct lane *lane = &db->lanes[kind];
	uint64_t left = fiber_time_left(DB_WAIT_MAX_MS);
	struct segment segment;

	INVARIANT(batch->count > 0);
	if (left == 0)
		return ERR_DEADLINE;
	if (!stmts_are_sendable(batch->stmts, batch->count, &batch->error))
		return ERR_DB_REFUSED;
	segment_init(&segment, batch);
	segment.context = batch->context;
	segment.deadline = time_monotonic_ms() + left;
	segment.timeout_ms = segment_timeout(lane, batch->timeout_ms);
	/* A timeout is set until the Sync, so nobody else may stand before it. */
	segment.shared = segment.timeout_ms == 0 && (kind == DB_FAST || batch->may_share);
	return run_segment(lane, &segment);
}

void log_refusal(const struct db_error *error, struct str sql)
{
	log_error("statement refused", LOG_STR("sqlstate", error->sqlstate),
		LOG_STR("error", error->message), LOG_STR("constraint", error->constraint),
		LOG_STR("sql", sql));
}

enum err db_query(struct db *db, enum db_lane lane, struct arena *arena,
	const struct db_context *context, const struct db_stmt *stmt, struct db_result *out,
	struct db_error *error)
{
	struct db_stmt copy = *stmt;
	struct db_batch batch = {
		.arena = arena, .context = context, .stmts = &copy, .count = 1, .results = out};
	enum err err = db_run(db, lane, &batch);

	if (error)
		*error = batch.error;
	else if (err == ERR_DB_REFUSED)
		log_refusal(&batch.error, stmt->sql);
	return err;
}
