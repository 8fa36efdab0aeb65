/* SPDX-License-Identifier: Apache-2.0 */
/* SQL of imports: values, tags and options, rows. */
#include "core/sql_import_internal.h"

#include "core/field_type.h"

enum { SQL_MAX = 256 * 1024, PARAMS_MAX = 8 + 2 * IMPORT_LINKS_MAX };

struct import_sql import_sql_begin(const struct import_plan *plan)
{
	struct import_sql sql = {
		.plan = plan, .params = ARENA_ARRAY(plan->arena, struct str, PARAMS_MAX)};

	buf_init(&sql.text, SQL_MAX);
	return sql;
}

struct db_stmt import_sql_end(struct import_sql *sql)
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

struct db_stmt import_sql_none(struct import_sql *sql)
{
	buf_deinit(&sql->text);
	return (struct db_stmt){.sql = STR_NONE};
}

void import_sql_param(struct import_sql *sql, struct str value, const char *type)
{
	INVARIANT(sql->count < PARAMS_MAX);
	sql->params[sql->count++] = value;
	PUT(sql, "$%zu::%s", sql->count, type);
}

void import_sql_org(struct import_sql *sql)
{
	import_sql_param(sql, sql->plan->org_id, "uuid");
}

void import_sql_number(struct import_sql *sql, int64_t n)
{
	PUT(sql, "%lld", (long long)n);
}

bool import_is_people(const struct resource *resource)
{
	return str_is(resource->name, "user");
}

static bool is_tags(const struct resource_field *field)
{
	return field->field->kind == FIELD_MULTI_REFERENCE && str_is(field->target->name, "tag");
}

void import_sql_fold_open(struct import_sql *sql)
{
	PUT(sql, "lower(normalize(");
}

void import_sql_fold_close(struct import_sql *sql)
{
	PUT(sql, ") collate \"und-x-icu\")");
}

const struct import_part *import_sql_part(
	const struct import_plan *plan, const struct resource_field *field)
{
	for (size_t i = 0; i < plan->part_count; i++)
		if (plan->parts[i].field == field && !plan->parts[i].link)
			return &plan->parts[i];
	return NULL;
}

/* --- values ----------------------------------------------------------------------------------- */

void import_sql_value(struct import_sql *sql, const struct import_part *part)
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

void import_sql_joins(struct import_sql *sql, const struct import_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (parts[i].link)
			PUT(sql, " left join link_%u on link_%u.given = s.c%u",
				parts[i].link->number, parts[i].link->number,
				parts[i].link->column);
}

/* First and last name of a person's whole name. */
void import_sql_first_name(struct import_sql *sql, const char *name)
{
	PUT(sql, "btrim(regexp_replace(%s, '\\S+$', ''))", name);
}

void import_sql_last_name(struct import_sql *sql, const char *name)
{
	PUT(sql, "substring(%s from '\\S+$')", name);
}

/* Arrays for import_members out of `from`, then what it answers about people who have a login. */
void import_sql_members(struct import_sql *sql, const char *id, const char *name, const char *first,
	const char *last, const char *email, const char *from)
{
	PUT(sql, "import_members((select array_agg(%s order by line) from %s), (select array_agg(",
		id, from);
	if (name)
		import_sql_first_name(sql, name);
	else
		PUT(sql, "%s", first);
	PUT(sql, " order by line) from %s), (select array_agg(", from);
	if (name)
		import_sql_last_name(sql, name);
	else
		PUT(sql, "%s", last);
	PUT(sql, " order by line) from %s), (select array_agg(%s order by line) from %s))", from,
		email, from);
}

/* A tenant's own reference: it goes into the document, once it is linked. */
static bool is_custom(const struct import_part *part)
{
	return resource_field_is(part->field, FIELD_CUSTOM);
}

