/* SPDX-License-Identifier: Apache-2.0 */
/* An item of an event's schedule. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option statuses[] = {
	{"planned", "Planned"},
	{"in_progress", "In progress"},
	{"done", "Done"},
	{"skipped", "Skipped"},
	{NULL, NULL},
};

static const struct field_option audiences[] = {
	{"internal", "Internal"},
	{"vendors", "Vendors"},
	{"everyone", "Everyone"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "title",         .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "eventId",       .kind = FIELD_REFERENCE, .references = "event",
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED},
	{.name = "startAt",       .kind = FIELD_DATETIME,  .label = "Start",
	 .flags = FIELD_REQUIRED | FIELD_LISTED, .help = "Shown in the time zone of the event."},
	{.name = "endAt",         .kind = FIELD_DATETIME,  .label = "End", .flags = FIELD_LISTED},
	{.name = "location",      .kind = FIELD_TEXT,      .max_len = 200, .flags = FIELD_LISTED},
	{.name = "assigneeId",    .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_LISTED},
	{.name = "eventVendorId", .kind = FIELD_REFERENCE, .references = "event_vendor",
	 .label = "Booking", .help = "One of this event."},
	{.name = "contactId",     .kind = FIELD_REFERENCE, .references = "contact"},
	{.name = "status",        .kind = FIELD_ENUM,      .options = statuses,
	 .initial = "\"planned\"", .flags = FIELD_LISTED},
	{.name = "audience",      .kind = FIELD_ENUM,      .options = audiences,
	 .initial = "\"internal\"", .flags = FIELD_LISTED},
	{.name = "description",   .kind = FIELD_LONG_TEXT, .max_len = 2000,
	 .flags = FIELD_DETAIL},
	{.name = "position",      .kind = FIELD_INTEGER,   RANGE(0, 1000000), .initial = "0",
	 .help = "Orders what starts at the same time."},
	{.name = "isTemplate", .kind = FIELD_BOOLEAN, .initial = "false",
	 .label = "Of a template", .section = "System", .flags = FIELD_READ_ONLY,
	 .help = "Belongs to a template: lists leave it out unless they ask for it or for the template."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "schedule_items_end",
		.field = "endAt",
		.message = "Must not be before the start."},
	{0},
};

const struct entity entity_schedule_item = {
	.name = "schedule_item",
	.plural = "schedule_items",
	.label = "Schedule item",
	.label_plural = "Schedule",
	.icon = "schedule_item",
	.group = "work",
	.flags = ENTITY_TEMPLATES,
	.fields = fields,
	.constraints = constraints,
	.default_sort = "startAt,position",
	.own_through = "eventId",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
