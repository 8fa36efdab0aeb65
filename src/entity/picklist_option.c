/* SPDX-License-Identifier: Apache-2.0 */
/* An option of a picklist: the values that an organisation chooses for itself. */
#include <stddef.h>

#include "core/entity.h"
#include "entity/options.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "picklist", .kind = FIELD_TEXT,    .min_len = 1, .max_len = 60,
	 .pattern = "^[a-z][a-zA-Z0-9_.]{0,59}$",
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED,
	 .help = "Which list, such as industry, lead.source or lostReason."},
	{.name = "label",    .kind = FIELD_TEXT,    .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "key",      .kind = FIELD_TEXT,    .min_len = 1, .max_len = 60,
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED, .help = "What records store."},
	{.name = "color",    .kind = FIELD_ENUM,    .options = palette, .flags = FIELD_LISTED},
	{.name = "position", .kind = FIELD_INTEGER, RANGE(0, 1000000), .initial = "0",
	 .flags = FIELD_LISTED},
	{.name = "archived", .kind = FIELD_BOOLEAN, .initial = "false", .flags = FIELD_LISTED,
	 .help = "Stays on old records, is not offered for new ones."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "picklist_options_key_unique",
		.field = "key",
		.message = "The picklist has an option of this key."},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.rule = DELETE_PICKED},
	{0},
};

const struct entity entity_picklist_option = {
	.name = "picklist_option",
	.plural = "picklist_options",
	.label = "Picklist option",
	.label_plural = "Picklist options",
	.icon = "picklist_option",
	.group = "admin",
	.flags = ENTITY_NO_IMPORT | ENTITY_SHAPES,
	.fields = fields,
	.constraints = constraints,
	.default_sort = "picklist,position",
	.on_delete = on_delete,
	.instead = "Archive it, or merge it into another.",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "nnnn",
		[PRESET_USER] = "nnnn",
		[PRESET_ACCOUNTANT] = "nnnn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
