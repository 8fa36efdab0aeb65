/* SPDX-License-Identifier: Apache-2.0 */
/* Records: reading and writing one record of any entity. */
#include "core/records.h"

#include "base/uuid.h"
#include "core/query.h"
#include "core/record_json.h"
#include "core/sql.h"
#include "core/unit.h"
#include "core/validate.h"
#include "http/conditional.h"

/* --- what every handler begins with ----------------------------------------------------------------- */

static const struct resource *resource_of(const struct request *req)
{
	return req->route->data;
}

enum err record_may(struct request *req, const struct resource *resource, enum verb verb)
{
	return caller_scope(req->caller, resource, verb) == SCOPE_NONE ? ERR_FORBIDDEN : ERR_OK;
}

enum err record_needs(struct request *req, enum field_rule rule, const char *const *fields)
{
	for (; *fields; fields++) {
		struct str name = str_of(*fields);
		const struct resource *resource = resource_find(str_cut(&name, '.'));
		const struct resource_field *field = resource_field_find(resource, name);

		INVARIANT(field != NULL);
		if (caller_rule(req->caller, field) >= rule)
			continue;
		return problem_set(&req->problem, ERR_FORBIDDEN,
			"Your role may not %s %s, which this is made of.",
			rule == RULE_WRITE ? "change" : "see", *fields);
	}
	return ERR_OK;
}

enum err record_id(struct request *req, struct str text, struct str *out)
{
	struct uuid uuid;
	char *canonical;

	if (!uuid_parse(text, &uuid))
		return ERR_NOT_FOUND;
	canonical = arena_bytes(req->arena, UUID_LEN + 1);
	uuid_format(uuid, canonical);
	*out = (struct str){canonical, UUID_LEN};
	return ERR_OK;
}

static enum err check_row(struct request *req, const struct db_stmt *stmt)
{
	struct db_result row;
	enum err err = unit_query(req, DB_FAST, NULL, stmt, &row);

	return err ? err : row.rows ? ERR_OK : ERR_NOT_FOUND;
}

enum err record_enter_parent(struct request *req, const struct resource *parent, struct str *id_out)
{
	struct str partner = req->caller->partner_id;
	enum err err = record_id(req, req->params[0], id_out);
	struct db_stmt stmt;

	if (partner.ptr && str_is(parent->name, "partner") && (err || !str_eq(*id_out, partner)))
		return ERR_FORBIDDEN;
	if (!err)
		err = record_may(req, parent, VERB_READ);
	if (err)
		return err;
	stmt = sql_visible(parent, req, *id_out);
	return check_row(req, &stmt);
}

enum err record_enter(struct request *req, const struct resource *resource, struct str *within_out)
{
	*within_out = STR_NONE;
	return resource->within ? record_enter_parent(req, resource->within->target, within_out)
				: ERR_OK;
}

enum err record_named(struct request *req, const struct resource *resource, struct str *id_out)
{
	struct db_stmt stmt;
	struct str within;
	enum err err = record_enter(req, resource, &within);

	if (!err)
		err = record_id(req, req->params[within.ptr ? 1 : 0], id_out);
	if (err || !within.ptr)
		return err;
	stmt = sql_belongs(resource, req, *id_out, within);
	return check_row(req, &stmt);
}

enum err record_begin(struct request *req, const struct resource *resource, enum verb verb,
	struct str *id_out, struct query *query_out)
{
	enum err err = record_may(req, resource, verb);

	if (!err)
		err = record_named(req, resource, id_out);
	return err ? err : query_parse(req, resource, QUERY_ONE, query_out);
}

/* --- answering -------------------------------------------------------------------------------------- */

/* The version; also a hash of the body where parameters or the role's field rules shape it, or what is computed
 * changes by itself. */
static struct str etag_of(
	const struct request *req, const struct resource *resource, struct str version)
{
	if (req->query.len == 0 && !resource->has_computed && req->caller->rules == 0)
		return arena_printf(req->arena, "\"v%.*s\"", STR_ARG(version));
	return arena_printf(req->arena, "\"v%.*s-%016llx\"", STR_ARG(version),
		(unsigned long long)str_hash(buf_str(&req->body)));
}

static void tag_answer(struct request *req, struct str tag)
{
	bool reading = req->method == HTTP_GET || req->method == HTTP_HEAD;

	if (reading && request_has_current(req, tag))
		response_not_modified(req, tag);
	else
		response_header(req, "ETag", tag);
}

enum err record_answer(
	struct request *req, int status, const struct query *query, const struct db_result *row)
{
	struct record_includes includes;
	struct json json;
	enum err err = record_includes_load(query, row, &includes);

