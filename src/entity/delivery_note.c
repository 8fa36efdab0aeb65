/* SPDX-License-Identifier: Apache-2.0 */
/* A delivery note: what of an invoice was handed over, where and to whom. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option statuses[] = {
	{"draft", "Draft"},
	{"issued", "Issued"},
	{"delivered", "Delivered"},
	{"cancelled", "Cancelled"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "number",         .kind = FIELD_TEXT,      .max_len = 40,
	 .flags = FIELD_READ_ONLY | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .help = "Given when the note is issued."},
	{.name = "status",         .kind = FIELD_ENUM,      .options = statuses,
	 .initial = "\"draft\"", .flags = FIELD_READ_ONLY | FIELD_LISTED},
	{.name = "invoiceId",      .kind = FIELD_REFERENCE, .references = "invoice",
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED,
	 .help = "Issued, and not void."},
	{.name = "companyId",      .kind = FIELD_REFERENCE, .references = "company",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "deliveryDate",   .kind = FIELD_DATE,      .flags = FIELD_NOT_NULL | FIELD_LISTED,
	 .help = "Today unless said otherwise."},
	{.name = "carrier",        .kind = FIELD_TEXT,      .max_len = 100, .flags = FIELD_LISTED},
	{.name = "trackingNumber", .kind = FIELD_TEXT,      .max_len = 100, .flags = FIELD_SEARCHED},
	{.name = "receivedBy",     .kind = FIELD_TEXT,      .max_len = 100},
	{.name = "receivedAt",     .kind = FIELD_DATETIME,  .label = "Received"},
	{.name = "notes",          .kind = FIELD_LONG_TEXT, .max_len = 5000, .flags = FIELD_DETAIL},

	{.name = "shipToName",     .kind = FIELD_TEXT,      .max_len = 200, .label = "Name",
	 .section = "Ship to", .flags = FIELD_SEARCHED,
	 .help = "The invoice's address, else the company's, unless said otherwise."},
	ADDRESS_FIELDS("shipTo", "Ship to"),

	{.name = "issuedAt",       .kind = FIELD_DATETIME,  .label = "Issued", .section = "Computed",
	 .flags = FIELD_READ_ONLY},
	{.name = "issuedBy",       .kind = FIELD_REFERENCE, .references = "user",
	 .section = "Computed", .flags = FIELD_READ_ONLY},
	{.name = "cancelledAt",    .kind = FIELD_DATETIME,  .label = "Cancelled", .section = "Computed",
	 .flags = FIELD_READ_ONLY},
	{0},
};
/* clang-format on */

static const struct entity_nested nested[] = {
	{.name = "lines", .of = "delivery_note_line", .by = "deliveryNoteId", .most = 500},
	{0},
};

static const struct entity_final finals[] = {
	{"status", ONE_OF("issued", "delivered", "cancelled"),
		"An issued delivery note is cancelled."},
	{NULL, NULL, NULL},
};

const struct entity entity_delivery_note = {
	.name = "delivery_note",
	.plural = "delivery_notes",
	.label = "Delivery note",
	.label_plural = "Delivery notes",
	.icon = "delivery_note",
	.group = "sales",
	.flags = ENTITY_SEARCH | ENTITY_MONEY,
	.fields = fields,
	.nested = nested,
	.finals = finals,
	.own_through = "invoiceId",
	/* Issuing is the sixth letter: who makes drafts of their own leaves it to others. */
	.access = {[PRESET_ADMIN] = "aaaa-a",
		[PRESET_MANAGER] = "aaan-a",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "aaan-a",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
