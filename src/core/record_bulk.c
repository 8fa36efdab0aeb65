/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records: many rows at once, POST /<entity>/bulk. A row creates a record, or changes the one that has its key.
 *
 * Rows are validated one by one, as a single write is, and found, checked and written together. Unless
 * `partial` is said, one row that is refused undoes all.
 */
#include <ctype.h>
#include <stdlib.h>

#include "base/fiber.h"
#include "base/uuid.h"
#include "core/bulk.h"
#include "core/bulk_rows.h"
#include "core/caller.h"
#include "core/field_type.h"
#include "core/query.h"
#include "core/tenant.h"
#include "core/unit.h"
#include "core/validate.h"

enum { ROWS_IN_TURN = 200, VALUES_MAX = 1000 * 1000, TOLD_MAX = 100 };

/* --- refusing ----------------------------------------------------------------------------------------- */

/* The row's own problem, apart from the request's. */
static struct request *scratch_of(struct bulk_rows *bulk, struct bulk_row *row)
{
	struct request *scratch = bulk_scratch(bulk->req, bulk->req->arena);

	row->problem = &scratch->problem;
	return scratch;
}

static void refuse(struct bulk_rows *bulk, struct bulk_row *row, enum err err, struct str field,
	const char *code, const char *words)
{
	if (!row->problem)
		scratch_of(bulk, row);
	row->err = err;
	problem_add(row->problem, field, code, "%s", words);
}

static bool any_refused(const struct bulk_rows *bulk)
{
	for (size_t i = 0; i < bulk->count; i++)
		if (bulk->rows[i].err)
			return true;
	return false;
}

/* --- what was sent ------------------------------------------------------------------------------------ */

static enum err bad(struct request *req, const char *words)
{
	return problem_set(&req->problem, ERR_BAD_REQUEST, "%s", words);
}

/* Each value of a document takes its place in memory, however short its text. */
static bool has_few_values(struct str body)
{
	size_t count = 0;
	bool quoted = false;

	for (size_t i = 0; i < body.len && count <= VALUES_MAX; i++) {
		char c = body.ptr[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted)
			count += c == ',' || c == '[' || c == '{';
	}
	return count <= VALUES_MAX;
}

static bool can_be_key(const struct bulk_rows *bulk, const struct resource_field *field)
{
	enum field_kind kind = field->field->kind;

	return caller_sees(bulk->req->caller, field) && field_allows_op(field->field, OP_EQ) &&
		!field_type_of(field->field)->list && kind != FIELD_JSON && kind != FIELD_DIFF &&
		!resource_field_is(field, FIELD_COMPUTED);
}

static enum err read_key(struct bulk_rows *bulk, struct str said)
{
	struct bulk_key *key = &bulk->key;
	struct str rest = said;
	struct str name = str_cut(&rest, '.');

	*key = (struct bulk_key){.said = said};
	if (str_is(name, "externalIds") && rest.len) {
		key->field = resource_field_find(bulk->resource, name);
		key->system = rest;
	} else if (str_is(name, "custom") && rest.len) {
		key->field = tenant_field_find(bulk->tenant, bulk->resource, rest);
		key->custom = true;
	} else if (!rest.ptr) {
		key->field = resource_field_find(bulk->resource, name);
	}
	if (key->field && caller_sees(bulk->req->caller, key->field) &&
		(key->system.ptr || can_be_key(bulk, key->field)))
		return ERR_OK;
	return problem_set(&bulk->req->problem, ERR_BAD_REQUEST,
		"key: rows cannot be found by \"%.*s\".", STR_ARG(said));
}

static enum err take_rows(struct bulk_rows *bulk, const struct json_value *list)
{
	size_t i = 0;

