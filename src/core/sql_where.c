/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: which rows a query is about. */
#include "core/sql_internal.h"

/* Whether the filter with groups says anything of templates: then it decides. */
static bool where_tells_templates(const struct query *query)
{
	for (size_t i = 0; i < query->where_count; i++)
		if (query->where[i].kind == TERM_FILTER &&
			str_is(query->where[i].filter.field->name, "isTemplate"))
			return true;
	return false;
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

	if (where_tells_templates(query))
		return true; /* row security alone tells whose the others are */
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

void sql_put_searched(struct sql *sql, const struct resource_field *field)
{
	bool phone = field->field->kind == FIELD_PHONE;

	sql_put(sql, phone ? "translate(" : "");
	sql_put_column(sql, field->column);
	sql_put(sql, phone ? ", ' -()+', '')" : "::text");
}

/* The indexed document holds every field, so that finding by it would tell what a hidden one holds: what it
 * finds must be found by the visible ones as well. */
void sql_put_search_of_seen(struct sql *sql, const struct query *query)
{
	size_t count = 0;

	if (!searches_unseen(query))
		return;
	sql_put(sql, " and search_document(");
	for (size_t i = 0; i < query->resource->field_count; i++) {
		const struct resource_field *field = &query->resource->fields[i];

		if (!is_searched(field) || !caller_sees(query->req->caller, field))
			continue;
		sql_put(sql, count++ ? ", " : "");
		sql_put_searched(sql, field);
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
	sql_put_search_of_seen(sql, query);
}

/* Templates are no work to be done: who wants them asks for them. */
static void put_no_templates(struct sql *sql, const struct query *query)
{
	if (!(query->resource->entity->flags & ENTITY_TEMPLATES) || templates_filter(query) ||
		where_tells_templates(query))
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

/* A term of the filter with groups, and what is in it; answers the term behind. As deep as
 * QUERY_MAX_DEPTH. */
static const struct query_term *put_terms(
	struct sql *sql, const struct query *query, const struct query_term *term)
{
	const struct query_term *next = term + 1;

	sql_put(sql, "(");
	if (term->kind == TERM_FILTER)
		sql_put_filter(sql, query, &term->filter);
	for (size_t i = 0; i < term->count; i++) {
		sql_put(sql, i == 0 ? "" : term->kind == TERM_OR ? " or " : " and ");
		next = put_terms(sql, query, next);
	}
	sql_put(sql, ")");
	return next;
}

/* Rows of sums have an organisation and whose they are, and what the filters ask for. */
void sql_put_where_kept(struct sql *sql, const struct query *query)
{
	sql_put_org(sql, query->req);
	put_own(sql, query);
	for (size_t i = 0; i < query->filter_count; i++) {
		sql_put(sql, " and ");
		sql_put_filter(sql, query, &query->filters[i]);
	}
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
		sql_put_filter(sql, query, &query->filters[i]);
	}
	if (query->where_count) {
		sql_put(sql, " and ");
		put_terms(sql, query, query->where);
	}
	if (query->search.len)
		put_search(sql, query);
}
