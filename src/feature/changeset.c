/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changesets: all that one request wrote, and taking it back. The database reads the log and does it
 * (migrations, changesets); here it is asked, and told in the names of fields.
 */
#include "base/fiber.h"
#include "base/time.h"
#include "core/bulk.h"
#include "core/caller.h"
#include "core/feature.h"
#include "core/field_type.h"
#include "core/revert.h"
#include "core/tenant.h"
#include "core/unit.h"

enum { LIST_LIMIT = 25, LIST_MAX = 100, COUNTED_IN_LISTS = 10000, LEFT_MAX = 10000 };
enum { REVERT_MAX_MS = 10 * 60 * 1000 };

#define SQL_ENTITIES "select to_jsonb(changeset_entities($1))"
#define SQL_REVERT "select changeset_revert($1, $2::jsonb, $3::jsonb, $4::boolean, $5::int)"
#define SQL_TOLD                                                                              \
	"select t.id, t.at, t.actor_id, t.request_id, t.revert_of, t.reverted_by, t.instead," \
	" t.counts, t.whole from "
#define SQL_TOLD_MANY                                                                              \
	SQL_TOLD "changeset_told(array(select l.id from changeset_list($2, $3, $4, $5::int) as l " \
		 "order by l.id desc), $1::jsonb, $6::int) as t"
#define SQL_TOLD_THESE SQL_TOLD "changeset_told($2::uuid[], $1::jsonb, $3::int) as t"
#define SQL_TOLD_ONE SQL_TOLD "changeset_told(array[$2::uuid], $1::jsonb, $3::int) as t"

/* --- reading ------------------------------------------------------------------------------------------ */

static void write_told(struct json *json, const struct db_result *rows, int i)
{
	struct str instead = db_value(rows, i, 6);

	json_object(json);
	json_member_str(json, "id", db_value(rows, i, 0));
	json_key(json, STR("at"));
	field_write_json(json, resource_field_find(resource_find(STR("change")), STR("at")),
		db_value(rows, i, 1));
	json_member_str(json, "actorId", db_value(rows, i, 2));
	json_member_str(json, "requestId", db_value(rows, i, 3));
	json_member_str(json, "revertOf", db_value(rows, i, 4));
	json_member_str(json, "revertedBy", db_value(rows, i, 5));
	json_member_bool(json, "revertible", !instead.ptr);
	json_member_str(json, "whyNot", instead);
	json_member_raw(json, "counts", db_value(rows, i, 7));
	json_member_bool(json, "countsAreWhole", str_is(db_value(rows, i, 8), "t"));
	json_end(json);
}

/* What a list of changesets may be asked. */
struct asked {
	struct str cursor, actor, entity;
	struct str ids; /* these, as PostgreSQL reads an array; absent for all */
	int limit;
};

/* `a,b`: {a,b}, absent when one is no id or there are too many. */
static struct str read_ids(struct request *req, struct str value)
{
	struct str ids = STR("{"), id;
	int count = 0;

	for (struct str rest = value; rest.len > 0; count++) {
		size_t end = str_find_char(rest, ',');

		if (count == LIST_MAX || record_id(req, str_slice(rest, 0, end), &id) != ERR_OK)
			return STR_NONE;
		ids = arena_printf(
			req->arena, "%.*s%s%.*s", STR_ARG(ids), count ? "," : "", STR_ARG(id));
		rest = end < rest.len ? str_slice(rest, end + 1, rest.len) : STR("");
	}
	return count ? arena_printf(req->arena, "%.*s}", STR_ARG(ids)) : STR_NONE;
}

static enum err ask(struct request *req, struct asked *asked, struct str name, struct str value)
{
	const struct resource *resource = resource_find(value);
	int64_t limit;

	if (str_is(name, "id[in]") && (asked->ids = read_ids(req, value)).ptr)
		return ERR_OK;
	if (str_is(name, "cursor") && record_id(req, value, &asked->cursor) == ERR_OK)
		return ERR_OK;
	if (str_is(name, "actorId") && str_is(value, "me")) {
		asked->actor = req->caller->user_id;
		return ERR_OK;
	}
	if (str_is(name, "actorId") && record_id(req, value, &asked->actor) == ERR_OK)
		return ERR_OK;
	if (str_is(name, "entity") && resource) {
		asked->entity = resource->name;
		return ERR_OK;
	}
	if (str_is(name, "limit") && str_to_int64(value, &limit) && limit >= 1 &&
		limit <= LIST_MAX) {
		asked->limit = (int)limit;
		return ERR_OK;
	}
	return problem_set(&req->problem, ERR_BAD_PARAMETER,
		"There is no parameter \"%.*s\" here, or no such value of it.", STR_ARG(name));
}

