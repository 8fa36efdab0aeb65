/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/admin/statistics: the size of things, for administrators. Records, people and sessions are those
 * of the organisation; of the database and the process is told what belongs to nobody.
 */
#include "core/ability.h"
#include "core/app.h"
#include "core/feature.h"
#include "core/resource.h"
#include "core/sql.h"
#include "core/unit.h"

#define COUNTS_SQL "select place, live, trashed from record_counts($1::text[])"
#define FIGURES_SQL                                                                 \
	"select version, bytes, started, connections, connections_most, sessions, " \
	"people, people_active from system_figures()"

enum {
	F_VERSION,
	F_BYTES,
	F_STARTED,
	F_CONNECTIONS,
	F_MOST,
	F_SESSIONS,
	F_PEOPLE,
	F_ACTIVE,
};

/* --- records -------------------------------------------------------------------------------------- */

/* What people made, not logs of it. */
static bool is_counted(const struct resource *resource)
{
	return resource->has_deleted && !(resource->entity->flags & ENTITY_ENDED);
}

static struct str counted_tables(struct arena *arena)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);
	struct str list = STR_NONE;

	for (size_t i = 0; i < count; i++)
		if (is_counted(all[i]))
			list = arena_printf(arena, "%.*s%s%.*s", STR_ARG(list),
				list.ptr ? "," : "{", STR_ARG(all[i]->table));
	return arena_printf(arena, "%.*s}", STR_ARG(list));
}

static void write_records(struct json *json, const struct db_result *counts)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);
	int row = 0;

	json_key(json, STR("records"));
	json_object(json);
	for (size_t i = 0; i < count; i++) {
		if (!is_counted(all[i]))
			continue;
		json_key(json, all[i]->name);
		json_object(json);
		json_member_raw(json, "live", db_value(counts, row, 1));
		json_member_raw(json, "trashed", db_value(counts, row++, 2));
		json_end(json);
	}
	json_end(json);
}

/* --- the rest --------------------------------------------------------------------------------------- */

static void write_organization(struct json *json, const struct caller *caller,
	const struct db_result *figures, const struct db_result *counts)
{
	json_key(json, STR("organization"));
	json_object(json);
	json_member_str(json, "id", caller->org_id);
	json_member_raw(json, "users", db_value(figures, 0, F_PEOPLE));
	json_member_raw(json, "activeUsers", db_value(figures, 0, F_ACTIVE));
	json_member_raw(json, "sessions", db_value(figures, 0, F_SESSIONS));
	write_records(json, counts);
	json_end(json);
}

static void write_database(struct json *json, const struct db_result *figures)
{
	json_key(json, STR("database"));
	json_object(json);
	json_member_str(json, "version", db_value(figures, 0, F_VERSION));
	json_member_raw(json, "bytes", db_value(figures, 0, F_BYTES));
	json_member_str(json, "startedAt", db_value(figures, 0, F_STARTED));
	json_member_raw(json, "connections", db_value(figures, 0, F_CONNECTIONS));
	json_member_raw(json, "maxConnections", db_value(figures, 0, F_MOST));
	json_end(json);
}

/* Of the pools of all loops; read without a lock, so it may be a moment old. */
static void write_lane(
	struct json *json, const struct app *app, const char *name, enum db_lane lane)
{
	struct db_stats sum = {0};

	for (size_t i = 0; i < app->count; i++) {
		struct db_stats stats;

		db_stats(app->all[i]->db, lane, &stats);
		sum.connections += stats.connections;
		sum.connected += stats.connected;
		sum.in_flight += stats.in_flight;
		sum.waiting += stats.waiting;
	}
	json_key(json, str_of(name));
	json_object(json);
	json_member_int(json, "connections", sum.connections);
	json_member_int(json, "connected", sum.connected);
	json_member_int(json, "inFlight", sum.in_flight);
	json_member_int(json, "waiting", sum.waiting);
	json_end(json);
}

static void write_process(struct json *json, const struct app *app)
{
	static const char *const lanes[DB_LANE__COUNT] = {"fast", "slow", "write"};

	json_key(json, STR("process"));
	json_object(json);
	json_member_cstr(json, "version", CAIRN_VERSION);
	json_member_int(json, "loops", (int64_t)app->count);
	json_key(json, STR("pool"));
	json_object(json);
	for (int lane = 0; lane < DB_LANE__COUNT; lane++)
		write_lane(json, app, lanes[lane], (enum db_lane)lane);
	json_end(json);
	json_end(json);
}

static enum err handle_get(struct request *req)
{
	struct db_stmt stmts[2];
	struct db_result results[ARRAY_LEN(stmts)];
	struct json json;
	enum err err;

	if (!caller_can(req->caller, ABILITY_ADMINISTER))
		return ERR_FORBIDDEN;
	stmts[0] = SQL(COUNTS_SQL, counted_tables(req->arena));
	stmts[1] = SQL(FIGURES_SQL);
	err = unit_run(req, DB_SLOW, NULL, stmts, ARRAY_LEN(stmts), results);
	if (err)
		return err;
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	write_organization(&json, req->caller, &results[1], &results[0]);
	write_database(&json, &results[1]);
	write_process(&json, req->app);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

/* clang-format off */
#define COUNT       "{\"type\":\"integer\",\"minimum\":0}"
#define TEXT        "{\"type\":\"string\"}"
#define OBJECT(...) "{\"type\":\"object\",\"properties\":{" __VA_ARGS__ "}}"
#define RECORDS     OBJECT("\"live\":" COUNT ",\"trashed\":" COUNT)
#define LANE        OBJECT("\"connections\":" COUNT ",\"connected\":" COUNT ",\"inFlight\":" COUNT ",\"waiting\":" COUNT)
#define POOL        OBJECT("\"fast\":" LANE ",\"slow\":" LANE ",\"write\":" LANE)
#define PROCESS     OBJECT("\"version\":" TEXT ",\"loops\":" COUNT ",\"pool\":" POOL)
#define DATABASE    OBJECT("\"version\":" TEXT ",\"bytes\":" COUNT ",\"startedAt\":" TEXT ",\"connections\":" COUNT \
	",\"maxConnections\":" COUNT)
#define OWN         OBJECT("\"id\":" TEXT ",\"users\":" COUNT ",\"activeUsers\":" COUNT ",\"sessions\":" COUNT \
	",\"records\":{\"type\":\"object\",\"description\":\"By entity.\",\"additionalProperties\":" RECORDS "}")

static const struct route_doc doc = {
	.summary = "How much there is: of the organisation, of the database, of the process",
	.tag = "Administration",
	.response = OBJECT("\"organization\":" OWN ",\"database\":" DATABASE ",\"process\":" PROCESS),
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/admin/statistics", .handle = handle_get, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/admin/statistics", .handle = handle_get, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_system_statistics = {
	.name = "system_statistics",
	.routes = routes,
};
