/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL of imports with a key: which rows are records that exist, and their updates.
 *
 *   keyed    line, key     what a row is known by; of externalIds one for each of them
 *   matched  line, id, hits  the record that it names, and how many do
 */
#include "core/field_type.h"
#include "core/sql_import_internal.h"

static bool is_external(const struct import_plan *plan)
{
	return plan->keys[0].field->field->kind == FIELD_EXTERNAL_IDS;
}

/* Text is the same whatever its case; everything else is as the database writes it. */
static bool is_folded(const struct resource_field *field)
{
	return field_is_prose(field->field) || field->field->kind == FIELD_PICKLIST;
}

static const struct import_part *part_of(const struct import_plan *plan, unsigned column)
{
	for (size_t i = 0; i < plan->part_count; i++)
		if (plan->parts[i].column == column)
			return &plan->parts[i];
	return NULL;
}

/* One field of the key, of the row s or the record t. A reference is compared by what it says in the file,
 * an id by the record. */
static void put_field(struct import_sql *sql, const struct import_key *key, bool record)
{
	const struct import_part *part = part_of(sql->plan, key->column);

	if (is_folded(key->field))
		import_sql_fold_open(sql);
	PUT(sql, "(");
	if (record)
		PUT(sql, "t.\"%.*s\"", STR_ARG(key->field->column));
	else if (part)
		import_sql_value(sql, part);
	else
		PUT(sql, "s.c%u::uuid", key->column);
	PUT(sql, ")::text");
	if (is_folded(key->field))
		import_sql_fold_close(sql);
}

static void put_key(struct import_sql *sql, bool record)
{
	const struct import_plan *plan = sql->plan;

	for (size_t i = 0; i < plan->key_count; i++) {
		PUT(sql, i ? " || chr(31) || " : "");
		put_field(sql, &plan->keys[i], record);
	}
}

struct db_stmt sql_import_key_make(const struct import_plan *plan)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql, "create temporary table keyed on commit drop as ");
	if (is_external(plan)) {
		PUT(&sql,
			"select s.line, (e ->> 'system') || ':' || (e ->> 'id') as key from stage "
			"s,"
			" jsonb_array_elements(normalize(s.c%u)::jsonb) as e",
			plan->keys[0].column);
		return import_sql_end(&sql);
	}
	PUT(&sql, "select s.line, ");
	put_key(&sql, false);
	PUT(&sql, " as key from stage s where true");
	for (size_t i = 0; i < plan->key_count; i++)
		PUT(&sql, " and s.c%u is not null", plan->keys[i].column);
	return import_sql_end(&sql);
}

/* --- rows that go ----------------------------------------------------------------------------- */

/* `gone` has line and given. */
static struct db_stmt answer_gone(struct import_sql *sql, int most)
{
	PUT(sql, ") select line, given, 0, count(*) over () from gone order by line limit ");
	import_sql_number(sql, most);
	return import_sql_end(sql);
}

struct db_stmt sql_import_key_missing(const struct import_plan *plan, int most)
{
	struct import_sql sql = import_sql_begin(plan);

	if (plan->keyless_creates)
		return import_sql_none(&sql);
	PUT(&sql,
		"with gone as (delete from stage s where not exists"
		" (select from keyed k where k.line = s.line) returning s.line, null::text as "
		"given");
	return answer_gone(&sql, most);
}

struct db_stmt sql_import_key_twice(const struct import_plan *plan, int most)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql,
		"with twice as (select k.line, min(f.first) as first from keyed k join"
		" (select key, min(line) as first from keyed group by key having count(*) > 1) as f"
		" using (key) where k.line > f.first group by k.line),"
		" dropped as (delete from keyed k using twice t where t.line = k.line),"
		" gone as (delete from stage s using twice t where t.line = s.line"
		" returning s.line, t.first::text as given");
	return answer_gone(&sql, most);
}

