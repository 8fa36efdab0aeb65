/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/admin/jobs: what the server does by itself, and the organisation's imports, with how they go or
 * went; POST /api/v1/admin/jobs/{id}/run does a chore of the server now. For administrators.
 *
 * Chores are those of the process that answers; of an error only its kind is told, since its words may be
 * about another organisation.
 */
#include <stdio.h>

#include "base/time.h"
#include "core/ability.h"
#include "core/feature.h"
#include "core/job.h"
#include "core/report.h"
#include "core/unit.h"

enum { JOBS_MAX = 32 };

enum column { C_ID, C_TITLE, C_STATE, C_STARTED, C_ENDED, C_DURATION, C_ERROR };

#define IMPORTS_SQL                                                                        \
	"select id, coalesce(file_name, entity, 'import'), case when status = 'done' then" \
	" 'done' when status = 'failed' then 'failed' when status = 'cancelled' then"      \
	" 'cancelled' when status in ('ready', 'rehearsed') then 'waiting' else 'running'" \
	" end, started_at, finished_at,"                                                   \
	" (extract(epoch from coalesce(finished_at, now()) - started_at) * 1000)::bigint," \
	" message from imports where org_id = $1::uuid and deleted_at is null"             \
	" order by created_at desc, id desc limit 50"

static enum err may(struct request *req)
{
	return caller_can(req->caller, ABILITY_ADMINISTER) ? ERR_OK : ERR_FORBIDDEN;
}

/* --- writing ------------------------------------------------------------------------------------ */

static void member_moment(struct json *json, const char *key, int64_t us)
{
	char text[TIME_ISO_LEN + 1];

	if (!us) {
		json_member_null(json, key);
		return;
	}
	time_format_iso(us, text);
	json_member_cstr(json, key, text);
}

static const char *state_of(const struct job *job)
{
	if (job->running)
		return "running";
	return !job->ended_us ? "idle" : job->outcome ? "failed" : "done";
}

static void member_error(struct json *json, const struct job *job)
{
	char text[64];

	snprintf(text, sizeof(text), "%s%s%s", err_info(job->outcome)->name,
		job->sqlstate[0] ? " " : "", job->sqlstate);
	if (job->outcome)
		json_member_cstr(json, "lastError", text);
	else
		json_member_null(json, "lastError");
}

static void write_job(struct json *json, const struct job *job)
{
	int64_t until = job->ended_us ? job->ended_us : time_now_us();

	json_object(json);
	json_member_cstr(json, "id", job->name);
	json_member_cstr(json, "kind", "maintenance");
	json_member_cstr(json, "title", job->title);
	json_member_cstr(json, "state", state_of(job));
	member_moment(json, "startedAt", job->started_us);
	member_moment(json, "endedAt", job->ended_us);
	if (job->started_us)
		json_member_int(json, "durationMs", MAX(until - job->started_us, 0) / 1000);
	else
		json_member_null(json, "durationMs");
	member_error(json, job);
	json_member_int(json, "everySeconds", job->seconds);
	json_member_int(json, "runs", (int64_t)job->runs);
	json_member_int(json, "failures", (int64_t)job->failures);
	json_member_bool(json, "startable", job->work != NULL);
	json_end(json);
}

static const struct report_member import_members[] = {{"id", C_ID, REPORT_TEXT},
	{"title", C_TITLE, REPORT_TEXT}, {"state", C_STATE, REPORT_TEXT},
	{"startedAt", C_STARTED, REPORT_MOMENT}, {"endedAt", C_ENDED, REPORT_MOMENT},
	{"durationMs", C_DURATION, REPORT_RAW}, {"lastError", C_ERROR, REPORT_TEXT},
	{NULL, 0, REPORT_TEXT}};

static void write_import(struct json *json, const struct db_result *rows, int row)
{
	json_object(json);
	json_member_cstr(json, "kind", "import");
	report_write_members(json, rows, row, import_members);
	json_member_bool(json, "startable", false);
	json_end(json);
}

/* --- routes --------------------------------------------------------------------------------------- */

static enum err handle_list(struct request *req)
{
	struct job jobs[JOBS_MAX];
	struct db_result imports;
	struct json json;
	size_t count;
	enum err err = may(req);

	if (!err)
		err = unit_query(
			req, DB_SLOW, NULL, &SQL(IMPORTS_SQL, req->caller->org_id), &imports);
	if (err)
		return err;
	count = job_list(jobs, ARRAY_LEN(jobs));
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_array(&json);
	for (size_t i = 0; i < MIN(count, ARRAY_LEN(jobs)); i++)
		write_job(&json, &jobs[i]);
	for (int i = 0; i < imports.rows; i++)
		write_import(&json, &imports, i);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

static enum err handle_run(struct request *req)
{
	struct job job;
	struct json json;
	enum err err = may(req);

	if (!err)
		err = job_start(req->params[0]);
	if (err == ERR_CONFLICT)
		return problem_set(&req->problem, ERR_CONFLICT,
			"It is running already, or begins by itself only.");
	if (!err && !job_find(req->params[0], &job))
		err = ERR_NOT_FOUND;
	if (err)
		return err;
	json = response_json(req, 202);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	write_job(&json, &job);
	json_end(&json);
	return ERR_OK;
}

/* clang-format off */
#define TEXT_OR_NULL   "{\"type\":[\"string\",\"null\"]}"
#define MOMENT_OR_NULL "{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}"
#define COUNT          "{\"type\":\"integer\",\"minimum\":0}"
#define JOB_SCHEMA "{\"type\":\"object\",\"required\":[\"id\",\"kind\",\"title\",\"state\"],\"properties\":{" \
	"\"id\":{\"type\":\"string\"},\"kind\":{\"enum\":[\"maintenance\",\"import\"]}," \
	"\"title\":{\"type\":\"string\"}," \
	"\"state\":{\"enum\":[\"idle\",\"waiting\",\"running\",\"done\",\"failed\",\"cancelled\"]}," \
	"\"startedAt\":" MOMENT_OR_NULL ",\"endedAt\":" MOMENT_OR_NULL "," \
	"\"durationMs\":{\"type\":[\"integer\",\"null\"],\"minimum\":0},\"lastError\":" TEXT_OR_NULL "," \
	"\"everySeconds\":" COUNT ",\"runs\":" COUNT ",\"failures\":" COUNT ",\"startable\":{\"type\":\"boolean\"}}}"

static const struct route_doc list_doc = {
	.summary = "What the server does by itself, and the imports of the organisation",
	.tag = "Administration",
	.response = "{\"type\":\"array\",\"items\":" JOB_SCHEMA "}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route_doc run_doc = {
	.summary = "Do a chore of the server now",
	.tag = "Administration",
	.response = JOB_SCHEMA,
	.status = 202,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/admin/jobs", .handle = handle_list, .doc = &list_doc},
	{.method = HTTP_GET, .pattern = "/api/admin/jobs", .handle = handle_list, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_POST, .pattern = "/api/v1/admin/jobs/{id}/run", .handle = handle_run, .doc = &run_doc},
	{.method = HTTP_POST, .pattern = "/api/admin/jobs/{id}/run", .handle = handle_run, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_job_control = {
	.name = "job_control",
	.routes = routes,
};
