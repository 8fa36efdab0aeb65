/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the database layer: lanes, connections and segments.
 *
 * A segment is one batch on its way. It lives on the stack of the fiber that waits for it, stands first
 * in its lane's queue, then in the FIFO of one connection, and is settled exactly once. Statements turn
 * into steps, one for each answer that libpq will give, so reading is a walk along the steps.
 *
 * Segments that may be shared (all of the fast lane, writes that say so) stand in groups: those that are
 * submitted while the connections are busy share a Sync, where most of the cost of a small statement is.
 * One group is in flight a connection; that it has to wait is what lets the next one grow. Each member
 * sets the whole context anew, unless the one before had the same caller. If one fails, PostgreSQL skips
 * the rest up to the Sync: those are sent again, alone; of writes all are, since none is kept. Hence a
 * segment is settled at its Sync, not before. A group of writes waits for locks only briefly: one
 * member's neighbour must not make the others wait.
 */
#pragma once

#include <libpq-fe.h>
#include <uv.h>

#include "base/buf.h"
#include "base/fiber.h"
#include "base/loop.h"
#include "db/db.h"

enum {
	DB_GRACE_MS = 2000, /* in flight beyond its deadline, before the connection is dropped */
	DB_WAIT_MAX_MS = 30000, /* for fibers without a deadline */
	DB_CONNECT_MAX_MS = 10000,
	DB_SHARED_LOCK_MS = 200, /* that a shared transaction waits for a lock */
	DB_PARAMS_MAX_BYTES = 64 * 1024 * 1024,
	STMT_CACHE_MAX = 256, /* prepared statements a connection */
	STMT_CACHE_BUCKETS = 512,
	/* Statements of one batch that are prepared; the rest of a longer one is sent as text, so that
	 * a batch never evicts what itself uses. */
	STMT_BATCH_MAX = 64,
};

/* --- stmt.c: prepared statements of one connection ------------------------------------------------- */

struct stmt_entry;

struct stmt_cache {
	struct stmt_entry *buckets[STMT_CACHE_BUCKETS];
	struct stmt_entry *newest, *oldest;
	unsigned count;
	uint64_t last_id;
	/* Evicted, and still to be deallocated on the server. */
	uint64_t *dropped;
	unsigned dropped_count, dropped_cap;
};

/* The id of this text; when `*is_new` the caller sends its Parse. */
uint64_t stmt_use(struct stmt_cache *cache, struct str sql, bool *is_new);
/* Takes the text out if it still has this id; `on_server` when it must be deallocated there. */
void stmt_forget(struct stmt_cache *cache, struct str sql, uint64_t id, bool on_server);
void stmt_drop_later(struct stmt_cache *cache, uint64_t id);
/* The connection is gone, and its statements with it. */
void stmt_cache_reset(struct stmt_cache *cache);

struct conn;

/* Who holds a connection for itself. `conn` turns NULL when the connection is lost. */
struct lease {
	struct conn *conn;
};

/* --- segments ---------------------------------------------------------------------------------------- */

enum outcome {
	OUTCOME_PENDING,
	OUTCOME_OK,
	OUTCOME_REFUSED, /* PostgreSQL said no: see batch->error */
	OUTCOME_ABORTED, /* another one of its group failed: not tried */
	OUTCOME_LOST,    /* the connection went while it was in flight */
	OUTCOME_AWAY,    /* never sent: there is no connection */
	OUTCOME_EXPIRED, /* never sent: its deadline passed in the queue */
	OUTCOME_FULL,    /* never sent: too many wait already, or it has waited too long */
};

enum step_kind { STEP_PREPARE, STEP_DEALLOCATE, STEP_EXECUTE };

struct step {
	enum step_kind kind;
	int result;    /* index in the batch, -1 for what is not the caller's */
	uint64_t stmt; /* id, 0 for unprepared */
	struct str sql;
};

struct segment {
	struct segment *next;
	struct db_batch *batch;           /* NULL: asks for a connection of its own (a lease) */
	const struct db_context *context; /* NULL: none */
	const char *prefix;               /* sent before the context: "begin" */
	unsigned timeout_ms;              /* set locally; 0 = as the session has it */
	bool shared;                      /* may stand in a group; else it has its own Sync */
	uint64_t deadline;
	uint64_t waits_until; /* in the queue: the deadline, or earlier */
	void (*on_settled)(struct segment *segment);
	struct fiber *fiber;
	/* in flight */
	struct step *steps;
	unsigned step_count, step_at;
	bool ends_group;
	enum outcome outcome;
};

/* A request for a connection: a segment without a batch. */
struct lease_request {
	struct segment segment;
	struct lease *lease;
};

/* segment.c. Both return false when the connection can no longer be used. `before` is the member of the
 * group that was sent last, NULL for the first. */
MUST_CHECK bool segment_send(
	struct conn *conn, const struct segment *before, struct segment *segment);
MUST_CHECK bool segment_take(struct conn *conn, struct segment *segment, PGresult *result);
/* An error instead of the Sync: the commit's. */
void segment_take_commit_error(struct conn *conn, struct segment *segment, PGresult *result);
void segment_settle(struct segment *segment, enum outcome outcome);

/* --- context.c: the only place that sets a caller's context --------------------------------------------- */

enum { CONTEXT_PARAMS_MAX = 8 };

struct context_stmt {
	struct db_stmt stmt;
	struct str params[CONTEXT_PARAMS_MAX];
	char timeout[16], idle[16], lock[16];
};

/* The statement that sets `context` (NULL: an empty one) and, unless 0, the statement timeout until the
 * transaction ends. */
