/* SPDX-License-Identifier: Apache-2.0 */
/* Each change of a lead's stage, written by a trigger. Whoever sees the lead sees its history. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "leadId",     .kind = FIELD_REFERENCE, .references = "lead",
	 .flags = FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "oldStatus",  .kind = FIELD_TEXT,      .max_len = 50, .flags = FIELD_LISTED},
	{.name = "newStatus",  .kind = FIELD_TEXT,      .max_len = 50,
	 .flags = FIELD_NOT_NULL | FIELD_TITLE | FIELD_LISTED},
	{.name = "oldStageId", .kind = FIELD_REFERENCE, .references = "stage"},
	{.name = "newStageId", .kind = FIELD_REFERENCE, .references = "stage"},
	{.name = "changedBy",  .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_LISTED},
	{.name = "changedAt",  .kind = FIELD_DATETIME,  .label = "Changed",
	 .flags = FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "comment",    .kind = FIELD_TEXT,      .max_len = 500, .flags = FIELD_LISTED},
	{0},
};
/* clang-format on */

const struct entity entity_lead_status_history = {
	.name = "lead_status_history",
	.plural = "lead_status_history",
	.aliases = (const struct entity_alias[]){{.path = "leads/{leadId}/history",
							 .within = "leadId"},
		{0}},
	.label = "Lead status change",
	.label_plural = "Lead status history",
	.icon = "history",
	.group = "crm",
	.flags = ENTITY_READ_ONLY,
	.own_through = "leadId",
	.fields = fields,
	.access = {[PRESET_ADMIN] = "annn",
		[PRESET_MANAGER] = "annn",
		[PRESET_USER] = "onnn",
		[PRESET_ACCOUNTANT] = "nnnn",
		[PRESET_PARTNER_ADMIN] = "pnnn",
		[PRESET_PARTNER_USER] = "pnnn"},
};
