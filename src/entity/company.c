/* SPDX-License-Identifier: Apache-2.0 */
/* A company: an account that buys, an organisation or a person. Also called customer and client. */
#include "base/time.h"
#include "core/records.h"
#include "entity/options.h"

static const struct field_option kinds[] = {
	{"organization", "Organisation"},
	{"person", "Person"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",               .kind = FIELD_TEXT,      .min_len = 2, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "account|account name|company|company name|organisation|organization|firm|"
	            "client|customer"},
	{.name = "status",             .kind = FIELD_PICKLIST,  .picklist = "company.status",
	 .initial = "\"Prospect\"", .flags = FIELD_LISTED},
	{.name = "industry",           .kind = FIELD_PICKLIST,  .picklist = "industry",
	 .flags = FIELD_LISTED,
	 .aliases = "sector|branch|vertical"},
	{.name = "email",              .kind = FIELD_EMAIL,
	 .flags = FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "mail|e-mail|e-mail address"},
	{.name = "phone",              .kind = FIELD_PHONE,
	 .flags = FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "telephone|tel|phone number"},
	{.name = "phoneExt",           .kind = FIELD_TEXT,      .max_len = 10,
	 .label = "Extension", .with = "phone"},
	{.name = "website",            .kind = FIELD_URL,
	 .aliases = "url|web|homepage|web site|domain"},
	{.name = "domain",             .kind = FIELD_TEXT,      .max_len = 253,
	 .flags = FIELD_READ_ONLY | FIELD_SEARCHED,
	 .help = "From the website, else from the e-mail address."},
	{.name = "ownerId",            .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED,
	 .aliases = "sales agent|account manager|agent|salesperson|sales rep|assigned to|"
	            "responsible"},
	{.name = "source",             .kind = FIELD_PICKLIST,  .picklist = "lead.source"},
	{.name = "description",        .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL},
	{.name = "lastActivityAt",     .kind = FIELD_DATETIME,  .label = "Last activity",
	 .flags = FIELD_READ_ONLY | FIELD_LISTED},

	{.name = "kind",               .kind = FIELD_ENUM,      .options = kinds,
	 .initial = "\"organization\"", .section = "Profile"},
	{.name = "company",            .kind = FIELD_TEXT,      .max_len = 200,
	 .label = "Trading name", .section = "Profile", .flags = FIELD_SEARCHED,
	 .help = "The trading name; of a person, the employer."},
	{.name = "legalName",          .kind = FIELD_TEXT,      .max_len = 200,
	 .section = "Profile", .flags = FIELD_SEARCHED},
	{.name = "parentId",           .kind = FIELD_REFERENCE, .references = "company",
	 .label = "Parent company", .section = "Profile",
	 .aliases = "subsidiary of|parent company|parent account|holding|parent"},
	{.name = "primaryContactId",   .kind = FIELD_REFERENCE, .references = "contact",
	 .section = "Profile", .help = "One of the contacts of this company."},
	{.name = "employees",          .kind = FIELD_INTEGER,   RANGE(0, 10000000),
	 .section = "Profile",
	 .aliases = "employee count|number of employees|headcount|no of employees"},
	{.name = "foundedYear",        .kind = FIELD_INTEGER,   RANGE(1000, 9999),
	 .label = "Founded in", .section = "Profile",
	 .aliases = "year established|founded|established|founding year"},
	{.name = "language",           .kind = FIELD_TEXT,      .max_len = 10,
	 .pattern = LANGUAGE_PATTERN, .section = "Profile",
	 .help = "A language tag such as en or de-AT."},

	{.name = "annualRevenue",      .kind = FIELD_MONEY,     .section = "Finance",
	 .aliases = "revenue|turnover"},
	{.name = "currency",           .kind = FIELD_CURRENCY,  .section = "Finance"},
	{.name = "paymentTermsDays",   .kind = FIELD_INTEGER,   RANGE(0, 365),
	 .label = "Payment terms (days)", .section = "Finance",
	 .help = "When empty, the organisation's terms hold."},
	{.name = "taxId",              .kind = FIELD_TEXT,      .max_len = 50, .label = "Tax ID",
	 .section = "Finance"},
	{.name = "registrationNumber", .kind = FIELD_TEXT,      .max_len = 50,
	 .section = "Finance"},

	ADDRESS_FIELDS("billing", "Billing address"),
	ADDRESS_FIELDS("shipping", "Shipping address"),
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "companies_parent_self",
		.field = "parentId",
		.message = "Must be another company."},
	{0},
};

