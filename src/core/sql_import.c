/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of imports: statements over the stage and the tables of its links. */
#include "core/sql_import.h"

#include "base/buf.h"
#include "core/field_type.h"

enum { SQL_MAX = 256 * 1024, PARAMS_MAX = 8 };

struct sql {
	const struct import_plan *plan;
	struct buf text;
	struct str *params;
	size_t count;
};

static struct sql sql_begin(const struct import_plan *plan)
{
	struct sql sql = {.plan = plan, .params = ARENA_ARRAY(plan->arena, struct str, PARAMS_MAX)};

	buf_init(&sql.text, SQL_MAX);
	return sql;
}

static struct db_stmt sql_end(struct sql *sql)
{
	struct db_stmt stmt = {
		.sql = arena_str(sql->plan->arena, buf_str(&sql->text)),
		.param_count = sql->count,
		.params = sql->params,
		.unprepared = true,
	};

	INVARIANT(!sql->text.full);
	buf_deinit(&sql->text);
	return stmt;
}

static struct db_stmt sql_nothing(struct sql *sql)
{
	buf_deinit(&sql->text);
	return (struct db_stmt){.sql = STR_NONE};
}

#define PUT(sql, ...) buf_printf(&(sql)->text, __VA_ARGS__)

static void put_param(struct sql *sql, struct str value, const char *type)
{
	INVARIANT(sql->count < PARAMS_MAX);
	sql->params[sql->count++] = value;
	PUT(sql, "$%zu::%s", sql->count, type);
}

static void put_org(struct sql *sql)
{
	put_param(sql, sql->plan->org_id, "uuid");
}

static void put_number(struct sql *sql, int64_t n)
{
	PUT(sql, "%lld", (long long)n);
}

bool import_is_people(const struct resource *resource)
{
	return str_is(resource->name, "user");
}

static bool is_stages(const struct resource *resource)
{
	return str_is(resource->name, "stage");
}

static bool is_tags(const struct resource_field *field)
{
	return field->field->kind == FIELD_MULTI_REFERENCE && str_is(field->target->name, "tag");
}

/* --- names and keys ------------------------------------------------------------------------------------ */

/* Both sides of a comparison of names fold case alike, whatever the column's collation. */
static void put_folded_open(struct sql *sql)
{
	PUT(sql, "lower(normalize(");
}

static void put_folded_close(struct sql *sql)
{
	PUT(sql, ") collate \"und-x-icu\")");
}

/* What a record of the target is known by, in table t. */
static void put_record_key(struct sql *sql, const struct import_link *link)
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

static const struct import_part *part_of(
	const struct import_plan *plan, const struct resource_field *field)
{
	for (size_t i = 0; i < plan->part_count; i++)
		if (plan->parts[i].field == field && !plan->parts[i].link)
			return &plan->parts[i];
	return NULL;
}

/* The same of a row in the stage; false when the file does not have it. */
static bool put_row_key(struct sql *sql, const struct import_link *link)
{
	const struct resource *into = sql->plan->into;
	const struct import_part *part = link->by ? part_of(sql->plan, link->by) : NULL;
	size_t found = 0;

	if (link->by) {
		PUT(sql, "s.c%u", part ? part->column : 1);
		return part != NULL;
	}
	PUT(sql, "concat_ws(' '");
	for (size_t i = 0; i < into->title_count; i++) {
		part = part_of(sql->plan, into->titles[i]);
		found += part != NULL;
		if (part)
			PUT(sql, ", nullif(s.c%u, '')", part->column);
	}
	PUT(sql, ")");
	return found > 0;
}

static bool has_row_key(const struct import_plan *plan, const struct import_link *link)
{
	struct sql probe = sql_begin(plan);
	bool has = link->target == plan->into && put_row_key(&probe, link);

	buf_deinit(&probe.text);
	return has;
}

/* --- values ---------------------------------------------------------------------------------------------- */

