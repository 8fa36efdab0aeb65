/* SPDX-License-Identifier: Apache-2.0 */
/* A line of an event's budget. One that stands for a booking takes from it what was agreed and paid. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",          .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "eventId",       .kind = FIELD_REFERENCE, .references = "event",
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED},
	{.name = "category",      .kind = FIELD_PICKLIST,  .picklist = "vendor.category",
	 .flags = FIELD_REQUIRED | FIELD_LISTED},
	{.name = "planned",       .kind = FIELD_MONEY,     .initial = "0", .flags = FIELD_LISTED},
	{.name = "eventVendorId", .kind = FIELD_REFERENCE, .references = "event_vendor",
	 .label = "Booking", .flags = FIELD_LISTED, .help = "One of this event, in one line only."},
	{.name = "agreed",        .kind = FIELD_MONEY,     .flags = FIELD_LISTED,
	 .help = "Of a line with a booking the cost agreed there, once it is held or confirmed."},
	{.name = "paid",          .kind = FIELD_MONEY,     .flags = FIELD_LISTED,
	 .help = "Of a line with a booking, what was paid for it."},
	{.name = "notes",         .kind = FIELD_LONG_TEXT, .max_len = 1000,
	 .flags = FIELD_DETAIL},
	{.name = "position",      .kind = FIELD_INTEGER,   RANGE(0, 1000000), .initial = "0"},
	{.name = "isTemplate", .kind = FIELD_BOOLEAN, .initial = "false",
	 .label = "Of a template", .section = "System", .flags = FIELD_READ_ONLY,
	 .help = "Belongs to a template: lists leave it out unless they ask for it or for the template."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "budget_lines_booking_unique",
		.field = "eventVendorId",
		.message = "Another line has this booking."},
	{0},
};

const struct entity entity_budget_line = {
	.name = "budget_line",
	.plural = "budget_lines",
	.label = "Budget line",
	.label_plural = "Budget",
	.icon = "budget_line",
	.group = "work",
	.flags = ENTITY_TEMPLATES,
	.fields = fields,
	.currency_of = "eventId",
	.constraints = constraints,
	.default_sort = "position",
	.own_through = "eventId",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
