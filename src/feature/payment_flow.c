/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Payments on their way: completed, made void, allocated to invoices, released from them, given back.
 *
 * Each but the last is a function of the database (migrations, payments). A refund is a payment of its own,
 * made as a POST of one would be.
 */
#include "base/json_read.h"
#include "core/feature.h"
#include "core/form.h"
#include "core/record_flow.h"
#include "core/unit.h"
#include "core/validate.h"

#define SQL_COMPLETE "select payment_complete($1, $2, $3, $4, $5, $6)"
#define SQL_VOID "select payment_void($1, $2, $3)"
#define SQL_ALLOCATE "select payment_allocate($1, $2, $3, $4)"
#define SQL_RELEASE "select payment_release($1, $2, $3)"
#define SQL_LEFT                                                                    \
	"select case when status = 'completed' and kind = 'payment' then amount - " \
	"allocated_total "                                                          \
	"- refunded_total end, method from payments "                               \
	"where org_id = $1 and id = $2 and deleted_at is null"

static const struct resource *payments(void)
{
	return resource_find(STR("payment"));
}

static enum err begin(struct request *req, struct record_flow *flow)
{
	static const char *const written[] = {"payment.status", "payment.amount",
		"payment_allocation.invoiceId", "payment_allocation.amount", NULL};
	enum err err = record_needs(req, RULE_WRITE, written);

	return err ? err : record_flow_begin(req, payments(), VERB_UPDATE, flow);
}

/* What a flow writes of invoices, their lists show. */
static enum err run(struct record_flow *flow, struct db_stmt call)
{
	enum err err = record_flow_run(flow, call);

	if (!err)
		unit_changed(flow->req, resource_find(STR("invoice")));
	return err;
}

/* --- bodies that speak of the payment's own fields --------------------------------------------------- */

static bool is_among(const char *const *names, struct str name)
{
	while (*names && !str_is(name, *names))
		names++;
	return *names != NULL;
}

static enum err read_object(
	struct request *req, const char *const *names, struct json_value **object_out)
{
	struct json_value *none = ARENA_NEW(req->arena, struct json_value);
	enum err err = ERR_OK;

	*none = (struct json_value){.type = JSON_OBJECT};
	*object_out = none;
	if (request_header(req, "Content-Type").ptr)
		err = read_json_body(req, object_out);
	if (err)
		return err;
	for (struct json_value *m = (*object_out)->first; m; m = m->next)
		if ((*object_out)->type == JSON_OBJECT && !is_among(names, m->key))
			problem_add(
				&req->problem, m->key, "UNKNOWN_FIELD", "There is no such field.");
	return problem_has_details(&req->problem) ? ERR_INVALID : ERR_OK;
}

static const char *const completing[] = {"amount", "paidAt", "method", "reference", NULL};

static enum err handle_complete(struct request *req)
{
	struct record_write write = {.req = req, .resource = payments(), .mode = RECORD_UPDATE};
	struct json_value *object;
	struct record_flow flow;
	enum err err = begin(req, &flow);

	if (!err)
		err = read_object(req, completing, &object);
	write.id = flow.id;
	if (!err)
		err = validate_members(&write, object);
	if (err)
		return err;
	return run(&flow,
		SQL(SQL_COMPLETE, flow.id, record_write_get(&write, "amount"),
			record_write_get(&write, "paidAt"), record_write_get(&write, "method"),
			record_write_get(&write, "reference"), flow.versions));
}

/* --- refund -------------------------------------------------------------------------------------- */

static const char *const refunding[] = {"amount", "paidAt", "method", "reference", "notes", NULL};

/* What the client does not say: all that is left of the payment, by the way it came. */
static enum err suggest_refund(struct request *req, struct str id, struct json_value *object)
{
	struct db_result left;
	enum err err = unit_query(
		req, DB_WRITE, payments(), &SQL(SQL_LEFT, req->caller->org_id, id), &left);

	if (err)
		return err;
	if (left.rows == 0)
		return ERR_NOT_FOUND;
	if (db_is_null(&left, 0, 0))
		return problem_set(
			&req->problem, ERR_CONFLICT, "Only a completed payment can be given back.");
	validate_suggest(req, object, "kind", JSON_STRING, STR("refund"));
	validate_suggest(req, object, "refundOfId", JSON_STRING, id);
	if (str_is(db_value(&left, 0, 0), "0.00") && !json_get(object, "amount"))
		return problem_set(&req->problem, ERR_CONFLICT,
			"Nothing is left of this payment to give back: release what it pays "
			"first.");
	validate_suggest(req, object, "amount", JSON_NUMBER, db_value(&left, 0, 0));
	validate_suggest(req, object, "method", JSON_STRING, db_value(&left, 0, 1));
	return ERR_OK;
}

static enum err handle_refund(struct request *req)
{
	struct record_write write = {.req = req, .resource = payments(), .mode = RECORD_CREATE};
	struct json_value *object;
	struct record_flow flow;
	enum err err = begin(req, &flow);

	if (!err)
		err = read_object(req, refunding, &object);
	if (!err)
		err = unit_begin(req);
	if (!err)
		err = suggest_refund(req, flow.id, object);
	if (!err)
		err = validate_members(&write, object);
	if (!err)
		err = record_insert_answer(&write, &flow.query);
	return err ? err : unit_commit(req);
}

/* --- void, allocate, release ------------------------------------------------------------------------ */

