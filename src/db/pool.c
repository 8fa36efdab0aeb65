/* SPDX-License-Identifier: Apache-2.0 */
/* Lanes: which connection takes a segment, who waits, who waited too long. */
#include <stdlib.h>

#include "base/log.h"
#include "base/time.h"
#include "db/db_internal.h"

enum { TICK_MS = 50 };

static const struct {
	const char *name;
	unsigned groups, members; /* groups at once: few where they shall grow under load */
	unsigned timeout_ms, idle_ms;
	bool read_only, one_plan;
	int niceness; /* of a backend on this machine: long searches give way to everybody else */
} kinds[DB_LANE__COUNT] = {
	[DB_FAST] = {"fast", UINT_MAX, 16, 500, 10000, true, true, 0},
	[DB_SLOW] = {"slow", 0, 1, 30000, 60000, true, false, 19},
	[DB_WRITE] = {"write", 2, 8, 30000, 30000, false, false, 0},
};

unsigned db_random(struct db *db, unsigned n)
{
	/* xorshift64: for jitter, nothing else. */
	db->random ^= db->random << 13;
	db->random ^= db->random >> 7;
	db->random ^= db->random << 17;
	return (unsigned)(db->random >> 33) % n;
}

/* --- who gets what ------------------------------------------------------------------------------------------ */

static bool is_idle(const struct conn *conn)
{
	return conn->state == CONN_READY && !conn->lease && conn->in_flight == 0;
}

static struct conn *pick_idle(struct lane *lane)
{
	for (unsigned i = 0; i < lane->count; i++)
		if (is_idle(&lane->conns[i]))
			return &lane->conns[i];
	return NULL;
}

/* The group that was begun in this turn, or a connection for a new one. */
static struct conn *pick_shared(struct lane *lane)
{
	unsigned groups = 0;

	for (unsigned i = 0; i < lane->count; i++) {
		struct conn *conn = &lane->conns[i];

		if (!conn->newest || !conn->newest->shared)
			continue;
		if (conn->open > 0)
			return conn;
		groups++;
	}
	return groups < lane->groups ? pick_idle(lane) : NULL;
}

static struct conn *pick(struct lane *lane, const struct segment *segment)
{
	return segment->shared ? pick_shared(lane) : pick_idle(lane);
}

static void give(struct conn *conn, struct segment *segment)
{
	if (segment->batch) {
		conn_send(conn, segment);
		return;
	}
	conn->lease = CONTAINER_OF(segment, struct lease_request, segment)->lease;
	conn->lease->conn = conn;
	segment_settle(segment, OUTCOME_OK);
}

static void enqueue(struct lane *lane, struct segment *segment)
{
	uint64_t patience = time_monotonic_ms() + lane->db->acquire_ms;

	segment->waits_until = lane->db->acquire_ms ? MIN(segment->deadline, patience)
						    : segment->deadline;
	segment->next = NULL;
	*lane->last = segment;
	lane->last = &segment->next;
	lane->waiting++;
	lane->waiting_shared += segment->shared;
}

static struct segment *dequeue(struct lane *lane, struct segment **place)
{
	struct segment *segment = *place;

	*place = segment->next;
	if (!*place)
		lane->last = place;
	lane->waiting--;
	lane->waiting_shared -= segment->shared;
	return segment;
}

/* Whether the first that waits, or the first for whom there is room now, has been sent. */
static bool dispatch_one(struct lane *lane)
{
	for (struct segment **place = &lane->first; *place; place = &(*place)->next) {
		struct conn *conn = pick(lane, *place);

		if (conn) {
			give(conn, dequeue(lane, place));
			return true;
		}
		/* A shared write may have to wait while others need not, not the other way round. */
		if (!(*place)->shared || lane->waiting == lane->waiting_shared)
			return false;
	}
	return false;
}

void lane_dispatch(struct lane *lane)
{
	while (dispatch_one(lane))
		;
}

static void watch_deadlines(struct db *db);

enum outcome lane_submit(struct lane *lane, struct segment *segment)
{
	struct db *db = lane->db;
	struct conn *conn;

