/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queries: what the parameters of a list ask for, checked against the entity's table.
 *
 * page, limit, cursor, sort, q (search), fields, include, count, deleted; `where` is a filter with groups,
 * as JSON; every other parameter is a filter `field=value` or `field[op]=value`. Anything unknown is ERR_BAD_PARAMETER that names it
 * (DESIGN §5).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/caller.h"
#include "core/field_type.h"
#include "core/resource.h"
#include "core/tenant.h"
#include "http/request.h"

enum {
	QUERY_DEFAULT_LIMIT = 25,
	QUERY_MAX_LIMIT = 200,
	QUERY_FEED_LIMIT = 100, /* of the feed, unless it is said */
	QUERY_FEED_MAX_LIMIT = 1000,
	QUERY_FEED_MAX_WAIT = 25, /* seconds; a request has 30 */
	QUERY_MAX_OFFSET = 10000,
	QUERY_MAX_FILTERS = 20, /* of the client's */
	QUERY_OWN_FILTERS = 4,  /* added from within, query_add_filter */
	QUERY_MAX_SORTS = 5,
	QUERY_MAX_INCLUDES = 10,
	QUERY_MAX_VALUES = 100,
	QUERY_MAX_TERMS = 100,  /* conditions and groups of `where` */
	QUERY_MAX_DEPTH = 5,    /* groups within groups */
	QUERY_MAX_BULK = 10000, /* records that are changed at once */
};

struct query_filter {
	const struct resource_field *field;
	enum filter_op op;
	bool day; /* a date against a datetime: the day in the organisation's time zone */
	struct str *values;
	size_t count;
};

/* A condition, or a group of the `count` terms that follow it, each with what it holds itself. */
struct query_term {
	enum { TERM_FILTER, TERM_AND, TERM_OR } kind;
	size_t count;
	struct query_filter filter;
};

struct query_sort {
	const struct resource_field *field;
	bool descending;
};

/* What a query may say: lists take all, single records only fields and include, exports no paging, boards
 * no more of it than how many cards a column shows, groups no records; the feed of changes has its own order
 * and cursor; what is changed at once is told which records. */
enum query_kind {
	QUERY_LIST,
	QUERY_ONE,
	QUERY_EXPORT,
	QUERY_BOARD,
	QUERY_FEED,
	QUERY_GROUPS,
	QUERY_BULK,
};

struct query_groups;

struct query {
	struct request *req;
	enum query_kind kind;
	const struct resource *resource;
	const struct tenant *tenant;

	const struct resource_field **fields; /* to be answered, in the entity's order */
	size_t field_count;
	const struct resource_field *includes[QUERY_MAX_INCLUDES];
	size_t include_count;
	bool chosen;              /* `fields` says so */
	bool counts;              /* the entity's counts are asked for */
	unsigned nested;          /* bit i: resource->nested[i] is asked for */
	unsigned nested_included; /* those that `include` names */

	struct query_filter filters[QUERY_MAX_FILTERS + QUERY_OWN_FILTERS];
	size_t filter_count;
	struct query_term *where; /* and this filter with groups, from its outermost term on */
	size_t where_count;
	struct query_sort
		sorts[QUERY_MAX_SORTS]; /* the id breaks ties, in the last one's direction */
	size_t sort_count;
	struct str search;
	enum { DELETED_WITHOUT, DELETED_WITH, DELETED_ONLY } deleted;

	struct query_groups *groups; /* of groups: by what, and what is added up (query_groups.h) */

	int page, limit;
	int wait;          /* of the feed: seconds that an empty answer may be held back */
	struct str cursor; /* as received; of the feed, its `after` */
	struct str after[QUERY_MAX_SORTS +
		1]; /* decoded: the values of the last row seen, then its id */
	bool count_exact;
	struct str
		shape; /* canonical text of what decides the set of rows: the key of the count cache */
	struct str
		ids; /* of a change of many: a uuid[] literal, STR_NONE for those that are found */
	size_t id_count;
	int64_t expected;    /* how many it is to find; -1 when nothing was said */
	bool cascade;        /* of a DELETE: what asks to be asked for goes along */
	struct str confirm;  /* of a DELETE: the word that it asks for, or STR_NONE */
	struct str pipeline; /* of a board of stages: whose, or STR_NONE */
	struct str move_to;  /* of a DELETE: what its records refer to from then on, or STR_NONE */
	struct str
		about; /* of changes: those of this record and of what is nested in it; STR_NONE for all */
	bool about_caller; /* a filter says "me": the same text is another set for another caller */
};

/* Reads req->query. */
MUST_CHECK enum err query_parse(struct request *req, const struct resource *resource,
	enum query_kind kind, struct query *out);
/* A query that says nothing but what it is about, in the default order; from within. */
MUST_CHECK enum err query_begin(struct request *req, const struct resource *resource,
	enum query_kind kind, struct query *out);
/* Adds `field = value` from within (timelines), or `field in (values)`, which live as long as the query. */
void query_add_filter(struct query *query, const char *field, struct str value);
void query_add_filter_in(struct query *query, const char *field, struct str *values, size_t count);
/* Those of the record that the route stands within; STR_NONE for no such route. */
void query_add_within(struct query *query, struct str within);
/* Sorted as the entity is by default, which an index does. */
bool query_in_default_order(const struct query *query);
/* Whether the plan is known to be cheap: by the default order, all records, those of a user or those that
 * belong to one record. */
bool query_is_fast(const struct query *query);
/* The cursor that continues after a row whose sort values and id are given. */
struct str query_next_cursor(const struct query *query, const struct str *values);
