/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: many rows become records, or change them, by one statement for all that are alike. */
#include "base/json_write.h"
#include "core/bulk_rows.h"
#include "core/caller.h"
#include "core/field_type.h"
#include "core/sql_bulk.h"

enum { DOCUMENT_MAX = 256 * 1024 * 1024 };

/* --- documents ---------------------------------------------------------------------------------------- */

static struct str taken(struct arena *arena, struct buf *text)
{
	struct str document;

	INVARIANT(!text->full);
	document = arena_str(arena, buf_str(text));
	buf_deinit(text);
	return document;
}

static const struct record_value *value_of(
	const struct record_write *write, const struct resource_field *field)
{
	for (size_t i = 0; i < write->count; i++)
		if (write->values[i].field == field)
			return &write->values[i];
	return NULL;
}

static size_t number_of(const struct bulk_rows *bulk, const struct bulk_row *row)
{
	return (size_t)(row - bulk->rows);
}

/* --- finding ------------------------------------------------------------------------------------------ */

static struct str key_document(const struct bulk_rows *bulk)
{
	struct buf text;
	struct json json;

	buf_init(&text, DOCUMENT_MAX);
	json_init(&json, &text);
	json_array(&json);
	for (size_t i = 0; i < bulk->count; i++) {
		if (bulk->rows[i].err || !bulk->rows[i].key.ptr)
			continue;
		json_object(&json);
		json_member_int(&json, "row", (int64_t)i);
		json_member_str(&json, "key", bulk->rows[i].key);
		json_end(&json);
	}
	json_end(&json);
	return taken(bulk->req->arena, &text);
}

static void put_version(struct sql *sql, const struct resource *resource)
{
	sql_put(sql, resource->has_version ? "t.version" : "0");
	sql_put(sql, resource->has_deleted ? ", t.deleted_at is not null" : ", false");
}

/* How a key is found: what is written in capitals is the same, as it is to the unique keys. */
static void put_key_match(struct sql *sql, const struct bulk_key *key)
{
	bool fold = field_is_prose(key->field->field);

	if (key->system.ptr) {
		sql_put(sql, "t.id = x.record_id");
		return;
	}
	sql_put(sql, fold ? "lower(" : "");
	if (key->custom) {
		sql_put(sql, "(t.custom->>");
		sql_put_typed(sql, key->field->name, "text");
		sql_put(sql, ")");
	} else {
		sql_put_column(sql, key->field->column);
	}
	sql_put(sql, fold ? ") = lower(" : " = ");
	sql_put(sql, "normalize(e.key)");
	if (!key->custom && !fold) {
		sql_put(sql, "::");
		sql_put(sql, sql_type_of(key->field));
	}
	sql_put(sql, fold ? ")" : "");
}

struct db_stmt sql_bulk_keys(const struct bulk_rows *bulk)
{
	struct sql sql = sql_begin(bulk->req->arena);
	bool external = bulk->key.system.ptr;

	sql_put(&sql, "select e.row, t.id, ");
	put_version(&sql, bulk->resource);
	sql_put(&sql, " from jsonb_to_recordset(");
	sql_put_typed(&sql, key_document(bulk), "jsonb");
	sql_put(&sql, ") as e (row int, key text) ");
	if (external) {
		sql_put(&sql, "join external_ids x on x.org_id = ");
		sql_put_typed(&sql, sql_caller_org(bulk->req), "uuid");
		sql_put(&sql, " and x.table_name = ");
		sql_put_typed(&sql, bulk->resource->table, "text");
		sql_put(&sql, " and x.system = ");
		sql_put_typed(&sql, bulk->key.system, "text");
		sql_put(&sql, " and x.id = normalize(e.key) ");
	}
	sql_put(&sql, "join ");
	sql_put_name(&sql, bulk->resource->table);
	sql_put(&sql, " t on ");
	put_key_match(&sql, &bulk->key);
	sql_put_org(&sql, bulk->req);
	if (!external)
		sql_put_live_version(&sql, bulk->resource, STR_NONE);
	sql_put(&sql, " order by e.row");
	sql.varies = true;
	return sql_end(&sql);
}

struct db_stmt sql_bulk_hold(const struct bulk_rows *bulk, struct str ids)
{
	struct sql sql = sql_begin(bulk->req->arena);

	sql_put(&sql, "select t.id, ");
	put_version(&sql, bulk->resource);
	sql_put_from(&sql, bulk->resource);
	sql_put_org(&sql, bulk->req);
	sql_put(&sql, " and t.id = any(");
	sql_put_typed(&sql, ids, "uuid[]");
	sql_put(&sql, ")");
	sql_put_live_version(&sql, bulk->resource, STR_NONE);
	sql_put(&sql, " order by t.id for no key update");
	return sql_end(&sql);
}

