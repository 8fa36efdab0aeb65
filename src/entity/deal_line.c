/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a deal: what is offered, how much of it and at what price. The lines' sum is the deal's amount. */
#include <stddef.h>

#include "core/entity.h"
#include "entity/nested.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "dealId",          .kind = FIELD_REFERENCE, .references = "deal",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	POSITION_FIELD,
	{.name = "productId",       .kind = FIELD_REFERENCE, .references = "product",
	 .flags = FIELD_LISTED, .help = "One in the deal's currency; it tells name and price."},
	{.name = "name",            .kind = FIELD_TEXT,      .min_len = 1, .max_len = 300,
	 .flags = FIELD_NOT_NULL | FIELD_TITLE | FIELD_LISTED,
	 .help = "The product's unless said otherwise."},
	{.name = "quantity",        .kind = FIELD_DECIMAL,   .scale = 3, .initial = "1",
	 .flags = FIELD_POSITIVE | FIELD_LISTED},
	{.name = "unitPrice",       .kind = FIELD_MONEY,
	 .flags = FIELD_NOT_NULL | FIELD_LISTED, .help = "The product's unless said otherwise."},
	{.name = "discountPercent", .kind = FIELD_PERCENT,   .initial = "0", .label = "Discount %",
	 .flags = FIELD_LISTED},
	{.name = "amount",          .kind = FIELD_MONEY,
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED,
	 .help = "Quantity times price, less the discount, rounded half away from zero."},
	{0},
};
/* clang-format on */

const struct entity entity_deal_line = {
	.name = "deal_line",
	.plural = "deal_lines",
	.label = "Deal line",
	.label_plural = "Deal lines",
	.icon = "deal_line",
	.group = "sales",
	.flags = ENTITY_NESTED | ENTITY_READ_ONLY | ENTITY_NO_IMPORT,
	.fields = fields,
};
