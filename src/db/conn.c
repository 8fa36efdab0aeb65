/* SPDX-License-Identifier: Apache-2.0 */
/* One connection: its life, its socket, and the segments in flight on it. */
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "base/log.h"
#include "base/time.h"
#include "db/db_internal.h"

enum { RETRY_FIRST_MS = 50, RETRY_MAX_MS = 1000 };

static void on_ready_socket(uv_poll_t *poll, int status, int events);
static void on_timer(uv_timer_t *timer);
static void take_answers(struct conn *conn);

/* --- state ------------------------------------------------------------------------------------------------- */

/* Milliseconds that a connection may stay in a state before on_timer acts; 0 = for ever. */
static uint64_t time_in_state(const struct conn *conn, enum conn_state state)
{
	struct db *db = conn->lane->db;
	unsigned wait = (unsigned)RETRY_FIRST_MS << MIN(conn->failures, 7u);

	switch (state) {
	case CONN_AWAY:
		/* The first attempt after a loss is immediate; jitter keeps many from coming at once. */
		wait = conn->failures ? MIN(wait, (unsigned)RETRY_MAX_MS) : 10;
		return 1 + wait / 2 + db_random(db, wait);
	case CONN_CONNECTING:
	case CONN_STARTING:
		return DB_CONNECT_MAX_MS;
	default:
		return 0;
	}
}

static void set_state(struct conn *conn, enum conn_state state)
{
	uint64_t limit = time_in_state(conn, state);

	conn->state = state;
	uv_timer_stop(&conn->timer);
	if (limit)
		uv_timer_start(&conn->timer, on_timer, limit, 0);
	if (state == CONN_READY)
		conn->failures = 0;
	if (state == CONN_READY || state == CONN_AWAY)
		lane_check_down(conn->lane);
}

/* --- the socket -------------------------------------------------------------------------------------------- */

static void on_poll_closed(uv_handle_t *handle)
{
	db_release(handle->data);
	free(handle);
}

static void stop_polling(struct conn *conn)
{
	if (!conn->poll)
		return;
	conn->poll->data = conn->lane->db;
	uv_close((uv_handle_t *)conn->poll, on_poll_closed);
	conn->poll = NULL;
	conn->polled = 0;
}

static void start_polling(struct conn *conn, int events)
{
	struct db *db = conn->lane->db;

	if (conn->poll && conn->polled == events)
		return;
	if (!conn->poll) {
		conn->poll = calloc(1, sizeof(*conn->poll));
		INVARIANT(conn->poll != NULL);
		INVARIANT(uv_poll_init(&db->loop->uv, conn->poll, PQsocket(conn->pg)) == 0);
		conn->poll->data = conn;
		db_hold(db);
	}
	conn->polled = events;
	uv_poll_start(conn->poll, events, on_ready_socket);
}

/* --- losing -------------------------------------------------------------------------------------------------- */

static void settle_all_lost(struct conn *conn)
{
	struct segment *segment = conn->first;

	conn->first = conn->newest = conn->answering = NULL;
	conn->last = &conn->first;
	conn->in_flight = conn->open = 0;
	conn->answered = false;
	while (segment) {
		struct segment *next = segment->next;
		segment_settle(segment, OUTCOME_LOST);
		segment = next;
	}
}

static void drop_socket(struct conn *conn)
{
	stop_polling(conn);
	PQfinish(conn->pg);
	conn->pg = NULL;
	stmt_cache_reset(&conn->stmts);
	if (conn->lease)
		conn->lease->conn = NULL;
	conn->lease = NULL;
}

void conn_lose(struct conn *conn, const char *why)
{
	bool was_ready = conn->state == CONN_READY;

	if (conn->state == CONN_CLOSED || conn->state == CONN_AWAY)
		return;
	log_warn(was_ready ? "database connection lost" : "cannot connect to the database",
		LOG_CSTR("lane", conn->lane->name), LOG_CSTR("why", why),
		LOG_INT("failures", conn->failures),
		LOG_STR("error", str_trim(str_of(PQerrorMessage(conn->pg)))));
	conn->lane->losses += was_ready;
	conn->failures += !was_ready;
	drop_socket(conn);
	/* First, so that whoever is settled and tries again finds the connection gone. */
	set_state(conn, CONN_AWAY);
	settle_all_lost(conn);
}

