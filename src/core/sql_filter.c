/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: one condition on one field. */
#include "core/sql_internal.h"

static const char *const op_sql[OP__COUNT] = {
	[OP_EQ] = " = ",
	[OP_GT] = " > ",
	[OP_GTE] = " >= ",
	[OP_LT] = " < ",
	[OP_LTE] = " <= ",
	[OP_NE] = " is distinct from ",
};

/* Pattern for ILIKE that finds `text` itself: %, _ and \ lose their meaning. */
static struct str like_pattern(struct arena *arena, struct str text, bool anywhere)
{
	char *pattern = arena_bytes(arena, text.len * 2 + 3);
	size_t n = 0;

	if (anywhere)
		pattern[n++] = '%';
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '%' || text.ptr[i] == '_' || text.ptr[i] == '\\')
			pattern[n++] = '\\';
		pattern[n++] = text.ptr[i];
	}
	pattern[n++] = '%';
	pattern[n] = '\0';
	return (struct str){pattern, n};
}

/* `type` is that of an array or, for the fields that hold one value, of an element. */
static void put_array(struct sql *sql, const struct query_filter *filter, const char *type)
{
	/* One parameter, so that their number does not make another statement. */
	sql_put_typed(sql, sql_array_literal(sql->arena, filter->values, filter->count), type);
	if (!str_ends_with(str_of(type), STR("[]")))
		sql_put(sql, "[]");
}

static void put_null(struct sql *sql, const struct query_filter *filter)
{
	bool wanted = str_is(filter->values[0], "true");

	sql_put_value(sql, filter->field);
	if (sql_is_list(filter->field) && !sql_is_custom(filter->field))
		sql_put(sql, wanted ? " = '{}'" : " <> '{}'");
	else
		sql_put(sql, wanted ? " is null" : " is not null");
}

static void put_like(struct sql *sql, const struct query_filter *filter)
{
	sql_put_value(sql, filter->field);
	sql_put(sql, " ilike ");
	sql_put_typed(sql, like_pattern(sql->arena, filter->values[0], filter->op == OP_CONTAINS),
		"text");
}

/* Tags by id or by name; an unknown one finds nothing. */
static void put_tags(struct sql *sql, const struct query *query, const struct query_filter *filter)
{
	sql_put(sql, "array(select g.id from tags g where g.org_id = ");
	sql_put_typed(sql, sql_caller_org(query->req), "uuid");
	sql_put(sql, " and g.deleted_at is null and (g.id::text = any(");
	put_array(sql, filter, "text");
	sql_put(sql, ") or lower(g.name) = any(select lower(v) from unnest(");
	put_array(sql, filter, "text");
	sql_put(sql, ") as given (v))))");
}

/* A list has any of the values. */
static void put_overlap(
	struct sql *sql, const struct query *query, const struct query_filter *filter)
{
	bool tags = filter->field->target && str_is(filter->field->target->name, "tag");

	sql_put(sql, filter->op == OP_NE ? "not coalesce(" : "");
	sql_put_value(sql, filter->field);
	sql_put(sql, sql_is_custom(filter->field) ? " ?| " : " && ");
	if (tags)
		put_tags(sql, query, filter);
	else
		put_array(sql, filter,
			sql_is_custom(filter->field) ? "text" : sql_type_of(filter->field));
	sql_put(sql, filter->op == OP_NE ? ", false)" : "");
}

/* The moment at which the given day, or the one after it, begins in the organisation's time zone. */
static void put_midnight(struct sql *sql, const struct query *query, struct str day, bool next)
{
	sql_put(sql, "(");
	sql_put_typed(sql, day, "date");
	sql_put(sql, next ? " + 1)" : ")");
	sql_put(sql, "::timestamp at time zone ");
	sql_put_typed(sql, query->req->caller->time_zone, "text");
}

/* A day is the span from its midnight up to the next. */
static void put_day(struct sql *sql, const struct query *query, const struct query_filter *filter)
{
	bool from_next = filter->op == OP_GT || filter->op == OP_LTE;

	if (filter->op == OP_EQ || filter->op == OP_NE) {
		sql_put(sql, filter->op == OP_NE ? "not coalesce(" : "(");
		sql_put_value(sql, filter->field);
		sql_put(sql, " >= ");
		put_midnight(sql, query, filter->values[0], false);
		sql_put(sql, " and ");
		sql_put_value(sql, filter->field);
		sql_put(sql, " < ");
		put_midnight(sql, query, filter->values[0], true);
		sql_put(sql, filter->op == OP_NE ? ", false)" : ")");
		return;
	}
	sql_put_value(sql, filter->field);
	sql_put(sql, filter->op == OP_GT || filter->op == OP_GTE ? " >= " : " < ");
	put_midnight(sql, query, filter->values[0], from_next);
}

/* By the table that holds them, an array first so that the key of t is looked up. */
static void put_external_ids(
	struct sql *sql, const struct query *query, const struct query_filter *filter)
{
	sql_put(sql,
		"t.id = any(array(select x.record_id from external_ids x, jsonb_array_elements(");
	for (size_t i = 0; i < filter->count; i++) {
		sql_put(sql, i ? " || " : "");
		sql_put_typed(sql, filter->values[i], "jsonb");
	}
	sql_put(sql, ") as e where x.org_id = ");
	sql_put_typed(sql, sql_caller_org(query->req), "uuid");
	sql_put(sql, " and x.table_name = ");
	sql_put_typed(sql, query->resource->table, "text");
	sql_put(sql, " and x.system = e ->> 'system' and x.id = e ->> 'id'))");
}

void sql_put_filter(struct sql *sql, const struct query *query, const struct query_filter *filter)
{
	if (filter->op == OP_NULL) {
		put_null(sql, filter);
	} else if (filter->field->field->kind == FIELD_EXTERNAL_IDS) {
		put_external_ids(sql, query, filter);
	} else if (sql_is_list(filter->field)) {
		put_overlap(sql, query, filter);
	} else if (filter->op == OP_CONTAINS || filter->op == OP_STARTS_WITH) {
		put_like(sql, filter);
	} else if (filter->op == OP_IN) {
		sql_put_value(sql, filter->field);
		sql_put(sql, " = any(");
		put_array(sql, filter, sql_type_of(filter->field));
		sql_put(sql, ")");
	} else if (filter->day) {
		put_day(sql, query, filter);
	} else {
		sql_put_value(sql, filter->field);
		sql_put(sql, op_sql[filter->op]);
		sql_put_typed(sql, filter->values[0], sql_type_of(filter->field));
	}
}
