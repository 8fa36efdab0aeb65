/* SPDX-License-Identifier: Apache-2.0 */
/* A team: users under a manager. Who is in it stands at the user. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",        .kind = FIELD_TEXT,      .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "managerId",   .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_LISTED},
	{.name = "description", .kind = FIELD_LONG_TEXT, .max_len = 2000, .flags = FIELD_LISTED},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "teams_name_unique",
		.field = "name",
		.message = "Another team has this name."},
	{0},
};

const struct entity entity_team = {
	.name = "team",
	.plural = "teams",
	.label = "Team",
	.label_plural = "Teams",
	.icon = "team",
	.group = "admin",
	.fields = fields,
	.constraints = constraints,
	.flags = ENTITY_SHAPES,
	.default_sort = "name",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "annn",
		[PRESET_USER] = "annn",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
