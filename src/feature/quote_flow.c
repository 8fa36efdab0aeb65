/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quotes on their way: made of a deal, sent, accepted, declined, cancelled, revised and invoiced.
 *
 * Each is a function of the database (migrations, document_flows). A quote of a deal is made as a POST of
 * one would be, with the deal's customer, currency and lines where the client says nothing.
 */
#include "base/json_read.h"
#include "core/feature.h"
#include "core/form.h"
#include "core/sign_in_schema.h"
#include "core/unit.h"
#include "core/validate.h"
#include "feature/document.h"

#define SQL_SEND "select quote_send($1, $2)"
#define SQL_ACCEPT "select quote_accept($1, $2, $3::uuid[], $4)"
#define SQL_WIN "select quote_win($1)"
#define SQL_DECLINE "select quote_decline($1, $2, $3)"
#define SQL_CANCEL "select quote_cancel($1, $2)"
#define SQL_REVISE "select quote_revise($1, $2)"
#define SQL_INVOICE "select invoice from quote_invoice($1, $2, $3)"
#define SQL_DEAL                                                                                \
	"select name, company_id, contact_id, currency, owner_id from deals where org_id = $1 " \
	"and id = $2 and deleted_at is null"
#define SQL_DEAL_LINES "select quote_take_deal($1, $2)"

static enum err begin(struct request *req, struct record_flow *flow)
{
	return document_begin(req, "quote", VERB_ISSUE, flow);
}

static enum err answer(const struct record_flow *flow)
{
	return document_answer(flow->req, "quote", flow->id, 200);
}

/* --- send, cancel, decline ---------------------------------------------------------------------- */

static enum err handle_send(struct request *req)
{
	struct record_flow flow;
	enum err err = begin(req, &flow);

	if (!err)
		err = document_call(&flow, SQL(SQL_SEND, flow.id, flow.versions));
	if (!err)
		err = document_share(&flow, false);
	return err ? err : answer(&flow);
}

static enum err handle_cancel(struct request *req)
{
	struct record_flow flow;
	enum err err = begin(req, &flow);

	if (!err)
		err = document_call(&flow, SQL(SQL_CANCEL, flow.id, flow.versions));
	return err ? err : answer(&flow);
}

static const struct form decline_form = {
	.fields =
		(const struct form_field[]){
			{{.name = "reason", .kind = FIELD_TEXT, .max_len = 1000}, false},
			{{0}, false},
		},
	.may_be_empty = true,
};

static enum err handle_decline(struct request *req)
{
	struct record_flow flow;
	struct str reason;
	enum err err = begin(req, &flow);

	if (!err)
		err = form_read(req, &decline_form, &reason);
	if (!err)
		err = document_call(&flow, SQL(SQL_DECLINE, flow.id, reason, flow.versions));
	return err ? err : answer(&flow);
}

/* --- accept ------------------------------------------------------------------------------------- */

enum { ACCEPT_NAME, ACCEPT_LINES, ACCEPT_WIN, ACCEPT__COUNT };

static const struct form accept_form = {
	.fields =
		(const struct form_field[]){
			[ACCEPT_NAME] = {{.name = "name", .kind = FIELD_TEXT, .max_len = 100},
				false},
			[ACCEPT_LINES] = {{.name = "optionalLineIds", .kind = FIELD_JSON}, false},
			[ACCEPT_WIN] = {{.name = "winDeal", .kind = FIELD_BOOLEAN}, false},
			[ACCEPT__COUNT] = {{0}, false},
		},
	.may_be_empty = true,
};

static enum err handle_accept(struct request *req)
{
	struct str in[ACCEPT__COUNT], lines = STR_NONE;
	struct record_flow flow;
	enum err err = begin(req, &flow);

	if (!err)
		err = form_read(req, &accept_form, in);
	if (!err && !document_ids(req, in[ACCEPT_LINES], &lines)) {
		problem_add(
			&req->problem, STR("optionalLineIds"), "INVALID", "Must be a list of ids.");
		err = ERR_INVALID;
	}
	if (!err)
		err = document_call(
			&flow, SQL(SQL_ACCEPT, flow.id, in[ACCEPT_NAME], lines, flow.versions));
	if (!err && str_is(in[ACCEPT_WIN], "true"))
		err = document_call(&flow, SQL(SQL_WIN, flow.id));
	if (err)
		return err;
	unit_changed(req, resource_find(STR("deal")));
	return answer(&flow);
}

/* --- revise ------------------------------------------------------------------------------------- */

static enum err handle_revise(struct request *req)
{
	struct record_flow flow;
	struct db_result row;
	enum err err = begin(req, &flow);

	if (!err)
		err = record_may(req, flow.query.resource, VERB_CREATE);
	if (!err)
		err = unit_query(req, DB_WRITE, flow.query.resource,
			&SQL(SQL_REVISE, flow.id, flow.versions), &row);
	if (!err && !db_value(&row, 0, 0).ptr)
		err = record_why_not(req, flow.query.resource, flow.id, flow.versions);
	return err ? err : document_answer(req, "quote", db_value(&row, 0, 0), 201);
}

