/* SPDX-License-Identifier: Apache-2.0 */
/* An invoice, a deposit or a credit note: what a customer owes, or no longer. Issued, it keeps its text. */
#include <stddef.h>

#include "core/share.h"
#include "entity/document.h"

static const struct field_option types[] = {
	{"invoice", "Invoice"},
	{"deposit", "Deposit"},
	{"credit_note", "Credit note"},
	{NULL, NULL},
};

static const struct field_option statuses[] = {
	{"draft", "Draft"},
	{"issued", "Issued"},
	{"partially_paid", "Partially paid"},
	{"paid", "Paid"},
	{"overdue", "Overdue"},
	{"credited", "Credited"},
	{"void", "Void"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "number",            .kind = FIELD_TEXT,      .max_len = 40,
	 .flags = FIELD_READ_ONLY | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .help = "Given when the invoice is issued, without gaps."},
	{.name = "type",              .kind = FIELD_ENUM,      .options = types,
	 .initial = "\"invoice\"", .flags = FIELD_IMMUTABLE | FIELD_LISTED},
	{.name = "status",            .kind = FIELD_ENUM,      .options = statuses,
	 .hinted = (const char *const[]){"overdue", NULL},
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "companyId",         .kind = FIELD_REFERENCE, .references = "company",
	 .label = "Customer", .flags = FIELD_REQUIRED | FIELD_LISTED},
	{.name = "contactId",         .kind = FIELD_REFERENCE, .references = "contact",
	 .help = "One of the customer's."},
	{.name = "dealId",            .kind = FIELD_REFERENCE, .references = "deal"},
	{.name = "projectId",         .kind = FIELD_REFERENCE, .references = "project"},
	{.name = "eventId",           .kind = FIELD_REFERENCE, .references = "event"},
	{.name = "quoteId",           .kind = FIELD_REFERENCE, .references = "quote",
	 .flags = FIELD_READ_ONLY},
	{.name = "creditedInvoiceId", .kind = FIELD_REFERENCE, .references = "invoice",
	 .flags = FIELD_IMMUTABLE, .help = "Of a credit note: the issued invoice that it is about."},
	{.name = "ownerId",           .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED},
	{.name = "issueDate",         .kind = FIELD_DATE,      .flags = FIELD_LISTED,
	 .help = "The day of issue unless said otherwise; never before the last number's."},
	{.name = "supplyDate",        .kind = FIELD_DATE,
	 .help = "When goods were delivered or services done."},
	{.name = "dueDate",           .kind = FIELD_DATE,      .label = "Due", .flags = FIELD_LISTED,
	 .help = "By the customer's terms, else the organisation's, unless said otherwise."},
	{.name = "purchaseOrder",     .kind = FIELD_TEXT,      .max_len = 50,
	 .flags = FIELD_SEARCHED},
	{.name = "paymentReference",  .kind = FIELD_TEXT,      .max_len = 35,
	 .flags = FIELD_SEARCHED},
	{.name = "notes",             .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL},
	{.name = "terms",             .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL, .help = "Of a new invoice the organisation's unless said otherwise."},

	DOCUMENT_MONEY_FIELDS,
	{.name = "paidTotal",         .kind = FIELD_MONEY,     .label = "Paid", .section = "Amounts",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL},
	{.name = "creditedTotal",     .kind = FIELD_MONEY,     .label = "Credited", .section = "Amounts",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL},
	{.name = "balance",           .kind = FIELD_MONEY,     .section = "Amounts",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED,
	 .help = "What is still to be paid."},
	{.name = "exchangeRate",      .kind = FIELD_DECIMAL,   .scale = 8, .section = "Amounts",
	 .flags = FIELD_READ_ONLY,
	 .help = "Of the day of issue, to the organisation's currency; none when nobody has said."},

	DOCUMENT_BUYER_FIELDS,
	{.name = "shipToName",        .kind = FIELD_TEXT,      .max_len = 200, .label = "Name",
	 .section = "Ship to"},
	ADDRESS_FIELDS("shipTo", "Ship to"),
	{.name = "seller",            .kind = FIELD_JSON,      .section = "Bill to",
	 .flags = FIELD_READ_ONLY | FIELD_DETAIL | FIELD_NO_FILTER | FIELD_NO_SORT,
	 .help = "The organisation as it was when the invoice was issued."},

	{.name = "issuedAt",          .kind = FIELD_DATETIME,  .label = "Issued", .section = "Progress",
	 .flags = FIELD_READ_ONLY},
	{.name = "issuedBy",          .kind = FIELD_REFERENCE, .references = "user",
	 .section = "Progress", .flags = FIELD_READ_ONLY},
	{.name = "sentAt",            .kind = FIELD_DATETIME,  .label = "Sent", .section = "Progress",
	 .flags = FIELD_READ_ONLY},
	{.name = "shareUrl",         .kind = FIELD_URL,       .label = "Customer's link",
	 .section = "Progress", .finish = share_link,
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_DETAIL | FIELD_NO_FILTER | FIELD_NO_SORT,
	 .help = "Of a document that was sent, for who may change it."},
	{.name = "viewedAt",          .kind = FIELD_DATETIME,  .label = "Viewed", .section = "Progress",
	 .flags = FIELD_READ_ONLY, .help = "When the customer first opened it."},
	{.name = "voidedAt",          .kind = FIELD_DATETIME,  .label = "Voided", .section = "Progress",
	 .flags = FIELD_READ_ONLY},
	{.name = "voidReason",        .kind = FIELD_TEXT,      .max_len = 500, .section = "Progress",
	 .flags = FIELD_READ_ONLY},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "invoices_due_date",
		.field = "dueDate",
		.message = "Must not be before the date of the invoice."},
	{.constraint = "invoices_credited_required",
		.field = "creditedInvoiceId",
		.code = "REQUIRED",
		.message = "A credit note, and nothing else, names the invoice that it credits."},
	{.constraint = "invoices_number_unique",
		.field = "number",
		.message = "Another document has this number: give the series another prefix."},
	{0},
};

/* Of a draft; the others are kept. */
static const struct entity_delete on_delete[] = {
	{.of = "activity", .by = "invoiceId", .rule = DELETE_CASCADE, .only_target = true},
	{.of = "task", .by = "invoiceId", .rule = DELETE_CASCADE, .only_target = true},
	{0},
};

static const struct entity_nested nested[] = {
	{.name = "lines", .of = "invoice_line", .by = "invoiceId", .most = 500},
	{0},
};

static const struct entity_final finals[] = {
	{"issuedAt", NULL, "An issued invoice is voided, or credited by a credit note."},
	{"voidedAt", NULL, "A void invoice stays so: make a new one."},
	{NULL, NULL, NULL},
};

const struct entity entity_invoice = {
	.name = "invoice",
	.plural = "invoices",
	.label = "Invoice",
	.label_plural = "Invoices",
	.icon = "invoice",
	.group = "sales",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH | ENTITY_NO_IMPORT | ENTITY_MONEY,
	.fields = fields,
	.constraints = constraints,
	.nested = nested,
	.on_delete = on_delete,
	.finals = finals,
	.owner_field = "ownerId",
	.access = {[PRESET_ADMIN] = "aaaa-aa",
		[PRESET_MANAGER] = "aaan-a",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "aaan-aa",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
