/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What partners ask for beyond records: a lead's status with a word about it, the figures of a partner,
 * the end of a sub-account.
 *
 * The routes below /partners/{partnerId} are the entities' own (struct entity_alias, within), and so is
 * what they refuse: another partner than the caller's is 403.
 */
#include "base/json_read.h"
#include "core/feature.h"
#include "core/query.h"
#include "core/records.h"
#include "core/sign_in_schema.h"
#include "core/unit.h"
#include "core/validate.h"

/* The entity as it is served below /partners/{partnerId}. */
static const struct resource *within_partner(const char *entity)
{
	const struct resource *r = resource_find(str_of(entity));

	for (size_t i = 0; i < r->alias_count; i++)
		if (r->aliases[i].within && str_is(r->aliases[i].within->target->name, "partner"))
			return &r->aliases[i];
	return NULL;
}

/* --- statistics --------------------------------------------------------------------------------- */

static enum err handle_stats(struct request *req)
{
	static const char *const figured[] = {"partner.stats", "lead.status", "lead.convertedAt",
		"lead.dealStatus", "lead.wonAmount", NULL};
	const struct resource *partners = resource_find(STR("partner"));
	struct db_result row;
	struct json json;
	struct str id;
	enum err err = record_may(req, partners, VERB_READ);

	if (!err)
		err = record_enter_parent(req, partners, &id);
	if (!err)
		err = record_needs(req, RULE_READ, figured);
	if (!err)
		err = unit_query(
			req, DB_SLOW, partners, &SQL("select get_partner_stats($1)", id), &row);
	if (err)
		return err;
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_member_raw(&json, "data", db_value(&row, 0, 0));
	json_end(&json);
	return ERR_OK;
}

/* --- status of a lead ------------------------------------------------------------------------------ */

/* The body's members by the names that a lead has for them; NULL for what is no member. */
static const char *field_of(struct str member)
{
	static const struct {
		const char *member, *field;
	} names[] = {
		{"status", "status"},
		{"stageId", "stageId"},
		{"unqualifiedReason", "unqualifiedReason"},
		{"comment", "statusComment"},
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_is(member, names[i].member))
			return names[i].field;
	return NULL;
}

static enum err read_status(struct request *req, struct json_value **out)
{
	enum err err = read_json_body(req, out);

	if (err)
		return err;
	for (struct json_value *m = (*out)->type == JSON_OBJECT ? (*out)->first : NULL; m;
		m = m->next) {
		const char *field = field_of(m->key);

		if (field)
			m->key = str_of(field);
		else
			problem_add(
				&req->problem, m->key, "UNKNOWN_FIELD", "There is no such field.");
	}
	if (!json_get(*out, "status") && !json_get(*out, "stageId"))
		problem_add(&req->problem, STR("status"), "REQUIRED", "Is required.");
	return problem_has_details(&req->problem) ? ERR_INVALID : ERR_OK;
}

/* A comment is kept also when the lead already had the status. */
static enum err set_status(struct record_write *write, const struct query *query)
{
	struct request *req = write->req;
	struct db_result row;
	enum err err = unit_begin(req);

	if (!err)
		err = record_change(write, query);
	if (!err)
		err = unit_query(req, DB_WRITE, write->resource,
			&SQL("select lead_status_remark($1, $2)", write->id, write->remark), &row);
	return err ? err : unit_commit(req);
}

static enum err change_status(struct request *req, const struct resource *leads)
{
	struct record_write write = {.req = req, .resource = leads, .mode = RECORD_UPDATE};
	struct json_value *object;
	struct query query;
	enum err err = record_begin(req, leads, VERB_UPDATE, &write.id, &query);

	if (!err)
		err = read_status(req, &object);
	if (!err)
		err = validate_members(&write, object);
	return err ? err : set_status(&write, &query);
}

static enum err handle_status(struct request *req)
{
	return change_status(req, resource_find(STR("lead")));
}

static enum err handle_partner_status(struct request *req)
{
	return change_status(req, within_partner("lead"));
}

