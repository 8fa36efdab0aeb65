/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: reading one rule of a mapping, with its links. */
#include "core/ability.h"
#include "core/field_type.h"
#include "feature/import_map.h"

enum { DEPTH_MAX = 3, SETS_MAX = 12, ALIASES_MAX = 1000 };

static void complain(struct import_map *map, struct str path, const char *code, const char *message)
{
	problem_add(&map->req->problem, path, code, "%s", message);
}

static struct str below(struct import_map *map, struct str path, const char *name)
{
	return arena_printf(map->arena, "%.*s.%s", STR_ARG(path), name);
}

struct str import_literal(const struct json_value *value)
{
	if (!value || value->type == JSON_NULL || value->type == JSON_ARRAY ||
		value->type == JSON_OBJECT)
		return STR_NONE;
	if (value->type == JSON_BOOL)
		return value->boolean ? STR("true") : STR("false");
	return value->text;
}

void import_check_members(struct import_map *map, struct str path, const struct json_value *object,
	const char *const *known)
{
	for (const struct json_value *m = object->first; m; m = m->next) {
		size_t i = 0;

		while (known[i] && !str_is(m->key, known[i]))
			i++;
		if (!known[i])
			problem_add(&map->req->problem, path, "UNKNOWN_FIELD",
				"There is no member \"%.*s\" here.", STR_ARG(m->key));
	}
}

/* --- fields ----------------------------------------------------------------------------------- */

static bool is_number(enum field_kind kind)
{
	return kind == FIELD_INTEGER || kind == FIELD_DECIMAL || kind == FIELD_PERCENT ||
		kind == FIELD_MONEY;
}

static bool is_tags(const struct resource_field *field)
{
	return field->field->kind == FIELD_MULTI_REFERENCE && str_is(field->target->name, "tag");
}

static bool is_id(const struct import_site *site, const struct resource_field *field)
{
	return site->main && str_is(field->name, "id");
}

/* An import says who a member is, though nobody changes an address later. */
static bool is_importable(const struct import_site *site, const struct resource_field *field)
{
	bool address = import_is_people(site->resource) && str_is(field->name, "email");
	bool key = is_id(site, field); /* names the record, and is not written */

	return !resource_field_is(field, FIELD_READ_ONLY) || (address && site->main) || key;
}

static const struct resource_field *find_field(
	struct import_map *map, const struct import_site *site, struct str name)
{
	bool custom = str_starts_with(name, STR("custom."));
	bool external = site->main && str_starts_with(name, STR("externalIds."));
	const struct resource_field *field = external
		? resource_field_find(site->resource, STR("externalIds"))
		: custom
		? tenant_field_find(map->tenant, site->resource, str_slice(name, 7, name.len))
		: resource_field_find(site->resource, name);

	/* The document of custom fields has a rule of its own, which is stronger than theirs. */
	const struct resource_field *document = custom && field
		? resource_field_find(site->resource, STR("custom"))
		: field;

	if (field &&
		!(caller_sees(map->req->caller, document) && caller_sees(map->req->caller, field)))
		field = NULL;
	if (!field || (custom && !site->main))
		problem_add(&map->req->problem, site->path, "UNKNOWN_FIELD",
			"%s have no field \"%.*s\".", site->resource->entity->label_plural,
			STR_ARG(name));
	else if (!caller_writes(map->req->caller, document) ||
		!caller_writes(map->req->caller, field))
		problem_add(&map->req->problem, site->path, "FORBIDDEN",
			"Your role may not set %.*s.", STR_ARG(name));
	else if (!is_importable(site, field))
		problem_add(&map->req->problem, site->path, "READ_ONLY", "%.*s cannot be set.",
			STR_ARG(name));
	else if (!field_type_of(field->field)->parse)
		problem_add(&map->req->problem, site->path, "WRONG_TYPE",
			"%.*s cannot be imported.", STR_ARG(name));
	else
		return field;
	return NULL;
}

static bool is_taken(const struct import_map *map, const struct import_site *site,
	const struct resource_field *field)
{
	for (size_t i = 0; i < *site->part_count; i++)
		if (site->parts[i].field == field)
			return true;
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rules[i].field == field &&
			(map->rules[i].column == 0 || is_id(site, field)))
			return true;
	return false;
}

/* --- the rule itself -------------------------------------------------------------------------- */

