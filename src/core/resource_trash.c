/* SPDX-License-Identifier: Apache-2.0 */
/* Resources: what the trash does to other records. */
#include "core/resource_trash.h"

#include "base/buf.h"
#include "base/json_write.h"

enum { RULES_MAX = 256 * 1024 };

_Static_assert(RESOURCE_MAX <= 64, "trash_reach has a bit for each resource");

static const char *const rule_names[DELETE_RULE__COUNT] = {
	[DELETE_BLOCK] = "block",
	[DELETE_ASK] = "ask",
	[DELETE_CASCADE] = "cascade",
	[DELETE_DETACH] = "detach",
	[DELETE_MOVE] = "move",
	[DELETE_PICKED] = "picked",
};

static bool ends(const struct entity_delete *rule)
{
	return !rule->of && rule->rule != DELETE_PICKED;
}

static const struct entity_delete *rules_of(const struct resource *r)
{
	static const struct entity_delete none = {0};

	return r->entity->on_delete ? r->entity->on_delete : &none;
}

/* --- checking --------------------------------------------------------------------------------- */

static enum err refuse(struct problem *problem, const struct resource *r, const char *what)
{
	return problem_set(
		problem, ERR_INTERNAL, "entity %s, on_delete: %s", r->entity->name, what);
}

static const struct resource_field *find(const struct resource *r, const char *name)
{
	return name ? resource_field_find(r, str_of(name)) : NULL;
}

static const char *fault_of(const struct resource *r, const struct entity_delete *rule)
{
	const struct resource *of = resource_find(str_of(rule->of));
	const struct resource_field *by = of ? find(of, rule->by) : NULL;

	if (!by || by->target != r || by->field->kind != FIELD_REFERENCE)
		return "a rule names what does not refer here";
	if (!of->has_deleted && rule->rule != DELETE_DETACH)
		return "a rule asks for the trash of what has none";
	if (rule->in && !rule->when)
		return "values without a field";
	if (rule->when && !find(of, rule->when))
		return "a rule looks at an unknown field";
	if (rule->only_target && !of->entity->targets)
		return "only_target of what has no targets";
	if (rule->rule == DELETE_MOVE && !find(r, r->entity->move_within))
		return "moves within an unknown field";
	return NULL;
}

static enum err check(struct problem *problem, const struct resource *r)
{
	const char *const *target = r->entity->targets;

	for (; target && *target; target++)
		if (!find(r, *target) || !find(r, *target)->target)
			return refuse(problem, r, "a target is no reference");
	for (const struct entity_delete *rule = rules_of(r); !ends(rule); rule++) {
		const char *fault = rule->rule == DELETE_PICKED ? NULL : fault_of(r, rule);

		if (fault)
			return refuse(problem, r, fault);
	}
	return ERR_OK;
}

/* --- reach ------------------------------------------------------------------------------------ */

/* Whether records of the rule's entity may go along, and so theirs. */
static bool leads_on(const struct entity_delete *rule)
{
	return rule->rule == DELETE_ASK || rule->rule == DELETE_CASCADE;
}

static uint64_t bit(const struct resource *r)
{
	return UINT64_C(1) << r->index;
}

static void walk(const struct resource *r, uint64_t *into)
{
	for (const struct entity_delete *rule = rules_of(r); !ends(rule); rule++) {
		const struct resource *of = rule->of ? resource_find(str_of(rule->of)) : NULL;

		if (!leads_on(rule) || (*into & bit(of)))
			continue;
		*into |= bit(of);
		walk(of, into);
	}
}

static uint64_t written_by(const struct resource *r)
{
	uint64_t written = 0;

	for (const struct entity_delete *rule = rules_of(r); !ends(rule); rule++)
		if (rule->of && rule->rule != DELETE_BLOCK)
			written |= bit(resource_find(str_of(rule->of)));
	return written;
}

/* --- the document ----------------------------------------------------------------------------- */

/* "Product category" in the middle of a sentence. */
static struct str lower(struct arena *arena, const char *label)
{
	struct str text = arena_str(arena, str_of(label));
	char *first = (char *)(uintptr_t)text.ptr;

	if (text.len > 1 && first[0] >= 'A' && first[0] <= 'Z' && first[1] >= 'a')
		first[0] = (char)(first[0] + 32);
	return text;
}

static void member_words(struct json *json, struct arena *arena, const char *key, const char *word,
	const char *label)
{
	struct str text = lower(arena, label);

	json_member_str(json, key,
		arena_printf(arena, "%s%s%.*s", word ? word : "", word ? " " : "", STR_ARG(text)));
}

void resource_trash_write_label(
	struct json *json, struct arena *arena, const char *key, const char *label)
{
	member_words(json, arena, key, NULL, label);
}

static void write_condition(struct json *json, struct arena *arena, const struct resource *of,
	const struct entity_delete *rule)
{
	const struct resource_field *when = find(of, rule->when);

	if (!when)
		return;
	json_member_str(json, "when", when->column);
	if (resource_field_is(when, FIELD_COMPUTED))
		json_member_str(json, "call",
			arena_printf(arena, "%.*s_%.*s", STR_ARG(of->name), STR_ARG(when->column)));
	if (!rule->in)
		return;
	json_key(json, STR("in"));
	json_array(json);
	for (const char *const *value = rule->in; *value; value++)
		json_cstr(json, *value);
	json_end(json);
}

