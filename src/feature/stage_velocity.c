/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/stage-velocity: where the deals that the caller may see went from each stage of a
 * pipeline, and how long they stood there.
 *
 * It counts stays, by the day on which they began: a deal that comes back to a stage stays there twice. Those
 * that ended are in deal_stays; those that last are the open deals. Conversion is how many of those that
 * ended went on, to a later stage or won; average and median days are of those that ended.
 */
#include "core/feature.h"
#include "core/report.h"

enum { KIND_PIPELINE, KIND_STAGE, KIND_MOVE };

enum column {
	C_KIND,
	C_ID,
	C_NAME,
	C_TO_ID,
	C_TO,
	C_WAY,
	C_POSITION,
	C_ENTERED,
	C_ENDED,
	C_ON,
	C_WON,
	C_BACK,
	C_LOST,
	C_ELSEWHERE,
	C_STANDING,
	C_RATE,
	C_DAYS,
	C_MEDIAN,
	C_STANDING_DAYS,
	C_FILTER
};

/* clang-format off */
#define OF_CALLER \
	" and case when $3::uuid is null then true else d.owner_id = $3::uuid end" \
	" and case when $4::uuid is null then true else d.owner_id in (select m.id from memberships m" \
	" where m.org_id = $1::uuid and m.team_id = $4::uuid) end"
#define SINCE(moment) \
	" and case when $5::date is null then true else " moment " >= (select app_midnight($5::date)) end" \
	" and case when $6::date is null then true else " moment " < (select app_midnight($6::date + 1)) end"
#define DAYS(span) "date_part('epoch', " span ") / 86400"

static const char sql[] =
	"with asked as materialized (select p.id as pipeline, p.name, " REPORT_WHOSE("$3::uuid", "$4::uuid")
	" || " REPORT_MAYBE("stageChangedAt[gte]", "$5::date") " || "
	REPORT_MAYBE("stageChangedAt[lte]", "$6::date") " as filter"
	" from (values (1)) as one left join pipelines p on p.org_id = $1::uuid and p.entity = 'deal'"
	" and p.deleted_at is null and case when $2::uuid is null then p.is_default else p.id = $2::uuid end),"
	" here as materialized (select s.id, s.name, s.position, s.deleted_at from stages s"
	" where s.org_id = $1::uuid and s.pipeline_id = (select pipeline from asked) and s.category = 'open'),"
	" stays as (select y.stage_id, y.to_stage_id, " DAYS("y.left_at - y.entered_at") " as days"
	" from deal_stays y join deals d on d.org_id = y.org_id and d.id = y.deal_id"
	" where y.org_id = $1::uuid and y.stage_id in (select id from here) and d.deleted_at is null"
	OF_CALLER SINCE("y.entered_at")
	" union all select d.stage_id, null, " DAYS("now() - d.stage_changed_at") " from deals d"
	" where d.org_id = $1::uuid and d.deleted_at is null and d.status = 'open'"
	" and d.pipeline_id = (select pipeline from asked)" OF_CALLER SINCE("d.stage_changed_at") "),"
	" sums as (select grouping(to_stage_id) as every, stage_id, to_stage_id, count(to_stage_id) as ended,"
	" count(*) - count(to_stage_id) as standing, avg(days) filter (where to_stage_id is not null) as days,"
	" percentile_cont(0.5) within group (order by days) filter (where to_stage_id is not null) as median,"
	" avg(days) filter (where to_stage_id is null) as standing_days"
	" from stays group by grouping sets ((stage_id), (stage_id, to_stage_id))),"
	" moves as (select u.stage_id, u.to_stage_id, t.name, u.ended, u.days, u.median, case"
	" when t.pipeline_id <> (select pipeline from asked) then 'elsewhere'"
	" when t.category in ('won', 'lost') then t.category"
	" when (t.position, t.id) > (h.position, h.id) then 'on' else 'back' end as way,"
	" h.position, t.position as to_position from sums u join here h on h.id = u.stage_id"
	" join stages t on t.org_id = $1::uuid and t.id = u.to_stage_id where u.every = 0),"
	" ways as (select stage_id, coalesce(sum(ended) filter (where way in ('on', 'won')), 0) as went_on,"
	" coalesce(sum(ended) filter (where way = 'won'), 0) as won,"
	" coalesce(sum(ended) filter (where way = 'back'), 0) as back,"
	" coalesce(sum(ended) filter (where way = 'lost'), 0) as lost,"
	" coalesce(sum(ended) filter (where way = 'elsewhere'), 0) as elsewhere from moves group by stage_id),"
	" rows as ("
	"select 0 as kind, a.pipeline as id, a.name, null::uuid as to_id, null as to_name, null as way,"
	" null::int as position, null::bigint as ended, null::numeric as went_on, null::numeric as won,"
	" null::numeric as back, null::numeric as lost, null::numeric as elsewhere, null::bigint as standing,"
	" null::numeric as rate, null::float8 as days, null::float8 as median, null::float8 as standing_days,"
	" null as filter, 0 as place from asked a"
	" union all select 1, h.id, h.name, null, null, null, h.position, coalesce(u.ended, 0),"
	" coalesce(w.went_on, 0), coalesce(w.won, 0), coalesce(w.back, 0), coalesce(w.lost, 0),"
	" coalesce(w.elsewhere, 0), coalesce(u.standing, 0), round(w.went_on / nullif(u.ended, 0), 4), u.days,"
	" u.median, u.standing_days, E'status=open\\nstageId=' || h.id || a.filter,"
	" row_number() over (order by h.position, h.id) from asked a cross join here h"
	" left join sums u on u.every = 1 and u.stage_id = h.id left join ways w on w.stage_id = h.id"
	" where h.deleted_at is null or u.stage_id is not null"
	" union all select 2, v.stage_id, h.name, v.to_stage_id, v.name, v.way, null, v.ended, null, null, null,"
	" null, null, null, round(v.ended::numeric / sum(v.ended) over (partition by v.stage_id), 4), v.days,"
	" v.median, null, null, row_number() over (order by v.position, v.stage_id, v.to_position, v.to_stage_id)"
	" from moves v join here h on h.id = v.stage_id)"
	" select kind, id, name, to_id, to_name, way, position, ended + standing, ended, went_on, won, back, lost,"
	" elsewhere, standing, rate, round(days::numeric, 2), round(median::numeric, 2),"
	" round(standing_days::numeric, 2), filter from rows order by kind, place";