	if (!list || list->type != JSON_ARRAY || !list->count || list->count > QUERY_MAX_BULK)
		return problem_set(&bulk->req->problem, ERR_BAD_REQUEST,
			"rows must be a list of 1 to %d objects.", QUERY_MAX_BULK);
	bulk->count = list->count;
	bulk->rows = ARENA_ARRAY(bulk->req->arena, struct bulk_row, bulk->count);
	for (const struct json_value *row = list->first; row; row = row->next, i++) {
		bulk->rows[i] = (struct bulk_row){.object = row};
		if (row->type != JSON_OBJECT)
			refuse(bulk, &bulk->rows[i], ERR_INVALID, STR(""), "WRONG_TYPE",
				"Must be an object.");
	}
	return ERR_OK;
}

static enum err read_members(struct bulk_rows *bulk, const struct json_value *body)
{
	const struct json_value *key = json_get(body, "key"), *partial = json_get(body, "partial");
	enum err err = take_rows(bulk, json_get(body, "rows"));

	if (err)
		return err;
	if (body->count != 1u + (key ? 1 : 0) + (partial ? 1 : 0))
		return bad(bulk->req, "The body has rows, and perhaps key and partial.");
	if (partial && partial->type != JSON_BOOL)
		return bad(bulk->req, "partial must be true or false.");
	bulk->partial = partial && partial->boolean;
	if (!key || key->type == JSON_NULL)
		return ERR_OK;
	return key->type == JSON_STRING ? read_key(bulk, key->text)
					: bad(bulk->req, "key must be the name of a field.");
}

static enum err read_body(struct bulk_rows *bulk)
{
	struct request *req = bulk->req;
	struct json_value *body;
	struct str text;
	enum err err = request_body(req, &text);

	if (!err && !has_few_values(text))
		err = problem_set(&req->problem, ERR_TOO_LARGE, "The body has more than %d values.",
			VALUES_MAX);
	if (!err)
		err = read_json_body(req, &body);
	if (!err && body->type != JSON_OBJECT)
		err = bad(req, "The body must be a JSON object.");
	if (!err)
		err = tenant_of(req, &bulk->tenant);
	return err ? err : read_members(bulk, body);
}

/* --- keys --------------------------------------------------------------------------------------------- */

/* The id that the row's record has in the other system. */
static struct str external_id(const struct json_value *list, struct str system)
{
	for (const struct json_value *e = list ? list->first : NULL; e; e = e->next)
		if (e->type == JSON_OBJECT && str_eq(str_trim(json_get_str(e, "system")), system))
			return str_trim(json_get_str(e, "id"));
	return STR_NONE;
}

/* The value of a key, and the member that holds it. */
static void read_row_key(struct bulk_rows *bulk, struct bulk_row *row)
{
	const struct bulk_key *key = &bulk->key;
	struct field_input input = {
		.arena = bulk->req->arena, .field = key->field, .tenant = bulk->tenant};
	const struct json_value *holder = key->custom ? json_get(row->object, "custom")
						      : row->object;
	const struct json_value *value = json_get(holder, key->field->field->name);

	if (key->system.ptr)
		row->key = external_id(value, key->system);
	else if (value && !field_read_json(&input, value, &row->key)) {
		refuse(bulk, row, ERR_INVALID, key->said, input.code,
			arena_cstr(bulk->req->arena, input.message));
		return;
	}
	if (!row->key.len)
		refuse(bulk, row, ERR_INVALID, key->said, "REQUIRED", "Is the key of the row.");
}

/* What names the record is none of its values. */
static void drop_id(struct bulk_row *row)
{
	struct json_value *object = (struct json_value *)(uintptr_t)row->object;

	for (struct json_value **m = &object->first; *m; m = &(*m)->next)
		if (str_is((*m)->key, "id")) {
			*m = (*m)->next;
			object->count--;
			return;
		}
}

static int by_key(const void *a, const void *b)
{
	const struct bulk_row *const *x = a, *const *y = b;
	struct str p = (*x)->key, q = (*y)->key;
	size_t shorter = MIN(p.len, q.len);

	for (size_t i = 0; i < shorter; i++) {
		int c = tolower((unsigned char)p.ptr[i]) - tolower((unsigned char)q.ptr[i]);

		if (c)
			return c;
	}
	if (p.len != q.len)
		return p.len < q.len ? -1 : 1;
	return *x < *y ? -1 : 1;
}