void import_sql_custom(struct import_sql *sql, bool defaults)
{
	const struct import_plan *plan = sql->plan;

	PUT(sql, defaults ? ", jsonb_strip_nulls('{}'::jsonb" : "'{}'::jsonb");
	if (defaults && plan->custom_defaults)
		PUT(sql, " || coalesce(s.c%u::jsonb, '{}')", plan->custom_defaults);
	if (plan->custom)
		PUT(sql, " || coalesce(s.c%u::jsonb, '{}')", plan->custom);
	PUT(sql, defaults ? ")" : "");
}

void import_sql_new(struct import_sql *sql)
{
	if (sql->plan->state)
		PUT(sql, " and s.c%u is null", sql->plan->state);
}

/* ` || {key: id}` for each of them. */
void import_sql_custom_links(
	struct import_sql *sql, const struct import_part *parts, size_t count, bool late)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_custom(&parts[i]) || parts[i].link->late != late)
			continue;
		PUT(sql, " || jsonb_strip_nulls(jsonb_build_object(");
		import_sql_param(sql, parts[i].field->name, "text");
		PUT(sql, ", link_%u.id))", parts[i].link->number);
	}
}

bool import_sql_has_custom_links(const struct import_part *parts, size_t count, bool late)
{
	for (size_t i = 0; i < count; i++)
		if (is_custom(&parts[i]) && parts[i].link->late == late)
			return true;
	return false;
}

void import_sql_sets(struct import_sql *sql, const struct import_part *parts, size_t count)
{
	const char *comma = "";

	for (size_t i = 0; i < count; i++) {
		if (is_custom(&parts[i]))
			continue;
		PUT(sql, "%s\"%.*s\" = coalesce(", comma, STR_ARG(parts[i].field->column));
		import_sql_value(sql, &parts[i]);
		PUT(sql, ", t.\"%.*s\")", STR_ARG(parts[i].field->column));
		comma = ", ";
	}
	if (!import_sql_has_custom_links(parts, count, true))
		return;
	PUT(sql, "%scustom = t.custom", comma);
	import_sql_custom_links(sql, parts, count, true);
}

/* --- tags and options ------------------------------------------------------------------------- */

static void put_unknown_tag(struct import_sql *sql, const char *name)
{
	PUT(sql, "not exists (select from tags g where g.deleted_at is null and g.org_id = ");
	import_sql_org(sql);
	PUT(sql, " and (lower(g.name) = lower(%s) or g.id::text = lower(%s)))", name, name);
}

struct db_stmt sql_import_tags_create(
	const struct import_plan *plan, const struct import_part *part)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql, "insert into tags (org_id, name) select ");
	import_sql_org(&sql);
	PUT(&sql, ", min(v.name) from stage s, unnest(s.c%u::text[]) as v (name) where ",
		part->column);
	put_unknown_tag(&sql, "v.name");
	PUT(&sql, " group by lower(v.name)");
	return import_sql_end(&sql);
}

struct db_stmt sql_import_tags_refuse(
	const struct import_plan *plan, const struct import_part *part, int most)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql,
		"with gone as (delete from stage s where s.c%u is not null and exists"
		" (select from unnest(s.c%u::text[]) as v (name) where ",
		part->column, part->column);
	put_unknown_tag(&sql, "v.name");
	PUT(&sql,
		") returning s.line, s.c%u as given) select line, given, 0, count(*) over ()"
		" from gone order by line limit ",
		part->column);
	import_sql_number(&sql, most);
	return import_sql_end(&sql);
}

struct db_stmt sql_import_options(
	const struct import_plan *plan, const char *picklist, struct str options)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql, "insert into picklist_options (org_id, picklist, key, label, position) select ");
	import_sql_org(&sql);
	PUT(&sql, ", ");
	import_sql_param(&sql, str_of(picklist), "text");
	PUT(&sql,
		", v.key, v.key, (select coalesce(max(o.position), 0) from picklist_options o"
		" where o.picklist = $2 and o.org_id = $1)::int + v.place::int from unnest(");
	import_sql_param(&sql, options, "text[]");
	PUT(&sql, ") with ordinality as v (key, place) on conflict do nothing");
	return import_sql_end(&sql);
}

