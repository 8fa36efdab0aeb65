/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of imports: the tables of links, and the records that links make. */
#include "core/sql_import_internal.h"

static bool is_stages(const struct resource *resource)
{
	return str_is(resource->name, "stage");
}

/* --- names and keys --------------------------------------------------------------------------- */

/* What a record of the target is known by, in table t. */
static void put_record_key(struct import_sql *sql, const struct import_link *link)
{
	const struct resource *target = link->target;

	if (link->by) {
		PUT(sql, "t.\"%.*s\"::text", STR_ARG(link->by->column));
		return;
	}
	PUT(sql, "concat_ws(' '");
	for (size_t i = 0; i < target->title_count; i++)
		PUT(sql, ", nullif(t.\"%.*s\"::text, '')", STR_ARG(target->titles[i]->column));
	PUT(sql, ")");
}

/* The same of a row in the stage; false when the file does not have it. */
static bool put_row_key(struct import_sql *sql, const struct import_link *link)
{
	const struct resource *into = sql->plan->into;
	const struct import_part *part = link->by ? import_sql_part(sql->plan, link->by) : NULL;
	size_t found = 0;

	if (link->by) {
		PUT(sql, "s.c%u", part ? part->column : 1);
		return part != NULL;
	}
	PUT(sql, "concat_ws(' '");
	for (size_t i = 0; i < into->title_count; i++) {
		part = import_sql_part(sql->plan, into->titles[i]);
		found += part != NULL;
		if (part)
			PUT(sql, ", nullif(s.c%u, '')", part->column);
	}
	PUT(sql, ")");
	return found > 0;
}

static bool has_row_key(const struct import_plan *plan, const struct import_link *link)
{
	struct import_sql probe = import_sql_begin(plan);
	bool has = link->target == plan->into && put_row_key(&probe, link);

	buf_deinit(&probe.text);
	return has;
}

struct db_stmt sql_import_names(
	const struct import_plan *plan, const struct import_link *link, int most)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql, "select distinct ");
	put_record_key(&sql, link);
	PUT(&sql,
		" from (select * from \"%.*s\" t where t.org_id = ", STR_ARG(link->target->table));
	import_sql_org(&sql);
	if (link->target->has_deleted)
		PUT(&sql, " and t.deleted_at is null");
	PUT(&sql, " limit ");
	import_sql_number(&sql, most);
	PUT(&sql, ") as t order by 1");
	return import_sql_end(&sql);
}

/* --- linking ---------------------------------------------------------------------------------- */

struct db_stmt sql_import_link_make(const struct import_plan *plan, const struct import_link *link)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql, "create temporary table link_%u on commit drop as select s.c%u as given, ",
		link->number, link->column);
	import_sql_fold_open(&sql);
	PUT(&sql, "s.c%u", link->column);
	import_sql_fold_close(&sql);
	PUT(&sql,
		" as key, min(s.line) as line, null::uuid as id, 0 as hits, false as fresh"
		" from stage s where s.c%u is not null group by s.c%u",
		link->column, link->column);
	return import_sql_end(&sql);
}

/* The stages of one kind of pipeline; a name in the default pipeline hides the others. */
static void put_stages(struct import_sql *sql, const struct import_link *link)
{
	PUT(sql, "select ");
	import_sql_fold_open(sql);
	put_record_key(sql, link);
	import_sql_fold_close(sql);
	PUT(sql,
		" as key, t.id, case when p.is_default then 0 else 1 end as rank from stages t"
		" join pipelines p on p.org_id = t.org_id and p.id = t.pipeline_id"
		" where t.org_id = ");
	import_sql_org(sql);
	PUT(sql, " and t.deleted_at is null and p.deleted_at is null and p.entity = ");
	import_sql_param(sql, sql->plan->into->name, "text");
}

static void put_records(struct import_sql *sql, const struct import_link *link)
{
	PUT(sql, "select ");
	import_sql_fold_open(sql);
	put_record_key(sql, link);
	import_sql_fold_close(sql);
	PUT(sql, " as key, t.id, 0 as rank from \"%.*s\" t where t.org_id = ",
		STR_ARG(link->target->table));
	import_sql_org(sql);
	if (link->target->has_deleted)
		PUT(sql, " and t.deleted_at is null");
}

static void put_rows_as_records(struct import_sql *sql, const struct import_link *link)
{
	PUT(sql, " union all select ");
	import_sql_fold_open(sql);
	put_row_key(sql, link);
	import_sql_fold_close(sql);
	PUT(sql, ", s.c1::uuid, 0 from stage s where true");
	import_sql_new(sql);
}