	if (db->closing || lane->down)
		return OUTCOME_AWAY;
	watch_deadlines(db);
	segment->outcome = OUTCOME_PENDING;
	conn = lane->first ? NULL : pick(lane, segment);
	if (conn) {
		give(conn, segment);
		return OUTCOME_PENDING;
	}
	if (lane->waiting >= db->queue_max)
		return OUTCOME_FULL;
	enqueue(lane, segment);
	return OUTCOME_PENDING;
}

static void wake_fiber(struct segment *segment)
{
	fiber_wake(segment->fiber);
}

enum outcome lane_run(struct lane *lane, struct segment *segment)
{
	enum outcome outcome;

	segment->fiber = fiber_self();
	segment->on_settled = wake_fiber;
	outcome = lane_submit(lane, segment);
	if (outcome != OUTCOME_PENDING)
		return segment->outcome = outcome;
	fiber_suspend();
	return segment->outcome;
}

enum outcome conn_run(struct conn *conn, struct segment *segment)
{
	segment->fiber = fiber_self();
	segment->on_settled = wake_fiber;
	watch_deadlines(conn->lane->db);
	conn_send(conn, segment);
	fiber_suspend();
	return segment->outcome;
}

void lease_end(struct lease *lease)
{
	struct conn *conn = lease->conn;

	if (!conn)
		return;
	lease->conn = NULL;
	conn->lease = NULL;
	if (PQtransactionStatus(conn->pg) != PQTRANS_IDLE)
		conn_lose(conn, "open transaction");
	else
		lane_dispatch(conn->lane);
}

/* --- failing ------------------------------------------------------------------------------------------------ */

static void fail_waiting(struct lane *lane)
{
	while (lane->first)
		segment_settle(dequeue(lane, &lane->first), OUTCOME_AWAY);
}

static bool is_down(const struct lane *lane)
{
	for (unsigned i = 0; i < lane->count; i++)
		if (lane->conns[i].state == CONN_READY || lane->conns[i].failures == 0)
			return false;
	return true;
}

void lane_check_down(struct lane *lane)
{
	lane->down = is_down(lane);
	if (lane->down)
		fail_waiting(lane);
}

/* --- deadlines ------------------------------------------------------------------------------------------------ */

static void expire_waiting(struct lane *lane, uint64_t now)
{
	struct segment **place = &lane->first;

	while (*place) {
		struct segment *segment = *place;

		if (segment->waits_until > now) {
			place = &segment->next;
			continue;
		}
		segment_settle(dequeue(lane, place),
			segment->deadline > now ? OUTCOME_FULL : OUTCOME_EXPIRED);
	}
}

/* A cancel could hit somebody else's statement by the time it arrives, so the connection goes. */
static void drop_stuck(struct lane *lane, uint64_t now)
{
	for (unsigned i = 0; i < lane->count; i++) {
		struct segment *segment = lane->conns[i].first;

		while (segment && segment->deadline + DB_GRACE_MS > now)
			segment = segment->next;
		if (segment)
			conn_lose(&lane->conns[i], "no answer in time");
	}
}

static unsigned in_flight(const struct lane *lane)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < lane->count; i++)
		sum += lane->conns[i].in_flight;
	return sum;
}

static void on_tick(uv_timer_t *timer)
{
	struct db *db = timer->data;
	uint64_t now = time_monotonic_ms();
	unsigned busy = 0;

	for (size_t i = 0; i < DB_LANE__COUNT; i++) {
		expire_waiting(&db->lanes[i], now);
		drop_stuck(&db->lanes[i], now);
		busy += db->lanes[i].waiting + in_flight(&db->lanes[i]);
	}
	if (!busy)
		uv_timer_stop(timer);
}

static void watch_deadlines(struct db *db)
{
	if (!uv_is_active((uv_handle_t *)&db->tick))
		uv_timer_start(&db->tick, on_tick, TICK_MS, TICK_MS);
}

/* --- life -------------------------------------------------------------------------------------------------------- */

static unsigned timeout_of(enum db_lane kind, const struct db_config *config)
{
	return kind == DB_FAST || !config->query_ms ? kinds[kind].timeout_ms : config->query_ms;
}