/* --- rows ------------------------------------------------------------------------------------- */

void import_sql_lines(struct import_sql *sql, int64_t from, int64_t to)
{
	PUT(sql, "s.line between ");
	import_sql_number(sql, from);
	PUT(sql, " and ");
	import_sql_number(sql, to);
}

/* The stage's text for a field of people; "null::text" when the file has none. */
static const char *column_text(const struct import_plan *plan, const char *field)
{
	const struct import_part *part = import_sql_part(
		plan, resource_field_find(plan->into, str_of(field)));

	return part ? arena_printf(plan->arena, "s.c%u", part->column).ptr : "null::text";
}

static void put_same_person(struct import_sql *sql, const char *email, const char *name,
	const char *other_email, const char *other_name)
{
	PUT(sql, "case when %s is not null then lower(%s) = lower(%s) else ", email, other_email,
		email);
	import_sql_fold_open(sql);
	PUT(sql, "%s", other_name);
	import_sql_fold_close(sql);
	PUT(sql, " = ");
	import_sql_fold_open(sql);
	PUT(sql, "%s", name);
	import_sql_fold_close(sql);
	PUT(sql, " end");
}

struct db_stmt sql_import_refuse_members(const struct import_plan *plan, int most)
{
	struct import_sql sql = import_sql_begin(plan);
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
	import_sql_org(&sql);
	PUT(&sql,
		"), gone as (delete from stage s using twice where twice.line = s.line"
		" returning s.line, twice.name as given)"
		" select line, given, 0, count(*) over () from gone order by line limit ");
	import_sql_number(&sql, most);
	return import_sql_end(&sql);
}

static struct db_stmt insert_people(struct import_sql *sql, int64_t from, int64_t to)
{
	const struct import_plan *plan = sql->plan;
	const char *rows = arena_printf(plan->arena, "stage s where s.line between %lld and %lld",
		(long long)from, (long long)to)
				   .ptr;

	PUT(sql, "update stage s set c1 = m.member::text from (select * from ");
	import_sql_members(sql, "s.c1::uuid", NULL, column_text(plan, "firstName"),
		column_text(plan, "lastName"), column_text(plan, "email"), rows);
	PUT(sql, ") as m where m.given = s.c1::uuid and ");
	import_sql_lines(sql, from, to);
	return import_sql_end(sql);
}

static bool is_immediate(const struct import_part *part)
{
	return !part->link || !part->link->late;
}

struct db_stmt sql_import_trial(const struct import_plan *plan)
{
	struct import_sql sql = import_sql_begin(plan);
	struct str columns = plan->custom || plan->custom_defaults ? STR("{custom") : STR("{id");

	for (size_t i = 0; i < plan->part_count; i++) {
		const struct import_part *part = &plan->parts[i];

		if (!is_immediate(part))
			return import_sql_none(&sql);
		columns = arena_printf(plan->arena, "%.*s,%.*s", STR_ARG(columns),
			STR_ARG(is_custom(part) ? STR("custom") : part->field->column));
	}
	if (plan->people)
		return import_sql_none(&sql);
	PUT(&sql, "select import_trial(");
	import_sql_param(&sql, plan->into->table, "text");
	PUT(&sql, ", ");
	import_sql_param(&sql, arena_printf(plan->arena, "%.*s}", STR_ARG(columns)), "text[]");
	PUT(&sql, ")");
	return import_sql_end(&sql);
}

struct db_stmt sql_import_rows(const struct import_plan *plan, int64_t from, int64_t to)
{
	struct import_sql sql = import_sql_begin(plan);
	bool custom = plan->custom || plan->custom_defaults ||
		import_sql_has_custom_links(plan->parts, plan->part_count, false);

