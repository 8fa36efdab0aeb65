/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL: rows that are part of records.
 *
 * An array is written whole by one statement, whatever it holds: its elements travel as one JSON document,
 * rows `e` of texts, and what is gone goes to the trash, what is kept is updated and what is new inserted at once. So
 * triggers after the statement see the array as it will be, and totals are reckoned once. The statement
 * writes nothing unless the record's own update, which stands before it, has found its row and left the id
 * in app.nested_in.
 */
#include "base/json_write.h"
#include "core/field_type.h"
#include "core/sql_internal.h"

/* --- reading ------------------------------------------------------------------------------------------ */

struct db_stmt sql_nested(struct request *req, const struct resource_nested *nested, struct str ids)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "select ");
	sql_put_column(&sql, nested->by->column);
	for (size_t i = 0; i < nested->field_count; i++) {
		if (!caller_sees(req->caller, nested->fields[i]))
			continue;
		sql_put(&sql, ", ");
		sql_put_value(&sql, nested->fields[i]);
	}
	sql_put_from(&sql, nested->of);
	sql_put_guarded(&sql);
	sql_put(&sql, " and ");
	sql_put_column(&sql, nested->by->column);
	sql_put(&sql, " = any(");
	sql_put_typed(&sql, ids, "uuid[]");
	sql_put(&sql, ") and t.deleted_at is null order by ");
	sql_put_column(&sql, nested->by->column);
	sql_put(&sql, ", t.position, t.id");
	return sql_end(&sql);
}

/* --- the elements ------------------------------------------------------------------------------------- */

/* What a client may say of an element. */
static bool is_written(const struct request *req, const struct resource_field *field)
{
	return !resource_field_is(field, FIELD_READ_ONLY) && caller_writes(req->caller, field);
}

static struct str value_of(const struct record_write *element, const struct resource_field *field)
{
	for (size_t i = 0; i < element->count; i++)
		if (element->values[i].field == field)
			return element->values[i].text;
	return STR_NONE;
}

static void write_element(struct json *json, const struct record_nested *array, size_t i)
{
	const struct resource_nested *nested = array->nested;
	const struct record_write *element = &array->elements[i];

	json_object(json);
	json_member_int(json, "_place", (int64_t)i + 1);
	json_member_bool(json, "_kept", element->mode == RECORD_REPLACE);
	json_member_str(json, "id", element->id);
	for (size_t f = 0; f < nested->field_count; f++) {
		if (!is_written(element->req, nested->fields[f]))
			continue;
		json_key(json, nested->fields[f]->column);
		json_str(json, value_of(element, nested->fields[f]));
	}
	json_end(json);
}

static struct str document_of(struct arena *arena, const struct record_nested *array)
{
	struct buf text;
	struct json json;
	struct str document;

	buf_init(&text, 64 * 1024 * 1024);
	json_init(&json, &text);
	json_array(&json);
	for (size_t i = 0; i < array->count; i++)
		write_element(&json, array, i);
	json_end(&json);
	INVARIANT(!text.full);
	document = arena_str(arena, buf_str(&text));
	buf_deinit(&text);
	return document;
}

/* `jsonb_to_recordset($n::jsonb) as e (…)` */
static void put_elements(struct sql *sql, const struct record_nested *array, struct request *req)
{
	sql_put(sql, "jsonb_to_recordset(");
	sql_put_typed(sql, document_of(sql->arena, array), "jsonb");
	sql_put(sql, ") as e (_place int, _kept boolean, id uuid");
	for (size_t f = 0; f < array->nested->field_count; f++) {
		if (!is_written(req, array->nested->fields[f]))
			continue;
		sql_put(sql, ", ");
		sql_put_name(sql, array->nested->fields[f]->column);
		sql_put(sql, " text");
	}
	sql_put(sql, ")");
}

static void put_element_column(struct sql *sql, const struct resource_field *field)
{
	sql_put(sql, "e.");
	sql_put_name(sql, field->column);
}

/* --- references --------------------------------------------------------------------------------------- */

/* `lines[2].productId`, told of an element that a query finds. */
static void put_path(struct sql *sql, const struct resource_nested *nested, struct str member)
{
	sql_put(sql, "select format('%s[%s].%s', ");
	sql_put_typed(sql, nested->name, "text");
	sql_put(sql, ", e._place - 1, ");
	sql_put_typed(sql, member, "text");
	sql_put(sql, ") from e where ");
}

