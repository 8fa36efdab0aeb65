/* SPDX-License-Identifier: Apache-2.0 */
/* A line of an invoice: something with a price, a heading, a text, or a deposit that is deducted. */
#include <stddef.h>

#include "entity/document.h"

static const struct field_option kinds[] = {
	{"item", "Item"},
	{"heading", "Heading"},
	{"text", "Text"},
	{"deposit", "Deposit"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "invoiceId",         .kind = FIELD_REFERENCE, .references = "invoice",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	POSITION_FIELD,
	{.name = "kind",              .kind = FIELD_ENUM,      .options = kinds, .initial = "\"item\"",
	 .help = "Only invoicing a quote deducts a deposit."},
	DOCUMENT_LINE_FIELDS(FIELD_SIGNED),
	{.name = "deliveredQuantity", .kind = FIELD_DECIMAL,   .scale = 3,
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL, .help = "By delivery notes that are not cancelled."},
	{.name = "quoteLineId",       .kind = FIELD_REFERENCE, .references = "quote_line",
	 .flags = FIELD_READ_ONLY},
	{.name = "creditedLineId",    .kind = FIELD_REFERENCE, .references = "invoice_line",
	 .flags = FIELD_READ_ONLY},
	{.name = "depositInvoiceId",  .kind = FIELD_REFERENCE, .references = "invoice",
	 .flags = FIELD_READ_ONLY},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	DOCUMENT_LINE_CONSTRAINTS("invoice_lines"),
	{0},
};

/* What a deposit deducts is below zero, and nothing else. */
static void check(struct record_write *write)
{
	struct str price = record_write_get(write, "unitPrice");
	bool deposit = str_is(record_write_get(write, "kind"), "deposit");

	if (!deposit && price.len && price.ptr[0] == '-')
		problem_add(&write->req->problem, STR("unitPrice"), "OUT_OF_RANGE",
			"Must not be below zero.");
}

const struct entity entity_invoice_line = {
	.name = "invoice_line",
	.plural = "invoice_lines",
	.label = "Invoice line",
	.label_plural = "Invoice lines",
	.icon = "invoice_line",
	.group = "sales",
	.flags = ENTITY_NESTED | ENTITY_READ_ONLY | ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
	.check = check,
};
