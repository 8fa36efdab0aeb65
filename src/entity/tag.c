/* SPDX-License-Identifier: Apache-2.0 */
/* A tag: a word that members put on records. */
#include <stddef.h>

#include "core/entity.h"
#include "entity/options.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",        .kind = FIELD_TEXT, .min_len = 1, .max_len = 50,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "color",       .kind = FIELD_ENUM, .options = palette, .flags = FIELD_LISTED},
	{.name = "description", .kind = FIELD_TEXT, .max_len = 500, .flags = FIELD_LISTED},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "tags_name_unique",
		.field = "name",
		.message = "Another tag has this name."},
	{0},
};

const struct entity entity_tag = {
	.name = "tag",
	.plural = "tags",
	.label = "Tag",
	.label_plural = "Tags",
	.icon = "tag",
	.group = "admin",
	.fields = fields,
	.constraints = constraints,
	.default_sort = "name",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "aann",
		[PRESET_ACCOUNTANT] = "aann",
		[PRESET_PARTNER_ADMIN] = "annn",
		[PRESET_PARTNER_USER] = "annn"},
};
