/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/project-load: who has how much to do, and which projects have how much left.
 *
 * Open tasks are counted, those that are about no project as well: they fill a day like others. Projects are
 * those under way or to come, also where nothing is open. What hangs on templates is no work. Whoever looks
 * sees what row security shows of tasks and projects.
 */
#include "core/feature.h"
#include "core/report.h"

enum { KIND_TOTAL, KIND_ASSIGNEE, KIND_PROJECT };

enum column {
	C_KIND,
	C_ID,
	C_NAME,
	C_ACROSS,
	C_OPEN,
	C_OVERDUE,
	C_SOON,
	C_MINUTES,
	C_STATUS,
	C_OWNER_ID,
	C_OWNER,
	C_DUE_DATE,
	C_LATE,
	C_PROGRESS,
	C_TODAY
};

/* clang-format off */
#define LOAD_SQL \
	"with open as (select t.assignee_id, t.project_id, t.estimate_minutes, task_overdue(t) as overdue," \
	" t.due_at < app_midnight(app_today() + 8) as soon" \
	" from tasks t left join memberships m on m.org_id = t.org_id and m.id = t.assignee_id" \
	" where t.org_id = $1::uuid and t.deleted_at is null and not t.is_template" \
	" and t.status in ('todo', 'in_progress', 'waiting')" \
	" and case when $2::uuid is null then true else t.assignee_id = $2::uuid end" \
	" and case when $3::uuid is null then true else t.project_id = $3::uuid end" \
	" and case when $4::uuid is null then true else m.team_id = $4::uuid end)," \
	" sums as (select case when grouping(assignee_id) = 0 then 1 when grouping(project_id) = 0 then 2" \
	" else 0 end as kind, assignee_id, project_id, count(*) as open," \
	" count(*) filter (where overdue) as overdue, count(*) filter (where soon and not overdue) as soon," \
	" coalesce(sum(estimate_minutes), 0) as minutes, count(distinct project_id) as projects," \
	" count(distinct assignee_id) as people" \
	" from open group by grouping sets ((), (assignee_id), (project_id)))," \
	" rows as (" \
	"select 0 as kind, null::uuid as id, null as name, s.people as across, s.open, s.overdue, s.soon," \
	" s.minutes, null as status, null::uuid as owner_id, null as owner, null::date as due_date," \
	" null::boolean as late, null::int as progress from sums s where s.kind = 0" \
	" union all select 1, s.assignee_id, nullif(trim(concat_ws(' ', p.first_name, p.last_name)), '')," \
	" s.projects, s.open, s.overdue, s.soon, s.minutes, null, null, null, null, null, null" \
	" from sums s left join people p on p.org_id = $1::uuid and p.id = s.assignee_id where s.kind = 1" \
	" union all select 2, p.id, p.name, coalesce(s.people, 0), coalesce(s.open, 0)," \
	" coalesce(s.overdue, 0), coalesce(s.soon, 0), coalesce(s.minutes, 0), p.status, p.owner_id," \
	" nullif(trim(concat_ws(' ', o.first_name, o.last_name)), ''), p.due_date," \
	" coalesce(p.due_date < app_today(), false), p.progress" \
	" from projects p left join sums s on s.kind = 2 and s.project_id = p.id" \
	" left join people o on o.org_id = $1::uuid and o.id = p.owner_id" \
	" where p.org_id = $1::uuid and p.deleted_at is null and not p.is_template" \
	" and p.status in ('planned', 'active', 'on_hold')" \
	" and case when $3::uuid is null then true else p.id = $3::uuid end" \
	" and case when $2::uuid is null and $4::uuid is null then true else s.open > 0 end)," \
	" ranked as (select r.*, row_number() over (partition by r.kind" \
	" order by r.overdue desc, r.open desc, r.name, r.id) as place from rows r)" \
	" select kind, id, name, across, open, overdue, soon, minutes, status, owner_id, owner, due_date," \
	" late, progress, app_today() from ranked where place <= 200 order by kind, place"

static const struct report_member totals[] = {
	{"today", C_TODAY, REPORT_TEXT}, {"people", C_ACROSS, REPORT_RAW}, {"open", C_OPEN, REPORT_RAW},
	{"overdue", C_OVERDUE, REPORT_RAW}, {"dueSoon", C_SOON, REPORT_RAW},
	{"estimateMinutes", C_MINUTES, REPORT_RAW}, {NULL, 0, REPORT_RAW},
};

