/* SPDX-License-Identifier: Apache-2.0 */
/* A tax rate. What was sold at it keeps it: a new rate is a new record. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option kinds[] = {
	{"standard", "Standard"},
	{"reduced", "Reduced"},
	{"zero", "Zero"},
	{"exempt", "Exempt"},
	{"reverse_charge", "Reverse charge"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",      .kind = FIELD_TEXT,    .min_len = 1, .max_len = 50,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "rate",      .kind = FIELD_PERCENT, .flags = FIELD_REQUIRED | FIELD_LISTED,
	 .help = "Cannot be changed once products or documents have it."},
	{.name = "kind",      .kind = FIELD_ENUM,    .options = kinds,
	 .initial = "\"standard\"", .flags = FIELD_LISTED},
	{.name = "isDefault", .kind = FIELD_BOOLEAN, .initial = "false", .label = "Default",
	 .flags = FIELD_LISTED, .help = "What new products get; at most one is."},
	{.name = "active",    .kind = FIELD_BOOLEAN, .initial = "true", .flags = FIELD_LISTED,
	 .help = "What is not active is not offered any more."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "tax_rates_name_unique",
		.field = "name",
		.message = "Another tax rate has this name."},
	{.constraint = "tax_rates_default_unique",
		.field = "isDefault",
		.message = "Another tax rate is the default."},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.of = "product", .by = "taxRateId", .rule = DELETE_BLOCK},
	{.of = "quote_line", .by = "taxRateId", .rule = DELETE_BLOCK},
	{.of = "invoice_line", .by = "taxRateId", .rule = DELETE_BLOCK},
	{0},
};

const struct entity entity_tax_rate = {
	.name = "tax_rate",
	.plural = "tax_rates",
	.label = "Tax rate",
	.label_plural = "Tax rates",
	.icon = "tax_rate",
	.group = "sales",
	.fields = fields,
	.constraints = constraints,
	.on_delete = on_delete,
	.instead = "Deactivate it instead.",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "annn",
		[PRESET_USER] = "annn",
		[PRESET_ACCOUNTANT] = "aaan",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
