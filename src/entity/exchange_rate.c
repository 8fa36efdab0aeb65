/* SPDX-License-Identifier: Apache-2.0 */
/* An exchange rate: what a unit of a currency is worth in the organisation's, from a day on. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "currency", .kind = FIELD_CURRENCY,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "date",     .kind = FIELD_DATE,    .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "rate",     .kind = FIELD_DECIMAL, .scale = 8, RANGE(0, 999999),
	 .flags = FIELD_REQUIRED | FIELD_LISTED,
	 .help = "Units of the organisation's currency for one of this."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "exchange_rates_day_unique",
		.field = "date",
		.message = "There is a rate of this currency for the day."},
	{.constraint = "exchange_rates_rate",
		.field = "rate",
		.code = "OUT_OF_RANGE",
		.message = "Must be more than 0."},
	{0},
};

const struct entity entity_exchange_rate = {
	.name = "exchange_rate",
	.plural = "exchange_rates",
	.label = "Exchange rate",
	.label_plural = "Exchange rates",
	.icon = "exchange_rate",
	.group = "sales",
	.fields = fields,
	.constraints = constraints,
	.default_sort = "-date",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "annn",
		[PRESET_USER] = "annn",
		[PRESET_ACCOUNTANT] = "aaan",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