	if (err)
		return err;
	json = response_json(req, status);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	record_write_json(&json, query, &includes, row, 0);
	json_end(&json);
	if (query->resource->has_version)
		tag_answer(req,
			etag_of(req, query->resource, db_value(row, 0, (int)query->field_count)));
	return ERR_OK;
}

enum err record_get(struct request *req)
{
	struct query query;
	struct db_result row;
	struct db_stmt stmt;
	struct str id;
	enum err err = record_begin(req, resource_of(req), VERB_READ, &id, &query);

	if (err)
		return err;
	stmt = sql_get(&query, id);
	err = unit_query(req, DB_FAST, query.resource, &stmt, &row);
	if (!err && row.rows == 0)
		err = ERR_NOT_FOUND;
	return err ? err : record_answer(req, 200, &query, &row);
}

/* --- writing ---------------------------------------------------------------------------------------- */

/* The references and the remark first, then the write itself, in one round trip. Behind it the row again where
 * what triggers did with the write counts in it. */
static enum err run_write(const struct record_write *write, struct db_stmt stmt,
	const struct query *returned, struct db_result *row_out)
{
	struct db_stmt stmts[4];
	struct db_result results[4];
	size_t n = 0, own;
	enum err err;

	stmts[n] = sql_references(write);
	n += stmts[n].sql.len > 0;
	stmts[n] = sql_remark(write);
	n += stmts[n].sql.len > 0;
	own = n;
	stmts[n++] = stmt;
	if (write->resource->entity->flags & ENTITY_READ_AGAIN)
		stmts[n++] = sql_get(returned, write->id);
	err = unit_write_one(write->req, write->resource, stmts, n, results);
	*row_out = results[!err && results[own].rows ? n - 1 : own];
	return err;
}

/* Where triggers write elsewhere, that is to what refers to the record. */
static void tell_changed(const struct record_write *write)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	unit_changed(write->req, write->resource);
	if (!(write->resource->entity->flags & ENTITY_READ_AGAIN))
		return;
	for (size_t i = 0; i < count; i++)
		for (size_t f = 0; f < all[i]->field_count; f++)
			if (all[i]->fields[f].target == write->resource)
				unit_changed(write->req, all[i]);
}

static struct str new_id(struct request *req)
{
	char text[UUID_LEN + 1];

	uuid_format(uuid_new(), text);
	return arena_str(req->arena, (struct str){text, UUID_LEN});
}

enum err record_insert(struct record_write *write)
{
	const struct resource_field *id = resource_field_find(write->resource, STR("id"));
	struct query returned = {
		.req = write->req, .resource = write->resource, .fields = &id, .field_count = 1};
	struct db_result row;
	enum err err;

	write->id = new_id(write->req);
	err = run_write(write, sql_insert(write, &returned), &returned, &row);
	if (!err)
		tell_changed(write);
	return err;
}

void record_location(struct request *req, const struct resource *resource, struct str id)
{
	response_header(req, "Location",
		arena_printf(
			req->arena, "/api/v1/%.*s/%.*s", STR_ARG(resource->path), STR_ARG(id)));
}

enum err record_insert_answer(struct record_write *write, const struct query *query)
{
	struct request *req = write->req;
	struct db_result row;
	enum err err;

	write->id = new_id(req);
	err = run_write(write, sql_insert(write, query), query, &row);
	if (err)
		return err;
	tell_changed(write);
	record_location(req, write->resource, write->id);
	return record_answer(req, 201, query, &row);
}

/* What is made within a record is the record's, which the body may say again. */
static enum err put_within(struct record_write *write, struct str within)
{
	const char *field;
	struct str sent;

	if (!within.ptr)
		return ERR_OK;
	field = write->resource->within->field->name;
	sent = record_write_get(write, field);
	if (sent.ptr && !str_eq(sent, within)) {
		problem_add(
			&write->req->problem, str_of(field), "INVALID", "Contradicts the address.");
		return ERR_INVALID;
	}
	record_write_set(write, field, within);
	return ERR_OK;
}

enum err record_create(struct request *req)
{
	struct record_write write = {
		.req = req, .resource = resource_of(req), .mode = RECORD_CREATE};
	struct query query;
	struct str within;
	enum err err = record_may(req, write.resource, VERB_CREATE);

	if (!err)
		err = record_enter(req, write.resource, &within);
	if (!err)
		err = query_parse(req, write.resource, QUERY_ONE, &query);
	if (!err)
		err = validate_body(&write);
	if (!err)
		err = put_within(&write, within);
	return err ? err : record_insert_answer(&write, &query);
}

