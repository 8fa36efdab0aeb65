/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records: GET /<entity>/{id}/duplicates, and POST /<entity>/merge {keep, merge, values}.
 *
 * A merge is one transaction: the database holds the records, points what refers to the others to the one that
 * is kept, puts the others into the trash and gives the one what it lacks (migrations, duplicates_and_merge);
 * then `values` are written to it as a PATCH would.
 */
#include "base/json_read.h"
#include "base/uuid.h"
#include "core/query.h"
#include "core/record_json.h"
#include "core/records.h"
#include "core/resource_merge.h"
#include "core/sql.h"
#include "core/unit.h"
#include "core/validate.h"

enum { MERGE_MOST = 50, RULES_MAX = 4096 };

/* --- duplicates ------------------------------------------------------------------------------------- */

static void write_names(struct json *json, const struct caller *caller, const struct resource *r,
	const struct entity_duplicates *rule, const char *key, bool columns)
{
	json_key(json, str_of(key));
	json_array(json);
	for (size_t i = 0; i < DUPLICATE_MAX_FIELDS && rule->fields[i]; i++) {
		const struct resource_field *field = resource_field_find(
			r, str_of(rule->fields[i]));

		if (caller_sees(caller, field))
			json_str(json, columns ? field->column : field->name);
	}
	json_end(json);
}

/* What the caller does not see tells nothing: not even that it is the same elsewhere. */
static struct str rules_for(struct request *req, const struct resource *r)
{
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, RULES_MAX);
	json_init(&json, &text);
	json_array(&json);
	for (const struct entity_duplicates *rule = r->entity->duplicates; rule->kind; rule++) {
		json_object(&json);
		json_member_cstr(&json, "how", duplicate_kind_name(rule->kind));
		write_names(&json, req->caller, r, rule, "columns", true);
		write_names(&json, req->caller, r, rule, "fields", false);
		json_end(&json);
	}
	json_end(&json);
	INVARIANT(!text.full);
	out = arena_str(req->arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

static void answer_duplicates(const struct query *query, const struct record_includes *includes,
	const struct db_result *rows)
{
	struct json json = response_json(query->req, 200);
	int column = (int)query->field_count + 1; /* behind the version */

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_array(&json);
	for (int i = 0; i < rows->rows; i++) {
		json_object(&json);
		json_member_raw(&json, "score", db_value(rows, i, column));
		json_member_raw(&json, "reasons", db_value(rows, i, column + 1));
		json_key(&json, STR("record"));
		record_write_json(&json, query, includes, rows, i);
		json_end(&json);
	}
	json_end(&json);
	json_end(&json);
}

enum err record_duplicates(struct request *req)
{
	const struct resource *resource = req->route->data;
	struct record_includes includes = {.has_nested = false};
	struct query query;
	struct db_result results[2];
	struct str id;
	enum err err = record_begin(req, resource, VERB_READ, &id, &query);

	if (!err) {
		struct db_stmt stmts[] = {sql_visible(resource, req, id),
			sql_duplicates(&query, id, rules_for(req, resource))};

		err = unit_run(req, DB_SLOW, resource, stmts, ARRAY_LEN(stmts), results);
	}
	if (!err && results[0].rows == 0)
		err = ERR_NOT_FOUND;
	if (!err)
		err = record_includes_load(&query, &results[1], &includes);
	if (!err)
		answer_duplicates(&query, &includes, &results[1]);
	return err;
}

/* --- what is to be merged ----------------------------------------------------------------------------- */

struct merge {
	struct request *req;
	const struct resource *resource;
	struct query query;
	struct str keep, ids; /* an id; a uuid array literal */
	const struct json_value *others;
	struct record_write write; /* of `values` */
};

static void complain(struct merge *merge, const char *field, const char *code, const char *message)
{
	problem_add(&merge->req->problem, str_of(field), code, "%s", message);
}

static bool is_id(const struct json_value *value)
{
	return value && value->type == JSON_STRING && uuid_is_valid(value->text);
}

static bool stands_before(const struct json_value *first, const struct json_value *value)
{
	for (; first != value; first = first->next)
		if (str_eq_nocase(first->text, value->text))
			return true;
	return false;
}

static void read_others(struct merge *merge, const struct json_value *list)
{
	const struct json_value *v;

	if (!list || list->type != JSON_ARRAY || list->count == 0 || list->count > MERGE_MOST) {
		complain(merge, "merge", list ? "INVALID" : "REQUIRED",
			"Must be a list of 1 to 50 ids.");
		return;
	}
	merge->others = list->first;
	merge->ids = STR("{");
	for (v = list->first; v; v = v->next) {
		if (!is_id(v) || str_eq_nocase(v->text, merge->keep) ||
			stands_before(list->first, v)) {
			complain(merge, "merge", "INVALID",
				"Must be ids of other records, each once.");
			return;
		}
		merge->ids = arena_printf(merge->req->arena, "%.*s%.*s%s", STR_ARG(merge->ids),
			STR_ARG(v->text), v->next ? "," : "}");
	}
}

static void read_unknown(struct merge *merge, const struct json_value *body)
{
	for (const struct json_value *m = body->first; m; m = m->next)
		if (!str_is(m->key, "keep") && !str_is(m->key, "merge") &&
			!str_is(m->key, "values"))
			problem_add(&merge->req->problem, m->key, "UNKNOWN_FIELD",
				"There is no such field.");
}

static enum err read_body(struct merge *merge)
{
	struct request *req = merge->req;
	struct json_value *body;
	const struct json_value *keep, *values;
	enum err err = read_json_body(req, &body);

	if (err)
		return err;
	keep = json_get(body, "keep");
	values = json_get(body, "values");
	if (is_id(keep))
		merge->keep = keep->text;
	else
		complain(merge, "keep", keep ? "INVALID" : "REQUIRED", "Must be an id.");
	read_others(merge, json_get(body, "merge"));
	read_unknown(merge, body);
	merge->write = (struct record_write){
		.req = req, .resource = merge->resource, .mode = RECORD_UPDATE, .id = merge->keep};
	if (values && values->type != JSON_OBJECT)
		complain(merge, "values", "WRONG_TYPE", "Must be an object.");
	else if (values && values->count)
		return validate_members(&merge->write, values);
	return problem_has_details(&req->problem) ? ERR_INVALID : ERR_OK;
}

/* --- merging ---------------------------------------------------------------------------------------- */

/* The database asks for the letter of changing: it says no more than that of merging does. */
static enum err narrow(struct merge *merge)
{
	struct request *req = merge->req;
	const struct caller *caller = caller_narrow(
		req->caller, req->arena, merge->resource, VERB_UPDATE, VERB_MERGE);
	struct db_result row;

	if (caller == req->caller)
		return ERR_OK;
	req->caller = caller;
	return req->unit
		? unit_query(req, DB_WRITE, NULL,
			  &SQL("select set_config('app.access', $1, true)", caller->access), &row)
		: ERR_OK;
}

/* All that refers to such records may have been written. */
static void tell(struct merge *merge)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	unit_changed(merge->req, merge->resource);
	for (size_t i = 0; i < count; i++)
		for (size_t f = 0; f < all[i]->field_count; f++)
			if (all[i]->fields[f].target == merge->resource)
				unit_changed(merge->req, all[i]);
}

