/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks: scopes and field rules out of preset and role, and the database context. */
#include "core/caller.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"

/* --- scopes ----------------------------------------------------------------------------------- */

/* What the role says, and cannot be read, closes: it can only come from a newer version. */
static enum scope role_scope(const struct resource *resource, enum preset preset, enum verb verb,
	const struct json_value *of_role)
{
	const struct json_value *verbs = json_get(of_role, resource->entity->name);
	const struct json_value *said = json_get(verbs, verb_name(verb));
	enum scope scope = preset_scope(resource->entity, preset, verb);

	if (!verbs || (resource->entity->flags & ENTITY_LOCKED))
		return scope;
	if (verbs->type != JSON_OBJECT)
		return SCOPE_NONE;
	if (said && (said->type != JSON_STRING || !scope_find(said->text, &scope)))
		return SCOPE_NONE;
	return scope;
}

static void set_scopes(
	struct caller *caller, const struct resource *resource, const struct json_value *of_role)
{
	unsigned char *scopes = caller->scopes[resource->index];

	/* What a verb is narrowed by stands before it. */
	for (enum verb verb = 0; verb < VERB__COUNT; verb++) {
		enum scope scope = role_scope(resource, caller->preset, verb, of_role);
		enum verb base = verb_base(verb);

		scopes[verb] = (unsigned char)(base == verb
				? scope
				: scope_narrower(scope, (enum scope)scopes[base]));
	}
}

/* What is part of a record is seen with it, and made, changed and removed by changing it, or with it. */
static void set_scopes_of_part(struct caller *caller, const struct resource *resource)
{
	unsigned char *scopes = caller->scopes[resource->index];

	memcpy(scopes, caller->scopes[resource->parent->index], VERB__COUNT);
	if (scopes[VERB_CREATE] == SCOPE_NONE)
		scopes[VERB_CREATE] = scopes[VERB_UPDATE];
	scopes[VERB_DELETE] = scopes[VERB_UPDATE];
}

/* An accountant's log is about money, unless the role says how far it reaches. */
static bool has_log_of_money(const struct caller *caller, const struct json_value *of_role)
{
	const struct json_value *log = json_get(of_role, "change");

	return caller->preset == PRESET_ACCOUNTANT && !json_get(log, verb_name(VERB_READ));
}

/* changes=quote,quote_line,…| */
static void put_log_of_money(struct buf *access)
{
	size_t count;
	const struct resource *const *resources = resources_all(&count);
	const char *before = "changes=";

	for (size_t i = 0; i < count; i++) {
		const struct resource *whole = resources[i]->parent ? resources[i]->parent
								    : resources[i];

		if (!(whole->entity->flags & ENTITY_MONEY))
			continue;
		buf_printf(access, "%s%s", before, resources[i]->entity->name);
		before = ",";
	}
	buf_append_char(access, '|');
}

/* |contact|contacts:aonao|company|companies:…|: the entity's name is what the change log knows it by. */
static struct str access_text(const struct caller *caller, struct arena *arena)
{
	size_t count;
	const struct resource *const *resources = resources_all(&count);
	struct buf access;
	struct str text;

	buf_init(&access, RESOURCE_MAX * 160);
	buf_append_char(&access, '|');
	for (size_t i = 0; i < count; i++) {
		buf_printf(&access, "%s|%.*s:", resources[i]->entity->name,
			STR_ARG(resources[i]->table));
		for (enum verb verb = 0; verb <= VERB_ASSIGN; verb++)
			buf_append_char(
				&access, scope_letter(caller_scope(caller, resources[i], verb)));
		buf_append_char(&access, '|');
	}
	if (caller->log_of_money)
		put_log_of_money(&access);
	INVARIANT(!access.full);
	text = arena_str(arena, buf_str(&access));
	buf_deinit(&access);
	return text;
}

/* --- field rules ------------------------------------------------------------------------------ */

static void set_rule(
	struct caller *caller, const struct resource_field *field, enum field_rule rule)
{
	uint64_t bit = UINT64_C(1) << field->number % 64;
	uint64_t *unseen = &caller->unseen[field->number / 64];
	uint64_t *unwritten = &caller->unwritten[field->number / 64];

	*unseen = rule == RULE_NONE ? *unseen | bit : *unseen & ~bit;
	*unwritten = rule == RULE_READ ? *unwritten | bit : *unwritten & ~bit;
}

static void set_preset_rules(struct caller *caller)
{
	size_t count;
	const struct resource *const *resources = resources_all(&count);

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < resources[i]->field_count; k++) {
			const struct resource_field *field = &resources[i]->fields[k];

			set_rule(caller, field, preset_rule(field->field, caller->preset));
		}
}

/* `contact.email`, `contact.custom.salary`. A field that is gone has no rule. */
static void set_role_rule(struct caller *caller, struct buf *custom, const struct json_value *said)
{
	struct str name = said->key;
	const struct resource *resource = resource_find(str_cut(&name, '.'));
	const struct resource_field *field = resource && name.ptr
		? resource_field_find(resource, name)
		: NULL;
	enum field_rule rule = RULE_NONE;

	if (said->type == JSON_STRING && !field_rule_find(said->text, &rule))
		rule = RULE_NONE;
	if (field)
		set_rule(caller, field, rule);
	else if (resource && name.ptr && str_starts_with(name, STR("custom.")))
		buf_printf(custom, "%s.%.*s:%s|", resource->entity->name,
			STR_ARG(str_slice(name, 7, name.len)), field_rule_name(rule));
}

static bool is_any(const uint64_t *words)
{
	for (size_t i = 0; i < CALLER_RULE_WORDS; i++)
		if (words[i])
			return true;
	return false;
}

