/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: which rows a query is about. */
#include "core/sql_internal.h"

/* --- filters ------------------------------------------------------------------------------------ */

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

static void append_element(struct buf *literal, struct str value)
{
	buf_append_char(literal, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '"' || value.ptr[i] == '\\')
			buf_append_char(literal, '\\');
		buf_append_char(literal, value.ptr[i]);
	}
	buf_append_char(literal, '"');
}

/* The values as one parameter, so that their number does not make another statement. */
static struct str array_literal(struct arena *arena, const struct query_filter *filter)
{
	struct buf literal;
	struct str text;

	buf_init(&literal, SQL_MAX);
	for (size_t i = 0; i < filter->count; i++) {
		buf_append_char(&literal, i ? ',' : '{');
		if (filter->values[i].ptr)
			append_element(&literal, filter->values[i]);
		else
			buf_append_cstr(&literal, "NULL");
	}
	buf_append_char(&literal, '}');
	text = arena_str(arena, buf_str(&literal));
	buf_deinit(&literal);
	return text;
}

/* `type` is that of an array or, for the fields that hold one value, of an element. */
static void put_array(struct sql *sql, const struct query_filter *filter, const char *type)
{
	sql_put_typed(sql, array_literal(sql->arena, filter), type);
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

static void put_filter(
	struct sql *sql, const struct query *query, const struct query_filter *filter)
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

/* The filter by isTemplate, which only entities with templates have; NULL for none. */
static const struct query_filter *templates_filter(const struct query *query)
{
	if (!(query->resource->entity->flags & ENTITY_TEMPLATES))
		return NULL;
	for (size_t i = 0; i < query->filter_count; i++)
		if (str_is(query->filters[i].field->name, "isTemplate"))
			return &query->filters[i];
	return NULL;
}

/* Who asks for what belongs to one event wants it, whether that is a template or not. */
static bool is_about_one(const struct query *query, const struct query_filter *filter)
{
	const struct resource *target = filter->field->target;

	return filter->op == OP_EQ && target && target != query->resource &&
		(target->entity->flags & ENTITY_TEMPLATES);
}

/* Templates are everybody's. */
static bool wants_templates(const struct query *query)
{
	const struct query_filter *filter = templates_filter(query);

	return filter && filter->op == OP_EQ && str_is(filter->values[0], "true");
}

static void put_equal(struct sql *sql, const struct resource_field *field, struct str id)
{
	sql_put(sql, " and ");
	sql_put_column(sql, field->column);
	sql_put(sql, " = ");
	sql_put_typed(sql, id, "uuid");
}

/* The caller, or the people of the caller's team: ` = $n`, ` = any($n)`. */
static void put_person(struct sql *sql, struct str column, const struct caller *caller, bool team)
{
	sql_put_column(sql, column);
	sql_put(sql, team ? " = any(" : " = ");
	if (team)
		sql_put_typed(sql, caller->team_users, "uuid[]");
	else
		sql_put_typed(sql, caller->user_id, "uuid");
	sql_put(sql, team ? ")" : "");
}

static void put_people(struct sql *sql, const struct caller *caller, bool team)
{
	sql_put(sql, team ? "t.own_ids && " : "t.own_ids @> array[");
	sql_put_typed(sql, team ? caller->team_users : caller->user_id, team ? "uuid[]" : "uuid");
	sql_put(sql, team ? "" : "]");
}

/* Whose the rows of the table t are. */
static void put_whose(
	struct sql *sql, const struct resource *resource, const struct caller *caller, bool team)
{
	const char *also = resource->entity->also_owner;

	sql_put(sql, " and (");
	if (resource->owner)
		put_person(sql, resource->owner->column, caller, team);
	else
		put_people(sql, caller, team);
	if (also) {
		sql_put(sql, " or ");
		put_person(sql, str_of(also), caller, team);
	}
	sql_put(sql, ")");
	sql->varies |= team || also || !resource->owner;
}

static bool tells_whose(const struct resource *resource)
{
	return resource->owner || (resource->entity->flags & ENTITY_OWN_IDS);
}

/* Of what is part of records: those of the caller's own ones, which have an index. Templates are everybody's,
 * and row security alone tells them. */
static void put_whose_parent(
	struct sql *sql, const struct resource *resource, const struct request *req, bool team)
{
	const struct resource *parent = resource->parent;

	if (!parent || !tells_whose(parent) || (parent->entity->flags & ENTITY_TEMPLATES))
		return;
	sql_put(sql, " and ");
	sql_put_column(sql, resource->parent_field->column);
	sql_put(sql, " in (select t.id from ");
	sql_put_name(sql, parent->table);
	sql_put(sql, " t");
	sql_put_org(sql, req);
	put_whose(sql, parent, req->caller, team);
	sql_put(sql, ")");
}

/* What is the caller's own or the team's is said here too, although row security says it again: as a plain
 * predicate it finds the index. */
static void put_own(struct sql *sql, const struct query *query)
{
	const struct caller *caller = query->req->caller;
	const struct resource *resource = query->resource;
	enum scope scope = caller_scope(caller, resource, VERB_READ);
	bool team = scope == SCOPE_TEAM;

	if (scope == SCOPE_PARTNER && resource->partner)
		put_equal(sql, resource->partner, caller->partner_id);
	if ((scope != SCOPE_OWN && !team) || wants_templates(query))
		return;
	if (tells_whose(resource))
		put_whose(sql, resource, caller, team);
	else
		put_whose_parent(sql, resource, query->req, team);
}

static bool by_candidates;

void sql_search_by_candidates(bool yes)
{
	by_candidates = yes;
}

static bool is_searched(const struct resource_field *field)
{
	return resource_field_is(field, FIELD_SEARCHED);
}

static bool searches_unseen(const struct query *query)
{
	for (size_t i = 0; i < query->resource->field_count; i++)
		if (is_searched(&query->resource->fields[i]) &&
			!caller_sees(query->req->caller, &query->resource->fields[i]))
			return true;
	return false;
}

/* The indexed document holds every field, so that finding by it would tell what a hidden one holds: what it
 * finds must be found by the visible ones as well. */
static void put_search_of_seen(struct sql *sql, const struct query *query)
{
	size_t count = 0;

	sql_put(sql, " and search_document(");
	for (size_t i = 0; i < query->resource->field_count; i++) {
		const struct resource_field *field = &query->resource->fields[i];
		bool phone = field->field->kind == FIELD_PHONE;

		if (!is_searched(field) || !caller_sees(query->req->caller, field))
			continue;
		sql_put(sql, count++ ? ", " : "");
		sql_put(sql, phone ? "translate(" : "");
		sql_put_column(sql, field->column);
		sql_put(sql, phone ? ", ' -()+', '')" : "::text");
	}
	sql_put(sql, count ? ") @@ search_query(" : "null::text) @@ search_query(");
	sql_put_typed(sql, query->search, "text");
	sql_put(sql, ")");
}

static void put_search(struct sql *sql, const struct query *query)
{
	if (by_candidates) {
		sql_put(sql, " and t.id in (select c from search_candidates(");
		sql_put_typed(sql, query->resource->table, "text");
		sql_put(sql, ", ");
	} else {
		/* An expression is not the indexed column. */
		sql_put(sql,
			sql->walks ? " and coalesce(t.search, '') @@ search_query("
				   : " and t.search @@ search_query(");
	}
	sql_put_typed(sql, query->search, "text");
	sql_put(sql, by_candidates ? ") as c)" : ")");
	if (searches_unseen(query))
		put_search_of_seen(sql, query);
}

/* Templates are no work to be done: who wants them asks for them. */
static void put_no_templates(struct sql *sql, const struct query *query)
{
	if (!(query->resource->entity->flags & ENTITY_TEMPLATES) || templates_filter(query))
		return;
	for (size_t i = 0; i < query->filter_count; i++)
		if (is_about_one(query, &query->filters[i]))
			return;
	sql_put(sql, " and not t.is_template");
}

/* The changes of a record, and of what is nested in it. */
static void put_about(struct sql *sql, const struct query *query)
{
	if (!query->about.ptr)
		return;
	sql_put(sql, " and (t.record_id = ");
	sql_put_typed(sql, query->about, "uuid");
	sql_put(sql, " or t.parent_id = ");
	sql_put_typed(sql, query->about, "uuid");
	sql_put(sql, ")");
}

/* Everything that decides the set of rows. */
void sql_put_where(struct sql *sql, const struct query *query)
{
	sql_put_org(sql, query->req);
	sql_put_deleted(sql, query);
	put_own(sql, query);
	put_no_templates(sql, query);
	sql_put_parent_live(sql, query->resource);
	put_about(sql, query);
	for (size_t i = 0; i < query->filter_count; i++) {
		sql_put(sql, " and ");
		put_filter(sql, query, &query->filters[i]);
	}
	if (query->search.len)
		put_search(sql, query);
}