static const struct report_member assignee[] = {
	{"assigneeId", C_ID, REPORT_TEXT}, {"assignee", C_NAME, REPORT_TEXT}, {"projects", C_ACROSS, REPORT_RAW},
	{"open", C_OPEN, REPORT_RAW}, {"overdue", C_OVERDUE, REPORT_RAW}, {"dueSoon", C_SOON, REPORT_RAW},
	{"estimateMinutes", C_MINUTES, REPORT_RAW}, {NULL, 0, REPORT_RAW},
};

static const struct report_member project[] = {
	{"projectId", C_ID, REPORT_TEXT}, {"project", C_NAME, REPORT_TEXT}, {"status", C_STATUS, REPORT_TEXT},
	{"ownerId", C_OWNER_ID, REPORT_TEXT}, {"owner", C_OWNER, REPORT_TEXT},
	{"dueDate", C_DUE_DATE, REPORT_TEXT}, {"late", C_LATE, REPORT_BOOL},
	{"progress", C_PROGRESS, REPORT_RAW}, {"people", C_ACROSS, REPORT_RAW}, {"open", C_OPEN, REPORT_RAW},
	{"overdue", C_OVERDUE, REPORT_RAW}, {"dueSoon", C_SOON, REPORT_RAW},
	{"estimateMinutes", C_MINUTES, REPORT_RAW}, {NULL, 0, REPORT_RAW},
};
/* clang-format on */

enum { P_ASSIGNEE, P_PROJECT, P_TEAM, P__COUNT };

static const struct report_param params[] = {
	[P_ASSIGNEE] = {"assigneeId", REPORT_PERSON},
	[P_PROJECT] = {"projectId", REPORT_ID},
	[P_TEAM] = {"teamId", REPORT_ID},
	[P__COUNT] = {NULL, REPORT_ID},
};

/* What the figures are made of. */
static const char *const figured[] = {"task.assigneeId", "task.projectId", "task.status",
	"task.dueAt", "task.allDay", "task.estimateMinutes", "project.name", "project.status",
	"project.ownerId", "project.dueDate", "project.progress", "user.firstName", "user.lastName",
	"user.teamId", NULL};

static const struct report_part parts[] = {
	{.kind = KIND_TOTAL, .one = true, .members = totals},
	{.key = "byAssignee", .kind = KIND_ASSIGNEE, .members = assignee},
	{.key = "byProject", .kind = KIND_PROJECT, .members = project},
	{0},
};

static const char *const reads[] = {"task", "project", NULL};

static const struct report report = {
	.sql = LOAD_SQL,
	.reads = reads,
	.figured = figured,
	.params = params,
	.parts = parts,
	.own_param = -1,
};

/* clang-format off */
#define COUNT        "{\"type\":\"integer\",\"minimum\":0}"
#define ID           "{\"type\":\"string\",\"format\":\"uuid\"}"
#define ID_OR_NULL   "{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}"
#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"
#define LOAD "\"open\":" COUNT ",\"overdue\":" COUNT ",\"dueSoon\":{\"type\":\"integer\",\"minimum\":0," \
	"\"description\":\"Within seven days\"},\"estimateMinutes\":" COUNT
#define ROWS(...)    "{\"type\":\"array\",\"maxItems\":200,\"items\":{\"type\":\"object\",\"properties\":{" \
	__VA_ARGS__ "}}}"

static const struct route_doc doc = {
	.summary = "Open and overdue tasks by person and by project",
	.tag = "Reports",
	.parameters = "[{\"name\":\"assigneeId\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		      "\"description\":\"An id, or me.\"},"
		      "{\"name\":\"projectId\",\"in\":\"query\",\"schema\":" ID "},"
		      "{\"name\":\"teamId\",\"in\":\"query\",\"schema\":" ID "}]",
	.response = "{\"type\":\"object\",\"properties\":{"
		    "\"today\":{\"type\":\"string\",\"format\":\"date\"},\"people\":" COUNT "," LOAD ","
		    "\"byAssignee\":" ROWS("\"assigneeId\":" ID_OR_NULL ",\"assignee\":" TEXT_OR_NULL ","
			"\"projects\":" COUNT "," LOAD) ","
		    "\"byProject\":" ROWS("\"projectId\":" ID ",\"project\":{\"type\":\"string\"},"
			"\"status\":{\"enum\":[\"planned\",\"active\",\"on_hold\"]},\"ownerId\":" ID_OR_NULL ","
			"\"owner\":" TEXT_OR_NULL ",\"dueDate\":{\"type\":[\"string\",\"null\"],"
			"\"format\":\"date\"},\"late\":{\"type\":\"boolean\"},\"progress\":" COUNT ","
			"\"people\":" COUNT "," LOAD) "}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/reports/project-load", .handle = report_handle, .data = &report, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/reports/project-load", .handle = report_handle, .data = &report, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_project_load = {
	.name = "project_load",
	.routes = routes,
};
