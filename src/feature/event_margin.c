/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/event-margin: what events bring and cost, each and in sums by currency, by kind and by
 * month of their start in the organisation's time zone.
 *
 * The figures of an event are those that it answers itself (migrations, templates_and_totals). Sums are one
 * per currency and never mix them; an event with an invoice in another currency has no margin, and the sum
 * beside tells how many such there are. Templates are no events.
 */
#include "core/feature.h"
#include "core/report.h"

enum { KIND_CURRENCY = 1, KIND_TYPE, KIND_MONTH, KIND_EVENT };

enum column {
	C_KIND,
	C_CURRENCY,
	C_TYPE,
	C_MONTH,
	C_ID,
	C_NAME,
	C_STATUS,
	C_START_AT,
	C_COMPANY_ID,
	C_COMPANY,
	C_EVENTS,
	C_BUDGET,
	C_PLANNED,
	C_AGREED,
	C_INVOICED,
	C_MARGIN,
	C_PAID_IN,
	C_PAID_OUT,
	C_PERCENT,
	C_UNKNOWN
};

/* clang-format off */
#define MARGIN_SQL \
	"with found as (select e.id, e.name, e.status, e.event_type, e.start_at, e.company_id, e.currency," \
	" to_char(e.start_at at time zone app_time_zone(), 'YYYY-MM') as month, e.budget," \
	" event_planned_total(e) as planned, event_agreed_total(e) as agreed, event_margin(e) as margin," \
	" event_paid_in(e) as paid_in, event_paid_out(e) as paid_out" \
	" from events e where e.org_id = $1::uuid and e.deleted_at is null and not e.is_template" \
	" and case when $2::date is null then true else e.start_at >= app_midnight($2::date) end" \
	" and case when $3::date is null then true else e.start_at < app_midnight($3::date + 1) end" \
	" and case when $4::uuid is null then true else e.owner_id = $4::uuid end" \
	" and case when $5::uuid is null then true else e.company_id = $5::uuid end)," \
	" sums as (select case when grouping(event_type) = 0 then 2 when grouping(month) = 0 then 3 else 1 end" \
	" as kind, currency, event_type, month, count(*) as events, coalesce(sum(budget), 0) as budget," \
	" sum(planned) as planned, sum(agreed) as agreed," \
	" coalesce(sum(margin + agreed), 0) as invoiced, coalesce(sum(margin), 0) as margin," \
	" sum(paid_in) as paid_in, sum(paid_out) as paid_out, count(*) filter (where margin is null) as unknown" \
	" from found group by grouping sets ((currency), (currency, event_type), (currency, month)))," \
	" rows as (" \
	"select kind, currency, event_type, month, null::uuid as id, null as name, null as status," \
	" null::timestamptz as start_at, null::uuid as company_id, null as company, events, budget, planned," \
	" agreed, invoiced, margin, paid_in, paid_out, unknown from sums" \
	" union all select 4, f.currency, f.event_type, f.month, f.id, f.name, f.status, f.start_at," \
	" f.company_id, c.name, 1, f.budget, f.planned, f.agreed, f.margin + f.agreed, f.margin," \
	" f.paid_in, f.paid_out, 0" \
	" from found f left join companies c on c.org_id = $1::uuid and c.id = f.company_id)," \
	" ranked as (select r.*, row_number() over (partition by r.kind order by" \
	" case when r.kind = 3 then r.month end, r.start_at desc nulls last, r.currency, r.events desc," \
	" r.event_type, r.id) as place from rows r where r.kind <> 3 or r.month is not null)" \
	" select kind, currency, event_type, month, id, name, status, start_at, company_id, company, events," \
	" budget, planned, agreed, invoiced, margin, paid_in, paid_out," \
	" case when unknown = 0 then round(100 * margin / nullif(invoiced, 0), 1) end, unknown" \
	" from ranked where place <= 500 order by kind, place"

#define FIGURES \
	{"planned", C_PLANNED, REPORT_RAW}, {"agreed", C_AGREED, REPORT_RAW}, \
	{"invoiced", C_INVOICED, REPORT_RAW}, {"margin", C_MARGIN, REPORT_RAW}, \
	{"marginPercent", C_PERCENT, REPORT_RAW}, {"paidIn", C_PAID_IN, REPORT_RAW}, \
	{"paidOut", C_PAID_OUT, REPORT_RAW}
#define SUMS \
	{"currency", C_CURRENCY, REPORT_TEXT}, {"events", C_EVENTS, REPORT_RAW}, \
	{"withoutMargin", C_UNKNOWN, REPORT_RAW}, {"budget", C_BUDGET, REPORT_RAW}, FIGURES

