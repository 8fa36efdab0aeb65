/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks: presets, access letters and the database context. */
#include "core/caller.h"

#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"

static const char *const preset_keys[PRESET__COUNT] = {
	[PRESET_ADMIN] = "admin",
	[PRESET_MANAGER] = "manager",
	[PRESET_USER] = "user",
	[PRESET_ACCOUNTANT] = "accountant",
	[PRESET_PARTNER_ADMIN] = "partner_admin",
	[PRESET_PARTNER_USER] = "partner_user",
};

const char *preset_key(enum preset preset)
{
	return preset_keys[preset];
}

bool preset_parse(struct str key, enum preset *out)
{
	for (size_t i = 0; i < PRESET__COUNT; i++) {
		if (str_is(key, preset_keys[i])) {
			*out = (enum preset)i;
			return true;
		}
	}
	return false;
}

/* In the order of enum scope. */
static const char scope_letters[] = "nopta";

static bool are_letters(struct str letters)
{
	if (letters.len != VERB__COUNT)
		return false;
	for (size_t i = 0; i < VERB__COUNT; i++)
		if (!memchr(scope_letters, letters.ptr[i], sizeof(scope_letters) - 1))
			return false;
	return true;
}

/* The role's own letters, else the preset's; whatever is not four known letters closes the table. */
static struct str letters_of(
	const struct resource *resource, enum preset preset, const struct json_value *overrides)
{
	char table[128];
	struct str letters;

	INVARIANT(resource->table.len < sizeof(table));
	memcpy(table, resource->table.ptr, resource->table.len);
	table[resource->table.len] = '\0';
	letters = json_get(overrides, table) ? json_get_str(overrides, table)
					     : str_of(resource->entity->access[preset]);
	return are_letters(letters) ? letters : STR("nnnn");
}

enum err caller_set_access(struct caller *caller, struct arena *arena, struct str overrides)
{
	struct json_value *known = NULL;
	struct problem problem;
	struct buf access;
	size_t count;
	const struct resource *const *resources = resources_all(&count);

	problem_init(&problem, arena);
	if (overrides.len && json_read(arena, overrides, &problem, &known) != ERR_OK)
		return ERR_INTERNAL;
	buf_init(&access, RESOURCE_MAX * 80);
	buf_append_char(&access, '|');
	for (size_t i = 0; i < count; i++) {
		struct str letters = letters_of(resources[i], caller->preset, known);

		for (size_t verb = 0; verb < VERB__COUNT; verb++)
			caller->scopes[resources[i]->index][verb] =
				(unsigned char)(strchr(scope_letters, letters.ptr[verb]) -
					scope_letters);
		buf_printf(&access, "%.*s:%.*s|", STR_ARG(resources[i]->table), STR_ARG(letters));
	}
	INVARIANT(!access.full);
	caller->access = arena_str(arena, buf_str(&access));
	buf_deinit(&access);
	return ERR_OK;
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
	json_end(json);
}
