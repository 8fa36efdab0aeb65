/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/pipeline: the open deals that the caller may see, by stage, owner, team and the month
 * in which they are expected to close, with the forecast: each amount times its probability.
 *
 * A forecast is of today: amounts in another currency count by today's rate, those without one by
 * themselves. One pass over the deals makes all groups, each currency apart; a second step puts a group's
 * currencies together. Stages come from their own list, so that empty ones show as well. Of owners and
 * teams those two hundred are told whose forecast is largest.
 */
#include "core/feature.h"
#include "core/report.h"

enum { KIND_TOTAL, KIND_STAGE, KIND_OWNER, KIND_TEAM, KIND_MONTH };

enum column {
	C_KIND,
	C_ID,
	C_NAME,
	C_OVER_ID, /* the stage's pipeline, the team's manager */
	C_OVER,
	C_POSITION,
	C_PROBABILITY,
	C_COUNT,
	C_TOTALS,
	C_FILTER
};

/* clang-format off */
#define TOTAL(currency, amount, weighted) \
	"jsonb_build_object('currency', " currency ", 'amount', (" amount ")::numeric(20,2)," \
	" 'weightedAmount', (" weighted ")::numeric(20,2))"

static const char sql[] =
	"with asked as materialized (select E'status=open' || "
	REPORT_MAYBE("pipelineId", "$2::uuid") " as base,"
	" " REPORT_WHOSE("$3::uuid", "$4::uuid") " as whose,"
	" " REPORT_MAYBE("expectedCloseDate[gte]", "$5::date") " || "
	REPORT_MAYBE("expectedCloseDate[lte]", "$6::date") " as days),"
	/* Today's rates: few, so that they are joined and not looked up. */
	" rates as materialized (select distinct on (x.currency) x.currency, x.rate from exchange_rates x"
	" where x.org_id = $1::uuid and x.deleted_at is null and x.currency <> $7"
	" and x.date <= (select app_today()) order by x.currency, x.date desc),"
	" open as (select d.stage_id, d.owner_id, m.team_id, d.probability,"
	" to_char(d.expected_close_date::timestamp, 'YYYY-MM') as month, d.amount * coalesce(r.rate, 1) as amount,"
	" case when d.amount is null or r.rate is not null then $7 else d.currency end as currency"
	" from deals d left join memberships m on m.org_id = d.org_id and m.id = d.owner_id"
	" left join rates r on r.currency = d.currency"
	" where d.org_id = $1::uuid and d.deleted_at is null and d.status = 'open'"
	" and case when $2::uuid is null then true else d.pipeline_id = $2::uuid end"
	" and case when $3::uuid is null then true else d.owner_id = $3::uuid end"
	" and case when $4::uuid is null then true else m.team_id = $4::uuid end"
	" and case when $5::date is null then true else d.expected_close_date >= $5::date end"
	" and case when $6::date is null then true else d.expected_close_date <= $6::date end),"
	" sums as (select case when grouping(stage_id) = 0 then 1 when grouping(owner_id) = 0 then 2"
	" when grouping(team_id) = 0 then 3 when grouping(month) = 0 then 4 else 0 end as kind,"
	" stage_id, owner_id, team_id, month, currency, count(*) as n, coalesce(sum(amount), 0) as amount,"
	" coalesce(sum(amount * probability) / 100, 0) as weighted from open group by grouping sets"
	" ((currency), (stage_id, currency), (owner_id, currency), (team_id, currency), (month, currency))),"
	" groups as (select kind, stage_id, owner_id, team_id, month, sum(n) as n,"
	" sum(weighted) filter (where currency = $7) as own,"
	" jsonb_build_array(" TOTAL("$7::text", "coalesce(sum(amount) filter (where currency = $7), 0)",
		"coalesce(sum(weighted) filter (where currency = $7), 0)") ") || coalesce(jsonb_agg("
	TOTAL("currency", "amount", "weighted") " order by currency) filter (where currency <> $7), '[]')"
	" as totals from sums group by kind, stage_id, owner_id, team_id, month),"
	" rows as ("
	"select 0 as kind, null::uuid as id, null as name, null::uuid as over_id, null as over,"
	" null::int as position, null::int as probability, g.n, g.totals, a.base || a.whose || a.days as filter,"
	" 0 as place from asked a left join groups g on g.kind = 0"
	" union all select 1, s.id, s.name, p.id, p.name, s.position, s.probability, g.n, g.totals,"
	" a.base || a.whose || a.days || " REPORT_LINE("stageId", "s.id") ","
	" row_number() over (order by p.is_default desc, p.position, p.id, s.position, s.id)"
	" from asked a cross join stages s join pipelines p on p.org_id = s.org_id and p.id = s.pipeline_id"
	" left join groups g on g.kind = 1 and g.stage_id = s.id"
	" where s.org_id = $1::uuid and p.entity = 'deal' and s.category = 'open'"
	" and case when $2::uuid is null then true else p.id = $2::uuid end"
	" and case when g.n > 0 then true"
	" else s.deleted_at is null and p.deleted_at is null and not p.archived end"
	" union all select 2, g.owner_id, " REPORT_PERSON_NAME("o", "m") ", null, null, null, null, g.n, g.totals,"
	" a.base || a.days || case when g.owner_id is null then E'\\nownerId[null]=true'"
	" else " REPORT_LINE("ownerId", "g.owner_id") " end,"
	" row_number() over (order by g.own desc nulls last, g.n desc, g.owner_id)"
	" from asked a join groups g on g.kind = 2"
	" left join people o on o.org_id = $1::uuid and o.id = g.owner_id"
	" left join memberships m on m.org_id = $1::uuid and m.id = g.owner_id"
	" union all select 3, g.team_id, t.name, t.manager_id, " REPORT_PERSON_NAME("b", "m") ", null, null,"
	" g.n, g.totals, a.base || a.days || case when $3::uuid is not null then a.whose"
	" else " REPORT_LINE("ownerId[in]", REPORT_MEMBERS("g.team_id")) " end,"
	" row_number() over (order by g.own desc nulls last, g.n desc, g.team_id)"
	" from asked a join groups g on g.kind = 3"
	" left join teams t on t.org_id = $1::uuid and t.id = g.team_id"
	" left join people b on b.org_id = $1::uuid and b.id = t.manager_id"
	" left join memberships m on m.org_id = $1::uuid and m.id = t.manager_id"
	" union all select 4, null, g.month, null, null, null, null, g.n, g.totals, a.base || a.whose ||"
	" case when g.month is null then E'\\nexpectedCloseDate[null]=true'"
	" else " REPORT_LINE("expectedCloseDate[gte]", "greatest($5::date, f.first)") " || "
	REPORT_LINE("expectedCloseDate[lte]", "least($6::date, (f.first + interval '1 month')::date - 1)") " end,"
	" row_number() over (order by g.month) from asked a join groups g on g.kind = 4"
	" cross join lateral (select (g.month || '-01')::date as first) as f)"
	" select kind, id, name, over_id, over, position, probability, coalesce(n, 0), coalesce(totals,"
	" jsonb_build_array(" TOTAL("$7::text", "0", "0") ")), filter"
	" from rows where kind not in (2, 3) or place <= 200 order by kind, place";

