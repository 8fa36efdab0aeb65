/* SPDX-License-Identifier: Apache-2.0 */
/* Resources: building and checking the run-time half of the entities. */
#include "core/resource_internal.h"

#include <stdlib.h>

#include "core/field_type.h"
#include "core/resource_merge.h"
#include "core/resource_trash.h"

struct arena resource_memory;

/* --- names -------------------------------------------------------------------------------------- */

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

struct str name_to_column(struct arena *arena, struct str name)
{
	char *column = arena_bytes(arena, name.len * 2 + 1);
	size_t n = 0;

	for (size_t i = 0; i < name.len; i++) {
		if (is_upper(name.ptr[i]))
			column[n++] = '_';
		column[n++] = (char)(is_upper(name.ptr[i]) ? name.ptr[i] + 32 : name.ptr[i]);
	}
	column[n] = '\0';
	return (struct str){column, n};
}

struct str column_to_name(struct arena *arena, struct str column)
{
	char *name = arena_bytes(arena, column.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < column.len; i++) {
		bool raised = column.ptr[i] == '_' && i + 1 < column.len;

		i += raised;
		name[n++] = (char)(raised && column.ptr[i] >= 'a' && column.ptr[i] <= 'z'
				? column.ptr[i] - 32
				: column.ptr[i]);
	}
	name[n] = '\0';
	return (struct str){name, n};
}

static struct str kebab(struct arena *arena, struct str snake)
{
	struct str copy = arena_str(arena, snake);

	for (size_t i = 0; i < copy.len; i++)
		if (copy.ptr[i] == '_')
			((char *)(uintptr_t)copy.ptr)[i] = '-';
	return copy;
}

struct str resource_label(struct str name)
{
	struct str words = name_to_column(&resource_memory, name);
	char *text = (char *)(uintptr_t)words.ptr;

	for (size_t i = 0; i < words.len; i++)
		if (text[i] == '_')
			text[i] = ' ';
	text[0] = (char)(text[0] & ~32);
	return words;
}

/* "jobTitle" is labelled "Job title"; the Id of a reference goes. */
static struct str label_of(const struct field *field)
{
	struct str name = str_of(field->name);

	if (field->label)
		return str_of(field->label);
	if (field->kind == FIELD_REFERENCE && str_ends_with(name, STR("Id")))
		name.len -= 2;
	return resource_label(name);
}

/* --- the common fields ---------------------------------------------------------------------------- */

#define COMMON (FIELD_READ_ONLY | FIELD_NOT_NULL)

static const struct field id_field = {
	.name = "id", .kind = FIELD_UUID, .flags = COMMON, .label = "Id", .section = "System"};

static const struct field tags_field = {
	.name = "tags", .kind = FIELD_MULTI_REFERENCE, .references = "tag", .flags = FIELD_NO_SORT};

static const struct field custom_field = {.name = "custom",
	.kind = FIELD_JSON,
	.flags = FIELD_NO_SORT | FIELD_NO_FILTER | FIELD_NOT_NULL,
	.label = "Custom fields"};

static const struct field external_ids_field = {.name = "externalIds",
	.kind = FIELD_EXTERNAL_IDS,
	.flags = FIELD_DETAIL | FIELD_NO_SORT,
	.label = "External IDs",
	.section = "System",
	.help = "What the record is called in other systems; each id is one record's alone."};

static const struct field common_fields[] = {
	{.name = "createdAt",
		.kind = FIELD_DATETIME,
		.flags = COMMON,
		.label = "Created",
		.section = "System"},
	{.name = "updatedAt",
		.kind = FIELD_DATETIME,
		.flags = COMMON,
		.label = "Changed",
		.section = "System"},
	{.name = "deletedAt",
		.kind = FIELD_DATETIME,
		.flags = FIELD_READ_ONLY,
		.label = "Deleted",
		.section = "System"},
	{.name = "createdBy",
		.kind = FIELD_REFERENCE,
		.references = "user",
		.flags = FIELD_READ_ONLY,
		.label = "Created by",
		.section = "System"},
	{.name = "updatedBy",
		.kind = FIELD_REFERENCE,
		.references = "user",
		.flags = FIELD_READ_ONLY,
		.label = "Changed by",
		.section = "System"},
	{.name = "version", .kind = FIELD_INTEGER, .flags = COMMON, .section = "System"},
	{0},
};