static const struct report_member currency[] = {SUMS, {NULL, 0, REPORT_RAW}};
static const struct report_member type[] = {{"eventType", C_TYPE, REPORT_TEXT}, SUMS, {NULL, 0, REPORT_RAW}};
static const struct report_member month[] = {{"month", C_MONTH, REPORT_TEXT}, SUMS, {NULL, 0, REPORT_RAW}};
static const struct report_member event[] = {
	{"eventId", C_ID, REPORT_TEXT}, {"event", C_NAME, REPORT_TEXT}, {"status", C_STATUS, REPORT_TEXT},
	{"eventType", C_TYPE, REPORT_TEXT}, {"startAt", C_START_AT, REPORT_MOMENT},
	{"companyId", C_COMPANY_ID, REPORT_TEXT}, {"company", C_COMPANY, REPORT_TEXT},
	{"currency", C_CURRENCY, REPORT_TEXT}, {"budget", C_BUDGET, REPORT_RAW}, FIGURES, {NULL, 0, REPORT_RAW},
};
/* clang-format on */

enum { P_FROM, P_TO, P_OWNER, P_COMPANY, P__COUNT };

static const struct report_param params[] = {
	[P_FROM] = {"from", REPORT_DAY},
	[P_TO] = {"to", REPORT_DAY},
	[P_OWNER] = {"ownerId", REPORT_PERSON},
	[P_COMPANY] = {"companyId", REPORT_ID},
	[P__COUNT] = {NULL, REPORT_ID},
};

/* What the figures are made of. */
static const char *const figured[] = {"event.name", "event.status", "event.eventType",
	"event.startAt", "event.companyId", "event.currency", "event.budget", "event.plannedTotal",
	"event.agreedTotal", "event.margin", "event.paidIn", "event.paidOut", "event.ownerId",
	"company.name", NULL};

static const struct report_part parts[] = {
	{.key = "byCurrency", .kind = KIND_CURRENCY, .members = currency},
	{.key = "byType", .kind = KIND_TYPE, .members = type},
	{.key = "byMonth", .kind = KIND_MONTH, .members = month},
	{.key = "byEvent", .kind = KIND_EVENT, .members = event},
	{0},
};

static const char *const reads[] = {"event", NULL};

static const struct report report = {
	.sql = MARGIN_SQL,
	.reads = reads,
	.figured = figured,
	.params = params,
	.parts = parts,
	.own_param = -1,
};

/* clang-format off */
#define COUNT         "{\"type\":\"integer\",\"minimum\":0}"
#define MONEY         "{\"type\":\"number\"}"
#define MONEY_OR_NULL "{\"type\":[\"number\",\"null\"]}"
#define ID            "{\"type\":\"string\",\"format\":\"uuid\"}"
#define TEXT_OR_NULL  "{\"type\":[\"string\",\"null\"]}"
#define SCHEMA_SUMS   "\"currency\":{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}$\"},\"events\":" COUNT "," \
	"\"withoutMargin\":{\"type\":\"integer\",\"minimum\":0,\"description\":\"Events with an invoice in " \
	"another currency\"},\"budget\":" MONEY ",\"planned\":" MONEY ",\"agreed\":" MONEY "," \
	"\"invoiced\":" MONEY ",\"margin\":" MONEY ",\"marginPercent\":" MONEY_OR_NULL \
	",\"paidIn\":" MONEY ",\"paidOut\":" MONEY
#define ROWS(...)     "{\"type\":\"array\",\"maxItems\":500,\"items\":{\"type\":\"object\",\"properties\":{" \
	__VA_ARGS__ "}}}"

static const struct route_doc doc = {
	.summary = "What events bring and cost, each and in sums by currency, kind and month",
	.tag = "Reports",
	.parameters = "[{\"name\":\"from\",\"in\":\"query\",\"schema\":{\"type\":\"string\",\"format\":\"date\"},"
		      "\"description\":\"First day on which an event starts.\"},"
		      "{\"name\":\"to\",\"in\":\"query\",\"schema\":{\"type\":\"string\",\"format\":\"date\"}},"
		      "{\"name\":\"ownerId\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		      "\"description\":\"An id, or me.\"},"
		      "{\"name\":\"companyId\",\"in\":\"query\",\"schema\":" ID "}]",
	.response = "{\"type\":\"object\",\"properties\":{"
		    "\"byCurrency\":" ROWS(SCHEMA_SUMS) ","
		    "\"byType\":" ROWS("\"eventType\":" TEXT_OR_NULL "," SCHEMA_SUMS) ","
		    "\"byMonth\":" ROWS("\"month\":{\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}$\"},"
			SCHEMA_SUMS) ","
		    "\"byEvent\":" ROWS("\"eventId\":" ID ",\"event\":{\"type\":\"string\"},"
			"\"status\":{\"type\":\"string\"},\"eventType\":" TEXT_OR_NULL ","
			"\"startAt\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},"
			"\"companyId\":{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"},"
			"\"company\":" TEXT_OR_NULL ",\"currency\":{\"type\":\"string\"},"
			"\"budget\":" MONEY_OR_NULL ",\"planned\":" MONEY ",\"agreed\":" MONEY ","
			"\"invoiced\":" MONEY_OR_NULL ",\"margin\":" MONEY_OR_NULL ","
			"\"marginPercent\":" MONEY_OR_NULL ",\"paidIn\":" MONEY ",\"paidOut\":" MONEY) "}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/reports/event-margin", .handle = report_handle, .data = &report, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/reports/event-margin", .handle = report_handle, .data = &report, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_event_margin = {
	.name = "event_margin",
	.routes = routes,
};
