/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL: what groups add up to. The rows are read once and added up by keys and currencies; from that few rows
 * come the groups in their order, what each adds up to by currency, and the whole.
 */
#include "core/query_groups.h"
#include "core/sql_internal.h"

static void put_number(struct sql *sql, const char *prefix, size_t i)
{
	sql_put(sql, prefix);
	buf_append_int(&sql->text, (long long)i);
}

/* The day of a value in the organisation's time zone. */
static void put_day(struct sql *sql, const struct query *query, const struct resource_field *field)
{
	bool moment = field->field->kind == FIELD_DATETIME;

	sql_put(sql, moment ? "((" : "(");
	sql_put_value(sql, field);
	if (moment) {
		sql_put(sql, ") at time zone ");
		sql_put_typed(sql, query->req->caller->time_zone, "text");
	}
	sql_put(sql, ")::date");
}

/* Weeks begin on the organisation's day: 0 is Sunday, 1 Monday, on which PostgreSQL's begin. */
static void put_shift(struct sql *sql, const struct query *query)
{
	sql_put(sql, "(select o.week_start - 1 from organizations o where o.id = ");
	sql_put_typed(sql, sql_caller_org(query->req), "uuid");
	sql_put(sql, ")");
}

static void put_key(struct sql *sql, const struct query *query, const struct group_by *by)
{
	bool week = by->unit == UNIT_WEEK;

	if (by->unit == UNIT_NONE) {
		sql_put_value(sql, by->field);
		return;
	}
	sql_put(sql, "(date_trunc('");
	sql_put(sql, group_unit_name(by->unit));
	sql_put(sql, "', (");
	put_day(sql, query, by->field);
	if (week) {
		sql_put(sql, " - ");
		put_shift(sql, query);
	}
	sql_put(sql, ")::timestamp)::date");
	if (week) {
		sql_put(sql, " + ");
		put_shift(sql, query);
	}
	sql_put(sql, ")");
}

static void put_currency_behind(struct sql *sql, const struct group_sum *sum)
{
	sql_put(sql, "(select p.");
	sql_put_name(sql, sum->currency->column);
	sql_put(sql, "::text from ");
	sql_put_name(sql, sum->through->target->table);
	sql_put(sql, " p where p.org_id = t.org_id and p.id = ");
	sql_put_column(sql, sum->through->column);
	sql_put(sql, ")");
}

static void put_currency(struct sql *sql, const struct query *query, const struct group_sum *sum)
{
	if (sum->field->field->kind != FIELD_MONEY) {
		sql_put(sql, "null::text");
		return;
	}
	if (sum->base) {
		sql_put(sql, "case when ");
		sql_put_value(sql, sum->base);
		sql_put(sql, " is null then ");
	}
	if (sum->through) {
		put_currency_behind(sql, sum);
	} else if (sum->currency) {
		sql_put_value(sql, sum->currency);
		sql_put(sql, "::text");
	} else {
		sql_put_typed(sql, query->req->caller->currency, "text");
	}
	if (sum->base) {
		sql_put(sql, " else ");
		sql_put_typed(sql, query->req->caller->currency, "text");
		sql_put(sql, " end");
	}
}

static void put_amount(struct sql *sql, const struct group_sum *sum)
{
	sql_put(sql, "coalesce(");
	if (sum->base) {
		sql_put_value(sql, sum->base);
		sql_put(sql, ", ");
	}
	sql_put_value(sql, sum->field);
	sql_put(sql, ")::numeric");
}

/* s: keys k0 …, currencies c0 …, how many rows, and of each number its sum, count, least and most. */
static void put_summed(struct sql *sql, const struct query *query)
{
	static const struct {
		const char *function, *name;
	} parts[] = {{", sum(", ") as s"}, {", count(", ") as m"}, {", min(", ") as a"},
		{", max(", ") as b"}};
	const struct query_groups *groups = query->groups;
	size_t keys = groups->by_count + groups->sum_count;

	sql_put(sql, "with s as materialized (select ");
	for (size_t i = 0; i < groups->by_count; i++) {
		put_key(sql, query, &groups->by[i]);
		put_number(sql, " as k", i);
		sql_put(sql, ", ");
	}
	for (size_t i = 0; i < groups->sum_count; i++) {
		put_currency(sql, query, &groups->sums[i]);
		put_number(sql, " as c", i);
		sql_put(sql, ", ");
	}
	sql_put(sql, "count(*) as n");
	for (size_t i = 0; i < groups->sum_count; i++)
		for (size_t p = 0; p < ARRAY_LEN(parts); p++) {
			sql_put(sql, parts[p].function);
			put_amount(sql, &groups->sums[i]);
			put_number(sql, parts[p].name, i);
		}
	sql_put_from(sql, query->resource);
	sql_put_where(sql, query);
	for (size_t i = 0; i < keys; i++)
		put_number(sql, i ? ", " : " group by ", i + 1);
	sql_put(sql, ")");
}

