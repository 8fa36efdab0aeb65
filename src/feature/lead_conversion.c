/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Converting a lead: a contact, its company and perhaps a deal come of it, in one transaction.
 *
 * The lead's row is held from the first statement on, so that of two conversions at once the second finds
 * what the first has made and answers the same. What the client says of company and deal is checked and
 * stored as a POST of these would be; the rest is the database's (migrations, lead_conversion).
 */
#include "base/json_read.h"
#include "core/feature.h"
#include "core/query.h"
#include "core/records.h"
#include "core/sign_in.h"
#include "core/sign_in_schema.h"
#include "core/unit.h"
#include "core/validate.h"

#define SQL_HOLD                                                                     \
	"select converted_company_id, converted_contact_id, converted_deal_id, "     \
	"converted_at, owner_id, company, concat_ws(' ', first_name, last_name), "   \
	"estimated_value, currency, $3::int[] is null or version = any ($3::int[]) " \
	"from leads where org_id = $1 and id = $2 and deleted_at is null for update"
#define SQL_CONVERT "select made_company, made_contact from lead_convert($1, $2, $3, $4, $5)"
#define SQL_CONVERTED "select lead_converted($1, $2, $3, $4)"

enum {
	HELD_COMPANY,
	HELD_CONTACT,
	HELD_DEAL,
	HELD_AT,
	HELD_OWNER,
	HELD_COMPANY_NAME,
	HELD_NAME,
	HELD_VALUE,
	HELD_CURRENCY,
	HELD_VERSION
};

struct conversion {
	struct request *req;
	const struct resource *leads;
	struct str id, versions;
	/* Of the body: */
	struct str company_id, contact_id;
	struct json_value *company, *deal;
	bool person, link;
	/* The lead as it was when its row was taken, and the outcome: */
	struct db_result held;
	struct str company_made, contact_made, deal_made, at;
};

/* --- the body ----------------------------------------------------------------------------------- */

static void complain(struct conversion *c, struct str field, const char *code, const char *message)
{
	problem_add(&c->req->problem, field, code, "%s", message);
}

static void read_id(struct conversion *c, const struct json_value *member, struct str *out)
{
	if (member->type == JSON_NULL)
		return;
	if (member->type != JSON_STRING || record_id(c->req, member->text, out) != ERR_OK)
		complain(c, member->key, "INVALID", "Must be an id.");
}

/* An object, or false for none. */
static void read_object(struct conversion *c, struct json_value *member, struct json_value **out)
{
	bool none = member->type == JSON_NULL || (member->type == JSON_BOOL && !member->boolean);

	if (member->type == JSON_OBJECT)
		*out = member;
	else if (!none)
		complain(c, member->key, "WRONG_TYPE", "Must be an object or false.");
}

static void read_member(struct conversion *c, struct json_value *member)
{
	if (str_is(member->key, "companyId")) {
		read_id(c, member, &c->company_id);
	} else if (str_is(member->key, "contactId")) {
		read_id(c, member, &c->contact_id);
	} else if (str_is(member->key, "deal")) {
		read_object(c, member, &c->deal);
	} else if (str_is(member->key, "company")) {
		read_object(c, member, &c->company);
		c->person = member->type == JSON_BOOL;
	} else if (!str_is(member->key, "linkExisting")) {
		complain(c, member->key, "UNKNOWN_FIELD", "There is no such field.");
	} else if (member->type == JSON_BOOL) {
		c->link = member->boolean;
	} else {
		complain(c, member->key, "WRONG_TYPE", "Must be true or false.");
	}
}

static enum err read_body(struct conversion *c)
{
	struct json_value *object = NULL;
	enum err err = ERR_OK;

