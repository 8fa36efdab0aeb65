/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL: the feed of changes.
 *
 * A row of the log carries the number of its transaction. Numbers are given out when a transaction first
 * writes and seen when it commits, which is another order: who goes on behind the highest number seen misses
 * what commits late. So nothing is told of the oldest transaction that is still open and of those behind it.
 * All that is told, then, is told for ever: no row of a lower number can still appear.
 */
#include "core/sql_internal.h"

struct db_stmt sql_feed_horizon(void)
{
	return (struct db_stmt){
		.sql = STR("select feed_epoch(), pg_snapshot_xmin(pg_current_snapshot())")};
}

struct db_stmt sql_feed(const struct query *query, struct str txid, struct str id)
{
	struct sql sql = sql_begin(query->req->arena);

	sql_put(&sql, "select ");
	sql_put_columns(&sql, query);
	sql_put(&sql, ", t.txid, t.id");
	sql_put_from(&sql, query->resource);
	sql_put_where(&sql, query);
	sql_put(&sql, " and (t.txid, t.id) > (");
	sql_put_typed(&sql, txid, "xid8");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, id, "uuid");
	/* Of the statement's own snapshot: what it sees is all there is below. */
	sql_put(&sql,
		") and t.txid < (select pg_snapshot_xmin(pg_current_snapshot()))"
		" order by t.txid, t.id limit ");
	buf_append_int(&sql.text, query->limit + 1);
	return sql_end(&sql);
}
