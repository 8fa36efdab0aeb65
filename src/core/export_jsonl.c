/* SPDX-License-Identifier: Apache-2.0 */
/* Exports: JSON lines. Each line is a record as the API answers it, and beside each reference the name. */
#include "core/export_internal.h"
#include "core/field_type.h"

static enum err begin(struct export *export)
{
	(void)export;
	return ERR_OK;
}

static void put_names(
	struct json *json, struct export *export, struct export_column *column, struct str list)
{
	struct str rest = list.len > 1 ? str_slice(list, 1, list.len - 1) : STR("");

	json_key(json, arena_printf(&export->slice, "%.*sNames", STR_ARG(column->field->name)));
	json_array(json);
	while (rest.len)
		json_str(json, export_name_of(column, export_cut_element(&export->slice, &rest)));
	json_end(json);
}

/* companyId is followed by companyName, tags by tagsNames. */
static void put_name(
	struct json *json, struct export *export, struct export_column *column, struct str id)
{
	const struct resource_field *field = column->field;
	struct str name = export_name_of(column, id);
	bool ends = str_ends_with(field->name, STR("Id"));

	json_key(json,
		arena_printf(&export->slice, "%.*sName",
			STR_ARG(str_slice(field->name, 0, field->name.len - (ends ? 2 : 0)))));
	json_str(json, name.len ? name : STR_NONE);
}

static enum err row(struct export *export, const struct db_result *rows, int row)
{
	struct json json;

	json_init(&json, &export->out);
	json_object(&json);
	for (size_t i = 0; i < export->query.field_count; i++) {
		struct export_column *column = &export->columns[i];
		struct str value = db_value(rows, row, column->at);

		if (column->field->field->finish && value.ptr)
			value = column->field->field->finish(export->req, value);
		json_key(&json, column->field->name);
		field_write_json(&json, column->field, value);
		if (column->named && column->field->field->kind == FIELD_MULTI_REFERENCE)
			put_names(&json, export, column, value);
		else if (column->named)
			put_name(&json, export, column, value);
	}
	json_end(&json);
	buf_append_char(&export->out, '\n');
	return ERR_OK;
}

const struct export_format export_jsonl = {
	.name = "jsonl",
	.content_type = "application/jsonl; charset=utf-8",
	.streams = true,
	.begin = begin,
	.row = row,
};
