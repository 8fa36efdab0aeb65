/* SPDX-License-Identifier: Apache-2.0 */
/* Exports: the cells of files that are tables. */
#include "base/json_read.h"
#include "base/time.h"
#include "core/caller.h"
#include "core/export_internal.h"
#include "core/tenant.h"

static void put(struct export *export, enum cell_kind kind, struct str text)
{
	export->format->cell(export, kind, text);
}

/* Cuts the first element off the inside of an array literal. */
struct str export_cut_element(struct arena *arena, struct str *rest)
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
static void put_list(struct export *export, struct export_column *column, struct str value)
{
	struct str rest = value.len > 1 ? str_slice(value, 1, value.len - 1) : STR("");
	struct str text = STR("");

	while (rest.len) {
		struct str element = export_cut_element(&export->slice, &rest);

		if (export_is_tags(column->field))
			element = export_name_of(column, element);
		text = arena_printf(&export->slice, "%.*s%s%.*s", STR_ARG(text),
			text.len ? ";" : "", STR_ARG(element));
	}
	put(export, CELL_TEXT, text);
}

static void put_datetime(struct export *export, struct str value)
{
	char text[64];
	struct buf buf = {.ptr = text, .cap = sizeof(text), .max = sizeof(text)};

	time_append_from_pg(&buf, value);
	put(export, CELL_PLAIN, buf_str(&buf));
}

static void put_json_value(struct export *export, const struct json_value *value)
{
	struct str text = STR("");

	if (!value || value->type == JSON_NULL)
		put(export, CELL_PLAIN, text);
	else if (value->type == JSON_NUMBER)
		put(export, CELL_PLAIN, value->text);
	else if (value->type == JSON_BOOL)
		put(export, CELL_PLAIN, value->boolean ? STR("true") : STR("false"));
	else if (value->type == JSON_STRING)
		put(export, CELL_TEXT, value->text);
	else {
		for (const struct json_value *v = value->first; v; v = v->next)
			text = arena_printf(&export->slice, "%.*s%s%.*s", STR_ARG(text),
				text.len ? ";" : "", STR_ARG(v->text));
		put(export, CELL_TEXT, text);
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

static void put_value(struct export *export, struct export_column *column, struct str value)
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
		put(export, CELL_PLAIN, str_is(value, "t") ? STR("true") : STR("false"));
		break;
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_PERCENT:
	case FIELD_MONEY:
		put(export, CELL_NUMBER, value);
		break;
	case FIELD_DATE:
		put(export, CELL_DATE, value);
		break;
	case FIELD_UUID:
	case FIELD_REFERENCE:
		put(export, CELL_PLAIN, value);
		break;
	default:
		if (column->field->field->finish)
			value = column->field->field->finish(export->req, value);
		put(export, CELL_TEXT, value);
	}
}

void export_put_cell(struct export *export, struct export_column *column, struct str value)
{
	if (is_custom_document(export, column->field)) {
		put_custom(export, value);
		return;
	}
	if (value.ptr)
		put_value(export, column, value);
	else
		put(export, CELL_PLAIN, STR(""));
	if (column->named && !export_is_tags(column->field))
		put(export, CELL_TEXT, export_name_of(column, value));
}

/* --- headings --------------------------------------------------------------------------------- */

/* companyId is followed by company; a reference that does not end so (createdBy) by createdByName. */
void export_put_heading(struct export *export, const struct export_column *column)
{
	const struct resource_field *field = column->field;
	const struct tenant_fields *custom = custom_fields(export);

	if (is_custom_document(export, field)) {
		for (size_t i = 0; i < custom->count; i++)
			if (sees_custom(export, i))
				put(export, CELL_PLAIN,
					arena_printf(export->req->arena, "custom.%.*s",
						STR_ARG(custom->fields[i].name)));
		return;
	}
	put(export, CELL_PLAIN, field->name);
	if (column->named && !export_is_tags(field))
		put(export, CELL_PLAIN,
			str_eq(field->include, field->name)
				? arena_printf(export->req->arena, "%.*sName", STR_ARG(field->name))
				: field->include);
}
