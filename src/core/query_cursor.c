/* SPDX-License-Identifier: Apache-2.0 */
/* Queries: the cursors of lists. */
#include "base/base64url.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/time.h"
#include "base/uuid.h"
#include "core/query_internal.h"

/* A cursor is base64url of a JSON array: the sort it belongs to, the values of the last row, its id. */
static void write_sort(const struct query *query, struct json *json)
{
	struct str text = STR("");

	for (size_t i = 0; i < query->sort_count; i++)
		text = arena_printf(query->req->arena, "%.*s%s%.*s,", STR_ARG(text),
			query->sorts[i].descending ? "-" : "",
			STR_ARG(query->sorts[i].field->name));
	json_str(json, text);
}

struct str query_next_cursor(const struct query *query, const struct str *values)
{
	struct buf text;
	struct json json;
	struct str cursor;

	buf_init(&text, 64 * 1024);
	json_init(&json, &text);
	json_array(&json);
	write_sort(query, &json);
	for (size_t i = 0; i <= query->sort_count; i++)
		json_str(&json, values[i]);
	json_end(&json);
	cursor = base64url_encode(query->req->arena, buf_str(&text));
	buf_deinit(&text);
	return cursor;
}

static bool sort_matches(const struct query *query, struct str text)
{
	for (size_t i = 0; i < query->sort_count; i++) {
		struct str name = str_cut(&text, ',');
		bool descending = str_starts_with(name, STR("-"));

		if (descending != query->sorts[i].descending ||
			!str_eq(str_slice(name, descending, name.len), query->sorts[i].field->name))
			return false;
	}
	return text.len == 0;
}

/* PostgreSQL's text of a moment; the session's zone is UTC. */
static bool is_moment(struct arena *arena, struct str text)
{
	int64_t us;

	return str_ends_with(text, STR("+00")) &&
		time_parse_iso(arena_printf(arena, "%.*s:00", STR_ARG(text)), &us);
}

/* A stranger may have written the cursor: every value must be what its column holds. */
static bool cursor_value_ok(struct query *query, size_t i)
{
	struct field_input input = {.arena = query->req->arena, .tenant = query->tenant};
	struct str *value = &query->after[i];

	if (i == query->sort_count)
		return value->ptr && uuid_is_valid(*value);
	if (!value->ptr)
		return !field_never_null(query->sorts[i].field->field);
	input.field = query->sorts[i].field;
	if (field_is_prose(input.field->field))
		return true;
	switch (input.field->field->kind) {
	case FIELD_DATETIME:
		return is_moment(query->req->arena, *value);
	case FIELD_ENUM:
	case FIELD_PICKLIST:
		return true; /* text to PostgreSQL; an option may have gone since */
	case FIELD_BOOLEAN:
		return str_is(*value, "t") || str_is(*value, "f");
	default: /* an empty or padded value is no value of the column, and is absent or trimmed now */
		return field_read_operand(&input, *value, value) && value->ptr;
	}
}

enum err query_read_cursor(struct query *query)
{
	struct request *req = query->req;
	struct problem ignored;
	struct json_value *value;
	struct json_value *v;
	struct str text;

	problem_init(&ignored, req->arena);
	if (!base64url_decode(req->arena, query->cursor, &text) ||
		json_read(req->arena, text, &ignored, &value) != ERR_OK ||
		value->type != JSON_ARRAY || value->count != query->sort_count + 2 ||
		value->first->type != JSON_STRING || !sort_matches(query, value->first->text))
		return QUERY_REFUSE(
			query, "cursor does not belong to this list; begin again without it.");
	v = value->first->next;
	for (size_t i = 0; i <= query->sort_count; i++, v = v->next) {
		if (v->type != JSON_STRING && v->type != JSON_NULL)
			return QUERY_REFUSE(query, "cursor is damaged; begin again without it.");
		query->after[i] = v->type == JSON_STRING ? v->text : STR_NONE;
		if (!cursor_value_ok(query, i))
			return QUERY_REFUSE(query, "cursor is damaged; begin again without it.");
	}
	return ERR_OK;
}