static enum err read_asked(struct request *req, struct asked *asked)
{
	struct str rest = req->query;
	enum err err = ERR_OK;

	*asked = (struct asked){.limit = LIST_LIMIT};
	while (!err) {
		struct str name, value;
		bool more;

		err = request_next_param(req, &rest, &name, &value, &more);
		if (err || !more)
			break;
		err = ask(req, asked, name, value);
	}
	return err;
}

static struct str number(struct request *req, int n)
{
	return arena_printf(req->arena, "%d", n);
}

static enum err read_many(struct request *req, const struct asked *asked, struct db_result *rows)
{
	struct str most = number(req, COUNTED_IN_LISTS);

	if (asked->ids.ptr)
		return unit_query(req, DB_SLOW, NULL,
			&SQL(SQL_TOLD_THESE, revert_finals(req), asked->ids, most), rows);
	return unit_query(req, DB_SLOW, NULL,
		&SQL(SQL_TOLD_MANY, revert_finals(req), asked->cursor, asked->actor, asked->entity,
			number(req, asked->limit + 1), most),
		rows);
}

static enum err handle_list(struct request *req)
{
	struct asked asked;
	struct db_result rows;
	struct json json;
	int shown;
	enum err err = record_may(req, resource_find(STR("change")), VERB_READ);

	if (!err)
		err = read_asked(req, &asked);
	if (!err)
		err = read_many(req, &asked, &rows);
	if (err)
		return err;
	shown = asked.ids.ptr ? rows.rows : MIN(rows.rows, asked.limit);
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_key(&json, STR("changesets"));
	json_array(&json);
	for (int i = 0; i < shown; i++)
		write_told(&json, &rows, i);
	json_end(&json);
	json_member_str(
		&json, "nextCursor", rows.rows > shown ? db_value(&rows, shown - 1, 0) : STR_NONE);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

static enum err handle_get(struct request *req)
{
	struct db_result rows;
	struct json json;
	struct str id;
	enum err err = record_may(req, resource_find(STR("change")), VERB_READ);

	if (!err)
		err = record_id(req, req->params[0], &id);
	if (!err)
		err = unit_query(req, DB_SLOW, NULL,
			&SQL(SQL_TOLD_ONE, revert_finals(req), id, number(req, INT32_MAX)), &rows);
	if (!err && rows.rows == 0)
		err = ERR_NOT_FOUND;
	if (err)
		return err;
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	write_told(&json, &rows, 0);
	json_end(&json);
	return ERR_OK;
}

/* --- what is left ------------------------------------------------------------------------------------- */

static const struct {
	const char *code;
	enum err err;
	const char *words;
} reasons[] = {
	{"CHANGED_SINCE", ERR_CONFLICT, "It was changed since."},
	{"FORBIDDEN", ERR_FORBIDDEN, "You may not change this record, or not these fields."},
	{"GONE", ERR_NOT_FOUND, "It is not there any more, or not yours to see."},
	{"KEPT", ERR_CONFLICT, "Records of this kind do not go to the trash."},
};

static void write_change(struct json *json, struct str field, const struct json_value *pair)
{
	json_object(json);
	json_member_str(json, "field", field);
	json_key(json, STR("written"));
	if (pair->type == JSON_ARRAY && pair->first)
		json_write_value(json, pair->first);
	else
		json_null(json);
	json_key(json, STR("now"));
	if (pair->type == JSON_ARRAY && pair->first && pair->first->next)
		json_write_value(json, pair->first->next);
	else
		json_null(json);
	json_end(json);
}

static bool is_same(struct request *req, const struct json_value *a, const struct json_value *b)
{
	struct buf texts[2];
	bool same;

	if (!a || !b)
		return a == b;
	for (int i = 0; i < 2; i++) {
		struct json json;

		buf_init(&texts[i], 1024 * 1024);
		json_init(&json, &texts[i]);
		json_write_value(&json, i ? b : a);
	}
	same = str_eq(buf_str(&texts[0]), buf_str(&texts[1]));
	buf_deinit(&texts[0]);
	buf_deinit(&texts[1]);
	(void)req;
	return same;
}

/* A field of the organisation's own, which the caller sees and which is another now. */
static void write_custom(struct json *json, struct request *req, const struct tenant *tenant,
	const struct resource *resource, const struct json_value *pair)
{
	static const struct json_value null = {.type = JSON_NULL};
	const struct tenant_fields *custom = &tenant->custom[resource->index];
	const struct json_value *now = pair->first ? pair->first->next : NULL;

	for (size_t i = 0; i < custom->count; i++) {
		const struct resource_field *field = &custom->fields[i];
		const struct json_value *was = json_get(pair->first, field->field->name);
		const struct json_value *is = json_get(now, field->field->name);
		struct json_value values[2] = {was ? *was : null, is ? *is : null};
		struct json_value told = {
			.type = JSON_ARRAY, .first = &values[0], .count = ARRAY_LEN(values)};

		if (!caller_sees(req->caller, field) || is_same(req, was, is))
			continue;
		values[0].next = &values[1];
		values[1].next = NULL;
		write_change(
			json, arena_printf(req->arena, "custom.%.*s", STR_ARG(field->name)), &told);
	}
}

/* `deal_line.quantity`, `deal_line`: what is nested in a record is told by the array's name. */
static struct str nested_name(const struct resource *resource, struct str key)
{
	struct str entity = str_slice(key, 0, str_find_char(key, '.'));

