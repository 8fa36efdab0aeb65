/* SPDX-License-Identifier: Apache-2.0 */
/* Inside SQL: the statement being written, and what its files put into it. */
#pragma once

#include "base/buf.h"
#include "core/sql.h"

/* Bytes of a statement: the longest names each of the 3,000 custom fields that a tenant may have. */
enum { SQL_MAX = 1024 * 1024 };
/* Bytes of an array in one parameter: what a bulk body can hold, with its quotes. */
enum { SQL_ARRAY_MAX = 64 * 1024 * 1024 };

/* A statement being written. */
struct sql {
	struct arena *arena;
	struct buf text;
	struct str *params;
	size_t count, room;
	bool found; /* t is a row of the common table `found`, whose columns hold what is computed as well */
	bool varies; /* best planned for the values at hand: what is own may be half of the table or a row */
	bool in_array; /* bulk_run's: parameters are elements of its second one */
	bool guarded;  /* the plan is kept for any caller: see sql_put_guarded */
	bool walks; /* along an order until enough is found: an index of what is searched must not lead */
	bool stamped; /* the transaction that wrote the row is asked for, behind all other columns */
	bool sampled; /* there is a common table `newest`, whose words tell what is common here */
};

struct sql sql_begin(struct arena *arena);
struct db_stmt sql_end(struct sql *sql);

void sql_put(struct sql *sql, const char *text);
/* A parameter as $n, and as $n::type. */
void sql_put_param(struct sql *sql, struct str value);
void sql_put_typed(struct sql *sql, struct str value, const char *type);
/* The text of an array, {"…",NULL}, to be one parameter; STR_NONE is NULL. In `arena`. */
struct str sql_array_literal(struct arena *arena, const struct str *values, size_t count);
/* In quotes, since some names are words of SQL ("default", "group"). */
void sql_put_name(struct sql *sql, struct str name);
/* A column of the row t. */
void sql_put_column(struct sql *sql, struct str column);
/* The value of a field in the row t; a custom one is cut out of the document. */
void sql_put_value(struct sql *sql, const struct resource_field *field);

bool sql_is_custom(const struct resource_field *field);
bool sql_is_list(const struct resource_field *field);
const char *sql_type_of(const struct resource_field *field);
struct str sql_caller_org(const struct request *req);

/* The columns of the query's fields; then the version, which the ETag is made of. */
void sql_put_columns(struct sql *sql, const struct query *query);
void sql_put_version(struct sql *sql, const struct resource *resource);
void sql_put_from(struct sql *sql, const struct resource *resource);
/* ` where …`: of the caller's organisation, by row security alone, whose clause has the index. PostgreSQL
 * compares an organisation that is said again with the one of the policy in a node of its own, which copies
 * every row: a fifth of a read by id. For reads whose plan is kept; one made for the values at hand is the
 * better for knowing the organisation, and writes are dear anyway. */
void sql_put_guarded(struct sql *sql);
/* ` where t.org_id = …`, ` and t.id = …`, ` and t.deleted_at is …` */
void sql_put_org(struct sql *sql, const struct request *req);
void sql_put_id(struct sql *sql, struct str id);
void sql_put_deleted(struct sql *sql, const struct query *query);
/* What is part of a record in the trash is not there: ` and exists (…)`. Nothing for all others. */
void sql_put_parent_live(struct sql *sql, const struct resource *resource);
/* ` || array(…)`: the paths of references in an array's elements that name nothing; how many were looked
 * at, nothing is written for none. */
size_t sql_put_nested_references(
	struct sql *sql, const struct record_write *write, const struct record_nested *array);
/* `t.version = any(…)`; no version is that of a record without versions. */
void sql_put_accepted(struct sql *sql, const struct resource *resource, struct str versions);
/* ` and t.deleted_at is null`, and one of the versions unless any will do. */
void sql_put_live_version(struct sql *sql, const struct resource *resource, struct str versions);
/* ` returning ` the columns and the version. */
void sql_put_returning(struct sql *sql, const struct query *returned);
/* One condition, without anything around it. */
void sql_put_filter(struct sql *sql, const struct query *query, const struct query_filter *filter);
/* `column = value` of a write's values; no key among them. */
void sql_put_sets(struct sql *sql, const struct record_write *write);
/* A searched field as it stands in the search document. */
/* Whether records of this kind go to the trash, and are looked for in their table. */
bool sql_is_trashed(const struct resource *target);
/* Whether the database holds a record of this kind while a reference to it is written (reference_held). */
bool sql_is_held(const struct resource *target);
void sql_put_searched(struct sql *sql, const struct resource_field *field);
/* ` and …`: what is found is found by fields that the caller sees; nothing where all are. */
void sql_put_search_of_seen(struct sql *sql, const struct query *query);
/* ` order by …`; the same without these words. */
void sql_put_order(struct sql *sql, const struct query *query);
void sql_put_order_values(struct sql *sql, const struct query *query);
/* Everything that decides the set of rows; and the same of a board's table of totals. */
void sql_put_where(struct sql *sql, const struct query *query);
void sql_put_where_kept(struct sql *sql, const struct query *query);
