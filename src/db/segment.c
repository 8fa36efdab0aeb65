/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Segments on the wire: a batch becomes steps on its way out, and answers are matched with them on
 * the way back.
 *
 * The Parse messages of new statements go first, so that only bad SQL can make one fail: were they
 * behind the context, an error there would skip them, and a segment sent right behind would use a
 * statement that does not exist.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "db/db_internal.h"

/* --- out: parameters and messages --------------------------------------------------------------------- */

/* libpq wants terminated strings; they need to live for the call only. */
static bool lay_out_params(struct db *db, const struct db_stmt *stmt)
{
	size_t bytes = stmt->param_count;
	char *room;

	for (size_t i = 0; i < stmt->param_count; i++)
		bytes += stmt->params[i].len;
	if (stmt->param_count > db->params_cap) {
		db->params_cap = stmt->param_count * 2;
		db->params = realloc(db->params, db->params_cap * sizeof(*db->params));
		INVARIANT(db->params != NULL);
	}
	buf_reset(&db->param_text, 256 * 1024);
	room = buf_reserve(&db->param_text, bytes);
	for (size_t i = 0; room && i < stmt->param_count; i++) {
		struct str param = stmt->params[i];

		db->params[i] = param.ptr ? room : NULL;
		if (param.len)
			memcpy(room, param.ptr, param.len);
		room[param.len] = '\0';
		room += param.len + 1;
	}
	return stmt->param_count == 0 || room != NULL;
}

struct stmt_name {
	char text[24];
};

static struct stmt_name name_of(uint64_t id)
{
	struct stmt_name name;
	char *p = name.text + sizeof(name.text);

	*--p = '\0';
	for (; id; id /= 10)
		*--p = (char)('0' + id % 10);
	*--p = 's';
	memmove(name.text, p, (size_t)(name.text + sizeof(name.text) - p));
	return name;
}

static struct step *add_step(
	struct segment *segment, enum step_kind kind, uint64_t stmt, struct str sql)
{
	struct step *step = &segment->steps[segment->step_count++];

	*step = (struct step){.kind = kind, .result = -1, .stmt = stmt, .sql = sql};
	return step;
}

/* The SQL texts are literals or stand in an arena, terminated in both cases. */
static const char *terminated(struct str sql)
{
	INVARIANT(sql.ptr[sql.len] == '\0');
	return sql.ptr;
}

static bool send_parse(
	struct conn *conn, struct segment *segment, const struct db_stmt *stmt, uint64_t *id_out)
{
	bool is_new;

	*id_out = 0;
	if (stmt->unprepared)
		return true;
	*id_out = stmt_use(&conn->stmts, stmt->sql, &is_new);
	if (!is_new)
		return true;
	add_step(segment, STEP_PREPARE, *id_out, stmt->sql);
	return PQsendPrepare(conn->pg, name_of(*id_out).text, terminated(stmt->sql), 0, NULL);
}

static bool send_execute(struct conn *conn, struct segment *segment, const struct db_stmt *stmt,
	uint64_t id, int result)
{
	struct db *db = conn->lane->db;
	int count = (int)stmt->param_count;

	if (!lay_out_params(db, stmt))
		return false;
	add_step(segment, STEP_EXECUTE, id, stmt->sql)->result = result;
	if (id)
		return PQsendQueryPrepared(
			conn->pg, name_of(id).text, count, db->params, NULL, NULL, 0);
	return PQsendQueryParams(
		conn->pg, terminated(stmt->sql), count, NULL, db->params, NULL, NULL, 0);
}

static bool send_deallocate(struct conn *conn, struct segment *segment, uint64_t id)
{
	char sql[48];

	add_step(segment, STEP_DEALLOCATE, id, STR_NONE);
	snprintf(sql, sizeof(sql), "deallocate %s", name_of(id).text);
	return PQsendQueryParams(conn->pg, sql, 0, NULL, NULL, NULL, NULL, 0);
}

/* --- out: the segment ------------------------------------------------------------------------------------ */

/* What goes before the caller's statements. */
struct head {
	struct db_stmt stmts[2];
	size_t count;
	struct context_stmt context;
};

/* The member before set the same caller. That it is another request only the log would note, and who shares
 * a Sync writes nothing. */
static bool is_set_already(
	const struct conn *conn, const struct segment *before, const struct segment *segment)
{
	return before && conn->lane->read_only && before->timeout_ms == segment->timeout_ms &&
		before->context && segment->context &&
		context_has_same_caller(before->context, segment->context);
}

static void make_head(struct head *head, const struct conn *conn, const struct segment *before,
	const struct segment *segment)
{
	head->count = 0;
	if (segment->prefix)
		head->stmts[head->count++] = (struct db_stmt){.sql = str_of(segment->prefix)};
	/* Within a group the settings of the member before are still in force. */
	if (is_set_already(conn, before, segment))
		return;
	if (segment->shared && !conn->lane->read_only)
		context_make_shared(&head->context, segment->context);
	else if (segment->context || before)
		context_make(&head->context, segment->context, segment->timeout_ms);
	else if (segment->timeout_ms)
		context_make_timeout(&head->context, segment->timeout_ms);
	else
		return;
	head->stmts[head->count++] = head->context.stmt;
}