static struct import_rule *new_rule(
	struct import_map *map, const struct import_site *site, const struct resource_field *field)
{
	struct import_rule *rule;

	if (map->rule_count == IMPORT_RULES_MAX) {
		complain(map, site->path, "TOO_MANY", "A mapping has at most 300 rules.");
		return NULL;
	}
	rule = &map->rules[map->rule_count++];
	*rule = (struct import_rule){
		/* A custom reference is a name until it is linked; the others make up the document. */
		.column = resource_field_is(field, FIELD_CUSTOM) && !field->target
			? 0
			: ++map->plan.columns,
		.header = site->header,
		.source = SIZE_MAX,
		.constant = site->constant,
		.times = 1,
		.field = field,
		.label = resource_field_is(field, FIELD_CUSTOM)
			? arena_printf(map->arena, "custom.%.*s", STR_ARG(field->name))
			: field->name,
		.main = site->main,
		.required = site->main && resource_field_is(field, FIELD_REQUIRED),
	};
	return rule;
}

static void add_part(const struct import_site *site, const struct resource_field *field,
	const struct import_rule *rule, struct import_link *link)
{
	if (rule->column)
		site->parts[(*site->part_count)++] = (struct import_part){
			field, rule->column, link};
}

static void read_aliases(struct import_map *map, struct str path, struct import_rule *rule,
	const struct json_value *values)
{
	if (!values)
		return;
	if (values->type != JSON_OBJECT || values->count > ALIASES_MAX) {
		complain(
			map, path, "WRONG_TYPE", "values must be an object of at most 1000 texts.");
		return;
	}
	rule->aliases = ARENA_ARRAY(map->arena, struct import_alias, values->count + 1);
	for (const struct json_value *v = values->first; v; v = v->next) {
		struct import_alias *alias = &rule->aliases[rule->alias_count++];

		*alias = (struct import_alias){str_trim(v->key), import_literal(v)};
		if (str_is(alias->from, "*"))
			rule->other = alias;
	}
}

static void read_times(struct import_map *map, struct str path, struct import_rule *rule,
	const struct json_value *times)
{
	if (!times)
		return;
	if (times->type != JSON_NUMBER || !str_to_int64(times->text, &rule->times) ||
		!rule->field || !is_number(rule->field->field->kind))
		complain(map, path, "INVALID",
			"times must be a whole number, for a field of numbers.");
}

static void read_add(struct import_map *map, struct str path, struct import_rule *rule,
	const struct json_value *add)
{
	bool picklist = rule->field &&
		(rule->field->field->kind == FIELD_PICKLIST ||
			rule->field->field->kind == FIELD_MULTI_PICKLIST);

	if (!add || add->type != JSON_BOOL || !add->boolean)
		return;
	if (!picklist || resource_field_is(rule->field, FIELD_CUSTOM))
		complain(map, path, "INVALID", "add is for fields with a picklist.");
	else if (!caller_can(map->req->caller, ABILITY_ADMINISTER))
		complain(map, path, "FORBIDDEN", "Your role may not add options to picklists.");
	rule->add = true;
}

/* The column's default, as the database would fill it; a tenant's own fields have no column. */
static struct str initial_of(struct import_map *map, const struct resource_field *field)
{
	struct str text = str_of(field->field->initial);

	if (!text.ptr || resource_field_is(field, FIELD_CUSTOM))
		return STR_NONE;
	if (str_is(text, "[]") || str_is(text, "{}"))
		return STR("{}");
	if (text.ptr[0] == '"')
		text = str_slice(text, 1, text.len - 1);
	return arena_str(map->arena, text);
}

static void read_source(struct import_map *map, struct str path, struct import_rule *rule,
	const struct json_value *json)
{
	const struct json_value *column = json_get(json, "column");
	const struct json_value *value = json_get(json, "value");

	if (column && column->type == JSON_STRING)
		rule->header = column->text;
	else if (column)
		complain(map, path, "WRONG_TYPE", "column must be the name of a column.");
	if (!value)
		return;
	rule->constant = import_literal(value);
	if (!column)
		rule->header = STR_NONE;
}

static void read_options(struct import_map *map, const struct import_site *site,
	struct import_rule *rule, const struct json_value *json)
{
	static const char *const known[] = {
		"field", "column", "value", "values", "times", "add", "link", NULL};