	if (plan->people)
		return insert_people(&sql, from, to);
	if (plan->trial)
		PUT(&sql, "insert into pg_temp.trial (org_id, id");
	else
		PUT(&sql, "insert into \"%.*s\" (org_id, id", STR_ARG(plan->into->table));
	for (size_t i = 0; i < plan->part_count; i++)
		if (is_immediate(&plan->parts[i]) && !is_custom(&plan->parts[i]))
			PUT(&sql, ", \"%.*s\"", STR_ARG(plan->parts[i].field->column));
	PUT(&sql, "%s) select ", custom ? ", custom" : "");
	import_sql_org(&sql);
	PUT(&sql, ", s.c1::uuid");
	for (size_t i = 0; i < plan->part_count; i++) {
		if (!is_immediate(&plan->parts[i]) || is_custom(&plan->parts[i]))
			continue;
		PUT(&sql, ", ");
		import_sql_value(&sql, &plan->parts[i]);
	}
	if (custom)
		import_sql_custom(&sql, true);
	import_sql_custom_links(&sql, plan->parts, plan->part_count, false);
	PUT(&sql, " from stage s");
	for (size_t i = 0; i < plan->part_count; i++)
		if (is_immediate(&plan->parts[i]))
			import_sql_joins(&sql, &plan->parts[i], 1);
	PUT(&sql, " where ");
	import_sql_lines(&sql, from, to);
	import_sql_new(&sql);
	PUT(&sql, " order by s.line");
	return import_sql_end(&sql);
}

struct db_stmt sql_import_created(const struct import_plan *plan)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql, "select count(*) from stage s where true");
	import_sql_new(&sql);
	return import_sql_end(&sql);
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

/* A reference that an existing record has already is not written again. */
static void put_late_difference(
	struct import_sql *sql, const struct import_part *parts, size_t count)
{
	PUT(sql, " and (s.c%u is null or not (true", sql->plan->state);
	for (size_t i = 0; i < count; i++) {
		PUT(sql, " and (link_%u.id is null or ", parts[i].link->number);
		if (is_custom(&parts[i])) {
			PUT(sql, "t.custom ->> ");
			import_sql_param(sql, parts[i].field->name, "text");
		} else {
			PUT(sql, "t.\"%.*s\"::text", STR_ARG(parts[i].field->column));
		}
		PUT(sql, " is not distinct from link_%u.id::text)", parts[i].link->number);
	}
	PUT(sql, "))");
}

struct db_stmt sql_import_late(const struct import_plan *plan, int64_t from, int64_t to)
{
	struct import_sql sql = import_sql_begin(plan);
	struct import_part *late = ARENA_ARRAY(
		plan->arena, struct import_part, plan->part_count + 1);
	size_t count = 0;

	for (size_t i = 0; i < plan->part_count; i++)
		if (is_late(plan, &plan->parts[i]))
			late[count++] = plan->parts[i];
	if (count == 0)
		return import_sql_none(&sql);
	PUT(&sql, "update \"%.*s\" t set ", STR_ARG(plan->into->table));
	import_sql_sets(&sql, late, count);
	PUT(&sql, " from stage s");
	import_sql_joins(&sql, late, count);
	PUT(&sql, " where t.id = s.c1::uuid and ");
	import_sql_lines(&sql, from, to);
	PUT(&sql, " and num_nonnulls(");
	for (size_t i = 0; i < count; i++) {
		PUT(&sql, i ? ", " : "");
		if (late[i].link)
			PUT(&sql, "link_%u.id", late[i].link->number);
		else
			PUT(&sql, "s.c%u", late[i].column);
	}
	PUT(&sql, ") > 0 and t.org_id = ");
	import_sql_org(&sql);
	if (plan->state)
		put_late_difference(&sql, late, count);
	return import_sql_end(&sql);
}

struct db_stmt sql_import_linked(const struct import_plan *plan)
{
	struct import_sql sql = import_sql_begin(plan);

	PUT(&sql, "select count(*) from stage s where num_nonnulls(null::text");
	for (size_t i = 0; i < plan->part_count; i++)
		if (plan->parts[i].link && plan->parts[i].link->from_file)
			PUT(&sql, ", s.c%u", plan->parts[i].column);
	PUT(&sql, ") > 0");
	return import_sql_end(&sql);
}
