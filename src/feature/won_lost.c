/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/won-lost: the closed deals that the caller may see: how many were won and lost and
 * why, by month, owner and team, the rate and size of what was won, and how long it took.
 *
 * A period concerns the day of closing. Amounts in another currency count by the rate of that day, those
 * without one by themselves. A deal takes from its start, or else the day it was made, to its close; one
 * that was entered after its close is in no average, and one without an amount in no average size.
 */
#include "core/feature.h"
#include "core/report.h"

enum { KIND_TOTAL, KIND_REASON, KIND_MONTH, KIND_OWNER, KIND_TEAM };

enum column {
	C_KIND,
	C_ID,
	C_NAME,
	C_STATUS,
	C_WON,
	C_LOST,
	C_COUNT,
	C_RATE,
	C_WON_DAYS,
	C_LOST_DAYS,
	C_TOTALS,
	C_FILTER
};

/* clang-format off */
#define OURS "filter (where currency = $7)"
#define TOTAL(currency, won, valued, lost) \
	"jsonb_build_object('currency', " currency ", 'wonAmount', (" won ")::numeric(20,2)," \
	" 'averageWonAmount', ((" won ") / nullif(" valued ", 0))::numeric(20,2)," \
	" 'lostAmount', (" lost ")::numeric(20,2))"

