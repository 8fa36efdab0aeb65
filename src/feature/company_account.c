/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/companies/{id}/account: what a company owes and what credit it has, as far as the caller may see
 * its invoices and payments.
 *
 * Sums stand by currency and are never mixed; invoices and payments with credit are listed oldest first, a
 * hundred of each, while the sums count all. Late is late in the organisation's time zone.
 */
#include "core/caller.h"
#include "core/feature.h"
#include "core/records.h"
#include "core/report.h"
#include "core/sql.h"
#include "core/unit.h"

enum { KIND_SUM, KIND_INVOICE, KIND_CREDIT };

enum column {
	C_KIND,
	C_ID,
	C_NUMBER,
	C_CURRENCY,
	C_DATE,
	C_DUE,
	C_TOTAL,
	C_LEFT,
	C_DAYS,
	C_OVERDUE,
	C_CREDIT,
	C_COUNT,
	C_LATE
};

#define ACCOUNT_SQL                                                                             \
	"with today as (select app_today() as day),"                                            \
	" open as (select i.id, i.number, i.currency, i.issue_date, i.due_date, i.total,"       \
	" i.balance, greatest(t.day - i.due_date, 0) as days"                                   \
	" from invoices i cross join today t"                                                   \
	" where i.org_id = $1::uuid and i.company_id = $2::uuid and i.issued_at is not null"    \
	" and i.balance > 0 and i.deleted_at is null),"                                         \
	" credit as (select p.id, p.number, p.currency, p.paid_at, p.amount, p.unallocated"     \
	" from payments p where p.org_id = $1::uuid and p.company_id = $2::uuid"                \
	" and p.unallocated > 0 and p.deleted_at is null),"                                     \
	" moves as (select currency, balance, days, 0::numeric as credit from open"             \
	" union all select currency, null, 0, unallocated from credit)"                         \
	" select 0 as kind, null::uuid as id, null as number, currency, null::date as date,"    \
	" null::date as due, null::numeric as total, coalesce(sum(balance), 0) as remains,"     \
	" null::int as days, coalesce(sum(balance) filter (where days > 0), 0), sum(credit),"   \
	" count(balance), count(balance) filter (where days > 0) from moves group by currency"  \
	" union all (select 1, id, number, currency, issue_date, due_date, total, balance,"     \
	" days, null, null, null, null from open order by due_date, id limit 100)"              \
	" union all (select 2, id, number, currency, paid_at, null, amount, unallocated, null," \
	" null, null, null, null from credit order by paid_at, id limit 100)"                   \
	" order by kind, due, date, currency, id"

static const struct report_member sum_members[] = {{"currency", C_CURRENCY, REPORT_TEXT},
	{"open", C_LEFT, REPORT_RAW}, {"overdue", C_OVERDUE, REPORT_RAW},
	{"credit", C_CREDIT, REPORT_RAW}, {"openInvoices", C_COUNT, REPORT_RAW},
	{"overdueInvoices", C_LATE, REPORT_RAW}, {NULL, 0, REPORT_TEXT}};
static const struct report_member invoice_members[] = {{"id", C_ID, REPORT_TEXT},
	{"number", C_NUMBER, REPORT_TEXT}, {"currency", C_CURRENCY, REPORT_TEXT},
	{"issueDate", C_DATE, REPORT_TEXT}, {"dueDate", C_DUE, REPORT_TEXT},
	{"total", C_TOTAL, REPORT_RAW}, {"balance", C_LEFT, REPORT_RAW},
	{"daysOverdue", C_DAYS, REPORT_RAW}, {NULL, 0, REPORT_TEXT}};
static const struct report_member credit_members[] = {{"paymentId", C_ID, REPORT_TEXT},
	{"number", C_NUMBER, REPORT_TEXT}, {"currency", C_CURRENCY, REPORT_TEXT},
	{"paidAt", C_DATE, REPORT_TEXT}, {"amount", C_TOTAL, REPORT_RAW},
	{"unallocated", C_LEFT, REPORT_RAW}, {NULL, 0, REPORT_TEXT}};