static const struct report_member pipeline[] = {
	{"pipelineId", C_ID, REPORT_TEXT}, {"pipeline", C_NAME, REPORT_TEXT}, {NULL, 0, REPORT_RAW}};
static const struct report_member stage[] = {
	{"stageId", C_ID, REPORT_TEXT}, {"stage", C_NAME, REPORT_TEXT}, {"position", C_POSITION, REPORT_RAW},
	{"entered", C_ENTERED, REPORT_RAW}, {"ended", C_ENDED, REPORT_RAW}, {"wentOn", C_ON, REPORT_RAW},
	{"won", C_WON, REPORT_RAW}, {"wentBack", C_BACK, REPORT_RAW}, {"lost", C_LOST, REPORT_RAW},
	{"elsewhere", C_ELSEWHERE, REPORT_RAW}, {"standing", C_STANDING, REPORT_RAW},
	{"conversion", C_RATE, REPORT_RAW}, {"averageDays", C_DAYS, REPORT_RAW},
	{"medianDays", C_MEDIAN, REPORT_RAW}, {"standingDays", C_STANDING_DAYS, REPORT_RAW},
	{"filter", C_FILTER, REPORT_FILTER}, {NULL, 0, REPORT_RAW}};
static const struct report_member move[] = {
	{"fromStageId", C_ID, REPORT_TEXT}, {"from", C_NAME, REPORT_TEXT}, {"toStageId", C_TO_ID, REPORT_TEXT},
	{"to", C_TO, REPORT_TEXT}, {"way", C_WAY, REPORT_TEXT}, {"count", C_ENDED, REPORT_RAW},
	{"share", C_RATE, REPORT_RAW}, {"averageDays", C_DAYS, REPORT_RAW}, {"medianDays", C_MEDIAN, REPORT_RAW},
	{NULL, 0, REPORT_RAW}};

