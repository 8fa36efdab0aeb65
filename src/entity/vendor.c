/* SPDX-License-Identifier: Apache-2.0 */
/* A vendor: who provides something for events, a venue above all. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option statuses[] = {
	{"active", "Active"},
	{"inactive", "Inactive"},
	{NULL, NULL},
};

static const struct field_option rate_units[] = {
	{"hour", "Hour"},
	{"day", "Day"},
	{"event", "Event"},
	{"person", "Person"},
	{"item", "Item"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",               .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "supplier|vendor|vendor name|company"},
	{.name = "category",           .kind = FIELD_PICKLIST,  .picklist = "vendor.category",
	 .flags = FIELD_LISTED},
	{.name = "status",             .kind = FIELD_ENUM,      .options = statuses,
	 .initial = "\"active\"", .flags = FIELD_LISTED,
	 .help = "Who is inactive cannot be booked."},
	{.name = "contactName",        .kind = FIELD_TEXT,      .max_len = 100,
	 .flags = FIELD_LISTED | FIELD_SEARCHED},
	{.name = "email",              .kind = FIELD_EMAIL,
	 .flags = FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "mail|e-mail|e-mail address"},
	{.name = "phone",              .kind = FIELD_PHONE,
	 .flags = FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "telephone|tel|phone number"},
	{.name = "website",            .kind = FIELD_URL},
	{.name = "rating",             .kind = FIELD_INTEGER,   RANGE(1, 5),
	 .flags = FIELD_LISTED},
	{.name = "ownerId",            .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED},
	{.name = "description",        .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL},

	{.name = "exclusive",          .kind = FIELD_BOOLEAN,   .initial = "false",
	 .section = "Booking", .help = "One booking at a time."},
	{.name = "bufferMinutes",      .kind = FIELD_INTEGER,   RANGE(0, 10080), .initial = "0",
	 .label = "Buffer (minutes)", .section = "Booking",
	 .help = "Each booking of an exclusive vendor takes this time before and after it as well."},
	{.name = "insuranceExpiresAt", .kind = FIELD_DATE,      .label = "Insured until",
	 .section = "Booking"},

	{.name = "rate",               .kind = FIELD_MONEY,     .section = "Finance"},
	{.name = "rateUnit",           .kind = FIELD_ENUM,      .options = rate_units,
	 .label = "Rate per", .section = "Finance"},
	{.name = "currency",           .kind = FIELD_CURRENCY,  .section = "Finance",
	 .flags = FIELD_NOT_NULL, .help = "The organisation's unless said otherwise."},
	{.name = "paymentTermsDays",   .kind = FIELD_INTEGER,   RANGE(0, 365),
	 .label = "Payment terms (days)", .section = "Finance"},
	{.name = "taxId",              .kind = FIELD_TEXT,      .max_len = 50, .label = "Tax ID",
	 .section = "Finance"},
	{.name = "bankAccount",        .kind = FIELD_TEXT,      .max_len = 50,
	 .section = "Finance", .hidden_from = HIDDEN_FROM(PRESET_USER)},
	ADDRESS_FIELDS("address", "Address"),
	{0},
};
/* clang-format on */

static const struct entity_delete on_delete[] = {
	{.of = "payment", .by = "vendorId", .rule = DELETE_BLOCK},
	{.of = "event_vendor", .by = "vendorId", .rule = DELETE_BLOCK},
	{.of = "event", .by = "venueVendorId", .rule = DELETE_BLOCK},
	{0},
};

const struct entity entity_vendor = {
	.name = "vendor",
	.plural = "vendors",
	.label = "Vendor",
	.label_plural = "Vendors",
	.icon = "vendor",
	.group = "crm",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH,
	.fields = fields,
	.owner_field = "ownerId",
	.on_delete = on_delete,
	.instead = "Deactivate it instead.",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "aaon",
		[PRESET_ACCOUNTANT] = "aaan",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
