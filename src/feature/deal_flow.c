/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deals on their way: moved over the board, won, lost and reopened.
 *
 * Each is a function of the database (migrations, deal_flows).
 */
#include "core/feature.h"
#include "core/form.h"
#include "core/record_flow.h"
#include "core/unit.h"
#include "core/validate.h"

#define SQL_MOVE "select deal_move($1, $2, $3, $4, $5)"
#define SQL_CLOSE "select deal_close($1, $2, $3, $4, $5, $6)"
#define SQL_REOPEN "select deal_reopen($1, $2, $3)"

/* What a flow writes is the deal's stage: who may not change that, moves nothing. */
static enum err begin(struct request *req, struct record_flow *flow)
{
	static const char *const written[] = {"deal.stageId", NULL};
	enum err err = record_needs(req, RULE_WRITE, written);

	return err ? err : record_flow_begin(req, resource_find(STR("deal")), VERB_UPDATE, flow);
}

/* --- move and reopen ---------------------------------------------------------------------------- */

enum { MOVE_STAGE, MOVE_AFTER, MOVE_BEFORE, MOVE__COUNT };

static const struct form move_form = {
	.fields =
		(const struct form_field[]){
			[MOVE_STAGE] = {{.name = "stageId", .kind = FIELD_UUID}, false},
			[MOVE_AFTER] = {{.name = "afterId", .kind = FIELD_UUID}, false},
			[MOVE_BEFORE] = {{.name = "beforeId", .kind = FIELD_UUID}, false},
			[MOVE__COUNT] = {{0}, false},
		},
};

static enum err handle_move(struct request *req)
{
	struct str in[MOVE__COUNT];
	struct record_flow flow;
	enum err err = begin(req, &flow);

	if (!err)
		err = form_read(req, &move_form, in);
	if (err)
		return err;
	if (in[MOVE_AFTER].ptr && in[MOVE_BEFORE].ptr) {
		problem_add(&req->problem, STR("beforeId"), "INVALID",
			"Say either afterId or beforeId.");
		return ERR_INVALID;
	}
	return record_flow_run(&flow,
		SQL(SQL_MOVE, flow.id, in[MOVE_STAGE], in[MOVE_AFTER], in[MOVE_BEFORE],
			flow.versions));
}

static const struct form reopen_form = {
	.fields =
		(const struct form_field[]){
			{{.name = "stageId", .kind = FIELD_UUID}, false},
			{{0}, false},
		},
	.may_be_empty = true,
};

static enum err handle_reopen(struct request *req)
{
	struct str stage;
	struct record_flow flow;
	enum err err = begin(req, &flow);

	if (!err)
		err = form_read(req, &reopen_form, &stage);
	return err ? err : record_flow_run(&flow, SQL(SQL_REOPEN, flow.id, stage, flow.versions));
}

/* --- win and lose ------------------------------------------------------------------------------- */

/* What closing may say: names of the flow and of the deal's fields. */
struct outcome {
	const char *name, *reason;
	bool reason_needed;
};

static const struct outcome won = {"won", "wonReason", false};
static const struct outcome lost = {"lost", "lostReason", true};

static const char note[] = "note", note_field[] = "closeNote";

static void rename_details(struct request *req, const char *from, const char *to)
{
	for (struct problem_detail *d = req->problem.first; d; d = d->next)
		if (str_is(d->field, from))
			d->field = str_of(to);
}

/* Members of the deal itself, checked as its fields are. Others are none of this flow's. */
static void take_members(
	struct request *req, const struct outcome *outcome, struct json_value *object)
{
	for (struct json_value *m = object->first; m; m = m->next) {
		if (str_is(m->key, note))
			m->key = STR("closeNote");
		else if (!str_is(m->key, outcome->reason) && !str_is(m->key, "closedAt"))
			problem_add(
				&req->problem, m->key, "UNKNOWN_FIELD", "There is no such field.");
	}
}

static enum err read_closing(
	struct request *req, const struct outcome *outcome, struct record_write *write)
{
	struct json_value none = {.type = JSON_OBJECT}, *object = &none;
	bool empty = request_header(req, "Content-Type").ptr == NULL;
	enum err err = empty ? ERR_OK : read_json_body(req, &object);

