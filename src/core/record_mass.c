/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records: changing and deleting many at once, PATCH and DELETE of a list.
 *
 * Which ones is said by their ids, or by the list's own filters together with how many they are to find. All
 * that can be changed is, in one transaction; each that cannot is named with its reason.
 */
#include "core/bulk.h"
#include "core/caller.h"
#include "core/query.h"
#include "core/sql.h"
#include "core/unit.h"
#include "core/validate.h"

enum { SAID_MAX = 1024 * 1024 };

struct mass {
	struct request *req;
	const struct resource *resource;
	struct query query;
	struct db_result found, held; /* ids: of whom it is about, and whom the caller may change */
	struct db_result still;       /* of those who are not held: who is there all the same */
	const struct json_value *refusals;
	size_t refused;
};

/* --- what was said ------------------------------------------------------------------------------------ */

static void append_encoded(struct buf *out, struct str text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '-' || c == ',') {
			buf_append_char(out, (char)c);
		} else {
			buf_append_char(out, '%');
			buf_append_char(out, digits[c >> 4]);
			buf_append_char(out, digits[c & 15]);
		}
	}
}

/* A scalar as it would stand in an address. */
static bool append_scalar(struct buf *out, const struct json_value *value)
{
	if (value->type == JSON_BOOL)
		buf_append_cstr(out, value->boolean ? "true" : "false");
	else if (value->type == JSON_STRING || value->type == JSON_NUMBER)
		append_encoded(out, value->text);
	return value->type != JSON_NULL && value->type != JSON_ARRAY && value->type != JSON_OBJECT;
}

static bool append_document(struct buf *out, const struct json_value *value)
{
	struct buf text;
	struct json json;

	buf_init(&text, SAID_MAX);
	json_init(&json, &text);
	json_write_value(&json, value);
	append_encoded(out, buf_str(&text));
	buf_deinit(&text);
	return true;
}

static bool append_parameter(struct buf *out, const struct json_value *member)
{
	bool good = true;

	buf_append_cstr(out, out->len ? "&" : "");
	append_encoded(out, member->key);
	buf_append_char(out, '=');
	if (str_is(member->key, "where") && member->type == JSON_OBJECT)
		return append_document(out, member);
	if (member->type != JSON_ARRAY)
		return append_scalar(out, member);
	for (const struct json_value *e = member->first; e && good; e = e->next) {
		buf_append_cstr(out, e == member->first ? "" : ",");
		good = append_scalar(out, e);
	}
	return good && member->first;
}

static const char *const said_in_queries[] = {"ids", "expectedCount", "cascade", "moveTo"};

/* What says how to change, not which records. */
static bool is_change(struct str key)
{
	return str_is(key, "changes") || str_is(key, "addTags") || str_is(key, "removeTags");
}

static bool is_said_in_query(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(said_in_queries); i++)
		if (str_is(key, said_in_queries[i]))
			return true;
	return false;
}

static enum err refuse_member(struct request *req, struct str key, const char *what)
{
	return problem_set(&req->problem, ERR_BAD_REQUEST, "%.*s: %s", STR_ARG(key), what);
}

/* A member of the body becomes parameters, which a list reads. */
static enum err say(struct request *req, struct buf *out, const struct json_value *member)
{
	if (is_said_in_query(member->key))
		return append_parameter(out, member)
			? ERR_OK
			: refuse_member(req, member->key, "this is no such value.");
	if (!str_is(member->key, "filter"))
		return refuse_member(req, member->key, "there is no such member here.");
	if (member->type == JSON_STRING) {
		buf_append_cstr(out, out->len ? "&" : "");
		buf_append(out, member->text);
		return ERR_OK;
	}
	if (member->type != JSON_OBJECT)
		return refuse_member(req, member->key, "must be an object of a list's parameters.");
	for (const struct json_value *m = member->first; m; m = m->next)
		if (is_said_in_query(m->key) || !append_parameter(out, m))
			return refuse_member(req, m->key, "this is no filter of a list.");
	return ERR_OK;
}

/* What the body says of which records, as the query of an address. */
static enum err said(struct request *req, const struct json_value *body, struct str *out)
{
	struct buf text;
	enum err err = ERR_OK;

	if (body && body->type != JSON_OBJECT)
		return problem_set(
			&req->problem, ERR_BAD_REQUEST, "The body must be a JSON object.");
	buf_init(&text, SAID_MAX);
	buf_append(&text, req->query);
	for (const struct json_value *m = body ? body->first : NULL; m && !err; m = m->next)
		if (!is_change(m->key) || req->method == HTTP_DELETE)
			err = say(req, &text, m);
	if (!err && text.full)
		err = ERR_TOO_LARGE;
	*out = arena_str(req->arena, buf_str(&text));
	buf_deinit(&text);
	return err;
}

