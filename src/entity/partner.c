/* SPDX-License-Identifier: Apache-2.0 */
/* A partner: a firm that brings leads. Its people see it and what it brought, and nothing else. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option statuses[] = {
	{"pending", "Pending"},
	{"approved", "Approved"},
	{"suspended", "Suspended"},
	{"rejected", "Rejected"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",              .kind = FIELD_TEXT,      .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED},
	{.name = "email",             .kind = FIELD_EMAIL,
	 .flags = FIELD_REQUIRED | FIELD_LISTED | FIELD_SEARCHED},
	{.name = "status",            .kind = FIELD_ENUM,      .options = statuses,
	 .initial = "\"pending\"", .flags = FIELD_LISTED,
	 .help = "Its people can sign in only while it is approved."},
	{.name = "tier",              .kind = FIELD_PICKLIST,  .picklist = "partner.tier",
	 .flags = FIELD_LISTED},
	{.name = "contactFirstName",  .kind = FIELD_TEXT,      .max_len = 50,
	 .flags = FIELD_SEARCHED},
	{.name = "contactLastName",   .kind = FIELD_TEXT,      .max_len = 50,
	 .flags = FIELD_LISTED | FIELD_SEARCHED},
	{.name = "phone",             .kind = FIELD_PHONE,     .flags = FIELD_LISTED},
	{.name = "website",           .kind = FIELD_URL},
	{.name = "ownerId",           .kind = FIELD_REFERENCE, .references = "user",
	 .label = "Channel manager", .flags = FIELD_CALLER | FIELD_LISTED},
	{.name = "approvedAt",        .kind = FIELD_DATETIME,  .label = "Approved",
	 .flags = FIELD_READ_ONLY},
	{.name = "zohoPartnerId",     .kind = FIELD_TEXT,      .max_len = 64,
	 .label = "Zoho partner ID"},
	{.name = "stats",             .kind = FIELD_JSON,      .label = "Statistics",
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_DETAIL | FIELD_NO_FILTER | FIELD_NO_SORT,
	 .help = "What its leads amount to, as far as the caller sees them."},

	{.name = "legalName",         .kind = FIELD_TEXT,      .max_len = 200,
	 .section = "Firm", .flags = FIELD_SEARCHED},
	{.name = "taxId",             .kind = FIELD_TEXT,      .max_len = 50, .label = "Tax ID",
	 .section = "Firm"},
	ADDRESS_FIELDS("address", "Address"),

	{.name = "commissionPercent", .kind = FIELD_PERCENT,   .label = "Commission (%)",
	 .section = "Internal", .hidden_from = HIDDEN_FROM(PRESET_USER)},
	{.name = "internalNotes",     .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .section = "Internal", .flags = FIELD_DETAIL, .hidden_from = HIDDEN_FROM_PARTNERS,
	 .help = "The partner never sees them."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "partners_email_unique",
		.field = "email",
		.message = "Another partner has this e-mail address."},
	{.constraint = "partners_zoho_unique",
		.field = "zohoPartnerId",
		.message = "Another partner has this Zoho ID."},
	{0},
};

static const struct entity_count counts[] = {
	{.name = "leadsCount", .of = "lead", .by = "partnerId"},
	{0},
};

const struct entity entity_partner = {
	.name = "partner",
	.plural = "partners",
	.label = "Partner",
	.label_plural = "Partners",
	.icon = "partner",
	.group = "crm",
	/* Whether its people are let in hangs on it. */
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH | ENTITY_SHAPES,
	.counts = counts,
	.fields = fields,
	.constraints = constraints,
	.owner_field = "ownerId",
	.partner_field = "id",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "annn",
		[PRESET_ACCOUNTANT] = "annn",
		[PRESET_PARTNER_ADMIN] = "pnpn",
		[PRESET_PARTNER_USER] = "pnnn"},
};