static uint64_t hash_words(const uint64_t *words)
{
	return str_hash((struct str){(const char *)words, CALLER_RULE_WORDS * sizeof(*words)});
}

static uint64_t rules_hash(const struct caller *caller)
{
	struct str custom = caller->custom_rules;

	if (!custom.ptr && !is_any(caller->unseen) && !is_any(caller->unwritten))
		return 0;
	return hash_words(caller->unseen) * 31 + hash_words(caller->unwritten) * 17 +
		(custom.ptr ? str_hash(custom) : 0);
}

static void set_rules(struct caller *caller, struct arena *arena, const struct json_value *of_role)
{
	struct buf custom;

	set_preset_rules(caller);
	buf_init(&custom, 1024 * 1024);
	buf_append_char(&custom, '|');
	for (const struct json_value *m = of_role ? of_role->first : NULL; m; m = m->next)
		set_role_rule(caller, &custom, m);
	INVARIANT(!custom.full);
	caller->custom_rules = custom.len > 1 ? arena_str(arena, buf_str(&custom)) : STR_NONE;
	buf_deinit(&custom);
	caller->rules = rules_hash(caller);
}

static enum field_rule custom_rule(const struct caller *caller, const struct resource_field *field)
{
	char key[256];
	int len = snprintf(
		key, sizeof(key), "|%s.%.*s:", field->of->entity->name, STR_ARG(field->name));
	enum field_rule rule = RULE_WRITE;
	struct str rest = caller->custom_rules;
	size_t at;

	INVARIANT(len > 0 && (size_t)len < sizeof(key));
	at = str_find(rest, (struct str){key, (size_t)len});
	if (at == rest.len)
		return RULE_WRITE;
	rest = str_slice(rest, at + (size_t)len, rest.len);
	return field_rule_find(str_cut(&rest, '|'), &rule) ? rule : RULE_NONE;
}

static bool has_bit(const uint64_t *words, unsigned number)
{
	return words[number / 64] >> number % 64 & 1;
}

enum field_rule caller_rule(const struct caller *caller, const struct resource_field *field)
{
	if (resource_field_is(field, FIELD_CUSTOM))
		return caller->custom_rules.ptr ? custom_rule(caller, field) : RULE_WRITE;
	if (has_bit(caller->unseen, field->number))
		return RULE_NONE;
	return has_bit(caller->unwritten, field->number) ? RULE_READ : RULE_WRITE;
}

struct str caller_custom_keys(const struct caller *caller, struct arena *arena,
	const struct resource *resource, enum field_rule most)
{
	struct str rest = caller->custom_rules;
	struct str keys = STR_NONE;

	while (rest.len) {
		struct str rule = str_cut(&rest, '|');
		struct str name = str_cut(&rule, ':');
		struct str entity = str_cut(&name, '.');
		enum field_rule may = RULE_NONE;

		if (!str_eq(entity, resource->name) || (field_rule_find(rule, &may) && may > most))
			continue;
		keys = arena_printf(
			arena, "%.*s%s%.*s", STR_ARG(keys), keys.ptr ? "," : "{", STR_ARG(name));
	}
	return keys.ptr ? arena_printf(arena, "%.*s}", STR_ARG(keys)) : STR_NONE;
}

/* --- the whole -------------------------------------------------------------------------------- */

enum err caller_set_access(
	struct caller *caller, struct arena *arena, struct str access, struct str fields)
{
	struct json_value *scopes = NULL, *rules = NULL;
	struct problem problem;
	size_t count;
	const struct resource *const *resources = resources_all(&count);

	problem_init(&problem, arena);
	if ((access.len && json_read(arena, access, &problem, &scopes) != ERR_OK) ||
		(fields.len && json_read(arena, fields, &problem, &rules) != ERR_OK))
		return ERR_INTERNAL;
	for (size_t i = 0; i < count; i++)
		set_scopes(caller, resources[i], scopes);
	for (size_t i = 0; i < count; i++)
		if (resources[i]->parent)
			set_scopes_of_part(caller, resources[i]);
	caller->log_of_money = has_log_of_money(caller, scopes);
	caller->access = access_text(caller, arena);
	set_rules(caller, arena, rules);
	return ERR_OK;
}

const struct caller *caller_narrow(const struct caller *caller, struct arena *arena,
	const struct resource *resource, enum verb verb, enum verb by)
{
	enum scope scope = scope_narrower(
		caller_scope(caller, resource, verb), caller_scope(caller, resource, by));
	struct caller *narrow;

	if (scope == caller_scope(caller, resource, verb))
		return caller;
	narrow = ARENA_NEW(arena, struct caller);
	*narrow = *caller;
	narrow->scopes[resource->index][verb] = (unsigned char)scope;
	/* Row security asks of a part by its record's letter. */
	if (resource->parent)
		narrow->scopes[resource->parent->index][verb] = (unsigned char)scope;
	narrow->access = access_text(narrow, arena);
	return narrow;
}

struct db_context caller_context(
	const struct caller *caller, struct str request_id, struct str changeset_id)
{
	return (struct db_context){
		.org_id = caller->org_id,
		.user_id = caller->user_id,
		.access = caller->access,
		.team_users = caller->team_users,
		.partner_id = caller->partner_id,
		.request_id = request_id,
		.changeset_id = changeset_id,
	};
}

void caller_write_organization(struct json *json, const struct caller *caller)
{
	json_object(json);
	json_member_str(json, "id", caller->org_id);
	json_member_str(json, "name", caller->org_name);
	json_member_str(json, "currency", caller->currency);
	json_member_str(json, "timeZone", caller->time_zone);
	json_member_str(json, "locale", caller->locale);
	if (caller->week_start.ptr)
		json_member_raw(json, "weekStart", caller->week_start);
	json_end(json);
}
