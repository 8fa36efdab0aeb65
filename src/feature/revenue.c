/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/revenue: what was invoiced net of tax, by month, client and product, as far as the
 * caller may see invoices.
 *
 * Invoices and deposits count by their date of issue, credit notes against them; what a final invoice deducts
 * for a deposit has been counted with the deposit. Amounts are in the organisation's currency by the rate that
 * an invoice was issued with; those issued without one are told by their currency instead. A line of prices
 * that include tax counts without its tax, rounded by itself, so that lines may differ from the whole by
 * cents. One pass over the lines and one over the invoices make all groups; of clients and products the two
 * hundred first are told.
 */
#include "core/caller.h"
#include "core/feature.h"
#include "core/records.h"
#include "core/report.h"
#include "core/unit.h"

enum { KIND_TOTAL, KIND_MONTH, KIND_COMPANY, KIND_PRODUCT, KIND_UNCONVERTED };

enum column { C_KIND, C_ID, C_NAME, C_COUNT, C_NET, C_QUANTITY };

#define REVENUE_SQL                                                                            \
	"with counted as (select i.id, i.company_id, i.currency, i.prices_include_tax,"        \
	" to_char(i.issue_date, 'YYYY-MM') as month, case i.type when 'credit_note' then -1"   \
	" else 1 end as sign, i.exchange_rate as rate, i.subtotal as net from invoices i"      \
	" where i.org_id = $1::uuid and i.deleted_at is null and i.issued_at is not null"      \
	" and i.voided_at is null"                                                             \
	" and i.issue_date between coalesce($2::date, '-infinity') and coalesce($3::date,"     \
	" 'infinity')"                                                                         \
	" and case when $4::uuid is null then true else i.owner_id = $4::uuid end"             \
	" and case when $5::uuid is null then true else i.company_id = $5::uuid end),"         \
	" whole as (select case when grouping(month) = 0 then 1 when grouping(company_id) = 0" \
	" then 2 else 0 end as kind, month, company_id, count(*) as n,"                        \
	" coalesce(sum(sign * net * rate), 0) as net from counted where rate is not null"      \
	" group by grouping sets ((), (month), (company_id))),"                                \
	" sold as (select l.product_id, count(distinct l.invoice_id) as n,"                    \
	" sum(c.sign * c.rate * case when c.prices_include_tax"                                \
	" then round(l.amount * 100 / (100 + coalesce(l.tax_rate, 0)), 2) else l.amount end)"  \
	" as net, sum(c.sign * l.quantity) as quantity"                                        \
	" from counted c join invoice_lines l on l.org_id = $1::uuid and l.invoice_id = c.id"  \
	" where c.rate is not null and l.deleted_at is null and l.kind in ('item', 'deposit')" \
	" group by l.product_id),"                                                             \
	" rows as (select w.kind, w.company_id as id, coalesce(w.month, k.name) as name, w.n," \
	" w.net, null::numeric as quantity from whole w"                                       \
	" left join companies k on k.org_id = $1::uuid and k.id = w.company_id"                \
	" union all select 3, s.product_id, p.name, s.n, s.net,"                               \
	" case when s.product_id is not null then s.quantity end from sold s"                  \
	" left join products p on p.org_id = $1::uuid and p.id = s.product_id"                 \
	" union all select 4, null, currency, count(*), sum(sign * net), null from counted"    \
	" where rate is null group by currency),"                                              \
	" placed as (select r.*, row_number() over (partition by kind order by"                \
	" case kind when 1 then name end, net desc, name, id) as place from rows r)"           \
	" select kind, id, name, n, net::numeric(20,2), quantity from placed"                  \
	" where kind = 1 or place <= 200 order by kind, place"

enum { OF_FROM, OF_TO, OF_OWNER, OF_COMPANY, OF__COUNT };

static const struct report_param params[] = {
	[OF_FROM] = {"from", REPORT_DAY},
	[OF_TO] = {"to", REPORT_DAY},
	[OF_OWNER] = {"ownerId", REPORT_PERSON},
	[OF_COMPANY] = {"companyId", REPORT_ID},
	{NULL, REPORT_DAY},
};

static const struct report_member month_members[] = {{"month", C_NAME, REPORT_TEXT},
	{"invoices", C_COUNT, REPORT_RAW}, {"net", C_NET, REPORT_RAW}, {NULL, 0, REPORT_TEXT}};
