/* SPDX-License-Identifier: Apache-2.0 */
/* Invoices on their way: issued, sent, voided and credited (migrations, document_flows). */
#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "core/feature.h"
#include "core/form.h"
#include "core/sign_in_schema.h"
#include "core/unit.h"
#include "feature/document.h"

#define SQL_ISSUE "select invoice_issue($1, $2)"
#define SQL_SEND "select invoice_send($1, $2)"
#define SQL_VOID "select invoice_void($1, $2, $3)"
#define SQL_CREDIT "select note from invoice_credit($1, $2::jsonb, $3, $4)"

static enum err begin(struct request *req, enum verb verb, struct record_flow *flow)
{
	return document_begin(req, "invoice", verb, flow);
}

/* --- issue, send, void -------------------------------------------------------------------------- */

static enum err handle_issue(struct request *req)
{
	struct record_flow flow;
	enum err err = begin(req, VERB_ISSUE, &flow);

	if (!err)
		err = document_call(&flow, SQL(SQL_ISSUE, flow.id, flow.versions));
	return err ? err : document_answer(req, "invoice", flow.id, 200);
}

static enum err handle_send(struct request *req)
{
	struct record_flow flow;
	enum err err = begin(req, VERB_ISSUE, &flow);

	if (!err)
		err = document_call(&flow, SQL(SQL_SEND, flow.id, flow.versions));
	if (!err)
		err = document_share(&flow, false);
	return err ? err : document_answer(req, "invoice", flow.id, 200);
}

static enum err handle_void(struct request *req)
{
	struct record_flow flow;
	struct str reason;
	enum err err = begin(req, VERB_CORRECT, &flow);

	if (!err)
		err = form_read(req, &record_flow_reason, &reason);
	if (!err)
		err = document_call(&flow, SQL(SQL_VOID, flow.id, reason, flow.versions));
	return err ? err : document_answer(req, "invoice", flow.id, 200);
}

/* --- credit ------------------------------------------------------------------------------------- */

enum { CREDIT_LINES, CREDIT_REASON, CREDIT_ISSUE, CREDIT__COUNT };

static const struct form credit_form = {
	.fields =
		(const struct form_field[]){
			[CREDIT_LINES] = {{.name = "lines", .kind = FIELD_JSON}, false},
			[CREDIT_REASON] = {{.name = "reason", .kind = FIELD_TEXT, .max_len = 500},
				false},
			[CREDIT_ISSUE] = {{.name = "issue", .kind = FIELD_BOOLEAN}, false},
			[CREDIT__COUNT] = {{0}, false},
		},
	.may_be_empty = true,
};

/* Digits, a point and at most three digits more, and not nothing. */
static bool is_quantity(struct str text)
{
	size_t point = str_find_char(text, '.');
	bool some = false;

	if (text.len == 0 || point == 0 || point > 11 || text.len > point + 4)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (i != point && (text.ptr[i] < '0' || text.ptr[i] > '9'))
			return false;
		some |= i != point && text.ptr[i] != '0';
	}
	return some;
}

static void complain(struct request *req, size_t i, const char *member, const char *message)
{
	problem_add(&req->problem, arena_printf(req->arena, "lines[%zu]%s", i, member), "INVALID",
		"%s", message);
}

static void check_line(struct request *req, size_t i, const struct json_value *line)
{
	const struct json_value *quantity = json_get(line, "quantity");
	struct str id;

	if (line->type != JSON_OBJECT) {
		complain(req, i, "", "Must be an object.");
		return;
	}
	for (const struct json_value *m = line->first; m; m = m->next)
		if (!str_is(m->key, "quantity") && !str_is(m->key, "invoiceLineId"))
			complain(req, i, "", "Takes invoiceLineId and quantity.");
	if (record_id(req, json_get_str(line, "invoiceLineId"), &id) != ERR_OK)
		complain(req, i, ".invoiceLineId", "Must be an id.");
	if (quantity && quantity->type != JSON_NULL && !is_quantity(quantity->text))
		complain(req, i, ".quantity", "Must be a number above 0 with at most 3 decimals.");
}

static enum err check_lines(struct request *req, struct str text)
{
	struct json_value *list;
	size_t i = 0;

	if (!text.ptr)
		return ERR_OK;
	if (json_read(req->arena, text, &req->problem, &list) || list->type != JSON_ARRAY ||
		list->count == 0 || list->count > 500)
		problem_add(&req->problem, STR("lines"), "INVALID",
			"Must be a list of 1 to 500 lines.");
	else
		for (const struct json_value *line = list->first; line; line = line->next)
			check_line(req, i++, line);
	return problem_has_details(&req->problem) ? ERR_INVALID : ERR_OK;
}

