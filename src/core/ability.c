/* SPDX-License-Identifier: Apache-2.0 */
/* Abilities, out of the caller's scopes. */
#include "core/ability.h"

static bool can_anywhere(const struct caller *caller, enum verb verb, unsigned closed_by)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	for (size_t i = 0; i < count; i++)
		if (!(all[i]->entity->flags & closed_by) &&
			caller_scope(caller, all[i], verb) != SCOPE_NONE)
			return true;
	return false;
}

static bool administers(const struct caller *caller)
{
	return caller_scope(caller, resource_find(STR("role")), VERB_UPDATE) == SCOPE_ALL;
}

bool caller_can(const struct caller *caller, enum ability ability)
{
	switch (ability) {
	case ABILITY_IMPORT:
		return can_anywhere(caller, VERB_IMPORT,
			ENTITY_NO_IMPORT | ENTITY_READ_ONLY | ENTITY_NO_CREATE);
	case ABILITY_EXPORT:
		return can_anywhere(caller, VERB_EXPORT, 0);
	case ABILITY_BULK:
		return can_anywhere(caller, VERB_BULK, ENTITY_READ_ONLY);
	case ABILITY_MERGE:
		return can_anywhere(caller, VERB_MERGE, ENTITY_READ_ONLY);
	case ABILITY_ADMINISTER:
		return administers(caller);
	default:
		return false;
	}
}