static bool send_parses(
	struct conn *conn, struct segment *segment, const struct head *head, uint64_t *ids)
{
	struct db_batch *batch = segment->batch;
	bool sent = true;

	for (size_t i = 0; sent && i < head->count; i++)
		sent = send_parse(conn, segment, &head->stmts[i], &ids[i]);
	for (size_t i = 0; sent && i < MIN(batch->count, (size_t)STMT_BATCH_MAX); i++)
		sent = send_parse(conn, segment, &batch->stmts[i], &ids[head->count + i]);
	return sent;
}

static bool send_executes(
	struct conn *conn, struct segment *segment, const struct head *head, const uint64_t *ids)
{
	struct db_batch *batch = segment->batch;
	bool sent = true;

	for (size_t i = 0; sent && i < head->count; i++)
		sent = send_execute(conn, segment, &head->stmts[i], ids[i], -1);
	for (size_t i = 0; sent && i < batch->count; i++)
		sent = send_execute(conn, segment, &batch->stmts[i], ids[head->count + i], (int)i);
	return sent;
}

static bool send_deallocates(struct conn *conn, struct segment *segment, unsigned count)
{
	bool sent = true;

	for (unsigned i = 0; sent && i < count; i++)
		sent = send_deallocate(conn, segment, conn->stmts.dropped[i]);
	return sent;
}

bool segment_send(struct conn *conn, const struct segment *before, struct segment *segment)
{
	struct db_batch *batch = segment->batch;
	/* New statements evict others, which are deallocated by the next segment. */
	unsigned dropped = conn->stmts.dropped_count;
	struct head head;
	uint64_t *ids;
	size_t count;

	make_head(&head, conn, before, segment);
	count = head.count + batch->count;
	ids = ARENA_ARRAY(batch->arena, uint64_t, count);
	segment->steps = ARENA_ARRAY(batch->arena, struct step, 2 * count + dropped);
	segment->step_count = segment->step_at = 0;
	segment->ends_group = false;
	if (!send_deallocates(conn, segment, dropped))
		return false;
	conn->stmts.dropped_count = 0;
	return send_parses(conn, segment, &head, ids) && send_executes(conn, segment, &head, ids);
}

/* --- back ------------------------------------------------------------------------------------------------- */

static void keep_rows(struct segment *segment, const struct step *step, PGresult *result)
{
	struct db_batch *batch = segment->batch;

	if (step->result < 0)
		PQclear(result);
	else
		result_keep(batch->arena, result, &batch->results[step->result]);
}

static void keep_error(
	struct conn *conn, struct segment *segment, const struct step *step, PGresult *result)
{
	struct db_error *error = &segment->batch->error;
	enum sql_class class;

	result_keep_error(segment->batch->arena, result, error);
	error->statement = step->result < 0 ? 0 : (size_t)step->result;
	segment->outcome = OUTCOME_REFUSED;
	conn->lane->refusals++;
	if (step->kind == STEP_EXECUTE && step->stmt) {
		class = sql_class_of(error);
		if (class == SQL_STALE_PLAN || class == SQL_NO_STMT)
			stmt_forget(&conn->stmts, step->sql, step->stmt, class == SQL_STALE_PLAN);
	}
}

void segment_take_commit_error(struct conn *conn, struct segment *segment, PGresult *result)
{
	if (segment->outcome != OUTCOME_PENDING) {
		PQclear(result);
		return;
	}
	result_keep_error(segment->batch->arena, result, &segment->batch->error);
	segment->outcome = OUTCOME_REFUSED;
	conn->lane->refusals++;
}

/* The Parse or the DEALLOCATE of this step did not happen. */
static void undo_step(struct conn *conn, const struct step *step, bool was_tried)
{
	if (step->kind == STEP_PREPARE)
		stmt_forget(&conn->stmts, step->sql, step->stmt, false);
	else if (step->kind == STEP_DEALLOCATE && !was_tried)
		stmt_drop_later(&conn->stmts, step->stmt);
}

/* The server says good-bye (57P01 and the like); a retry must not pick this connection again. */
static bool is_last_word(const PGresult *result)
{
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	return severity && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

bool segment_take(struct conn *conn, struct segment *segment, PGresult *result)
{
	const struct step *step = &segment->steps[segment->step_at];

	switch (PQresultStatus(result)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
	case PGRES_EMPTY_QUERY:
		keep_rows(segment, step, result);
		return true;
	case PGRES_FATAL_ERROR:
		if (is_last_word(result)) {
			PQclear(result);
			return false;
		}
		undo_step(conn, step, true);
		if (segment->outcome == OUTCOME_PENDING)
			keep_error(conn, segment, step, result);
		else
			PQclear(result);
		return true;
	case PGRES_PIPELINE_ABORTED:
		undo_step(conn, step, false);
		PQclear(result);
		if (segment->outcome == OUTCOME_PENDING)
			segment->outcome = OUTCOME_ABORTED;
		return true;
	default:
		/* COPY: its bytes cannot be told from answers in a pipeline. */
		log_error("a statement that cannot run in a pipeline", LOG_STR("sql", step->sql));
		PQclear(result);
		return false;
	}
}

void segment_settle(struct segment *segment, enum outcome outcome)
{
	segment->outcome = outcome;
	segment->on_settled(segment);
}
