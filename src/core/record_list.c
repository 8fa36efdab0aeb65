/* SPDX-License-Identifier: Apache-2.0 */
/* Records: lists and timelines, a page at a time. */
#include "core/records.h"

#include "core/app.h"
#include "core/count.h"
#include "core/query.h"
#include "core/record_json.h"
#include "core/row_cache.h"
#include "core/sql.h"
#include "core/unit.h"

/* When the page is such a part of all that is found, it is found by the filters' own indexes and sorted;
 * among more it is quicker to walk along the order until the page is full. */
enum { NARROW_PAGES = 10 };

struct page {
	const struct query *selected; /* what the columns of the rows are */
	struct db_result rows;        /* cut to the limit */
	struct row_key whole;         /* of stamped rows: what their texts are kept by */
	bool stamped;
	const struct str *kept; /* the rows' texts, where all were kept */
	struct record_includes includes;
	struct str next_cursor; /* STR_NONE at the end */
	struct count count;
	bool counted;
};

/* --- rows that are kept ------------------------------------------------------------------------------ */

/* Whether a row's text follows from its columns alone, and they stand in a table: what is only read may be a
 * view, whose rows nobody wrote. */
static bool may_keep(const struct query *query)
{
	const struct resource *resource = query->resource;

	if (!resource->has_version || (resource->entity->flags & ENTITY_READ_ONLY))
		return false;
	if (query->include_count || query->counts || query->nested)
		return false;
	for (size_t i = 0; i < query->field_count; i++)
		if (resource_field_is(query->fields[i], FIELD_COMPUTED) ||
			query->fields[i]->field->finish)
			return false;
	return true;
}

static struct row_key key_of_columns(const struct query *query)
{
	struct request *req = query->req;
	struct str columns = sql_columns(query);

	return row_key_of(arena_printf(req->arena, "%.*s|%.*s|%.*s", STR_ARG(query->resource->name),
		STR_ARG(req->caller->org_id), STR_ARG(columns)));
}

static struct row_key key_of_list(const struct request *req)
{
	return row_key_of(
		arena_printf(req->arena, "%.*s|%.*s|%.*s|%.*s", STR_ARG(req->caller->org_id),
			STR_ARG(req->caller->user_id), STR_ARG(req->path), STR_ARG(req->query)));
}

static struct row_key key_of_row(const struct page *page, struct str id, int row)
{
	return row_key_in(page->whole, id, db_value(&page->rows, row, page->rows.columns - 1));
}

/* The rows' texts, all or none; answers how many of them are not kept. */
static int find_kept(struct page *page)
{
	const struct query *query = page->selected;
	int rows = MIN(page->rows.rows, query->limit), missing = 0;
	struct str *kept = ARENA_ARRAY(query->req->arena, struct str, rows + 1);

	for (int i = 0; i < rows; i++) {
		kept[i] = row_cache_get(query->req->app->rows,
			key_of_row(page, record_id_of(query, &page->rows, i), i),
			query->req->arena);
		missing += !kept[i].ptr;
	}
	page->kept = missing ? NULL : kept;
	row_cache_count(!missing);
	return missing;
}

/* The same rows, of which nothing is asked but which they are. */
static const struct query *which_rows(const struct query *query)
{
	struct arena *arena = query->req->arena;
	struct query *which = ARENA_NEW(arena, struct query);

	*which = *query;
	which->fields = ARENA_ARRAY(arena, const struct resource_field *, 1);
	which->fields[0] = &query->resource->fields[0];
	which->field_count = 1;
	return which;
}

static enum err read_stamped(
	const struct query *query, const struct query *selected, struct page *page)
{
	struct db_stmt stmt = sql_list_stamped(selected);
	enum err err = unit_query(query->req, DB_FAST, query->resource, &stmt, &page->rows);

	page->stamped = !err;
	page->selected = selected;
	return err;
}

/* A list that was asked for before: its rows may be kept. Where most were not, it is not tried again at once. */
static enum err read_kept(const struct query *query, struct row_key list, struct page *page)
{
	enum err err = read_stamped(query, which_rows(query), page);

	if (!err)
		row_cache_expect(
			query->req->app->rows, list, find_kept(page) <= page->rows.rows / 2);
	return err;
}

/* --- reading ---------------------------------------------------------------------------------------- */

static enum err read_and_keep(const struct query *query, struct page *page)
{
	struct row_cache *cache = query->req->app->rows;
	struct row_key list = key_of_list(query->req);
	enum err err;

	page->whole = key_of_columns(query);
	if (!row_cache_expects(cache, list)) {
		row_cache_expect(cache, list, true);
		return read_stamped(query, query, page);
	}
	err = read_kept(query, list, page);
	return err || page->kept ? err : read_stamped(query, query, page);
}

/* The fast lane gives up after half a second; a query that turns out slow goes on in the slow one. */
static enum err read_fast(const struct query *query, struct page *page)
{
	struct db_stmt stmt;

	if (may_keep(query))
		return read_and_keep(query, page);
	stmt = sql_list(query, false);
	return unit_query(query->req, DB_FAST, query->resource, &stmt, &page->rows);
}

/* Counts first, since how much there is decides how it is best found. */
static enum err read_slow(const struct query *query, struct page *page)
{
	struct db_stmt stmt;
	bool narrow;
	enum err err = ERR_OK;

	page->selected = query;
	page->stamped = false;
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
	page->next_cursor = record_cut_page(page->selected, &page->rows);
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

/* What was made anew is kept. */
static void write_row(
	struct json *json, const struct query *query, const struct page *page, int row)
{
	size_t from = json->out->len;
	struct str text;

	if (page->kept) {
		json_raw(json, page->kept[row]);
		return;
	}
	record_write_json(json, query, &page->includes, &page->rows, row);
	if (!page->stamped || json->out->full)
		return;
	text = str_slice(buf_str(json->out), from, json->out->len);
	if (text.ptr[0] == ',')
		text = str_slice(text, 1, text.len);
	row_cache_put(query->req->app->rows,
		key_of_row(page, record_id_of(query, &page->rows, row), row), text);
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
		write_row(&json, query, page, i);
	json_end(&json);
	write_pagination(&json, query, page);
	json_end(&json);
	response_header(req, "X-Total-Count",
		arena_printf(req->arena, "%lld", (long long)page->count.total));
	add_link(query, page);
}

static enum err list(const struct query *query)
{
	struct page page = {.selected = query, .next_cursor = STR_NONE};
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