	if (!json)
		return;
	import_check_members(map, site->path, json, known);
	read_source(map, site->path, rule, json);
	read_aliases(map, site->path, rule, json_get(json, "values"));
	read_times(map, site->path, rule, json_get(json, "times"));
	read_add(map, site->path, rule, json_get(json, "add"));
}

/* --- links ------------------------------------------------------------------------------------ */

static bool flag(const struct json_value *object, const char *name)
{
	const struct json_value *value = json_get(object, name);

	return value && value->type == JSON_BOOL && value->boolean;
}

static bool is_text(enum field_kind kind)
{
	return kind == FIELD_TEXT || kind == FIELD_EMAIL || kind == FIELD_PHONE ||
		kind == FIELD_URL;
}

static void read_by(
	struct import_map *map, struct str path, struct import_link *link, struct str by)
{
	if (!by.ptr || str_is(by, "name"))
		return;
	link->by = resource_field_find(link->target, by);
	if (!link->by || !is_text(link->by->field->kind) ||
		!caller_sees(map->req->caller, link->by))
		problem_add(&map->req->problem, path, "INVALID", "%s are not known by \"%.*s\".",
			link->target->entity->label_plural, STR_ARG(by));
	else if (link->target->title_count == 1 && link->by == link->target->titles[0])
		link->by = NULL;
}

static bool may_create(const struct import_map *map, const struct resource *target)
{
	enum scope scope = caller_scope(map->req->caller, target, VERB_CREATE);

	if (import_is_people(target))
		return scope == SCOPE_ALL;
	return scope != SCOPE_NONE &&
		!(target->entity->flags & (ENTITY_READ_ONLY | ENTITY_NO_CREATE));
}

static bool is_given(const struct import_link *link, const struct resource_field *field)
{
	bool known = link->by ? field == link->by : resource_field_is(field, FIELD_TITLE);

	for (size_t i = 0; i < link->set_count; i++)
		known |= link->sets[i].field == field;
	return known;
}

/* Filled by the statement or the function that creates such a record. */
static bool is_filled(const struct resource *target, const struct resource_field *field)
{
	return import_is_people(target) || str_is(target->name, "stage") ||
		!resource_field_is(field, FIELD_REQUIRED);
}

static void check_created(struct import_map *map, struct str path, const struct import_link *link)
{
	if (!may_create(map, link->target))
		problem_add(&map->req->problem, path, "FORBIDDEN", "You may not create %s.",
			link->target->entity->label_plural);
	for (size_t i = 0; i < link->target->field_count; i++) {
		const struct resource_field *field = &link->target->fields[i];

		if (!is_filled(link->target, field) && !is_given(link, field))
			problem_add(&map->req->problem, path, "REQUIRED",
				"To create %s, set must say their %.*s.",
				link->target->entity->label_plural, STR_ARG(field->name));
	}
}

static void read_set(struct import_map *map, const struct import_site *site,
	const struct import_rule *rule, struct import_link *link, const struct json_value *set)
{
	struct import_site inner = {
		.resource = link->target,
		.parts = link->sets,
		.part_count = &link->set_count,
		.path = below(map, site->path, "link.set"),
		.depth = site->depth + 1,
	};

	if (!set)
		return;
	if (set->type != JSON_OBJECT || set->count > SETS_MAX || site->depth >= DEPTH_MAX) {
		complain(map, inner.path, "INVALID",
			"set must be an object of at most 12 fields, 3 deep.");
		return;
	}
	for (const struct json_value *m = set->first; m; m = m->next) {
		bool literal = m->type != JSON_OBJECT;

		inner.header = literal ? STR_NONE : rule->header;
		inner.constant = literal ? import_literal(m) : rule->constant;
		if (str_is(link->target->name, "stage") && str_is(m->key, "pipelineId"))
			complain(map, inner.path, "INVALID",
				"New stages go into the default pipeline.");
		else
			import_rule_read(map, &inner, m->key, literal ? NULL : m);
	}
}

static struct import_link *read_link(struct import_map *map, const struct import_site *site,
	struct import_rule *rule, const struct resource_field *field, const struct json_value *json)
{
	static const char *const known[] = {"by", "create", "set", NULL};
	struct str path = below(map, site->path, "link");
	struct import_link *link = ARENA_NEW(map->arena, struct import_link);