/* --- the end of a sub-account -------------------------------------------------------------------- */

/* People are not deleted, since records name them: who is deactivated cannot sign in from now on. */
static enum err handle_deactivate(struct request *req)
{
	struct json_value active = {
		.type = JSON_BOOL, .key = STR("active"), .text = STR("false"), .boolean = false};
	struct json_value object = {.type = JSON_OBJECT, .first = &active, .count = 1};
	struct record_write write = {
		.req = req, .resource = within_partner("user"), .mode = RECORD_UPDATE};
	struct query query;
	enum err err = record_begin(req, write.resource, VERB_UPDATE, &write.id, &query);

	if (!err)
		err = validate_members(&write, &object);
	if (!err)
		err = record_change(&write, &query);
	if (err)
		return err;
	response_empty(req, 204);
	return ERR_OK;
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define COUNT  "{\"type\":\"integer\",\"minimum\":0}"
#define AMOUNT "{\"type\":\"number\"}"

static const struct route_doc stats_doc = {
	.summary = "What a partner's leads amount to, as far as the caller sees them",
	.tag = "Partners",
	.response = "{\"type\":\"object\",\"properties\":{\"totalLeads\":" COUNT ","
		    "\"leadsByStatus\":{\"type\":\"object\",\"additionalProperties\":" COUNT "},"
		    "\"leadsThisMonth\":" COUNT ",\"convertedLeads\":" COUNT ","
		    "\"conversionRate\":{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1,"
		    "\"description\":\"Converted of all; null when there are none.\"},"
		    "\"wonDeals\":" COUNT ",\"wonAmount\":" AMOUNT ","
		    "\"currency\":{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}$\"},"
		    "\"wonByCurrency\":{\"type\":\"object\",\"additionalProperties\":" AMOUNT ","
		    "\"description\":\"Also of deals without a rate to the organisation's currency.\"},"
		    "\"users\":" COUNT ",\"lastLeadAt\":{\"type\":[\"string\",\"null\"],"
		    "\"format\":\"date-time\"}}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
};

static const struct route_doc status_doc = {
	.summary = "Set a lead's status, with a word about it that its history keeps",
	.tag = "Leads",
	.request = "{\"type\":\"object\",\"properties\":{\"status\":" SCHEMA_TEXT ","
		   "\"stageId\":" SCHEMA_ID ",\"unqualifiedReason\":" SCHEMA_TEXT_OR_NULL ","
		   "\"comment\":{\"type\":[\"string\",\"null\"],\"maxLength\":500}}}",
	.response = "{\"$ref\":\"#/components/schemas/Lead\"}",
	.status = 200,
	.parameters = "[{\"$ref\":\"#/components/parameters/IfMatch\"}]",
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_STALE |
		ROUTE_ERR_INVALID | ROUTE_ERR_BODY,
};

static const struct route_doc deactivate_doc = {
	.summary = "Deactivate a sub-account",
	.tag = "Users",
	.status = 204,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/partners/{partnerId}/stats", .handle = handle_stats, .doc = &stats_doc},
	{.method = HTTP_PATCH, .pattern = "/api/v1/leads/{id}/status", .handle = handle_status, .doc = &status_doc},
	{.method = HTTP_PATCH, .pattern = "/api/v1/partners/{partnerId}/leads/{id}/status", .handle = handle_partner_status, .doc = &status_doc},
	{.method = HTTP_DELETE, .pattern = "/api/v1/partners/{partnerId}/users/{id}", .handle = handle_deactivate, .doc = &deactivate_doc},
	{.method = HTTP_GET, .pattern = "/api/partners/{partnerId}/stats", .handle = handle_stats, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_PATCH, .pattern = "/api/leads/{id}/status", .handle = handle_status, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_PATCH, .pattern = "/api/partners/{partnerId}/leads/{id}/status", .handle = handle_partner_status, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_DELETE, .pattern = "/api/partners/{partnerId}/users/{id}", .handle = handle_deactivate, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_partner_portal = {
	.name = "partner_portal",
	.routes = routes,
};