static void lane_init(
	struct lane *lane, struct db *db, enum db_lane kind, const struct db_config *config)
{
	*lane = (struct lane){.db = db,
		.kind = kind,
		.name = kinds[kind].name,
		.timeout_ms = timeout_of(kind, config),
		.idle_ms = kinds[kind].idle_ms,
		.read_only = kinds[kind].read_only,
		.one_plan = kinds[kind].one_plan,
		.niceness = db->backends_are_ours ? kinds[kind].niceness : 0,
		.groups = kinds[kind].groups,
		.members = kinds[kind].members,
		.count = MAX(config->connections[kind], 1u)};
	lane->last = &lane->first;
	lane->conns = calloc(lane->count, sizeof(*lane->conns));
	INVARIANT(lane->conns != NULL);
	for (unsigned i = 0; i < lane->count; i++)
		conn_init(&lane->conns[i], lane);
}

struct db *db_new(struct loop *loop, const struct db_config *config)
{
	struct db *db = calloc(1, sizeof(*db));

	INVARIANT(db != NULL);
	db->loop = loop;
	db->queue_max = config->queue_max;
	db->acquire_ms = config->acquire_ms;
	db->backends_are_ours = config->backends_are_ours;
	db->conninfo = strdup(config->conninfo);
	INVARIANT(db->conninfo != NULL);
	db->random = (uint64_t)time_now_us() ^ (uint64_t)(uintptr_t)db;
	buf_init(&db->param_text, DB_PARAMS_MAX_BYTES);
	uv_timer_init(&loop->uv, &db->tick);
	db->tick.data = db;
	db_hold(db);
	for (size_t i = 0; i < DB_LANE__COUNT; i++)
		lane_init(&db->lanes[i], db, (enum db_lane)i, config);
	for (size_t i = 0; i < DB_LANE__COUNT; i++)
		for (unsigned k = 0; k < db->lanes[i].count; k++)
			conn_connect(&db->lanes[i].conns[k]);
	return db;
}

void db_hold(struct db *db)
{
	db->handles++;
}

static void db_free(struct db *db)
{
	for (size_t i = 0; i < DB_LANE__COUNT; i++)
		free(db->lanes[i].conns);
	buf_deinit(&db->param_text);
	free(db->params);
	free(db->conninfo);
	free(db);
}

void db_release(struct db *db)
{
	void (*done)(void *) = db->on_closed;
	void *arg = db->on_closed_arg;

	if (--db->handles > 0)
		return;
	db_free(db);
	if (done)
		done(arg);
}

static void on_tick_closed(uv_handle_t *handle)
{
	db_release(handle->data);
}

void db_close(struct db *db, void (*done)(void *), void *arg)
{
	INVARIANT(!db->closing);
	db->closing = true;
	db->on_closed = done;
	db->on_closed_arg = arg;
	for (size_t i = 0; i < DB_LANE__COUNT; i++) {
		fail_waiting(&db->lanes[i]);
		for (unsigned k = 0; k < db->lanes[i].count; k++)
			conn_close(&db->lanes[i].conns[k]);
	}
	uv_close((uv_handle_t *)&db->tick, on_tick_closed);
}

/* --- state ------------------------------------------------------------------------------------------------------- */

void db_stats(const struct db *db, enum db_lane kind, struct db_stats *out)
{
	const struct lane *lane = &db->lanes[kind];

	*out = (struct db_stats){.connections = lane->count,
		.in_flight = in_flight(lane),
		.waiting = lane->waiting,
		.segments = lane->segments,
		.refusals = lane->refusals,
		.losses = lane->losses};
	for (unsigned i = 0; i < lane->count; i++)
		out->connected += lane->conns[i].state == CONN_READY;
}

bool db_is_up(const struct db *db)
{
	for (size_t i = 0; i < DB_LANE__COUNT; i++) {
		struct db_stats stats;

		db_stats(db, (enum db_lane)i, &stats);
		if (stats.connected == 0)
			return false;
	}
	return true;
}
