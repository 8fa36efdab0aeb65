/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: records, lists and totals. */
#include "core/sql_internal.h"

struct db_stmt sql_get(const struct query *query, struct str id)
{
	struct sql sql = sql_begin(query->req->arena);

	sql_put(&sql, "select ");
	sql_put_columns(&sql, query);
	sql_put_version(&sql, query->resource);
	sql_put_from(&sql, query->resource);
	sql_put_guarded(&sql);
	sql_put_id(&sql, id);
	sql_put_deleted(&sql, query);
	sql_put_parent_live(&sql, query->resource);
	return sql_end(&sql);
}

struct db_stmt sql_visible(const struct resource *resource, struct request *req, struct str id)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "select 1");
	sql_put_from(&sql, resource);
	sql_put_guarded(&sql);
	sql_put_id(&sql, id);
	return sql_end(&sql);
}

struct db_stmt sql_belongs(
	const struct resource *resource, struct request *req, struct str id, struct str within)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "select 1");
	sql_put_from(&sql, resource);
	sql_put_guarded(&sql);
	sql_put_id(&sql, id);
	sql_put(&sql, " and ");
	sql_put_column(&sql, resource->within->column);
	sql_put(&sql, " = ");
	sql_put_typed(&sql, within, "uuid");
	return sql_end(&sql);
}

struct db_stmt sql_why_no_row(
	const struct resource *resource, struct request *req, struct str id, struct str versions)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "select ");
	if (versions.ptr)
		sql_put_accepted(&sql, resource, versions);
	else
		sql_put(&sql, "true");
	sql_put(&sql, resource->has_deleted ? ", t.deleted_at is not null" : ", false");
	sql_put_from(&sql, resource);
	sql_put_guarded(&sql);
	sql_put_id(&sql, id);
	return sql_end(&sql);
}

/* --- order and pages ---------------------------------------------------------------------------- */

static bool id_descends(const struct query *query)
{
	return query->sort_count && query->sorts[query->sort_count - 1].descending;
}

void sql_put_order_values(struct sql *sql, const struct query *query)
{
	for (size_t i = 0; i < query->sort_count; i++) {
		const struct query_sort *sort = &query->sorts[i];

		sql_put_value(sql, sort->field);
		sql_put(sql, sort->descending ? " desc" : "");
		/* Said only where it matters: NULLS LAST would keep an index from being used. */
		sql_put(sql,
			sort->descending && !field_never_null(sort->field->field) ? " nulls last"
										  : "");
		sql_put(sql, ", ");
	}
	sql_put(sql, id_descends(query) ? "t.id desc" : "t.id");
}

void sql_put_order(struct sql *sql, const struct query *query)
{
	sql_put(sql, " order by ");
	sql_put_order_values(sql, query);
}

static void put_equal_to_last(struct sql *sql, const struct query *query, size_t i)
{
	sql_put_value(sql, query->sorts[i].field);
	if (query->after[i].ptr) {
		sql_put(sql, " = ");
		sql_put_typed(sql, query->after[i], sql_type_of(query->sorts[i].field));
	} else {
		sql_put(sql, " is null");
	}
}

/* Rows whose i-th sort value comes later than the last one's; NULL comes last and nothing after it. */
static void put_later(struct sql *sql, const struct query *query, size_t i)
{
	const struct query_sort *sort = &query->sorts[i];

	if (!query->after[i].ptr) {
		sql_put(sql, "false");
		return;
	}
	sql_put(sql, "(");
	sql_put_value(sql, sort->field);
	sql_put(sql, sort->descending ? " < " : " > ");
	sql_put_typed(sql, query->after[i], sql_type_of(sort->field));
	if (!field_never_null(sort->field->field)) {
		sql_put(sql, " or ");
		sql_put_value(sql, sort->field);
		sql_put(sql, " is null");
	}
	sql_put(sql, ")");
}