/* --- invoice ------------------------------------------------------------------------------------ */

enum { INVOICE_TYPE, INVOICE_PERCENT, INVOICE__COUNT };

static const struct field_option invoice_types[] = {
	{"full", "Full"},
	{"deposit", "Deposit"},
	{NULL, NULL},
};

static const struct form invoice_form = {
	.fields =
		(const struct form_field[]){
			[INVOICE_TYPE] = {{.name = "type",
						  .kind = FIELD_ENUM,
						  .options = invoice_types},
				false},
			[INVOICE_PERCENT] = {{.name = "percent", .kind = FIELD_PERCENT}, false},
			[INVOICE__COUNT] = {{0}, false},
		},
	.may_be_empty = true,
};

static enum err check_percent(struct request *req, const struct str *in)
{
	bool deposit = str_is(in[INVOICE_TYPE], "deposit");
	bool some = in[INVOICE_PERCENT].ptr &&
		strspn(in[INVOICE_PERCENT].ptr, "0.") < in[INVOICE_PERCENT].len;

	if (deposit && !in[INVOICE_PERCENT].ptr)
		problem_add(&req->problem, STR("percent"), "REQUIRED", "Is required of a deposit.");
	else if (deposit && !some)
		problem_add(&req->problem, STR("percent"), "OUT_OF_RANGE", "Must be above 0.");
	else if (!deposit && in[INVOICE_PERCENT].ptr)
		problem_add(&req->problem, STR("percent"), "INVALID", "Only a deposit is a part.");
	return problem_has_details(&req->problem) ? ERR_INVALID : ERR_OK;
}

static enum err handle_invoice(struct request *req)
{
	struct str in[INVOICE__COUNT];
	struct record_flow flow;
	struct db_result row;
	enum err err = document_begin(req, "quote", VERB_READ, &flow);

	if (!err)
		err = record_may(req, resource_find(STR("invoice")), VERB_CREATE);
	if (!err)
		err = form_read(req, &invoice_form, in);
	if (!err)
		err = check_percent(req, in);
	if (!err)
		err = unit_query(req, DB_WRITE, resource_find(STR("invoice")),
			&SQL(SQL_INVOICE, flow.id,
				str_is(in[INVOICE_TYPE], "deposit") ? STR("deposit") : STR("full"),
				in[INVOICE_PERCENT]),
			&row);
	if (err)
		return err;
	if (!db_value(&row, 0, 0).ptr)
		return ERR_NOT_FOUND;
	return document_answer(req, "invoice", db_value(&row, 0, 0), 201);
}

/* --- a quote of a deal -------------------------------------------------------------------------- */

enum { DEAL_NAME, DEAL_COMPANY, DEAL_CONTACT, DEAL_CURRENCY, DEAL_OWNER };

/* The deal's contact belongs to its company: with another customer it is left out. */
static void suggest_deal(
	struct request *req, struct json_value *object, const struct db_result *deal)
{
	bool other = json_get(object, "companyId") != NULL;

	validate_suggest(req, object, "title", JSON_STRING, db_value(deal, 0, DEAL_NAME));
	validate_suggest(req, object, "companyId", JSON_STRING, db_value(deal, 0, DEAL_COMPANY));
	validate_suggest(req, object, "currency", JSON_STRING, db_value(deal, 0, DEAL_CURRENCY));
	if (!other)
		validate_suggest(
			req, object, "contactId", JSON_STRING, db_value(deal, 0, DEAL_CONTACT));
	if (caller_scope(req->caller, resource_find(STR("quote")), VERB_READ) != SCOPE_OWN)
		validate_suggest(
			req, object, "ownerId", JSON_STRING, db_value(deal, 0, DEAL_OWNER));
}

static enum err read_object(struct request *req, struct json_value **object_out)
{
	*object_out = ARENA_NEW(req->arena, struct json_value);
	**object_out = (struct json_value){.type = JSON_OBJECT};
	if (request_header(req, "Content-Type").ptr) {
		enum err err = read_json_body(req, object_out);

		if (err)
			return err;
	}
	if (!json_get(*object_out, "dealId"))
		return ERR_OK;
	problem_add(
		&req->problem, STR("dealId"), "UNKNOWN_FIELD", "It is the deal of the address.");
	return ERR_INVALID;
}

static enum err make(struct request *req, struct str deal_id, struct json_value *object,
	const struct db_result *deal)
{
	struct record_write write = {
		.req = req, .resource = resource_find(STR("quote")), .mode = RECORD_CREATE};
	bool with_lines = json_get(object, "lines") != NULL;
	struct db_result row;
	enum err err;

	suggest_deal(req, object, deal);
	err = validate_members(&write, object);
	if (err)
		return err;
	record_write_set(&write, "dealId", deal_id);
	err = record_insert(&write);
	if (!err && !with_lines)
		err = unit_query(req, DB_WRITE, write.resource,
			&SQL(SQL_DEAL_LINES, write.id, deal_id), &row);
	return err ? err : document_answer(req, "quote", write.id, 201);
}

