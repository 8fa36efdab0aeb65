/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: whatever a list is asked, as parameters, as the JSON of `where` or as a cursor, is refused or
 * becomes a query that holds together, whose statement has no word of the client's in its text.
 */
#include "base/base64url.h"
#include "core/query.h"
#include "core/query_internal.h"
#include "core/sql.h"
#include "test/fuzz/whole.h"

/* What no field, table or function is called. */
#define FOREIGN STR("zqx")

enum { WHERE, PARAMETERS, CURSOR, MODE__COUNT };

static void check_filter(const struct query_filter *filter)
{
	INVARIANT(filter->field != NULL && filter->count <= QUERY_MAX_VALUES);
	for (size_t i = 0; i < filter->count; i++)
		INVARIANT(!filter->values[i].ptr || str_is_utf8(filter->values[i]));
}

/* A group stands before what it holds. Answers what comes after the term. */
static size_t check_term(const struct query *query, size_t at, int depth)
{
	const struct query_term *term = &query->where[at];

	INVARIANT(at < query->where_count && depth <= QUERY_MAX_DEPTH);
	if (term->kind == TERM_FILTER) {
		check_filter(&term->filter);
		return at + 1;
	}
	INVARIANT(term->count > 0);
	at++;
	for (size_t i = 0; i < term->count; i++)
		at = check_term(query, at, depth + 1);
	return at;
}

static void check_statement(const struct db_stmt *stmt)
{
	INVARIANT(stmt->sql.len > 0 && str_is_utf8(stmt->sql));
	INVARIANT(str_find(stmt->sql, FOREIGN) == stmt->sql.len);
}

static void check(const struct query *query)
{
	struct db_stmt stmt;

	INVARIANT(query->filter_count <= QUERY_MAX_FILTERS && query->sort_count <= QUERY_MAX_SORTS);
	INVARIANT(query->limit <= QUERY_FEED_MAX_LIMIT && query->where_count <= QUERY_MAX_TERMS);
	for (size_t i = 0; i < query->filter_count; i++)
		check_filter(&query->filters[i]);
	if (query->where_count)
		INVARIANT(check_term(query, 0, 0) == query->where_count);
	if (query->kind != QUERY_LIST)
		return;
	stmt = sql_list(query, false);
	check_statement(&stmt);
}

/* Only what has a board is asked for one. */
static enum query_kind kind_of(const struct resource *resource, uint8_t which)
{
	static const enum query_kind kinds[] = {
		QUERY_LIST, QUERY_ONE, QUERY_EXPORT, QUERY_BOARD, QUERY_GROUPS, QUERY_BULK};
	enum query_kind kind = kinds[which % ARRAY_LEN(kinds)];

	return kind == QUERY_BOARD && !resource->entity->board ? QUERY_LIST : kind;
}

static enum err read_query(struct request *req, const struct resource *resource, int mode,
	uint8_t kind, struct str text, struct query *query)
{
	enum err err;

	if (mode == PARAMETERS) {
		req->query = text;
		return query_parse(req, resource, kind_of(resource, kind), query);
	}
	if (mode == CURSOR) {
		req->query = arena_printf(
			req->arena, "cursor=%.*s", STR_ARG(base64url_encode(req->arena, text)));
		return query_parse(req, resource, QUERY_LIST, query);
	}
	err = query_begin(req, resource, QUERY_LIST, query);
	return err ? err : query_read_where(query, text);
}

/* Raw control characters never come this far in a target. */
static bool is_target(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request req;
	struct arena arena;
	struct query *query;
	struct str text;
	enum err err;
	int mode;

	if (size < 2)
		return -1;
	mode = data[1] % MODE__COUNT;
	text = whole_copy(data + 2, size - 2);
	if (mode != PARAMETERS || is_target(text)) {
		whole_request(&req, &arena);
		query = ARENA_NEW(&arena, struct query);
		err = read_query(
			&req, whole_resource(data[0]), mode, data[1] / MODE__COUNT, text, query);
		INVARIANT(err == ERR_OK || err == ERR_UNAVAILABLE || req.problem.message.ptr);
		if (!err)
			check(query);
		arena_deinit(&arena);
	}
	free((char *)(uintptr_t)text.ptr);
	return 0;
}