static enum err refuse(struct mass *mass, const char *words)
{
	return problem_set(&mass->req->problem, ERR_BAD_REQUEST, "%s", words);
}

static enum err check_said(struct mass *mass)
{
	const struct query *query = &mass->query;
	bool filters = query->filter_count > 0 || query->where_count > 0 || query->search.len > 0;

	if (query->ids.ptr && (filters || query->expected >= 0))
		return refuse(mass, "ids and a filter exclude each other.");
	if (!query->ids.ptr && !filters)
		return refuse(mass, "Say which records: by ids, or by a filter that is not empty.");
	if (!query->ids.ptr && query->expected < 0)
		return refuse(
			mass, "With a filter say how many records it is to find: expectedCount.");
	return ERR_OK;
}

static enum err read_said(struct mass *mass, const struct json_value *body)
{
	struct request *req = mass->req;
	struct str address = req->query;
	struct str text;
	enum err err = said(req, body, &text);

	if (err)
		return err;
	req->query = text;
	err = query_parse(req, mass->resource, QUERY_BULK, &mass->query);
	req->query = address;
	return err ? err : check_said(mass);
}

/* --- which records ------------------------------------------------------------------------------------ */

/* First column of the rows as a list in those brackets. */
static struct str list_of(
	struct arena *arena, const struct db_result *rows, char open, char close, const char *quote)
{
	struct buf text;
	struct str list;

	buf_init(&text, SAID_MAX);
	buf_append_char(&text, open);
	for (int i = 0; i < rows->rows; i++) {
		buf_append_cstr(&text, i ? "," : "");
		buf_append_cstr(&text, quote);
		buf_append(&text, db_value(rows, i, 0));
		buf_append_cstr(&text, quote);
	}
	buf_append_char(&text, close);
	INVARIANT(!text.full);
	list = arena_str(arena, buf_str(&text));
	buf_deinit(&text);
	return list;
}

static struct str ids_of(struct mass *mass, const struct db_result *rows)
{
	return list_of(mass->req->arena, rows, '{', '}', "");
}

static enum err count_differs(struct mass *mass)
{
	struct db_stmt stmt = sql_count(&mass->query, 0);
	struct db_result row;
	struct str count;
	enum err err = unit_query(mass->req, DB_WRITE, mass->resource, &stmt, &row);

	if (err)
		return err;
	count = db_value(&row, 0, 0);
	problem_add(&mass->req->problem, STR("expectedCount"), "DIFFERS", "There are %.*s.",
		STR_ARG(count));
	return problem_set(&mass->req->problem, ERR_CONFLICT,
		"The filter finds %.*s records, not %lld.", STR_ARG(count),
		(long long)mass->query.expected);
}

/* More than may be changed at once is asked for to tell how many there are. */
static enum err find(struct mass *mass)
{
	const struct query *query = &mass->query;
	struct db_stmt stmt = sql_bulk_find(query, STR_NONE, false, QUERY_MAX_BULK + 1);
	enum err err = unit_query(mass->req, DB_WRITE, mass->resource, &stmt, &mass->found);

	if (err || query->ids.ptr)
		return err;
	if (mass->found.rows <= QUERY_MAX_BULK)
		return mass->found.rows == query->expected ? ERR_OK : count_differs(mass);
	if (query->expected <= QUERY_MAX_BULK)
		return count_differs(mass);
	return problem_set(&mass->req->problem, ERR_BAD_REQUEST,
		"At most %d records are changed at once.", QUERY_MAX_BULK);
}

/* In the order of their ids, so that two who want the same ones do not wait for each other. */
static enum err hold(struct mass *mass)
{
	struct str ids = ids_of(mass, &mass->found);
	struct db_stmt stmt = sql_bulk_find(&mass->query, ids, true, QUERY_MAX_BULK);
	enum err err = unit_query(mass->req, DB_WRITE, mass->resource, &stmt, &mass->held);

	if (err || mass->held.rows == mass->found.rows)
		return err;
	stmt = sql_bulk_find(&mass->query, ids, false, QUERY_MAX_BULK);
	return unit_query(mass->req, DB_WRITE, mass->resource, &stmt, &mass->still);
}

/* --- writing ------------------------------------------------------------------------------------------ */

static enum err read_refusals(struct mass *mass, const struct db_result *row)
{
	struct json_value *list;
	enum err err = json_read(mass->req->arena, db_value(row, 0, 0), &mass->req->problem, &list);