	c->link = true;
	if (request_header(c->req, "Content-Type").ptr)
		err = read_json_body(c->req, &object);
	if (err || !object)
		return err;
	if (object->type != JSON_OBJECT)
		return problem_set(
			&c->req->problem, ERR_INVALID, "The body must be a JSON object.");
	for (struct json_value *m = object->first; m; m = m->next)
		read_member(c, m);
	if (c->company_id.ptr && (c->company || c->person))
		complain(c, STR("companyId"), "INVALID", "Say either companyId or company.");
	return problem_has_details(&c->req->problem) ? ERR_INVALID : ERR_OK;
}

/* --- what is made of the body's objects ----------------------------------------------------------- */

/* What the lead tells and the client has not said. */
static void suggest(struct conversion *c, struct json_value *object, const char *key,
	enum json_type type, struct str text)
{
	validate_suggest(c->req, object, key, type, text);
}

static struct str held(const struct conversion *c, int column)
{
	return db_value(&c->held, 0, column);
}

/* Failing fields of the object are told by their path. */
static enum err prefixed(struct conversion *c, const char *name, enum err err)
{
	for (struct problem_detail *d = c->req->problem.first; d; d = d->next)
		d->field = arena_printf(c->req->arena, "%s.%.*s", name, STR_ARG(d->field));
	return err;
}

static enum err make(struct conversion *c, const char *entity, struct json_value *object,
	struct str lead, struct str *id_out)
{
	struct record_write write = {
		.req = c->req, .resource = resource_find(str_of(entity)), .mode = RECORD_CREATE};
	enum err err = record_may(c->req, write.resource, VERB_CREATE);

	if (!err)
		err = validate_members(&write, object);
	if (!err && lead.ptr)
		record_write_set(&write, "leadId", lead);
	if (!err)
		err = record_insert(&write);
	*id_out = write.id;
	return prefixed(c, entity, err);
}

static enum err make_company(struct conversion *c)
{
	if (!c->company)
		return ERR_OK;
	suggest(c, c->company, "name", JSON_STRING, held(c, HELD_COMPANY_NAME));
	suggest(c, c->company, "ownerId", JSON_STRING, held(c, HELD_OWNER));
	return make(c, "company", c->company, STR_NONE, &c->company_id);
}

static enum err make_deal(struct conversion *c)
{
	struct str name = held(c, HELD_COMPANY_NAME);

	if (!c->deal)
		return ERR_OK;
	suggest(c, c->deal, "name", JSON_STRING, name.ptr ? name : held(c, HELD_NAME));
	suggest(c, c->deal, "amount", JSON_NUMBER, held(c, HELD_VALUE));
	suggest(c, c->deal, "currency", JSON_STRING, held(c, HELD_CURRENCY));
	suggest(c, c->deal, "ownerId", JSON_STRING, held(c, HELD_OWNER));
	suggest(c, c->deal, "companyId", JSON_STRING, c->company_made);
	suggest(c, c->deal, "contactId", JSON_STRING, c->contact_made);
	return make(c, "deal", c->deal, c->id, &c->deal_made);
}

/* --- the conversion ------------------------------------------------------------------------------- */

/* Takes the lead's row. What was converted before is answered whatever is asked now. */
static enum err hold(struct conversion *c, bool *done_out)
{
	enum err err = unit_query(c->req, DB_WRITE, c->leads,
		&SQL(SQL_HOLD, c->req->caller->org_id, c->id, c->versions), &c->held);

	if (err)
		return err;
	if (c->held.rows == 0)
		return record_why_not(c->req, c->leads, c->id, STR_NONE);
	*done_out = held(c, HELD_AT).ptr != NULL;
	c->company_made = held(c, HELD_COMPANY);
	c->contact_made = held(c, HELD_CONTACT);
	c->deal_made = held(c, HELD_DEAL);
	c->at = held(c, HELD_AT);
	return *done_out || str_is(held(c, HELD_VERSION), "t") ? ERR_OK : ERR_STALE;
}

static void tell_changed(struct request *req)
{
	static const char *const written[] = {
		"lead", "contact", "company", "deal", "activity", "task"};

	for (size_t i = 0; i < ARRAY_LEN(written); i++)
		unit_changed(req, resource_find(str_of(written[i])));
}