static void put_keys(struct sql *sql, const struct query_groups *groups, const char *before)
{
	for (size_t i = 0; i < groups->by_count; i++) {
		sql_put(sql, i ? ", " : "");
		sql_put(sql, before);
		put_number(sql, "k", i);
	}
}

/* g: the groups that are answered, numbered in their order; one more tells that there are more. */
static void put_groups(struct sql *sql, const struct query *query)
{
	const struct query_groups *groups = query->groups;
	const char *direction = groups->descending ? " desc nulls last" : "";

	sql_put(sql, ", g as (select ");
	put_keys(sql, groups, "");
	sql_put(sql, ", sum(n) as n, row_number() over (order by ");
	if (groups->by_number) {
		sql_put(sql, "sum(n)");
		sql_put(sql, direction);
		sql_put(sql, ", ");
		direction = "";
	}
	for (size_t i = 0; i < groups->by_count; i++) {
		put_number(sql, i ? ", k" : "k", i);
		sql_put(sql, direction);
	}
	sql_put(sql, ") as rn from s group by ");
	put_keys(sql, groups, "");
	sql_put(sql, " order by rn limit ");
	buf_append_int(&sql->text, query->limit + 1);
	sql_put(sql, ")");
}

static void put_nothing(struct sql *sql, size_t columns)
{
	for (size_t i = 0; i < columns; i++)
		sql_put(sql, ", null");
}

/* Kind, group, keys, number, which sum, currency, sum, average, least, most. */
static void put_figures(struct sql *sql, const struct query_groups *groups, size_t i, bool whole)
{
	bool money = groups->sums[i].field->field->kind == FIELD_MONEY;

	sql_put(sql, whole ? " union all select 3, 0" : " union all select 1, g.rn");
	put_nothing(sql, groups->by_count);
	put_number(sql, ", sum(s.m", i);
	put_number(sql, "), ", i);
	put_number(sql, ", s.c", i);
	put_number(sql, ", sum(s.s", i);
	put_number(sql, "), round(sum(s.s", i);
	put_number(sql, ") / sum(s.m", i);
	sql_put(sql, money ? "), 2)" : "), 4)");
	put_number(sql, ", min(s.a", i);
	put_number(sql, "), max(s.b", i);
	sql_put(sql, ") from s");
	for (size_t k = 0; !whole && k < groups->by_count; k++) {
		/* Hashed, where `is not distinct from` would compare each with each. No text is empty. */
		put_number(sql, k ? " and coalesce(g.k" : " join g on coalesce(g.k", k);
		put_number(sql, "::text, '') = coalesce(s.k", k);
		sql_put(sql, "::text, '')");
	}
	put_number(sql, whole ? " group by s.c" : " group by g.rn, s.c", i);
	put_number(sql, " having sum(s.m", i);
	sql_put(sql, ") > 0");
}

struct db_stmt sql_groups(const struct query *query)
{
	const struct query_groups *groups = query->groups;
	struct sql sql = sql_begin(query->req->arena);

	put_summed(&sql, query);
	put_groups(&sql, query);
	sql_put(&sql, " select * from (select 0 as kind, rn, ");
	put_keys(&sql, groups, "");
	sql_put(&sql,
		", n::numeric, null::int as i, null::text as c, null::numeric as s,"
		" null::numeric as v, null::numeric as a, null::numeric as b from g"
		" union all select 2, 0");
	put_nothing(&sql, groups->by_count);
	sql_put(&sql, ", coalesce(sum(n), 0)");
	put_nothing(&sql, 6);
	sql_put(&sql, " from s");
	for (size_t i = 0; i < groups->sum_count; i++) {
		put_figures(&sql, groups, i, false);
		put_figures(&sql, groups, i, true);
	}
	sql_put(&sql, ") as u order by kind, rn, i, (c is distinct from ");
	sql_put_typed(&sql, query->req->caller->currency, "text");
	sql_put(&sql, "), c");
	return sql_end(&sql);
}
