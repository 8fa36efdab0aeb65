/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/sales-overview: what the deals that the caller may see amount to.
 *
 * A period concerns closed deals, by the day they were closed; open deals count as they stand. Amounts are
 * in the organisation's currency: those in another by the rate of the day of closing, of today for open
 * ones; what has no rate is in `unconverted`, by currency. One pass over the deals makes all groups
 * (grouping sets), beside it stands the list of stages, so that empty ones show as well.
 */
#include "core/feature.h"
#include "core/report.h"

enum { KIND_TOTAL, KIND_STAGE, KIND_MONTH, KIND_OWNER, KIND_TEAM, KIND_FOREIGN };

enum column {
	C_KIND,
	C_ID,
	C_NAME,
	C_MANAGER_ID,
	C_MANAGER,
	C_CATEGORY,
	C_POSITION,
	C_COUNT,
	C_OPEN,
	C_WON,
	C_LOST,
	C_AMOUNT,
	C_OPEN_AMOUNT,
	C_WON_AMOUNT,
	C_WEIGHTED,
	C_WIN_RATE
};

/* clang-format off */
static const char sql[] =
	"with " REPORT_RATES("$6", "$2::date") ","
	/* Deals that are alike first: rates, teams and groups are looked at once for all of them. */
	" alike as (select d.stage_id, d.owner_id, d.status, d.closed_at,"
	" case when d.amount is null then $6 else d.currency end as currency, count(*) as deals, sum(d.amount) as told,"
	" sum(d.amount * d.probability / 100) filter (where d.status = 'open') as expected from deals d"
	" where d.org_id = $1::uuid and d.deleted_at is null"
	" and case when $4::uuid is null then true else d.owner_id = $4::uuid end"
	" and case when d.status = 'open' then true else d.closed_at between"
	" coalesce($2::date, '-infinity') and coalesce($3::date, 'infinity') end group by 1, 2, 3, 4, 5),"
	" rated as (select d.*, m.team_id, case when d.currency = $6 then 1 else r.rate end as rate"
	" from alike d left join memberships m on m.org_id = $1::uuid and m.id = d.owner_id"
	/* least() passes over a NULL: open deals have today's. */
	REPORT_RATES_JOIN("d.closed_at")
	" where case when $5::uuid is null then true else m.team_id = $5::uuid end),"
	" figures as (select stage_id, owner_id, team_id, status, deals, told, expected, told * rate as amount,"
	" expected * rate as weighted, case when rate is null then currency end as foreign_currency,"
	" case status when 'won' then to_char(closed_at::timestamp, 'YYYY-MM') end as month from rated),"
	" sums as (select case when grouping(stage_id) = 0 then 1 when grouping(month) = 0 then 2"
	" when grouping(owner_id) = 0 then 3 when grouping(team_id) = 0 then 4"
	" when grouping(foreign_currency) = 0 then 5 else 0 end as kind,"
	" stage_id, owner_id, team_id, month, foreign_currency, coalesce(sum(deals), 0) as deals,"
	" coalesce(sum(deals) filter (where status = 'open'), 0) as open,"
	" coalesce(sum(deals) filter (where status = 'won'), 0) as won,"
	" coalesce(sum(deals) filter (where status = 'lost'), 0) as lost, coalesce(sum(amount), 0) as amount,"
	" coalesce(sum(amount) filter (where status = 'open'), 0) as open_amount,"
	" coalesce(sum(amount) filter (where status = 'won'), 0) as won_amount,"
	" coalesce(sum(weighted), 0) as weighted,"
	" coalesce(sum(told) filter (where status = 'open'), 0) as told_open,"
	" coalesce(sum(told) filter (where status = 'won'), 0) as told_won,"
	" coalesce(sum(expected), 0) as told_weighted"
	" from figures group by grouping sets ((), (stage_id), (month), (owner_id), (team_id), (foreign_currency))),"
	" rows as ("
	"select s.kind, coalesce(s.owner_id, s.team_id) as id, case s.kind when 2 then s.month"
	" when 3 then " REPORT_PERSON_NAME("o", "om") " when 4 then t.name when 5 then s.foreign_currency end as name,"
	" t.manager_id, " REPORT_PERSON_NAME("b", "bm") " as manager, null as category, null::int as position,"
	" s.deals, s.open, s.won, s.lost, s.amount, case s.kind when 5 then s.told_open else s.open_amount end"
	" as open_amount, case s.kind when 5 then s.told_won else s.won_amount end as won_amount,"
	" case s.kind when 5 then s.told_weighted else s.weighted end as weighted,"
	" row_number() over (order by s.month, s.won_amount desc, s.deals desc) as place"
	" from sums s left join people o on o.org_id = $1::uuid and o.id = s.owner_id"
	" left join memberships om on om.org_id = $1::uuid and om.id = s.owner_id"
	" left join teams t on t.org_id = $1::uuid and t.id = s.team_id"
	" left join people b on b.org_id = $1::uuid and b.id = t.manager_id"
	" left join memberships bm on bm.org_id = $1::uuid and bm.id = t.manager_id"
	" where case s.kind when 1 then false when 2 then s.month is not null"
	" when 5 then s.foreign_currency is not null else true end"
	" union all select 1, s.id, s.name, null, null, s.category, s.position, coalesce(u.deals, 0), u.open,"
	" u.won, u.lost, coalesce(u.amount, 0), null, null, null,"
	" row_number() over (order by p.is_default desc, p.position, s.position, s.id)"
	" from stages s join pipelines p on p.org_id = s.org_id and p.id = s.pipeline_id"
	" left join sums u on u.kind = 1 and u.stage_id = s.id"
	" where s.org_id = $1::uuid and p.entity = 'deal' and s.deleted_at is null"
	" and p.deleted_at is null and not p.archived)"
	" select kind, id, name, manager_id, manager, category, position, deals, open, won, lost,"
	" amount::numeric(20,2), open_amount::numeric(20,2), won_amount::numeric(20,2), weighted::numeric(20,2),"
	" round(won::numeric / nullif(won + lost, 0), 4) from rows order by kind, place";

