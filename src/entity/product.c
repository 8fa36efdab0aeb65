/* SPDX-License-Identifier: Apache-2.0 */
/* A product: a good or a service with a price. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option types[] = {
	{"good", "Good"},
	{"service", "Service"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",        .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "product|product name|item|article"},
	{.name = "sku",         .kind = FIELD_TEXT,      .min_len = 1, .max_len = 64,
	 .label = "SKU", .flags = FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "item number|article number|product code|code|number"},
	{.name = "categoryId",  .kind = FIELD_REFERENCE, .references = "product_category",
	 .flags = FIELD_LISTED},
	{.name = "type",        .kind = FIELD_ENUM,      .options = types,
	 .initial = "\"service\"", .flags = FIELD_LISTED},
	{.name = "unit",        .kind = FIELD_PICKLIST,  .picklist = "unit",
	 .flags = FIELD_LISTED},
	{.name = "price",       .kind = FIELD_MONEY,     .flags = FIELD_REQUIRED | FIELD_LISTED,
	 .aliases = "sales price|unit price|list price|price net"},
	{.name = "cost",        .kind = FIELD_MONEY,     .hidden_from = HIDDEN_FROM(PRESET_USER)},
	{.name = "currency",    .kind = FIELD_CURRENCY,  .flags = FIELD_NOT_NULL,
	 .help = "The organisation's unless said otherwise."},
	{.name = "taxRateId",   .kind = FIELD_REFERENCE, .references = "tax_rate",
	 .flags = FIELD_LISTED,
	 .help = "Of a new product the organisation's default unless said otherwise."},
	{.name = "active",      .kind = FIELD_BOOLEAN,   .initial = "true", .flags = FIELD_LISTED,
	 .help = "What is not active is not offered for new documents."},
	{.name = "description", .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "products_sku_unique",
		.field = "sku",
		.message = "Another product has this SKU."},
	{0},
};

const struct entity entity_product = {
	.name = "product",
	.plural = "products",
	.label = "Product",
	.label_plural = "Products",
	.icon = "product",
	.group = "sales",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH,
	.fields = fields,
	.constraints = constraints,
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "annn",
		[PRESET_ACCOUNTANT] = "aaan",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