	for (size_t i = 0; i < resource->nested_count; i++)
		if (str_eq(resource->nested[i].of->name, entity))
			return resource->nested[i].name;
	return STR_NONE;
}

static void write_changes(struct json *json, struct request *req, const struct tenant *tenant,
	const struct resource *resource, const struct json_value *fields)
{
	json_key(json, STR("changes"));
	json_array(json);
	for (const struct json_value *f = fields ? fields->first : NULL; f; f = f->next) {
		const struct resource_field *field = resource_field_by_column(resource, f->key);
		struct str nested = nested_name(resource, f->key);

		if (str_is(f->key, "deleted_at"))
			write_change(json, STR("deletedAt"), f);
		else if (nested.ptr)
			write_change(json, nested, f);
		else if (!field || !caller_sees(req->caller, field))
			continue;
		else if (str_is(field->name, "custom") && f->type == JSON_ARRAY)
			write_custom(json, req, tenant, resource, f);
		else
			write_change(json, field->name, f);
	}
	json_end(json);
}

static void write_reason(struct json *json, struct request *req, const struct resource *resource,
	const struct json_value *left)
{
	const struct json_value *refusal = json_get(left, "refusal");
	struct request *scratch = bulk_scratch(req, req->arena);
	struct str code = json_get_str(left, "code");
	enum err err = ERR_CONFLICT;

	if (refusal && refusal->type == JSON_OBJECT)
		err = bulk_refusal(scratch, resource, refusal);
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (str_is(code, reasons[i].code))
			err = problem_set(
				&scratch->problem, reasons[i].err, "%s", reasons[i].words);
	json_member_str(json, "reason", code);
	bulk_write_error(json, err, &scratch->problem);
}

static void write_left(struct json *json, struct request *req, const struct tenant *tenant,
	const struct json_value *left)
{
	const struct resource *resource = resource_find(json_get_str(left, "entity"));

	INVARIANT(resource != NULL);
	json_object(json);
	json_member_str(json, "entity", resource->name);
	json_member_str(json, "id", json_get_str(left, "id"));
	write_reason(json, req, resource, left);
	write_changes(json, req, tenant, resource, json_get(left, "fields"));
	json_end(json);
}

/* Secrets, whose values the log does not hold. */
static void write_unlogged(struct json *json, struct request *req, const struct json_value *record)
{
	const struct resource *resource = resource_find(json_get_str(record, "entity"));

	INVARIANT(resource != NULL);
	json_object(json);
	json_member_str(json, "entity", resource->name);
	json_member_str(json, "id", json_get_str(record, "id"));
	json_key(json, STR("fields"));
	json_array(json);
	for (const struct json_value *c = json_get(record, "columns")->first; c; c = c->next) {
		const struct resource_field *field = resource_field_by_column(resource, c->text);

		if (field && caller_sees(req->caller, field))
			json_str(json, field->name);
	}
	json_end(json);
	json_end(json);
}

/* --- revert ------------------------------------------------------------------------------------------- */

static void write_numbers(struct json *json, const char *key, const struct json_value *numbers)
{
	json_key(json, str_of(key));
	json_array(json);
	for (const struct json_value *n = numbers->first; n; n = n->next) {
		json_object(json);
		json_member_str(json, "entity", n->key);
		json_member_raw(json, "records", n->text);
		json_end(json);
	}
	json_end(json);
}

static void write_reverted(struct json *json, struct request *req, const struct tenant *tenant,
	const struct json_value *done)
{
	write_numbers(json, "reverted", json_get(done, "reverted"));
	json_member_raw(json, "leftCount", json_get(done, "leftCount")->text);
	json_key(json, STR("left"));
	json_array(json);
	for (const struct json_value *l = json_get(done, "left")->first; l; l = l->next)
		write_left(json, req, tenant, l);
	json_end(json);
	json_key(json, STR("notLogged"));
	json_array(json);
	for (const struct json_value *l = json_get(done, "unlogged")->first; l; l = l->next)
		write_unlogged(json, req, l);
	json_end(json);
	write_numbers(json, "untouched", json_get(done, "untouched"));
}

/* Whatever the changeset had written, and what follows from that. */
static void tell(struct request *req)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	for (size_t i = 0; i < count; i++)
		unit_changed(req, all[i]);
}

