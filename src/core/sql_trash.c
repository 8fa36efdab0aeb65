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
