/* SPDX-License-Identifier: Apache-2.0 */
/* Maintenance: what the database needs done now and then; at the start, then hourly or by the minute, on the
 * first loop. */
#include "base/fiber.h"
#include "base/log.h"
#include "base/loop.h"
#include "core/app.h"
#include "core/feature.h"
#include "core/job.h"
#include "core/time_zone.h"
#include "db/db.h"

enum { MINUTE_MS = 60 * 1000, HOUR = 60, ROUNDS_MAX = 100, PAUSE_MS = 100 };

static void do_chore(struct app *app, struct job *job);

#define CHORE(name_, title_, sql_, minutes_)      \
	{                                         \
		.job = {.name = (name_),          \
			.title = (title_),        \
			.seconds = (minutes_)*60, \
			.work = do_chore},        \
		.sql = (sql_)                     \
	}

/* Each may be done by several servers at once. */
static struct chore {
	struct job job; /* first: a job of ours is a chore */
	const char *sql;
	int64_t batch; /* when it answers so much there is more to do, in a transaction of its own */
} chores[] = {
	/* clang-format off */
	CHORE("change-log-partitions", "Partitions of the change log", "select changes_partitions()", HOUR),
	CHORE("idempotency-keys", "Old idempotency keys", "select idempotency_sweep()", HOUR),
	CHORE("sessions", "Old sessions and sign-in attempts", "select auth_sweep()", HOUR),
	CHORE("expired-holds", "Expired holds of vendors", "select event_holds_sweep()", 1),
	CHORE("deal-totals", "Totals of deals", "select deal_totals_fold()", 1),
	CHORE("reminders", "Reminders, and what is due", "select notifications_remind()", 1),
	CHORE("merge-stragglers", "References to what was merged", "select merge_stragglers()", 1),
	CHORE("forgotten-imports", "Files that nobody imports", "select imports_sweep()", HOUR),
	CHORE("old-notifications", "Old notifications", "select notifications_sweep()", HOUR),
	/* clang-format on */
	{.job = {.name = "trash",
		 .title = "What is old in the trash",
		 .seconds = HOUR * 60,
		 .work = do_chore},
		.sql = "select trash_purge(200)",
		.batch = 200},
};

static bool stopped; /* of the first loop alone */

/* How much it answers that it has done; 0 unless it works in batches. */
static enum err do_round(struct app *app, const struct chore *chore, struct arena *arena,
	struct db_error *error, int64_t *done_out)
{
	struct db_stmt stmt = {.sql = str_of(chore->sql), .unprepared = true};
	struct db_context nobody = {0};
	struct db_result result;
	enum err err = db_query(app->db, DB_WRITE, arena, &nobody, &stmt, &result, error);

	*done_out = 0;
	if (!err && chore->batch && !str_to_int64(db_value(&result, 0, 0), done_out))
		*done_out = 0;
	return err;
}

static void do_chore(struct app *app, struct job *job)
{
	const struct chore *chore = CONTAINER_OF(job, struct chore, job);
	struct db_error error = {0};
	struct arena arena;
	int64_t done;
	enum err err;

	if (!job_begin(job))
		return;
	arena_init(&arena);
	err = do_round(app, chore, &arena, &error, &done);
	for (int round = 1;
		!err && !stopped && chore->batch && done >= chore->batch && round < ROUNDS_MAX;
		round++) {
		fiber_sleep(PAUSE_MS);
		err = do_round(app, chore, &arena, &error, &done);
	}
	if (err)
		log_warn("maintenance failed", LOG_CSTR("chore", job->name),
			LOG_CSTR("error", err_info(err)->name), LOG_STR("reason", error.message));
	job_end(job, err, err == ERR_DB_REFUSED ? error.sqlstate : STR_NONE);
	arena_deinit(&arena);
}

static unsigned minutes; /* since the start; the first loop's alone */

static void run(void *app)
{
	unsigned minute = minutes++;

	if (minute % HOUR == 0)
		time_zones_load(app);
	for (size_t i = 0; i < ARRAY_LEN(chores); i++)
		if (minute % (chores[i].job.seconds / 60) == 0)
			do_chore(app, &chores[i].job);
}

static struct loop_timer timer;

static void start(struct app *app)
{
	if (app->loop->index != 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(chores); i++)
		job_add(app, &chores[i].job);
	loop_every(app->loop, &timer, 0, MINUTE_MS, run, app);
}

static void stop(struct app *app)
{
	if (app->loop->index != 0)
		return;
	stopped = true;
	loop_timer_stop(&timer);
}

const struct feature feature_maintenance = {.name = "maintenance", .start = start, .stop = stop};