static enum err read_dry(struct request *req, bool *dry)
{
	struct str rest = req->query;
	enum err err = ERR_OK;

	*dry = false;
	while (!err) {
		struct str name, value;
		bool more;

		err = request_next_param(req, &rest, &name, &value, &more);
		if (err || !more)
			break;
		*dry = str_is(value, "true");
		if (!str_is(name, "dryRun") || (!*dry && !str_is(value, "false")))
			err = problem_set(&req->problem, ERR_BAD_PARAMETER,
				"dryRun=true is the only parameter here.");
	}
	return err;
}

static enum err read_json(struct request *req, const struct db_result *row, struct json_value **out)
{
	return json_read(req->arena, db_value(row, 0, 0), &req->problem, out) == ERR_OK
		? ERR_OK
		: ERR_INTERNAL;
}

static enum err run(struct request *req, struct str id, bool dry, struct json_value **out)
{
	struct json_value *entities;
	struct db_result row;
	enum err err;

	fiber_set_deadline(time_monotonic_ms() + REVERT_MAX_MS);
	err = unit_begin(req);
	if (!err)
		err = unit_query(req, DB_WRITE, NULL, &SQL(SQL_ENTITIES, id), &row);
	if (!err)
		err = read_json(req, &row, &entities);
	if (!err)
		err = unit_work(req, NULL,
			&SQL(SQL_REVERT, id, revert_tables(req, entities), revert_finals(req),
				dry ? STR("true") : STR("false"), number(req, LEFT_MAX)),
			&row);
	return err ? err : read_json(req, &row, out);
}

static enum err handle_revert(struct request *req)
{
	const struct tenant *tenant;
	struct json_value *done;
	struct bulk_made made;
	struct json json;
	struct str id;
	bool dry;
	enum err err = record_id(req, req->params[0], &id);