static void answer(struct request *req, struct str company, const struct db_result *rows)
{
	struct json json = response_json(req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_str(&json, "companyId", company);
	report_write_rows(&json, "currencies", rows, KIND_SUM, sum_members);
	report_write_rows(&json, "invoices", rows, KIND_INVOICE, invoice_members);
	report_write_rows(&json, "credits", rows, KIND_CREDIT, credit_members);
	json_end(&json);
	json_end(&json);
}

/* What the figures are made of. */
static const char *const figured[] = {"invoice.number", "invoice.companyId", "invoice.currency",
	"invoice.issueDate", "invoice.dueDate", "invoice.total", "invoice.balance",
	"payment.number", "payment.companyId", "payment.currency", "payment.paidAt",
	"payment.amount", "payment.unallocated", NULL};

static enum err may_read(struct request *req)
{
	static const char *const entities[] = {"company", "invoice", "payment"};
	enum err err = ERR_OK;

	for (size_t i = 0; i < ARRAY_LEN(entities) && !err; i++)
		err = record_may(req, resource_find(str_of(entities[i])), VERB_READ);
	return err ? err : record_needs(req, RULE_READ, figured);
}

static enum err handle_get(struct request *req)
{
	const struct resource *companies = resource_find(STR("company"));
	struct db_result results[2];
	struct str id;
	enum err err = may_read(req);

	if (!err)
		err = record_id(req, req->params[0], &id);
	if (err)
		return err;
	if (req->query.len)
		return problem_set(
			&req->problem, ERR_BAD_PARAMETER, "There are no parameters here.");
	struct db_stmt stmts[] = {
		sql_visible(companies, req, id), SQL(ACCOUNT_SQL, req->caller->org_id, id)};
	err = unit_run(req, DB_SLOW, companies, stmts, ARRAY_LEN(stmts), results);
	if (!err && results[0].rows == 0)
		err = ERR_NOT_FOUND;
	if (!err)
		answer(req, id, &results[1]);
	return err;
}

/* clang-format off */
#define COUNT        "{\"type\":\"integer\",\"minimum\":0}"
#define MONEY        "{\"type\":\"number\",\"minimum\":0}"
#define ID           "{\"type\":\"string\",\"format\":\"uuid\"}"
#define TEXT         "{\"type\":\"string\"}"
#define DAY          "{\"type\":\"string\",\"format\":\"date\"}"
#define OBJECT(...)  "{\"type\":\"object\",\"properties\":{" __VA_ARGS__ "}}"
#define ROWS(...)    "{\"type\":\"array\",\"items\":" OBJECT(__VA_ARGS__) "}"

static const struct route_doc doc = {
	.summary = "What a company owes, what of it is late, and its credit, by currency",
	.tag = "Companies",
	.response = OBJECT(
		"\"companyId\":" ID ","
		"\"currencies\":" ROWS(
			"\"currency\":" TEXT ",\"open\":" MONEY ",\"overdue\":" MONEY ",\"credit\":" MONEY ","
			"\"openInvoices\":" COUNT ",\"overdueInvoices\":" COUNT) ","
		"\"invoices\":" ROWS(
			"\"id\":" ID ",\"number\":" TEXT ",\"currency\":" TEXT ",\"issueDate\":" DAY ","
			"\"dueDate\":" DAY ",\"total\":" MONEY ",\"balance\":" MONEY ",\"daysOverdue\":" COUNT) ","
		"\"credits\":" ROWS(
			"\"paymentId\":" ID ",\"number\":" TEXT ",\"currency\":" TEXT ",\"paidAt\":" DAY ","
			"\"amount\":" MONEY ",\"unallocated\":" MONEY)),
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/companies/{id}/account", .handle = handle_get, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/v1/customers/{id}/account", .handle = handle_get, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_GET, .pattern = "/api/v1/clients/{id}/account", .handle = handle_get, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_GET, .pattern = "/api/companies/{id}/account", .handle = handle_get, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_company_account = {
	.name = "company_account",
	.routes = routes,
};
