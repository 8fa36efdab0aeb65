/* SPDX-License-Identifier: Apache-2.0 */
/* Records: lists and timelines, a page at a time. */
#include "core/records.h"

#include "core/count.h"
#include "core/query.h"
#include "core/record_json.h"
#include "core/sql.h"
#include "core/unit.h"

/* When the page is such a part of all that is found, it is found by the filters' own indexes and sorted;
 * among more it is quicker to walk along the order until the page is full. */
enum { NARROW_PAGES = 10 };

struct page {
	struct db_result rows; /* cut to the limit */
	struct record_includes includes;
	struct str next_cursor; /* STR_NONE at the end */
	struct count count;
	bool counted;
};

/* --- reading ---------------------------------------------------------------------------------------- */

/* The fast lane gives up after half a second; a query that turns out slow goes on in the slow one. */
static enum err read_fast(const struct query *query, struct page *page)
{
	struct db_stmt stmt = sql_list(query, false);

	return unit_query(query->req, DB_FAST, query->resource, &stmt, &page->rows);
}

/* Counts first, since how much there is decides how it is best found. */
static enum err read_slow(const struct query *query, struct page *page)
{
	struct db_stmt stmt;
	bool narrow;
	enum err err = ERR_OK;

	page->counted = query->filter_count || query->where_count || query->search.len;
	if (page->counted)
		err = count_rows(query, &page->count);
	if (err)
		return err;
	narrow = page->counted && !page->count.estimated &&
		page->count.total <= NARROW_PAGES * query->page * query->limit;
	stmt = sql_list(query, narrow);
	return unit_query(query->req, DB_SLOW, query->resource, &stmt, &page->rows);
}

static enum err read_rows(const struct query *query, struct page *page)
{
	enum err err = query_is_fast(query) ? read_fast(query, page) : ERR_DEADLINE;

	return err == ERR_DEADLINE ? read_slow(query, page) : err;
}

struct str record_cut_page(const struct query *query, struct db_result *rows)
{
	struct str values[QUERY_MAX_SORTS + 1];
	int last = query->limit - 1;

	if (rows->rows <= query->limit)
		return STR_NONE;
	rows->rows = query->limit;
	for (size_t i = 0; i <= query->sort_count; i++)
		values[i] = db_value(rows, last, sql_sort_column(query, i));
	return query_next_cursor(query, values);
}

/* A page that shows the end tells the total itself. */
static enum err find_total(const struct query *query, bool at_end, struct page *page)
{
	int before = (query->page - 1) * query->limit;

	if (page->counted)
		return ERR_OK;
	if (query->cursor.ptr || !at_end || (page->rows.rows == 0 && before > 0))
		return count_rows(query, &page->count);
	page->count = (struct count){.total = before + page->rows.rows};
	return ERR_OK;
}

static enum err read_page(const struct query *query, struct page *page)
{
	enum err err = read_rows(query, page);

	if (err)
		return err;
	page->next_cursor = record_cut_page(query, &page->rows);
	err = record_includes_load(query, &page->rows, &page->includes);
	return err ? err : find_total(query, !page->next_cursor.ptr, page);
}

/* --- answering -------------------------------------------------------------------------------------- */

static void write_pagination(struct json *json, const struct query *query, const struct page *page)
{
	int64_t total = page->count.total;

	json_key(json, STR("pagination"));
	json_object(json);
	json_key(json, STR("page"));
	if (query->cursor.ptr)
		json_null(json);
	else
		json_int(json, query->page);
	json_member_int(json, "limit", query->limit);
	json_member_int(json, "total", total);
	json_member_int(json, "pages", (total + query->limit - 1) / query->limit);
	json_member_str(json, "nextCursor", page->next_cursor);
	if (page->count.estimated)
		json_member_bool(json, "totalIsEstimate", true);
	json_end(json);
}

/* The same list from the cursor on: the parameters again, without page and cursor. */
static void add_link(const struct query *query, const struct page *page)
{
	struct request *req = query->req;
	struct str kept = STR("");

	if (!page->next_cursor.ptr)
		return;
	for (struct str rest = req->query; rest.ptr;) {
		struct str parameter = str_cut(&rest, '&');
		bool replaced = str_starts_with(parameter, STR("page=")) ||
			str_starts_with(parameter, STR("cursor="));

		if (parameter.len && !replaced)
			kept = arena_printf(
				req->arena, "%.*s%.*s&", STR_ARG(kept), STR_ARG(parameter));
	}
	response_header(req, "Link",
		arena_printf(req->arena, "<%.*s?%.*scursor=%.*s>; rel=\"next\"", STR_ARG(req->path),
			STR_ARG(kept), STR_ARG(page->next_cursor)));
}

static void answer_page(const struct query *query, const struct page *page)
{
	struct request *req = query->req;
	struct json json = response_json(req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_array(&json);
	for (int i = 0; i < page->rows.rows; i++)
		record_write_json(&json, query, &page->includes, &page->rows, i);
	json_end(&json);
	write_pagination(&json, query, page);
	json_end(&json);
	response_header(req, "X-Total-Count",
		arena_printf(req->arena, "%lld", (long long)page->count.total));
	add_link(query, page);
}

static enum err list(const struct query *query)
{
	struct page page = {.next_cursor = STR_NONE};
	enum err err = read_page(query, &page);

	if (!err)
		answer_page(query, &page);
	return err;
}

enum err record_list(struct request *req)
{
	struct query query;
	struct str within;
	enum err err = record_may(req, req->route->data, VERB_READ);

	if (!err)
		err = record_enter(req, req->route->data, &within);
	if (!err)
		err = query_parse(req, req->route->data, QUERY_LIST, &query);
	if (err)
		return err;
	query_add_within(&query, within);
	return list(&query);
}

/* --- timeline --------------------------------------------------------------------------------------- */

static enum err check_visible(struct request *req, const struct resource *resource, struct str id)
{
	struct db_stmt stmt = sql_visible(resource, req, id);
	struct db_result row;
	enum err err = unit_query(req, DB_FAST, resource, &stmt, &row);

	return err ? err : row.rows ? ERR_OK : ERR_NOT_FOUND;
}

/* A list of changes, those of one record. It is kept in the trash, and so is its history. */
enum err record_timeline(struct request *req)
{
	const struct resource *resource = req->route->data;
	const struct resource *changes = resource_find(STR("change"));
	struct query query;
	struct str id;
	enum err err = record_may(req, resource, VERB_READ);

	if (!err)
		err = record_may(req, changes, VERB_READ);
	if (!err)
		err = record_named(req, resource, &id);
	if (!err)
		err = query_parse(req, changes, QUERY_LIST, &query);
	if (!err)
		err = check_visible(req, resource, id);
	if (err)
		return err;
	if (resource->nested_count) {
		query.about = id;
	} else {
		query_add_filter(&query, "entity", resource->name);
		query_add_filter(&query, "recordId", id);
	}
	query.shape = arena_printf(
		req->arena, "%.*s&record=%.*s", STR_ARG(query.shape), STR_ARG(id));
	return list(&query);
}
