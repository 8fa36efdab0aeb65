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

static enum err answer(struct request *req, int status, const struct query *query,
	const struct db_result *row, struct record_includes *includes)
{
	struct json json;
	enum err err = record_includes_load(query, row, includes);

	if (err)
		return err;
	json = response_json(req, status);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	record_write_json(&json, query, includes, row, 0);
	json_end(&json);
	if (query->resource->has_version)
		tag_answer(req,
			etag_of(req, query->resource, db_value(row, 0, (int)query->field_count)));
	return ERR_OK;
}

enum err record_answer(
	struct request *req, int status, const struct query *query, const struct db_result *row)
{
	struct record_includes includes = {.has_nested = false};

	return answer(req, status, query, row, &includes);
}

/* Statements of one round trip, and what they answer. */
struct batch {
	struct db_stmt stmts[6 + 3 * RESOURCE_MAX_NESTED];
	struct db_result results[6 + 3 * RESOURCE_MAX_NESTED];
	size_t count;
};

/* Statements without text are none. The place of the statement. */
static size_t add(struct batch *batch, struct db_stmt stmt)
{
	INVARIANT(batch->count < ARRAY_LEN(batch->stmts));
	batch->stmts[batch->count] = stmt;
	batch->count += stmt.sql.len > 0;
	return batch->count - 1;
}

/* What is nested in a record is read in the round trip that reads or writes it. */
static size_t add_nested(struct batch *batch, const struct query *query, struct str id)
{
	struct str ids = arena_printf(query->req->arena, "{%.*s}", STR_ARG(id));
	size_t first = batch->count;

	for (size_t i = 0; i < query->resource->nested_count; i++)
		if (query->nested >> i & 1)
			add(batch, sql_nested(query->req, &query->resource->nested[i], ids));
	return first;
}

static void take_nested(const struct batch *batch, size_t first, const struct query *query,
	struct record_includes *out)
{
	*out = (struct record_includes){.has_nested = true};
	for (size_t i = 0; i < query->resource->nested_count; i++)
		if (query->nested >> i & 1)
			out->nested[i] = batch->results[first++];
}

enum err record_get(struct request *req)
{
	struct batch batch = {.count = 0};
	struct record_includes includes;
	struct query query;
	struct str id;
	size_t nested;
	enum err err = record_begin(req, resource_of(req), VERB_READ, &id, &query);

	if (err)
		return err;
	add(&batch, sql_get(&query, id));
	nested = add_nested(&batch, &query, id);
	err = unit_run(req, DB_FAST, query.resource, batch.stmts, batch.count, batch.results);
	if (!err && batch.results[0].rows == 0)
		err = ERR_NOT_FOUND;
	if (err)
		return err;
	take_nested(&batch, nested, &query, &includes);
	return answer(req, 200, &query, &batch.results[0], &includes);
}

/* --- writing ---------------------------------------------------------------------------------------- */

/* What a write answers: its row, and what is nested in it. */
struct written {
	bool found; /* by an update; the row may be out of sight by it */
	struct db_result row;
	struct record_includes includes;
};

/* The references and the remark first, then the write itself with what is nested in it, in one round trip.
 * Behind it the row again where what triggers did with the write, or with the nested rows, counts in it. */
static enum err run_write(const struct record_write *write, struct db_stmt stmt,
	const struct query *returned, struct written *out)
{
	struct batch batch = {.count = 0};
	size_t own, again, nested;
	enum err err;

	add(&batch, sql_references(write));
	add(&batch, sql_remark(write));
	add(&batch, sql_nested_announce(write));
	own = again = add(&batch, stmt);
	for (size_t i = 0; i < write->nested_count; i++) {
		if (write->mode != RECORD_CREATE)
			add(&batch, sql_nested_known(write, &write->nested[i]));
		add(&batch, sql_nested_write(write, &write->nested[i]));
	}
	if (write->nested_count || (write->resource->entity->flags & ENTITY_READ_AGAIN))
		again = add(&batch, sql_get(returned, write->id));
	nested = add_nested(&batch, returned, write->id);
	/* A shared transaction would carry what an array's statements tell each other on to others. */
	err = write->nested_count ? unit_run(write->req, DB_WRITE, write->resource, batch.stmts,
					    batch.count, batch.results)
				  : unit_write_one(write->req, write->resource, batch.stmts,
					    batch.count, batch.results);
	if (err)
		return err;
	out->found = batch.results[own].rows > 0;
	out->row = batch.results[out->found ? again : own];
	take_nested(&batch, nested, returned, &out->includes);
	return ERR_OK;
}

/* Where triggers write elsewhere, that is to what refers to the record. */
static void tell_changed(const struct record_write *write)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	unit_changed(write->req, write->resource);
	for (size_t i = 0; i < write->nested_count; i++)
		unit_changed(write->req, write->nested[i].nested->of);
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
	struct written written;
	enum err err;

	write->id = new_id(write->req);
	err = run_write(write, sql_insert(write, &returned), &returned, &written);
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
	struct written written;
	enum err err;

	write->id = new_id(req);
	err = run_write(write, sql_insert(write, query), query, &written);
	if (err)
		return err;
	tell_changed(write);
	record_location(req, write->resource, write->id);
	return answer(req, 201, query, &written.row, &written.includes);
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

struct record_value *record_handed_over(const struct record_write *write)
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
	const struct query *query, struct written *out)
{
	enum err err = run_write(write, sql_update(write, versions, query), query, out);

	if (!err && !out->found)
		err = record_why_not(write->req, write->resource, write->id, versions);
	return err;
}

/* The other fields first, under the caller's right; then the function that may do what row security must
 * refuse. Afterwards the record may be out of sight. */
static enum err hand_over(struct record_write *write, struct record_value *owner,
	struct str versions, const struct query *query, struct written *out)
{
	struct request *req = write->req;
	struct record_value given = *owner;
	struct db_stmt stmt = sql_hand_over(write, &given);
	struct db_result done;
	enum err err = unit_begin(req);

	if (err)
		return err;
	*owner = write->values[--write->count];
	err = update_row(write, versions, query, out);
	if (!err)
		err = unit_query(req, DB_WRITE, write->resource, &stmt, &done);
	/* The record is there, as it was just written: not to be given away by this caller. */
	if (err == ERR_NOT_FOUND)
		err = problem_set(
			&req->problem, ERR_FORBIDDEN, "You may not decide whose record this is.");
	if (!err) {
		stmt = sql_get(query, write->id);
		err = unit_query(req, DB_WRITE, write->resource, &stmt, &out->row);
	}
	return err ? err : unit_commit(req);
}

enum err record_change(struct record_write *write, const struct query *query)
{
	struct request *req = write->req;
	struct str versions = record_versions(req);
	struct record_value *owner = record_handed_over(write);
	struct written written;
	enum err err = owner ? hand_over(write, owner, versions, query, &written)
			     : update_row(write, versions, query, &written);

	if (err)
		return err;
	tell_changed(write);
	if (written.row.rows)
		return answer(req, 200, query, &written.row, &written.includes);
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
