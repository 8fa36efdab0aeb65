/* SPDX-License-Identifier: Apache-2.0 */
/* What quotes and invoices have in common: amounts, the buyer, and the money of a line. */
#pragma once

#include "core/entity.h"
#include "entity/nested.h"

/* clang-format off */
#define DOCUMENT_MONEY_FIELDS                                                                      \
	{.name = "currency",         .kind = FIELD_CURRENCY,  .section = "Amounts",                \
	 .flags = FIELD_NOT_NULL, .help = "Fixed once there are lines."},                          \
	{.name = "pricesIncludeTax", .kind = FIELD_BOOLEAN,   .section = "Amounts",                \
	 .flags = FIELD_NOT_NULL, .help = "As the organisation says, unless said otherwise."},     \
	{.name = "subtotal",         .kind = FIELD_MONEY,     .section = "Amounts",                \
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL, .help = "Without tax, discounts taken off."},  \
	{.name = "discountTotal",    .kind = FIELD_MONEY,     .section = "Amounts",                \
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL, .help = "What the lines' discounts come to."}, \
	{.name = "taxTotal",         .kind = FIELD_MONEY,     .section = "Amounts",                \
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL,                                                \
	 .help = "Rounded once per rate over all lines."},                                         \
	{.name = "total",            .kind = FIELD_MONEY,     .section = "Amounts",                \
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},                                \
	{.name = "taxBreakdown",     .kind = FIELD_JSON,      .section = "Amounts",                \
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_DETAIL | FIELD_NO_FILTER | FIELD_NO_SORT, \
	 .help = "Per rate: taxRateId, rate, kind, net, tax."}

#define DOCUMENT_BUYER_FIELDS                                                                      \
	{.name = "billToName",       .kind = FIELD_TEXT,      .max_len = 200, .label = "Name",     \
	 .section = "Bill to", .flags = FIELD_SEARCHED,                                            \
	 .help = "What is not said here is taken from the customer when the document goes out."},  \
	{.name = "billToTaxId",      .kind = FIELD_TEXT,      .max_len = 50, .label = "Tax ID",    \
	 .section = "Bill to"},                                                                    \
	{.name = "billToEmail",      .kind = FIELD_EMAIL,     .label = "E-mail",                   \
	 .section = "Bill to"},                                                                    \
	ADDRESS_FIELDS("billTo", "Bill to")

/* Of a line; what it does not say its product tells. */
#define DOCUMENT_LINE_FIELDS(signed_flag)                                                          \
	{.name = "productId",        .kind = FIELD_REFERENCE, .references = "product",             \
	 .flags = FIELD_LISTED, .help = "Priced in the currency of the document."},                \
	{.name = "name",             .kind = FIELD_TEXT,      .min_len = 1, .max_len = 300,        \
	 .flags = FIELD_NOT_NULL | FIELD_TITLE | FIELD_LISTED,                                     \
	 .help = "The product's unless said otherwise."},                                          \
	{.name = "description",      .kind = FIELD_LONG_TEXT, .max_len = 2000},                    \
	{.name = "quantity",         .kind = FIELD_DECIMAL,   .scale = 3,                          \
	 .flags = FIELD_POSITIVE | FIELD_LISTED, .help = "1 unless said otherwise."},              \
	{.name = "unit",             .kind = FIELD_TEXT,      .max_len = 20,                       \
	 .flags = FIELD_LISTED},                                                                   \
	{.name = "unitPrice",        .kind = FIELD_MONEY,     .flags = FIELD_LISTED | (signed_flag), \
	 .help = "The product's unless said otherwise."},                                          \
	{.name = "discountPercent",  .kind = FIELD_PERCENT,   .initial = "0",                      \
	 .flags = FIELD_LISTED, .label = "Discount %"},                                            \
	{.name = "taxRateId",        .kind = FIELD_REFERENCE, .references = "tax_rate",            \
	 .flags = FIELD_LISTED,                                                                    \
	 .help = "The product's, else the organisation's default, unless said otherwise."},        \
	{.name = "taxRate",          .kind = FIELD_PERCENT,   .label = "Tax %",                    \
	 .flags = FIELD_READ_ONLY},                                                                \
	{.name = "taxKind",          .kind = FIELD_TEXT,      .max_len = 20,                       \
	 .flags = FIELD_READ_ONLY},                                                                \
	{.name = "amount",           .kind = FIELD_MONEY,                                          \
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED | (signed_flag),                 \
	 .help = "Quantity times price less discount; with tax where prices include it."}
/* clang-format on */

#define DOCUMENT_LINE_CONSTRAINTS(table)                        \
	{.constraint = table "_quantity",                       \
		.field = "quantity",                            \
		.code = "OUT_OF_RANGE",                         \
		.message = "Must be more than nothing."},       \
		{.constraint = table "_unit_price",             \
			.field = "unitPrice",                   \
			.code = "OUT_OF_RANGE",                 \
			.message = "Must not be below zero."},  \
		{.constraint = table "_discount",               \
			.field = "discountPercent",             \
			.code = "OUT_OF_RANGE",                 \
			.message = "Must be from 0 to 100."},   \
	{                                                       \
		.constraint = table "_money", .field = "kind",  \
		.message = "Headings and texts carry no money." \
	}