/* --- building ------------------------------------------------------------------------------------- */

static struct resource resources[RESOURCE_MAX];
static const struct resource *all[RESOURCE_MAX];
static size_t resource_count;
static unsigned field_total;

/* companyId includes `company`; createdBy, whose name is taken, includes `createdByUser`. */
static struct str include_of(const struct field *field)
{
	struct str name = str_of(field->name);
	char first = field->references ? (char)(field->references[0] & ~32) : 0;

	if (field->kind != FIELD_REFERENCE)
		return STR_NONE;
	if (str_ends_with(name, STR("Id")))
		return str_slice(name, 0, name.len - 2);
	return arena_printf(&resource_memory, "%s%c%s", field->name, first, field->references + 1);
}

static struct str selected_of(
	const struct resource *r, const struct field *field, struct str column)
{
	if (field->flags & FIELD_COMPUTED)
		return arena_printf(
			&resource_memory, ", \"%.*s_%.*s\"(t)", STR_ARG(r->name), STR_ARG(column));
	return arena_printf(&resource_memory, ", t.\"%.*s\"", STR_ARG(column));
}

static void add_field(struct resource *r, const struct field *field)
{
	struct resource_field *f = &r->fields[r->field_count++];
	struct str name = str_of(field->name);
	struct str column = name_to_column(&resource_memory, name);

	*f = (struct resource_field){
		.field = field,
		.name = name,
		.key = arena_printf(&resource_memory, "\"%s\":", field->name),
		.column = column,
		.selected = selected_of(r, field, column),
		.label = label_of(field),
		.include = include_of(field),
		.of = r,
		.number = field_total++,
		.in_lists = !(field->flags & FIELD_DETAIL),
	};
	r->has_computed |= (field->flags & FIELD_COMPUTED) != 0;
	INVARIANT(field_total <= RESOURCE_MAX_FIELDS);
	if ((field->flags & FIELD_TITLE) && r->title_count < ARRAY_LEN(r->titles))
		r->titles[r->title_count++] = f;
}

static size_t count_fields(const struct field *fields)
{
	size_t n = 0;

	while (fields[n].kind)
		n++;
	return n;
}

/* lead.companyId cannot include `company`, which is a text of the lead: it includes `companyRecord`. */
static void part_includes(struct resource *r)
{
	for (size_t i = 0; i < r->field_count; i++) {
		struct resource_field *f = &r->fields[i];

		if (f->include.ptr && resource_field_find(r, f->include))
			f->include = arena_printf(
				&resource_memory, "%.*sRecord", STR_ARG(f->include));
	}
}

static const struct resource_field *make_remark(const struct field *field)
{
	struct resource_field *remark = ARENA_NEW(&resource_memory, struct resource_field);

	*remark = (struct resource_field){
		.field = field,
		.name = str_of(field->name),
		.label = label_of(field),
	};
	return remark;
}

static void build(struct resource *r, const struct entity *entity, unsigned index)
{
	size_t room = count_fields(entity->fields) + ARRAY_LEN(common_fields) + 4;
	bool bare = entity->flags & ENTITY_BARE;

	*r = (struct resource){
		.entity = entity,
		.index = index,
		.name = str_of(entity->name),
		.table = str_of(entity->table ? entity->table : entity->plural),
		.names = str_of(entity->names),
		.path = entity->path ? str_of(entity->path)
				     : kebab(&resource_memory, str_of(entity->plural)),
		.fields = ARENA_ARRAY(&resource_memory, struct resource_field, room),
		.has_deleted = !bare,
		.has_version = !bare,
	};
	if (!r->names.ptr)
		r->names = r->table;
	if (entity->remark)
		r->remark = make_remark(entity->remark);
	add_field(r, &id_field);
	for (const struct field *f = entity->fields; f->kind; f++)
		add_field(r, f);
	if (entity->flags & ENTITY_TAGS)
		add_field(r, &tags_field);
	if (entity->flags & ENTITY_CUSTOM)
		add_field(r, &custom_field);
	if (!(entity->flags & (ENTITY_BARE | ENTITY_READ_ONLY)))
		add_field(r, &external_ids_field);
	for (const struct field *f = common_fields; f->kind && !bare; f++)
		add_field(r, f);
	part_includes(r);
}