/* --- references --------------------------------------------------------------------------------------- */

static const struct record_value *said_of(
	const struct record_write *write, const struct resource_field *field)
{
	const struct record_value *value = value_of(write, field);

	for (size_t i = 0; i < write->custom_count && !value; i++)
		if (write->custom_values[i].field == field)
			value = &write->custom_values[i];
	return value && value->text.ptr ? value : NULL;
}

static struct str reference_document(
	const struct bulk_rows *bulk, const struct resource_field *field, size_t *count)
{
	struct buf text;
	struct json json;

	*count = 0;
	buf_init(&text, DOCUMENT_MAX);
	json_init(&json, &text);
	json_array(&json);
	for (size_t i = 0; i < bulk->count; i++) {
		const struct bulk_row *row = &bulk->rows[i];
		const struct record_value *value = row->err ? NULL : said_of(&row->write, field);

		if (!value)
			continue;
		json_object(&json);
		json_member_int(&json, "row", (int64_t)i);
		json_member_str(&json, "ids", value->text);
		json_member_str(&json, "record",
			row->write.mode == RECORD_CREATE ? STR_NONE : row->write.id);
		json_end(&json);
		(*count)++;
	}
	json_end(&json);
	return taken(bulk->req->arena, &text);
}

/* Nobody is given what somebody gave them long ago: a field that keeps its value passes. */
static void put_kept(struct sql *sql, const struct bulk_rows *bulk,
	const struct resource_field *field, bool list)
{
	if (resource_field_is(field, FIELD_CUSTOM))
		return;
	sql_put(sql, " and not exists (select from ");
	sql_put_name(sql, bulk->resource->table);
	sql_put(sql, " t");
	sql_put_org(sql, bulk->req);
	sql_put(sql,
		list ? " and t.id = e.record and p.id = any("
		     : " and t.id = e.record and p.id = (");
	sql_put_column(sql, field->column);
	sql_put(sql, "))");
}

static void put_inactive(struct sql *sql, const struct bulk_rows *bulk,
	const struct resource_field *field, bool list)
{
	if (!str_is(field->target->name, "user"))
		return;
	sql_put(sql, " union all select e.row, 'INACTIVE' from e join ");
	sql_put_name(sql, field->target->names);
	sql_put(sql, " p on p.org_id = ");
	sql_put_typed(sql, sql_caller_org(bulk->req), "uuid");
	sql_put(sql, " and p.id = e.id where not p.active");
	put_kept(sql, bulk, field, list);
}

struct db_stmt sql_bulk_references(const struct bulk_rows *bulk, const struct resource_field *field)
{
	const struct resource *target = field->target;
	bool list = field->field->kind == FIELD_MULTI_REFERENCE;
	bool in_table = str_eq(target->names, target->table);
	size_t count;
	struct str document = reference_document(bulk, field, &count);
	struct sql sql;

	if (!count)
		return (struct db_stmt){.sql = STR_NONE};
	sql = sql_begin(bulk->req->arena);
	sql_put(&sql, "with e as materialized (select r.row, ");
	sql_put(&sql, list ? "unnest(r.ids::uuid[])" : "r.ids::uuid");
	sql_put(&sql, " as id, r.record from jsonb_to_recordset(");
	sql_put_typed(&sql, document, "jsonb");
	sql_put(&sql,
		") as r (row int, ids text, record uuid)) select e.row, 'UNKNOWN_REFERENCE' from e"
		" where not exists (select from ");
	sql_put_name(&sql, target->names);
	sql_put(&sql, " t");
	sql_put_org(&sql, bulk->req);
	sql_put(&sql, " and t.id = e.id");
	sql_put(&sql, in_table && target->has_deleted ? " and t.deleted_at is null)" : ")");
	put_inactive(&sql, bulk, field, list);
	return sql_end(&sql);
}

/* --- rows that are alike ------------------------------------------------------------------------------ */

/* A value that is not there, or is null where there is always one, is the column's default: no statement
 * can say that of some rows only. */
static bool is_default(const struct record_write *write, const struct resource_field *field)
{
	const struct record_value *value = value_of(write, field);

	return !value || !value->text.ptr;
}

static bool takes_default(const struct bulk_row *row, const struct resource_field *field)
{
	if (!field_never_null(field->field))
		return false;
	return row->write.mode == RECORD_CREATE
		? is_default(&row->write, field)
		: value_of(&row->write, field) && is_default(&row->write, field);
}

static bool is_alike(
	const struct bulk_rows *bulk, const struct bulk_row *row, const struct bulk_row *like)
{
	if (row->err || row->written || row->write.mode != like->write.mode)
		return false;
	for (size_t i = 0; i < bulk->resource->field_count; i++)
		if (takes_default(row, &bulk->resource->fields[i]) !=
			takes_default(like, &bulk->resource->fields[i]))
			return false;
	return true;
}