static const char sql[] =
	"with asked as materialized (select E'status[in]=won,lost' || "
	REPORT_MAYBE("pipelineId", "$2::uuid") " as base,"
	" " REPORT_WHOSE("$3::uuid", "$4::uuid") " as whose,"
	" " REPORT_MAYBE("closedAt[gte]", "$5::date") " || " REPORT_MAYBE("closedAt[lte]", "$6::date") " as days),"
	" " REPORT_RATES("$7", "$5::date") ","
	/* Deals that are alike first: rates, teams and groups are looked at once for all of them. */
	" alike as (select d.status, d.closed_at, d.owner_id,"
	" case d.status when 'won' then d.won_reason else d.lost_reason end as reason,"
	" case when d.amount is null then $7 else d.currency end as currency, count(*) as deals, sum(d.amount) as amount,"
	" count(d.amount) as valued, sum(d.days) as days, count(d.days) as timed"
	" from (select d.*, nullif(greatest(d.closed_at - coalesce(d.started_at,"
	" (d.created_at at time zone (select app_time_zone()))::date), -1), -1) as days from deals d"
	" where d.org_id = $1::uuid and d.deleted_at is null and d.status in ('won', 'lost')"
	" and d.closed_at between coalesce($5::date, '-infinity') and coalesce($6::date, 'infinity')"
	" and case when $2::uuid is null then true else d.pipeline_id = $2::uuid end"
	" and case when $3::uuid is null then true else d.owner_id = $3::uuid end) as d group by 1, 2, 3, 4, 5),"
	" closed as (select d.*, m.team_id, to_char(d.closed_at::timestamp, 'YYYY-MM') as month, d.status = 'won' as won,"
	" d.amount * coalesce(r.rate, 1) as converted, case when r.rate is null then d.currency else $7 end as counted"
	" from alike d left join memberships m on m.org_id = $1::uuid and m.id = d.owner_id"
	REPORT_RATES_JOIN("d.closed_at")
	" where case when $4::uuid is null then true else m.team_id = $4::uuid end),"
	" sums as (select case when grouping(reason) = 0 then 1 when grouping(month) = 0 then 2"
	" when grouping(owner_id) = 0 then 3 when grouping(team_id) = 0 then 4 else 0 end as kind,"
	" status, reason, month, owner_id, team_id, counted as currency, coalesce(sum(deals) filter (where won), 0) as won,"
	" coalesce(sum(deals) filter (where not won), 0) as lost,"
	" coalesce(sum(converted) filter (where won), 0) as won_amount,"
	" coalesce(sum(converted) filter (where not won), 0) as lost_amount,"
	" coalesce(sum(valued) filter (where won), 0) as valued, sum(days) filter (where won) as won_days,"
	" sum(timed) filter (where won) as won_timed, sum(days) filter (where not won) as lost_days,"
	" sum(timed) filter (where not won) as lost_timed"
	" from closed group by grouping sets ((counted),"
	" (status, reason, counted), (month, counted), (owner_id, counted), (team_id, counted))),"
	" groups as (select kind, status, reason, month, owner_id, team_id, sum(won) as won, sum(lost) as lost,"
	" round(sum(won_days)::numeric / nullif(sum(won_timed), 0), 2) as won_days,"
	" round(sum(lost_days)::numeric / nullif(sum(lost_timed), 0), 2) as lost_days,"
	" sum(won_amount) " OURS " as own,"
	" jsonb_build_array(" TOTAL("$7::text", "coalesce(sum(won_amount) " OURS ", 0)", "sum(valued) " OURS,
		"coalesce(sum(lost_amount) " OURS ", 0)") ") || coalesce(jsonb_agg("
	TOTAL("currency", "won_amount", "valued", "lost_amount")
	" order by currency) filter (where currency <> $7), '[]') as totals"
	" from sums group by kind, status, reason, month, owner_id, team_id),"
	" rows as ("
	"select 0 as kind, null::uuid as id, null as name, null as status, g.won, g.lost, g.won_days, g.lost_days,"
	" g.totals, a.base || a.whose || a.days as filter, 0 as place"
	" from asked a left join groups g on g.kind = 0"
	" union all select 1, null, g.reason, g.status, g.won, g.lost, g.won_days, g.lost_days, g.totals,"
	" a.base || a.whose || a.days || " REPORT_LINE("status", "g.status") " ||"
	" case when g.reason is null then E'\\n' || g.status || 'Reason[null]=true'"
	" else E'\\n' || g.status || 'Reason=' || g.reason end,"
	" row_number() over (order by g.status desc, g.won + g.lost desc, g.reason)"
	" from asked a join groups g on g.kind = 1"
	" union all select 2, null, g.month, null, g.won, g.lost, g.won_days, g.lost_days, g.totals,"
	" a.base || a.whose || " REPORT_LINE("closedAt[gte]", "greatest($5::date, f.first)") " || "
	REPORT_LINE("closedAt[lte]", "least($6::date, (f.first + interval '1 month')::date - 1)") ","
	" row_number() over (order by g.month) from asked a join groups g on g.kind = 2"
	" cross join lateral (select (g.month || '-01')::date as first) as f"
	" union all select 3, g.owner_id, " REPORT_PERSON_NAME("o", "m") ", null, g.won, g.lost, g.won_days,"
	" g.lost_days, g.totals, a.base || a.days || case when g.owner_id is null then E'\\nownerId[null]=true'"
	" else " REPORT_LINE("ownerId", "g.owner_id") " end,"
	" row_number() over (order by g.own desc nulls last, g.won desc, g.owner_id)"
	" from asked a join groups g on g.kind = 3"
	" left join people o on o.org_id = $1::uuid and o.id = g.owner_id"
	" left join memberships m on m.org_id = $1::uuid and m.id = g.owner_id"
	" union all select 4, g.team_id, t.name, null, g.won, g.lost, g.won_days, g.lost_days, g.totals,"
	" a.base || a.days || case when $3::uuid is not null then a.whose"
	" else " REPORT_LINE("ownerId[in]", REPORT_MEMBERS("g.team_id")) " end,"
	" row_number() over (order by g.own desc nulls last, g.won desc, g.team_id)"
	" from asked a join groups g on g.kind = 4"
	" left join teams t on t.org_id = $1::uuid and t.id = g.team_id)"
	" select kind, id, name, status, coalesce(won, 0), coalesce(lost, 0), won + lost,"
	" round(won::numeric / nullif(won + lost, 0), 4), won_days, lost_days, coalesce(totals,"
	" jsonb_build_array(" TOTAL("$7::text", "0", "0", "0") ")), filter"
	" from rows where kind not in (3, 4) or place <= 200 order by kind, place";

#define FIGURES \
	{"won", C_WON, REPORT_RAW}, {"lost", C_LOST, REPORT_RAW}, {"winRate", C_RATE, REPORT_RAW}, \
	{"averageDaysToWin", C_WON_DAYS, REPORT_RAW}, {"averageDaysToLose", C_LOST_DAYS, REPORT_RAW}, \
	{"totals", C_TOTALS, REPORT_RAW}, {"filter", C_FILTER, REPORT_FILTER}, {NULL, 0, REPORT_RAW}

