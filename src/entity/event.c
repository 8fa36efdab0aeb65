/* SPDX-License-Identifier: Apache-2.0 */
/* An event: an occasion that is planned for a client. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option statuses[] = {
	{"inquiry", "Inquiry"},
	{"tentative", "Tentative"},
	{"confirmed", "Confirmed"},
	{"in_progress", "In progress"},
	{"completed", "Completed"},
	{"cancelled", "Cancelled"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",            .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED},
	{.name = "eventType",       .kind = FIELD_PICKLIST,  .picklist = "eventType",
	 .label = "Type", .flags = FIELD_LISTED},
	{.name = "status",          .kind = FIELD_ENUM,      .options = statuses,
	 .initial = "\"inquiry\"", .flags = FIELD_LISTED,
	 .help = "From tentative on an event has dates, from confirmed on a client."},
	{.name = "companyId",       .kind = FIELD_REFERENCE, .references = "company",
	 .label = "Client", .flags = FIELD_LISTED},
	{.name = "contactId",       .kind = FIELD_REFERENCE, .references = "contact"},
	{.name = "ownerId",         .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED},
	{.name = "startAt",         .kind = FIELD_DATETIME,  .label = "Start",
	 .flags = FIELD_LISTED},
	{.name = "endAt",           .kind = FIELD_DATETIME,  .label = "End",
	 .flags = FIELD_LISTED},
	{.name = "allDay",          .kind = FIELD_BOOLEAN,   .initial = "false"},
	{.name = "timeZone",        .kind = FIELD_TIME_ZONE, .flags = FIELD_NOT_NULL,
	 .help = "The organisation's unless said otherwise."},
	{.name = "guestsExpected",  .kind = FIELD_INTEGER,   RANGE(0, 1000000),
	 .flags = FIELD_LISTED},
	{.name = "guestsConfirmed", .kind = FIELD_INTEGER,   RANGE(0, 1000000)},
	{.name = "cancelReason",    .kind = FIELD_TEXT,      .max_len = 500,
	 .help = "Needed when the event is cancelled, which releases its bookings."},
	{.name = "description",     .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL},

	{.name = "venueVendorId",   .kind = FIELD_REFERENCE, .references = "vendor",
	 .label = "Venue", .section = "Venue",
	 .help = "Where it takes place; that it is booked stands with the bookings."},
	{.name = "venueName",       .kind = FIELD_TEXT,      .max_len = 200,
	 .section = "Venue", .flags = FIELD_SEARCHED},
	ADDRESS_FIELDS("venueAddress", "Venue"),

	{.name = "dealId",          .kind = FIELD_REFERENCE, .references = "deal",
	 .section = "Order"},
	{.name = "budget",          .kind = FIELD_MONEY,     .section = "Order"},
	{.name = "currency",        .kind = FIELD_CURRENCY,  .section = "Order",
	 .flags = FIELD_NOT_NULL, .help = "The organisation's unless said otherwise."},
	{.name = "plannedTotal",    .kind = FIELD_MONEY,     .label = "Planned",
	 .section = "Order", .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "What the budget plans."},
	{.name = "agreedTotal",     .kind = FIELD_MONEY,     .label = "Agreed",
	 .section = "Order", .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "Of vendors that are held, confirmed or done, and of the budget's other lines."},
	{.name = "margin",          .kind = FIELD_MONEY,     .section = "Order",
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_SIGNED,
	 .help = "Invoiced without tax, less agreed. None where an invoice is in another currency."},
	{.name = "paidIn",          .kind = FIELD_MONEY,     .section = "Order",
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_SIGNED,
	 .help = "By payments in the event's currency that are completed, less refunds."},
	{.name = "paidOut",         .kind = FIELD_MONEY,     .section = "Order",
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_SIGNED,
	 .help = "Likewise, to vendors."},
	{.name = "isTemplate",      .kind = FIELD_BOOLEAN,   .initial = "false",
	 .label = "Template", .section = "Order",
	 .help = "A template is left out of lists unless they ask for templates."},
	{.name = "templateId",      .kind = FIELD_REFERENCE, .references = "event",
	 .section = "Order", .flags = FIELD_IMMUTABLE,
	 .help = "The template whose tasks, schedule and budget a new event takes over."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "events_both_dates",
		.field = "endAt",
		.message = "An event has a start and an end, or neither."},
	{.constraint = "events_end", .field = "endAt", .message = "Must be after the start."},
	{.constraint = "events_dates_required",
		.field = "startAt",
		.code = "REQUIRED",
		.message = "From tentative on an event needs its dates."},
	{.constraint = "events_company_required",
		.field = "companyId",
		.code = "REQUIRED",
		.message = "From confirmed on an event needs its client."},
	{.constraint = "events_cancel_reason_required",
		.field = "cancelReason",
		.code = "REQUIRED",
		.message = "A cancelled event needs a reason."},
	{.constraint = "events_template_status",
		.field = "status",
		.message = "A template is no event: it stays an inquiry."},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.of = "payment",
		.by = "eventId",
		.rule = DELETE_BLOCK,
		.when = "status",
		.in = ONE_OF("completed"),
		.word = "completed"},
	{.of = "event_vendor", .by = "eventId", .rule = DELETE_CASCADE},
	{.of = "payment",
		.by = "eventId",
		.rule = DELETE_CASCADE,
		.when = "status",
		.in = ONE_OF("scheduled")},
	{.of = "schedule_item", .by = "eventId", .rule = DELETE_CASCADE},
	{.of = "budget_line", .by = "eventId", .rule = DELETE_CASCADE},
	{.of = "activity", .by = "eventId", .rule = DELETE_CASCADE, .only_target = true},
	{.of = "task", .by = "eventId", .rule = DELETE_CASCADE, .only_target = true},
	{0},
};

static const struct entity_board board = {
	.by = "status",
	.order = "startAt",
};

static const struct entity_nested nested[] = {
	{"participants", "event_participant", "eventId", 500},
	{0},
};

const struct entity entity_event = {
	.name = "event",
	.plural = "events",
	.label = "Event",
	.label_plural = "Events",
	.icon = "event",
	.group = "work",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH | ENTITY_OWN_IDS | ENTITY_TEMPLATES |
		ENTITY_READ_AGAIN,
	.board = &board,
	.fields = fields,
	.nested = nested,
	.constraints = constraints,
	.on_delete = on_delete,
	/* No owner_field: own is what I lead, and what I take part in. */
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
