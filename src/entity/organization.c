/* SPDX-License-Identifier: Apache-2.0 */
/* The organisation: the tenant itself, of which a caller sees one, and its settings. */
#include <stddef.h>

#include "base/json_read.h"
#include "core/records.h"
#include "entity/options.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",                 .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "legalName",            .kind = FIELD_TEXT,      .max_len = 200},
	{.name = "email",                .kind = FIELD_EMAIL,     .flags = FIELD_LISTED},
	{.name = "phone",                .kind = FIELD_PHONE,     .flags = FIELD_LISTED},
	{.name = "website",              .kind = FIELD_URL,       .flags = FIELD_LISTED},
	{.name = "taxId",                .kind = FIELD_TEXT,      .max_len = 50, .label = "Tax ID"},
	{.name = "registrationNumber",   .kind = FIELD_TEXT,      .max_len = 50},

	{.name = "currency",             .kind = FIELD_CURRENCY,  .initial = "\"EUR\"",
	 .section = "Region", .flags = FIELD_LISTED},
	{.name = "timeZone",             .kind = FIELD_TIME_ZONE, .initial = "\"UTC\"",
	 .section = "Region", .flags = FIELD_LISTED, .help = "Decides what day it is."},
	{.name = "locale",               .kind = FIELD_TEXT,      .max_len = 10,
	 .pattern = LANGUAGE_PATTERN, .initial = "\"en\"", .label = "Language",
	 .section = "Region", .help = "A language tag such as en or de-AT."},
	{.name = "weekStart",            .kind = FIELD_INTEGER,   RANGE(0, 6), .initial = "1",
	 .label = "Week starts on", .section = "Region", .help = "0 is Sunday, 1 is Monday."},
	{.name = "fiscalYearStartMonth", .kind = FIELD_INTEGER,   RANGE(1, 12), .initial = "1",
	 .label = "Fiscal year starts in month", .section = "Region"},
	{.name = "settings",             .kind = FIELD_JSON,      .initial = "{}",
	 .section = "Region", .flags = FIELD_DETAIL | FIELD_NO_SORT},

	ADDRESS_FIELDS("address", "Address"),

	{.name = "bankAccount",          .kind = FIELD_TEXT,      .max_len = 50,
	 .section = "Documents", .help = "Where customers pay to: an IBAN, or a number and a bank."},
	{.name = "pricesIncludeTax",     .kind = FIELD_BOOLEAN,   .initial = "false",
	 .section = "Documents", .help = "Of new quotes and invoices."},
	{.name = "paymentTermsDays",     .kind = FIELD_INTEGER,   RANGE(0, 365), .initial = "14",
	 .section = "Documents", .help = "Until an invoice is due; a customer may have other terms."},
	{.name = "quoteValidDays",       .kind = FIELD_INTEGER,   RANGE(0, 3650), .initial = "30",
	 .section = "Documents", .help = "How long a quote is good for."},
	{.name = "documentTerms",        .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .section = "Documents", .flags = FIELD_DETAIL, .label = "Terms",
	 .help = "What new quotes and invoices say at their end."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "organizations_settings",
		.field = "settings",
		.message = "Must be an object."},
	{0},
};

static bool is_lead_field(const struct json_value *name)
{
	static const char *const fields_of_lead[] = {
		"firstName", "lastName", "email", "company", "source"};

	for (size_t i = 0; i < ARRAY_LEN(fields_of_lead); i++)
		if (name->type == JSON_STRING && str_is(name->text, fields_of_lead[i]))
			return true;
	return false;
}

static void check_lead_required(struct record_write *write, const struct json_value *list)
{
	bool good = list->type == JSON_ARRAY;

	for (const struct json_value *name = list->first; good && name; name = name->next)
		good = is_lead_field(name);
	if (!good)
		problem_add(&write->req->problem, STR("settings.leadRequired"), "INVALID",
			"Must be a list out of firstName, lastName, email, company and source.");
}

/* How long the trash is kept: days, null for ever. */
static void check_trash_days(struct record_write *write, const struct json_value *days)
{
	int64_t n = 0;
	bool good = days->type == JSON_NULL ||
		(days->type == JSON_NUMBER && str_to_int64(days->text, &n) && n >= 1 && n <= 3650);

	if (!good)
		problem_add(&write->req->problem, STR("settings.trashDays"), "INVALID",
			"Must be a number of days from 1 to 3650, or null for ever.");
}

static void check(struct record_write *write)
{
	struct str text = record_write_get(write, "settings");
	struct problem unread;
	struct json_value *settings;
	const struct json_value *required, *days;

	problem_init(&unread, write->req->arena);
	if (!text.ptr || json_read(write->req->arena, text, &unread, &settings) != ERR_OK)
		return;
	required = json_get(settings, "leadRequired");
	if (required && required->type != JSON_NULL)
		check_lead_required(write, required);
	days = json_get(settings, "trashDays");
	if (days)
		check_trash_days(write, days);
}

const struct entity entity_organization = {
	.name = "organization",
	.plural = "organizations",
	.aliases = (const struct entity_alias[]){{.path = "organization"}, {0}},
	.label = "Organisation",
	.label_plural = "Organisations",
	.icon = "organization",
	.group = "admin",
	.flags = ENTITY_NO_CREATE | ENTITY_NO_DELETE | ENTITY_NO_IMPORT | ENTITY_SHAPES,
	.fields = fields,
	.constraints = constraints,
	.check = check,
	.access = {[PRESET_ADMIN] = "anan",
		[PRESET_MANAGER] = "nnnn",
		[PRESET_USER] = "nnnn",
		[PRESET_ACCOUNTANT] = "nnnn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
