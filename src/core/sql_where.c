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

	sql_put(sql, "(");
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

/* The record that another one hangs on, and the field that names it. */
struct way {
	const struct resource *to;
	const struct resource_field *by;
};

/* False where its rows hang on nothing. */
static bool find_way(const struct resource *resource, struct way *way)
{
	const char *through = resource->entity->own_through;

	*way = (struct way){resource->parent, resource->parent_field};
	if (!way->to && through) {
		way->by = resource_field_find(resource, str_of(through));
		way->to = way->by->target;
	}
	return way->to != NULL;
}

static bool may_reach(const struct caller *caller, const struct resource *to, enum scope scope)
{
	enum scope there = caller_scope(caller, to, VERB_READ);

	return there == scope || there == SCOPE_ALL || (there == SCOPE_TEAM && scope == SCOPE_OWN);
}

/* `levels` of records stand between the row and who tells. Of templates, which are everybody's, what hangs
 * on them is everybody's as well. The other record is looked up as the caller: who sees less of those than
 * of these is told by row security alone. */
static void put_through(struct sql *sql, const struct resource *resource, const struct request *req,
	enum scope scope, int levels)
{
	struct way way;
	bool templates;

	if (levels == 0 || !find_way(resource, &way) || !may_reach(req->caller, way.to, scope))
		return;
	templates = way.to->entity->flags & ENTITY_TEMPLATES;
	sql_put(sql, " and ");
	sql_put_column(sql, way.by->column);
	sql_put(sql, " in (select t.id from ");
	sql_put_name(sql, way.to->table);
	sql_put(sql, " t");
	sql_put_org(sql, req);
	if (scope == SCOPE_PARTNER) {
		put_equal(sql, way.to->partner, req->caller->partner_id);
	} else if (tells_whose(way.to)) {
		sql_put(sql, templates ? " and (t.is_template or " : " and ");
		put_whose(sql, way.to, req->caller, scope == SCOPE_TEAM);
		sql_put(sql, templates ? ")" : "");
	} else {
		put_through(sql, way.to, req, scope, levels - 1);
	}
	sql_put(sql, ")");
}

enum { MOST_LEVELS = 2 }; /* a line of a delivery note, of an invoice */

static void put_partner(struct sql *sql, const struct query *query)
{
	const struct resource *resource = query->resource;
	struct way way;

	if (resource->partner)
		put_equal(sql, resource->partner, query->req->caller->partner_id);
	else if (find_way(resource, &way) && way.to->partner)
		put_through(sql, resource, query->req, SCOPE_PARTNER, 1);
}

/* What is the caller's own, the team's or the partner's is said here too, although row security says it again:
 * as a plain predicate it finds the index. */
static void put_own(struct sql *sql, const struct query *query)
{
	const struct caller *caller = query->req->caller;
	const struct resource *resource = query->resource;
	enum scope scope = caller_scope(caller, resource, VERB_READ);

	if (scope == SCOPE_PARTNER)
		put_partner(sql, query);
	if ((scope != SCOPE_OWN && scope != SCOPE_TEAM) || wants_templates(query))
		return;
	if (tells_whose(resource)) {
		sql_put(sql, " and ");
		put_whose(sql, resource, caller, scope == SCOPE_TEAM);
	} else {
		put_through(sql, resource, query->req, scope, MOST_LEVELS);
	}
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

/* Words that are joined, as in an address: the index is asked for fewer of them (search_index_query). */
static bool is_joined(struct str text)
{
	for (size_t i = 0; i + 1 < text.len; i++)
		if (memchr("@._/+-", text.ptr[i], 6) && text.ptr[i + 1] != ' ')
			return true;
	return false;
}

/* What the index of words is asked: it finds what is searched, and perhaps more. */
static void put_asked(struct sql *sql, const struct query *query)
{
	sql_put(sql,
		sql->sampled                       ? "(select search_seldom("
			: is_joined(query->search) ? "search_index_query("
						   : "search_query(");
	sql_put_typed(sql, query->search, "text");
	sql_put(sql, sql->sampled ? ", array(select words from newest)))" : ")");
}

static void put_search(struct sql *sql, const struct query *query)
{
	if (by_candidates) {
		sql_put(sql, " and t.id in (select c from search_candidates(");
		sql_put_typed(sql, query->resource->table, "text");
		sql_put(sql, ", ");
		put_asked(sql, query);
		sql_put(sql, ") as c)");
	} else if (!sql->walks) {
		sql_put(sql, " and t.search @@ ");
		put_asked(sql, query);
	}
	/* An expression is not the indexed column. */
	if (sql->walks || sql->sampled || is_joined(query->search)) {
		sql_put(sql, " and coalesce(t.search, '') @@ search_query(");
		sql_put_typed(sql, query->search, "text");
		sql_put(sql, ")");
	}
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

/* A computed value is found row by row, unless what such rows have in common has an index. */
static void put_hint(struct sql *sql, const struct query *query, const struct query_filter *filter)
{
	const char *const *key = filter->field->field->hinted;

	if (!key || filter->op != OP_EQ || query->deleted != DELETED_WITHOUT)
		return;
	while (*key && !str_is(filter->values[0], *key))
		key++;
	if (!*key)
		return;
	sql_put(sql, " and ");
	sql_put(sql, query->resource->entity->name);
	sql_put(sql, "_");
	sql_put(sql, arena_cstr(sql->arena, filter->field->column));
	sql_put(sql, "_");
	sql_put(sql, *key);
	sql_put(sql, "(t)");
}

/* Everything that decides the set of rows. */
void sql_put_where(struct sql *sql, const struct query *query)
{
	if (sql->guarded)
		sql_put_guarded(sql);
	else
		sql_put_org(sql, query->req);
	sql_put_deleted(sql, query);
	put_own(sql, query);
	put_no_templates(sql, query);
	sql_put_parent_live(sql, query->resource);
	put_about(sql, query);
	for (size_t i = 0; i < query->filter_count; i++) {
		sql_put(sql, " and ");
		sql_put_filter(sql, query, &query->filters[i]);
		put_hint(sql, query, &query->filters[i]);
	}
	if (query->where_count) {
		sql_put(sql, " and ");
		put_terms(sql, query, query->where);
	}
	if (query->search.len)
		put_search(sql, query);
}