#define FIGURES \
	{"count", C_COUNT, REPORT_RAW}, {"totals", C_TOTALS, REPORT_RAW}, {"filter", C_FILTER, REPORT_FILTER}, \
	{NULL, 0, REPORT_RAW}

static const struct report_member total[] = {FIGURES};
static const struct report_member stage[] = {
	{"stageId", C_ID, REPORT_TEXT}, {"stage", C_NAME, REPORT_TEXT}, {"pipelineId", C_OVER_ID, REPORT_TEXT},
	{"pipeline", C_OVER, REPORT_TEXT}, {"position", C_POSITION, REPORT_RAW},
	{"probability", C_PROBABILITY, REPORT_RAW}, FIGURES};
static const struct report_member owner[] = {
	{"ownerId", C_ID, REPORT_TEXT}, {"owner", C_NAME, REPORT_TEXT}, FIGURES};
static const struct report_member team[] = {
	{"teamId", C_ID, REPORT_TEXT}, {"team", C_NAME, REPORT_TEXT}, {"managerId", C_OVER_ID, REPORT_TEXT},
	{"manager", C_OVER, REPORT_TEXT}, FIGURES};
static const struct report_member month[] = {{"month", C_NAME, REPORT_TEXT}, FIGURES};

static const struct report_part parts[] = {
	{.kind = KIND_TOTAL, .one = true, .members = total},
	{.key = "byStage", .kind = KIND_STAGE, .members = stage},
	{.key = "byOwner", .kind = KIND_OWNER, .members = owner},
	{.key = "byTeam", .kind = KIND_TEAM, .members = team},
	{.key = "byMonth", .kind = KIND_MONTH, .members = month},
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
	"deal.ownerId", "deal.amount", "deal.currency", "deal.probability",
	"deal.expectedCloseDate", "exchange_rate.rate", "user.firstName", "user.lastName",
	"user.email", "user.teamId", "team.name", "team.managerId", NULL};

