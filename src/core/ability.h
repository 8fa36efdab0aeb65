/* SPDX-License-Identifier: Apache-2.0 */
/* Abilities: what a role may do that no entity's letters say (FIELDS.md, access presets). */
#pragma once

#include "core/caller.h"

enum ability {
	ABILITY_IMPORT,
	ABILITY_EXPORT,
	ABILITY_ADMINISTER, /* roles, custom fields, picklists, settings */
	ABILITY__COUNT
};

bool caller_can(const struct caller *caller, enum ability ability);
