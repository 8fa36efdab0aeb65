/* SPDX-License-Identifier: Apache-2.0 */
/* Exports: rows of a cursor as CSV. */
#include "core/export.h"

#include "base/fiber.h"
#include "base/json_read.h"
#include "base/time.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/csv.h"
#include "core/query.h"
#include "core/records.h"
#include "core/sql.h"
#include "core/tenant.h"
#include "core/unit.h"

enum { SLICE_ROWS = 1000, WRITE_BYTES = 32 * 1024 };

/* A field of the file, and whose names stand beside it. */
struct column {
	const struct resource_field *field;
	int at; /* in the rows */
	bool named;
	struct db_result names; /* of this slice: id, then the title's fields */
};

struct export
{
	struct request *req;
	struct request scratch; /* the same on the slice's arena */
	struct arena slice;
	struct query query;
	struct column *columns;
	struct buf out;
	struct csv_writer writer;
};

/* --- names of what is referred to ------------------------------------------------------------- */

static bool is_tags(const struct resource_field *field)
{
	return field->field->kind == FIELD_MULTI_REFERENCE && str_is(field->target->name, "tag");
}

static bool is_named(const struct resource_field *field)
{
	bool refers = field->field->kind == FIELD_REFERENCE ||
		field->field->kind == FIELD_MULTI_REFERENCE;

	return refers && field->target && field->target->title_count;
}

/* The ids of a slice's column as one array literal; equal ones side by side are told once. */
static struct str ids_of(
	struct export *export, const struct column *column, const struct db_result *rows)
{
	bool list = column->field->field->kind == FIELD_MULTI_REFERENCE;
	struct str before = STR_NONE, literal;
	struct buf ids;

	buf_init(&ids, 64 * 1024 * 1024);
	buf_append_char(&ids, '{');
	for (int i = 0; i < rows->rows; i++) {
		struct str value = db_value(rows, i, column->at);
		struct str id = list && value.len > 1 ? str_slice(value, 1, value.len - 1) : value;

		if (id.len == 0 || str_eq(id, before))
			continue;
		if (ids.len > 1)
			buf_append_char(&ids, ',');
		buf_append(&ids, id);
		before = id;
	}
	buf_append_char(&ids, '}');
	literal = arena_str(&export->slice, buf_str(&ids));
	buf_deinit(&ids);
	return literal;
}

/* One batch for all columns that have names. */
static enum err load_names(struct export *export, const struct db_result *rows)
{
	size_t count = export->query.field_count, n = 0;
	struct db_stmt *stmts = ARENA_ARRAY(&export->slice, struct db_stmt, count);
	struct db_result *results = ARENA_ARRAY(&export->slice, struct db_result, count);
	enum err err;

	for (size_t i = 0; i < count; i++) {
		struct column *column = &export->columns[i];

		if (column->named)
			stmts[n++] = sql_include(&export->scratch, column->field->target,
				ids_of(export, column, rows));
	}
	if (n == 0)
		return ERR_OK;
	err = unit_run(&export->scratch, DB_FAST, export->query.resource, stmts, n, results);
	for (size_t i = 0, k = 0; i < count && !err; i++)
		if (export->columns[i].named)
			export->columns[i].names = results[k++];
	return err;
}

static bool sees_title(const struct export *export, const struct column *column, int title)
{
	return caller_sees(export->req->caller, column->field->target->titles[title]);
}

static struct str name_of(struct export *export, const struct column *column, struct str id)
{
	const struct db_result *names = &column->names;
	struct str name = STR("");

	for (int i = 0; id.ptr && i < names->rows; i++) {
		if (!str_eq(db_value(names, i, 0), id))
			continue;
		for (int c = 1; c < names->columns; c++)
			if (db_value(names, i, c).len && sees_title(export, column, c - 1))
				name = arena_printf(&export->slice, "%.*s%s%.*s", STR_ARG(name),
					name.len ? " " : "", STR_ARG(db_value(names, i, c)));
		break;
	}
	return name;
}

/* --- cells ------------------------------------------------------------------------------------ */

/* Cuts the first element off the inside of an array literal. */
static struct str cut_element(struct arena *arena, struct str *rest)
{
	bool quoted = rest->len && rest->ptr[0] == '"';
	char *text = arena_bytes(arena, rest->len + 1);
	size_t i = quoted, n = 0;

	for (; i < rest->len && rest->ptr[i] != (quoted ? '"' : ','); i++) {
		i += rest->ptr[i] == '\\' && i + 1 < rest->len;
		text[n++] = rest->ptr[i];
	}
	*rest = str_slice(*rest, MIN(i + quoted + 1, rest->len), rest->len);
	return (struct str){text, n};
}