static const struct report report = {
	.sql = sql,
	.reads = reads,
	.figured = figured,
	.params = params,
	.parts = parts,
	.money = true,
	.own_param = P_OWNER,
};

/* clang-format off */
#define TOTALS_SCHEMA "\"count\":" REPORT_COUNT_SCHEMA "," REPORT_TOTALS_SCHEMA( \
	"\"amount\":" REPORT_MONEY_SCHEMA ",\"weightedAmount\":" REPORT_MONEY_SCHEMA)

static const struct route_doc doc = {
	.summary = "Open deals and their forecast, by stage, owner, team and month of expected closing",
	.tag = "Reports",
	.parameters = "[" REPORT_ID_PARAM("pipelineId", "All unless said otherwise.") ","
		REPORT_PERSON_PARAM("ownerId") "," REPORT_ID_PARAM("teamId", "Of the owner.") ","
		REPORT_DAY_PARAM("from", "First day of expected closing; deals without one are then left out.") ","
		REPORT_DAY_PARAM("to", "Last day of expected closing.") "]",
	.response = REPORT_OBJECT(
		"\"currency\":" REPORT_CURRENCY_SCHEMA "," TOTALS_SCHEMA ","
		"\"byStage\":" REPORT_ROWS("\"stageId\":" REPORT_ID_SCHEMA ",\"stage\":{\"type\":\"string\"},"
			"\"pipelineId\":" REPORT_ID_SCHEMA ",\"pipeline\":{\"type\":\"string\"},"
			"\"position\":{\"type\":\"integer\"},\"probability\":" REPORT_COUNT_SCHEMA "," TOTALS_SCHEMA) ","
		"\"byOwner\":" REPORT_ROWS("\"ownerId\":" REPORT_ID_SCHEMA ",\"owner\":" REPORT_TEXT_SCHEMA ","
			TOTALS_SCHEMA) ","
		"\"byTeam\":" REPORT_ROWS("\"teamId\":" REPORT_ID_SCHEMA ",\"team\":" REPORT_TEXT_SCHEMA ","
			"\"managerId\":" REPORT_ID_SCHEMA ",\"manager\":" REPORT_TEXT_SCHEMA "," TOTALS_SCHEMA) ","
		"\"byMonth\":" REPORT_ROWS("\"month\":" REPORT_MONTH_SCHEMA "," TOTALS_SCHEMA)),
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/reports/pipeline", .handle = report_handle, .data = &report, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/reports/pipeline", .handle = report_handle, .data = &report,
	 .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_pipeline_report = {
	.name = "pipeline_report",
	.routes = routes,
};