static void put_kept_row(
	struct sql *sql, const struct record_write *write, const struct resource_nested *nested)
{
	sql_put_from(sql, nested->of);
	sql_put_org(sql, write->req);
	sql_put(sql, " and ");
	sql_put_column(sql, nested->by->column);
	sql_put(sql, " = ");
	sql_put_typed(sql, write->id, "uuid");
	sql_put(sql, " and t.id = e.id and t.deleted_at is null");
}

/* A reference that a row has already may name what has gone since. */
static void put_reference_check(struct sql *sql, const struct record_write *write,
	const struct resource_nested *nested, const struct resource_field *field)
{
	const struct resource *target = field->target;
	put_path(sql, nested, field->name);
	put_element_column(sql, field);
	sql_put(sql, " is not null and (not exists (select from ");
	sql_put_name(sql, target->names);
	sql_put(sql, " t");
	sql_put_org(sql, write->req);
	sql_put(sql, " and t.id = ");
	put_element_column(sql, field);
	sql_put(sql, "::uuid");
	sql_put(sql, str_is(target->name, "user") ? " and t.active" : "");
	sql_put(sql, sql_is_trashed(target) ? " and t.deleted_at is null)" : ")");
	if (sql_is_held(target)) {
		sql_put(sql, " or not reference_held(");
		sql_put_typed(sql, target->table, "text");
		sql_put(sql, ", ");
		put_element_column(sql, field);
		sql_put(sql, "::uuid)");
	}
	sql_put(sql, ") and not exists (select");
	put_kept_row(sql, write, nested);
	sql_put(sql, " and ");
	sql_put_column(sql, field->column);
	sql_put(sql, " = ");
	put_element_column(sql, field);
	sql_put(sql, "::uuid)");
}

/* Whether any element says it: what is never said is not looked for. */
static bool is_said(const struct record_nested *array, const struct resource_field *field)
{
	for (size_t i = 0; i < array->count; i++)
		if (value_of(&array->elements[i], field).ptr)
			return true;
	return false;
}

size_t sql_put_nested_references(
	struct sql *sql, const struct record_write *write, const struct record_nested *array)
{
	size_t checks = 0;

	for (size_t f = 0; f < array->nested->field_count; f++) {
		const struct resource_field *field = array->nested->fields[f];

		if (field->field->kind != FIELD_REFERENCE || !is_said(array, field))
			continue;
		if (checks++) {
			sql_put(sql, " union all ");
		} else {
			sql_put(sql, " || array(with e as (select * from ");
			put_elements(sql, array, write->req);
			sql_put(sql, ") ");
		}
		put_reference_check(sql, write, array->nested, field);
	}
	sql_put(sql, checks ? ")" : "");
	return checks;
}

/* --- writing ------------------------------------------------------------------------------------------ */

/* Of an update: only behind a record that was found. */
static void put_guard(struct sql *sql, const struct record_write *write)
{
	if (write->mode == RECORD_CREATE)
		return;
	sql_put(sql, " and (select current_setting('app.nested_in', true)) = ");
	sql_put_typed(sql, write->id, "text");
}

struct db_stmt sql_nested_announce(const struct record_write *write)
{
	struct sql sql;
	struct buf text;
	struct json json;

	if (!write->nested_count)
		return (struct db_stmt){.sql = STR_NONE};
	buf_init(&text, 1024);
	json_init(&json, &text);
	json_object(&json);
	json_member_str(&json, "id", write->id);
	json_member_bool(&json, "new", write->mode == RECORD_CREATE);
	for (size_t i = 0; i < write->nested_count; i++) {
		json_key(&json, write->nested[i].nested->name);
		json_int(&json, (int64_t)write->nested[i].count);
	}
	json_end(&json);
	sql = sql_begin(write->req->arena);
	sql_put(&sql, "select set_config('app.nested', ");
	sql_put_param(&sql, arena_str(sql.arena, buf_str(&text)));
	sql_put(&sql, ", true)");
	buf_deinit(&text);
	return sql_end(&sql);
}

struct db_stmt sql_nested_known(const struct record_write *write, const struct record_nested *array)
{
	struct sql sql = sql_begin(write->req->arena);

	sql_put(&sql, "with e as (select * from ");
	put_elements(&sql, array, write->req);
	sql_put(&sql, ") select require_references(array(");
	put_path(&sql, array->nested, STR("id"));
	sql_put(&sql, "e._kept");
	put_guard(&sql, write);
	sql_put(&sql, " and not exists (select");
	put_kept_row(&sql, write, array->nested);
	sql_put(&sql, ")))");
	return sql_end(&sql);
}

