/* SPDX-License-Identifier: Apache-2.0 */
/* A plain connection driven by one fiber. */
#include "db/plain.h"

#include <stdlib.h>
#include <uv.h>

#include "base/fiber.h"
#include "base/log.h"
#include "base/loop.h"
#include "db/db_internal.h"

/* Without any progress of the server. */
enum { PATIENCE_MS = 60000, COPY_PIECE = 64 * 1024 };

/* --- waiting ------------------------------------------------------------------------------------------------- */

/* On the heap, since its handles are closed after the fiber has gone on. */
struct wait {
	uv_poll_t poll;
	uv_timer_t timer;
	struct fiber *fiber;
	bool woken, timed_out;
	unsigned open_handles;
};

static void on_wait_closed(uv_handle_t *handle)
{
	struct wait *wait = handle->data;

	if (--wait->open_handles == 0)
		free(wait);
}

static void wake(struct wait *wait)
{
	if (wait->woken)
		return;
	wait->woken = true;
	fiber_wake(wait->fiber);
}

static void on_wait_event(uv_poll_t *poll, int status, int events)
{
	(void)status;
	(void)events;
	wake(poll->data);
}

static void on_wait_timeout(uv_timer_t *timer)
{
	struct wait *wait = timer->data;

	wait->timed_out = !wait->woken;
	wake(wait);
}

static enum err wait_for(struct plain *plain, int events)
{
	uint64_t left = fiber_time_left(PATIENCE_MS);
	struct wait *wait;
	bool timed_out;

	if (left == 0)
		return ERR_DEADLINE;
	wait = calloc(1, sizeof(*wait));
	INVARIANT(wait != NULL);
	wait->fiber = fiber_self();
	wait->poll.data = wait->timer.data = wait;
	INVARIANT(uv_poll_init(&plain->loop->uv, &wait->poll, PQsocket(plain->pg)) == 0);
	uv_timer_init(&plain->loop->uv, &wait->timer);
	wait->open_handles = 2;
	uv_update_time(&plain->loop->uv);
	uv_timer_start(&wait->timer, on_wait_timeout, left, 0);
	uv_poll_start(&wait->poll, events, on_wait_event);
	fiber_suspend();
	timed_out = wait->timed_out;
	uv_close((uv_handle_t *)&wait->poll, on_wait_closed);
	uv_close((uv_handle_t *)&wait->timer, on_wait_closed);
	return timed_out ? ERR_DEADLINE : ERR_OK;
}

/* --- connecting ------------------------------------------------------------------------------------------------ */

struct starting {
	const char *conninfo;
	PGconn *pg;
};

static void start_connecting(void *arg)
{
	struct starting *starting = arg;
	static const char *const names[] = {
		"application_name", "keepalives_idle", "dbname", "client_encoding", NULL};
	const char *const values[] = {"cairn import", "10", starting->conninfo, "UTF8", NULL};

	starting->pg = PQconnectStartParams(names, values, 1);
	INVARIANT(starting->pg != NULL);
}

static void on_notice(void *arg, const PGresult *notice)
{
	(void)arg;
	(void)notice;
}

enum err plain_open(struct plain *plain, struct loop *loop, const char *conninfo)
{
	struct starting starting = {.conninfo = conninfo};
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;
	enum err err = ERR_OK;

	/* libpq looks names up synchronously. */
	loop_work(start_connecting, &starting);
	*plain = (struct plain){.loop = loop, .pg = starting.pg};
	if (PQstatus(plain->pg) == CONNECTION_BAD)
		status = PGRES_POLLING_FAILED;
	while (!err && status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
		err = wait_for(plain, status == PGRES_POLLING_READING ? UV_READABLE : UV_WRITABLE);
		if (!err)
			status = PQconnectPoll(plain->pg);
	}
	if (!err && status == PGRES_POLLING_OK && PQsetnonblocking(plain->pg, 1) == 0) {
		PQsetNoticeReceiver(plain->pg, on_notice, NULL);
		return ERR_OK;
	}
	log_warn("cannot connect to the database", LOG_CSTR("error", PQerrorMessage(plain->pg)));
	plain_close(plain);
	return err ? err : ERR_DATABASE_AWAY;
}