/* {a,"b c"} as a;b c, the form that imports read. */
static void put_list(struct export *export, const struct column *column, struct str value)
{
	struct str rest = value.len > 1 ? str_slice(value, 1, value.len - 1) : STR("");
	struct str text = STR("");

	while (rest.len) {
		struct str element = cut_element(&export->slice, &rest);

		if (is_tags(column->field))
			element = name_of(export, column, element);
		text = arena_printf(&export->slice, "%.*s%s%.*s", STR_ARG(text),
			text.len ? ";" : "", STR_ARG(element));
	}
	csv_write_text(&export->writer, text);
}

static void put_datetime(struct export *export, struct str value)
{
	char text[64];
	struct buf buf = {.ptr = text, .cap = sizeof(text), .max = sizeof(text)};

	time_append_from_pg(&buf, value);
	csv_write_value(&export->writer, buf_str(&buf));
}

static void put_json_value(struct export *export, const struct json_value *value)
{
	struct str text = STR("");

	if (!value || value->type == JSON_NULL)
		csv_write_value(&export->writer, text);
	else if (value->type == JSON_NUMBER)
		csv_write_value(&export->writer, value->text);
	else if (value->type == JSON_BOOL)
		csv_write_value(&export->writer, value->boolean ? STR("true") : STR("false"));
	else if (value->type == JSON_STRING)
		csv_write_text(&export->writer, value->text);
	else {
		for (const struct json_value *v = value->first; v; v = v->next)
			text = arena_printf(&export->slice, "%.*s%s%.*s", STR_ARG(text),
				text.len ? ";" : "", STR_ARG(v->text));
		csv_write_text(&export->writer, text);
	}
}

static bool is_custom_document(const struct export *export, const struct resource_field *field)
{
	return (export->query.resource->entity->flags & ENTITY_CUSTOM) &&
		str_is(field->name, "custom");
}

static const struct tenant_fields *custom_fields(const struct export *export)
{
	return &export->query.tenant->custom[export->query.resource->index];
}

static bool sees_custom(const struct export *export, size_t i)
{
	return caller_sees(export->req->caller, &custom_fields(export)->fields[i]);
}

static void put_custom(struct export *export, struct str value)
{
	const struct tenant_fields *custom = custom_fields(export);
	struct json_value *document = NULL;
	struct problem ignored;

	problem_init(&ignored, &export->slice);
	if (custom->count && value.ptr &&
		json_read(&export->slice, value, &ignored, &document) != ERR_OK)
		document = NULL;
	for (size_t i = 0; i < custom->count; i++)
		if (sees_custom(export, i))
			put_json_value(export, json_get(document, custom->fields[i].field->name));
}

static void put_value(struct export *export, const struct column *column, struct str value)
{
	switch (column->field->field->kind) {
	case FIELD_MULTI_PICKLIST:
	case FIELD_MULTI_REFERENCE:
		put_list(export, column, value);
		break;
	case FIELD_DATETIME:
		put_datetime(export, value);
		break;
	case FIELD_BOOLEAN:
		csv_write_value(&export->writer, str_is(value, "t") ? STR("true") : STR("false"));
		break;
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_PERCENT:
	case FIELD_MONEY:
	case FIELD_DATE:
	case FIELD_UUID:
	case FIELD_REFERENCE:
		csv_write_value(&export->writer, value);
		break;
	default:
		if (column->field->field->finish)
			value = column->field->field->finish(export->req, value);
		csv_write_text(&export->writer, value);
	}
}

static void put_cell(struct export *export, const struct column *column, struct str value)
{
	if (is_custom_document(export, column->field)) {
		put_custom(export, value);
		return;
	}
	if (value.ptr)
		put_value(export, column, value);
	else
		csv_write_value(&export->writer, STR(""));
	if (column->named && !is_tags(column->field))
		csv_write_text(&export->writer, name_of(export, column, value));
}

/* --- the file --------------------------------------------------------------------------------- */

/* companyId is followed by company; a reference that does not end so (createdBy) by createdByName. */
static void put_heading(struct export *export, const struct column *column)
{
	const struct resource_field *field = column->field;
	const struct tenant_fields *custom = custom_fields(export);

	if (is_custom_document(export, field)) {
		for (size_t i = 0; i < custom->count; i++)
			if (sees_custom(export, i))
				csv_write_value(&export->writer,
					arena_printf(export->req->arena, "custom.%.*s",
						STR_ARG(custom->fields[i].name)));
		return;
	}
	csv_write_value(&export->writer, field->name);
	if (column->named && !is_tags(field))
		csv_write_value(&export->writer,
			str_eq(field->include, field->name)
				? arena_printf(export->req->arena, "%.*sName", STR_ARG(field->name))
				: field->include);
}

