/* SPDX-License-Identifier: Apache-2.0 */
/* A mapping of imports that is kept under a name, for the next file of its kind (docs/import.md). */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",        .kind = FIELD_TEXT, .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "into",        .kind = FIELD_TEXT, .max_len = 60, .flags = FIELD_LISTED,
	 .help = "What the rows become, as in the mapping: contacts."},
	{.name = "description", .kind = FIELD_TEXT, .max_len = 500, .flags = FIELD_LISTED},
	{.name = "map",         .kind = FIELD_JSON, .initial = "{}",
	 .flags = FIELD_DETAIL | FIELD_NO_SORT | FIELD_NO_FILTER,
	 .label = "Mapping", .help = "The mapping itself, an object."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "import_mappings_name_unique",
		.field = "name",
		.message = "Another mapping has this name."},
	{.constraint = "import_mappings_map",
		.field = "map",
		.code = "WRONG_TYPE",
		.message = "Must be an object of at most 1 MiB."},
	{0},
};

const struct entity entity_import_mapping = {
	.name = "import_mapping",
	.plural = "import_mappings",
	.label = "Import mapping",
	.label_plural = "Import mappings",
	.icon = "table",
	.group = "admin",
	.flags = ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
	.default_sort = "name",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaaa",
		[PRESET_USER] = "annn",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
