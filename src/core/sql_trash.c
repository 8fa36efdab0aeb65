/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: into the trash and out of it. */
#include "core/sql_internal.h"

/* The row, held until the end: who is about to refer to it waits, or is waited for. FOR UPDATE is also what
 * asks row security for the right to change it. */
static struct sql hold(const struct resource *resource, struct request *req, struct str id)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "with held as materialized (select t.id, t.deleted_at");
	sql_put_from(&sql, resource);
	sql_put_org(&sql, req);
	sql_put_id(&sql, id);
	return sql;
}

struct db_stmt sql_hold(const struct resource *resource, struct request *req, struct str id)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "select t.id");
	sql_put_from(&sql, resource);
	sql_put_org(&sql, req);
	sql_put_id(&sql, id);
	sql_put(&sql, " for update");
	return sql_end(&sql);
}

struct db_stmt sql_confirm(struct request *req, struct str word)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "select set_config('app.confirm', ");
	sql_put_typed(&sql, word, "text");
	sql_put(&sql, ", true)");
	return sql_end(&sql);
}

struct db_stmt sql_trash(const struct resource *resource, struct request *req, struct str id,
	struct str versions, bool cascade, struct str move_to)
{
	struct sql sql = hold(resource, req, id);

	sql_put_live_version(&sql, resource, versions);
	sql_put(&sql, " for update) select trash(");
	sql_put_typed(&sql, resource->table, "text");
	sql_put(&sql, ", id, ");
	sql_put_typed(&sql, resource->trash_rules, "jsonb");
	sql_put(&sql, cascade ? ", true, " : ", false, ");
	sql_put_typed(&sql, move_to, "uuid");
	sql_put(&sql, ") from held");
	return sql_end(&sql);
}

struct db_stmt sql_untrash(const struct resource *resource, struct request *req, struct str id)
{
	struct sql sql = hold(resource, req, id);

	sql_put(&sql, " and t.deleted_at is not null for update) select untrash(");
	sql_put_typed(&sql, resource->table, "text");
	sql_put(&sql, ", id, deleted_at, ");
	sql_put_typed(&sql, resource->trash_rules, "jsonb");
	sql_put(&sql, ") from held");
	return sql_end(&sql);
}

struct db_stmt sql_delete(
	const struct resource *resource, struct request *req, struct str id, struct str versions)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "update ");
	sql_put_name(&sql, resource->table);
	sql_put(&sql, " t set deleted_at = now()");
	sql_put_org(&sql, req);
	sql_put_id(&sql, id);
	sql_put_live_version(&sql, resource, versions);
	sql_put(&sql, " returning t.version");
	return sql_end(&sql);
}

struct db_stmt sql_restore(
	const struct resource *resource, struct str id, const struct query *returned)
{
	struct sql sql = sql_begin(returned->req->arena);

	sql_put(&sql, "update ");
	sql_put_name(&sql, resource->table);
	sql_put(&sql, " t set deleted_at = null");
	sql_put_org(&sql, returned->req);
	sql_put_id(&sql, id);
	sql_put(&sql, " and t.deleted_at is not null");
	sql_put_returning(&sql, returned);
	return sql_end(&sql);
}

/* --- what it holds -------------------------------------------------------------------------------- */

static void put_title(struct sql *sql, const struct request *req, const struct resource *r)
{
	sql_put(sql, "left(concat_ws(' '");
	for (size_t i = 0; i < r->title_count; i++) {
		if (!caller_sees(req->caller, r->titles[i]))
			continue;
		sql_put(sql, ", ");
		sql_put_value(sql, r->titles[i]);
	}
	sql_put(sql, "), 200)");
}

static void put_bin_of(struct sql *sql, struct request *req, const struct resource *r,
	struct str ms, struct str id, int limit)
{
	sql_put(sql, "(select ");
	sql_put_typed(sql, r->name, "text");
	sql_put(sql, " as entity, ");
	sql_put_typed(sql, r->table, "text");
	sql_put(sql, " as of, t.id, ");
	put_title(sql, req, r);
	sql_put(sql, " as title, t.deleted_at");
	sql_put_from(sql, r);
	sql_put_org(sql, req);
	sql_put(sql, " and t.deleted_at is not null");
	if (ms.ptr) {
		sql_put(sql, " and (t.deleted_at, t.id) < (timestamptz 'epoch' + ");
		sql_put_typed(sql, ms, "bigint");
		sql_put(sql, " * interval '1 ms', ");
		sql_put_typed(sql, id, "uuid");
		sql_put(sql, ")");
	}
	sql_put(sql, " order by t.deleted_at desc, t.id desc limit ");
	buf_append_int(&sql->text, limit + 1);
	sql_put(sql, ")");
}

struct db_stmt sql_trash_bin(struct request *req, const struct resource *const *of, size_t count,
	struct str ms, struct str id, int limit)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "with found as materialized (select * from (");
	for (size_t i = 0; i < count; i++) {
		sql_put(&sql, i ? " union all " : "");
		put_bin_of(&sql, req, of[i], ms, id, limit);
	}
	sql_put(&sql, ") as u order by u.deleted_at desc, u.id desc limit ");
	buf_append_int(&sql.text, limit + 1);
	sql_put(&sql,
		") select f.entity, f.id, f.title, f.deleted_at, d.actor_id, d.changeset_id,"
		" case when f.of in (select trash_tables())"
		" then f.deleted_at + make_interval(days => (select trash_keeps())) end,"
		" round(extract(epoch from f.deleted_at) * 1000)"
		" from found f left join trash_deleters(array(select id from found)) as d"
		" on d.record_id = f.id order by f.deleted_at desc, f.id desc");
	return sql_end(&sql);
}