static void put_value(struct sql *sql, const struct import_part *part)
{
	const struct field_type *type = field_type_of(part->field->field);

	if (part->link) {
		PUT(sql, "link_%u.id", part->link->number);
	} else if (is_tags(part->field)) {
		PUT(sql,
			"case when s.c%u is null then '{}'::uuid[] else "
			"resolve_tags(s.c%u::text[]) end",
			part->column, part->column);
	} else if (type->param) {
		struct str around = str_of(type->param);
		struct str before = str_cut(&around, '%');

		buf_append(&sql->text, before);
		PUT(sql, "s.c%u", part->column);
		buf_append(&sql->text, str_slice(around, 1, around.len));
	} else {
		PUT(sql, "s.c%u::%s", part->column, type->sql);
	}
}

/* Joins the link tables of these parts to the row s. */
static void put_joins(struct sql *sql, const struct import_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (parts[i].link)
			PUT(sql, " left join link_%u on link_%u.given = s.c%u",
				parts[i].link->number, parts[i].link->number,
				parts[i].link->column);
}

/* First and last name of a person's whole name. */
static void put_first_name(struct sql *sql, const char *name)
{
	PUT(sql, "btrim(regexp_replace(%s, '\\S+$', ''))", name);
}

static void put_last_name(struct sql *sql, const char *name)
{
	PUT(sql, "substring(%s from '\\S+$')", name);
}

/* --- linking ----------------------------------------------------------------------------------------------- */

struct db_stmt sql_import_link_make(const struct import_plan *plan, const struct import_link *link)
{
	struct sql sql = sql_begin(plan);

	PUT(&sql, "create temporary table link_%u on commit drop as select s.c%u as given, ",
		link->number, link->column);
	put_folded_open(&sql);
	PUT(&sql, "s.c%u", link->column);
	put_folded_close(&sql);
	PUT(&sql,
		" as key, min(s.line) as line, null::uuid as id, 0 as hits, false as fresh"
		" from stage s where s.c%u is not null group by s.c%u",
		link->column, link->column);
	return sql_end(&sql);
}

/* The stages of one kind of pipeline; a name in the default pipeline hides the others. */
static void put_stages(struct sql *sql, const struct import_link *link)
{
	PUT(sql, "select ");
	put_folded_open(sql);
	put_record_key(sql, link);
	put_folded_close(sql);
	PUT(sql,
		" as key, t.id, case when p.is_default then 0 else 1 end as rank from stages t"
		" join pipelines p on p.org_id = t.org_id and p.id = t.pipeline_id"
		" where t.org_id = ");
	put_org(sql);
	PUT(sql, " and t.deleted_at is null and p.deleted_at is null and p.entity = ");
	put_param(sql, sql->plan->into->name, "text");
}

static void put_records(struct sql *sql, const struct import_link *link)
{
	PUT(sql, "select ");
	put_folded_open(sql);
	put_record_key(sql, link);
	put_folded_close(sql);
	PUT(sql, " as key, t.id, 0 as rank from \"%.*s\" t where t.org_id = ",
		STR_ARG(link->target->table));
	put_org(sql);
	if (link->target->has_deleted)
		PUT(sql, " and t.deleted_at is null");
}

static void put_rows_as_records(struct sql *sql, const struct import_link *link)
{
	PUT(sql, " union all select ");
	put_folded_open(sql);
	put_row_key(sql, link);
	put_folded_close(sql);
	PUT(sql, ", s.c1::uuid, 0 from stage s");
}

struct db_stmt sql_import_link_find(const struct import_plan *plan, const struct import_link *link)
{
	struct sql sql = sql_begin(plan);

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
	return sql_end(&sql);
}

struct db_stmt sql_import_link_find_ids(
	const struct import_plan *plan, const struct import_link *link)
{
	struct sql sql = sql_begin(plan);

	PUT(&sql,
		"update link_%u l set id = t.id, hits = 1 from \"%.*s\" t where l.hits = 0"
		" and l.key ~ '^[0-9a-f]{8}-[0-9a-f-]{27}$' and t.id::text = l.key and t.org_id = ",
		link->number, STR_ARG(link->target->table));
	put_org(&sql);
	if (link->target->has_deleted)
		PUT(&sql, " and t.deleted_at is null");
	return sql_end(&sql);
}