/* The other targets must be empty; the one that is filled in may say what the record that goes says. */
static void write_targets(struct json *json, const struct resource *r, const struct resource *of,
	const struct entity_delete *rule)
{
	const char *filled = of->entity->filled_target;
	bool by_filled = filled && str_is(str_of(filled), rule->by);
	bool alike = filled && !by_filled && find(r, filled);

	if (!rule->only_target)
		return;
	json_key(json, STR("others"));
	json_array(json);
	for (const char *const *target = of->entity->targets; *target; target++)
		if (!str_is(str_of(*target), rule->by))
			json_str(json, find(of, *target)->column);
	if (filled && !alike && !by_filled)
		json_str(json, find(of, filled)->column);
	json_end(json);
	if (alike)
		json_member_str(json, "filled", find(of, filled)->column);
}

void resource_trash_write_rule(struct json *json, struct arena *arena, const struct resource *r,
	const struct entity_delete *rule)
{
	const struct resource *of = resource_find(str_of(rule->of));

	json_object(json);
	json_member_str(json, "table", of->table);
	json_member_str(json, "column", find(of, rule->by)->column);
	json_member_cstr(json, "rule", rule_names[rule->rule]);
	json_member_str(json, "field", of->path);
	member_words(json, arena, "one", rule->word, of->entity->label);
	member_words(json, arena, "many", rule->word, of->entity->label_plural);
	write_condition(json, arena, of, rule);
	write_targets(json, r, of, rule);
	json_end(json);
}

static void write_pick(struct json *json, struct arena *arena, const struct resource *of,
	const struct resource_field *field)
{
	json_object(json);
	json_member_str(json, "table", of->table);
	json_member_str(json, "column", field->column);
	json_member_cstr(json, "rule", rule_names[DELETE_PICKED]);
	json_member_cstr(json, "picklist", field->field->picklist);
	json_member_bool(json, "list", field->field->kind == FIELD_MULTI_PICKLIST);
	json_member_str(json, "field", of->path);
	member_words(json, arena, "one", NULL, of->entity->label);
	member_words(json, arena, "many", NULL, of->entity->label_plural);
	json_end(json);
}

static void write_picks(struct json *json, struct arena *arena)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	for (size_t i = 0; i < count; i++)
		for (size_t f = 0; f < all[i]->field_count; f++)
			if (all[i]->fields[f].field->picklist)
				write_pick(json, arena, all[i], &all[i]->fields[f]);
}

/* What a record cannot come back without: a part, whatever its rest, is still a part. */
static void write_parents(struct json *json, struct arena *arena, const struct resource *r)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	json_key(json, STR("parents"));
	json_array(json);
	for (size_t i = 0; i < count; i++)
		for (const struct entity_delete *rule = rules_of(all[i]); !ends(rule); rule++) {
			if (!rule->of || !str_is(r->name, rule->of) || rule->only_target ||
				rule->rule == DELETE_DETACH)
				continue;
			json_object(json);
			json_member_str(json, "table", all[i]->table);
			json_member_str(json, "column", find(r, rule->by)->column);
			member_words(json, arena, "one", NULL, all[i]->entity->label);
			json_end(json);
		}
	json_end(json);
}

static void write_table(struct json *json, struct arena *arena, const struct resource *r)
{
	const struct resource_field *within = find(r, r->entity->move_within);

	json_key(json, r->table);
	json_object(json);
	member_words(json, arena, "one", NULL, r->entity->label);
	if (r->entity->instead)
		json_member_cstr(json, "instead", r->entity->instead);
	if (within) {
		json_member_str(json, "within", within->column);
		member_words(json, arena, "withinOne", NULL, within->target->entity->label);
	}
	json_key(json, STR("titles"));
	json_array(json);
	for (size_t i = 0; i < r->title_count; i++)
		json_str(json, r->titles[i]->column);
	json_end(json);
	json_key(json, STR("rules"));
	json_array(json);
	for (const struct entity_delete *rule = rules_of(r); !ends(rule); rule++) {
		if (rule->rule == DELETE_PICKED)
			write_picks(json, arena);
		else
			resource_trash_write_rule(json, arena, r, rule);
	}
	json_end(json);
	write_parents(json, arena, r);
	json_end(json);
}

static struct str document(struct arena *arena, const struct resource *r, uint64_t tables)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, RULES_MAX);
	json_init(&json, &text);
	json_object(&json);
	for (size_t i = 0; i < count; i++)
		if (all[i] == r || (tables & bit(all[i])))
			write_table(&json, arena, all[i]);
	json_end(&json);
	INVARIANT(!text.full);
	out = arena_str(arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

/* --- all of it -------------------------------------------------------------------------------- */

static void fill(struct arena *arena, struct resource *r)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);
	uint64_t tables = 0;

	walk(r, &tables);
	r->trash_reach = written_by(r);
	for (size_t i = 0; i < count; i++)
		if (tables & bit(all[i]))
			r->trash_reach |= written_by(all[i]);
	for (const struct entity_delete *rule = rules_of(r); !ends(rule); rule++) {
		r->trash_asks |= rule->rule == DELETE_ASK;
		r->trash_moves |= rule->rule == DELETE_MOVE;
	}
	r->trash_rules = document(arena, r, tables);
}

enum err resource_trash_init(
	struct problem *problem, struct arena *arena, struct resource *resources, size_t count)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < count && !err; i++)
		err = check(problem, &resources[i]);
	for (size_t i = 0; i < count && !err; i++)
		if (resources[i].has_deleted)
			fill(arena, &resources[i]);
	return err;
}