static enum err credit(struct record_flow *flow, const struct str *in, struct db_result *row_out)
{
	struct request *req = flow->req;
	enum err err = unit_query(req, DB_WRITE, flow->query.resource,
		&SQL(SQL_CREDIT, flow->id, in[CREDIT_LINES], in[CREDIT_REASON], flow->versions),
		row_out);

	if (!err && !db_value(row_out, 0, 0).ptr)
		err = record_why_not(req, flow->query.resource, flow->id, flow->versions);
	if (err || !str_is(in[CREDIT_ISSUE], "true"))
		return err;
	flow->id = db_value(row_out, 0, 0);
	flow->versions = STR_NONE;
	return document_call(flow, SQL(SQL_ISSUE, flow->id, STR_NONE));
}

static enum err handle_credit(struct request *req)
{
	struct str in[CREDIT__COUNT];
	struct record_flow flow;
	struct db_result row;
	enum err err = begin(req, VERB_CORRECT, &flow);

	if (!err)
		err = record_may(req, flow.query.resource, VERB_CREATE);
	if (!err)
		err = form_read(req, &credit_form, in);
	if (!err)
		err = check_lines(req, in[CREDIT_LINES]);
	if (!err)
		err = credit(&flow, in, &row);
	if (err)
		return err;
	return document_answer(req, "invoice", db_value(&row, 0, 0), 201);
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define ERRORS ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_STALE | \
	ROUTE_ERR_INVALID | ROUTE_ERR_BODY
#define IF_MATCH "[{\"$ref\":\"#/components/parameters/IfMatch\"}]"
#define INVOICE "{\"$ref\":\"#/components/schemas/Invoice\"}"

static const struct route_doc issue_doc = {
	.summary = "Issue an invoice, a deposit or a credit note: it gets its number and keeps its text; again answers the same",
	.tag = "Documents", .response = INVOICE, .status = 200, .parameters = IF_MATCH, .errors = ERRORS,
};
static const struct route_doc send_doc = {
	.summary = "Send an issued document: it gets a link for the customer; again answers the same",
	.tag = "Documents", .response = INVOICE, .status = 200, .parameters = IF_MATCH, .errors = ERRORS,
};
static const struct route_doc void_doc = {
	.summary = "Void an invoice that is neither paid, credited nor delivered",
	.tag = "Documents",
	.request = "{\"type\":\"object\",\"required\":[\"reason\"],\"properties\":{"
		   "\"reason\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":500}}}",
	.response = INVOICE, .status = 200, .parameters = IF_MATCH, .errors = ERRORS,
};
static const struct route_doc credit_doc = {
	.summary = "Make a credit note over all that is left of an invoice, or over some of its lines; over all again answers the same",
	.tag = "Documents",
	.request = "{\"type\":\"object\",\"properties\":{"
		   "\"lines\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"object\",\"required\":[\"invoiceLineId\"],"
		   "\"properties\":{\"invoiceLineId\":" SCHEMA_ID ",\"quantity\":{\"type\":[\"number\",\"string\",\"null\"],"
		   "\"description\":\"All that is left unless said otherwise\"}}}},"
		   "\"reason\":{\"type\":[\"string\",\"null\"],\"maxLength\":500},"
		   "\"issue\":{\"type\":[\"boolean\",\"null\"],\"description\":\"Issue it at once; else it is a draft\"}}}",
	.response = INVOICE, .status = 201, .parameters = IF_MATCH, .errors = ERRORS,
};

#define ROUTE(path, handler, about)                                                                \
	{.method = HTTP_POST, .pattern = "/api/v1/" path, .handle = handler, .doc = about},        \
	{.method = HTTP_POST, .pattern = "/api/" path, .handle = handler, .flags = ROUTE_UNDOCUMENTED}

static const struct route routes[] = {
	ROUTE("invoices/{id}/issue", handle_issue, &issue_doc),
	ROUTE("invoices/{id}/send", handle_send, &send_doc),
	ROUTE("invoices/{id}/void", handle_void, &void_doc),
	ROUTE("invoices/{id}/credit", handle_credit, &credit_doc),
	{0},
};
/* clang-format on */

const struct feature feature_invoice_flow = {
	.name = "invoice_flow",
	.routes = routes,
};
