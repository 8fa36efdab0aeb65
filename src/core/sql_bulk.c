/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL: many records at once. A statement is written for all rows of a JSON document, which is $1, and for
 * the parameters that they share, which are elements of $2; bulk_run (migrations, bulk) runs it for as many
 * of the rows as there is nothing wrong with.
 */
#include "core/sql_bulk.h"

#include "base/json_write.h"

/* --- bulk_run ----------------------------------------------------------------------------------------- */

struct sql_bulk sql_bulk_begin(struct arena *arena)
{
	struct sql_bulk bulk = {.sql = sql_begin(arena)};

	bulk.sql.in_array = true;
	return bulk;
}

void sql_bulk_next(struct sql_bulk *bulk)
{
	INVARIANT(bulk->count < ARRAY_LEN(bulk->texts) && !bulk->sql.text.full);
	bulk->texts[bulk->count++] = arena_str(bulk->sql.arena, buf_str(&bulk->sql.text));
	buf_reset(&bulk->sql.text, SQL_MAX);
}

static struct sql begin_call(struct sql_bulk *bulk, const char *call, struct str rows)
{
	struct arena *arena = bulk->sql.arena;
	struct str statements = sql_array_literal(arena, bulk->texts, bulk->count);
	struct str params = sql_array_literal(arena, bulk->sql.params, bulk->sql.count);
	struct sql sql;

	buf_deinit(&bulk->sql.text);
	sql = sql_begin(arena);
	sql_put(&sql, call);
	sql_put_typed(&sql, statements, "text[]");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, params, "text[]");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, rows, "jsonb");
	return sql;
}

struct db_stmt sql_bulk_end(struct sql_bulk *bulk, struct str rows)
{
	struct sql sql = begin_call(bulk, "select bulk_run(", rows);

	sql_put(&sql, ")");
	return sql_end(&sql);
}

/* --- which records ------------------------------------------------------------------------------------ */

struct db_stmt sql_bulk_find(const struct query *query, struct str among, bool hold, int most)
{
	const struct resource *resource = query->resource;
	struct sql sql = sql_begin(query->req->arena);

	sql_put(&sql, "select t.id");
	sql_put_from(&sql, resource);
	if (query->ids.ptr) {
		sql_put_org(&sql, query->req);
		sql_put_live_version(&sql, resource, STR_NONE);
	} else {
		sql_put_where(&sql, query);
	}
	if (query->ids.ptr || among.ptr) {
		sql_put(&sql, " and t.id = any(");
		sql_put_typed(&sql, among.ptr ? among : query->ids, "uuid[]");
		sql_put(&sql, ")");
	}
	sql_put(&sql, " order by t.id limit ");
	sql_put_typed(&sql, arena_printf(sql.arena, "%d", most), "int");
	if (hold)
		sql_put(&sql,
			query->req->method == HTTP_DELETE ? " for update" : " for no key update");
	sql.varies = true;
	return sql_end(&sql);
}

/* --- writing ------------------------------------------------------------------------------------------ */

/* ` where … and t.id = any(…)`, of live rows. A join with the texts would look at the whole table: row security
 * lets no index answer for a condition that reads a text, which may fail. */
static void put_rows(struct sql *sql, const struct resource *resource, const struct request *req)
{
	sql_put_org(sql, req);
	sql_put(sql,
		" and t.id = any(array(select e::uuid from jsonb_array_elements_text($1) as e))");
	sql_put_live_version(sql, resource, STR_NONE);
}

struct db_stmt sql_bulk_update(
	const struct record_write *write, const struct record_value *owner, struct str rows)
{
	struct sql_bulk bulk = sql_bulk_begin(write->req->arena);
	struct sql *sql = &bulk.sql;

	sql_put(sql, "update ");
	sql_put_name(sql, write->resource->table);
	sql_put(sql, " t set ");
	sql_put_sets(sql, write);
	put_rows(sql, write->resource, write->req);
	sql_bulk_next(&bulk);
	if (owner) {
		sql_put(sql, "select hand_over(");
		sql_put_typed(sql, write->resource->table, "text");
		sql_put(sql, ", e.id::uuid, ");
		sql_put_typed(sql, owner->text, "uuid");
		sql_put(sql, ") from jsonb_array_elements_text($1) as e (id)");
		sql_bulk_next(&bulk);
	}
	return sql_bulk_end(&bulk, rows);
}

static void put_trash(struct sql *sql, const struct query *query)
{
	sql_put_typed(sql, query->resource->trash_rules, "jsonb");
	sql_put(sql, query->cascade ? ", true, " : ", false, ");
	sql_put_typed(sql, query->move_to, "uuid");
	sql_put(sql, ")");
}

/* Those that are kept by others are found for all of them first. */
static struct db_stmt end_trash(struct sql_bulk *bulk, const struct query *query, struct str rows)
{
	struct sql sql = begin_call(bulk, "select bulk_trash(", rows);

	sql_put(&sql, ", ");
	sql_put_typed(&sql, query->resource->table, "text");
	sql_put(&sql, ", ");
	put_trash(&sql, query);
	return sql_end(&sql);
}

struct db_stmt sql_bulk_delete(const struct query *query, struct str rows)
{
	const struct resource *resource = query->resource;
	struct sql_bulk bulk = sql_bulk_begin(query->req->arena);
	struct sql *sql = &bulk.sql;
	bool rules = resource->entity->on_delete;

	if (rules) {
		sql_put(sql, "select trash_all(");
		sql_put_typed(sql, resource->table, "text");
		sql_put(sql, ", array(select e::uuid from jsonb_array_elements_text($1) as e), ");
		put_trash(sql, query);
		sql_bulk_next(&bulk);
	}
	sql_put(sql, "update ");
	sql_put_name(sql, resource->table);
	sql_put(sql, " t set deleted_at = now()");
	put_rows(sql, resource, query->req);
	sql_bulk_next(&bulk);
	return rules ? end_trash(&bulk, query, rows) : sql_bulk_end(&bulk, rows);
}
