/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resources: what merging does.
 *
 * A record that is kept takes from the others what it lacks, in groups of columns that belong together: an
 * address, amounts and their currency, a number and its extension. A group is taken when all of it is empty.
 */
#include "core/resource_merge.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "core/resource_internal.h"
#include "core/resource_trash.h"

enum { RULES_MAX = 64 * 1024 };

static const char *const kind_names[DUPLICATE_KIND__COUNT] = {
	[DUPLICATE_EMAIL] = "email",
	[DUPLICATE_PHONE] = "phone",
	[DUPLICATE_DOMAIN] = "domain",
	[DUPLICATE_WEBSITE] = "website",
	[DUPLICATE_NAME] = "name",
};

const char *duplicate_kind_name(enum duplicate_kind kind)
{
	return kind_names[kind];
}

/* --- checking --------------------------------------------------------------------------------- */

static enum err check_likeness(
	struct problem *problem, const struct resource *r, const struct entity_duplicates *rule)
{
	for (size_t i = 0; i < DUPLICATE_MAX_FIELDS && rule->fields[i]; i++)
		if (!resource_field_find(r, str_of(rule->fields[i])))
			return resource_refuse(
				problem, r, rule->fields[i], "likeness of an unknown field");
	return ERR_OK;
}

static enum err check_kept(
	struct problem *problem, const struct resource *r, const struct entity_delete *rule)
{
	const struct resource *of = resource_find(str_of(rule->of));

	if (!of || !resource_field_find(of, str_of(rule->by)) || rule->rule != DELETE_BLOCK ||
		(rule->when && !resource_field_find(of, str_of(rule->when))))
		return resource_refuse(problem, r, rule->by, "kept_for names what is not there");
	return ERR_OK;
}

static enum err check(struct problem *problem, const struct resource *r)
{
	const struct entity_duplicates *alike = r->entity->duplicates;
	const struct entity_delete *kept = r->entity->kept_for;
	enum err err = ERR_OK;

	for (; alike && alike->kind && !err; alike++)
		err = check_likeness(problem, r, alike);
	for (; kept && kept->of && !err; kept++)
		err = check_kept(problem, r, kept);
	for (size_t i = 0; i < r->field_count && !err; i++) {
		const char *with = r->fields[i].field->with;

		if (with && !resource_field_find(r, str_of(with)))
			err = resource_refuse(problem, r, with, "goes with an unknown field");
	}
	return err;
}

/* --- groups ----------------------------------------------------------------------------------- */

/* What somebody gives a record, and nothing else says. */
static bool is_given(const struct resource *r, const struct resource_field *field)
{
	const unsigned not = FIELD_READ_ONLY | FIELD_IMMUTABLE | FIELD_COMPUTED | FIELD_CALLER;
	enum field_kind kind = field->field->kind;

	return !(field->field->flags & not ) && !field_never_null(field->field) &&
		field->target != r && kind != FIELD_EXTERNAL_IDS && !str_is(field->name, "custom");
}

/* The beginning that the fields of an address have in common: `billing`; empty for other fields. */
static struct str address_of(const struct resource *r, const struct resource_field *field)
{
	for (size_t i = 0; i < r->field_count; i++) {
		struct str name = r->fields[i].name;
		struct str prefix = str_slice(name, 0, name.len - MIN(name.len, strlen("Country")));

		if (r->fields[i].field->kind == FIELD_COUNTRY && prefix.len &&
			str_starts_with(field->name, prefix))
			return prefix;
	}
	return STR("");
}

static bool is_money(const struct resource_field *field)
{
	return field->field->kind == FIELD_MONEY || field->field->kind == FIELD_CURRENCY;
}

static bool goes_with(const struct resource_field *a, const struct resource_field *b)
{
	return a->field->with && str_is(b->name, a->field->with);
}

static bool together(
	const struct resource *r, const struct resource_field *a, const struct resource_field *b)
{
	struct str address = address_of(r, a);

	return (address.len && str_eq(address, address_of(r, b))) || (is_money(a) && is_money(b)) ||
		goes_with(a, b) || goes_with(b, a);
}

/* Whether a field before this one has it in its group. */
static bool is_taken(const struct resource *r, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (is_given(r, &r->fields[before]) &&
			together(r, &r->fields[before], &r->fields[i]))
			return true;
	return false;
}

static void write_group(struct json *json, const struct resource *r, size_t first)
{
	json_array(json);
	json_str(json, r->fields[first].column);
	for (size_t i = first + 1; i < r->field_count; i++)
		if (is_given(r, &r->fields[i]) && together(r, &r->fields[first], &r->fields[i]))
			json_str(json, r->fields[i].column);
	json_end(json);
}

static void write_groups(struct json *json, const struct resource *r)
{
	json_key(json, STR("groups"));
	json_array(json);
	for (size_t i = 0; i < r->field_count; i++)
		if (is_given(r, &r->fields[i]) && !is_taken(r, i))
			write_group(json, r, i);
	json_end(json);
}

/* --- the document ----------------------------------------------------------------------------- */

static void write_sticky(struct json *json, const struct resource *r)
{
	json_key(json, STR("sticky"));
	json_array(json);
	for (size_t i = 0; i < r->field_count; i++)
		if (resource_field_is(&r->fields[i], FIELD_STICKY))
			json_str(json, r->fields[i].column);
	json_end(json);
}

static void write_rules(struct json *json, struct arena *arena, const struct resource *r)
{
	json_object(json);
	resource_trash_write_label(json, arena, "one", r->entity->label);
	json_key(json, STR("rules"));
	json_array(json);
	for (const struct entity_delete *kept = r->entity->kept_for; kept && kept->of; kept++)
		resource_trash_write_rule(json, arena, r, kept);
	json_end(json);
	write_groups(json, r);
	write_sticky(json, r);
	json_end(json);
}

static struct str document(struct arena *arena, const struct resource *r)
{
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, RULES_MAX);
	json_init(&json, &text);
	write_rules(&json, arena, r);
	INVARIANT(!text.full);
	out = arena_str(arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

enum err resource_merge_init(
	struct problem *problem, struct arena *arena, struct resource *resources, size_t count)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < count && !err; i++)
		err = check(problem, &resources[i]);
	for (size_t i = 0; i < count && !err; i++)
		if (resources[i].entity->duplicates)
			resources[i].merge_rules = document(arena, &resources[i]);
	return err;
}