static enum err convert(struct conversion *c)
{
	struct str person = c->person ? STR("true") : STR("false");
	struct str link = c->link ? STR("true") : STR("false");
	struct db_result row;
	enum err err = make_company(c);

	if (!err)
		err = unit_query(c->req, DB_WRITE, c->leads,
			&SQL(SQL_CONVERT, c->id, c->company_id, c->contact_id, person, link), &row);
	if (err)
		return err;
	c->company_made = db_value(&row, 0, 0);
	c->contact_made = db_value(&row, 0, 1);
	err = make_deal(c);
	if (!err)
		err = unit_query(c->req, DB_WRITE, c->leads,
			&SQL(SQL_CONVERTED, c->id, c->company_made, c->contact_made, c->deal_made),
			&row);
	if (err)
		return err;
	c->at = db_value(&row, 0, 0);
	tell_changed(c->req);
	return ERR_OK;
}

static enum err answer(const struct conversion *c)
{
	struct json json = response_json(c->req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_str(&json, "leadId", c->id);
	json_member_str(&json, "contactId", c->contact_made);
	json_member_str(&json, "companyId", c->company_made);
	json_member_str(&json, "dealId", c->deal_made);
	json_member_moment(&json, "convertedAt", c->at);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

static enum err handle_convert(struct request *req)
{
	struct conversion c = {.req = req, .leads = resource_find(STR("lead"))};
	struct query query;
	bool done = false;
	static const char *const written[] = {"lead.stageId", NULL};
	enum err err = record_begin(req, c.leads, VERB_UPDATE, &c.id, &query);

	c.versions = record_versions(req);
	if (!err)
		err = record_needs(req, RULE_WRITE, written);
	if (!err)
		err = read_body(&c);
	if (!err)
		err = unit_begin(req);
	if (!err)
		err = hold(&c, &done);
	if (!err && !done)
		err = convert(&c);
	if (!err)
		err = unit_commit(req);
	return err ? err : answer(&c);
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
static const struct route_doc convert_doc = {
	.summary = "Convert a lead into a contact, its company and perhaps a deal; again answers the same",
	.tag = "Leads",
	.request = "{\"type\":\"object\",\"properties\":{"
		   "\"companyId\":" SCHEMA_ID_OR_NULL ",\"contactId\":" SCHEMA_ID_OR_NULL ","
		   "\"company\":{\"description\":\"A new company, named as the lead tells unless said "
		   "otherwise; false: an account of the person\",\"anyOf\":[{\"type\":\"object\","
		   "\"additionalProperties\":true},{\"type\":[\"boolean\",\"null\"]}]},"
		   "\"linkExisting\":{\"type\":\"boolean\",\"default\":true,\"description\":"
		   "\"Without companyId and company: link a company of the name that the lead tells\"},"
		   "\"deal\":{\"description\":\"A new deal; what it does not say the lead tells\","
		   "\"anyOf\":[{\"type\":\"object\",\"additionalProperties\":true},"
		   "{\"type\":[\"boolean\",\"null\"]}]}}}",
	.response = "{\"type\":\"object\",\"properties\":{\"leadId\":" SCHEMA_ID ",\"contactId\":" SCHEMA_ID ","
		    "\"companyId\":" SCHEMA_ID ",\"dealId\":" SCHEMA_ID_OR_NULL ","
		    "\"convertedAt\":" SCHEMA_TIME "}}",
	.status = 200,
	.parameters = "[{\"$ref\":\"#/components/parameters/IfMatch\"}]",
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_STALE |
		ROUTE_ERR_INVALID | ROUTE_ERR_BODY,
};

static const struct route routes[] = {
	{.method = HTTP_POST, .pattern = "/api/v1/leads/{id}/convert", .handle = handle_convert, .doc = &convert_doc},
	{.method = HTTP_POST, .pattern = "/api/leads/{id}/convert", .handle = handle_convert, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_lead_conversion = {
	.name = "lead_conversion",
	.routes = routes,
};
