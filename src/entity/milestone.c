/* SPDX-License-Identifier: Apache-2.0 */
/* A milestone of a project. Own is what belongs to an own project. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option statuses[] = {
	{"open", "Open"},
	{"reached", "Reached"},
	{"cancelled", "Cancelled"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",        .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "projectId",   .kind = FIELD_REFERENCE, .references = "project",
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED},
	{.name = "status",      .kind = FIELD_ENUM,      .options = statuses,
	 .initial = "\"open\"", .flags = FIELD_LISTED},
	{.name = "startDate",   .kind = FIELD_DATE,      .label = "Start"},
	{.name = "dueDate",     .kind = FIELD_DATE,      .label = "Due", .flags = FIELD_LISTED},
	{.name = "reachedAt",   .kind = FIELD_DATETIME,  .label = "Reached",
	 .flags = FIELD_READ_ONLY},
	{.name = "ownerId",     .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_LISTED, .help = "The project's owner unless said otherwise."},
	{.name = "amount",      .kind = FIELD_MONEY,     .flags = FIELD_LISTED,
	 .help = "To be invoiced when it is reached."},
	{.name = "progress",    .kind = FIELD_INTEGER,   RANGE(0, 100), .initial = "0",
	 .flags = FIELD_READ_ONLY | FIELD_LISTED,
	 .help = "Per cent of the tasks that are done, the cancelled ones left out."},
	{.name = "position",    .kind = FIELD_INTEGER,   RANGE(0, 1000000), .initial = "0"},
	{.name = "description", .kind = FIELD_LONG_TEXT, .max_len = 5000,
	 .flags = FIELD_DETAIL},
	{.name = "isTemplate", .kind = FIELD_BOOLEAN, .initial = "false",
	 .label = "Of a template", .section = "System", .flags = FIELD_READ_ONLY,
	 .help = "Belongs to a template: lists leave it out unless they ask for it or for the template."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "milestones_dates",
		.field = "dueDate",
		.message = "Must not be before the start."},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.of = "task", .by = "milestoneId", .rule = DELETE_DETACH},
	{0},
};

const struct entity entity_milestone = {
	.name = "milestone",
	.plural = "milestones",
	.label = "Milestone",
	.label_plural = "Milestones",
	.icon = "milestone",
	.group = "work",
	.flags = ENTITY_TEMPLATES,
	.fields = fields,
	.currency_of = "projectId",
	.constraints = constraints,
	.own_through = "projectId",
	.on_delete = on_delete,
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
