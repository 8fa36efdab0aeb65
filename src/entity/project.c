/* SPDX-License-Identifier: Apache-2.0 */
/* A project: work for a client, in milestones and tasks. Own to its owner and its members. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option statuses[] = {
	{"planned", "Planned"},
	{"active", "Active"},
	{"on_hold", "On hold"},
	{"completed", "Completed"},
	{"cancelled", "Cancelled"},
	{NULL, NULL},
};

static const struct field_option priorities[] = {
	{"low", "Low"},
	{"normal", "Normal"},
	{"high", "High"},
	{"urgent", "Urgent"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",        .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED},
	{.name = "code",        .kind = FIELD_TEXT,      .min_len = 1, .max_len = 30,
	 .flags = FIELD_LISTED | FIELD_SEARCHED},
	{.name = "status",      .kind = FIELD_ENUM,      .options = statuses,
	 .initial = "\"planned\"", .flags = FIELD_LISTED},
	{.name = "priority",    .kind = FIELD_ENUM,      .options = priorities,
	 .initial = "\"normal\"", .flags = FIELD_LISTED},
	{.name = "companyId",   .kind = FIELD_REFERENCE, .references = "company",
	 .label = "Client", .flags = FIELD_LISTED},
	{.name = "ownerId",     .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED},
	{.name = "startDate",   .kind = FIELD_DATE,      .label = "Start", .flags = FIELD_LISTED},
	{.name = "dueDate",     .kind = FIELD_DATE,      .label = "Due", .flags = FIELD_LISTED},
	{.name = "progress",    .kind = FIELD_INTEGER,   RANGE(0, 100), .initial = "0",
	 .flags = FIELD_READ_ONLY | FIELD_LISTED,
	 .help = "Per cent of the tasks that are done, the cancelled ones left out."},
	{.name = "memberIds",   .kind = FIELD_MULTI_REFERENCE, .references = "user",
	 .label = "Members", .flags = FIELD_NO_SORT,
	 .help = "Who works on it; to them it is their own."},
	{.name = "description", .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL},

	{.name = "contactId",   .kind = FIELD_REFERENCE, .references = "contact",
	 .section = "Order"},
	{.name = "dealId",      .kind = FIELD_REFERENCE, .references = "deal", .section = "Order"},
	{.name = "budget",      .kind = FIELD_MONEY,     .section = "Order"},
	{.name = "currency",    .kind = FIELD_CURRENCY,  .section = "Order",
	 .flags = FIELD_NOT_NULL, .help = "The organisation's unless said otherwise."},
	{.name = "invoicedTotal", .kind = FIELD_MONEY,   .label = "Invoiced",
	 .section = "Order", .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_SIGNED,
	 .help = "With tax, less credit notes; in the currency of the project."},
	{.name = "paidTotal",   .kind = FIELD_MONEY,     .label = "Paid", .section = "Order",
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL},
	{.name = "completedAt", .kind = FIELD_DATETIME,  .label = "Completed",
	 .section = "Order", .flags = FIELD_READ_ONLY},
	{.name = "isTemplate",  .kind = FIELD_BOOLEAN,   .initial = "false",
	 .label = "Template", .section = "Order",
	 .help = "A template is left out of lists unless they ask for templates."},
	{.name = "templateId",  .kind = FIELD_REFERENCE, .references = "project",
	 .section = "Order", .flags = FIELD_IMMUTABLE,
	 .help = "The template whose milestones and tasks a new project takes over."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "projects_code_unique",
		.field = "code",
		.message = "Another project has this code."},
	{.constraint = "projects_dates",
		.field = "dueDate",
		.message = "Must not be before the start."},
	{.constraint = "projects_members",
		.field = "memberIds",
		.code = "TOO_MANY",
		.message = "At most 100 members."},
	{.constraint = "projects_template_status",
		.field = "status",
		.message = "A template is no project: it stays planned."},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.of = "milestone", .by = "projectId", .rule = DELETE_CASCADE},
	{.of = "activity", .by = "projectId", .rule = DELETE_CASCADE, .only_target = true},
	{.of = "task", .by = "projectId", .rule = DELETE_CASCADE, .only_target = true},
	{0},
};

static const struct entity_board board = {
	.by = "status",
	.order = "dueDate",
};

const struct entity entity_project = {
	.name = "project",
	.plural = "projects",
	.label = "Project",
	.label_plural = "Projects",
	.icon = "project",
	.group = "work",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH | ENTITY_OWN_IDS | ENTITY_TEMPLATES |
		ENTITY_READ_AGAIN,
	.board = &board,
	.fields = fields,
	.constraints = constraints,
	/* No owner_field: own is what I lead, and what I am a member of. */
	.on_delete = on_delete,
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