struct db_stmt sql_import_link_refuse(
	const struct import_plan *plan, const struct import_link *link, int most)
{
	struct sql sql = sql_begin(plan);

	PUT(&sql,
		"with gone as (delete from stage s using link_%u l where l.given = s.c%u and "
		"(l.hits > 1%s)"
		" returning s.line, l.given, l.hits)"
		" select line, given, hits, count(*) over () from gone order by line limit ",
		link->number, link->column, link->create ? "" : " or l.id is null");
	put_number(&sql, most);
	return sql_end(&sql);
}

struct db_stmt sql_import_link_prune(const struct import_plan *plan, const struct import_link *link)
{
	struct sql sql = sql_begin(plan);

	PUT(&sql,
		"with used as (select c%u as given, min(line) as line from stage"
		" where c%u is not null group by c%u),"
		" dropped as (delete from link_%u l where not exists"
		" (select from used u where u.given = l.given))"
		" update link_%u l set line = u.line from used u where u.given = l.given and "
		"u.line <> l.line",
		link->column, link->column, link->column, link->number, link->number);
	return sql_end(&sql);
}

/* Spellings that differ in case only are one record, named as where it comes first. */
struct db_stmt sql_import_link_assign(
	const struct import_plan *plan, const struct import_link *link)
{
	struct sql sql = sql_begin(plan);

	PUT(&sql,
		"update link_%u l set id = n.id, fresh = l.given = n.given from (select key, "
		"uuid_v7() as id,"
		" (array_agg(given order by line))[1] as given from link_%u where id is null group "
		"by key) as n"
		" where n.key = l.key",
		link->number, link->number);
	return sql_end(&sql);
}

/* --- records that links make ------------------------------------------------------------------------------ */

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

static void put_created_columns(struct sql *sql, const struct import_link *link)
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

static void put_default_pipeline(struct sql *sql)
{
	PUT(sql, "(select p.id from pipelines p where p.org_id = ");
	put_org(sql);
	PUT(sql, " and p.is_default and p.deleted_at is null and p.entity = ");
	put_param(sql, sql->plan->into->name, "text");
	PUT(sql, ")");
}

/* A new stage stands behind the others. */
static void put_stage_place(struct sql *sql, const struct import_link *link)
{
	PUT(sql, ", ");
	put_default_pipeline(sql);
	if (sets(link, "position"))
		return;
	PUT(sql, ", (select coalesce(max(o.position), 0) from stages o where o.org_id = ");
	put_org(sql);
	PUT(sql, ")::int + (row_number() over (order by l.line))::int");
}

static void put_created_values(struct sql *sql, const struct import_link *link)
{
	const struct resource_field *owner = caller_field(link->target);

	if (link->by || link->target->title_count == 1) {
		PUT(sql, ", normalize(l.given)");
	} else {
		PUT(sql, ", nullif(");
		put_first_name(sql, "normalize(l.given)");
		PUT(sql, ", ''), ");
		put_last_name(sql, "normalize(l.given)");
	}
	for (size_t i = 0; i < link->set_count; i++) {
		PUT(sql, ", ");
		put_value(sql, &link->sets[i]);
	}
	if (owner && !sets(link, owner->field->name))
		PUT(sql, ", (select app_user())");
	if (is_stages(link->target))
		put_stage_place(sql, link);
}

/* Arrays for import_members out of `from`, then what it answers about people who have a login. */
static void put_members(struct sql *sql, const char *id, const char *name, const char *first,
	const char *last, const char *email, const char *from)
{
	PUT(sql, "import_members((select array_agg(%s order by line) from %s), (select array_agg(",
		id, from);
	if (name)
		put_first_name(sql, name);
	else
		PUT(sql, "%s", first);
	PUT(sql, " order by line) from %s), (select array_agg(", from);
	if (name)
		put_last_name(sql, name);
	else
		PUT(sql, "%s", last);
	PUT(sql, " order by line) from %s), (select array_agg(%s order by line) from %s))", from,
		email, from);
}