static void put_value(struct sql *sql, const struct resource_field *field)
{
	const struct field_type *type = field_type_of(field->field);
	struct str around = str_of(type->param);

	sql_put(sql, type->list ? "coalesce(" : "");
	if (type->param) {
		buf_append(&sql->text, str_cut(&around, '%'));
		put_element_column(sql, field);
		buf_append(&sql->text, str_slice(around, 1, around.len));
	} else {
		put_element_column(sql, field);
		sql_put(sql, "::");
		sql_put(sql, type->sql);
	}
	sql_put(sql, type->list ? ", '{}')" : "");
}

/* What is fixed may be sent again, or left out. */
static void put_change(struct sql *sql, const struct resource_field *field)
{
	bool fixed = resource_field_is(field, FIELD_IMMUTABLE);

	sql_put_name(sql, field->column);
	sql_put(sql, " = ");
	if (fixed) {
		sql_put(sql, "unchanged(");
		sql_put_typed(sql, field->name, "text");
		sql_put(sql, ", ");
		sql_put_column(sql, field->column);
		sql_put(sql, ", coalesce(");
	}
	put_value(sql, field);
	if (fixed) {
		sql_put(sql, ", ");
		sql_put_column(sql, field->column);
		sql_put(sql, "))");
	}
	sql_put(sql, ", ");
}

static void put_of_record(
	struct sql *sql, const struct record_write *write, const struct resource_nested *nested)
{
	sql_put_org(sql, write->req);
	sql_put(sql, " and ");
	sql_put_column(sql, nested->by->column);
	sql_put(sql, " = ");
	sql_put_typed(sql, write->id, "uuid");
	put_guard(sql, write);
	sql_put(sql, " and t.deleted_at is null");
}

static void put_gone(
	struct sql *sql, const struct record_write *write, const struct resource_nested *nested)
{
	sql_put(sql, "gone as (update ");
	sql_put_name(sql, nested->of->table);
	sql_put(sql, " t set deleted_at = now()");
	put_of_record(sql, write, nested);
	sql_put(sql, " and not exists (select from e where e.id = t.id))");
}

static void put_kept(
	struct sql *sql, const struct record_write *write, const struct resource_nested *nested)
{
	sql_put(sql, "kept as (update ");
	sql_put_name(sql, nested->of->table);
	sql_put(sql, " t set ");
	for (size_t f = 0; f < nested->field_count; f++)
		if (is_written(write->req, nested->fields[f]))
			put_change(sql, nested->fields[f]);
	sql_put(sql, "position = e._place from e");
	put_of_record(sql, write, nested);
	sql_put(sql, " and e._kept and t.id = e.id)");
}

static void put_made(
	struct sql *sql, const struct record_write *write, const struct resource_nested *nested)
{
	sql_put(sql, "made as (insert into ");
	sql_put_name(sql, nested->of->table);
	sql_put(sql, " (org_id, id, ");
	sql_put_name(sql, nested->by->column);
	for (size_t f = 0; f < nested->field_count; f++) {
		if (!is_written(write->req, nested->fields[f]))
			continue;
		sql_put(sql, ", ");
		sql_put_name(sql, nested->fields[f]->column);
	}
	sql_put(sql, ", position) select ");
	sql_put_typed(sql, sql_caller_org(write->req), "uuid");
	sql_put(sql, ", e.id, ");
	sql_put_typed(sql, write->id, "uuid");
	for (size_t f = 0; f < nested->field_count; f++) {
		if (!is_written(write->req, nested->fields[f]))
			continue;
		sql_put(sql, ", ");
		put_value(sql, nested->fields[f]);
	}
	sql_put(sql, ", e._place from e where not e._kept");
	put_guard(sql, write);
	sql_put(sql, " order by e._place)");
}

struct db_stmt sql_nested_write(const struct record_write *write, const struct record_nested *array)
{
	struct sql sql = sql_begin(write->req->arena);

	sql_put(&sql, "with e as materialized (select * from ");
	put_elements(&sql, array, write->req);
	sql_put(&sql, "), ");
	if (write->mode != RECORD_CREATE) {
		put_gone(&sql, write, array->nested);
		sql_put(&sql, ", ");
		put_kept(&sql, write, array->nested);
		sql_put(&sql, ", ");
	}
	put_made(&sql, write, array->nested);
	sql_put(&sql, " select");
	return sql_end(&sql);
}
