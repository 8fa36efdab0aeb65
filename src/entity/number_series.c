/* SPDX-License-Identifier: Apache-2.0 */
/* A series of numbers of documents. The organisation has one for each kind; they are set up, not made. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "key",        .kind = FIELD_TEXT,    .max_len = 40, .label = "Documents",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_TITLE | FIELD_LISTED,
	 .help = "One of quote, invoice (deposits as well), credit_note, payment and delivery_note."},
	{.name = "prefix",     .kind = FIELD_TEXT,    .min_len = 1, .max_len = 10,
	 .pattern = "^[A-Z][A-Z0-9]{0,9}$", .flags = FIELD_REQUIRED | FIELD_LISTED,
	 .help = "Capital letters and digits, another one in each series."},
	{.name = "yearReset",  .kind = FIELD_BOOLEAN, .initial = "true", .flags = FIELD_LISTED,
	 .label = "Anew each year",
	 .help = "Numbers carry the year of the document. Fixed with the first number."},
	{.name = "width",      .kind = FIELD_INTEGER, RANGE(1, 9), .initial = "4",
	 .flags = FIELD_LISTED, .help = "Digits, filled up with zeros."},
	{.name = "next",       .kind = FIELD_INTEGER, RANGE(1, 999999999), .initial = "1",
	 .flags = FIELD_LISTED, .help = "Can be raised before the first number is given."},
	{.name = "lastNumber", .kind = FIELD_TEXT,    .max_len = 40,
	 .flags = FIELD_READ_ONLY | FIELD_LISTED},
	{.name = "lastDate",   .kind = FIELD_DATE,    .flags = FIELD_READ_ONLY | FIELD_LISTED},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "number_series_prefix_unique",
		.field = "prefix",
		.message = "Another series has this prefix."},
	{0},
};

const struct entity entity_number_series = {
	.name = "number_series",
	.plural = "number_series",
	.label = "Number series",
	.label_plural = "Number series",
	.icon = "number_series",
	.group = "admin",
	.flags = ENTITY_NO_CREATE | ENTITY_NO_DELETE | ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
	.access = {[PRESET_ADMIN] = "anan",
		[PRESET_MANAGER] = "annn",
		[PRESET_USER] = "annn",
		[PRESET_ACCOUNTANT] = "anan",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