static bool same_key(const struct bulk_row *a, const struct bulk_row *b)
{
	return str_eq_nocase(a->key, b->key);
}

/* Of rows with one key the first is taken. */
static void refuse_twice(struct bulk_rows *bulk)
{
	struct bulk_row **sorted = ARENA_ARRAY(bulk->req->arena, struct bulk_row *, bulk->count);
	size_t count = 0;

	for (size_t i = 0; i < bulk->count; i++)
		if (!bulk->rows[i].err)
			sorted[count++] = &bulk->rows[i];
	qsort(sorted, count, sizeof(*sorted), by_key);
	for (size_t i = 1; i < count; i++)
		if (same_key(sorted[i - 1], sorted[i]))
			refuse(bulk, sorted[i], ERR_INVALID, bulk->key.said, "DUPLICATE",
				"Another row has this key.");
}

static void read_keys(struct bulk_rows *bulk)
{
	bool id = str_is(bulk->key.said, "id");

	for (size_t i = 0; i < bulk->count; i++) {
		if (bulk->rows[i].err)
			continue;
		read_row_key(bulk, &bulk->rows[i]);
		if (id && !bulk->rows[i].err)
			drop_id(&bulk->rows[i]);
	}
	refuse_twice(bulk);
}

/* --- finding ------------------------------------------------------------------------------------------ */

static void take_found(struct bulk_rows *bulk, const struct db_result *rows)
{
	for (int i = 0; i < rows->rows; i++) {
		int64_t number = 0;
		struct bulk_row *row;

		INVARIANT(str_to_int64(db_value(rows, i, 0), &number) && number >= 0 &&
			(size_t)number < bulk->count);
		row = &bulk->rows[number];
		row->found++;
		row->write.id = db_value(rows, i, 1);
		row->version = db_value(rows, i, 2);
		row->trashed = str_is(db_value(rows, i, 3), "t");
	}
}

static void check_found(struct bulk_rows *bulk, struct bulk_row *row)
{
	if (row->err)
		return;
	if (row->found > 1)
		refuse(bulk, row, ERR_CONFLICT, bulk->key.said, "AMBIGUOUS",
			"Several records have this key.");
	else if (row->trashed)
		refuse(bulk, row, ERR_CONFLICT, bulk->key.said, "IN_TRASH",
			"The record that has this key is in the trash.");
	else if (!row->found && str_is(bulk->key.said, "id"))
		refuse(bulk, row, ERR_NOT_FOUND, bulk->key.said, "NOT_FOUND",
			"There is no such record.");
}

static struct str ids_of(struct bulk_rows *bulk)
{
	struct buf text;
	struct str ids;

	buf_init(&text, (size_t)QUERY_MAX_BULK * (UUID_LEN + 2));
	buf_append_char(&text, '{');
	for (size_t i = 0; i < bulk->count; i++) {
		if (bulk->rows[i].err || !bulk->rows[i].found)
			continue;
		buf_append_cstr(&text, text.len > 1 ? "," : "");
		buf_append(&text, bulk->rows[i].write.id);
	}
	buf_append_char(&text, '}');
	ids = arena_str(bulk->req->arena, buf_str(&text));
	buf_deinit(&text);
	return ids;
}

/* The rows of the result are in the order of their ids. */
static int place_of(const struct db_result *rows, struct str id)
{
	int from = 0, to = rows->rows;

	while (from < to) {
		int middle = from + (to - from) / 2;
		int order = str_cmp(db_value(rows, middle, 0), id);

		if (order == 0)
			return middle;
		from = order < 0 ? middle + 1 : from;
		to = order < 0 ? to : middle;
	}
	return -1;
}

/* Whom the caller sees and may not change is left out of the lock. */
static enum err hold(struct bulk_rows *bulk)
{
	struct db_stmt stmt = sql_bulk_hold(bulk, ids_of(bulk));
	struct db_result held;
	enum err err = unit_query(bulk->req, DB_WRITE, bulk->resource, &stmt, &held);

