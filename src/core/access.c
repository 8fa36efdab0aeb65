/* SPDX-License-Identifier: Apache-2.0 */
/* Access as data: names, and the presets' answers. */
#include "core/access.h"

#include <string.h>

/* --- names ------------------------------------------------------------------------------------ */

static const char *const preset_keys[PRESET__COUNT] = {
	[PRESET_ADMIN] = "admin",
	[PRESET_MANAGER] = "manager",
	[PRESET_USER] = "user",
	[PRESET_ACCOUNTANT] = "accountant",
	[PRESET_PARTNER_ADMIN] = "partner_admin",
	[PRESET_PARTNER_USER] = "partner_user",
};

static const char *const verb_names[VERB__COUNT] = {
	[VERB_READ] = "read",
	[VERB_CREATE] = "create",
	[VERB_UPDATE] = "update",
	[VERB_DELETE] = "delete",
	[VERB_ASSIGN] = "assign",
	[VERB_ISSUE] = "issue",
	[VERB_CORRECT] = "correct",
	[VERB_EXPORT] = "export",
	[VERB_IMPORT] = "import",
	[VERB_BULK] = "bulk",
	[VERB_MERGE] = "merge",
};

static const char *const scope_names[SCOPE__COUNT] = {
	[SCOPE_NONE] = "none",
	[SCOPE_OWN] = "own",
	[SCOPE_PARTNER] = "partner",
	[SCOPE_TEAM] = "team",
	[SCOPE_ALL] = "all",
};

static const char *const rule_names[RULE__COUNT] = {
	[RULE_NONE] = "none",
	[RULE_READ] = "read",
	[RULE_WRITE] = "write",
};

static bool find(const char *const *names, size_t count, struct str name, size_t *out)
{
	for (*out = 0; *out < count; ++*out)
		if (str_is(name, names[*out]))
			return true;
	return false;
}

bool preset_parse(struct str key, enum preset *out)
{
	size_t i;
	bool known = find(preset_keys, PRESET__COUNT, key, &i);

	*out = known ? (enum preset)i : *out;
	return known;
}

const char *verb_name(enum verb verb)
{
	return verb_names[verb];
}

bool verb_find(struct str name, enum verb *out)
{
	size_t i;
	bool known = find(verb_names, VERB__COUNT, name, &i);

	*out = known ? (enum verb)i : *out;
	return known;
}

const char *scope_name(enum scope scope)
{
	return scope_names[scope];
}

bool scope_find(struct str name, enum scope *out)
{
	size_t i;
	bool known = find(scope_names, SCOPE__COUNT, name, &i);

	*out = known ? (enum scope)i : *out;
	return known;
}

const char *field_rule_name(enum field_rule rule)
{
	return rule_names[rule];
}

bool field_rule_find(struct str name, enum field_rule *out)
{
	size_t i;
	bool known = find(rule_names, RULE__COUNT, name, &i);

	*out = known ? (enum field_rule)i : *out;
	return known;
}

/* In the order of enum scope. */
static const char scope_letters[] = "nopta";

char scope_letter(enum scope scope)
{
	return scope_letters[scope];
}

static enum scope scope_of_letter(char letter)
{
	const char *place = letter ? strchr(scope_letters, letter) : NULL;

	return place ? (enum scope)(place - scope_letters) : SCOPE_NONE;
}

/* --- reach ------------------------------------------------------------------------------------ */

enum scope scope_narrower(enum scope a, enum scope b)
{
	if (a == b || b == SCOPE_ALL)
		return a;
	if (a == SCOPE_ALL)
		return b;
	return a == SCOPE_PARTNER || b == SCOPE_PARTNER ? SCOPE_NONE : a < b ? a : b;
}

enum verb verb_base(enum verb verb)
{
	static const enum verb bases[VERB__COUNT] = {
		[VERB_READ] = VERB_READ,
		[VERB_CREATE] = VERB_CREATE,
		[VERB_UPDATE] = VERB_UPDATE,
		[VERB_DELETE] = VERB_DELETE,
		[VERB_ASSIGN] = VERB_UPDATE,
		[VERB_ISSUE] = VERB_ISSUE,
		[VERB_CORRECT] = VERB_CORRECT,
		[VERB_EXPORT] = VERB_READ,
		[VERB_IMPORT] = VERB_CREATE,
		[VERB_BULK] = VERB_UPDATE,
		[VERB_MERGE] = VERB_UPDATE,
	};

	return bases[verb];
}

/* --- presets ---------------------------------------------------------------------------------- */

/* Export, import, bulk and merge (FIELDS.md). */
static const char general_letters[PRESET__COUNT][VERB__COUNT - VERB_EXPORT + 1] = {
	[PRESET_ADMIN] = "aaaa",
	[PRESET_MANAGER] = "aaaa",
	[PRESET_USER] = "nnoo",
	[PRESET_ACCOUNTANT] = "annn",
	[PRESET_PARTNER_ADMIN] = "pnnn",
	[PRESET_PARTNER_USER] = "nnnn",
};

enum scope preset_scope(const struct entity *entity, enum preset preset, enum verb verb)
{
	const char *letters = entity->access[preset];
	size_t stated = letters ? strlen(letters) : 0;

	if (verb < stated && letters[verb] != '-')
		return scope_of_letter(letters[verb]);
	if (verb == VERB_ASSIGN)
		return preset_scope(entity, preset, VERB_UPDATE);
	if (verb < VERB_EXPORT)
		return SCOPE_NONE;
	return scope_of_letter(general_letters[preset][verb - VERB_EXPORT]);
}

enum field_rule preset_rule(const struct field *field, enum preset preset)
{
	return field->hidden_from & HIDDEN_FROM(preset) ? RULE_NONE : RULE_WRITE;
}
