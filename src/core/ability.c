/* SPDX-License-Identifier: Apache-2.0 */
/* Abilities, by preset. */
#include "core/ability.h"

static const bool abilities[PRESET__COUNT][ABILITY__COUNT] = {
	[PRESET_ADMIN] =
		{[ABILITY_IMPORT] = true, [ABILITY_EXPORT] = true, [ABILITY_ADMINISTER] = true},
	[PRESET_MANAGER] = {[ABILITY_IMPORT] = true, [ABILITY_EXPORT] = true},
	[PRESET_ACCOUNTANT] = {[ABILITY_EXPORT] = true},
	[PRESET_PARTNER_ADMIN] = {[ABILITY_EXPORT] = true},
};

bool caller_can(const struct caller *caller, enum ability ability)
{
	return abilities[caller->preset][ability];
}