struct db_stmt sql_import_link_find(const struct import_plan *plan, const struct import_link *link)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql,
		"update link_%u l set id = found.id, hits = found.hits from (select k.key,"
		" (array_agg(k.id order by k.rank, k.id))[1] as id,"
		" (count(*) filter (where k.rank = k.best))::int as hits from (select r.*,"
		" min(r.rank) over (partition by r.key) as best from (",
		link->number);
	if (is_stages(link->target))
		put_stages(&sql, link);
	else
		put_records(&sql, link);
	if (has_row_key(plan, link))
		put_rows_as_records(&sql, link);
	PUT(&sql,
		") as r where r.key in (select key from link_%u)) as k group by k.key) as found"
		" where found.key = l.key",
		link->number);
	return import_sql_end(&sql);
}

struct db_stmt sql_import_link_find_ids(
	const struct import_plan *plan, const struct import_link *link)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql,
		"update link_%u l set id = t.id, hits = 1 from \"%.*s\" t where l.hits = 0"
		" and l.key ~ '^[0-9a-f]{8}-[0-9a-f-]{27}$' and t.id::text = l.key and t.org_id = ",
		link->number, STR_ARG(link->target->table));
	import_sql_org(&sql);
	if (link->target->has_deleted)
		PUT(&sql, " and t.deleted_at is null");
	return import_sql_end(&sql);
}

struct db_stmt sql_import_link_refuse(
	const struct import_plan *plan, const struct import_link *link, int most)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql,
		"with gone as (delete from stage s using link_%u l where l.given = s.c%u and "
		"(l.hits > 1%s)"
		" returning s.line, l.given, l.hits)"
		" select line, given, hits, count(*) over () from gone order by line limit ",
		link->number, link->column, link->create ? "" : " or l.id is null");
	import_sql_number(&sql, most);
	return import_sql_end(&sql);
}

struct db_stmt sql_import_link_prune(const struct import_plan *plan, const struct import_link *link)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql,
		"with used as (select c%u as given, min(line) as line from stage"
		" where c%u is not null group by c%u),"
		" dropped as (delete from link_%u l where not exists"
		" (select from used u where u.given = l.given))"
		" update link_%u l set line = u.line from used u where u.given = l.given and "
		"u.line <> l.line",
		link->column, link->column, link->column, link->number, link->number);
	return import_sql_end(&sql);
}

/* Spellings that differ in case only are one record, named as where it comes first. */
struct db_stmt sql_import_link_assign(
	const struct import_plan *plan, const struct import_link *link)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql,
		"update link_%u l set id = n.id, fresh = l.given = n.given from (select key, "
		"uuid_v7() as id,"
		" (array_agg(given order by line))[1] as given from link_%u where id is null group "
		"by key) as n"
		" where n.key = l.key",
		link->number, link->number);
	return import_sql_end(&sql);
}

/* --- records that links make ------------------------------------------------------------------ */

static bool sets(const struct import_link *link, const char *field)
{
	for (size_t i = 0; i < link->set_count; i++)
		if (str_is(link->sets[i].field->name, field))
			return true;
	return false;
}

static const struct resource_field *caller_field(const struct resource *resource)
{
	for (size_t i = 0; i < resource->field_count; i++)
		if (resource_field_is(&resource->fields[i], FIELD_CALLER))
			return &resource->fields[i];
	return NULL;
}

static void put_created_columns(struct import_sql *sql, const struct import_link *link)
{
	const struct resource_field *owner = caller_field(link->target);

	if (link->by)
		PUT(sql, ", \"%.*s\"", STR_ARG(link->by->column));
	else
		for (size_t i = 0; i < link->target->title_count && i < 2; i++)
			PUT(sql, ", \"%.*s\"", STR_ARG(link->target->titles[i]->column));
	for (size_t i = 0; i < link->set_count; i++)
		PUT(sql, ", \"%.*s\"", STR_ARG(link->sets[i].field->column));
	if (owner && !sets(link, owner->field->name))
		PUT(sql, ", \"%.*s\"", STR_ARG(owner->column));
	if (is_stages(link->target))
		PUT(sql, ", pipeline_id%s", sets(link, "position") ? "" : ", position");
}