/* --- checking: faults of ours, named precisely ------------------------------------------------------ */

enum err resource_refuse(
	struct problem *problem, const struct resource *r, const char *field, const char *what)
{
	return problem_set(problem, ERR_INTERNAL, "entity %s%s%s: %s", r->entity->name,
		field ? ", field " : "", field ? field : "", what);
}

#define FINISHED (FIELD_COMPUTED | FIELD_DETAIL | FIELD_NO_FILTER | FIELD_NO_SORT)

static const char *field_fault(const struct field *f)
{
	bool picks = f->kind == FIELD_PICKLIST || f->kind == FIELD_MULTI_PICKLIST;
	bool refers = f->kind == FIELD_REFERENCE || f->kind == FIELD_MULTI_REFERENCE;

	if (f->kind >= FIELD_KIND__COUNT)
		return "unknown kind";
	if (f->max_len < f->min_len)
		return f->max_len ? "min_len exceeds max_len" : NULL;
	if (f->has_min && f->has_max && f->min > f->max)
		return "min exceeds max";
	if ((f->kind == FIELD_ENUM) != (f->options != NULL))
		return "an enum, and nothing else, has options";
	if (picks != (f->picklist != NULL))
		return "a picklist field, and nothing else, names its picklist";
	if (refers != (f->references != NULL))
		return "a reference, and nothing else, names its entity";
	if ((f->flags & FIELD_REQUIRED) && (f->flags & FIELD_READ_ONLY))
		return "required and read-only at once";
	if ((f->flags & FIELD_POSITIVE) && f->kind != FIELD_DECIMAL && f->kind != FIELD_MONEY)
		return "only decimals and money are above zero";
	if ((f->flags & FIELD_COMPUTED) && !(f->flags & FIELD_READ_ONLY))
		return "computed, but not read-only";
	if (f->finish && (f->flags & FINISHED) != FINISHED)
		return "finished by the server, and not kept out of lists and filters";
	if ((f->flags & FIELD_COMPUTED) && (f->flags & (FIELD_TITLE | FIELD_SEARCHED)))
		return "what is computed neither names nor finds a record";
	return NULL;
}

static enum err check_fields(struct problem *problem, struct resource *r)
{
	for (size_t i = 0; i < r->field_count; i++) {
		struct resource_field *f = &r->fields[i];
		const char *fault = field_fault(f->field);

		if (fault)
			return resource_refuse(problem, r, f->field->name, fault);
		if (resource_field_find(r, f->name) != f)
			return resource_refuse(problem, r, f->field->name, "named twice");
		if (!f->field->references)
			continue;
		f->target = resource_find(str_of(f->field->references));
		if (!f->target)
			return resource_refuse(
				problem, r, f->field->name, "refers to an unknown entity");
	}
	return ERR_OK;
}

static enum err check_access(struct problem *problem, const struct resource *r)
{
	for (size_t p = 0; p < PRESET__COUNT; p++) {
		const char *letters = r->entity->access[p];

		if (letters &&
			(strlen(letters) < VERBS_STATED || strlen(letters) > VERB__COUNT ||
				strspn(letters, "atpon") < VERBS_STATED ||
				strspn(letters, "atpon-") != strlen(letters)))
			return resource_refuse(problem, r, NULL,
				"access is four letters of a, t, p, o, n, and perhaps more");
	}
	return ERR_OK;
}

static enum err check_resource(struct problem *problem, struct resource *r)
{
	const struct entity *entity = r->entity;