/* --- connecting ---------------------------------------------------------------------------------------------- */

struct resolving {
	uv_work_t work;
	struct conn *conn;
	PGconn *pg;
};

static void start_connecting(uv_work_t *work)
{
	struct resolving *resolving = work->data;
	/* Before dbname, which holds the whole conninfo: what it says wins. After it: we win. */
	static const char *const names[] = {"application_name", "connect_timeout",
		"keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
		"dbname", "client_encoding", NULL};
	const char *values[] = {"cairn", "10", "10", "5", "3", "20000",
		resolving->conn->lane->db->conninfo, "UTF8", NULL};

	resolving->pg = PQconnectStartParams(names, values, 1);
}

static void on_notice(void *arg, const PGresult *notice)
{
	const char *text = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);

	(void)arg;
	log_debug("PostgreSQL notice", LOG_CSTR("notice", text));
}

static void on_started_connecting(uv_work_t *work, int status)
{
	struct resolving *resolving = work->data;
	struct conn *conn = resolving->conn;
	struct db *db = conn->lane->db;

	(void)status;
	if (conn->state != CONN_RESOLVING) {
		PQfinish(resolving->pg);
	} else {
		conn->pg = resolving->pg;
		INVARIANT(conn->pg != NULL);
		set_state(conn, CONN_CONNECTING);
		PQsetNoticeReceiver(conn->pg, on_notice, NULL);
		if (PQstatus(conn->pg) == CONNECTION_BAD)
			conn_lose(conn, "start");
		else
			start_polling(conn, UV_WRITABLE);
	}
	free(resolving);
	db_release(db);
}

void conn_connect(struct conn *conn)
{
	struct resolving *resolving = calloc(1, sizeof(*resolving));
	struct db *db = conn->lane->db;

	INVARIANT(resolving != NULL);
	resolving->conn = conn;
	resolving->work.data = resolving;
	set_state(conn, CONN_RESOLVING);
	db_hold(db);
	INVARIANT(uv_queue_work(&db->loop->uv, &resolving->work, start_connecting,
			  on_started_connecting) == 0);
}

/* Whatever else wakes up on this machine goes before this process: it is nice and asks for long turns, which
 * Linux from 6.12 on breaks for whoever asks for shorter ones. Our own backend, so a refusal is no matter. */
static void give_way(int pid, int niceness)
{
	/* The kernel's struct sched_attr, whose header clashes with the C library's. */
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t niceness;
		uint32_t priority;
		uint64_t turn_ns, deadline, period;
	} wanted = {.size = sizeof(wanted),
		.policy = SCHED_BATCH,
		.niceness = niceness,
		.turn_ns = 100000000};

	(void)syscall(SYS_sched_setattr, pid, &wanted, 0);
}

static void on_session_settled(struct segment *segment)
{
	struct conn *conn = CONTAINER_OF(segment, struct conn, session);

	if (segment->outcome == OUTCOME_REFUSED) {
		log_error("database session refused",
			LOG_STR("error", conn->session_batch.error.message));
		conn_lose(conn, "session");
	} else if (segment->outcome == OUTCOME_OK) {
		if (conn->lane->niceness)
			give_way(PQbackendPID(conn->pg), conn->lane->niceness);
		set_state(conn, CONN_READY);
		lane_dispatch(conn->lane);
	}
}

static void start_session(struct conn *conn)
{
	struct lane *lane = conn->lane;

	set_state(conn, CONN_STARTING);
	if (PQsetnonblocking(conn->pg, 1) != 0 || !PQenterPipelineMode(conn->pg)) {
		conn_lose(conn, "pipeline mode");
		return;
	}
	arena_reset(&conn->arena);
	context_make_session(&conn->session_stmt, lane->timeout_ms, lane->idle_ms, lane->read_only,
		lane->one_plan);
	conn->session_batch = (struct db_batch){.arena = &conn->arena,
		.stmts = &conn->session_stmt.stmt,
		.count = 1,
		.results = &conn->session_result};
	segment_init(&conn->session, &conn->session_batch);
	conn->session.on_settled = on_session_settled;
	conn->session.deadline = time_monotonic_ms() + DB_CONNECT_MAX_MS;
	start_polling(conn, UV_READABLE);
	conn_send(conn, &conn->session);
}