	if (err)
		return ERR_INTERNAL;
	mass->refusals = list->first;
	mass->refused = list->count;
	return ERR_OK;
}

static enum err run(struct mass *mass, const struct db_stmt *stmt)
{
	struct db_result row;
	enum err err = unit_query(mass->req, DB_WRITE, mass->resource, stmt, &row);

	return err ? err : read_refusals(mass, &row);
}

static struct str held_rows(struct mass *mass)
{
	return list_of(mass->req->arena, &mass->held, '[', ']', "\"");
}

/* --- answering ---------------------------------------------------------------------------------------- */

static void write_left(
	struct mass *mass, struct json *json, struct str id, enum err err, const char *words)
{
	struct request *scratch = bulk_scratch(mass->req, mass->req->arena);

	if (words)
		err = problem_set(&scratch->problem, err, "%s", words);
	json_object(json);
	json_member_str(json, "id", id);
	bulk_write_error(json, err, &scratch->problem);
	json_end(json);
}

static void write_refusal(struct mass *mass, struct json *json, const struct json_value *refusal)
{
	struct request *scratch = bulk_scratch(mass->req, mass->req->arena);
	enum err err = bulk_refusal(scratch, mass->resource, refusal);

	json_object(json);
	json_member_str(json, "id", json_get_str(refusal, "row"));
	bulk_write_error(json, err, &scratch->problem);
	json_end(json);
}

/* The rows are in the order of their ids. */
static bool has(const struct db_result *rows, struct str id)
{
	int from = 0, to = rows->rows;

	while (from < to) {
		int middle = from + (to - from) / 2;
		int order = str_cmp(db_value(rows, middle, 0), id);

		if (order == 0)
			return true;
		from = order < 0 ? middle + 1 : from;
		to = order < 0 ? to : middle;
	}
	return false;
}

/* Both are in the order of their ids. Who was asked for by id and is not there stands in no result. */
static size_t write_unheld(struct mass *mass, struct json *json)
{
	size_t count = 0;
	int held = 0;

	for (int i = 0; i < mass->found.rows; i++) {
		struct str id = db_value(&mass->found, i, 0);
		bool there;

		if (held < mass->held.rows && str_eq(id, db_value(&mass->held, held, 0))) {
			held++;
			continue;
		}
		there = has(&mass->still, id);
		write_left(mass, json, id, there ? ERR_FORBIDDEN : ERR_CONFLICT,
			there ? NULL : "It was changed meanwhile.");
		count++;
	}
	return count;
}

static size_t write_missing(struct mass *mass, struct json *json)
{
	struct str rest = mass->query.ids;
	size_t count = 0;

	if (!rest.ptr || mass->query.id_count == (size_t)mass->found.rows)
		return 0;
	rest = str_slice(rest, 1, rest.len - 1);
	while (rest.ptr) {
		struct str id = str_cut(&rest, ',');

		if (has(&mass->found, id))
			continue;
		write_left(mass, json, id, ERR_NOT_FOUND, NULL);
		count++;
	}
	return count;
}

static enum err answer(struct mass *mass)
{
	struct bulk_made made;
	struct json json;
	size_t refused = mass->refused;
	enum err err = bulk_made(mass->req, mass->resource, ids_of(mass, &mass->held), &made);