	if (resource_find(r->name) != r || resource_find_path(r->path) != r)
		return resource_refuse(problem, r, NULL, "name or path is taken");
	if (r->title_count == 0 && !(entity->flags & (ENTITY_BARE | ENTITY_NESTED)))
		return resource_refuse(problem, r, NULL, "no field is a title");
	if (entity->owner_field) {
		r->owner = resource_field_find(r, str_of(entity->owner_field));
		if (!r->owner)
			return resource_refuse(
				problem, r, entity->owner_field, "the owner is no field");
	}
	if (entity->partner_field) {
		r->partner = resource_field_find(r, str_of(entity->partner_field));
		if (!r->partner)
			return resource_refuse(
				problem, r, entity->partner_field, "the partner is no field");
	}
	if (entity->own_through && !resource_field_find(r, str_of(entity->own_through)))
		return resource_refuse(
			problem, r, entity->own_through, "own goes through no field");
	if (entity->board && !resource_field_find(r, str_of(entity->board->by)))
		return resource_refuse(
			problem, r, entity->board->by, "a board has columns by no field");
	if ((entity->flags & ENTITY_TEMPLATES) && !resource_field_find(r, STR("isTemplate")))
		return resource_refuse(problem, r, "isTemplate", "templates are told by no field");
	for (const struct entity_constraint *c = entity->constraints; c && c->constraint; c++)
		if (!resource_field_find(r, str_of(c->field)))
			return resource_refuse(
				problem, r, c->field, "a constraint names an unknown field");
	if (r->remark && (field_fault(r->remark->field) || resource_field_find(r, r->remark->name)))
		return resource_refuse(
			problem, r, r->remark->field->name, "the remark is ill-made or is a field");
	return check_access(problem, r);
}

/* Whose own a contact is, its company's owner says as well: a write there changes what is seen here. */
static void note_own_reach(const struct resource *r)
{
	const struct entity *entity = r->entity;
	bool follows = (entity->flags & ENTITY_OWN_IDS) || entity->also_owner ||
		entity->own_through;

	for (size_t i = 0; i < r->field_count && follows; i++)
		if (r->fields[i].field->kind == FIELD_REFERENCE)
			resources[r->fields[i].target->index].own_reach |= UINT64_C(1) << r->index;
}

static enum err check_counts(struct problem *problem, struct resource *r)
{
	const struct entity_count *counts = r->entity->counts;
	struct resource_count *out;

	while (counts && counts[r->count_count].name)
		r->count_count++;
	if (r->count_count > RESOURCE_MAX_COUNTS)
		return resource_refuse(problem, r, NULL, "counts too much");
	r->counts = out = ARENA_ARRAY(&resource_memory, struct resource_count, r->count_count + 1);
	for (size_t i = 0; i < r->count_count; i++) {
		const struct resource *of = resource_find(str_of(counts[i].of));

		out[i] = (struct resource_count){.name = str_of(counts[i].name), .of = of};
		out[i].by = of ? resource_field_find(of, str_of(counts[i].by)) : NULL;
		if (!out[i].by || out[i].by->target != r)
			return resource_refuse(
				problem, r, counts[i].name, "counts by what does not refer here");
	}
	return ERR_OK;
}

static enum err check_alias(
	struct problem *problem, const struct resource *r, const struct entity_alias *alias)
{
	for (const struct entity_default *d = alias->defaults; d && d->field; d++)
		if (!resource_field_find(r, str_of(d->field)))
			return resource_refuse(
				problem, r, d->field, "an alias names an unknown field");
	for (const char *const *name = alias->required; name && *name; name++)
		if (!resource_field_find(r, str_of(*name)))
			return resource_refuse(
				problem, r, *name, "an alias names an unknown field");
	return ERR_OK;
}

static enum err check_within(struct problem *problem, struct resource *r)
{
	const char *within = r->alias->within;

	if (!within)
		return ERR_OK;
	r->within = resource_field_find(r, str_of(within));
	if (!r->within || r->within->field->kind != FIELD_REFERENCE)
		return resource_refuse(problem, r, within, "an alias stands within no reference");
	return ERR_OK;
}

/* After everything else, since the copies copy it. */
static enum err make_aliases(struct problem *problem, struct resource *r)
{
	const struct entity_alias *aliases = r->entity->aliases;
	enum err err = ERR_OK;

