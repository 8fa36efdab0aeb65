/* SPDX-License-Identifier: Apache-2.0 */
/* Maintenance: what the database needs done now and then; at the start, then hourly or by the minute, on the
 * first loop. */
#include "base/log.h"
#include "base/loop.h"
#include "core/app.h"
#include "core/feature.h"
#include "core/time_zone.h"
#include "db/db.h"

enum { MINUTE_MS = 60 * 1000, HOUR = 60 };

/* Each may be done by several servers at once. */
static const struct chore {
	const char *name;
	const char *sql;
	unsigned minutes; /* between one time and the next */
} chores[] = {
	{"change log partitions", "select changes_partitions()", HOUR},
	{"idempotency keys", "select idempotency_sweep()", HOUR},
	{"sessions and attempts", "select auth_sweep()", HOUR},
	{"expired holds", "select event_holds_sweep()", 1},
	{"totals of deals", "select deal_totals_fold()", 1},
	{"reminders", "select notifications_remind()", 1},
	{"references to what was merged", "select merge_stragglers()", 1},
	{"old notifications", "select notifications_sweep()", HOUR},
};

static void do_chore(struct app *app, const struct chore *chore)
{
	struct db_stmt stmt = {.sql = str_of(chore->sql), .unprepared = true};
	struct db_context nobody = {0};
	struct db_result result;
	struct db_error error = {0};
	struct arena arena;
	enum err err;

	arena_init(&arena);
	err = db_query(app->db, DB_WRITE, &arena, &nobody, &stmt, &result, &error);
	if (err)
		log_warn("maintenance failed", LOG_CSTR("chore", chore->name),
			LOG_CSTR("error", err_info(err)->name), LOG_STR("reason", error.message));
	arena_deinit(&arena);
}

static unsigned minutes; /* since the start; the first loop's alone */

static void run(void *app)
{
	unsigned minute = minutes++;

	if (minute % HOUR == 0)
		time_zones_load(app);
	for (size_t i = 0; i < ARRAY_LEN(chores); i++)
		if (minute % chores[i].minutes == 0)
			do_chore(app, &chores[i]);
}

static struct loop_timer timer;

static void start(struct app *app)
{
	if (app->loop->index == 0)
		loop_every(app->loop, &timer, 0, MINUTE_MS, run, app);
}

static void stop(struct app *app)
{
	if (app->loop->index == 0)
		loop_timer_stop(&timer);
}

const struct feature feature_maintenance = {.name = "maintenance", .start = start, .stop = stop};