	if (!err)
		err = unit_commit(mass->req);
	if (err)
		return err;
	json = response_json(mass->req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_str(&json, "changesetId", made.changeset);
	json_key(&json, STR("refused"));
	json_array(&json);
	refused += write_missing(mass, &json) + write_unheld(mass, &json);
	for (const struct json_value *r = mass->refusals; r; r = r->next)
		write_refusal(mass, &json, r);
	json_end(&json);
	json_member_int(&json, "changed", made.changed);
	json_member_int(
		&json, "unchanged", mass->held.rows - (int64_t)mass->refused - made.changed);
	json_member_int(&json, "refusedCount", (int64_t)refused);
	bulk_write_counts(&json, &made.counts);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

/* --- PATCH -------------------------------------------------------------------------------------------- */

enum { TAGS_MAX = 100 };

static enum err read_tags(
	struct mass *mass, const struct json_value *body, const char *key, struct record_tags *out)
{
	const struct json_value *list = json_get(body, key);
	const struct resource_field *field = resource_field_find(mass->resource, STR("tags"));

	if (!list)
		return ERR_OK;
	if (!field || !caller_writes(mass->req->caller, field) || list->type != JSON_ARRAY ||
		list->count > TAGS_MAX)
		return refuse_member(mass->req, list->key,
			"must be a list of at most 100 tags, of records that you may give tags.");
	out->names = ARENA_ARRAY(mass->req->arena, struct str, list->count + 1);
	for (const struct json_value *v = list->first; v; v = v->next) {
		if (v->type != JSON_STRING)
			return refuse_member(mass->req, list->key, "must be names or ids of tags.");
		out->names[out->count++] = v->text;
	}
	return ERR_OK;
}

static enum err read_tag_changes(
	struct mass *mass, const struct json_value *body, struct record_write *write)
{
	enum err err = read_tags(mass, body, "addTags", &write->tags_added);

	if (!err)
		err = read_tags(mass, body, "removeTags", &write->tags_removed);
	if (err || !json_get(body, "changes") || !json_get(json_get(body, "changes"), "tags"))
		return err;
	return write->tags_added.count || write->tags_removed.count
		? refuse(mass, "changes of tags exclude addTags and removeTags.")
		: ERR_OK;
}

static enum err read_changes(
	struct mass *mass, const struct json_value *body, struct record_write *write)
{
	const struct json_value *changes = json_get(body, "changes");
	enum err err;

	*write = (struct record_write){
		.req = mass->req, .resource = mass->resource, .mode = RECORD_UPDATE};
	err = read_tag_changes(mass, body, write);
	if (!err && !changes && (write->tags_added.count || write->tags_removed.count))
		return tenant_of(mass->req, &write->tenant);
	if (err)
		return err;
	if (!changes || changes->type != JSON_OBJECT || !changes->first)
		return problem_set(&mass->req->problem, ERR_BAD_REQUEST,
			"changes must be an object of fields and their new values.");
	err = validate_members(write, changes);
	if (err || !write->nested_count)
		return err;
	problem_add(&mass->req->problem, write->nested[0].nested->name, "ONE_BY_ONE",
		"Rows of a record are changed with that record alone.");
	return ERR_INVALID;
}

/* The references and the remark first, for all of them at once. */
static enum err prepare(struct mass *mass, const struct record_write *write)
{
	struct db_stmt stmts[] = {sql_references(write), sql_remark(write)};
	struct db_result none;
	enum err err = ERR_OK;

	for (size_t i = 0; i < ARRAY_LEN(stmts) && !err; i++)
		if (stmts[i].sql.len)
			err = unit_query(mass->req, DB_WRITE, mass->resource, &stmts[i], &none);
	return err;
}

static enum err change_all(struct mass *mass, struct record_write *write)
{
	struct record_value *owner = record_handed_over(write);
	struct record_value given;
	struct db_stmt stmt;

	if (owner) {
		given = *owner;
		*owner = write->values[--write->count];
	}
	stmt = sql_bulk_update(write, owner ? &given : NULL, held_rows(mass));
	return run(mass, &stmt);
}

enum err record_update_many(struct request *req)
{
	struct mass mass = {.req = req, .resource = req->route->data};
	struct json_value *body = NULL;
	struct record_write write;
	enum err err = bulk_enter(req, mass.resource, VERB_UPDATE);

	if (!err)
		err = read_json_body(req, &body);
	if (!err)
		err = read_said(&mass, body);
	if (!err)
		err = read_changes(&mass, body, &write);
	if (!err)
		err = bulk_begin(req);
	if (!err)
		err = prepare(&mass, &write);
	if (!err)
		err = find(&mass);
	if (!err)
		err = hold(&mass);
	if (!err)
		err = change_all(&mass, &write);
	if (err)
		return err;
	unit_changed(req, mass.resource);
	return answer(&mass);
}

/* --- DELETE ------------------------------------------------------------------------------------------- */

/* Of a DELETE the body may be left out. */
static enum err read_optional_body(struct request *req, struct json_value **out)
{
	struct str text;
	enum err err = request_body(req, &text);

	*out = NULL;
	return err || !text.len ? err : read_json_body(req, out);
}

enum err record_delete_many(struct request *req)
{
	struct mass mass = {.req = req, .resource = req->route->data};
	struct json_value *body;
	struct db_stmt stmt;
	enum err err = bulk_enter(req, mass.resource, VERB_DELETE);

	if (!err)
		err = read_optional_body(req, &body);
	if (!err)
		err = read_said(&mass, body);
	if (!err)
		err = bulk_begin(req);
	if (!err)
		err = find(&mass);
	if (!err)
		err = hold(&mass);
	if (err)
		return err;
	stmt = sql_bulk_delete(&mass.query, held_rows(&mass));
	err = run(&mass, &stmt);
	if (err)
		return err;
	record_tell_trash(req, mass.resource);
	return answer(&mass);
}