static enum err handle_deal(struct request *req)
{
	const struct resource *deals = resource_find(STR("deal"));
	struct json_value *object;
	struct db_result deal;
	struct str id;
	enum err err = record_may(req, deals, VERB_READ);

	if (!err)
		err = record_may(req, resource_find(STR("quote")), VERB_CREATE);
	if (!err)
		err = record_id(req, req->params[0], &id);
	if (!err)
		err = read_object(req, &object);
	if (!err)
		err = unit_begin(req);
	if (!err)
		err = unit_query(
			req, DB_WRITE, deals, &SQL(SQL_DEAL, req->caller->org_id, id), &deal);
	if (err)
		return err;
	return deal.rows ? make(req, id, object, &deal) : ERR_NOT_FOUND;
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define ERRORS ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_STALE | \
	ROUTE_ERR_INVALID | ROUTE_ERR_BODY
#define IF_MATCH "[{\"$ref\":\"#/components/parameters/IfMatch\"}]"
#define QUOTE "{\"$ref\":\"#/components/schemas/Quote\"}"
#define INVOICE "{\"$ref\":\"#/components/schemas/Invoice\"}"

static const struct route_doc send_doc = {
	.summary = "Send a quote: it gets its number and a link for the customer, and keeps its text; again answers the same",
	.tag = "Documents", .response = QUOTE, .status = 200, .parameters = IF_MATCH, .errors = ERRORS,
};
static const struct route_doc cancel_doc = {
	.summary = "Cancel a quote that is not invoiced",
	.tag = "Documents", .response = QUOTE, .status = 200, .parameters = IF_MATCH, .errors = ERRORS,
};
static const struct route_doc accept_doc = {
	.summary = "Record that the customer has accepted a quote",
	.tag = "Documents",
	.request = "{\"type\":\"object\",\"properties\":{"
		   "\"name\":{\"type\":[\"string\",\"null\"],\"maxLength\":100,\"description\":\"Who accepted\"},"
		   "\"optionalLineIds\":{\"type\":[\"array\",\"null\"],\"items\":" SCHEMA_ID ",\"description\":"
		   "\"The optional lines that were chosen\"},"
		   "\"winDeal\":{\"type\":[\"boolean\",\"null\"],\"description\":\"Win the quote's deal as well\"}}}",
	.response = QUOTE, .status = 200, .parameters = IF_MATCH, .errors = ERRORS,
};
static const struct route_doc decline_doc = {
	.summary = "Record that the customer has declined a quote",
	.tag = "Documents",
	.request = "{\"type\":\"object\",\"properties\":{"
		   "\"reason\":{\"type\":[\"string\",\"null\"],\"maxLength\":1000}}}",
	.response = QUOTE, .status = 200, .parameters = IF_MATCH, .errors = ERRORS,
};
static const struct route_doc revise_doc = {
	.summary = "Make a new draft of a quote that was sent; the draft that waits is answered again",
	.tag = "Documents", .response = QUOTE, .status = 201, .parameters = IF_MATCH, .errors = ERRORS,
};
static const struct route_doc invoice_doc = {
	.summary = "Invoice a quote, whole or a deposit on it; one that is there already is answered again",
	.tag = "Documents",
	.request = "{\"type\":\"object\",\"properties\":{"
		   "\"type\":{\"enum\":[\"full\",\"deposit\",null],\"default\":\"full\"},"
		   "\"percent\":{\"type\":[\"number\",\"string\",\"null\"],\"description\":\"Of a deposit\"}}}",
	.response = INVOICE, .status = 201, .errors = ERRORS,
};
static const struct route_doc deal_doc = {
	.summary = "Make a quote of a deal: its customer, currency and lines unless said otherwise",
	.tag = "Documents",
	.request = "{\"type\":\"object\",\"additionalProperties\":true,\"description\":\"Fields of the new quote\"}",
	.response = QUOTE, .status = 201, .errors = ERRORS,
};

#define ROUTE(path, handler, about)                                                                \
	{.method = HTTP_POST, .pattern = "/api/v1/" path, .handle = handler, .doc = about},        \
	{.method = HTTP_POST, .pattern = "/api/" path, .handle = handler, .flags = ROUTE_UNDOCUMENTED}

static const struct route routes[] = {
	ROUTE("quotes/{id}/send", handle_send, &send_doc),
	ROUTE("quotes/{id}/accept", handle_accept, &accept_doc),
	ROUTE("quotes/{id}/decline", handle_decline, &decline_doc),
	ROUTE("quotes/{id}/cancel", handle_cancel, &cancel_doc),
	ROUTE("quotes/{id}/revise", handle_revise, &revise_doc),
	ROUTE("quotes/{id}/invoice", handle_invoice, &invoice_doc),
	ROUTE("deals/{id}/quotes", handle_deal, &deal_doc),
	{0},
};
/* clang-format on */

const struct feature feature_quote_flow = {
	.name = "quote_flow",
	.routes = routes,
};