static enum err handle_void(struct request *req)
{
	struct record_flow flow;
	struct str reason;
	enum err err = begin(req, &flow);

	if (!err)
		err = form_read(req, &record_flow_reason, &reason);
	return err ? err : run(&flow, SQL(SQL_VOID, flow.id, reason, flow.versions));
}

enum { ALLOCATE_INVOICE, ALLOCATE_AMOUNT, ALLOCATE__COUNT };

static const struct form allocate_form = {
	.fields =
		(const struct form_field[]){
			[ALLOCATE_INVOICE] = {{.name = "invoiceId",
						      .kind = FIELD_UUID,
						      .flags = FIELD_REQUIRED},
				false},
			[ALLOCATE_AMOUNT] = {{.name = "amount", .kind = FIELD_MONEY}, false},
			[ALLOCATE__COUNT] = {{0}, false},
		},
};

static enum err handle_allocate(struct request *req)
{
	struct str in[ALLOCATE__COUNT];
	struct record_flow flow;
	enum err err = begin(req, &flow);

	if (!err)
		err = form_read(req, &allocate_form, in);
	if (err)
		return err;
	return run(&flow,
		SQL(SQL_ALLOCATE, flow.id, in[ALLOCATE_INVOICE], in[ALLOCATE_AMOUNT],
			flow.versions));
}

static const struct form release_form = {
	.fields =
		(const struct form_field[]){
			{{.name = "invoiceId", .kind = FIELD_UUID}, false},
			{{0}, false},
		},
	.may_be_empty = true,
};

static enum err handle_release(struct request *req)
{
	struct record_flow flow;
	struct str invoice;
	enum err err = begin(req, &flow);

	if (!err)
		err = form_read(req, &release_form, &invoice);
	return err ? err : run(&flow, SQL(SQL_RELEASE, flow.id, invoice, flow.versions));
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define ERRORS ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_STALE | \
	ROUTE_ERR_INVALID | ROUTE_ERR_BODY
#define IF_MATCH "[{\"$ref\":\"#/components/parameters/IfMatch\"}]"
#define PAYMENT "{\"$ref\":\"#/components/schemas/Payment\"}"
#define AMOUNT(about) "\"amount\":{\"type\":[\"number\",\"string\",\"null\"],\"description\":\"" about "\"}"
#define PAID "\"paidAt\":{\"type\":[\"string\",\"null\"],\"format\":\"date\",\"description\":" \
	"\"Today unless said otherwise\"},\"method\":{\"type\":[\"string\",\"null\"]}," \
	"\"reference\":{\"type\":[\"string\",\"null\"],\"maxLength\":100}"

static const struct route_doc complete_doc = {
	.summary = "Record that a scheduled payment has been made",
	.tag = "Payments",
	.request = "{\"type\":\"object\",\"properties\":{" AMOUNT("What was paid, if it is not what was planned")
		   "," PAID "}}",
	.response = PAYMENT,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

static const struct route_doc void_doc = {
	.summary = "Make a payment void that was recorded by mistake; what it pays is released",
	.tag = "Payments",
	.request = "{\"type\":\"object\",\"required\":[\"reason\"],\"properties\":{"
		   "\"reason\":{\"type\":\"string\",\"maxLength\":500}}}",
	.response = PAYMENT,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

static const struct route_doc allocate_doc = {
	.summary = "Pay more of an invoice with what is left of a payment",
	.tag = "Payments",
	.request = "{\"type\":\"object\",\"required\":[\"invoiceId\"],\"properties\":{"
		   "\"invoiceId\":{\"type\":\"string\",\"format\":\"uuid\"},"
		   AMOUNT("As much as is left of both unless said otherwise") "}}",
	.response = PAYMENT,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

static const struct route_doc release_doc = {
	.summary = "Turn what a payment pays into credit of the company",
	.tag = "Payments",
	.request = "{\"type\":\"object\",\"properties\":{\"invoiceId\":{\"type\":[\"string\",\"null\"],"
		   "\"format\":\"uuid\",\"description\":\"Of this invoice only; of all unless said\"}}}",
	.response = PAYMENT,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

static const struct route_doc refund_doc = {
	.summary = "Give back what is left of a payment; answers the refund",
	.tag = "Payments",
	.request = "{\"type\":\"object\",\"properties\":{" AMOUNT("All that is left unless said otherwise")
		   "," PAID ",\"notes\":{\"type\":[\"string\",\"null\"],\"maxLength\":2000}}}",
	.response = PAYMENT,
	.status = 201,
	.errors = ERRORS,
};

#define ROUTE(path, handler, about)                                                                \
	{.method = HTTP_POST, .pattern = "/api/v1/" path, .handle = handler, .doc = about},        \
	{.method = HTTP_POST, .pattern = "/api/" path, .handle = handler, .flags = ROUTE_UNDOCUMENTED}

static const struct route routes[] = {
	ROUTE("payments/{id}/complete", handle_complete, &complete_doc),
	ROUTE("payments/{id}/void", handle_void, &void_doc),
	ROUTE("payments/{id}/allocate", handle_allocate, &allocate_doc),
	ROUTE("payments/{id}/release", handle_release, &release_doc),
	ROUTE("payments/{id}/refund", handle_refund, &refund_doc),
	{0},
};
/* clang-format on */

const struct feature feature_payment_flow = {
	.name = "payment_flow",
	.routes = routes,
};
