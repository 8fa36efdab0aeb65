/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting what a deal has sold: an event or a project, from a template or without.
 *
 * The body is that of a new event or project; what it does not say the deal tells. The template's tasks,
 * schedule, budget and milestones come with it in the same statement (migrations, work_from_templates).
 * Asking again for the same template answers what was started the first time: a second event of the same
 * deal is made by POST /events with a dealId.
 */
#include "base/json_read.h"
#include "core/caller.h"
#include "core/feature.h"
#include "core/query.h"
#include "core/records.h"
#include "core/sql.h"
#include "core/unit.h"
#include "core/validate.h"

#define SQL_WORK                                                                            \
	"select started, name, owner, currency, amount, event_type, guests, start_at from " \
	"deal_work($1, $2, $3)"

enum {
	WORK_STARTED,
	WORK_NAME,
	WORK_OWNER,
	WORK_CURRENCY,
	WORK_AMOUNT,
	WORK_EVENT_TYPE,
	WORK_GUESTS,
	WORK_START_AT
};

/* What a deal, or its lead, tells of the new record, where the client says nothing and sees that field. */
struct told {
	int column;
	const char *field;
	enum json_type type;
	const char *entity, *source;
};

struct kind {
	const char *entity;
	const struct told *told;    /* ends with a NULL field */
	const char *const *written; /* entities of which rows are made; ends with NULL */
};

static const struct kind event = {
	.entity = "event",
	.told =
		(const struct told[]){
			{WORK_NAME, "name", JSON_STRING, "deal", "name"},
			{WORK_CURRENCY, "currency", JSON_STRING, "deal", "currency"},
			{WORK_AMOUNT, "budget", JSON_NUMBER, "deal", "amount"},
			{WORK_EVENT_TYPE, "eventType", JSON_STRING, "lead", "eventType"},
			{WORK_GUESTS, "guestsExpected", JSON_NUMBER, "lead", "guestsExpected"},
			{WORK_START_AT, "startAt", JSON_STRING, "lead", "eventDate"},
			{.field = NULL},
		},
	.written = (const char *const[]){"task", "schedule_item", "budget_line", NULL},
};

static const struct kind project = {
	.entity = "project",
	.told =
		(const struct told[]){
			{WORK_NAME, "name", JSON_STRING, "deal", "name"},
			{WORK_CURRENCY, "currency", JSON_STRING, "deal", "currency"},
			{WORK_AMOUNT, "budget", JSON_NUMBER, "deal", "amount"},
			{.field = NULL},
		},
	.written = (const char *const[]){"task", "milestone", NULL},
};

struct start {
	struct request *req;
	const struct kind *kind;
	const struct resource *deals;
	struct query query; /* of the event or the project */
	struct str deal_id, template_id;
	struct json_value *object;
	struct db_result work; /* what the deal tells */
};

/* --- the body ----------------------------------------------------------------------------------- */

/* The deal is that of the path. A templateId that is no id is left to the checks of the record. */
static enum err read_body(struct start *s)
{
	struct json_value *none = ARENA_NEW(s->req->arena, struct json_value);
	struct str template;
	enum err err = ERR_OK;

	*none = (struct json_value){.type = JSON_OBJECT};
	s->object = none;
	if (request_header(s->req, "Content-Type").ptr)
		err = read_json_body(s->req, &s->object);
	if (err)
		return err;
	if (json_get(s->object, "dealId")) {
		problem_add(&s->req->problem, STR("dealId"), "UNKNOWN_FIELD",
			"It is the deal of the address.");
		return ERR_INVALID;
	}
	template = json_get_str(s->object, "templateId");
	if (template.ptr && record_id(s->req, template, &s->template_id) != ERR_OK)
		s->template_id = STR_NONE;
	return ERR_OK;
}

/* Who may read only the own could not make a record of somebody else. */
static void suggest_owner(struct start *s)
{
	if (caller_scope(s->req->caller, s->query.resource, VERB_READ) != SCOPE_OWN)
		validate_suggest(s->req, s->object, "ownerId", JSON_STRING,
			db_value(&s->work, 0, WORK_OWNER));
}

static bool dates_are_said(const struct start *s)
{
	return json_get(s->object, "startAt") || json_get(s->object, "endAt");
}

static bool is_told(const struct start *s, const struct told *told)
{
	const struct resource *resource = resource_find(str_of(told->entity));

	return caller_sees(s->req->caller, resource_field_find(resource, str_of(told->source)));
}

