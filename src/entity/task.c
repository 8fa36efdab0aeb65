/* SPDX-License-Identifier: Apache-2.0 */
/* A task: something to be done by somebody, about a record or by itself. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option statuses[] = {
	{"todo", "To do"},
	{"in_progress", "In progress"},
	{"waiting", "Waiting"},
	{"done", "Done"},
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
	{.name = "title",           .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "subject|task|name|summary"},
	{.name = "status",          .kind = FIELD_ENUM,      .options = statuses,
	 .initial = "\"todo\"", .flags = FIELD_LISTED},
	{.name = "priority",        .kind = FIELD_ENUM,      .options = priorities,
	 .initial = "\"normal\"", .flags = FIELD_LISTED},
	{.name = "dueAt",           .kind = FIELD_DATETIME,  .label = "Due", .flags = FIELD_LISTED},
	{.name = "allDay",          .kind = FIELD_BOOLEAN,   .initial = "true",
	 .help = "Due some time that day."},
	{.name = "assigneeId",      .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED,
	 .aliases = "assigned to|responsible|owner"},
	{.name = "startDate",       .kind = FIELD_DATE,      .label = "Start"},
	{.name = "remindAt",        .kind = FIELD_DATETIME,  .label = "Reminder"},
	{.name = "estimateMinutes", .kind = FIELD_INTEGER,   RANGE(0, 100000),
	 .label = "Estimate (minutes)"},
	{.name = "checklist",       .kind = FIELD_JSON,      .flags = FIELD_DETAIL | FIELD_NO_SORT,
	 .help = "At most 100 entries of {id, text, done}."},
	{.name = "description",     .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL | FIELD_SEARCHED},

	{.name = "companyId",       .kind = FIELD_REFERENCE, .references = "company",
	 .section = "About", .flags = FIELD_LISTED},
	{.name = "contactId",       .kind = FIELD_REFERENCE, .references = "contact",
	 .section = "About"},
	{.name = "leadId",          .kind = FIELD_REFERENCE, .references = "lead",
	 .section = "About"},
	{.name = "dealId",          .kind = FIELD_REFERENCE, .references = "deal",
	 .section = "About"},
	{.name = "projectId",       .kind = FIELD_REFERENCE, .references = "project",
	 .section = "About", .help = "That of the milestone unless said otherwise."},
	{.name = "milestoneId",     .kind = FIELD_REFERENCE, .references = "milestone",
	 .section = "About", .help = "One of the project."},
	{.name = "eventId",         .kind = FIELD_REFERENCE, .references = "event",
	 .section = "About"},
	{.name = "vendorId",        .kind = FIELD_REFERENCE, .references = "vendor",
	 .section = "About"},
	{.name = "partnerId",       .kind = FIELD_REFERENCE, .references = "partner",
	 .section = "About"},
	{.name = "invoiceId",       .kind = FIELD_REFERENCE, .references = "invoice",
	 .section = "About"},
	{.name = "offsetDays",      .kind = FIELD_INTEGER,   RANGE(-3650, 3650),
	 .label = "Days from the start", .section = "About",
	 .help = "From the start of the event or the project, which the due date then follows."},

	{.name = "overdue",         .kind = FIELD_BOOLEAN,   .section = "Computed",
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "Open, and the moment or the day it is due is over."},
	{.name = "completedAt",     .kind = FIELD_DATETIME,  .label = "Completed",
	 .section = "Computed", .flags = FIELD_READ_ONLY},
	{.name = "completedBy",     .kind = FIELD_REFERENCE, .references = "user",
	 .section = "Computed", .flags = FIELD_READ_ONLY},
	{.name = "position",        .kind = FIELD_TEXT,      .max_len = 100, .section = "System",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "Orders the cards of a board; compared byte by byte."},
	{.name = "isTemplate", .kind = FIELD_BOOLEAN, .initial = "false",
	 .label = "Of a template", .section = "System", .flags = FIELD_READ_ONLY,
	 .help = "Belongs to a template: lists leave it out unless they ask for it or for the template."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "tasks_start",
		.field = "startDate",
		.message = "Must not be after the due date."},
	{.constraint = "tasks_checklist",
		.field = "checklist",
		.message = "Must be a list of at most 100 entries."},
	{0},
};

/* A task goes to the trash with the last of these. */
static const char *const targets[] = {"contactId", "leadId", "dealId", "projectId", "eventId",
	"vendorId", "partnerId", "invoiceId", NULL};

static const struct entity_board board = {
	.by = "status",
	.order = "position",
};

const struct entity entity_task = {
	.name = "task",
	.plural = "tasks",
	.label = "Task",
	.label_plural = "Tasks",
	.icon = "task",
	.group = "work",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH | ENTITY_OWN_IDS | ENTITY_TEMPLATES,
	.board = &board,
	.fields = fields,
	.constraints = constraints,
	/* No owner_field: own is what I am to do, and what I made. */
	.targets = targets,
	.filled_target = "companyId",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "oaon",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