void context_make(struct context_stmt *out, const struct db_context *context, unsigned timeout_ms);
/* All but the names of the request and the changeset, which only writes note. */
bool context_has_same_caller(const struct db_context *a, const struct db_context *b);
/* For a write that shares its transaction: the context, how long to wait for locks, and nothing of what the
 * member before may have said. */
void context_make_shared(struct context_stmt *out, const struct db_context *context);
/* Only the timeout. */
void context_make_timeout(struct context_stmt *out, unsigned timeout_ms);
/* What a session keeps for its life. `read_only` refuses writes; `one_plan` plans a statement once for all
 * values of its parameters. */
void context_make_session(struct context_stmt *out, unsigned timeout_ms, unsigned idle_ms,
	bool read_only, bool one_plan);

/* --- connections: conn.c ------------------------------------------------------------------------------- */

enum conn_state {
	CONN_AWAY,      /* waits for its next attempt */
	CONN_RESOLVING, /* on the thread pool, since libpq looks up names synchronously */
	CONN_CONNECTING,
	CONN_STARTING, /* sets up the session */
	CONN_READY,
	CONN_CLOSED,
};

struct lane;

struct conn {
	struct lane *lane;
	enum conn_state state;
	PGconn *pg;
	uv_poll_t *poll;
	int polled; /* the events asked for */
	uv_timer_t timer;
	struct loop_hook turn_end;
	struct segment *first, **last; /* in flight, oldest first */
	unsigned in_flight;
	struct segment *newest;
	struct segment *answering; /* whose steps the next answers belong to */
	unsigned open;             /* sent since the last Sync */
	bool answered;             /* the present step of `answering` */
	unsigned failures;         /* to connect, in a row */
	struct lease *lease;
	struct stmt_cache stmts;
	/* The segment that sets up the session. */
	struct arena arena;
	struct segment session;
	struct db_batch session_batch;
	struct db_result session_result;
	struct context_stmt session_stmt;
};

void conn_init(struct conn *conn, struct lane *lane);
void conn_connect(struct conn *conn);
/* Sends at the end of this turn. */
void conn_send(struct conn *conn, struct segment *segment);
/* Closes the socket, settles what is in flight as lost, and tries again later. */
void conn_lose(struct conn *conn, const char *why);
void conn_close(struct conn *conn);

/* --- lanes: pool.c --------------------------------------------------------------------------------------- */

struct lane {
	struct db *db;
	enum db_lane kind;
	const char *name;
	unsigned timeout_ms, idle_ms;
	bool read_only, one_plan;
	int niceness;
	unsigned groups,
		members; /* most groups in flight, each on its connection; most segments of one */
	struct conn *conns;
	unsigned count;
	struct segment *first, **last;    /* waiting */
	unsigned waiting, waiting_shared; /* all, and those that may share */
	bool down;                        /* no connection, and the last attempt of each failed */
	uint64_t segments, refusals, losses;
};

struct db {
	struct loop *loop;
	char *conninfo;
	unsigned queue_max, acquire_ms;
	bool backends_are_ours;
	struct lane lanes[DB_LANE__COUNT];
	uv_timer_t tick;
	bool closing;
	unsigned handles; /* of libuv, and fibers inside: while any is left, the struct stays */
	void (*on_closed)(void *);
	void *on_closed_arg;
	/* Parameters of the statement being sent, terminated as libpq wants them. */
	struct buf param_text;
	const char **params;
	size_t params_cap;
	unsigned stages;
	uint64_t random;
};

/* Sends or queues. OUTCOME_PENDING: it will be settled; anything else: it was refused at once. */
enum outcome lane_submit(struct lane *lane, struct segment *segment);
/* Submits and suspends the calling fiber until it is settled. */
enum outcome lane_run(struct lane *lane, struct segment *segment);
/* The same on a leased connection. */
enum outcome conn_run(struct conn *conn, struct segment *segment);
/* Gives the connection back, if it is still there. */
void lease_end(struct lease *lease);
/* A connection has room, or came, or its attempt failed. */
void lane_dispatch(struct lane *lane);
void lane_check_down(struct lane *lane);
void db_hold(struct db *db);
void db_release(struct db *db);
/* Uniform in [0, n). */
unsigned db_random(struct db *db, unsigned n);

/* --- results and errors: result.c -------------------------------------------------------------------------- */

enum sql_class {
	SQL_REFUSED,
	SQL_AWAY,        /* the server goes, or refuses connections */
	SQL_UNAVAILABLE, /* out of a resource */
	SQL_DEADLINE,
	SQL_CONFLICT,   /* serialization failure, deadlock */
	SQL_LOCKED,     /* waited too long for a lock */
	SQL_STALE_PLAN, /* prepared under another schema; deallocate and prepare again */
	SQL_NO_STMT,    /* its Parse was skipped; prepare again */
};

enum sql_class sql_class_of(const struct db_error *error);
/* Takes the PGresult over into the arena. */
void result_keep(struct arena *arena, PGresult *pg, struct db_result *out);
void result_keep_error(struct arena *arena, PGresult *pg, struct db_error *out);
/* What a caller is told about a settled segment. */
enum err outcome_err(enum outcome outcome, const struct db_error *error);

/* --- run.c --------------------------------------------------------------------------------------------------- */

/* False, with the error filled, when a parameter holds a NUL: libpq would cut it off silently. */
MUST_CHECK bool stmts_are_sendable(
	const struct db_stmt *stmts, size_t count, struct db_error *error);
void segment_init(struct segment *segment, struct db_batch *batch);
/* The statement timeout to set locally on this lane, 0 to leave the session's. */
unsigned segment_timeout(const struct lane *lane, unsigned wanted_ms);
void log_refusal(const struct db_error *error, struct str sql);