static void put_default_pipeline(struct import_sql *sql)
{
	PUT(sql, "(select p.id from pipelines p where p.org_id = ");
	import_sql_org(sql);
	PUT(sql, " and p.is_default and p.deleted_at is null and p.entity = ");
	import_sql_param(sql, sql->plan->into->name, "text");
	PUT(sql, ")");
}

/* A new stage stands behind the others. */
static void put_stage_place(struct import_sql *sql, const struct import_link *link)
{
	PUT(sql, ", ");
	put_default_pipeline(sql);
	if (sets(link, "position"))
		return;
	PUT(sql, ", (select coalesce(max(o.position), 0) from stages o where o.org_id = ");
	import_sql_org(sql);
	PUT(sql, ")::int + (row_number() over (order by l.line))::int");
}

static void put_created_values(struct import_sql *sql, const struct import_link *link)
{
	const struct resource_field *owner = caller_field(link->target);

	if (link->by || link->target->title_count == 1) {
		PUT(sql, ", normalize(l.given)");
	} else {
		PUT(sql, ", nullif(");
		import_sql_first_name(sql, "normalize(l.given)");
		PUT(sql, ", ''), ");
		import_sql_last_name(sql, "normalize(l.given)");
	}
	for (size_t i = 0; i < link->set_count; i++) {
		PUT(sql, ", ");
		import_sql_value(sql, &link->sets[i]);
	}
	if (owner && !sets(link, owner->field->name))
		PUT(sql, ", (select app_user())");
	if (is_stages(link->target))
		put_stage_place(sql, link);
}

static struct db_stmt create_people(struct import_sql *sql, const struct import_link *link)
{
	bool by_email = link->by != NULL;
	const char *from = arena_printf(sql->plan->arena, "link_%u where fresh", link->number).ptr;

	PUT(sql, "update link_%u l set id = m.member from (select * from ", link->number);
	/* Known by the address only: its part before the @ serves as name until somebody says better. */
	if (by_email)
		import_sql_members(
			sql, "id", NULL, "''", "split_part(given, '@', 1)", "given", from);
	else
		import_sql_members(sql, "id", "normalize(given)", NULL, NULL, "null::text", from);
	PUT(sql, ") as m where m.given = l.id");
	return import_sql_end(sql);
}

struct db_stmt sql_import_link_create(
	const struct import_plan *plan, const struct import_link *link)
{
	struct import_sql sql = import_sql_begin(plan);

	if (import_is_people(link->target))
		return create_people(&sql, link);
	PUT(&sql, "insert into \"%.*s\" (org_id, id", STR_ARG(link->target->table));
	put_created_columns(&sql, link);
	PUT(&sql, ") select ");
	import_sql_org(&sql);
	PUT(&sql, ", l.id");
	put_created_values(&sql, link);
	PUT(&sql, " from link_%u l join stage s on s.line = l.line", link->number);
	import_sql_joins(&sql, link->sets, link->set_count);
	PUT(&sql, " where l.fresh order by l.line");
	return import_sql_end(&sql);
}

struct db_stmt sql_import_link_update(
	const struct import_plan *plan, const struct import_link *link)
{
	struct import_sql sql = import_sql_begin(plan);

	if (!import_is_people(link->target) || link->set_count == 0)
		return import_sql_none(&sql);
	PUT(&sql, "update memberships t set ");
	import_sql_sets(&sql, link->sets, link->set_count);
	PUT(&sql, " from link_%u l join stage s on s.line = l.line", link->number);
	import_sql_joins(&sql, link->sets, link->set_count);
	PUT(&sql, " where l.fresh and t.id = l.id and t.org_id = ");
	import_sql_org(&sql);
	return import_sql_end(&sql);
}

struct db_stmt sql_import_link_forget(
	const struct import_plan *plan, const struct import_link *link)
{
	struct import_sql sql = import_sql_begin(plan);

	if (link->target != plan->into)
		return import_sql_none(&sql);
	PUT(&sql,
		"update link_%u l set id = null where not l.fresh and l.id is not null and not "
		"exists"
		" (select from \"%.*s\" t where t.id = l.id and t.org_id = ",
		link->number, STR_ARG(link->target->table));
	import_sql_org(&sql);
	PUT(&sql, ")");
	return import_sql_end(&sql);
}

struct db_stmt sql_import_link_count(const struct import_plan *plan, const struct import_link *link)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql,
		"select count(distinct id) filter (where key not in (select key from link_%u where "
		"fresh)),"
		" count(*) filter (where fresh) from link_%u",
		link->number, link->number);
	return import_sql_end(&sql);
}
