/* SPDX-License-Identifier: Apache-2.0 */
/* A change: one row of the change log, shown as audit log, activity log and timeline. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "at",          .kind = FIELD_DATETIME,  .label = "Time",
	 .flags = FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "actorId",     .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_LISTED},
	{.name = "action",      .kind = FIELD_TEXT,
	 .flags = FIELD_NOT_NULL | FIELD_TITLE | FIELD_LISTED,
	 .help = "Such as create, update, delete, restore or login."},
	{.name = "entity",      .kind = FIELD_TEXT,
	 .flags = FIELD_NOT_NULL | FIELD_TITLE | FIELD_LISTED},
	{.name = "recordId",    .kind = FIELD_UUID,      .flags = FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "parentId",    .kind = FIELD_UUID,
	 .help = "Of what is part of another record, such as a line: that record."},
	{.name = "diff",        .kind = FIELD_DIFF,      .label = "Change",
	 .flags = FIELD_NO_FILTER | FIELD_NO_SORT | FIELD_LISTED,
	 .help = "Per field, the value before and after; a create has none, the record is there."},
	{.name = "changesetId", .kind = FIELD_UUID,      .help = "Changes of one action share it."},
	{.name = "requestId",   .kind = FIELD_TEXT,      .label = "Request ID"},
	{.name = "partnerId",   .kind = FIELD_REFERENCE, .references = "partner",
	 .help = "Whose record it was at that time."},
	{0},
};
/* clang-format on */

const struct entity entity_change = {
	.name = "change",
	.plural = "changes",
	.path = "audit-logs",
	.aliases = (const struct entity_alias[]){{.path = "activity-log"},
		{.path = "partners/{partnerId}/activity-log", .within = "partnerId"}, {0}},
	.label = "Change",
	.label_plural = "Audit log",
	.icon = "change",
	.group = "admin",
	.flags = ENTITY_READ_ONLY | ENTITY_BARE,
	.fields = fields,
	.partner_field = "partnerId",
	.default_sort = "-id", /* ids ascend in time, and the primary key orders them */
	.access = {[PRESET_ADMIN] = "annn",
		[PRESET_MANAGER] = "annn",
		[PRESET_USER] = "onnn",
		[PRESET_ACCOUNTANT] = "annn", /* of documents and payments: ENTITY_MONEY */
		[PRESET_PARTNER_ADMIN] = "pnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
