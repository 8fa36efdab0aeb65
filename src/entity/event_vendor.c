/* SPDX-License-Identifier: Apache-2.0 */
/* A booking: a vendor for an event. While tentative or confirmed it holds the vendor's time. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option statuses[] = {
	{"considering", "Considering"},
	{"tentative", "Tentative"},
	{"confirmed", "Confirmed"},
	{"completed", "Completed"},
	{"cancelled", "Cancelled"},
	{NULL, NULL},
};

static const struct field_option contract_statuses[] = {
	{"none", "None"},
	{"sent", "Sent"},
	{"signed", "Signed"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "role",           .kind = FIELD_PICKLIST,  .picklist = "vendor.category",
	 .flags = FIELD_TITLE | FIELD_LISTED, .help = "The vendor's category unless said otherwise."},
	{.name = "eventId",        .kind = FIELD_REFERENCE, .references = "event",
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED},
	{.name = "vendorId",       .kind = FIELD_REFERENCE, .references = "vendor",
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED},
	{.name = "status",         .kind = FIELD_ENUM,      .options = statuses,
	 .initial = "\"considering\"", .flags = FIELD_LISTED},
	{.name = "bookedFrom",     .kind = FIELD_DATETIME,  .flags = FIELD_LISTED,
	 .help = "The start of the event unless said otherwise."},
	{.name = "bookedTo",       .kind = FIELD_DATETIME,  .flags = FIELD_LISTED,
	 .help = "The end of the event unless said otherwise; the vendor is free from then on."},
	{.name = "holdUntil",      .kind = FIELD_DATETIME,  .flags = FIELD_LISTED,
	 .help = "A tentative booking needs it; then another booking may take the time."},
	{.name = "onSiteName",     .kind = FIELD_TEXT,      .max_len = 100,
	 .label = "On site"},
	{.name = "onSitePhone",    .kind = FIELD_PHONE,     .label = "Phone on site"},
	{.name = "notes",          .kind = FIELD_LONG_TEXT, .max_len = 5000,
	 .flags = FIELD_DETAIL},

	{.name = "agreedCost",     .kind = FIELD_MONEY,     .initial = "0",
	 .section = "Cost", .flags = FIELD_LISTED, .help = "In the currency of the event."},
	{.name = "depositAmount",  .kind = FIELD_MONEY,     .section = "Cost"},
	{.name = "depositDueDate", .kind = FIELD_DATE,      .label = "Deposit due",
	 .section = "Cost", .help = "Schedules a payment of what is left of the deposit."},
	{.name = "balanceDueDate", .kind = FIELD_DATE,      .label = "Balance due",
	 .section = "Cost", .help = "Schedules a payment of what is left beside the deposit."},
	{.name = "contractStatus", .kind = FIELD_ENUM,      .options = contract_statuses,
	 .initial = "\"none\"", .label = "Contract", .section = "Cost"},
	{.name = "isTemplate", .kind = FIELD_BOOLEAN, .initial = "false",
	 .label = "Of a template", .section = "System", .flags = FIELD_READ_ONLY,
	 .help = "Belongs to a template: lists leave it out unless they ask for it or for the template."},
	{.name = "paidTotal",      .kind = FIELD_MONEY,     .label = "Paid", .section = "Cost",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL, .help = "By payments that are completed."},
	{.name = "balance",        .kind = FIELD_MONEY,     .section = "Cost",
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_SIGNED},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "event_vendors_slot",
		.field = "vendorId",
		.code = "TAKEN",
		.message = "The vendor is booked at that time, buffers included."},
	{.constraint = "event_vendors_both_times",
		.field = "bookedTo",
		.message = "A booking has a begin and an end, or neither."},
	{.constraint = "event_vendors_end",
		.field = "bookedTo",
		.message = "Must be after the begin."},
	{.constraint = "event_vendors_times_required",
		.field = "bookedFrom",
		.code = "REQUIRED",
		.message = "A tentative or confirmed booking needs its time."},
	{.constraint = "event_vendors_hold_required",
		.field = "holdUntil",
		.code = "REQUIRED",
		.message = "A tentative booking needs the end of the hold."},
	{.constraint = "event_vendors_deposit",
		.field = "depositAmount",
		.code = "OUT_OF_RANGE",
		.message = "Must not be more than the agreed cost."},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.of = "payment",
		.by = "eventVendorId",
		.rule = DELETE_BLOCK,
		.when = "status",
		.in = ONE_OF("completed"),
		.word = "completed"},
	{0},
};

const struct entity entity_event_vendor = {
	.name = "event_vendor",
	.plural = "event_vendors",
	.label = "Booking",
	.label_plural = "Bookings",
	.icon = "event_vendor",
	.group = "work",
	.flags = ENTITY_TEMPLATES,
	.fields = fields,
	.currency_of = "eventId",
	.constraints = constraints,
	.own_through = "eventId",
	.on_delete = on_delete,
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
