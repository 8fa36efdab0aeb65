/* SPDX-License-Identifier: Apache-2.0 */
/* Records as JSON. */
#include "core/record_json.h"

#include "base/buf.h"
#include "core/field_type.h"
#include "core/sql.h"
#include "core/unit.h"

static int column_of(const struct query *query, const struct resource_field *field)
{
	int column = 0;

	while (query->fields[column] != field)
		column++;
	return column;
}

/* --- includes ------------------------------------------------------------------------------------- */

static bool seen_before(const struct db_result *rows, int row, int column, struct str id)
{
	for (int i = 0; i < row; i++)
		if (str_eq(db_value(rows, i, column), id))
			return true;
	return false;
}

/* The ids in a column as a uuid array literal, each once. */
static struct str ids_in(struct arena *arena, const struct db_result *rows, int column)
{
	struct buf text;
	struct str literal;

	buf_init(&text, 64 * 1024);
	buf_append_char(&text, '{');
	for (int i = 0; i < rows->rows; i++) {
		struct str id = db_value(rows, i, column);

		if (!id.ptr || seen_before(rows, i, column, id))
			continue;
		if (text.len > 1)
			buf_append_char(&text, ',');
		buf_append(&text, id);
	}
	buf_append_char(&text, '}');
	literal = arena_str(arena, buf_str(&text));
	buf_deinit(&text);
	return literal;
}

static int id_column(const struct query *query)
{
	return column_of(query, &query->resource->fields[0]);
}

struct str record_id_of(const struct query *query, const struct db_result *rows, int row)
{
	return db_value(rows, row, id_column(query));
}

enum { LOADS_MAX = QUERY_MAX_INCLUDES + RESOURCE_MAX_COUNTS + RESOURCE_MAX_NESTED };

/* Statements, and where their results go. */
struct loads {
	struct db_stmt stmts[LOADS_MAX];
	struct db_result results[LOADS_MAX];
	struct db_result *to[LOADS_MAX];
	size_t count;
};

static void load(struct loads *loads, struct db_result *to, struct db_stmt stmt)
{
	loads->to[loads->count] = to;
	loads->stmts[loads->count++] = stmt;
}

static bool wants_nested(
	const struct query *query, const struct record_includes *includes, size_t i)
{
	return !includes->has_nested && (query->nested >> i & 1);
}

enum err record_includes_load(
	const struct query *query, const struct db_result *rows, struct record_includes *out)
{
	struct loads loads = {.count = 0};
	struct request *req = query->req;
	struct str ids = STR_NONE;
	enum err err;

	if (rows->rows == 0)
		return ERR_OK;
	if (query->counts || query->nested)
		ids = ids_in(req->arena, rows, id_column(query));
	for (size_t i = 0; i < query->include_count; i++)
		load(&loads, &out->of[i],
			sql_include(req, query->includes[i]->target,
				ids_in(req->arena, rows, column_of(query, query->includes[i]))));
	for (size_t i = 0; query->counts && i < query->resource->count_count; i++)
		load(&loads, &out->counts[i], sql_counts(req, &query->resource->counts[i], ids));
	for (size_t i = 0; i < query->resource->nested_count; i++)
		if (wants_nested(query, out, i))
			load(&loads, &out->nested[i],
				sql_nested(req, &query->resource->nested[i], ids));
	if (loads.count == 0)
		return ERR_OK;
	err = unit_run(req, DB_FAST, NULL, loads.stmts, loads.count, loads.results);
	for (size_t i = 0; i < loads.count && !err; i++)
		*loads.to[i] = loads.results[i];
	return err;
}

/* Null when there is no reference, and when the caller may not see what it refers to. */
static void write_include(struct json *json, const struct caller *caller,
	const struct resource_field *field, struct str id, const struct db_result *found)
{
	int row = id.ptr ? db_row_of(found, id) : -1;

	json_key(json, field->include);
	if (row < 0) {
		json_null(json);
		return;
	}
	json_object(json);
	json_member_str(json, "id", id);
	for (size_t i = 0; i < field->target->title_count; i++) {
		const struct resource_field *title = field->target->titles[i];

		if (!caller_sees(caller, title))
			continue;
		json_key(json, title->name);
		field_write_json(json, title, db_value(found, row, (int)i + 1));
	}
	json_end(json);
}

static void write_counts(struct json *json, const struct query *query,
	const struct record_includes *includes, struct str id)
{
	for (size_t i = 0; i < query->resource->count_count; i++) {
		int row = db_row_of(&includes->counts[i], id);

		if (!caller_sees(query->req->caller, query->resource->counts[i].by))
			continue;
		json_key(json, query->resource->counts[i].name);
		json_raw(json, row < 0 ? STR("0") : db_value(&includes->counts[i], row, 1));
	}
}

/* --- nested ---------------------------------------------------------------------------------------- */

/* The first row of the record, or where it would stand: the rows are in the order of their records' ids, whose
 * texts sort as they do. */
static int first_of(const struct db_result *rows, struct str id)
{
	int low = 0, high = rows->rows;

	while (low < high) {
		int middle = (low + high) / 2;

		if (str_cmp(db_value(rows, middle, 0), id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void write_element(struct json *json, const struct query *query,
	const struct resource_nested *nested, const struct db_result *rows, int row)
{
	int column = 1;

	json_object(json);
	for (size_t i = 0; i < nested->field_count; i++) {
		if (!caller_sees(query->req->caller, nested->fields[i]))
			continue;
		json_key_quoted(json, nested->fields[i]->key);
		field_write_json(json, nested->fields[i], db_value(rows, row, column++));
	}
	json_end(json);
}

static void write_nested(struct json *json, const struct query *query,
	const struct record_includes *includes, struct str id)
{
	for (size_t i = 0; i < query->resource->nested_count; i++) {
		const struct db_result *rows = &includes->nested[i];

		if (!(query->nested >> i & 1))
			continue;
		json_key(json, query->resource->nested[i].name);
		json_array(json);
		for (int row = first_of(rows, id);
			row < rows->rows && str_eq(db_value(rows, row, 0), id); row++)
			write_element(json, query, &query->resource->nested[i], rows, row);
		json_end(json);
	}
}

/* --- records -------------------------------------------------------------------------------------- */

static void write_value(struct json *json, const struct query *query,
	const struct resource_field *field, struct str value)
{
	if (field->field->finish)
		json_str(json, field->field->finish(query->req, value));
	else
		field_write_json(json, field, value);
}

void record_write_members(struct json *json, const struct query *query,
	const struct record_includes *includes, const struct db_result *rows, int row)
{
	for (size_t i = 0; i < query->field_count; i++) {
		struct str value = db_value(rows, row, (int)i);

		if (!value.ptr) {
			json_key_quoted_null(json, query->fields[i]->key);
			continue;
		}
		json_key_quoted(json, query->fields[i]->key);
		write_value(json, query, query->fields[i], value);
	}
	for (size_t i = 0; i < query->include_count; i++)
		write_include(json, query->req->caller, query->includes[i],
			db_value(rows, row, column_of(query, query->includes[i])),
			&includes->of[i]);
	if (query->counts)
		write_counts(json, query, includes, record_id_of(query, rows, row));
	if (query->nested)
		write_nested(json, query, includes, record_id_of(query, rows, row));
}

void record_write_json(struct json *json, const struct query *query,
	const struct record_includes *includes, const struct db_result *rows, int row)
{
	json_object(json);
	record_write_members(json, query, includes, rows, row);
	json_end(json);
}
