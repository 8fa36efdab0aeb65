/* SPDX-License-Identifier: Apache-2.0 */
/* Maintenance: what the database needs done now and then; at the start and hourly, on the first loop. */
#include "base/log.h"
#include "base/loop.h"
#include "core/app.h"
#include "core/feature.h"
#include "core/time_zone.h"
#include "db/db.h"

enum { EVERY_MS = 3600 * 1000 };

static const struct chore {
	const char *name;
	const char *sql;
} chores[] = {
	{"change log partitions", "select changes_partitions()"},
	{"idempotency keys", "select idempotency_sweep()"},
	{"sessions and attempts", "select auth_sweep()"},
	{"expired holds", "select event_holds_sweep()"},
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

static void run(void *app)
{
	time_zones_load(app);
	for (size_t i = 0; i < ARRAY_LEN(chores); i++)
		do_chore(app, &chores[i]);
}

static struct loop_timer timer;

static void start(struct app *app)
{
	if (app->loop->index == 0)
		loop_every(app->loop, &timer, 0, EVERY_MS, run, app);
}

static void stop(struct app *app)
{
	if (app->loop->index == 0)
		loop_timer_stop(&timer);
}

const struct feature feature_maintenance = {.name = "maintenance", .start = start, .stop = stop};
