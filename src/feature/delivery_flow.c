/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery notes on their way: issued, delivered, cancelled (migrations, delivery_notes). */
#include "core/caller.h"
#include "core/feature.h"
#include "core/form.h"
#include "core/record_flow.h"
#include "core/unit.h"

#define SQL_BECOME "select delivery_note_become($1, $2, $3, $4, $5)"

static const struct resource *notes(void)
{
	return resource_find(STR("delivery_note"));
}

/* What live notes hold, the lines of their invoice show. */
static enum err become(struct record_flow *flow, const char *status, struct str received_by,
	struct str received_at)
{
	enum err err = record_flow_run(flow,
		SQL(SQL_BECOME, flow->id, str_of(status), received_by, received_at,
			flow->versions));

	if (!err)
		unit_changed(flow->req, resource_find(STR("invoice")));
	return err;
}

static enum err begin(struct request *req, enum verb verb, struct record_flow *flow)
{
	static const char *const written[] = {"delivery_note.status", NULL};
	enum err err = record_may(req, notes(), verb);

	if (!err)
		err = record_needs(req, RULE_WRITE, written);
	return err ? err : record_flow_begin(req, notes(), VERB_UPDATE, flow);
}

static enum err handle_issue(struct request *req)
{
	struct record_flow flow;
	enum err err = begin(req, VERB_ISSUE, &flow);

	return err ? err : become(&flow, "issued", STR_NONE, STR_NONE);
}

static enum err handle_cancel(struct request *req)
{
	struct record_flow flow;
	enum err err = begin(req, VERB_ISSUE, &flow);

	return err ? err : become(&flow, "cancelled", STR_NONE, STR_NONE);
}

enum { RECEIVED_BY, RECEIVED_AT, RECEIVED__COUNT };

static const struct form received_form = {
	.fields =
		(const struct form_field[]){
			[RECEIVED_BY] = {{.name = "receivedBy", .kind = FIELD_TEXT, .max_len = 100},
				false},
			[RECEIVED_AT] = {{.name = "receivedAt", .kind = FIELD_DATETIME}, false},
			[RECEIVED__COUNT] = {{0}, false},
		},
	.may_be_empty = true,
};

static enum err handle_deliver(struct request *req)
{
	struct str in[RECEIVED__COUNT];
	struct record_flow flow;
	enum err err = begin(req, VERB_UPDATE, &flow);

	if (!err)
		err = form_read(req, &received_form, in);
	return err ? err : become(&flow, "delivered", in[RECEIVED_BY], in[RECEIVED_AT]);
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define ERRORS ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_STALE | \
	ROUTE_ERR_INVALID | ROUTE_ERR_BODY
#define IF_MATCH "[{\"$ref\":\"#/components/parameters/IfMatch\"}]"
#define NOTE "{\"$ref\":\"#/components/schemas/DeliveryNote\"}"

static const struct route_doc issue_doc = {
	.summary = "Issue a delivery note: it gets its number and stays as it is",
	.tag = "Delivery notes",
	.response = NOTE,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

static const struct route_doc deliver_doc = {
	.summary = "Record that an issued delivery note was handed over",
	.tag = "Delivery notes",
	.request = "{\"type\":\"object\",\"properties\":{"
		   "\"receivedBy\":{\"type\":[\"string\",\"null\"],\"maxLength\":100},"
		   "\"receivedAt\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\","
		   "\"description\":\"Now unless said otherwise\"}}}",
	.response = NOTE,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

static const struct route_doc cancel_doc = {
	.summary = "Cancel a delivery note: what it named is left to deliver again",
	.tag = "Delivery notes",
	.response = NOTE,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

#define ROUTE(path, handler, about)                                                                \
	{.method = HTTP_POST, .pattern = "/api/v1/" path, .handle = handler, .doc = about},        \
	{.method = HTTP_POST, .pattern = "/api/" path, .handle = handler, .flags = ROUTE_UNDOCUMENTED}

static const struct route routes[] = {
	ROUTE("delivery-notes/{id}/issue", handle_issue, &issue_doc),
	ROUTE("delivery-notes/{id}/deliver", handle_deliver, &deliver_doc),
	ROUTE("delivery-notes/{id}/cancel", handle_cancel, &cancel_doc),
	{0},
};
/* clang-format on */

const struct feature feature_delivery_flow = {
	.name = "delivery_flow",
	.routes = routes,
};