static struct db_stmt create_people(struct sql *sql, const struct import_link *link)
{
	bool by_email = link->by != NULL;
	const char *from = arena_printf(sql->plan->arena, "link_%u where fresh", link->number).ptr;

	PUT(sql, "update link_%u l set id = m.member from (select * from ", link->number);
	/* Known by the address only: its part before the @ serves as name until somebody says better. */
	if (by_email)
		put_members(sql, "id", NULL, "''", "split_part(given, '@', 1)", "given", from);
	else
		put_members(sql, "id", "normalize(given)", NULL, NULL, "null::text", from);
	PUT(sql, ") as m where m.given = l.id");
	return sql_end(sql);
}

struct db_stmt sql_import_link_create(
	const struct import_plan *plan, const struct import_link *link)
{
	struct sql sql = sql_begin(plan);

	if (import_is_people(link->target))
		return create_people(&sql, link);
	PUT(&sql, "insert into \"%.*s\" (org_id, id", STR_ARG(link->target->table));
	put_created_columns(&sql, link);
	PUT(&sql, ") select ");
	put_org(&sql);
	PUT(&sql, ", l.id");
	put_created_values(&sql, link);
	PUT(&sql, " from link_%u l join stage s on s.line = l.line", link->number);
	put_joins(&sql, link->sets, link->set_count);
	PUT(&sql, " where l.fresh order by l.line");
	return sql_end(&sql);
}

static void put_update_sets(struct sql *sql, const struct import_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		PUT(sql, "%s\"%.*s\" = coalesce(", i ? ", " : "", STR_ARG(parts[i].field->column));
		put_value(sql, &parts[i]);
		PUT(sql, ", t.\"%.*s\")", STR_ARG(parts[i].field->column));
	}
}

struct db_stmt sql_import_link_update(
	const struct import_plan *plan, const struct import_link *link)
{
	struct sql sql = sql_begin(plan);

	if (!import_is_people(link->target) || link->set_count == 0)
		return sql_nothing(&sql);
	PUT(&sql, "update memberships t set ");
	put_update_sets(&sql, link->sets, link->set_count);
	PUT(&sql, " from link_%u l join stage s on s.line = l.line", link->number);
	put_joins(&sql, link->sets, link->set_count);
	PUT(&sql, " where l.fresh and t.id = l.id and t.org_id = ");
	put_org(&sql);
	return sql_end(&sql);
}

struct db_stmt sql_import_link_forget(
	const struct import_plan *plan, const struct import_link *link)
{
	struct sql sql = sql_begin(plan);

	if (link->target != plan->into)
		return sql_nothing(&sql);
	PUT(&sql,
		"update link_%u l set id = null where not l.fresh and l.id is not null and not "
		"exists"
		" (select from \"%.*s\" t where t.id = l.id and t.org_id = ",
		link->number, STR_ARG(link->target->table));
	put_org(&sql);
	PUT(&sql, ")");
	return sql_end(&sql);
}

struct db_stmt sql_import_linked(const struct import_plan *plan)
{
	struct sql sql = sql_begin(plan);

	PUT(&sql, "select count(*) from stage s where num_nonnulls(null::text");
	for (size_t i = 0; i < plan->part_count; i++)
		if (plan->parts[i].link && plan->parts[i].link->from_file)
			PUT(&sql, ", s.c%u", plan->parts[i].column);
	PUT(&sql, ") > 0");
	return sql_end(&sql);
}

struct db_stmt sql_import_link_count(const struct import_plan *plan, const struct import_link *link)
{
	struct sql sql = sql_begin(plan);

	PUT(&sql,
		"select count(distinct id) filter (where key not in (select key from link_%u where "
		"fresh)),"
		" count(*) filter (where fresh) from link_%u",
		link->number, link->number);
	return sql_end(&sql);
}

/* --- tags and options ---------------------------------------------------------------------------------------- */

static void put_unknown_tag(struct sql *sql, const char *name)
{
	PUT(sql, "not exists (select from tags g where g.deleted_at is null and g.org_id = ");
	put_org(sql);
	PUT(sql, " and (lower(g.name) = lower(%s) or g.id::text = lower(%s)))", name, name);
}