/* The rows of one statement, and the fields that any of them says. */
struct batch {
	const struct bulk_rows *bulk;
	struct bulk_row **rows;
	size_t row_count;
	const struct resource_field **fields;
	size_t field_count;
	bool custom;
};

static void take_fields(struct batch *batch, const struct bulk_row *like)
{
	const struct resource *resource = batch->bulk->resource;

	for (size_t f = 0; f < resource->field_count; f++) {
		const struct resource_field *field = &resource->fields[f];
		bool said = false;

		for (size_t i = 0; i < batch->row_count && !said; i++)
			said = value_of(&batch->rows[i]->write, field) != NULL;
		if (said && !takes_default(like, field))
			batch->fields[batch->field_count++] = field;
	}
}

static struct batch take_batch(const struct bulk_rows *bulk, const struct bulk_row *like)
{
	struct arena *arena = bulk->req->arena;
	struct batch batch = {
		.bulk = bulk,
		.rows = ARENA_ARRAY(arena, struct bulk_row *, bulk->count),
		.fields = ARENA_ARRAY(
			arena, const struct resource_field *, bulk->resource->field_count),
	};

	for (size_t i = 0; i < bulk->count; i++) {
		struct bulk_row *row = &bulk->rows[i];

		if (!is_alike(bulk, row, like))
			continue;
		batch.rows[batch.row_count++] = row;
		batch.custom |= row->write.custom.ptr != NULL;
	}
	take_fields(&batch, like);
	for (size_t i = 0; i < batch.row_count; i++)
		batch.rows[i]->written = true;
	return batch;
}

static struct str sent_of(const struct batch *batch, const struct bulk_row *row)
{
	char *flags = arena_bytes(batch->bulk->req->arena, batch->field_count + 1);

	for (size_t f = 0; f < batch->field_count; f++)
		flags[f] = value_of(&row->write, batch->fields[f]) ? '1' : '0';
	flags[batch->field_count] = '\0';
	return (struct str){flags, batch->field_count};
}

static struct str document_of(const struct batch *batch)
{
	struct buf text;
	struct json json;

	buf_init(&text, DOCUMENT_MAX);
	json_init(&json, &text);
	json_array(&json);
	for (size_t i = 0; i < batch->row_count; i++) {
		const struct bulk_row *row = batch->rows[i];

		json_object(&json);
		json_member_int(&json, "_row", (int64_t)number_of(batch->bulk, row));
		json_member_str(&json, "_id", row->write.id);
		json_member_str(&json, "_sent", sent_of(batch, row));
		json_member_str(&json, "_custom", row->write.custom);
		for (size_t f = 0; f < batch->field_count; f++) {
			const struct record_value *value = value_of(&row->write, batch->fields[f]);

			if (!value || !value->text.ptr)
				continue;
			json_key(&json, batch->fields[f]->column);
			json_str(&json, value->text);
		}
		json_end(&json);
	}
	json_end(&json);
	return taken(batch->bulk->req->arena, &text);
}

static void put_rows(struct sql *sql, const struct batch *batch)
{
	sql_put(sql,
		" from jsonb_to_recordset($1) as e (_row int, _id uuid, _sent text, _custom text");
	for (size_t f = 0; f < batch->field_count; f++) {
		sql_put(sql, ", ");
		sql_put_name(sql, batch->fields[f]->column);
		sql_put(sql, " text");
	}
	sql_put(sql, ")");
}

static void put_text(struct sql *sql, const struct resource_field *field)
{
	sql_put(sql, "e.");
	sql_put_name(sql, field->column);
}

/* The text of a row as the column wants it. */
static void put_value(
	struct sql *sql, const struct batch *batch, const struct resource_field *field)
{
	const struct field_type *type = field_type_of(field->field);
	struct str around = str_of(type->param);
	bool tags = field->field->kind == FIELD_MULTI_REFERENCE &&
		str_is(field->target->name, "tag");
	bool merged = batch->bulk->key.system.ptr && field == batch->bulk->key.field;

	sql_put(sql, merged ? "external_ids_merge(t.external_ids, " : "");
	if (tags) {
		sql_put(sql, "resolve_tags(");
		put_text(sql, field);
		sql_put(sql, "::text[])");
	} else if (type->param) {
		buf_append(&sql->text, str_cut(&around, '%'));
		put_text(sql, field);
		buf_append(&sql->text, str_slice(around, 1, around.len));
	} else {
		put_text(sql, field);
		sql_put(sql, "::");
		sql_put(sql, type->sql);
	}
	sql_put(sql, merged ? ")" : "");
}