static const struct report_member totals[] = {
	{"total", C_COUNT, REPORT_RAW}, {"open", C_OPEN, REPORT_RAW}, {"won", C_WON, REPORT_RAW},
	{"lost", C_LOST, REPORT_RAW}, {"wonAmount", C_WON_AMOUNT, REPORT_RAW},
	{"openAmount", C_OPEN_AMOUNT, REPORT_RAW}, {"weightedAmount", C_WEIGHTED, REPORT_RAW},
	{"winRate", C_WIN_RATE, REPORT_RAW}, {NULL, 0, REPORT_RAW}};
static const struct report_member stage[] = {
	{"stageId", C_ID, REPORT_TEXT}, {"stage", C_NAME, REPORT_TEXT}, {"category", C_CATEGORY, REPORT_TEXT},
	{"position", C_POSITION, REPORT_RAW}, {"count", C_COUNT, REPORT_RAW}, {"amount", C_AMOUNT, REPORT_RAW},
	{NULL, 0, REPORT_RAW}};
static const struct report_member month[] = {
	{"month", C_NAME, REPORT_TEXT}, {"count", C_WON, REPORT_RAW}, {"amount", C_WON_AMOUNT, REPORT_RAW},
	{NULL, 0, REPORT_RAW}};
static const struct report_member owner[] = {
	{"ownerId", C_ID, REPORT_TEXT}, {"owner", C_NAME, REPORT_TEXT}, {"won", C_WON, REPORT_RAW},
	{"wonAmount", C_WON_AMOUNT, REPORT_RAW}, {"lost", C_LOST, REPORT_RAW}, {"open", C_OPEN, REPORT_RAW},
	{NULL, 0, REPORT_RAW}};
static const struct report_member team[] = {
	{"teamId", C_ID, REPORT_TEXT}, {"team", C_NAME, REPORT_TEXT}, {"managerId", C_MANAGER_ID, REPORT_TEXT},
	{"manager", C_MANAGER, REPORT_TEXT}, {"won", C_WON, REPORT_RAW}, {"wonAmount", C_WON_AMOUNT, REPORT_RAW},
	{NULL, 0, REPORT_RAW}};
static const struct report_member foreign[] = {
	{"currency", C_NAME, REPORT_TEXT}, {"count", C_COUNT, REPORT_RAW}, {"wonAmount", C_WON_AMOUNT, REPORT_RAW},
	{"openAmount", C_OPEN_AMOUNT, REPORT_RAW}, {"weightedAmount", C_WEIGHTED, REPORT_RAW}, {NULL, 0, REPORT_RAW}};
/* clang-format on */

static const struct report_part parts[] = {
	{.key = "deals", .kind = KIND_TOTAL, .one = true, .members = totals},
	{.key = "byStage", .kind = KIND_STAGE, .members = stage},
	{.key = "wonByMonth", .kind = KIND_MONTH, .members = month},
	{.key = "byOwner", .kind = KIND_OWNER, .members = owner},
	{.key = "byTeam", .kind = KIND_TEAM, .members = team},
	{.key = "unconverted", .kind = KIND_FOREIGN, .members = foreign},
	{0},
};