/* One sort that is never NULL: a row comparison, which an index answers. */
static void put_after_row(struct sql *sql, const struct query *query)
{
	sql_put(sql, " and (");
	sql_put_value(sql, query->sorts[0].field);
	sql_put(sql, query->sorts[0].descending ? ", t.id) < (" : ", t.id) > (");
	sql_put_typed(sql, query->after[0], sql_type_of(query->sorts[0].field));
	sql_put(sql, ", ");
	sql_put_typed(sql, query->after[1], "uuid");
	sql_put(sql, ")");
}

/* s1 later, or s1 equal and (s2 later, or s2 equal and (… id later)). */
static void put_after(struct sql *sql, const struct query *query)
{
	size_t n = query->sort_count;

	if (n == 1 && field_never_null(query->sorts[0].field->field)) {
		put_after_row(sql, query);
		return;
	}
	sql_put(sql, " and ");
	for (size_t i = 0; i < n; i++) {
		sql_put(sql, "(");
		put_later(sql, query, i);
		sql_put(sql, " or ");
		put_equal_to_last(sql, query, i);
		sql_put(sql, " and ");
	}
	sql_put(sql, id_descends(query) ? "t.id < " : "t.id > ");
	sql_put_typed(sql, query->after[n], "uuid");
	for (size_t i = 0; i < n; i++)
		sql_put(sql, ")");
}

/* By which rows are told apart in the end: the id. */
static const struct resource_field *sorted_by(const struct query *query, size_t i)
{
	return i < query->sort_count ? query->sorts[i].field : &query->resource->fields[0];
}

static size_t column_among_fields(const struct query *query, const struct resource_field *field)
{
	size_t column = 0;

	while (column < query->field_count && query->fields[column] != field)
		column++;
	return column;
}

static bool is_answered(const struct query *query, size_t sort)
{
	return column_among_fields(query, sorted_by(query, sort)) < query->field_count;
}

int sql_sort_column(const struct query *query, size_t i)
{
	size_t column = column_among_fields(query, sorted_by(query, i));

	for (size_t before = 0; before < i && column >= query->field_count; before++)
		column += !is_answered(query, before);
	return (int)column;
}

/* A value that is answered anyway is not asked for twice: PostgreSQL writes it out each time. */
static void put_selected(struct sql *sql, const struct query *query)
{
	sql_put(sql, "select ");
	sql_put_columns(sql, query);
	for (size_t i = 0; i <= query->sort_count; i++) {
		if (is_answered(query, i))
			continue;
		sql_put(sql, ", ");
		sql_put_value(sql, sorted_by(query, i));
	}
	sql_put(sql, sql->stamped ? ", t.xmin" : "");
}

static void put_select(struct sql *sql, const struct query *query)
{
	put_selected(sql, query);
	sql_put_from(sql, query->resource);
	sql_put_where(sql, query);
}

static bool is_sorted_by(const struct query *query, const struct resource_field *field)
{
	for (size_t i = 0; i < query->sort_count; i++)
		if (query->sorts[i].field == field)
			return true;
	return false;
}

/* Outside of the common table its rows are no rows of the resource's table any more, whose functions would
 * not know them. */
static void put_computed(struct sql *sql, const struct query *query)
{
	for (size_t i = 0; i < query->resource->field_count; i++) {
		const struct resource_field *field = &query->resource->fields[i];

		if (!resource_field_is(field, FIELD_COMPUTED) ||
			(column_among_fields(query, field) == query->field_count &&
				!is_sorted_by(query, field)))
			continue;
		buf_append(&sql->text, field->selected);
		sql_put(sql, " as ");
		sql_put_name(sql, field->column);
	}
}

/* All that is found, then sorted. Left to itself the planner would walk along the order until enough is
 * found, which is the whole table when little is there to find. */
static void put_select_narrow(struct sql *sql, const struct query *query)
{
	sql_put(sql, "with found as materialized (select t.*");
	put_computed(sql, query);
	sql_put_from(sql, query->resource);
	sql_put_where(sql, query);
	sql_put(sql, ") ");
	sql->found = true;
	put_selected(sql, query);
	sql_put(sql, " from found t where true");
}

/* In the text: not knowing a parameter's value, a plan for any value expects a tenth of the table, and
 * looks so dear that PostgreSQL plans every single time instead. */