/* Nobody was founded next year. */
static void check(struct record_write *write)
{
	int64_t today = time_now_us() / TIME_US_PER_DAY;
	int64_t year;

	if (str_to_int64(record_write_get(write, "foundedYear"), &year) &&
		year > date_from_days(today).year)
		problem_add(&write->req->problem, STR("foundedYear"), "OUT_OF_RANGE",
			"Must not be in the future.");
}

static const struct entity_count counts[] = {
	{.name = "leadsCount", .of = "lead", .by = "companyId"},
	{.name = "interactionsCount", .of = "activity", .by = "companyId"},
	{0},
};

/* Under these names a company is somebody who buys, first of all a person who can be written to. */
static const struct entity_default buyer_defaults[] = {{"kind", "person"}, {0}};
static const char *const buyer_required[] = {"email", NULL};

static const struct entity_alias aliases[] = {
	{"customers", buyer_defaults, buyer_required, .counts = true},
	{"clients", buyer_defaults, buyer_required, .counts = true},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.of = "payment",
		.by = "companyId",
		.rule = DELETE_BLOCK,
		.when = "status",
		.in = ONE_OF("completed"),
		.word = "completed"},
	{.of = "deal",
		.by = "companyId",
		.rule = DELETE_ASK,
		.when = "status",
		.in = ONE_OF("open"),
		.word = "open"},
	{.of = "project",
		.by = "companyId",
		.rule = DELETE_ASK,
		.when = "status",
		.in = ONE_OF("planned", "active", "on_hold"),
		.word = "open"},
	{.of = "event",
		.by = "companyId",
		.rule = DELETE_ASK,
		.when = "status",
		.in = ONE_OF("inquiry", "tentative", "confirmed", "in_progress"),
		.word = "open"},
	{.of = "invoice",
		.by = "companyId",
		.rule = DELETE_BLOCK,
		.when = "issuedAt",
		.word = "issued"},
	{.of = "contact", .by = "companyId", .rule = DELETE_DETACH},
	{.of = "lead", .by = "companyId", .rule = DELETE_DETACH},
	{.of = "company", .by = "parentId", .rule = DELETE_DETACH},
	{.of = "activity", .by = "companyId", .rule = DELETE_CASCADE, .only_target = true},
	{.of = "task", .by = "companyId", .rule = DELETE_CASCADE, .only_target = true},
	{0},
};

static const struct entity_duplicates duplicates[] = {
	{DUPLICATE_EMAIL, {"email"}},
	{DUPLICATE_PHONE, {"phone"}},
	{DUPLICATE_DOMAIN, {"domain"}},
	{DUPLICATE_NAME, {"name"}},
	{0},
};

/* Whose a document or a payment is, is not changed any more. */
static const struct entity_delete kept_for[] = {
	{.of = "invoice", .by = "companyId", .when = "issuedAt", .word = "issued"},
	{.of = "quote", .by = "companyId", .when = "sentAt", .word = "sent"},
	{.of = "quote", .by = "companyId", .when = "cancelledAt", .word = "cancelled"},
	{.of = "payment",
		.by = "companyId",
		.when = "status",
		.in = ONE_OF("completed", "void"),
		.word = "recorded"},
	{0},
};

const struct entity entity_company = {
	.name = "company",
	.plural = "companies",
	.aliases = aliases,
	.counts = counts,
	.label = "Company",
	.label_plural = "Companies",
	.icon = "company",
	.group = "crm",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH,
	.fields = fields,
	.constraints = constraints,
	.owner_field = "ownerId",
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
