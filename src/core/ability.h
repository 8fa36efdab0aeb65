/* SPDX-License-Identifier: Apache-2.0 */
/* Abilities: what a role may do to anything at all; whether to this entity, its scope says. */
#pragma once

#include "core/caller.h"

enum ability {
	ABILITY_IMPORT,
	ABILITY_EXPORT,
	ABILITY_BULK,
	ABILITY_MERGE,
	ABILITY_ADMINISTER, /* roles, custom fields, picklists, settings */
	ABILITY__COUNT
};

bool caller_can(const struct caller *caller, enum ability ability);