/* A link that opens a document does so for whoever gets the file: it is asked for by name. */
static bool belongs_in_files(const struct export *export, const struct resource_field *field)
{
	return caller_sees(export->req->caller, field) && !field->field->finish;
}

static void choose_columns(struct export *export)
{
	struct query *query = &export->query;

	/* A list leaves long documents out; a file is wanted whole. */
	if (!query->chosen) {
		query->field_count = 0;
		for (size_t i = 0; i < query->resource->field_count; i++)
			if (belongs_in_files(export, &query->resource->fields[i]))
				query->fields[query->field_count++] = &query->resource->fields[i];
	}
	export->columns = ARENA_ARRAY(export->req->arena, struct column, query->field_count);
	for (size_t i = 0; i < query->field_count; i++)
		export->columns[i] = (struct column){.field = query->fields[i],
			.at = (int)i,
			.named = is_named(query->fields[i])};
}

static enum err flush(struct export *export, size_t at_least)
{
	enum err err = ERR_OK;

	if (export->out.len > at_least) {
		err = response_write(export->req, buf_str(&export->out));
		buf_reset(&export->out, 2 * WRITE_BYTES);
	}
	return err;
}

static enum err put_rows(struct export *export, const struct db_result *rows)
{
	enum err err = load_names(export, rows);

	for (int i = 0; i < rows->rows && !err; i++) {
		for (size_t c = 0; c < export->query.field_count; c++)
			put_cell(export, &export->columns[c],
				db_value(rows, i, export->columns[c].at));
		csv_write_end(&export->writer);
		err = flush(export, WRITE_BYTES);
	}
	return err;
}

static enum err begin(struct export *export)
{
	struct request *req = export->req;
	struct date today = date_from_days(time_now_us() / TIME_US_PER_DAY);

	response_header(req, "Content-Disposition",
		arena_printf(req->arena, "attachment; filename=\"%.*s-%04d-%02d-%02d.csv\"",
			STR_ARG(export->query.resource->path), today.year, today.month, today.day));
	for (size_t i = 0; i < export->query.field_count; i++)
		put_heading(export, &export->columns[i]);
	csv_write_end(&export->writer);
	return response_begin(req, 200, "text/csv; charset=utf-8");
}

/* An error behind the first bytes leaves the stream without its end, so nobody takes it for whole. */
static enum err stream(struct export *export, struct db_cursor *cursor)
{
	struct db_result rows;
	enum err err = db_cursor_next(cursor, &export->slice, SLICE_ROWS, &rows);

	if (!err)
		err = begin(export);
	while (!err && rows.rows) {
		err = put_rows(export, &rows);
		arena_reset(&export->slice);
		if (!err)
			err = db_cursor_next(cursor, &export->slice, SLICE_ROWS, &rows);
	}
	if (!err)
		err = flush(export, 0);
	return err ? err : response_end(export->req);
}

static enum err run(struct export *export)
{
	struct request *req = export->req;
	struct db_stmt stmt = sql_export(&export->query);
	struct db_context context = caller_context(req->caller, req->id, STR_NONE);
	struct db_cursor *cursor;
	struct db_error error = {0};
	enum err err = db_cursor_open(req->app->db, req->arena, &context, &stmt, &cursor, &error);

	if (err)
		return err == ERR_DB_REFUSED ? unit_refused(req, export->query.resource, &error)
					     : err;
	/* As many rows as there are: each slice and each write has its own limit of time. */
	fiber_set_deadline(0);
	err = stream(export, cursor);
	db_cursor_close(cursor);
	return err;
}

/* Who may export reads, for this once, only what may be exported. */
static enum err may_export(struct request *req, const struct resource *resource)
{
	enum err err = record_may(req, resource, VERB_READ);

	if (err)
		return err;
	if (caller_scope(req->caller, resource, VERB_EXPORT) == SCOPE_NONE)
		return problem_set(&req->problem, ERR_FORBIDDEN, "Your role may not export %s.",
			resource->entity->label_plural);
	req->caller = caller_narrow(req->caller, req->arena, resource, VERB_READ, VERB_EXPORT);
	return ERR_OK;
}

enum err record_export(struct request *req)
{
	const struct resource *resource = req->route->data;
	struct export export = {.req = req};
	struct str within;
	enum err err = may_export(req, resource);

	if (!err)
		err = record_enter(req, resource, &within);
	if (!err)
		err = query_parse(req, resource, QUERY_EXPORT, &export.query);
	if (err)
		return err;
	query_add_within(&export.query, within);
	export.scratch = *req;
	choose_columns(&export);
	arena_init(&export.slice);
	export.scratch.arena = &export.slice;
	buf_init(&export.out, 64 * 1024 * 1024);
	export.writer.out = &export.out;
	err = run(&export);
	buf_deinit(&export.out);
	arena_deinit(&export.slice);
	return err;
}
