/* SPDX-License-Identifier: Apache-2.0 */
/* A stage of a pipeline. Its category decides whether what stands in it is open, won or lost. */
#include <stddef.h>

#include "core/entity.h"
#include "entity/options.h"

static const struct field_option categories[] = {
	{"open", "Open"},
	{"won", "Won"},
	{"lost", "Lost"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",        .kind = FIELD_TEXT,      .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "pipelineId",  .kind = FIELD_REFERENCE, .references = "pipeline",
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED},
	{.name = "category",    .kind = FIELD_ENUM,      .options = categories,
	 .initial = "\"open\"", .flags = FIELD_LISTED,
	 .help = "In a pipeline of leads, won means converted and lost means unqualified."},
	{.name = "probability", .kind = FIELD_INTEGER,   RANGE(0, 100), .initial = "0",
	 .flags = FIELD_LISTED, .help = "Per cent; of a won stage 100, of a lost one 0."},
	{.name = "position",    .kind = FIELD_INTEGER,   RANGE(0, 1000000),
	 .flags = FIELD_REQUIRED | FIELD_LISTED},
	{.name = "color",       .kind = FIELD_ENUM,      .options = palette, .flags = FIELD_LISTED},
	{.name = "key",         .kind = FIELD_TEXT,      .max_len = 50,
	 .pattern = "^[a-z][a-z0-9_]{0,49}$", .flags = FIELD_NOT_NULL,
	 .help = "For programs; made from the name when absent."},
	{.name = "rotDays",     .kind = FIELD_INTEGER,   RANGE(0, 365), .initial = "0",
	 .label = "Rots after (days)",
	 .help = "Days without activity until a record here counts as neglected; 0 means never."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "stages_name_unique",
		.field = "name",
		.message = "Another stage of the pipeline has this name."},
	{.constraint = "stages_key_unique",
		.field = "key",
		.message = "Another stage of the pipeline has this key."},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.of = "deal", .by = "stageId", .rule = DELETE_MOVE},
	{.of = "lead", .by = "stageId", .rule = DELETE_MOVE},
	{0},
};

const struct entity entity_stage = {
	.name = "stage",
	.plural = "stages",
	.label = "Stage",
	.label_plural = "Stages",
	.icon = "stage",
	.group = "admin",
	.flags = ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
	.default_sort = "position",
	.on_delete = on_delete,
	.move_within = "pipelineId",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "annn",
		[PRESET_USER] = "annn",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "annn",
		[PRESET_PARTNER_USER] = "annn"},
};