static struct db_stmt end(struct sql_bulk *bulk, const struct batch *batch)
{
	sql_bulk_next(bulk);
	return sql_bulk_end(bulk, document_of(batch));
}

/* --- inserting ---------------------------------------------------------------------------------------- */

static void put_new_value(
	struct sql *sql, const struct batch *batch, const struct resource_field *field)
{
	struct batch plain = *batch;
	struct bulk_rows keyless = *batch->bulk;

	keyless.key.system = STR_NONE;
	plain.bulk = &keyless;
	if (resource_field_is(field, FIELD_MERGED))
		sql_put(sql, "merge_patch('{}', ");
	put_value(sql, &plain, field);
	if (resource_field_is(field, FIELD_MERGED))
		sql_put(sql, ")");
}

struct db_stmt sql_bulk_insert(const struct bulk_rows *bulk, const struct bulk_row *like)
{
	struct batch batch = take_batch(bulk, like);
	struct sql_bulk many = sql_bulk_begin(bulk->req->arena);
	struct sql *sql = &many.sql;

	sql_put(sql, "insert into ");
	sql_put_name(sql, bulk->resource->table);
	sql_put(sql, " (org_id, id");
	for (size_t f = 0; f < batch.field_count; f++) {
		sql_put(sql, ", ");
		sql_put_name(sql, batch.fields[f]->column);
	}
	sql_put(sql, batch.custom ? ", custom) select " : ") select ");
	sql_put_typed(sql, sql_caller_org(bulk->req), "uuid");
	sql_put(sql, ", e._id");
	for (size_t f = 0; f < batch.field_count; f++) {
		sql_put(sql, ", ");
		put_new_value(sql, &batch, batch.fields[f]);
	}
	sql_put(sql, batch.custom ? ", jsonb_strip_nulls(coalesce(e._custom::jsonb, '{}'))" : "");
	put_rows(sql, &batch);
	sql_put(sql, " order by e._row");
	return end(&many, &batch);
}

/* --- changing ----------------------------------------------------------------------------------------- */

static void put_change(struct sql *sql, const struct batch *batch,
	const struct resource_field *field, size_t place)
{
	bool fixed = resource_field_is(field, FIELD_IMMUTABLE);

	sql_put_name(sql, field->column);
	sql_put(sql, " = ");
	if (fixed) {
		sql_put(sql, "unchanged(");
		sql_put_typed(sql, field->name, "text");
		sql_put(sql, ", ");
		sql_put_column(sql, field->column);
		sql_put(sql, ", ");
	}
	sql_put(sql, "case when substr(e._sent, ");
	sql_put_typed(sql, arena_printf(sql->arena, "%zu", place + 1), "int");
	sql_put(sql, ", 1) = '1' then ");
	if (resource_field_is(field, FIELD_MERGED)) {
		sql_put(sql, "merge_patch(");
		sql_put_column(sql, field->column);
		sql_put(sql, ", ");
	}
	put_value(sql, batch, field);
	sql_put(sql, resource_field_is(field, FIELD_MERGED) ? ") else " : " else ");
	sql_put_column(sql, field->column);
	sql_put(sql, fixed ? " end), " : " end, ");
}

static void put_resets(struct sql *sql, const struct batch *batch, const struct bulk_row *like)
{
	const struct resource *resource = batch->bulk->resource;

	for (size_t f = 0; f < resource->field_count; f++) {
		if (!takes_default(like, &resource->fields[f]))
			continue;
		sql_put_name(sql, resource->fields[f].column);
		sql_put(sql, " = default, ");
	}
}

struct db_stmt sql_bulk_change(const struct bulk_rows *bulk, const struct bulk_row *like)
{
	struct batch batch = take_batch(bulk, like);
	struct sql_bulk many = sql_bulk_begin(bulk->req->arena);
	struct sql *sql = &many.sql;

	sql_put(sql, "update ");
	sql_put_name(sql, bulk->resource->table);
	sql_put(sql, " t set ");
	for (size_t f = 0; f < batch.field_count; f++)
		put_change(sql, &batch, batch.fields[f], f);
	put_resets(sql, &batch, like);
	if (batch.custom)
		sql_put(sql,
			"custom = jsonb_strip_nulls(t.custom || coalesce(e._custom::jsonb, "
			"'{}')), ");
	sql_put(sql,
		bulk->resource->has_version ? "updated_at = t.updated_at" : "org_id = t.org_id");
	put_rows(sql, &batch);
	sql_put_org(sql, bulk->req);
	sql_put(sql, " and t.id = e._id");
	sql_put_live_version(sql, bulk->resource, STR_NONE);
	return end(&many, &batch);
}
