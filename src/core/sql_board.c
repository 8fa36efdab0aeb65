/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: the columns of boards and what they add up to. The cards are lists. */
#include "core/sql_internal.h"

struct db_stmt sql_stages(struct request *req, const struct resource *resource, struct str pipeline)
{
	struct sql sql = sql_begin(req->arena);

	sql_put(&sql,
		"select t.id, t.name, t.category, t.color from stages t join pipelines p"
		" on p.org_id = t.org_id and p.id = t.pipeline_id");
	sql_put_org(&sql, req);
	sql_put(&sql, " and t.deleted_at is null and p.deleted_at is null and p.entity = ");
	sql_put_typed(&sql, resource->name, "text");
	sql_put(&sql, pipeline.ptr ? " and p.id = " : " and p.is_default");
	if (pipeline.ptr)
		sql_put_typed(&sql, pipeline, "uuid");
	sql_put(&sql, " order by t.position, t.id");
	return sql_end(&sql);
}

static void put_sums(struct sql *sql, const struct query *query, const struct entity_board *board)
{
	const struct resource_field *amount = resource_field_find(
		query->resource, str_of(board->amount));
	const struct resource_field *sum = resource_field_find(query->resource, str_of(board->sum));
	const struct resource_field *weight = resource_field_find(
		query->resource, str_of(board->weight));

	sql_put(sql, ", coalesce(sum(");
	sql_put_value(sql, sum);
	sql_put(sql, "), 0.00), round(coalesce(sum(");
	sql_put_value(sql, sum);
	sql_put(sql, " * ");
	sql_put_value(sql, weight);
	sql_put(sql, "), 0) / 100, 2), count(");
	sql_put_value(sql, amount);
	sql_put(sql, ") - count(");
	sql_put_value(sql, sum);
	sql_put(sql, ")");
}

static struct db_stmt add_up(const struct query *query, const struct entity_board *board, bool sums)
{
	struct sql sql = sql_begin(query->req->arena);

	sql_put(&sql, "select ");
	sql_put_value(&sql, resource_field_find(query->resource, str_of(board->by)));
	sql_put(&sql, ", count(*)");
	if (sums)
		put_sums(&sql, query, board);
	sql_put_from(&sql, query->resource);
	sql_put_where(&sql, query);
	sql_put(&sql, " group by 1");
	return sql_end(&sql);
}

static bool is_kept_by(const struct entity_board *board, const struct query_filter *filter)
{
	const char *const *name = board->totals_by;

	while (*name && !str_is(filter->field->name, *name))
		name++;
	return *name != NULL;
}

bool sql_board_is_kept(const struct query *query, const struct entity_board *board)
{
	bool kept = board->totals && !query->search.len && !query->where_count &&
		query->deleted == DELETED_WITHOUT;

	for (size_t i = 0; i < query->filter_count && kept; i++)
		kept = is_kept_by(board, &query->filters[i]);
	return kept;
}

static struct db_stmt sum_kept(
	const struct query *query, const struct entity_board *board, bool sums)
{
	struct sql sql = sql_begin(query->req->arena);

	sql_put(&sql, "select ");
	sql_put_value(&sql, resource_field_find(query->resource, str_of(board->by)));
	sql_put(&sql, ", sum(t.records)");
	sql_put(&sql,
		sums ? ", sum(t.sum), round(sum(t.weighted) / 100, 2), sum(t.told) - sum(t.summed)"
		     : "");
	sql_put(&sql, " from ");
	sql_put_name(&sql, str_of(board->totals));
	sql_put(&sql, " t");
	sql_put_where_kept(&sql, query);
	sql_put(&sql, " group by 1");
	return sql_end(&sql);
}

struct db_stmt sql_board_totals(
	const struct query *query, const struct entity_board *board, bool sums)
{
	if (sql_board_is_kept(query, board))
		return sum_kept(query, board, sums);
	return add_up(query, board, sums);
}
