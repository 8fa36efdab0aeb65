/* SPDX-License-Identifier: Apache-2.0 */
/* What anybody may ask: what this is (GET /api/v1), and whether it is well (GET /health). */
#include <stdatomic.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/time.h"
#include "core/app.h"
#include "core/feature.h"
#include "core/openapi.h"
#include "db/db.h"
#include "http/server.h"

enum { DATABASE_PATIENCE_MS = 2000 };

static _Atomic uint64_t started_ms;

static void start(struct app *app)
{
	uint64_t never = 0;

	(void)app;
	atomic_compare_exchange_strong(&started_ms, &never, time_monotonic_ms());
}

static void write_now(struct json *json, const char *key)
{
	char now[TIME_ISO_LEN + 1];

	time_format_iso(time_now_us(), now);
	json_member_cstr(json, key, now);
}

/* --- what this is ------------------------------------------------------------------------------- */

static enum err handle_info(struct request *req)
{
	struct json json = response_json(req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_cstr(&json, "name", "Cairn");
	json_member_cstr(&json, "version", CAIRN_VERSION);
	json_member_cstr(&json, "documentation", "/api/v1/openapi.json");
	json_member_cstr(&json, "metadata", "/api/v1/meta");
	json_member_cstr(&json, "health", "/health");
	write_now(&json, "time");
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

/* --- whether it is well ------------------------------------------------------------------------- */

/* Also of the other loops: healthy means that any connection will be served. Read without a lock, so it may
 * be a moment old. */
static bool every_pool_is_up(const struct app *app)
{
	for (size_t i = 0; i < app->count; i++)
		if (!db_is_up(app->all[i]->db))
			return false;
	return true;
}

/* One query through the lane that requests use, so that a stuck pool shows as well as a dead server. */
static bool database_answers(struct request *req)
{
	struct db_stmt stmt = {.sql = STR("select 1")};
	struct db_result result;
	struct db_batch batch = {
		.arena = req->arena,
		.stmts = &stmt,
		.count = 1,
		.results = &result,
		.timeout_ms = DATABASE_PATIENCE_MS,
	};

	return every_pool_is_up(req->app) && db_run(req->app->db, DB_FAST, &batch) == ERR_OK;
}

/* Resident bytes now; 0 where the system does not tell. */
static int64_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long pages = 0;
	int found = file ? fscanf(file, "%*s %ld", &pages) : 0;

	if (file)
		fclose(file);
	return found == 1 ? (int64_t)pages * sysconf(_SC_PAGESIZE) : 0;
}

static void write_memory(struct json *json)
{
	struct rusage usage = {0};

	(void)getrusage(RUSAGE_SELF, &usage);
	json_key(json, STR("memory"));
	json_object(json);
	json_member_int(json, "rss", resident_bytes());
	json_member_int(json, "peak", (int64_t)usage.ru_maxrss * 1024);
	json_end(json);
}

static void write_health(struct json *json, bool database, const char *error)
{
	json_object(json);
	json_member_cstr(json, "status", error ? "unhealthy" : "healthy");
	write_now(json, "timestamp");
	json_member_int(json, "uptime", (int64_t)(time_monotonic_ms() - started_ms) / 1000);
	write_memory(json);
	json_member_cstr(json, "version", CAIRN_VERSION);
	json_key(json, STR("checks"));
	json_object(json);
	json_member_cstr(json, "database", database ? "up" : "down");
	json_end(json);
	json_member_str(json, "error", str_of(error));
	json_end(json);
}

static enum err handle_health(struct request *req)
{
	bool draining = http_server_is_draining(request_server(req));
	bool database = database_answers(req);
	const char *error = draining ? "shutting down" : database ? NULL : "database unreachable";
	struct json json = response_json(req, error ? 503 : 200);

	write_health(&json, database, error);
	response_header(req, "Cache-Control", STR("no-store"));
	if (error)
		response_header(req, "Retry-After", STR("1"));
	return ERR_OK;
}

/* --- routes ------------------------------------------------------------------------------------- */

/* clang-format off */
static const char info_schema[] =
	"{\"type\":\"object\",\"properties\":{"
	"\"name\":{\"const\":\"Cairn\"},"
	"\"version\":{\"type\":\"string\"},"
	"\"documentation\":{\"type\":\"string\",\"format\":\"uri-reference\"},"
	"\"metadata\":{\"type\":\"string\",\"format\":\"uri-reference\"},"
	"\"health\":{\"type\":\"string\",\"format\":\"uri-reference\"},"
	"\"time\":{\"type\":\"string\",\"format\":\"date-time\"}}}";

static const char health_schema[] =
	"{\"type\":\"object\",\"properties\":{"
	"\"status\":{\"enum\":[\"healthy\",\"unhealthy\"]},"
	"\"timestamp\":{\"type\":\"string\",\"format\":\"date-time\"},"
	"\"uptime\":{\"type\":\"integer\",\"minimum\":0,\"description\":\"Seconds.\"},"
	"\"memory\":{\"type\":\"object\",\"description\":\"Bytes.\",\"properties\":{"
	"\"rss\":{\"type\":\"integer\",\"minimum\":0},"
	"\"peak\":{\"type\":\"integer\",\"minimum\":0}}},"
	"\"version\":{\"type\":\"string\"},"
	"\"checks\":{\"type\":\"object\",\"properties\":{"
	"\"database\":{\"enum\":[\"up\",\"down\"]}}},"
	"\"error\":{\"type\":[\"string\",\"null\"],\"description\":\"Why it is unhealthy.\"}}}";
/* clang-format on */

static const struct route_doc info_doc = {
	.summary = "What this is",
	.tag = "Server",
	.response = info_schema,
	.status = 200,
};

static const struct route_doc health_doc = {
	.summary = "Whether the server and its database are well",
	.tag = "Server",
	.response = health_schema,
	.status = 200,
	.plain = true,
	.shape = OPENAPI_HEALTH,
};

enum { ANYBODY = ROUTE_PUBLIC | ROUTE_NO_AUTH_FAILURE };

#define OPEN_ROUTE(path, handler, the_doc)                                                    \
	{                                                                                     \
		.method = HTTP_GET, .pattern = (path), .handle = (handler), .flags = ANYBODY, \
		.doc = (the_doc)                                                              \
	}

static const struct route routes[] = {
	OPEN_ROUTE("/api/v1", handle_info, &info_doc),
	OPEN_ROUTE("/api", handle_info, &info_doc),
	OPEN_ROUTE("/health", handle_health, &health_doc),
	OPEN_ROUTE("/api/health", handle_health, &health_doc),
	OPEN_ROUTE("/api/v1/health", handle_health, &health_doc),
	{0},
};

const struct feature feature_info = {
	.name = "info",
	.routes = routes,
	.start = start,
};