enum { P_FROM, P_TO, P_OWNER, P_TEAM, P__COUNT };

static const struct report_param params[] = {
	[P_FROM] = {"from", REPORT_DAY},
	[P_TO] = {"to", REPORT_DAY},
	[P_OWNER] = {"ownerId", REPORT_PERSON},
	[P_TEAM] = {"teamId", REPORT_ID},
	[P__COUNT] = {NULL, REPORT_DAY},
};

static const char *const reads[] = {"deal", NULL};
static const char *const figured[] = {"deal.stageId", "deal.status", "deal.ownerId", "deal.amount",
	"deal.currency", "deal.probability", "deal.closedAt", "exchange_rate.rate",
	"user.firstName", "user.lastName", "user.email", "user.teamId", "team.name",
	"team.managerId", NULL};

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
static const struct route_doc doc = {
	.summary = "Sales at a glance: totals, by stage, month, owner and team",
	.tag = "Reports",
	.parameters = "[" REPORT_DAY_PARAM("from", "First day of closing; open deals count as they stand.") ","
		REPORT_DAY_PARAM("to", "Last day of closing.") ","
		REPORT_PERSON_PARAM("ownerId") "," REPORT_ID_PARAM("teamId", "Of the owner.") "]",
	.response = REPORT_OBJECT(
		"\"currency\":" REPORT_CURRENCY_SCHEMA ","
		"\"deals\":" REPORT_OBJECT(
			"\"total\":" REPORT_COUNT_SCHEMA ",\"open\":" REPORT_COUNT_SCHEMA ",\"won\":" REPORT_COUNT_SCHEMA ","
			"\"lost\":" REPORT_COUNT_SCHEMA ",\"wonAmount\":" REPORT_MONEY_SCHEMA ","
			"\"openAmount\":" REPORT_MONEY_SCHEMA ",\"weightedAmount\":" REPORT_MONEY_SCHEMA ","
			"\"winRate\":{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1,"
			"\"description\":\"Won of all closed; null when none is.\"}") ","
		"\"byStage\":" REPORT_ROWS(
			"\"stageId\":{\"type\":\"string\",\"format\":\"uuid\"},\"stage\":{\"type\":\"string\"},"
			"\"category\":{\"enum\":[\"open\",\"won\",\"lost\"]},\"position\":{\"type\":\"integer\"},"
			"\"count\":" REPORT_COUNT_SCHEMA ",\"amount\":" REPORT_MONEY_SCHEMA) ","
		"\"wonByMonth\":" REPORT_ROWS(
			"\"month\":{\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}$\"},"
			"\"count\":" REPORT_COUNT_SCHEMA ",\"amount\":" REPORT_MONEY_SCHEMA) ","
		"\"byOwner\":" REPORT_ROWS(
			"\"ownerId\":" REPORT_ID_SCHEMA ",\"owner\":" REPORT_TEXT_SCHEMA ",\"won\":" REPORT_COUNT_SCHEMA ","
			"\"wonAmount\":" REPORT_MONEY_SCHEMA ",\"lost\":" REPORT_COUNT_SCHEMA ","
			"\"open\":" REPORT_COUNT_SCHEMA) ","
		"\"byTeam\":" REPORT_ROWS(
			"\"teamId\":" REPORT_ID_SCHEMA ",\"team\":" REPORT_TEXT_SCHEMA ",\"managerId\":" REPORT_ID_SCHEMA ","
			"\"manager\":" REPORT_TEXT_SCHEMA ",\"won\":" REPORT_COUNT_SCHEMA ","
			"\"wonAmount\":" REPORT_MONEY_SCHEMA) ","
		"\"unconverted\":" REPORT_ROWS(
			"\"currency\":" REPORT_CURRENCY_SCHEMA ",\"count\":" REPORT_COUNT_SCHEMA ","
			"\"wonAmount\":" REPORT_MONEY_SCHEMA ",\"openAmount\":" REPORT_MONEY_SCHEMA ","
			"\"weightedAmount\":" REPORT_MONEY_SCHEMA)),
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/reports/sales-overview", .handle = report_handle, .data = &report,
	 .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/reports/sales-overview", .handle = report_handle, .data = &report,
	 .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_sales_overview = {
	.name = "sales_overview",
	.routes = routes,
};