/* The version that a tag of ours stands for: "v<version>…". */
static bool version_of(struct str tag, struct str *out)
{
	int64_t version;

	if (!str_starts_with(tag, STR("v")))
		return false;
	*out = str_slice(tag, 1, str_find_char(tag, '-'));
	return str_to_int64(*out, &version) && version >= 0 && version <= INT32_MAX;
}

struct str record_versions(struct request *req)
{
	struct str rest = request_header(req, "If-Match");
	struct str list = STR("{");
	struct str tag, version;

	if (!rest.ptr)
		return STR_NONE;
	while (etag_next(&rest, &tag)) {
		if (str_is(tag, "*"))
			return STR_NONE;
		if (version_of(tag, &version))
			list = arena_printf(req->arena, "%.*s%s%.*s", STR_ARG(list),
				list.len > 1 ? "," : "", STR_ARG(version));
	}
	return arena_printf(req->arena, "%.*s}", STR_ARG(list));
}

enum err record_why_not(
	struct request *req, const struct resource *resource, struct str id, struct str versions)
{
	struct db_stmt stmt = sql_why_no_row(resource, req, id, versions);
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, resource, &stmt, &row);

	if (err)
		return err;
	if (row.rows == 0 || str_is(db_value(&row, 0, 1), "t"))
		return ERR_NOT_FOUND;
	return str_is(db_value(&row, 0, 0), "t") ? ERR_FORBIDDEN : ERR_STALE;
}

/* The new owner, when the write gives the record to somebody else and the caller's right to change records
 * ends with the own or the team's ones: row security would refuse it. NULL otherwise. */
static struct record_value *handed_over(const struct record_write *write)
{
	const struct caller *caller = write->req->caller;
	bool plain = caller_scope(caller, write->resource, VERB_UPDATE) == SCOPE_ALL ||
		caller_scope(caller, write->resource, VERB_ASSIGN) == SCOPE_NONE;

	for (size_t i = 0; i < write->count && !plain; i++) {
		struct record_value *value = &write->values[i];
		bool somebody_else = value->text.ptr && !str_eq(value->text, caller->user_id);

		if (resource_field_is(value->field, FIELD_CALLER) && somebody_else)
			return value;
	}
	return NULL;
}

static enum err update_row(struct record_write *write, struct str versions,
	const struct query *query, struct db_result *row_out)
{
	enum err err = run_write(write, sql_update(write, versions, query), query, row_out);

	if (!err && row_out->rows == 0)
		err = record_why_not(write->req, write->resource, write->id, versions);
	return err;
}

/* The other fields first, under the caller's right; then the function that may do what row security must
 * refuse. Afterwards the record may be out of sight. */
static enum err hand_over(struct record_write *write, struct record_value *owner,
	struct str versions, const struct query *query, struct db_result *row_out)
{
	struct request *req = write->req;
	struct record_value given = *owner;
	struct db_stmt stmt = sql_hand_over(write, &given);
	struct db_result done;
	enum err err = unit_begin(req);

	if (err)
		return err;
	*owner = write->values[--write->count];
	err = update_row(write, versions, query, row_out);
	if (!err)
		err = unit_query(req, DB_WRITE, write->resource, &stmt, &done);
	/* The record is there, as it was just written: not to be given away by this caller. */
	if (err == ERR_NOT_FOUND)
		err = problem_set(
			&req->problem, ERR_FORBIDDEN, "You may not decide whose record this is.");
	if (!err) {
		stmt = sql_get(query, write->id);
		err = unit_query(req, DB_WRITE, write->resource, &stmt, row_out);
	}
	return err ? err : unit_commit(req);
}

enum err record_change(struct record_write *write, const struct query *query)
{
	struct request *req = write->req;
	struct str versions = record_versions(req);
	struct record_value *owner = handed_over(write);
	struct db_result row;
	enum err err = owner ? hand_over(write, owner, versions, query, &row)
			     : update_row(write, versions, query, &row);

	if (err)
		return err;
	tell_changed(write);
	if (row.rows)
		return record_answer(req, 200, query, &row);
	response_empty(req, 204);
	return ERR_OK;
}

static enum err change(struct request *req, struct record_write *write)
{
	struct query query;
	enum err err = record_begin(req, resource_of(req), VERB_UPDATE, &write->id, &query);

	write->req = req;
	write->resource = resource_of(req);
	if (!err)
		err = validate_body(write);
	return err ? err : record_change(write, &query);
}

enum err record_update(struct request *req)
{
	return change(req, &(struct record_write){.mode = RECORD_UPDATE});
}

enum err record_replace(struct request *req)
{
	return change(req, &(struct record_write){.mode = RECORD_REPLACE});
}
