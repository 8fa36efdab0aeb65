/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/task-load: by assignee, what is open, overdue and due this week, and what was done in
 * a period, of the tasks that the caller may see. What hangs on templates is no work.
 *
 * The period concerns the day of completion, the last thirty days unless said otherwise; a week begins on
 * the organisation's first day of it. Project load tells of what is open by project.
 */
#include "core/feature.h"
#include "core/report.h"

enum { KIND_TOTAL, KIND_ASSIGNEE };

enum column {
	C_KIND,
	C_ID,
	C_NAME,
	C_OPEN,
	C_OVERDUE,
	C_WEEK,
	C_DONE,
	C_FROM,
	C_TO,
	C_WEEK_END,
	C_FILTER,
	C_OVERDUE_FILTER,
	C_WEEK_FILTER,
	C_DONE_FILTER
};

/* clang-format off */
static const char sql[] =
	"with days as materialized (select app_today() as today, coalesce($4::date, least($5::date, app_today()) - 29)"
	" as since, coalesce($5::date, app_today()) as until, app_today() + 6"
	" - (extract(dow from app_today())::int - coalesce(o.week_start, 1) + 7) % 7 as week_end"
	" from (values (1)) as one left join organizations o on o.org_id = $1::uuid),"
	" counted as (select t.assignee_id, t.status = 'done' as done, task_overdue(t) as overdue,"
	" t.due_at < app_midnight(w.week_end + 1) as soon"
	" from days w cross join tasks t left join memberships m on m.org_id = t.org_id and m.id = t.assignee_id"
	" where t.org_id = $1::uuid and t.deleted_at is null and not t.is_template"
	" and case t.status when 'cancelled' then false when 'done' then t.completed_at >= app_midnight(w.since)"
	" and t.completed_at < app_midnight(w.until + 1) else true end"
	" and case when $2::uuid is null then true else t.assignee_id = $2::uuid end"
	" and case when $3::uuid is null then true else m.team_id = $3::uuid end),"
	" sums as (select 1 - grouping(assignee_id) as kind, assignee_id, count(*) filter (where not done) as open,"
	" count(*) filter (where overdue) as overdue,"
	" count(*) filter (where soon and not overdue and not done) as week, count(*) filter (where done) as done"
	" from counted group by grouping sets ((), (assignee_id))),"
	" named as (select s.*, " REPORT_PERSON_NAME("p", "m") " as name, case"
	" when s.kind = 1 and s.assignee_id is null then E'\\nassigneeId[null]=true'"
	" when s.kind = 1 or $2::uuid is not null then E'\\nassigneeId=' || coalesce(s.assignee_id, $2::uuid)"
	" when $3::uuid is not null then E'\\nassigneeId[in]=' || " REPORT_MEMBERS("$3::uuid") " else '' end as whose,"
	" row_number() over (partition by s.kind order by s.overdue desc, s.open desc, s.done desc, s.assignee_id)"
	" as place from sums s left join people p on p.org_id = $1::uuid and p.id = s.assignee_id"
	" left join memberships m on m.org_id = $1::uuid and m.id = s.assignee_id)"
	" select n.kind, n.assignee_id, n.name, n.open, n.overdue, n.week, n.done, w.since, w.until, w.week_end,"
	" 'status[in]=todo,in_progress,waiting' || n.whose, 'overdue=true' || n.whose,"
	" E'status[in]=todo,in_progress,waiting\\noverdue=false\\ndueAt[lte]=' || w.week_end || n.whose,"
	" E'status=done\\ncompletedAt[gte]=' || w.since || E'\\ncompletedAt[lte]=' || w.until || n.whose"
	" from named n cross join days w where n.place <= 200 order by n.kind, n.place";

#define FIGURES \
	{"open", C_OPEN, REPORT_RAW}, {"overdue", C_OVERDUE, REPORT_RAW}, {"dueThisWeek", C_WEEK, REPORT_RAW}, \
	{"done", C_DONE, REPORT_RAW}, {"filter", C_FILTER, REPORT_FILTER}, \
	{"overdueFilter", C_OVERDUE_FILTER, REPORT_FILTER}, {"dueThisWeekFilter", C_WEEK_FILTER, REPORT_FILTER}, \
	{"doneFilter", C_DONE_FILTER, REPORT_FILTER}, {NULL, 0, REPORT_RAW}

static const struct report_member total[] = {
	{"from", C_FROM, REPORT_TEXT}, {"to", C_TO, REPORT_TEXT}, {"weekEnd", C_WEEK_END, REPORT_TEXT}, FIGURES};
static const struct report_member assignee[] = {
	{"assigneeId", C_ID, REPORT_TEXT}, {"assignee", C_NAME, REPORT_TEXT}, FIGURES};
/* clang-format on */

static const struct report_part parts[] = {
	{.kind = KIND_TOTAL, .one = true, .members = total},
	{.key = "byAssignee", .kind = KIND_ASSIGNEE, .members = assignee},
	{0},
};

static const struct report_param params[] = {
	{"assigneeId", REPORT_PERSON},
	{"teamId", REPORT_ID},
	{"from", REPORT_DAY},
	{"to", REPORT_DAY},
	{NULL, REPORT_DAY},
};

static const char *const reads[] = {"task", NULL};
static const char *const figured[] = {"task.assigneeId", "task.status", "task.dueAt", "task.allDay",
	"task.overdue", "task.completedAt", "user.firstName", "user.lastName", "user.email",
	"user.teamId", NULL};

/* Own tasks are those that one made as well: no parameter says it. */
static const struct report report = {
	.sql = sql,
	.reads = reads,
	.figured = figured,
	.params = params,
	.parts = parts,
	.own_param = -1,
};

/* clang-format off */
#define DAY_SCHEMA "{\"type\":\"string\",\"format\":\"date\"}"
#define FIGURES_SCHEMA "\"open\":" REPORT_COUNT_SCHEMA ",\"overdue\":" REPORT_COUNT_SCHEMA "," \
	"\"dueThisWeek\":" REPORT_COUNT_SCHEMA ",\"done\":" REPORT_COUNT_SCHEMA "," \
	"\"filter\":" REPORT_FILTER_SCHEMA ",\"overdueFilter\":" REPORT_FILTER_SCHEMA "," \
	"\"dueThisWeekFilter\":" REPORT_FILTER_SCHEMA ",\"doneFilter\":" REPORT_FILTER_SCHEMA

static const struct route_doc doc = {
	.summary = "Tasks by assignee: open, overdue, due this week, done",
	.tag = "Reports",
	.parameters = "[" REPORT_PERSON_PARAM("assigneeId") "," REPORT_ID_PARAM("teamId", "Of the assignee.") ","
		REPORT_DAY_PARAM("from", "First day of completion; thirty days unless said otherwise.") ","
		REPORT_DAY_PARAM("to", "Last day of completion; today unless said otherwise.") "]",
	.response = REPORT_OBJECT(
		"\"from\":" DAY_SCHEMA ",\"to\":" DAY_SCHEMA ",\"weekEnd\":" DAY_SCHEMA "," FIGURES_SCHEMA ","
		"\"byAssignee\":" REPORT_ROWS("\"assigneeId\":" REPORT_ID_SCHEMA ",\"assignee\":" REPORT_TEXT_SCHEMA ","
			FIGURES_SCHEMA)),
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/reports/task-load", .handle = report_handle, .data = &report, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/reports/task-load", .handle = report_handle, .data = &report,
	 .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_task_load = {
	.name = "task_load",
	.routes = routes,
};
