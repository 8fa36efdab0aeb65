/* SPDX-License-Identifier: Apache-2.0 */
/* How much of a line of the invoice is on a delivery note. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "deliveryNoteId", .kind = FIELD_REFERENCE, .references = "delivery_note",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "position",       .kind = FIELD_INTEGER,   RANGE(0, 1000000),
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL},
	{.name = "invoiceLineId",  .kind = FIELD_REFERENCE, .references = "invoice_line",
	 .flags = FIELD_REQUIRED | FIELD_LISTED, .help = "A line of the note's invoice."},
	{.name = "quantity",       .kind = FIELD_DECIMAL,   .scale = 3, RANGE(0, 99999999999),
	 .flags = FIELD_REQUIRED | FIELD_POSITIVE | FIELD_LISTED,
	 .help = "No more than is left of what was invoiced."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "delivery_note_lines_quantity",
		.field = "quantity",
		.code = "OUT_OF_RANGE",
		.message = "Must be more than nothing."},
	{.constraint = "delivery_note_lines_line_unique",
		.field = "invoiceLineId",
		.message = "Is named twice."},
	{0},
};

const struct entity entity_delivery_note_line = {
	.name = "delivery_note_line",
	.plural = "delivery_note_lines",
	.label = "Line",
	.label_plural = "Lines",
	.icon = "delivery_note",
	.group = "sales",
	.flags = ENTITY_NESTED | ENTITY_READ_ONLY,
	.fields = fields,
	.constraints = constraints,
};