	while (aliases && aliases[r->alias_count].path)
		r->alias_count++;
	r->aliases = ARENA_ARRAY(&resource_memory, struct resource, r->alias_count + 1);
	for (size_t i = 0; i < r->alias_count && !err; i++) {
		r->aliases[i] = *r;
		r->aliases[i].alias = &aliases[i];
		err = check_alias(problem, r, &aliases[i]);
		if (!err)
			err = check_within(problem, &r->aliases[i]);
	}
	return err;
}

enum err resources_init(struct problem *problem)
{
	enum err err = ERR_OK;

	arena_init(&resource_memory);
	resource_count = 0;
	field_total = 0;
	for (; entity_registry[resource_count]; resource_count++) {
		INVARIANT(resource_count < RESOURCE_MAX);
		build(&resources[resource_count], entity_registry[resource_count],
			(unsigned)resource_count);
		all[resource_count] = &resources[resource_count];
	}
	for (size_t i = 0; i < resource_count && err == ERR_OK; i++)
		err = check_fields(problem, &resources[i]);
	for (size_t i = 0; i < resource_count && err == ERR_OK; i++)
		err = check_resource(problem, &resources[i]);
	for (size_t i = 0; i < resource_count && err == ERR_OK; i++)
		note_own_reach(&resources[i]);
	for (size_t i = 0; i < resource_count && err == ERR_OK; i++)
		err = check_counts(problem, &resources[i]);
	if (!err)
		err = resource_trash_init(problem, &resource_memory, resources, resource_count);
	if (!err)
		err = resource_merge_init(problem, &resource_memory, resources, resource_count);
	for (size_t i = 0; i < resource_count && err == ERR_OK; i++)
		err = resource_link_nested(problem, &resources[i]);
	for (size_t i = 0; i < resource_count && err == ERR_OK; i++)
		err = resource_check_parent(problem, &resources[i]);
	for (size_t i = 0; i < resource_count && err == ERR_OK; i++)
		err = make_aliases(problem, &resources[i]);
	return err;
}

void resources_deinit(void)
{
	resource_count = 0;
	arena_deinit(&resource_memory);
}

/* --- finding -------------------------------------------------------------------------------------- */

const struct resource *const *resources_all(size_t *count_out)
{
	*count_out = resource_count;
	return all;
}

const struct resource *resource_find(struct str name)
{
	for (size_t i = 0; i < resource_count; i++)
		if (str_eq(resources[i].name, name))
			return &resources[i];
	return NULL;
}

struct str resource_name_of_table(struct str table)
{
	for (size_t i = 0; i < resource_count; i++)
		if (str_eq(resources[i].table, table))
			return resources[i].name;
	return table;
}

static bool has_alias(const struct entity *entity, struct str path)
{
	for (const struct entity_alias *alias = entity->aliases; alias && alias->path; alias++)
		if (str_is(path, alias->path))
			return true;
	return false;
}

const struct resource *resource_find_path(struct str path)
{
	for (size_t i = 0; i < resource_count; i++)
		if (str_eq(resources[i].path, path) || has_alias(resources[i].entity, path))
			return &resources[i];
	return NULL;
}

const struct resource_field *resource_field_find(const struct resource *resource, struct str name)
{
	for (size_t i = 0; i < resource->field_count; i++)
		if (str_eq(resource->fields[i].name, name))
			return &resource->fields[i];
	return NULL;
}

const struct resource_field *resource_field_by_column(
	const struct resource *resource, struct str column)
{
	for (size_t i = 0; i < resource->field_count; i++)
		if (str_eq(resource->fields[i].column, column))
			return &resource->fields[i];
	return NULL;
}

bool resource_field_is(const struct resource_field *field, enum field_flag flag)
{
	return field->field->flags & (unsigned)flag;
}

bool resource_requires(const struct resource *resource, const struct resource_field *field)
{
	const char *const *name = resource->alias ? resource->alias->required : NULL;

	while (name && *name && !str_is(field->name, *name))
		name++;
	return (name && *name) || resource_field_is(field, FIELD_REQUIRED);
}

struct str resource_default(const struct resource *resource, const struct resource_field *field)
{
	const struct entity_default *d = resource->alias ? resource->alias->defaults : NULL;

	while (d && d->field && !str_is(field->name, d->field))
		d++;
	return d && d->field ? str_of(d->text) : STR_NONE;
}