static void go_on_connecting(struct conn *conn)
{
	/* libpq may close this socket and open the next with the same number. */
	stop_polling(conn);
	switch (PQconnectPoll(conn->pg)) {
	case PGRES_POLLING_READING:
		start_polling(conn, UV_READABLE);
		break;
	case PGRES_POLLING_WRITING:
		start_polling(conn, UV_WRITABLE);
		break;
	case PGRES_POLLING_OK:
		start_session(conn);
		break;
	default:
		conn_lose(conn, "connect");
	}
}

static void on_timer(uv_timer_t *timer)
{
	struct conn *conn = timer->data;

	if (conn->state == CONN_AWAY)
		conn_connect(conn);
	else
		conn_lose(conn, "timeout");
}

/* --- sending --------------------------------------------------------------------------------------------------- */

static void flush(struct conn *conn)
{
	int left = PQflush(conn->pg);

	if (left < 0)
		conn_lose(conn, "write");
	else
		start_polling(conn, left ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

/* PQpipelineSync also writes to the socket (libpq 15), so it is the one write of a turn. */
static bool end_group(struct conn *conn)
{
	if (conn->open == 0)
		return true;
	conn->newest->ends_group = true;
	conn->open = 0;
	if (PQpipelineSync(conn->pg))
		return true;
	conn_lose(conn, "write");
	return false;
}

static void on_turn_end(struct loop_hook *hook)
{
	struct conn *conn = CONTAINER_OF(hook, struct conn, turn_end);

	if (conn->state != CONN_READY && conn->state != CONN_STARTING)
		return;
	if (end_group(conn))
		flush(conn);
	/* A write that found the socket full has read what was there, and no event will tell. */
	if (conn->pg)
		take_answers(conn);
}

static void append(struct conn *conn, struct segment *segment)
{
	segment->next = NULL;
	*conn->last = segment;
	conn->last = &segment->next;
	conn->newest = segment;
	if (!conn->answering)
		conn->answering = segment;
	conn->in_flight++;
	conn->lane->segments++;
}

void conn_send(struct conn *conn, struct segment *segment)
{
	const struct segment *before;
	bool sent;

	if (!segment->shared && !end_group(conn)) {
		segment_settle(segment, OUTCOME_LOST);
		return;
	}
	segment->outcome = OUTCOME_PENDING;
	before = conn->open ? conn->newest : NULL;
	/* In the FIFO first: should sending fail, losing the connection settles it like the others. */
	append(conn, segment);
	sent = segment_send(conn, before, segment);
	conn->open++;
	if (!sent) {
		conn_lose(conn, "send");
		return;
	}
	if ((!segment->shared || conn->open >= conn->lane->members) && !end_group(conn))
		return;
	loop_at_turn_end(conn->lane->db->loop, &conn->turn_end);
}

/* --- reading --------------------------------------------------------------------------------------------------- */

/* Takes the first group out of the FIFO. The chain ends with NULL. */
static struct segment *take_group(struct conn *conn)
{
	struct segment *group = conn->first, *last = group;

	for (conn->in_flight--; !last->ends_group; last = last->next)
		conn->in_flight--;
	conn->first = conn->answering = last->next;
	if (!conn->first) {
		conn->last = &conn->first;
		conn->newest = NULL;
	}
	last->next = NULL;
	return group;
}

/* Writes that shared a transaction in which one failed: nothing of any is kept. */
static bool is_undone(const struct lane *lane, const struct segment *group)
{
	bool failed = false;

	for (const struct segment *s = group; s && group->next; s = s->next)
		failed |= s->outcome != OUTCOME_PENDING;
	return failed && !lane->read_only;
}

static void settle_group(const struct lane *lane, struct segment *group)
{
	bool undone = is_undone(lane, group);

	while (group) {
		struct segment *segment = group;

		group = segment->next;
		if (undone)
			segment_settle(segment, OUTCOME_ABORTED);
		else if (segment->outcome == OUTCOME_PENDING)
			segment_settle(segment, OUTCOME_OK);
		else
			segment_settle(segment, segment->outcome);
	}
}

/* A batch that leaves a transaction open would run the next caller's statements in it. */
static bool is_clean(struct conn *conn)
{
	return conn->lease || conn->in_flight > 0 || PQtransactionStatus(conn->pg) == PQTRANS_IDLE;
}

/* False when the connection is gone. */
static bool take_sync(struct conn *conn)
{
	struct segment *segment = conn->answering;

	INVARIANT(
		segment != NULL && segment->ends_group && segment->step_at == segment->step_count);
	settle_group(conn->lane, take_group(conn));
	/* The session's own segment may have ended it. */
	if (!conn->pg)
		return false;
	if (is_clean(conn))
		return true;
	conn_lose(conn, "open transaction");
	return false;
}

/* Errors that libpq makes up itself, of a lost socket, have no SQLSTATE. */
static bool is_from_server(const PGresult *result)
{
	return PQresultStatus(result) != PGRES_FATAL_ERROR ||
		PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

static void next_step(struct conn *conn)
{
	struct segment *segment = conn->answering;

	/* Behind the last step the commit's error may have been. */
	if (segment->step_at < segment->step_count)
		segment->step_at++;
	if (segment->step_at == segment->step_count && !segment->ends_group)
		conn->answering = segment->next;
}

/* One answer of libpq; NULL ends the answers to one statement. False when there is no sense in it, as
 * after a loss of the socket. */
static bool take(struct conn *conn, PGresult *result)
{
	struct segment *segment = conn->answering;

	if (!result) {
		bool sensible = conn->answered;

		conn->answered = false;
		next_step(conn);
		return sensible;
	}
	if (!is_from_server(result)) {
		PQclear(result);
		return false;
	}
	conn->answered = true;
	if (segment->step_at < segment->step_count)
		return segment_take(conn, segment, result);
	segment_take_commit_error(conn, segment, result);
	return true;
}

/* False when the connection is gone. */
static bool read_answers(struct conn *conn)
{
	while (conn->first && !PQisBusy(conn->pg)) {
		PGresult *result = PQgetResult(conn->pg);

		if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
			PQclear(result);
			if (!take_sync(conn))
				return false;
		} else if (!take(conn, result)) {
			conn_lose(conn, "read");
			return false;
		}
	}
	return true;
}

static void take_answers(struct conn *conn)
{
	if (read_answers(conn) && conn->state == CONN_READY)
		lane_dispatch(conn->lane);
}

/* What came before a loss counts: it may be the answer to a COMMIT. */
static void on_readable(struct conn *conn)
{
	bool alive = PQconsumeInput(conn->pg);

	take_answers(conn);
	if (conn->pg && (!alive || PQstatus(conn->pg) == CONNECTION_BAD))
		conn_lose(conn, "closed by the server");
}

static void on_ready_socket(uv_poll_t *poll, int status, int events)
{
	struct conn *conn = poll->data;

	if (conn->state == CONN_CONNECTING) {
		go_on_connecting(conn);
		return;
	}
	/* An answer may settle the last member of a group, so its Sync must be under way. */
	if (!end_group(conn))
		return;
	if (events & UV_WRITABLE)
		flush(conn);
	if (conn->pg)
		on_readable(conn);
	/* libuv stops polling after an error. */
	if (conn->pg && status < 0)
		conn_lose(conn, uv_strerror(status));
}

/* --- life -------------------------------------------------------------------------------------------------------- */

void conn_init(struct conn *conn, struct lane *lane)
{
	struct db *db = lane->db;

	*conn = (struct conn){.lane = lane, .turn_end = {.run = on_turn_end}};
	conn->last = &conn->first;
	arena_init(&conn->arena);
	uv_timer_init(&db->loop->uv, &conn->timer);
	conn->timer.data = conn;
	db_hold(db);
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct conn *conn = handle->data;

	db_release(conn->lane->db);
}

void conn_close(struct conn *conn)
{
	if (conn->pg)
		drop_socket(conn);
	set_state(conn, CONN_CLOSED);
	uv_close((uv_handle_t *)&conn->timer, on_timer_closed);
	settle_all_lost(conn);
	arena_deinit(&conn->arena);
}