static const struct report_member total[] = {FIGURES};
static const struct report_member reason[] = {
	{"status", C_STATUS, REPORT_TEXT}, {"reason", C_NAME, REPORT_TEXT}, {"count", C_COUNT, REPORT_RAW},
	{"totals", C_TOTALS, REPORT_RAW}, {"filter", C_FILTER, REPORT_FILTER}, {NULL, 0, REPORT_RAW}};
static const struct report_member month[] = {{"month", C_NAME, REPORT_TEXT}, FIGURES};
static const struct report_member owner[] = {
	{"ownerId", C_ID, REPORT_TEXT}, {"owner", C_NAME, REPORT_TEXT}, FIGURES};
static const struct report_member team[] = {
	{"teamId", C_ID, REPORT_TEXT}, {"team", C_NAME, REPORT_TEXT}, FIGURES};

static const struct report_part parts[] = {
	{.kind = KIND_TOTAL, .one = true, .members = total},
	{.key = "byReason", .kind = KIND_REASON, .members = reason},
	{.key = "byMonth", .kind = KIND_MONTH, .members = month},
	{.key = "byOwner", .kind = KIND_OWNER, .members = owner},
	{.key = "byTeam", .kind = KIND_TEAM, .members = team},
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
static const char *const figured[] = {"deal.status", "deal.pipelineId", "deal.ownerId",
	"deal.amount", "deal.currency", "deal.closedAt", "deal.startedAt", "deal.createdAt",
	"deal.wonReason", "deal.lostReason", "exchange_rate.rate", "user.firstName",
	"user.lastName", "user.email", "user.teamId", "team.name", NULL};

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
#define TOTALS_SCHEMA REPORT_TOTALS_SCHEMA("\"wonAmount\":" REPORT_MONEY_SCHEMA "," \
	"\"averageWonAmount\":" REPORT_NUMBER_SCHEMA ",\"lostAmount\":" REPORT_MONEY_SCHEMA)
#define FIGURES_SCHEMA "\"won\":" REPORT_COUNT_SCHEMA ",\"lost\":" REPORT_COUNT_SCHEMA "," \
	"\"winRate\":" REPORT_RATE_SCHEMA ",\"averageDaysToWin\":" REPORT_NUMBER_SCHEMA "," \
	"\"averageDaysToLose\":" REPORT_NUMBER_SCHEMA "," TOTALS_SCHEMA

static const struct route_doc doc = {
	.summary = "Won and lost deals by reason, month, owner and team: win rate, size, days to close",
	.tag = "Reports",
	.parameters = "[" REPORT_ID_PARAM("pipelineId", "All unless said otherwise.") ","
		REPORT_PERSON_PARAM("ownerId") "," REPORT_ID_PARAM("teamId", "Of the owner.") ","
		REPORT_DAY_PARAM("from", "First day of closing.") "," REPORT_DAY_PARAM("to", "Last day of closing.") "]",
	.response = REPORT_OBJECT(
		"\"currency\":" REPORT_CURRENCY_SCHEMA "," FIGURES_SCHEMA ","
		"\"byReason\":" REPORT_ROWS("\"status\":{\"enum\":[\"won\",\"lost\"]},\"reason\":" REPORT_TEXT_SCHEMA ","
			"\"count\":" REPORT_COUNT_SCHEMA "," TOTALS_SCHEMA) ","
		"\"byMonth\":" REPORT_ROWS("\"month\":" REPORT_MONTH_SCHEMA "," FIGURES_SCHEMA) ","
		"\"byOwner\":" REPORT_ROWS("\"ownerId\":" REPORT_ID_SCHEMA ",\"owner\":" REPORT_TEXT_SCHEMA ","
			FIGURES_SCHEMA) ","
		"\"byTeam\":" REPORT_ROWS("\"teamId\":" REPORT_ID_SCHEMA ",\"team\":" REPORT_TEXT_SCHEMA ","
			FIGURES_SCHEMA)),
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/reports/won-lost", .handle = report_handle, .data = &report, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/reports/won-lost", .handle = report_handle, .data = &report,
	 .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_won_lost = {
	.name = "won_lost",
	.routes = routes,
};