	for (size_t i = 0; i < bulk->count && !err; i++) {
		struct bulk_row *row = &bulk->rows[i];
		int place = row->err || !row->found ? -1 : place_of(&held, row->write.id);

		if (place >= 0)
			row->version = db_value(&held, place, 1);
		else if (!row->err && row->found)
			refuse(bulk, row, ERR_FORBIDDEN, bulk->key.said, "FORBIDDEN",
				"You may not change the record that has this key.");
	}
	return err;
}

/* Who brings the same keys at the same time waits here. */
static enum err find(struct bulk_rows *bulk)
{
	struct db_stmt stmts[] = {
		SQL("select bulk_hold_keys($1, $2)", bulk->resource->table, bulk->key.said),
		sql_bulk_keys(bulk),
	};
	struct db_result results[ARRAY_LEN(stmts)];
	enum err err = ERR_OK;

	/* Each sees what was committed before it began: the second, what whoever was waited for has done. */
	for (size_t i = 0; i < ARRAY_LEN(stmts) && !err; i++)
		err = unit_query(bulk->req, DB_WRITE, bulk->resource, &stmts[i], &results[i]);
	if (err)
		return err;
	take_found(bulk, &results[1]);
	for (size_t i = 0; i < bulk->count; i++)
		check_found(bulk, &bulk->rows[i]);
	return hold(bulk);
}

/* --- validating --------------------------------------------------------------------------------------- */

static struct str new_id(struct request *req)
{
	char text[UUID_LEN + 1];

	uuid_format(uuid_new(), text);
	return arena_str(req->arena, (struct str){text, UUID_LEN});
}

static enum err validate_row(struct bulk_rows *bulk, struct bulk_row *row)
{
	struct request *scratch = scratch_of(bulk, row);
	struct str id = row->found ? row->write.id : new_id(bulk->req);
	enum err err;

	row->write = (struct record_write){.req = scratch,
		.resource = bulk->resource,
		.mode = row->found ? RECORD_UPDATE : RECORD_CREATE,
		.id = id};
	err = validate_members(&row->write, row->object);
	if (err == ERR_INVALID || err == ERR_FORBIDDEN) {
		row->err = err;
		return ERR_OK;
	}
	if (!err && row->write.nested_count)
		refuse(bulk, row, ERR_INVALID, row->write.nested[0].nested->name, "ONE_BY_ONE",
			"Rows of a record are written with that record alone.");
	if (!err && row->write.remark.ptr)
		refuse(bulk, row, ERR_INVALID, bulk->resource->remark->name, "ONE_BY_ONE",
			"Is said with one record alone.");
	return err;
}

static enum err validate_rows(struct bulk_rows *bulk)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < bulk->count && !err; i++) {
		if (!bulk->rows[i].err)
			err = validate_row(bulk, &bulk->rows[i]);
		/* Others have their turn. */
		if (i % ROWS_IN_TURN == ROWS_IN_TURN - 1)
			fiber_sleep(0);
	}
	return err;
}

static void refuse_reference(struct bulk_rows *bulk, const struct resource_field *field,
	const struct db_result *rows, int i)
{
	bool unknown = str_is(db_value(rows, i, 1), "UNKNOWN_REFERENCE");
	bool custom = resource_field_is(field, FIELD_CUSTOM);
	int64_t number = 0;

	INVARIANT(str_to_int64(db_value(rows, i, 0), &number) && number >= 0 &&
		(size_t)number < bulk->count);
	refuse(bulk, &bulk->rows[number], ERR_INVALID,
		custom ? arena_printf(bulk->req->arena, "custom.%.*s", STR_ARG(field->name))
		       : field->name,
		unknown ? "UNKNOWN_REFERENCE" : "INACTIVE",
		unknown ? "Names nothing that exists or that you may see."
			: "Names a user who is not active.");
}

