/* SPDX-License-Identifier: Apache-2.0 */
/* Records: what a list adds up to, by the values of fields. */
#include "base/time.h"
#include "core/field_type.h"
#include "core/query_groups.h"
#include "core/record_json.h"
#include "core/records.h"
#include "core/report.h"
#include "core/sql.h"
#include "core/unit.h"

enum { KIND_GROUP, KIND_FIGURE, KIND_WHOLE, KIND_WHOLE_FIGURE };
enum { COLUMN_KIND, COLUMN_GROUP, COLUMN_KEYS };

struct groups {
	struct query query;
	const struct query_groups *asked;
	struct db_result rows;
	struct db_result names[GROUPS_MAX_BY]; /* of what references name */
	int shown;
};

/* --- reading ---------------------------------------------------------------------------------------- */

static int kind_of(const struct groups *groups, int row)
{
	return db_value(&groups->rows, row, COLUMN_KIND).ptr[0] - '0';
}

static bool is_named(const struct group_by *by)
{
	return by->field->field->kind == FIELD_REFERENCE && by->field->target->title_count;
}

static struct str ids_of(const struct groups *groups, size_t key)
{
	struct str ids = STR("{");

	for (int i = 0; i < groups->shown; i++) {
		struct str id = db_value(&groups->rows, i, COLUMN_KEYS + (int)key);

		if (id.ptr)
			ids = arena_printf(groups->query.req->arena, "%.*s%s%.*s", STR_ARG(ids),
				ids.len > 1 ? "," : "", STR_ARG(id));
	}
	return arena_printf(groups->query.req->arena, "%.*s}", STR_ARG(ids));
}

static enum err read_names(struct groups *groups)
{
	struct request *req = groups->query.req;
	struct db_stmt stmts[GROUPS_MAX_BY];
	struct db_result results[GROUPS_MAX_BY];
	size_t count = 0;
	enum err err;

	for (size_t i = 0; i < groups->asked->by_count; i++)
		if (is_named(&groups->asked->by[i]))
			stmts[count++] = sql_include(
				req, groups->asked->by[i].field->target, ids_of(groups, i));
	if (count == 0)
		return ERR_OK;
	err = unit_run(req, DB_FAST, groups->query.resource, stmts, count, results);
	for (size_t i = 0, k = 0; i < groups->asked->by_count && !err; i++)
		if (is_named(&groups->asked->by[i]))
			groups->names[i] = results[k++];
	return err;
}

static enum err read_groups(struct groups *groups)
{
	struct db_stmt stmt = sql_groups(&groups->query);
	enum err err = unit_query(
		groups->query.req, DB_SLOW, groups->query.resource, &stmt, &groups->rows);

	if (err)
		return err;
	while (groups->shown < groups->rows.rows && groups->shown < groups->query.limit &&
		kind_of(groups, groups->shown) == KIND_GROUP)
		groups->shown++;
	return read_names(groups);
}

/* --- keys ------------------------------------------------------------------------------------------- */

static struct str name_of(const struct groups *groups, size_t key, struct str id)
{
	const struct resource *target = groups->asked->by[key].field->target;
	int row = db_row_of(&groups->names[key], id);
	struct str name = STR("");

	for (size_t i = 0; row >= 0 && i < target->title_count; i++) {
		struct str part = db_value(&groups->names[key], row, (int)i + 1);

		if (part.len && caller_sees(groups->query.req->caller, target->titles[i]))
			name = arena_printf(groups->query.req->arena, "%.*s%s%.*s", STR_ARG(name),
				name.len ? " " : "", STR_ARG(part));
	}
	return name.len ? name : STR_NONE;
}

static struct str option_label(const struct field_option *options, struct str value)
{
	for (; options->key; options++)
		if (str_is(value, options->key))
			return str_of(options->label);
	return STR_NONE;
}

static struct str label_of(const struct groups *groups, size_t key, struct str value)
{
	const struct field *field = groups->asked->by[key].field->field;
	const struct tenant_option *option;

	if (!value.ptr)
		return STR_NONE;
	switch (field->kind) {
	case FIELD_REFERENCE:
		return name_of(groups, key, value);
	case FIELD_ENUM:
		return option_label(field->options, value);
	case FIELD_PICKLIST:
		option = tenant_option_find(groups->query.tenant, field->picklist, value);
		return option ? option->label : STR_NONE;
	default:
		return STR_NONE;
	}
}

static void write_key(struct json *json, const struct groups *groups, size_t key, struct str value)
{
	const struct group_by *by = &groups->asked->by[key];

	json_object(json);
	json_key(json, STR("value"));
	if (by->unit != UNIT_NONE && value.ptr)
		json_str(json, value);
	else
		field_write_json(json, by->field, value);
	json_member_str(json, "label", label_of(groups, key, value));
	json_end(json);
}

/* --- the list that shows a group ---------------------------------------------------------------------- */

/* The day after the last one of the unit that begins on this day. */
static struct date end_of(struct date day, enum group_unit unit)
{
	static const int months[UNIT__COUNT] = {
		[UNIT_MONTH] = 1, [UNIT_QUARTER] = 3, [UNIT_YEAR] = 12};
	int month = day.month - 1 + months[unit];

	if (months[unit] == 0)
		return date_from_days(date_to_days(day) + (unit == UNIT_WEEK ? 7 : 1));
	day.year += month / 12;
	day.month = month % 12 + 1;
	return day;
}

