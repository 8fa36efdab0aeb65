/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a quote: something with a price, a heading, or a text. */
#include <stddef.h>

#include "entity/document.h"

static const struct field_option kinds[] = {
	{"item", "Item"},
	{"heading", "Heading"},
	{"text", "Text"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "quoteId",          .kind = FIELD_REFERENCE, .references = "quote",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	POSITION_FIELD,
	{.name = "kind",             .kind = FIELD_ENUM,      .options = kinds, .initial = "\"item\""},
	DOCUMENT_LINE_FIELDS(0),
	{.name = "optional",         .kind = FIELD_BOOLEAN,   .initial = "false",
	 .help = "Counts only when the customer has chosen it."},
	{.name = "chosen",           .kind = FIELD_BOOLEAN,   .flags = FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "An optional line that was accepted with the quote."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	DOCUMENT_LINE_CONSTRAINTS("quote_lines"),
	{0},
};

const struct entity entity_quote_line = {
	.name = "quote_line",
	.plural = "quote_lines",
	.label = "Quote line",
	.label_plural = "Quote lines",
	.icon = "quote_line",
	.group = "sales",
	.flags = ENTITY_NESTED | ENTITY_READ_ONLY | ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
};