/* Tags may be named; resolve_tags tells the names that are none. */
static bool is_checked(const struct resource_field *field)
{
	return field->target &&
		!(field->field->kind == FIELD_MULTI_REFERENCE &&
			str_is(field->target->name, "tag"));
}

static enum err check_references(
	struct bulk_rows *bulk, const struct resource_field *fields, size_t count)
{
	enum err err = ERR_OK;

	for (size_t f = 0; f < count && !err; f++) {
		struct db_stmt stmt = {.sql = STR_NONE};
		struct db_result rows;

		if (is_checked(&fields[f]))
			stmt = sql_bulk_references(bulk, &fields[f]);
		if (!stmt.sql.len)
			continue;
		err = unit_query(bulk->req, DB_WRITE, bulk->resource, &stmt, &rows);
		for (int i = 0; !err && i < rows.rows; i++)
			refuse_reference(bulk, &fields[f], &rows, i);
	}
	return err;
}

/* --- writing ------------------------------------------------------------------------------------------ */

static enum err take_refusals(struct bulk_rows *bulk, const struct db_result *row)
{
	struct problem problem;
	struct json_value *list;

	problem_init(&problem, bulk->req->arena);
	if (json_read(bulk->req->arena, db_value(row, 0, 0), &problem, &list) != ERR_OK)
		return ERR_INTERNAL;
	for (const struct json_value *r = list->first; r; r = r->next) {
		const struct json_value *number = json_get(json_get(r, "row"), "_row");
		int64_t n = 0;

		INVARIANT(number && str_to_int64(number->text, &n) && n >= 0 &&
			(size_t)n < bulk->count);
		bulk->rows[n].err = bulk_refusal(
			scratch_of(bulk, &bulk->rows[n]), bulk->resource, r);
	}
	return ERR_OK;
}

/* Those that are there first: what they give up, new ones may have. */
static enum err write_rows(struct bulk_rows *bulk, int mode)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < bulk->count && !err; i++) {
		struct bulk_row *row = &bulk->rows[i];
		struct db_stmt stmt;
		struct db_result done;

		if (row->err || row->written || (int)row->write.mode != mode)
			continue;
		stmt = mode == RECORD_CREATE ? sql_bulk_insert(bulk, row)
					     : sql_bulk_change(bulk, row);
		err = unit_query(bulk->req, DB_WRITE, bulk->resource, &stmt, &done);
		if (!err)
			err = take_refusals(bulk, &done);
	}
	return err;
}

/* --- answering ---------------------------------------------------------------------------------------- */

/* Nothing is kept: what is wrong is told by row, as far as a list of details goes. */
static enum err refuse_all(struct bulk_rows *bulk)
{
	struct request *req = bulk->req;
	size_t refused = 0;

	for (size_t i = 0; i < bulk->count; i++) {
		const struct bulk_row *row = &bulk->rows[i];
		const struct problem_detail *d = row->err ? row->problem->first : NULL;

		refused += row->err != ERR_OK;
		if (row->err && !d && req->problem.count < TOLD_MAX)
			problem_add(&req->problem, arena_printf(req->arena, "rows[%zu]", i),
				err_info(row->err)->code, "%.*s",
				STR_ARG(row->problem->message.ptr
						? row->problem->message
						: str_of(err_info(row->err)->message)));
		for (; d && req->problem.count < TOLD_MAX; d = d->next)
			problem_add(&req->problem,
				arena_printf(req->arena, "rows[%zu]%s%.*s", i,
					d->field.len ? "." : "", STR_ARG(d->field)),
				arena_cstr(req->arena, d->code), "%.*s", STR_ARG(d->message));
	}
	return problem_set(&req->problem, ERR_INVALID,
		"%zu of %zu rows are refused, and nothing is written. With partial=true the others "
		"are.",
		refused, bulk->count);
}

enum outcome { CREATED, UPDATED, UNCHANGED, REFUSED, OUTCOME__COUNT };