struct db_stmt sql_import_key_match(const struct import_plan *plan)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql,
		"create temporary table matched on commit drop as select k.line,"
		" min(f.id::text)::uuid as id, count(distinct f.id)::int as hits from keyed k join "
		"(");
	if (is_external(plan)) {
		PUT(&sql,
			"select x.system || ':' || x.id as key, t.id from external_ids x join "
			"\"%.*s\" t"
			" on t.org_id = x.org_id and t.id = x.record_id where x.table_name = ",
			STR_ARG(plan->into->table));
		import_sql_param(&sql, plan->into->table, "text");
	} else {
		PUT(&sql, "select ");
		put_key(&sql, true);
		PUT(&sql, " as key, t.id from \"%.*s\" t where true", STR_ARG(plan->into->table));
	}
	PUT(&sql, " and t.org_id = ");
	import_sql_org(&sql);
	if (plan->into->has_deleted)
		PUT(&sql, " and t.deleted_at is null");
	PUT(&sql, ") as f using (key) group by k.line");
	return import_sql_end(&sql);
}

struct db_stmt sql_import_key_ambiguous(const struct import_plan *plan, int most)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql,
		"with gone as (delete from stage s using matched m where m.line = s.line and "
		"m.hits > 1"
		" returning s.line, (select min(k.key) from keyed k where k.line = s.line) as "
		"given");
	return answer_gone(&sql, most);
}

struct db_stmt sql_import_key_shared(const struct import_plan *plan, int most)
{
	struct import_sql sql = import_sql_begin(plan);

	if (!is_external(plan))
		return import_sql_none(&sql);
	PUT(&sql,
		"with gone as (delete from stage s using matched m, (select id, min(line) as first"
		" from matched where hits = 1 group by id having count(*) > 1) as f"
		" where m.line = s.line and m.hits = 1 and f.id = m.id and m.line > f.first"
		" returning s.line, f.first::text as given");
	return answer_gone(&sql, most);
}

struct db_stmt sql_import_key_pass(const struct import_plan *plan, int most)
{
	struct import_sql sql = import_sql_begin(plan);

	if (plan->mode == IMPORT_UPSERT)
		return import_sql_none(&sql);
	PUT(&sql,
		"with gone as (delete from stage s where %s exists"
		" (select from matched m where m.line = s.line)"
		" returning s.line, (select min(k.key) from keyed k where k.line = s.line) as "
		"given",
		plan->mode == IMPORT_CREATE ? "" : "not");
	return answer_gone(&sql, most);
}

struct db_stmt sql_import_key_settle(const struct import_plan *plan)
{
	struct import_sql sql = import_sql_begin(plan);

	if (plan->mode == IMPORT_CREATE)
		return import_sql_none(&sql);
	PUT(&sql,
		"update stage s set c1 = m.id::text, c%u = 'u' from matched m"
		" where m.line = s.line",
		plan->state);
	return import_sql_end(&sql);
}

struct db_stmt sql_import_key_lacking(const struct import_plan *plan, unsigned column, int most)
{
	return sql_import_key_unnamed(plan, &column, 1, most);
}

struct db_stmt sql_import_key_unnamed(
	const struct import_plan *plan, const unsigned *columns, size_t count, int most)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql, "with gone as (delete from stage s where num_nonnulls(");
	for (size_t i = 0; i < count; i++)
		PUT(&sql, "%ss.c%u", i ? ", " : "", columns[i]);
	PUT(&sql, ") = 0");
	import_sql_new(&sql);
	PUT(&sql, " returning s.line, null::text as given");
	return answer_gone(&sql, most);
}

/* --- updates ---------------------------------------------------------------------------------- */

static bool is_updated(const struct import_part *part)
{
	return !resource_field_is(part->field, FIELD_CUSTOM) && !(part->link && part->link->late);
}

static bool has_custom(const struct import_plan *plan)
{
	return plan->custom || import_sql_has_custom_links(plan->parts, plan->part_count, false);
}