	if (err)
		return err;
	if (object->type == JSON_OBJECT)
		take_members(req, outcome, object);
	if (problem_has_details(&req->problem))
		return ERR_INVALID;
	err = validate_members(write, object);
	if (!err && outcome->reason_needed && !record_write_get(write, outcome->reason).ptr) {
		problem_add(&req->problem, str_of(outcome->reason), "REQUIRED", "Is required.");
		err = ERR_INVALID;
	}
	rename_details(req, note_field, note);
	return err;
}

static enum err close_deal(struct request *req, const struct outcome *outcome)
{
	struct record_write write = {.req = req, .mode = RECORD_UPDATE};
	struct record_flow flow;
	enum err err = begin(req, &flow);

	if (err)
		return err;
	write.resource = flow.query.resource;
	write.id = flow.id;
	err = read_closing(req, outcome, &write);
	if (err)
		return err;
	return record_flow_run(&flow,
		SQL(SQL_CLOSE, flow.id, str_of(outcome->name),
			record_write_get(&write, outcome->reason),
			record_write_get(&write, "closedAt"), record_write_get(&write, note_field),
			flow.versions));
}

static enum err handle_win(struct request *req)
{
	return close_deal(req, &won);
}

static enum err handle_lose(struct request *req)
{
	return close_deal(req, &lost);
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define ERRORS ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_STALE | \
	ROUTE_ERR_INVALID | ROUTE_ERR_BODY
#define ID "{\"type\":[\"string\",\"null\"],\"format\":\"uuid\""
#define IF_MATCH "[{\"$ref\":\"#/components/parameters/IfMatch\"}]"
#define DEAL "{\"$ref\":\"#/components/schemas/Deal\"}"
#define CLOSING ",\"closedAt\":{\"type\":[\"string\",\"null\"],\"format\":\"date\"," \
	"\"description\":\"Today unless said otherwise\"}," \
	"\"note\":{\"type\":[\"string\",\"null\"],\"maxLength\":1000}}}"

static const struct route_doc move_doc = {
	.summary = "Move a deal over the board",
	.tag = "Deals",
	.request = "{\"type\":\"object\",\"properties\":{"
		   "\"stageId\":" ID ",\"description\":\"Where it is unless said otherwise\"},"
		   "\"afterId\":" ID ",\"description\":\"The card that it is to stand behind\"},"
		   "\"beforeId\":" ID ",\"description\":\"Instead: the card that it is to stand before. "
		   "Without either it stands behind all\"}}}",
	.response = DEAL,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

static const struct route_doc win_doc = {
	.summary = "Win a deal",
	.tag = "Deals",
	.request = "{\"type\":\"object\",\"properties\":{\"wonReason\":{\"type\":[\"string\",\"null\"]}"
		   CLOSING,
	.response = DEAL,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

static const struct route_doc lose_doc = {
	.summary = "Lose a deal, for a reason",
	.tag = "Deals",
	.request = "{\"type\":\"object\",\"required\":[\"lostReason\"],\"properties\":{"
		   "\"lostReason\":{\"type\":\"string\"}" CLOSING,
	.response = DEAL,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

static const struct route_doc reopen_doc = {
	.summary = "Reopen a deal that was won or lost",
	.tag = "Deals",
	.request = "{\"type\":\"object\",\"properties\":{\"stageId\":" ID ",\"description\":"
		   "\"An open stage; the one that it stood in before unless said otherwise\"}}}",
	.response = DEAL,
	.status = 200,
	.parameters = IF_MATCH,
	.errors = ERRORS,
};

static const struct route routes[] = {
	{.method = HTTP_POST, .pattern = "/api/v1/deals/{id}/move", .handle = handle_move, .doc = &move_doc},
	{.method = HTTP_POST, .pattern = "/api/v1/deals/{id}/win", .handle = handle_win, .doc = &win_doc},
	{.method = HTTP_POST, .pattern = "/api/v1/deals/{id}/lose", .handle = handle_lose, .doc = &lose_doc},
	{.method = HTTP_POST, .pattern = "/api/v1/deals/{id}/reopen", .handle = handle_reopen, .doc = &reopen_doc},
	{.method = HTTP_POST, .pattern = "/api/deals/{id}/move", .handle = handle_move, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_POST, .pattern = "/api/deals/{id}/win", .handle = handle_win, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_POST, .pattern = "/api/deals/{id}/lose", .handle = handle_lose, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_POST, .pattern = "/api/deals/{id}/reopen", .handle = handle_reopen, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_deal_flow = {
	.name = "deal_flow",
	.routes = routes,
};
