/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/invoice-ageing: what is owed on the invoices that the caller may see, by how late it is.
 *
 * Late counts in days from the due date to today in the organisation's time zone. Sums stand by currency and
 * are never mixed; one pass over the open invoices makes those of all and those of each company, of which the
 * two hundred that owe most are told.
 */
#include "core/caller.h"
#include "core/feature.h"
#include "core/records.h"
#include "core/report.h"
#include "core/unit.h"

enum { KIND_CURRENCY, KIND_COMPANY };

enum column {
	C_KIND,
	C_CURRENCY,
	C_COMPANY_ID,
	C_COMPANY,
	C_INVOICES,
	C_TOTAL,
	C_CURRENT,
	C_TO_30,
	C_TO_60,
	C_TO_90,
	C_OVER_90,
	C_FILTER
};

#define AGEING_SQL                                                                               \
	"with open as (select i.currency, i.company_id, i.balance, app_today() - i.due_date as " \
	"late"                                                                                   \
	" from invoices i where i.org_id = $1::uuid and i.deleted_at is null"                    \
	" and i.issued_at is not null and i.balance > 0"                                         \
	" and case when $2::uuid is null then true else i.owner_id = $2::uuid end"               \
	" and case when $3::uuid is null then true else i.company_id = $3::uuid end),"           \
	" sums as (select grouping(company_id) as every, currency, company_id,"                  \
	" count(*) as invoices, sum(balance) as total,"                                          \
	" coalesce(sum(balance) filter (where late <= 0), 0) as to_0,"                           \
	" coalesce(sum(balance) filter (where late between 1 and 30), 0) as to_30,"              \
	" coalesce(sum(balance) filter (where late between 31 and 60), 0) as to_60,"             \
	" coalesce(sum(balance) filter (where late between 61 and 90), 0) as to_90,"             \
	" coalesce(sum(balance) filter (where late > 90), 0) as over"                            \
	" from open group by grouping sets ((currency), (currency, company_id))),"               \
	" placed as (select s.*, row_number() over (partition by every, currency"                \
	" order by total desc, company_id) as place from sums s)"                                \
	" select 1 - s.every as kind, s.currency, s.company_id, c.name, s.invoices, s.total,"    \
	" s.to_0, s.to_30, s.to_60, s.to_90, s.over,"                                            \
	" E'issuedAt[null]=false\\nbalance[gt]=0\\ncurrency=' || s.currency"                     \
	" || coalesce(E'\\nownerId=' || $2::uuid, '') || coalesce(E'\\ncompanyId='"              \
	" || coalesce(s.company_id, $3::uuid), '') from placed s"                                \
	" left join companies c on c.org_id = $1::uuid and c.id = s.company_id"                  \
	" where s.place <= 200 order by kind, s.currency, s.place"

enum { OF_OWNER, OF_COMPANY, OF__COUNT };

static const struct report_param params[] = {
	[OF_OWNER] = {"ownerId", REPORT_PERSON},
	[OF_COMPANY] = {"companyId", REPORT_ID},
	{NULL, REPORT_DAY},
};

#define SUMS                                                                              \
	{"invoices", C_INVOICES, REPORT_RAW}, {"total", C_TOTAL, REPORT_RAW},             \
		{"notDue", C_CURRENT, REPORT_RAW}, {"days1To30", C_TO_30, REPORT_RAW},    \
		{"days31To60", C_TO_60, REPORT_RAW}, {"days61To90", C_TO_90, REPORT_RAW}, \
		{"over90", C_OVER_90, REPORT_RAW}, {"filter", C_FILTER, REPORT_FILTER},   \
	{                                                                                 \
		NULL, 0, REPORT_TEXT                                                      \
	}

static const struct report_member currency_members[] = {
	{"currency", C_CURRENCY, REPORT_TEXT}, SUMS};
static const struct report_member company_members[] = {{"companyId", C_COMPANY_ID, REPORT_TEXT},
	{"company", C_COMPANY, REPORT_TEXT}, {"currency", C_CURRENCY, REPORT_TEXT}, SUMS};

/* What the figures are made of: a sum tells what it sums. */
static const char *const figured[] = {"invoice.companyId", "invoice.ownerId", "invoice.currency",
	"invoice.dueDate", "invoice.balance", "company.name", NULL};

static enum err handle_get(struct request *req)
{
	enum scope scope = caller_scope(req->caller, resource_find(STR("invoice")), VERB_READ);
	struct str of[OF__COUNT];
	struct db_result rows;
	struct json json;
	enum err err;

	if (scope == SCOPE_NONE)
		return ERR_FORBIDDEN;
	err = record_needs(req, RULE_READ, figured);
	if (!err)
		err = report_read(req, params, of);
	/* Row security says so too; said here it finds the index. */
	if (scope == SCOPE_OWN && !of[OF_OWNER].ptr)
		of[OF_OWNER] = req->caller->user_id;
	if (!err)
		err = unit_query(req, DB_SLOW, NULL,
			&SQL(AGEING_SQL, req->caller->org_id, of[OF_OWNER], of[OF_COMPANY]), &rows);
	if (err)
		return err;
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	report_write_rows(&json, "byCurrency", &rows, KIND_CURRENCY, currency_members);
	report_write_rows(&json, "byCompany", &rows, KIND_COMPANY, company_members);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

/* clang-format off */
#define MONEY        "{\"type\":\"number\"}"
#define ID           "{\"type\":\"string\",\"format\":\"uuid\"}"
#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"
#define OBJECT(...)  "{\"type\":\"object\",\"properties\":{" __VA_ARGS__ "}}"
#define ROWS(...)    "{\"type\":\"array\",\"items\":" OBJECT(__VA_ARGS__) "}"
#define SUM_SCHEMA   "\"currency\":{\"type\":\"string\"},\"invoices\":{\"type\":\"integer\"},\"total\":" MONEY \
	",\"notDue\":" MONEY ",\"days1To30\":" MONEY ",\"days31To60\":" MONEY ",\"days61To90\":" MONEY \
	",\"over90\":" MONEY ",\"filter\":" REPORT_FILTER_SCHEMA

static const struct route_doc doc = {
	.summary = "What is owed on invoices, by how late it is, currency and company",
	.tag = "Reports",
	.parameters = "[{\"name\":\"ownerId\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		      "\"description\":\"An id, or me.\"},"
		      "{\"name\":\"companyId\",\"in\":\"query\",\"schema\":" ID "}]",
	.response = OBJECT("\"byCurrency\":" ROWS(SUM_SCHEMA) ","
			   "\"byCompany\":" ROWS("\"companyId\":" ID ",\"company\":" TEXT_OR_NULL "," SUM_SCHEMA)),
	.status = 200,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/reports/invoice-ageing", .handle = handle_get, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/reports/invoice-ageing", .handle = handle_get, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_invoice_ageing = {
	.name = "invoice_ageing",
	.routes = routes,
};