static void suggest(struct start *s)
{
	bool dated = dates_are_said(s);

	for (const struct told *t = s->kind->told; t->field; t++)
		if (is_told(s, t) && (t->column != WORK_START_AT || !dated))
			validate_suggest(s->req, s->object, t->field, t->type,
				db_value(&s->work, 0, t->column));
	suggest_owner(s);
}

/* --- starting ----------------------------------------------------------------------------------- */

/* One caller after the other. */
static enum err hold(struct start *s)
{
	enum err err = unit_query(s->req, DB_WRITE, s->query.resource,
		&SQL(SQL_WORK, s->deal_id, str_of(s->kind->entity), s->template_id), &s->work);

	return !err && s->work.rows == 0 ? ERR_NOT_FOUND : err;
}

static enum err make(struct start *s)
{
	struct record_write write = {
		.req = s->req, .resource = s->query.resource, .mode = RECORD_CREATE};
	enum err err;

	suggest(s);
	err = validate_members(&write, s->object);
	if (err)
		return err;
	record_write_set(&write, "dealId", s->deal_id);
	err = record_insert_answer(&write, &s->query);
	for (const char *const *name = s->kind->written; *name && !err; name++)
		unit_changed(s->req, resource_find(str_of(*name)));
	return err;
}

static enum err answer_started(struct start *s, struct str id)
{
	struct db_stmt stmt = sql_get(&s->query, id);
	struct db_result row;
	enum err err = unit_query(s->req, DB_WRITE, s->query.resource, &stmt, &row);

	if (err)
		return err;
	if (row.rows == 0)
		return problem_set(&s->req->problem, ERR_CONFLICT,
			"It has been started already, by somebody whose work you do not see.");
	record_location(s->req, s->query.resource, id);
	return record_answer(s->req, 201, &s->query, &row);
}

static enum err begin(struct request *req, const struct kind *kind, struct start *s)
{
	const struct resource *resource = resource_find(str_of(kind->entity));
	enum err err;

	*s = (struct start){.req = req, .kind = kind, .deals = resource_find(STR("deal"))};
	err = record_may(req, s->deals, VERB_READ);
	if (!err)
		err = record_may(req, resource, VERB_CREATE);
	if (!err)
		err = record_id(req, req->params[0], &s->deal_id);
	if (!err)
		err = query_parse(req, resource, QUERY_ONE, &s->query);
	return err ? err : read_body(s);
}

static enum err start_work(struct request *req, const struct kind *kind)
{
	struct start s;
	struct str started;
	enum err err = begin(req, kind, &s);

	if (!err)
		err = unit_begin(req);
	if (!err)
		err = hold(&s);
	if (err)
		return err;
	started = db_value(&s.work, 0, WORK_STARTED);
	err = started.ptr ? answer_started(&s, started) : make(&s);
	return err ? err : unit_commit(req);
}

static enum err handle_event(struct request *req)
{
	return start_work(req, &event);
}

static enum err handle_project(struct request *req)
{
	return start_work(req, &project);
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define ERRORS ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_INVALID | \
	ROUTE_ERR_BODY
#define BODY(text) "{\"type\":\"object\",\"additionalProperties\":true,\"description\":\"" text "\"," \
	"\"properties\":{\"templateId\":{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}}}"

static const struct route_doc event_doc = {
	.summary = "Start the event that a deal has sold; again answers the same",
	.tag = "Deals",
	.request = BODY("Fields of the new event. Name, client, owner, currency and budget are the deal's "
			"unless said otherwise"),
	.response = "{\"$ref\":\"#/components/schemas/Event\"}",
	.status = 201,
	.errors = ERRORS,
};

static const struct route_doc project_doc = {
	.summary = "Start the project that a deal has sold; again answers the same",
	.tag = "Deals",
	.request = BODY("Fields of the new project. Name, client, owner, currency and budget are the deal's "
			"unless said otherwise"),
	.response = "{\"$ref\":\"#/components/schemas/Project\"}",
	.status = 201,
	.errors = ERRORS,
};

static const struct route routes[] = {
	{.method = HTTP_POST, .pattern = "/api/v1/deals/{id}/events", .handle = handle_event, .doc = &event_doc},
	{.method = HTTP_POST, .pattern = "/api/v1/deals/{id}/projects", .handle = handle_project, .doc = &project_doc},
	{.method = HTTP_POST, .pattern = "/api/deals/{id}/events", .handle = handle_event, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_POST, .pattern = "/api/deals/{id}/projects", .handle = handle_project, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_deal_work = {
	.name = "deal_work",
	.routes = routes,
};