	if (json && json->type == JSON_OBJECT)
		import_check_members(map, path, json, known);
	else if (json)
		complain(map, path, "WRONG_TYPE", "link must be an object.");
	*link = (struct import_link){
		.column = rule->column,
		.target = field->target,
		.create = flag(json, "create"),
		.from_file = rule->header.ptr != NULL,
		.sets = ARENA_ARRAY(map->arena, struct import_part, SETS_MAX + 1),
	};
	read_by(map, path, link, json_get_str(json, "by"));
	rule->key = true;
	rule->field = link->by ? link->by : link->create ? link->target->titles[0] : NULL;
	read_set(map, site, rule, link, json_get(json, "set"));
	if (link->create)
		check_created(map, path, link);
	link->late = link->target == map->plan.into;
	for (size_t i = 0; i < link->set_count; i++)
		link->late |= link->sets[i].link && link->sets[i].link->late;
	if (map->plan.link_count == IMPORT_LINKS_MAX) {
		complain(map, path, "TOO_MANY", "A mapping has at most 30 links.");
		return link;
	}
	map->plan.links[map->plan.link_count++] = link;
	link->number = (unsigned)map->plan.link_count;
	return link;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* An extension in a phone number goes into the field beside it, where nothing else is mapped. */
static void add_extension(
	struct import_map *map, const struct import_site *site, struct import_rule *phone)
{
	struct str name = arena_printf(map->arena, "%.*sExt", STR_ARG(phone->field->name));
	const struct resource_field *field = resource_field_find(site->resource, name);
	struct import_rule *rule;

	if (!site->main || phone->field->field->kind != FIELD_PHONE || !field ||
		is_taken(map, site, field))
		return;
	rule = new_rule(map, site, field);
	if (!rule)
		return;
	rule->header = STR_NONE;
	rule->phone = phone;
	add_part(site, field, rule, NULL);
}

static struct import_rule *read_field(struct import_map *map, const struct import_site *site,
	const struct resource_field *field, enum import_name_part part,
	const struct json_value *json)
{
	bool links = field->field->kind == FIELD_REFERENCE;
	const struct json_value *link_json = json_get(json, "link");
	struct import_link *link = NULL;
	struct import_rule *rule;

	if (is_taken(map, site, field)) {
		problem_add(&map->req->problem, site->path, "DUPLICATE", "%.*s is mapped twice.",
			STR_ARG(field->name));
		return NULL;
	}
	rule = new_rule(map, site, field);
	if (!rule)
		return NULL;
	rule->part = part;
	rule->initial = initial_of(map, field);
	read_options(map, site, rule, json);
	if (links)
		link = read_link(map, site, rule, field, link_json);
	else if (is_tags(field))
		rule->add = flag(link_json, "create");
	else if (link_json)
		complain(map, site->path, "INVALID", "link is for fields that refer to records.");
	if (!is_id(site, field))
		add_part(site, field, rule, link);
	if (!links)
		add_extension(map, site, rule);
	return rule;
}

/* externalIds.zoho: the cell is the id in that system. */
static void read_system(struct import_map *map, const struct import_site *site, struct str name,
	struct import_rule *rule)
{
	struct str prefix = STR("externalIds."), system;

	if (!rule || !str_starts_with(name, prefix))
		return;
	system = str_slice(name, prefix.len, name.len);
	if (system.len == 0 || str_find_char(system, ':') < system.len ||
		str_find_char(system, ';') < system.len)
		complain(map, site->path, "INVALID",
			"externalIds. must be followed by the name of a system.");
	rule->system = system;
}

/* "name" of people: first and last name at once. */
static bool is_whole_name(const struct import_site *site, struct str name)
{
	return str_is(name, "name") && site->resource->title_count == 2 &&
		!resource_field_find(site->resource, name);
}

void import_rule_read(struct import_map *map, const struct import_site *site, struct str name,
	const struct json_value *rule)
{
	const struct resource_field *field;

	if (is_whole_name(site, name)) {
		read_field(map, site, site->resource->titles[0], NAME_FIRST, rule);
		read_field(map, site, site->resource->titles[1], NAME_LAST, rule);
		return;
	}
	field = find_field(map, site, name);
	if (field)
		read_system(map, site, name, read_field(map, site, field, NAME_WHOLE, rule));
}
