/* SPDX-License-Identifier: Apache-2.0 */
/* What a payment pays of an invoice. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "paymentId", .kind = FIELD_REFERENCE, .references = "payment",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "position",  .kind = FIELD_INTEGER,   RANGE(0, 1000000),
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL},
	{.name = "invoiceId", .kind = FIELD_REFERENCE, .references = "invoice",
	 .flags = FIELD_REQUIRED | FIELD_LISTED, .help = "Issued, of the same company and currency."},
	{.name = "amount",    .kind = FIELD_MONEY,
	 .flags = FIELD_REQUIRED | FIELD_POSITIVE | FIELD_LISTED, .help = "No more than the balance of the invoice."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "payment_allocations_amount",
		.field = "amount",
		.code = "OUT_OF_RANGE",
		.message = "Must be more than nothing."},
	{.constraint = "payment_allocations_invoice_unique",
		.field = "invoiceId",
		.message = "Is named twice."},
	{0},
};

const struct entity entity_payment_allocation = {
	.name = "payment_allocation",
	.plural = "payment_allocations",
	.label = "Allocation",
	.label_plural = "Allocations",
	.icon = "payment",
	.group = "sales",
	.flags = ENTITY_NESTED | ENTITY_READ_ONLY,
	.fields = fields,
	.constraints = constraints,
};