static const struct report_part parts[] = {
	{.kind = KIND_PIPELINE, .one = true, .members = pipeline},
	{.key = "byStage", .kind = KIND_STAGE, .members = stage},
	{.key = "moves", .kind = KIND_MOVE, .members = move},
	{0},
};
/* clang-format on */

enum { P_PIPELINE, P_OWNER, P_TEAM, P_FROM, P_TO, P__COUNT };

static const struct report_param params[] = {
	[P_PIPELINE] = {"pipelineId", REPORT_ID},
	[P_OWNER] = {"ownerId", REPORT_PERSON},
	[P_TEAM] = {"teamId", REPORT_ID},
	[P_FROM] = {"from", REPORT_DAY},
	[P_TO] = {"to", REPORT_DAY},
	[P__COUNT] = {NULL, REPORT_DAY},
};

static const char *const reads[] = {"deal", NULL};
static const char *const figured[] = {"deal.stageId", "deal.status", "deal.pipelineId",
	"deal.ownerId", "deal.stageChangedAt", "user.teamId", NULL};

static const struct report report = {
	.sql = sql,
	.reads = reads,
	.figured = figured,
	.params = params,
	.parts = parts,
	.own_param = P_OWNER,
};

/* clang-format off */
static const struct route_doc doc = {
	.summary = "Where deals go from each stage of a pipeline, and how long they stand there",
	.tag = "Reports",
	.parameters = "[" REPORT_ID_PARAM("pipelineId", "The default one unless said otherwise.") ","
		REPORT_PERSON_PARAM("ownerId") "," REPORT_ID_PARAM("teamId", "Of the owner.") ","
		REPORT_DAY_PARAM("from", "First day of coming into a stage.") ","
		REPORT_DAY_PARAM("to", "Last day of coming into a stage.") "]",
	.response = REPORT_OBJECT(
		"\"pipelineId\":" REPORT_ID_SCHEMA ",\"pipeline\":" REPORT_TEXT_SCHEMA ","
		"\"byStage\":" REPORT_ROWS("\"stageId\":" REPORT_ID_SCHEMA ",\"stage\":{\"type\":\"string\"},"
			"\"position\":{\"type\":\"integer\"},\"entered\":" REPORT_COUNT_SCHEMA ","
			"\"ended\":" REPORT_COUNT_SCHEMA ",\"wentOn\":" REPORT_COUNT_SCHEMA ",\"won\":" REPORT_COUNT_SCHEMA ","
			"\"wentBack\":" REPORT_COUNT_SCHEMA ",\"lost\":" REPORT_COUNT_SCHEMA ","
			"\"elsewhere\":" REPORT_COUNT_SCHEMA ",\"standing\":" REPORT_COUNT_SCHEMA ","
			"\"conversion\":" REPORT_RATE_SCHEMA ",\"averageDays\":" REPORT_NUMBER_SCHEMA ","
			"\"medianDays\":" REPORT_NUMBER_SCHEMA ",\"standingDays\":" REPORT_NUMBER_SCHEMA ","
			"\"filter\":" REPORT_FILTER_SCHEMA) ","
		"\"moves\":" REPORT_ROWS("\"fromStageId\":" REPORT_ID_SCHEMA ",\"from\":{\"type\":\"string\"},"
			"\"toStageId\":" REPORT_ID_SCHEMA ",\"to\":{\"type\":\"string\"},"
			"\"way\":{\"enum\":[\"on\",\"back\",\"won\",\"lost\",\"elsewhere\"]},"
			"\"count\":" REPORT_COUNT_SCHEMA ",\"share\":" REPORT_RATE_SCHEMA ","
			"\"averageDays\":" REPORT_NUMBER_SCHEMA ",\"medianDays\":" REPORT_NUMBER_SCHEMA)),
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/reports/stage-velocity", .handle = report_handle, .data = &report,
	 .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/reports/stage-velocity", .handle = report_handle, .data = &report,
	 .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_stage_velocity = {
	.name = "stage_velocity",
	.routes = routes,
};