static void put_limit(struct sql *sql, int rows)
{
	sql_put(sql, " limit ");
	buf_append_int(&sql->text, rows);
}

static bool sees_all(const struct query *query)
{
	return caller_scope(query->req->caller, query->resource, VERB_READ) == SCOPE_ALL;
}

static struct db_stmt end_page(struct sql *sql, const struct query *query)
{
	if (query->cursor.ptr)
		put_after(sql, query);
	sql_put_order(sql, query);
	put_limit(sql, query->limit + 1);
	if (query->page > 1) {
		sql_put(sql, " offset ");
		sql_put_typed(sql, arena_int(sql->arena, (query->page - 1) * query->limit), "int");
	}
	return sql_end(sql);
}

struct db_stmt sql_list(const struct query *query, bool narrow)
{
	struct sql sql = sql_begin(query->req->arena);

	sql.walks = !narrow && query_in_default_order(query);
	sql.guarded = !narrow && query_is_fast(query) && sees_all(query);
	(narrow ? put_select_narrow : put_select)(&sql, query);
	return end_page(&sql, query);
}

struct db_stmt sql_list_stamped(const struct query *query)
{
	struct sql sql = sql_begin(query->req->arena);

	sql.walks = sql.stamped = true;
	sql.guarded = sees_all(query);
	put_select(&sql, query);
	return end_page(&sql, query);
}

struct str sql_columns(const struct query *query)
{
	struct sql sql = sql_begin(query->req->arena);
	struct db_stmt stmt;
	struct str text;

	sql_put_columns(&sql, query);
	stmt = sql_end(&sql);
	text = stmt.sql;
	for (size_t i = 0; i < stmt.param_count; i++)
		text = arena_printf(query->req->arena, "%.*s|%zu:%.*s", STR_ARG(text),
			stmt.params[i].len, STR_ARG(stmt.params[i]));
	return text;
}

struct db_stmt sql_export(const struct query *query)
{
	struct sql sql = sql_begin(query->req->arena);

	put_select(&sql, query);
	sql_put_order(&sql, query);
	return sql_end(&sql);
}

static void put_set(struct sql *sql, const struct query *query)
{
	sql_put(sql, "select 1");
	sql_put_from(sql, query->resource);
	sql_put_where(sql, query);
}

struct db_stmt sql_count(const struct query *query, int most)
{
	struct sql sql = sql_begin(query->req->arena);

	sql_put(&sql, "select count(*) from (");
	put_set(&sql, query);
	if (most)
		put_limit(&sql, most);
	sql_put(&sql, ") as counted");
	return sql_end(&sql);
}

struct db_stmt sql_estimate(const struct query *query)
{
	struct sql sql = sql_begin(query->req->arena);
	struct db_stmt stmt;

	sql_put(&sql, "explain (format json) ");
	put_set(&sql, query);
	stmt = sql_end(&sql);
	stmt.unprepared = true;
	return stmt;
}

struct db_stmt sql_include(struct request *req, const struct resource *target, struct str ids)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "select t.id");
	for (size_t i = 0; i < target->title_count; i++) {
		sql_put(&sql, ", ");
		sql_put_column(&sql, target->titles[i]->column);
	}
	sql_put(&sql, " from ");
	sql_put_name(&sql, target->names);
	sql_put(&sql, " t");
	sql_put_guarded(&sql);
	sql_put(&sql, " and t.id = any(");
	sql_put_typed(&sql, ids, "uuid[]");
	sql_put(&sql, ")");
	return sql_end(&sql);
}

struct db_stmt sql_counts(struct request *req, const struct resource_count *count, struct str ids)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "select ");
	sql_put_column(&sql, count->by->column);
	sql_put(&sql, ", count(*)");
	sql_put_from(&sql, count->of);
	sql_put_guarded(&sql);
	sql_put(&sql, count->of->has_deleted ? " and t.deleted_at is null and " : " and ");
	sql_put_column(&sql, count->by->column);
	sql_put(&sql, " = any(");
	sql_put_typed(&sql, ids, "uuid[]");
	sql_put(&sql, ") group by 1");
	return sql_end(&sql);
}