static const struct report_member company_members[] = {{"companyId", C_ID, REPORT_TEXT},
	{"company", C_NAME, REPORT_TEXT}, {"invoices", C_COUNT, REPORT_RAW},
	{"net", C_NET, REPORT_RAW}, {NULL, 0, REPORT_TEXT}};
static const struct report_member product_members[] = {{"productId", C_ID, REPORT_TEXT},
	{"product", C_NAME, REPORT_TEXT}, {"invoices", C_COUNT, REPORT_RAW},
	{"quantity", C_QUANTITY, REPORT_RAW}, {"net", C_NET, REPORT_RAW}, {NULL, 0, REPORT_TEXT}};
static const struct report_member currency_members[] = {{"currency", C_NAME, REPORT_TEXT},
	{"invoices", C_COUNT, REPORT_RAW}, {"net", C_NET, REPORT_RAW}, {NULL, 0, REPORT_TEXT}};

/* The total is the one row that is always there. */
static void answer(struct request *req, const struct db_result *rows)
{
	struct json json = response_json(req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_str(&json, "currency", req->caller->currency);
	json_member_raw(&json, "net", db_value(rows, 0, C_NET));
	json_member_raw(&json, "invoices", db_value(rows, 0, C_COUNT));
	report_write_rows(&json, "byMonth", rows, KIND_MONTH, month_members);
	report_write_rows(&json, "byCompany", rows, KIND_COMPANY, company_members);
	report_write_rows(&json, "byProduct", rows, KIND_PRODUCT, product_members);
	report_write_rows(&json, "unconverted", rows, KIND_UNCONVERTED, currency_members);
	json_end(&json);
	json_end(&json);
}

/* What the figures are made of: a sum tells what it sums. */
static const char *const figured[] = {"invoice.type", "invoice.companyId", "invoice.ownerId",
	"invoice.currency", "invoice.issueDate", "invoice.exchangeRate", "invoice.subtotal",
	"invoice_line.productId", "invoice_line.quantity", "invoice_line.amount",
	"invoice_line.taxRate", "company.name", "product.name", NULL};

static enum err handle_get(struct request *req)
{
	enum scope scope = caller_scope(req->caller, resource_find(STR("invoice")), VERB_READ);
	struct str of[OF__COUNT];
	struct db_result rows;
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
			&SQL(REVENUE_SQL, req->caller->org_id, of[OF_FROM], of[OF_TO], of[OF_OWNER],
				of[OF_COMPANY]),
			&rows);
	if (!err)
		answer(req, &rows);
	return err;
}

/* clang-format off */
#define COUNT        "{\"type\":\"integer\",\"minimum\":0}"
#define MONEY        "{\"type\":\"number\"}"
#define ID           "{\"type\":\"string\",\"format\":\"uuid\"}"
#define ID_OR_NULL   "{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}"
#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"
#define OBJECT(...)  "{\"type\":\"object\",\"properties\":{" __VA_ARGS__ "}}"
#define ROWS(...)    "{\"type\":\"array\",\"items\":" OBJECT(__VA_ARGS__ ",\"invoices\":" COUNT ",\"net\":" MONEY) "}"
#define DAY(name)    "{\"name\":\"" name "\",\"in\":\"query\",\"schema\":{\"type\":\"string\",\"format\":\"date\"}}"

static const struct route_doc doc = {
	.summary = "What was invoiced net of tax, by month, client and product",
	.tag = "Reports",
	.parameters = "[" DAY("from") "," DAY("to") ","
		      "{\"name\":\"ownerId\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		      "\"description\":\"An id, or me.\"},"
		      "{\"name\":\"companyId\",\"in\":\"query\",\"schema\":" ID "}]",
	.response = OBJECT(
		"\"currency\":{\"type\":\"string\"},\"net\":" MONEY ",\"invoices\":" COUNT ","
		"\"byMonth\":" ROWS("\"month\":{\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}$\"}") ","
		"\"byCompany\":" ROWS("\"companyId\":" ID ",\"company\":" TEXT_OR_NULL) ","
		"\"byProduct\":" ROWS("\"productId\":" ID_OR_NULL ",\"product\":" TEXT_OR_NULL ","
			"\"quantity\":{\"type\":[\"number\",\"null\"]}") ","
		"\"unconverted\":" ROWS("\"currency\":{\"type\":\"string\"}")),
	.status = 200,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/reports/revenue", .handle = handle_get, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/reports/revenue", .handle = handle_get, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_revenue = {
	.name = "revenue",
	.routes = routes,
};
