/* SPDX-License-Identifier: Apache-2.0 */
/* A contact: a person, mostly of a company. */
#include "base/time.h"
#include "core/records.h"
#include "entity/options.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "firstName",      .kind = FIELD_TEXT,      .max_len = 100,
	 .flags = FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "given name|forename|first"},
	{.name = "lastName",       .kind = FIELD_TEXT,      .max_len = 100,
	 .flags = FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "surname|family name|last"},
	{.name = "companyId",      .kind = FIELD_REFERENCE, .references = "company",
	 .flags = FIELD_LISTED,
	 .aliases = "account|account name|company name|organisation|organization|firm|employer|"
	            "customer"},
	{.name = "jobTitle",       .kind = FIELD_TEXT,      .max_len = 100,
	 .flags = FIELD_LISTED,
	 .aliases = "title|position|role|job|function"},
	{.name = "email",          .kind = FIELD_EMAIL,     .flags = FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "mail|e-mail|e-mail address|mail address|work email"},
	{.name = "phone",          .kind = FIELD_PHONE,     .flags = FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "telephone|tel|phone number|work phone|business phone|office phone"},
	{.name = "phoneExt",       .kind = FIELD_TEXT,      .max_len = 10, .label = "Extension",
	 .with = "phone"},
	{.name = "mobile",         .kind = FIELD_PHONE,     .flags = FIELD_SEARCHED,
	 .aliases = "mobile phone|cell|cell phone|mobile number"},
	{.name = "secondaryEmail", .kind = FIELD_EMAIL,     .flags = FIELD_SEARCHED},
	{.name = "lifecycleStage", .kind = FIELD_PICKLIST,  .picklist = "lifecycleStage",
	 .flags = FIELD_LISTED},
	{.name = "ownerId",        .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED,
	 .aliases = "sales agent|agent|salesperson|sales rep|assigned to|account manager|"
	            "responsible"},
	{.name = "source",         .kind = FIELD_PICKLIST,  .picklist = "lead.source"},
	{.name = "leadId",         .kind = FIELD_REFERENCE, .references = "lead",
	 .label = "Converted from", .flags = FIELD_READ_ONLY},
	{.name = "description",    .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL},
	{.name = "lastActivityAt", .kind = FIELD_DATETIME,  .label = "Last activity",
	 .flags = FIELD_READ_ONLY | FIELD_LISTED},

	{.name = "salutation",     .kind = FIELD_PICKLIST,  .picklist = "salutation",
	 .section = "Person"},
	{.name = "department",     .kind = FIELD_TEXT,      .max_len = 100, .section = "Person"},
	{.name = "birthday",       .kind = FIELD_DATE,      .section = "Person",
	 .aliases = "birth date|date of birth|dob|born"},
	{.name = "linkedinUrl",    .kind = FIELD_URL,       .label = "LinkedIn",
	 .section = "Person"},
	{.name = "language",       .kind = FIELD_TEXT,      .max_len = 10,
	 .pattern = LANGUAGE_PATTERN, .section = "Person",
	 .help = "A language tag such as en or de-AT."},
	{.name = "timeZone",       .kind = FIELD_TIME_ZONE, .section = "Person"},

	{.name = "doNotCall",      .kind = FIELD_BOOLEAN,   .initial = "false",
	 .flags = FIELD_STICKY, .section = "Consent"},
	{.name = "emailOptOut",    .kind = FIELD_BOOLEAN,   .initial = "false",
	 .flags = FIELD_STICKY, .label = "No e-mail", .section = "Consent"},
	{.name = "consentAt",      .kind = FIELD_DATETIME,  .label = "Consent given",
	 .section = "Consent"},
	{.name = "consentSource",  .kind = FIELD_TEXT,      .max_len = 200, .section = "Consent",
	 .with = "consentAt",
	 .help = "Where the consent was given, such as a form or a fair."},

	ADDRESS_FIELDS("address", "Address"),
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "contacts_name_required",
		.field = "lastName",
		.message = "A contact needs a first or a last name."},
	{0},
};

/* Where the day begins first, it is tomorrow already. */
static void check(struct record_write *write)
{
	struct date birthday;

	if (date_parse(record_write_get(write, "birthday"), &birthday) &&
		date_to_days(birthday) > time_now_us() / TIME_US_PER_DAY + 1)
		problem_add(&write->req->problem, STR("birthday"), "OUT_OF_RANGE",
			"Must not be in the future.");
}

static const struct entity_delete on_delete[] = {
	{.of = "company", .by = "primaryContactId", .rule = DELETE_DETACH},
	{.of = "activity", .by = "contactId", .rule = DELETE_CASCADE, .only_target = true},
	{.of = "task", .by = "contactId", .rule = DELETE_CASCADE, .only_target = true},
	{0},
};

static const struct entity_duplicates duplicates[] = {
	{DUPLICATE_EMAIL, {"email", "secondaryEmail"}},
	{DUPLICATE_PHONE, {"phone", "mobile"}},
	{DUPLICATE_NAME, {"firstName", "lastName"}},
	{0},
};

/* A document that has left the house names its contact. */
static const struct entity_delete kept_for[] = {
	{.of = "invoice", .by = "contactId", .when = "issuedAt", .word = "issued"},
	{.of = "quote", .by = "contactId", .when = "sentAt", .word = "sent"},
	{.of = "quote", .by = "contactId", .when = "cancelledAt", .word = "cancelled"},
	{0},
};

const struct entity entity_contact = {
	.name = "contact",
	.plural = "contacts",
	.label = "Contact",
	.label_plural = "Contacts",
	.icon = "contact",
	.group = "crm",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH,
	.owner_field = "ownerId",
	.also_owner = "company_owner_id",
	.fields = fields,
	.constraints = constraints,
	.check = check,
	.on_delete = on_delete,
	.duplicates = duplicates,
	.kept_for = kept_for,
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "aaan",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
