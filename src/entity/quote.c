/* SPDX-License-Identifier: Apache-2.0 */
/* A quote: what is offered to a customer, at what price, until when. Once sent it keeps its text. */
#include <stddef.h>

#include "core/share.h"
#include "entity/document.h"

static const struct field_option statuses[] = {
	{"draft", "Draft"},
	{"sent", "Sent"},
	{"accepted", "Accepted"},
	{"declined", "Declined"},
	{"expired", "Expired"},
	{"cancelled", "Cancelled"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "number",           .kind = FIELD_TEXT,      .max_len = 40,
	 .flags = FIELD_READ_ONLY | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .help = "Given when the quote is first sent."},
	{.name = "title",            .kind = FIELD_TEXT,      .max_len = 200,
	 .flags = FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED},
	{.name = "status",           .kind = FIELD_ENUM,      .options = statuses,
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "companyId",        .kind = FIELD_REFERENCE, .references = "company",
	 .label = "Customer", .flags = FIELD_REQUIRED | FIELD_LISTED},
	{.name = "contactId",        .kind = FIELD_REFERENCE, .references = "contact",
	 .help = "One of the customer's."},
	{.name = "dealId",           .kind = FIELD_REFERENCE, .references = "deal"},
	{.name = "eventId",          .kind = FIELD_REFERENCE, .references = "event"},
	{.name = "projectId",        .kind = FIELD_REFERENCE, .references = "project"},
	{.name = "ownerId",          .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED},
	{.name = "issueDate",        .kind = FIELD_DATE,      .flags = FIELD_LISTED,
	 .help = "The day of sending unless said otherwise."},
	{.name = "validUntil",       .kind = FIELD_DATE,      .flags = FIELD_LISTED,
	 .help = "So many days after the date as the organisation says, unless said otherwise."},
	{.name = "purchaseOrder",    .kind = FIELD_TEXT,      .max_len = 50,
	 .flags = FIELD_SEARCHED},
	{.name = "intro",            .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL},
	{.name = "terms",            .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL, .help = "Of a new quote the organisation's unless said otherwise."},

	DOCUMENT_MONEY_FIELDS,
	{.name = "invoicedTotal",    .kind = FIELD_MONEY,     .label = "Invoiced", .section = "Amounts",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "By issued invoices, deposits included, less their credit notes."},

	DOCUMENT_BUYER_FIELDS,
	{.name = "seller",           .kind = FIELD_JSON,      .section = "Bill to",
	 .flags = FIELD_READ_ONLY | FIELD_DETAIL | FIELD_NO_FILTER | FIELD_NO_SORT,
	 .help = "The organisation as it was when the quote was sent."},

	{.name = "sentAt",           .kind = FIELD_DATETIME,  .label = "Sent", .section = "Progress",
	 .flags = FIELD_READ_ONLY},
	{.name = "shareUrl",         .kind = FIELD_URL,       .label = "Customer's link",
	 .section = "Progress", .finish = share_link,
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_DETAIL | FIELD_NO_FILTER | FIELD_NO_SORT,
	 .help = "Of a document that was sent, for who may change it."},
	{.name = "viewedAt",         .kind = FIELD_DATETIME,  .label = "Viewed", .section = "Progress",
	 .flags = FIELD_READ_ONLY, .help = "When the customer first opened it."},
	{.name = "acceptedAt",       .kind = FIELD_DATETIME,  .label = "Accepted",
	 .section = "Progress", .flags = FIELD_READ_ONLY},
	{.name = "acceptedByName",   .kind = FIELD_TEXT,      .max_len = 100,
	 .label = "Accepted by", .section = "Progress", .flags = FIELD_READ_ONLY},
	{.name = "acceptedByIp",     .kind = FIELD_TEXT,      .max_len = 45,
	 .label = "Accepted from address", .section = "Progress",
	 .flags = FIELD_READ_ONLY | FIELD_DETAIL},
	{.name = "declinedAt",       .kind = FIELD_DATETIME,  .label = "Declined",
	 .section = "Progress", .flags = FIELD_READ_ONLY},
	{.name = "declineReason",    .kind = FIELD_TEXT,      .max_len = 1000, .section = "Progress",
	 .flags = FIELD_READ_ONLY},
	{.name = "cancelledAt",      .kind = FIELD_DATETIME,  .label = "Cancelled",
	 .section = "Progress", .flags = FIELD_READ_ONLY},
	{.name = "revisionOfId",     .kind = FIELD_REFERENCE, .references = "quote",
	 .section = "Progress", .flags = FIELD_READ_ONLY},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "quotes_valid_until",
		.field = "validUntil",
		.message = "Must not be before the date of the quote."},
	{.constraint = "quotes_invoiced",
		.field = "invoicedTotal",
		.message = "More would be invoiced than was quoted."},
	{0},
};

/* Of a draft; the others are kept. */
static const struct entity_delete on_delete[] = {
	{.of = "activity", .by = "quoteId", .rule = DELETE_CASCADE, .only_target = true},
	{0},
};

static const struct entity_nested nested[] = {
	{.name = "lines", .of = "quote_line", .by = "quoteId", .most = 500},
	{0},
};

static const struct entity_final finals[] = {
	{"sentAt", NULL, "A quote that was sent is revised or cancelled."},
	{"acceptedAt", NULL, "An accepted quote is cancelled or revised."},
	{"declinedAt", NULL, "A declined quote is revised."},
	{"cancelledAt", NULL, "A cancelled quote stays so: make a new one."},
	{NULL, NULL, NULL},
};

const struct entity entity_quote = {
	.name = "quote",
	.plural = "quotes",
	.label = "Quote",
	.label_plural = "Quotes",
	.icon = "quote",
	.group = "sales",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH | ENTITY_NO_IMPORT | ENTITY_MONEY,
	.fields = fields,
	.constraints = constraints,
	.nested = nested,
	.on_delete = on_delete,
	.finals = finals,
	.owner_field = "ownerId",
	.access = {[PRESET_ADMIN] = "aaaa-a",
		[PRESET_MANAGER] = "aaan-a",
		[PRESET_USER] = "oaon-o",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