struct db_stmt sql_import_tags_create(
	const struct import_plan *plan, const struct import_part *part)
{
	struct sql sql = sql_begin(plan);

	PUT(&sql, "insert into tags (org_id, name) select ");
	put_org(&sql);
	PUT(&sql, ", min(v.name) from stage s, unnest(s.c%u::text[]) as v (name) where ",
		part->column);
	put_unknown_tag(&sql, "v.name");
	PUT(&sql, " group by lower(v.name)");
	return sql_end(&sql);
}

struct db_stmt sql_import_tags_refuse(
	const struct import_plan *plan, const struct import_part *part, int most)
{
	struct sql sql = sql_begin(plan);

	PUT(&sql,
		"with gone as (delete from stage s where s.c%u is not null and exists"
		" (select from unnest(s.c%u::text[]) as v (name) where ",
		part->column, part->column);
	put_unknown_tag(&sql, "v.name");
	PUT(&sql,
		") returning s.line, s.c%u as given) select line, given, 0, count(*) over ()"
		" from gone order by line limit ",
		part->column);
	put_number(&sql, most);
	return sql_end(&sql);
}

struct db_stmt sql_import_options(
	const struct import_plan *plan, const char *picklist, struct str options)
{
	struct sql sql = sql_begin(plan);

	PUT(&sql, "insert into picklist_options (org_id, picklist, key, label, position) select ");
	put_org(&sql);
	PUT(&sql, ", ");
	put_param(&sql, str_of(picklist), "text");
	PUT(&sql,
		", v.key, v.key, (select coalesce(max(o.position), 0) from picklist_options o"
		" where o.picklist = $2 and o.org_id = $1)::int + v.place::int from unnest(");
	put_param(&sql, options, "text[]");
	PUT(&sql, ") with ordinality as v (key, place) on conflict do nothing");
	return sql_end(&sql);
}

/* --- rows ------------------------------------------------------------------------------------------------------ */

static void put_lines(struct sql *sql, int64_t from, int64_t to)
{
	PUT(sql, "s.line between ");
	put_number(sql, from);
	PUT(sql, " and ");
	put_number(sql, to);
}

/* The stage's text for a field of people; "null::text" when the file has none. */
static const char *column_text(const struct import_plan *plan, const char *field)
{
	const struct import_part *part = part_of(
		plan, resource_field_find(plan->into, str_of(field)));

	return part ? arena_printf(plan->arena, "s.c%u", part->column).ptr : "null::text";
}

static void put_same_person(struct sql *sql, const char *email, const char *name,
	const char *other_email, const char *other_name)
{
	PUT(sql, "case when %s is not null then lower(%s) = lower(%s) else ", email, other_email,
		email);
	put_folded_open(sql);
	PUT(sql, "%s", other_name);
	put_folded_close(sql);
	PUT(sql, " = ");
	put_folded_open(sql);
	PUT(sql, "%s", name);
	put_folded_close(sql);
	PUT(sql, " end");
}

struct db_stmt sql_import_refuse_members(const struct import_plan *plan, int most)
{
	struct sql sql = sql_begin(plan);
	const char *email = column_text(plan, "email");
	const char *name = arena_printf(plan->arena,
		"concat_ws(' ', nullif(%s, ''), nullif(%s, ''))", column_text(plan, "firstName"),
		column_text(plan, "lastName"))
				   .ptr;

	/* Each person's first line stays. */
	PUT(&sql,
		"with person as (select s.line, %s as email, %s as name from stage s),"
		" folded as (select line, name, email, coalesce(lower(email), lower(normalize(name)"
		" collate \"und-x-icu\")) as key from person),"
		" twice as (select line, name from (select line, name, row_number() over"
		" (partition by key order by line) as n from folded) as f where n > 1"
		" union select p.line, p.name from person p join memberships t on ",
		email, name);
	put_same_person(&sql, "p.email", "p.name", "t.email",
		"concat_ws(' ', nullif(t.first_name, ''), nullif(t.last_name, ''))");
	PUT(&sql, " where t.org_id = ");
	put_org(&sql);
	PUT(&sql,
		"), gone as (delete from stage s using twice where twice.line = s.line"
		" returning s.line, twice.name as given)"
		" select line, given, 0, count(*) over () from gone order by line limit ");
	put_number(&sql, most);
	return sql_end(&sql);
}

