/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notifications: the reader that writes them from the change log, and POST /notifications/read-all.
 *
 * The first loop looks four times a second whether this process has committed something, and every five
 * seconds in any case, for what other processes have. The reading itself is one function of the database,
 * which several processes may call at once (migrations, notifications).
 */
#include "base/log.h"
#include "base/loop.h"
#include "core/app.h"
#include "core/feature.h"
#include "core/job.h"
#include "core/news.h"
#include "core/records.h"
#include "core/unit.h"

enum { TICK_MS = 250, IDLE_TICKS = 20, BATCH = 2000 };

#define SQL_READ "select notifications_read()"
#define SQL_READ_ALL                                                                     \
	"with done as (update notifications set read_at = now() where org_id = $1::uuid" \
	" and user_id = $2::uuid and read_at is null returning 1) select count(*) from done"

/* --- the reader --------------------------------------------------------------------------------- */

static struct job job = {
	.name = "notifications",
	.title = "Notifications from the change log",
};

/* How many changes were read; fewer than a batch when there are no more. */
static enum err read_batch(struct app *app, int64_t *count_out)
{
	struct db_stmt stmt = {.sql = STR(SQL_READ)};
	struct db_context nobody = {0};
	struct db_result result;
	struct db_error error = {0};
	struct arena arena;
	enum err err;

	arena_init(&arena);
	err = db_query(app->db, DB_WRITE, &arena, &nobody, &stmt, &result, &error);
	if (err)
		log_warn("notifications are not written", LOG_CSTR("error", err_info(err)->name),
			LOG_STR("reason", error.message));
	else if (!str_to_int64(db_value(&result, 0, 0), count_out))
		err = ERR_INTERNAL;
	arena_deinit(&arena);
	return err;
}

/* Of the first loop alone. */
static struct {
	struct loop_timer timer;
	unsigned idle;
	bool reading, stopped;
} reader;

static void tick(void *arg)
{
	struct app *app = arg;
	int64_t count = BATCH;
	enum err err = ERR_OK;
	bool begun;

	if (reader.reading || (!news_taken() && ++reader.idle < IDLE_TICKS))
		return;
	reader.reading = true;
	reader.idle = 0;
	begun = job_begin(&job);
	INVARIANT(begun);
	while (count == BATCH && !reader.stopped && !err)
		err = read_batch(app, &count);
	job_end(&job, err, STR_NONE);
	/* Somebody else is reading, perhaps from before the last commit. */
	if (count < 0)
		news_written();
	reader.reading = false;
}

static void start(struct app *app)
{
	if (app->loop->index != 0)
		return;
	job_add(app, &job);
	loop_every(app->loop, &reader.timer, TICK_MS, TICK_MS, tick, app);
}

static void stop(struct app *app)
{
	if (app->loop->index != 0)
		return;
	reader.stopped = true;
	loop_timer_stop(&reader.timer);
}

/* --- read all ------------------------------------------------------------------------------------- */

static enum err handle_read_all(struct request *req)
{
	const struct resource *notifications = resource_find(STR("notification"));
	struct db_result row;
	struct json json;
	enum err err = record_may(req, notifications, VERB_UPDATE);

	if (!err)
		err = unit_query(req, DB_WRITE, notifications,
			&SQL(SQL_READ_ALL, req->caller->org_id, req->caller->user_id), &row);
	if (err)
		return err;
	unit_changed(req, notifications);
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_raw(&json, "read", db_value(&row, 0, 0));
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

/* --- the feature ------------------------------------------------------------------------------------ */

/* clang-format off */
static const struct route_doc read_all_doc = {
	.summary = "Mark all of one's notifications as read; answers how many were not",
	.tag = "Notifications",
	.response = "{\"type\":\"object\",\"properties\":{\"read\":{\"type\":\"integer\",\"minimum\":0}}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_POST, .pattern = "/api/v1/notifications/read-all", .handle = handle_read_all, .doc = &read_all_doc},
	{.method = HTTP_POST, .pattern = "/api/notifications/read-all", .handle = handle_read_all, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_notification = {
	.name = "notification",
	.routes = routes,
	.start = start,
	.stop = stop,
};
