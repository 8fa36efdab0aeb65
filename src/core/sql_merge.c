/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: what could be the same, and merging it. */
#include "core/sql_internal.h"

enum { DUPLICATES_MOST = 50 };

struct db_stmt sql_duplicates(const struct query *query, struct str id, struct str rules)
{
	struct sql sql = sql_begin(query->req->arena);

	sql_put(&sql, "select ");
	sql_put_columns(&sql, query);
	sql_put_version(&sql, query->resource);
	sql_put(&sql,
		", d.score, d.reasons from (select c.id, (1 - exp(sum(ln(1 - "
		"c.score))))::numeric(3,2)"
		" as score, jsonb_agg(jsonb_build_object('how', c.how, 'fields', c.fields)"
		" order by c.score desc, c.how) as reasons from duplicate_candidates(");
	sql_put_typed(&sql, query->resource->table, "text");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, id, "uuid");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, rules, "jsonb");
	sql_put(&sql, ") as c group by c.id) as d join ");
	sql_put_name(&sql, query->resource->table);
	sql_put(&sql, " t on t.id = d.id");
	sql_put_org(&sql, query->req);
	sql_put(&sql, " and t.deleted_at is null order by d.score desc, t.id limit ");
	buf_append_int(&sql.text, DUPLICATES_MOST);
	return sql_end(&sql);
}

/* In the order of ids, so that two merges of the same records wait for each other and not crosswise. */
struct db_stmt sql_merge(
	const struct resource *resource, struct request *req, struct str keep, struct str ids)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql, "with held as materialized (select t.id");
	sql_put_from(&sql, resource);
	sql_put_org(&sql, req);
	sql_put(&sql, " and t.id = any(array_append(");
	sql_put_typed(&sql, ids, "uuid[]");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, keep, "uuid");
	sql_put(&sql,
		")) and t.deleted_at is null order by t.id for update) select merge_records(");
	sql_put_typed(&sql, resource->table, "text");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, keep, "uuid");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, ids, "uuid[]");
	sql_put(&sql, ", array(select id from held), ");
	sql_put_typed(&sql, resource->merge_rules, "jsonb");
	sql_put(&sql, "), app_changeset()");
	return sql_end(&sql);
}