static struct db_stmt insert_people(struct sql *sql, int64_t from, int64_t to)
{
	const struct import_plan *plan = sql->plan;
	const char *rows = arena_printf(plan->arena, "stage s where s.line between %lld and %lld",
		(long long)from, (long long)to)
				   .ptr;

	PUT(sql, "update stage s set c1 = m.member::text from (select * from ");
	put_members(sql, "s.c1::uuid", NULL, column_text(plan, "firstName"),
		column_text(plan, "lastName"), column_text(plan, "email"), rows);
	PUT(sql, ") as m where m.given = s.c1::uuid and ");
	put_lines(sql, from, to);
	return sql_end(sql);
}

static bool is_immediate(const struct import_part *part)
{
	return !part->link || !part->link->late;
}

struct db_stmt sql_import_rows(const struct import_plan *plan, int64_t from, int64_t to)
{
	struct sql sql = sql_begin(plan);

	if (plan->people)
		return insert_people(&sql, from, to);
	PUT(&sql, "insert into \"%.*s\" (org_id, id", STR_ARG(plan->into->table));
	for (size_t i = 0; i < plan->part_count; i++)
		if (is_immediate(&plan->parts[i]))
			PUT(&sql, ", \"%.*s\"", STR_ARG(plan->parts[i].field->column));
	PUT(&sql, "%s) select ", plan->custom ? ", custom" : "");
	put_org(&sql);
	PUT(&sql, ", s.c1::uuid");
	for (size_t i = 0; i < plan->part_count; i++) {
		if (!is_immediate(&plan->parts[i]))
			continue;
		PUT(&sql, ", ");
		put_value(&sql, &plan->parts[i]);
	}
	if (plan->custom)
		PUT(&sql, ", coalesce(s.c%u::jsonb, '{}')", plan->custom);
	PUT(&sql, " from stage s");
	for (size_t i = 0; i < plan->part_count; i++)
		if (is_immediate(&plan->parts[i]))
			put_joins(&sql, &plan->parts[i], 1);
	PUT(&sql, " where ");
	put_lines(&sql, from, to);
	PUT(&sql, " order by s.line");
	return sql_end(&sql);
}

/* People are made with name and address only, so everything else of theirs is late. */
static bool is_late(const struct import_plan *plan, const struct import_part *part)
{
	static const char *const made[] = {"firstName", "lastName", "email"};

	for (size_t i = 0; i < ARRAY_LEN(made); i++)
		if (plan->people && str_is(part->field->name, made[i]))
			return false;
	return plan->people || !is_immediate(part);
}

struct db_stmt sql_import_late(const struct import_plan *plan, int64_t from, int64_t to)
{
	struct sql sql = sql_begin(plan);
	struct import_part *late = ARENA_ARRAY(
		plan->arena, struct import_part, plan->part_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < plan->part_count; i++)
		if (is_late(plan, &plan->parts[i]))
			late[count++] = plan->parts[i];
	if (count == 0)
		return sql_nothing(&sql);
	PUT(&sql, "update \"%.*s\" t set ", STR_ARG(plan->into->table));
	put_update_sets(&sql, late, count);
	PUT(&sql, " from stage s");
	put_joins(&sql, late, count);
	PUT(&sql, " where t.id = s.c1::uuid and ");
	put_lines(&sql, from, to);
	PUT(&sql, " and num_nonnulls(");
	for (size_t i = 0; i < count; i++) {
		PUT(&sql, i ? ", " : "");
		if (late[i].link)
			PUT(&sql, "link_%u.id", late[i].link->number);
		else
			PUT(&sql, "s.c%u", late[i].column);
	}
	PUT(&sql, ") > 0 and t.org_id = ");
	put_org(&sql);
	return sql_end(&sql);
}