static enum outcome outcome_of(
	const struct bulk_rows *bulk, const struct bulk_row *row, const struct db_result *now)
{
	int place;

	if (row->err)
		return REFUSED;
	if (row->write.mode == RECORD_CREATE)
		return CREATED;
	place = place_of(now, row->write.id);
	return bulk->resource->has_version && place >= 0 &&
			str_eq(db_value(now, place, 1), row->version)
		? UNCHANGED
		: UPDATED;
}

static void write_row(
	struct json *json, const struct bulk_rows *bulk, size_t i, enum outcome outcome)
{
	static const char *const words[OUTCOME__COUNT] = {
		[CREATED] = "created",
		[UPDATED] = "updated",
		[UNCHANGED] = "unchanged",
		[REFUSED] = "error",
	};
	const struct bulk_row *row = &bulk->rows[i];

	json_object(json);
	json_member_int(json, "row", (int64_t)i);
	json_member_cstr(json, "status", words[outcome]);
	if (outcome == REFUSED)
		bulk_write_error(json, row->err, row->problem);
	else
		json_member_str(json, "id", row->write.id);
	json_end(json);
}

static void write_answer(
	struct bulk_rows *bulk, const struct db_result *now, const struct bulk_made *made)
{
	int64_t counts[OUTCOME__COUNT] = {0};
	struct json json = response_json(bulk->req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_str(&json, "changesetId", made->changeset);
	json_key(&json, STR("results"));
	json_array(&json);
	for (size_t i = 0; i < bulk->count; i++) {
		enum outcome outcome = outcome_of(bulk, &bulk->rows[i], now);

		counts[outcome]++;
		write_row(&json, bulk, i, outcome);
	}
	json_end(&json);
	json_member_int(&json, "created", counts[CREATED]);
	json_member_int(&json, "updated", counts[UPDATED]);
	json_member_int(&json, "unchanged", counts[UNCHANGED]);
	json_member_int(&json, "errors", counts[REFUSED]);
	bulk_write_counts(&json, &made->counts);
	json_end(&json);
	json_end(&json);
}

static enum err answer(struct bulk_rows *bulk)
{
	struct db_stmt stmt = sql_bulk_hold(bulk, ids_of(bulk));
	struct bulk_made made;
	struct db_result now;
	enum err err = unit_query(bulk->req, DB_WRITE, bulk->resource, &stmt, &now);

	if (!err)
		err = bulk_made(bulk->req, bulk->resource, STR("{}"), &made);
	unit_changed(bulk->req, bulk->resource);
	if (!err)
		err = unit_commit(bulk->req);
	if (!err)
		write_answer(bulk, &now, &made);
	return err;
}

/* --- the whole ---------------------------------------------------------------------------------------- */

static enum err check_rows(struct bulk_rows *bulk)
{
	const struct tenant_fields *custom = &bulk->tenant->custom[bulk->resource->index];
	enum err err = bulk->key.field ? find(bulk) : ERR_OK;

	if (!err)
		err = validate_rows(bulk);
	if (!err)
		err = check_references(bulk, bulk->resource->fields, bulk->resource->field_count);
	return err ? err : check_references(bulk, custom->fields, custom->count);
}

static enum err run(struct bulk_rows *bulk)
{
	enum err err = check_rows(bulk);

	if (!err && !bulk->partial && any_refused(bulk))
		return refuse_all(bulk);
	if (!err)
		err = write_rows(bulk, RECORD_UPDATE);
	if (!err)
		err = write_rows(bulk, RECORD_CREATE);
	if (!err && !bulk->partial && any_refused(bulk))
		return refuse_all(bulk);
	return err ? err : answer(bulk);
}

enum err record_bulk(struct request *req)
{
	struct bulk_rows bulk = {.req = req, .resource = req->route->data};
	enum err err = bulk_enter(req, bulk.resource, VERB_CREATE);

	if (!err)
		err = read_body(&bulk);
	if (!err && bulk.key.field) {
		err = bulk_enter_also(req, bulk.resource, VERB_UPDATE);
		read_keys(&bulk);
	}
	if (!err)
		err = bulk_begin(req);
	return err ? err : run(&bulk);
}