static struct str add_span(
	const struct groups *groups, const struct group_by *by, struct str name, struct str value)
{
	struct date from, until;

	if (!date_parse(value, &from))
		return STR("");
	until = end_of(from, by->unit);
	return arena_printf(groups->query.req->arena, "%.*s[gte]=%.*s\n%.*s[lt]=%04d-%02d-%02d\n",
		STR_ARG(name), STR_ARG(value), STR_ARG(name), until.year, until.month, until.day);
}

static struct str lines_of(const struct groups *groups, int row)
{
	struct arena *arena = groups->query.req->arena;
	struct str lines = STR("");

	for (size_t i = 0; i < groups->asked->by_count; i++) {
		const struct group_by *by = &groups->asked->by[i];
		struct str value = db_value(&groups->rows, row, COLUMN_KEYS + (int)i), line;
		struct str name = arena_printf(arena, "%s%.*s",
			resource_field_is(by->field, FIELD_CUSTOM) ? "custom." : "",
			STR_ARG(by->field->name));

		if (!value.ptr)
			line = arena_printf(arena, "%.*s[null]=true\n", STR_ARG(name));
		else if (by->unit != UNIT_NONE)
			line = add_span(groups, by, name, value);
		else if (by->field->field->kind == FIELD_BOOLEAN)
			line = arena_printf(arena, "%.*s=%s\n", STR_ARG(name),
				str_is(value, "t") ? "true" : "false");
		else
			line = arena_printf(arena, "%.*s=%.*s\n", STR_ARG(name), STR_ARG(value));
		lines = arena_printf(arena, "%.*s%.*s", STR_ARG(lines), STR_ARG(line));
	}
	return lines;
}

/* --- answering -------------------------------------------------------------------------------------- */

static struct str figure(const struct groups *groups, int row, int which)
{
	return db_value(&groups->rows, row, COLUMN_KEYS + (int)groups->asked->by_count + which);
}

static void write_figure(struct json *json, const struct groups *groups, int row)
{
	static const char *const names[] = {"sum", "average", "least", "most"};
	int64_t sum;

	INVARIANT(str_to_int64(figure(groups, row, 1), &sum));
	json_object(json);
	json_member_str(json, "field", groups->asked->sums[sum].field->name);
	json_member_raw(json, "count", figure(groups, row, 0));
	json_member_str(json, "currency", figure(groups, row, 2));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		json_member_raw(json, names[i], figure(groups, row, 3 + (int)i));
	json_end(json);
}

static void write_totals(struct json *json, const struct groups *groups, int kind, struct str group)
{
	json_key(json, STR("totals"));
	json_array(json);
	for (int i = 0; i < groups->rows.rows; i++)
		if (kind_of(groups, i) == kind &&
			str_eq(db_value(&groups->rows, i, COLUMN_GROUP), group))
			write_figure(json, groups, i);
	json_end(json);
}

static void write_group(struct json *json, const struct groups *groups, int row)
{
	json_object(json);
	json_key(json, STR("keys"));
	json_array(json);
	for (size_t i = 0; i < groups->asked->by_count; i++)
		write_key(json, groups, i, db_value(&groups->rows, row, COLUMN_KEYS + (int)i));
	json_end(json);
	json_member_raw(json, "count", figure(groups, row, 0));
	write_totals(json, groups, KIND_FIGURE, db_value(&groups->rows, row, COLUMN_GROUP));
	report_write_filter(json, "filter", lines_of(groups, row));
	json_end(json);
}

static void write_by(struct json *json, const struct groups *groups)
{
	json_key(json, STR("by"));
	json_array(json);
	for (size_t i = 0; i < groups->asked->by_count; i++) {
		const char *unit = group_unit_name(groups->asked->by[i].unit);

		json_object(json);
		json_member_str(json, "field", groups->asked->by[i].field->name);
		json_member_str(json, "unit", unit ? str_of(unit) : STR_NONE);
		json_end(json);
	}
	json_end(json);
}

static int whole_of(const struct groups *groups)
{
	int row = 0;

	while (kind_of(groups, row) != KIND_WHOLE)
		row++;
	return row;
}

static void answer(const struct groups *groups)
{
	struct json json = response_json(groups->query.req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	write_by(&json, groups);
	json_member_raw(&json, "count", figure(groups, whole_of(groups), 0));
	write_totals(&json, groups, KIND_WHOLE_FIGURE, STR("0"));
	json_key(&json, STR("groups"));
	json_array(&json);
	for (int i = 0; i < groups->shown; i++)
		write_group(&json, groups, i);
	json_end(&json);
	json_member_bool(&json, "more", kind_of(groups, groups->shown) == KIND_GROUP);
	json_end(&json);
	json_end(&json);
}

enum err record_groups(struct request *req)
{
	const struct resource *resource = req->route->data;
	struct groups groups = {.shown = 0};
	struct str within;
	enum err err = record_may(req, resource, VERB_READ);

	if (!err)
		err = record_enter(req, resource, &within);
	if (!err)
		err = query_parse(req, resource, QUERY_GROUPS, &groups.query);
	if (err)
		return err;
	query_add_within(&groups.query, within);
	groups.asked = groups.query.groups;
	err = read_groups(&groups);
	if (!err)
		answer(&groups);
	return err;
}