/* What the record shall have: the file's value where it has one. */
static void put_wanted(struct import_sql *sql, const struct import_part *part)
{
	const char *merged = part->field->field->kind == FIELD_EXTERNAL_IDS ? "external_ids_merge("
									    : "";

	PUT(sql, "case when substr(s.c%u, %u, 1) = '1' then ", sql->plan->given, part->column);
	if (resource_field_is(part->field, FIELD_IMMUTABLE)) {
		PUT(sql, "unchanged(");
		import_sql_param(sql, part->field->name, "text");
		PUT(sql, ", t.\"%.*s\", ", STR_ARG(part->field->column));
		import_sql_value(sql, part);
		PUT(sql, ")");
	} else {
		PUT(sql, "%s", merged);
		if (*merged)
			PUT(sql, "t.\"%.*s\", ", STR_ARG(part->field->column));
		import_sql_value(sql, part);
		PUT(sql, *merged ? ")" : "");
	}
	PUT(sql, " else t.\"%.*s\" end", STR_ARG(part->field->column));
}

static void put_wanted_custom(struct import_sql *sql)
{
	const struct import_plan *plan = sql->plan;

	PUT(sql, "jsonb_strip_nulls(t.custom || ");
	import_sql_custom(sql, false);
	import_sql_custom_links(sql, plan->parts, plan->part_count, false);
	PUT(sql, ")");
}

/* The rows, their records and what these shall have as w1, w2, …, w0 being the custom fields. */
static void put_want(struct import_sql *sql, int64_t from, int64_t to)
{
	const struct import_plan *plan = sql->plan;

	PUT(sql, "select s.line, t.id");
	for (size_t i = 0; i < plan->part_count; i++) {
		if (!is_updated(&plan->parts[i]))
			continue;
		PUT(sql, ", t.\"%.*s\" as t%u, ", STR_ARG(plan->parts[i].field->column),
			plan->parts[i].column);
		put_wanted(sql, &plan->parts[i]);
		PUT(sql, " as w%u", plan->parts[i].column);
	}
	if (has_custom(plan)) {
		PUT(sql, ", t.custom as t0, ");
		put_wanted_custom(sql);
		PUT(sql, " as w0");
	}
	PUT(sql, " from stage s join \"%.*s\" t on t.org_id = ", STR_ARG(plan->into->table));
	import_sql_org(sql);
	PUT(sql, " and t.id = s.c1::uuid");
	for (size_t i = 0; i < plan->part_count; i++)
		if (!plan->parts[i].link || !plan->parts[i].link->late)
			import_sql_joins(sql, &plan->parts[i], 1);
	PUT(sql, " where s.c%u = 'u' and ", plan->state);
	import_sql_lines(sql, from, to);
}

/* `before` w1 …, for each value. */
static void put_list(struct import_sql *sql, const char *format, bool columns)
{
	const struct import_plan *plan = sql->plan;
	const char *comma = "";

	for (size_t i = 0; i < plan->part_count; i++) {
		if (!is_updated(&plan->parts[i]))
			continue;
		PUT(sql, "%s", comma);
		if (columns)
			PUT(sql, "\"%.*s\" = ", STR_ARG(plan->parts[i].field->column));
		PUT(sql, "%s%u", format, plan->parts[i].column);
		comma = ", ";
	}
	if (has_custom(plan))
		PUT(sql, "%s%s%s0", comma, columns ? "custom = " : "", format);
}

struct db_stmt sql_import_update(const struct import_plan *plan, int64_t from, int64_t to)
{
	struct import_sql sql = import_sql_begin(plan);
	bool any = has_custom(plan);

	for (size_t i = 0; i < plan->part_count; i++)
		any |= is_updated(&plan->parts[i]);
	if (!any || !plan->state)
		return import_sql_none(&sql);
	PUT(&sql, "with row_of as materialized (");
	put_want(&sql, from, to);
	PUT(&sql, "), want as materialized (select * from row_of r where (");
	put_list(&sql, "r.t", false);
	PUT(&sql, ") is distinct from (");
	put_list(&sql, "r.w", false);
	PUT(&sql, ")), done as (update \"%.*s\" t set ", STR_ARG(plan->into->table));
	put_list(&sql, "w.w", true);
	PUT(&sql, " from want w where t.id = w.id and t.org_id = ");
	import_sql_org(&sql);
	PUT(&sql,
		" returning t.id) select (select count(*) from done), (select count(*) from row_of)"
		" - (select count(*) from want), string_agg(w.line::text, ',' order by w.line)"
		" filter (where d.id is null) from want w left join done d on d.id = w.id");
	return import_sql_end(&sql);
}
