/* SPDX-License-Identifier: Apache-2.0 */
/* A pipeline: the stages that deals, or leads, go through. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option entities[] = {
	{"deal", "Deals"},
	{"lead", "Leads"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",      .kind = FIELD_TEXT,    .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "entity",    .kind = FIELD_ENUM,    .options = entities, .initial = "\"deal\"",
	 .label = "Pipeline of", .flags = FIELD_IMMUTABLE | FIELD_LISTED},
	{.name = "isDefault", .kind = FIELD_BOOLEAN, .initial = "false", .label = "Default",
	 .flags = FIELD_LISTED,
	 .help = "New records enter the default pipeline; making one the default unmakes the other."},
	{.name = "position",  .kind = FIELD_INTEGER, RANGE(0, 1000000), .initial = "0",
	 .flags = FIELD_LISTED},
	{.name = "archived",  .kind = FIELD_BOOLEAN, .initial = "false",
	 .help = "Only a pipeline without open records can be archived."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "pipelines_name_unique",
		.field = "name",
		.message = "Another pipeline has this name."},
	{.constraint = "pipelines_default_open",
		.field = "archived",
		.message = "The default pipeline cannot be archived."},
	{.constraint = "pipelines_default_unique",
		.field = "isDefault",
		.message = "Another pipeline is the default."},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.of = "stage", .by = "pipelineId", .rule = DELETE_CASCADE},
	{0},
};

const struct entity entity_pipeline = {
	.name = "pipeline",
	.plural = "pipelines",
	.label = "Pipeline",
	.label_plural = "Pipelines",
	.icon = "pipeline",
	.group = "admin",
	.flags = ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
	.default_sort = "position",
	.on_delete = on_delete,
	.instead = "Archive it instead.",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "annn",
		[PRESET_USER] = "annn",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "annn",
		[PRESET_PARTNER_USER] = "annn"},
};