	if (!err)
		err = read_dry(req, &dry);
	if (!err)
		err = tenant_of(req, &tenant);
	if (!err)
		err = run(req, id, dry, &done);
	if (!err)
		err = bulk_made(req, resource_find(STR("change")), STR("{}"), &made);
	if (err)
		return err;
	tell(req);
	err = unit_commit(req);
	if (err)
		return err;
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_str(&json, "changesetId", made.changeset);
	json_member_str(&json, "revertOf", id);
	json_member_bool(&json, "dryRun", dry);
	write_reverted(&json, req, tenant, done);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

/* --- routes ------------------------------------------------------------------------------------------- */

#define ID "{\"type\":\"string\",\"format\":\"uuid\"}"
#define ID_OR_NULL "{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}"
#define NUMBERS                                                                           \
	"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"entity\":{" \
	"\"type\":\"string\"},\"records\":{\"type\":\"integer\"}}}}"
#define CHANGESET                                                                             \
	"{\"type\":\"object\",\"properties\":{\"id\":" ID ",\"at\":{\"type\":\"string\","     \
	"\"format\":\"date-time\"},\"actorId\":" ID_OR_NULL ",\"requestId\":{\"type\":["      \
	"\"string\",\"null\"]},\"revertOf\":" ID_OR_NULL ",\"revertedBy\":" ID_OR_NULL        \
	",\"revertible\":{\"type\":\"boolean\"},\"whyNot\":{\"type\":[\"string\",\"null\"]}," \
	"\"counts\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"      \
	"\"entity\":{\"type\":\"string\"},\"action\":{\"type\":\"string\"},\"records\":{"     \
	"\"type\":\"integer\"}}}},\"countsAreWhole\":{\"type\":\"boolean\",\"description\":"  \
	"\"A list counts the first 10,000 changes of each.\"}}}"

/* clang-format off */
static const struct route_doc list_doc = {
	.summary = "List changesets, the latest first",
	.tag = "Changesets",
	.response = "{\"type\":\"object\",\"properties\":{\"changesets\":{\"type\":\"array\",\"items\":" CHANGESET
		"},\"nextCursor\":" ID_OR_NULL "}}",
	.status = 200,
	.parameters = "[{\"name\":\"cursor\",\"in\":\"query\",\"schema\":" ID "},"
		"{\"name\":\"limit\",\"in\":\"query\",\"schema\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,"
		"\"default\":25}},"
		"{\"name\":\"id[in]\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"These alone: up to 100 ids, separated by commas; nothing else narrows them.\"},"
		"{\"name\":\"actorId\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"Whose: an id, or me.\"},"
		"{\"name\":\"entity\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"With changes of this entity: contact.\"}]",
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route_doc get_doc = {
	.summary = "Read a changeset: who, when, what, and whether it can be taken back",
	.tag = "Changesets",
	.response = CHANGESET,
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
};

static const struct route_doc revert_doc = {
	.summary = "Take a changeset back",
	.tag = "Changesets",
	.response = "{\"type\":\"object\",\"properties\":{\"changesetId\":" ID_OR_NULL ",\"revertOf\":" ID ","
		"\"dryRun\":{\"type\":\"boolean\"},\"reverted\":" NUMBERS ","
		"\"leftCount\":{\"type\":\"integer\"},"
		"\"left\":{\"type\":\"array\",\"description\":\"Records that were not touched, the first 10,000.\","
		"\"items\":{\"type\":\"object\",\"properties\":{\"entity\":{\"type\":\"string\"},\"id\":" ID ","
		"\"reason\":{\"enum\":[\"CHANGED_SINCE\",\"FORBIDDEN\",\"GONE\",\"KEPT\",\"REFUSED\"]},"
		"\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},\"details\":{\"type\":\"array\","
		"\"items\":{\"type\":\"object\",\"properties\":{\"field\":{\"type\":\"string\"},\"code\":{"
		"\"type\":\"string\"},\"message\":{\"type\":\"string\"}}}},\"changes\":{\"type\":\"array\","
		"\"items\":{\"type\":\"object\",\"properties\":{\"field\":{\"type\":\"string\"},\"written\":{},"
		"\"now\":{}}}}}}},"
		"\"notLogged\":{\"type\":\"array\",\"description\":\"Fields whose former values are not kept.\","
		"\"items\":{\"type\":\"object\",\"properties\":{\"entity\":{\"type\":\"string\"},\"id\":" ID ","
		"\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}},"
		"\"untouched\":" NUMBERS "}}",
	.status = 200,
	.parameters = "[{\"name\":\"dryRun\",\"in\":\"query\",\"schema\":{\"type\":\"boolean\",\"default\":false},"
		"\"description\":\"Tells what would be done, and writes nothing.\"}]",
	.errors = ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/changesets", .handle = handle_list, .doc = &list_doc},
	{.method = HTTP_GET, .pattern = "/api/changesets", .handle = handle_list, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_GET, .pattern = "/api/v1/changesets/{id}", .handle = handle_get, .doc = &get_doc},
	{.method = HTTP_GET, .pattern = "/api/changesets/{id}", .handle = handle_get, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_POST, .pattern = "/api/v1/changesets/{id}/revert", .handle = handle_revert, .doc = &revert_doc},
	{.method = HTTP_POST, .pattern = "/api/changesets/{id}/revert", .handle = handle_revert,
	 .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_changeset = {
	.name = "changeset",
	.routes = routes,
};
