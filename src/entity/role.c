/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A role: what members who hold it may do and see. It comes from a preset and keeps what differs from it,
 * by entity and verb in `access`, by field in `fields`. The presets' own roles stay; others are added.
 */
#include "base/json_read.h"
#include "core/records.h"
#include "core/tenant.h"

static const struct field_option presets[] = {
	{"admin", "Administrator"},
	{"manager", "Manager"},
	{"user", "User"},
	{"accountant", "Accountant"},
	{"partner_admin", "Partner administrator"},
	{"partner_user", "Partner user"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",        .kind = FIELD_TEXT,    .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "key",         .kind = FIELD_TEXT,    .max_len = 50,
	 .pattern = "^[a-z][a-z0-9_]{0,49}$",
	 .flags = FIELD_IMMUTABLE | FIELD_NOT_NULL | FIELD_LISTED,
	 .help = "What users carry; made from the name when absent."},
	{.name = "preset",      .kind = FIELD_ENUM,    .options = presets,
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED,
	 .help = "What it allows unless said otherwise below."},
	{.name = "description", .kind = FIELD_TEXT,    .max_len = 500, .flags = FIELD_LISTED},
	{.name = "position",    .kind = FIELD_INTEGER, RANGE(0, 1000000), .initial = "0"},
	{.name = "builtIn",     .kind = FIELD_BOOLEAN, .flags = FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "Comes with the system and cannot be deleted."},
	{.name = "access",      .kind = FIELD_JSON,    .initial = "{}",
	 .flags = FIELD_MERGED | FIELD_NO_SORT | FIELD_NO_FILTER,
	 .help = "What differs from the preset, such as {\"contact\": {\"update\": \"team\"}}: scopes none, "
		 "own, team, partner, all; null is the preset's again."},
	{.name = "fields",      .kind = FIELD_JSON,    .initial = "{}", .label = "Field rules",
	 .flags = FIELD_MERGED | FIELD_NO_SORT | FIELD_NO_FILTER,
	 .help = "What differs from the preset, such as {\"product.cost\": \"none\"}: none, read, write; "
		 "null is the preset's again."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "roles_key_unique",
		.field = "key",
		.message = "Another role has this key, perhaps one in the trash."},
	{.constraint = "roles_access", .field = "access", .message = "Must be an object."},
	{.constraint = "roles_fields", .field = "fields", .message = "Must be an object."},
	{0},
};

/* --- what the rules name ------------------------------------------------------------------------ */

enum { MEMBERS_MAX = 2000 };

static void refuse(struct record_write *write, struct str path, const char *what)
{
	problem_add(&write->req->problem, path, "INVALID", "%s", what);
}

/* Null takes a rule away, also one that names what is not there any more. */
static bool is_rule(const struct json_value *value)
{
	return value->type != JSON_NULL;
}

static void check_verb(
	struct record_write *write, const struct json_value *entity, const struct json_value *verb)
{
	struct str path = arena_printf(
		write->req->arena, "access.%.*s.%.*s", STR_ARG(entity->key), STR_ARG(verb->key));
	enum verb known;
	enum scope scope;

	if (!is_rule(verb))
		return;
	if (!verb_find(verb->key, &known))
		refuse(write, path,
			"Is not one of read, create, update, delete, assign, issue, "
			"correct, export, import, bulk, merge.");
	else if (verb->type != JSON_STRING || !scope_find(verb->text, &scope))
		refuse(write, path, "Must be none, own, team, partner or all.");
}

static void check_entity(struct record_write *write, const struct json_value *entity)
{
	struct str path = arena_printf(write->req->arena, "access.%.*s", STR_ARG(entity->key));

	if (!is_rule(entity))
		return;
	if (!resource_find(entity->key)) {
		refuse(write, path, "There is no such entity.");
		return;
	}
	if (entity->type != JSON_OBJECT) {
		refuse(write, path, "Must be an object of verbs and scopes.");
		return;
	}
	for (const struct json_value *verb = entity->first; verb; verb = verb->next)
		check_verb(write, entity, verb);
}

static const struct resource_field *find_field(const struct record_write *write, struct str name)
{
	const struct resource *resource = resource_find(str_cut(&name, '.'));

	if (!resource || !name.ptr)
		return NULL;
	return str_starts_with(name, STR("custom."))
		? tenant_field_find(write->tenant, resource, str_slice(name, 7, name.len))
		: resource_field_find(resource, name);
}

/* What a record is known and kept by is never hidden. */
static bool is_always_seen(const struct resource_field *field)
{
	return !resource_field_is(field, FIELD_CUSTOM) &&
		(str_is(field->name, "id") || str_is(field->name, "version"));
}

static void check_field(struct record_write *write, const struct json_value *rule)
{
	struct str path = arena_printf(write->req->arena, "fields.%.*s", STR_ARG(rule->key));
	const struct resource_field *field = find_field(write, rule->key);
	enum field_rule known;

	if (!is_rule(rule))
		return;
	if (!field)
		refuse(write, path,
			"There is no such field; say it as in product.cost or "
			"contact.custom.salary.");
	else if (is_always_seen(field))
		refuse(write, path, "Is always seen.");
	else if (rule->type != JSON_STRING || !field_rule_find(rule->text, &known))
		refuse(write, path, "Must be none, read or write.");
}

/* --- the whole ------------------------------------------------------------------------------------ */

static void each_member(struct record_write *write, const char *name,
	void (*check)(struct record_write *write, const struct json_value *member))
{
	struct str text = record_write_get(write, name);
	struct json_value *object;
	struct problem unread;

	problem_init(&unread, write->req->arena);
	if (!text.ptr || json_read(write->req->arena, text, &unread, &object) != ERR_OK)
		return;
	if (object->type != JSON_OBJECT || object->count > MEMBERS_MAX) {
		refuse(write, str_of(name), "Must be an object of at most 2000 members.");
		return;
	}
	for (const struct json_value *m = object->first; m; m = m->next)
		check(write, m);
}

static void check(struct record_write *write)
{
	each_member(write, "access", check_entity);
	each_member(write, "fields", check_field);
}

const struct entity entity_role = {
	.name = "role",
	.plural = "roles",
	.label = "Role",
	.label_plural = "Roles",
	.icon = "role",
	.group = "admin",
	.flags = ENTITY_SHAPES | ENTITY_LOCKED | ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
	.default_sort = "position",
	.check = check,
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "nnnn",
		[PRESET_USER] = "nnnn",
		[PRESET_ACCOUNTANT] = "nnnn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
