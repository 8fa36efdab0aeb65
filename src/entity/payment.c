/* SPDX-License-Identifier: Apache-2.0 */
/* A payment: money that came in or went out, or is to. What it pays stands in its allocations. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option directions[] = {
	{"in", "In"},
	{"out", "Out"},
	{NULL, NULL},
};

static const struct field_option kinds[] = {
	{"payment", "Payment"},
	{"refund", "Refund"},
	{NULL, NULL},
};

static const struct field_option statuses[] = {
	{"scheduled", "Scheduled"},
	{"completed", "Completed"},
	{"void", "Void"},
	{NULL, NULL},
};

static const struct field_option instalments[] = {
	{"deposit", "Deposit"},
	{"balance", "Balance"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "number",         .kind = FIELD_TEXT,      .max_len = 40,
	 .flags = FIELD_READ_ONLY | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .help = "Given when the payment is completed."},
	{.name = "reference",      .kind = FIELD_TEXT,      .max_len = 100,
	 .flags = FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED},
	{.name = "direction",      .kind = FIELD_ENUM,      .options = directions,
	 .initial = "\"in\"", .flags = FIELD_IMMUTABLE | FIELD_LISTED,
	 .help = "In from a company, out to a vendor. A refund keeps that of the payment it gives back."},
	{.name = "kind",           .kind = FIELD_ENUM,      .options = kinds,
	 .initial = "\"payment\"", .flags = FIELD_IMMUTABLE},
	{.name = "status",         .kind = FIELD_ENUM,      .options = statuses,
	 .initial = "\"completed\"", .flags = FIELD_IMMUTABLE | FIELD_LISTED,
	 .help = "Only what is completed counts; what is scheduled is a plan."},
	{.name = "amount",         .kind = FIELD_MONEY,
	 .flags = FIELD_REQUIRED | FIELD_LISTED},
	{.name = "currency",       .kind = FIELD_CURRENCY,  .flags = FIELD_NOT_NULL | FIELD_LISTED,
	 .help = "That of the invoice, the event or the organisation unless said otherwise."},
	{.name = "dueDate",        .kind = FIELD_DATE,      .label = "Due", .flags = FIELD_LISTED,
	 .help = "A scheduled payment needs it."},
	{.name = "paidAt",         .kind = FIELD_DATE,      .label = "Paid", .flags = FIELD_LISTED,
	 .help = "Of a completed payment: today unless said otherwise."},
	{.name = "method",         .kind = FIELD_PICKLIST,  .picklist = "payment.method"},
	{.name = "notes",          .kind = FIELD_LONG_TEXT, .max_len = 2000, .flags = FIELD_DETAIL},

	{.name = "companyId",      .kind = FIELD_REFERENCE, .references = "company",
	 .section = "About", .flags = FIELD_LISTED,
	 .help = "Whose money came in; that of the invoice or the event unless said otherwise."},
	{.name = "invoiceId",      .kind = FIELD_REFERENCE, .references = "invoice",
	 .section = "About", .flags = FIELD_IMMUTABLE,
	 .help = "Recorded for this invoice: pays of it as much as is left of both."},
	{.name = "vendorId",       .kind = FIELD_REFERENCE, .references = "vendor",
	 .section = "About", .help = "Who was paid; that of the booking unless said otherwise."},
	{.name = "eventId",        .kind = FIELD_REFERENCE, .references = "event",
	 .section = "About"},
	{.name = "eventVendorId",  .kind = FIELD_REFERENCE, .references = "event_vendor",
	 .label = "Booking", .section = "About", .flags = FIELD_IMMUTABLE},
	{.name = "refundOfId",     .kind = FIELD_REFERENCE, .references = "payment",
	 .label = "Refund of", .section = "About", .flags = FIELD_IMMUTABLE,
	 .help = "A refund gives back no more than what is left of this payment."},

	{.name = "unallocated",    .kind = FIELD_MONEY,     .section = "Computed",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "Credit of the company: pays no invoice and was not given back."},
	{.name = "allocatedTotal", .kind = FIELD_MONEY,     .label = "Allocated", .section = "Computed",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL},
	{.name = "refundedTotal",  .kind = FIELD_MONEY,     .label = "Refunded", .section = "Computed",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL},
	{.name = "instalment",     .kind = FIELD_ENUM,      .options = instalments,
	 .section = "Computed", .flags = FIELD_READ_ONLY,
	 .help = "What of a booking it is: such a scheduled payment follows the booking."},
	{.name = "completedAt",    .kind = FIELD_DATETIME,  .label = "Completed", .section = "Computed",
	 .flags = FIELD_READ_ONLY},
	{.name = "voidedAt",       .kind = FIELD_DATETIME,  .label = "Voided", .section = "Computed",
	 .flags = FIELD_READ_ONLY},
	{.name = "voidedBy",       .kind = FIELD_REFERENCE, .references = "user",
	 .section = "Computed", .flags = FIELD_READ_ONLY},
	{.name = "voidReason",     .kind = FIELD_TEXT,      .max_len = 500, .section = "Computed",
	 .flags = FIELD_READ_ONLY},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "payments_amount",
		.field = "amount",
		.code = "OUT_OF_RANGE",
		.message = "Must be more than nothing."},
	{.constraint = "payments_due_date_required",
		.field = "dueDate",
		.code = "REQUIRED",
		.message = "A scheduled payment needs the day it is due."},
	{.constraint = "payments_paid_at_required",
		.field = "paidAt",
		.message = "What is completed has a day, what is scheduled has none."},
	{.constraint = "payments_company_required",
		.field = "companyId",
		.code = "REQUIRED",
		.message = "Money that comes in is a company's."},
	{.constraint = "payments_vendor_required",
		.field = "vendorId",
		.code = "REQUIRED",
		.message = "Money that goes out is a vendor's."},
	{.constraint = "payments_spent",
		.field = "amount",
		.code = "OUT_OF_RANGE",
		.message = "More is allocated and given back than was paid."},
	{0},
};

static const struct entity_nested nested[] = {
	{.name = "allocations", .of = "payment_allocation", .by = "paymentId", .most = 100},
	{0},
};

static const struct entity_final finals[] = {
	{"status", ONE_OF("completed", "void"), "A payment is voided, or given back by a refund."},
	{NULL, NULL, NULL},
};

const struct entity entity_payment = {
	.name = "payment",
	.plural = "payments",
	.label = "Payment",
	.label_plural = "Payments",
	.icon = "payment",
	.group = "sales",
	.flags = ENTITY_SEARCH | ENTITY_OWN_IDS | ENTITY_READ_AGAIN | ENTITY_MONEY,
	.fields = fields,
	.nested = nested,
	.finals = finals,
	.constraints = constraints,
	/* No owner_field: own are those of one's companies, events and invoices. */
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aann",
		[PRESET_USER] = "onnn",
		[PRESET_ACCOUNTANT] = "aaan",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