void plain_close(struct plain *plain)
{
	PQfinish(plain->pg);
	plain->pg = NULL;
}

/* --- statements -------------------------------------------------------------------------------------------------- */

static enum err flush(struct plain *plain)
{
	int left;

	while ((left = PQflush(plain->pg)) > 0) {
		enum err err = wait_for(plain, UV_READABLE | UV_WRITABLE);

		if (err)
			return err;
		/* The server may be waiting for us to read. */
		if (!PQconsumeInput(plain->pg))
			return ERR_DATABASE_AWAY;
	}
	return left < 0 ? ERR_DATABASE_AWAY : ERR_OK;
}

static enum err next_result(struct plain *plain, PGresult **out)
{
	while (PQisBusy(plain->pg)) {
		enum err err = wait_for(plain, UV_READABLE);

		if (err)
			return err;
		if (!PQconsumeInput(plain->pg))
			return ERR_DATABASE_AWAY;
	}
	*out = PQgetResult(plain->pg);
	return ERR_OK;
}

/* Keeps the first error, else the last result. */
static enum err collect(
	struct plain *plain, struct arena *arena, struct db_result *out, struct db_error *error)
{
	enum err err, outcome = ERR_OK;
	PGresult *result;

	while (!(err = next_result(plain, &result)) && result) {
		ExecStatusType status = PQresultStatus(result);

		if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
			result_keep(arena, result, out);
		} else if (!outcome) {
			result_keep_error(arena, result, error);
			outcome = outcome_err(OUTCOME_REFUSED, error);
		} else {
			PQclear(result);
		}
	}
	return err ? err : outcome;
}

static const char **terminated(struct arena *arena, const struct db_stmt *stmt)
{
	const char **params = ARENA_ARRAY(arena, const char *, MAX(stmt->param_count, (size_t)1));

	for (size_t i = 0; i < stmt->param_count; i++)
		params[i] = arena_cstr(arena, stmt->params[i]);
	return params;
}

enum err plain_query(struct plain *plain, struct arena *arena, const struct db_stmt *stmt,
	struct db_result *out, struct db_error *error)
{
	const char **params = terminated(arena, stmt);
	int count = (int)stmt->param_count;
	enum err err;

	if (!PQsendQueryParams(plain->pg, stmt->sql.ptr, count, NULL, params, NULL, NULL, 0))
		return ERR_DATABASE_AWAY;
	err = flush(plain);
	return err ? err : collect(plain, arena, out, error);
}

/* --- COPY ---------------------------------------------------------------------------------------------------------- */

enum err plain_copy_begin(struct plain *plain, const char *sql)
{
	PGresult *result = NULL;
	enum err err;
	bool begun;

	if (!PQsendQuery(plain->pg, sql))
		return ERR_DATABASE_AWAY;
	if ((err = flush(plain)) || (err = next_result(plain, &result)))
		return err;
	begun = PQresultStatus(result) == PGRES_COPY_IN;
	if (!begun)
		log_error("COPY refused", LOG_CSTR("error", PQerrorMessage(plain->pg)));
	PQclear(result);
	return begun ? ERR_OK : ERR_INTERNAL;
}

enum err plain_copy_write(struct plain *plain, struct str bytes)
{
	/* libpq would rather grow its buffer than refuse, so each piece leaves before the next. */
	while (bytes.len) {
		size_t piece = MIN(bytes.len, (size_t)COPY_PIECE);
		enum err err;

		if (PQputCopyData(plain->pg, bytes.ptr, (int)piece) != 1)
			return ERR_DATABASE_AWAY;
		err = flush(plain);
		if (err)
			return err;
		bytes = str_slice(bytes, piece, bytes.len);
	}
	return ERR_OK;
}

enum err plain_copy_end(
	struct plain *plain, struct arena *arena, int64_t *rows_out, struct db_error *error)
{
	struct db_result result = {0};
	enum err err;

	if (PQputCopyEnd(plain->pg, NULL) != 1)
		return ERR_DATABASE_AWAY;
	if ((err = flush(plain)) || (err = collect(plain, arena, &result, error)))
		return err;
	*rows_out = result.affected;
	return ERR_OK;
}