/* {"deals": 2} of the database as [{"entity": "deal", "count": 2}]. */
static enum err write_moved(struct merge *merge, struct json *json, struct str text)
{
	struct json_value *moved;
	enum err err = json_read(merge->req->arena, text, &merge->req->problem, &moved);

	json_key(json, STR("moved"));
	json_array(json);
	for (const struct json_value *m = err ? NULL : moved->first; m; m = m->next) {
		json_object(json);
		json_member_str(json, "entity", resource_name_of_table(m->key));
		json_member_raw(json, "count", m->text);
		json_end(json);
	}
	json_end(json);
	return err;
}

static enum err answer(
	struct merge *merge, const struct db_result *done, const struct db_result *row)
{
	struct record_includes includes = {.has_nested = false};
	struct json json;
	enum err err = record_includes_load(&merge->query, row, &includes);

	if (err)
		return err;
	json = response_json(merge->req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_key(&json, STR("record"));
	record_write_json(&json, &merge->query, &includes, row, 0);
	json_key(&json, STR("merged"));
	json_array(&json);
	for (const struct json_value *v = merge->others; v; v = v->next)
		json_str(&json, v->text);
	json_end(&json);
	err = write_moved(merge, &json, db_value(done, 0, 0));
	json_member_str(&json, "changesetId", db_value(done, 0, 1));
	json_end(&json);
	json_end(&json);
	return err;
}

enum { S_MERGE, S_REFERENCES, S_UPDATE, S_GET, S__COUNT };

static enum err run(struct merge *merge)
{
	const struct record_write *write = &merge->write;
	bool writes = write->count || write->custom.ptr;
	struct db_stmt all[S__COUNT] = {
		[S_MERGE] = sql_merge(merge->resource, merge->req, merge->keep, merge->ids),
		[S_GET] = sql_get(&merge->query, merge->keep),
	};
	struct db_stmt stmts[S__COUNT];
	struct db_result results[S__COUNT];
	size_t count = 0;
	enum err err;

	if (writes) {
		all[S_REFERENCES] = sql_references(write);
		all[S_UPDATE] = sql_update(write, STR_NONE, &merge->query);
	}
	for (size_t i = 0; i < S__COUNT; i++)
		if (all[i].sql.len)
			stmts[count++] = all[i];
	err = unit_run(merge->req, DB_WRITE, merge->resource, stmts, count, results);
	if (err)
		return err;
	tell(merge);
	return results[count - 1].rows ? answer(merge, &results[0], &results[count - 1])
				       : ERR_NOT_FOUND;
}

enum err record_merge(struct request *req)
{
	struct merge merge = {.req = req, .resource = req->route->data, .keep = STR("")};
	enum err err = record_may(req, merge.resource, VERB_MERGE);

	if (!err)
		err = query_parse(req, merge.resource, QUERY_ONE, &merge.query);
	if (!err)
		err = read_body(&merge);
	if (!err)
		err = narrow(&merge);
	return err ? err : run(&merge);
}
