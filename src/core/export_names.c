/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exports: names of what is referred to.
 *
 * Mostly a slice refers to what the one before referred to (owners, who created it): names are asked for when
 * a slice has an id that is not known yet, and then those of the whole slice, so that they do not add up.
 */
#include "base/json_read.h"
#include "core/caller.h"
#include "core/export_internal.h"
#include "core/sql.h"
#include "core/unit.h"

bool export_is_tags(const struct resource_field *field)
{
	return field->field->kind == FIELD_MULTI_REFERENCE && str_is(field->target->name, "tag");
}

bool export_is_named(const struct resource_field *field)
{
	bool refers = field->field->kind == FIELD_REFERENCE ||
		field->field->kind == FIELD_MULTI_REFERENCE;

	return refers && field->target && field->target->title_count;
}

/* --- the table ---------------------------------------------------------------------------------- */

/* Its place: that of the id, or the empty one where it belongs. */
static struct export_name *place_of(const struct export_column *column, struct str id)
{
	size_t at = str_hash(id) & (column->room - 1);

	while (column->names[at].id.ptr && !str_eq(column->names[at].id, id))
		at = (at + 1) & (column->room - 1);
	return &column->names[at];
}

static const struct export_name *find(struct export_column *column, struct str id)
{
	if (column->latest && str_eq(column->latest->id, id))
		return column->latest;
	if (!column->names)
		return NULL;
	column->latest = place_of(column, id);
	return column->latest;
}

struct str export_name_of(struct export_column *column, struct str id)
{
	const struct export_name *name = id.len ? find(column, id) : NULL;

	return name && name->id.ptr ? name->text : STR("");
}

/* --- the ids of a slice ------------------------------------------------------------------------- */

/* Of a list what stands between its braces: ids and commas. */
static struct str ids_in(const struct export_column *column, const struct db_result *rows, int row)
{
	struct str value = db_value(rows, row, column->at);
	bool list = column->field->field->kind == FIELD_MULTI_REFERENCE;

	return list && value.len > 1 ? str_slice(value, 1, value.len - 1) : value;
}

static bool knows_all(struct export_column *column, const struct db_result *rows)
{
	for (int i = 0; i < rows->rows; i++)
		for (struct str rest = ids_in(column, rows, i); rest.len;) {
			const struct export_name *name = find(column, str_cut(&rest, ','));

			if (!name || !name->id.ptr)
				return false;
		}
	return true;
}

static bool all_known(struct export *export, const struct db_result *rows)
{
	for (size_t i = 0; i < export->query.field_count; i++)
		if (export->columns[i].named && !knows_all(&export->columns[i], rows))
			return false;
	return true;
}

static size_t count_ids(const struct export_column *column, const struct db_result *rows)
{
	size_t count = 0;

	for (int i = 0; i < rows->rows; i++)
		for (struct str rest = ids_in(column, rows, i); rest.len; count++)
			(void)str_cut(&rest, ',');
	return count;
}

/* A table with all of them, each once, still without a name; and the same as an array literal. */
static struct str collect(
	struct export *export, struct export_column *column, const struct db_result *rows)
{
	size_t count = count_ids(column, rows);
	struct str literal;
	struct buf ids;

	column->latest = NULL;
	for (column->room = 16; column->room < 2 * count + 1;)
		column->room *= 2;
	column->names = ARENA_ARRAY(&export->names, struct export_name, column->room);
	buf_init(&ids, 64 * 1024 * 1024);
	buf_append_char(&ids, '{');
	for (int i = 0; i < rows->rows; i++)
		for (struct str rest = ids_in(column, rows, i); rest.len;) {
			struct str id = str_cut(&rest, ',');
			struct export_name *name = place_of(column, id);

			if (name->id.ptr)
				continue;
			*name = (struct export_name){arena_str(&export->names, id), STR("")};
			buf_append(&ids, ids.len > 1 ? STR(",") : STR(""));
			buf_append(&ids, id);
		}
	buf_append_char(&ids, '}');
	literal = arena_str(&export->names, buf_str(&ids));
	buf_deinit(&ids);
	return literal;
}

/* --- what they are called ----------------------------------------------------------------------- */

static bool sees_title(const struct export *export, const struct export_column *column, int title)
{
	return caller_sees(export->req->caller, column->field->target->titles[title]);
}

static void take_names(
	struct export *export, struct export_column *column, const struct db_result *names)
{
	for (int i = 0; i < names->rows; i++) {
		struct export_name *name = place_of(column, db_value(names, i, 0));

		if (!name->id.ptr)
			continue;
		for (int c = 1; c < names->columns; c++)
			if (db_value(names, i, c).len && sees_title(export, column, c - 1))
				name->text = arena_printf(&export->names, "%.*s%s%.*s",
					STR_ARG(name->text), name->text.len ? " " : "",
					STR_ARG(db_value(names, i, c)));
	}
}

/* One batch for all columns that have names. */
static enum err load(struct export *export, const struct db_result *rows)
{
	size_t count = export->query.field_count, n = 0;
	struct db_stmt *stmts;
	struct db_result *results;
	enum err err = ERR_OK;

	arena_reset(&export->names);
	stmts = ARENA_ARRAY(&export->names, struct db_stmt, count + 1);
	results = ARENA_ARRAY(&export->names, struct db_result, count + 1);
	for (size_t i = 0; i < count; i++)
		if (export->columns[i].named)
			stmts[n++] = sql_include(&export->scratch, export->columns[i].field->target,
				collect(export, &export->columns[i], rows));
	if (n)
		err = unit_run(
			&export->scratch, DB_FAST, export->query.resource, stmts, n, results);
	for (size_t i = 0, k = 0; i < count && !err; i++)
		if (export->columns[i].named)
			take_names(export, &export->columns[i], &results[k++]);
	return err;
}

enum err export_names_load(struct export *export, const struct db_result *rows)
{
	return all_known(export, rows) ? ERR_OK : load(export, rows);
}
