/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL: what is found by words, of one entity, with a bound on the work.
 *
 * What is common is among the newest records, of which a fixed number is looked at. Only when that finds too
 * little, and there are older ones, does the index of words say where the rest is: there is little of it then,
 * and no more than a fixed number is fetched. Both are common tables, which PostgreSQL reads row by row as far as
 * they are wanted, and plans as if they were read whole: by the index, not along the table.
 */
#include "core/sql_internal.h"

enum { NEWEST = 600, CANDIDATES = 40 };

static void put_limit(struct sql *sql, int rows)
{
	sql_put(sql, " limit ");
	buf_append_int(&sql->text, rows);
}

static void put_words(struct sql *sql, const struct query *query)
{
	sql_put(sql, "(select search_query(");
	sql_put_typed(sql, query->search, "text");
	sql_put(sql, "))");
}

/* newest (id, words, hit), recent (id): those of the newest that are hit. */
static void put_recent(struct sql *sql, const struct query *query)
{
	struct query all = *query;

	all.search = STR("");
	sql_put(sql,
		"with newest as materialized (select t.id, t.search as words, "
		"coalesce(t.search, '') @@ ");
	put_words(sql, query);
	sql_put_search_of_seen(sql, query);
	sql_put(sql, " as hit");
	sql_put_from(sql, query->resource);
	sql_put_where(sql, &all);
	sql_put_order(sql, query);
	put_limit(sql, NEWEST);
	sql_put(sql, "), recent as (select id from newest where hit");
	put_limit(sql, CANDIDATES);
	sql_put(sql, ")");
}

/* rest (id): what the index finds, where it must be asked. */
static void put_rest(struct sql *sql, const struct query *query)
{
	sql_put(sql, ", found as materialized (select t.id");
	sql_put_from(sql, query->resource);
	sql->sampled = true;
	sql_put_where(sql, query);
	sql_put(sql, "), rest as (select id from found where (select count(*) from recent) <= ");
	buf_append_int(&sql->text, query->limit);
	sql_put(sql, " and (select count(*) from newest) = ");
	buf_append_int(&sql->text, NEWEST);
	put_limit(sql, CANDIDATES);
	sql_put(sql, ")");
}

static void put_title(struct sql *sql, const struct query *query)
{
	sql_put(sql, "concat_ws(' '");
	for (size_t i = 0; i < query->resource->title_count; i++) {
		if (!caller_sees(query->req->caller, query->resource->titles[i]))
			continue;
		sql_put(sql, ", nullif(");
		sql_put_column(sql, query->resource->titles[i]->column);
		sql_put(sql, "::text, '')");
	}
	sql_put(sql, ")");
}

/* top (id, title, rank, place): what is answered, and one more. */
static void put_top(struct sql *sql, const struct query *query)
{
	sql_put(sql,
		", top as materialized (select r.*, row_number() over () as place from (select "
		"t.id, ");
	put_title(sql, query);
	sql_put(sql, " as title, search_rank(");
	put_title(sql, query);
	sql_put(sql, ", ");
	sql_put_typed(sql, query->search, "text");
	sql_put(sql, ", ");
	put_words(sql, query);
	sql_put(sql, ") as rank");
	sql_put_from(sql, query->resource);
	sql_put_org(sql, query->req);
	sql_put(sql,
		" and t.id = any(array(select id from recent union select id from rest))"
		" order by rank desc, ");
	sql_put_order_values(sql, query);
	put_limit(sql, query->limit + 1);
	sql_put(sql, ") as r)");
}

/* The fields that are searched and seen, by their number in the resource. */
static size_t put_searched(struct sql *sql, const struct query *query)
{
	size_t count = 0;

	for (size_t i = 0; i < query->resource->field_count; i++) {
		const struct resource_field *field = &query->resource->fields[i];

		if (!resource_field_is(field, FIELD_SEARCHED) || sql_is_custom(field) ||
			!caller_sees(query->req->caller, field))
			continue;
		sql_put(sql, count++ ? ", (" : "(");
		buf_append_int(&sql->text, (long long)i);
		sql_put(sql, ", ");
		sql_put_column(sql, field->column);
		sql_put(sql, "::text, ");
		sql_put_searched(sql, field);
		sql_put(sql, ")");
	}
	return count;
}

struct db_stmt sql_search(const struct query *query)
{
	struct sql sql = sql_begin(query->req->arena);

	put_recent(&sql, query);
	put_rest(&sql, query);
	put_top(&sql, query);
	sql_put(&sql,
		" select p.id, nullif(p.title, ''), p.rank, m.field, m.snippet from top p left "
		"join lateral"
		" (select f.field, search_snippet(f.value, search_any(");
	sql_put_typed(&sql, query->search, "text");
	sql_put(&sql, ")) as snippet");
	sql_put_from(&sql, query->resource);
	sql_put(&sql, " cross join lateral (values ");
	if (put_searched(&sql, query) == 0)
		sql_put(&sql, "(null::int, null::text, null::text)");
	sql_put(&sql, ") as f (field, value, words)");
	sql_put_org(&sql, query->req);
	sql_put(&sql, " and t.id = p.id and search_document(f.words) @@ search_any(");
	sql_put_typed(&sql, query->search, "text");
	sql_put(&sql, ") order by search_document(f.words) @@ ");
	put_words(&sql, query);
	sql_put(&sql, " desc, f.field limit 1) as m on p.rank = 0 order by p.place");
	return sql_end(&sql);
}
