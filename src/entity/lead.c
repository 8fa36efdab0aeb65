/* SPDX-License-Identifier: Apache-2.0 */
/* A lead: somebody who may become a customer, on the way through a pipeline of leads. */
#include "core/caller.h"
#include "core/records.h"
#include "core/tenant.h"
#include "entity/options.h"

static const struct field_option deal_statuses[] = {
	{"open", "Open"},
	{"won", "Won"},
	{"lost", "Lost"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "firstName",          .kind = FIELD_TEXT,      .min_len = 1, .max_len = 50,
	 .flags = FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "given name|forename|first"},
	{.name = "lastName",           .kind = FIELD_TEXT,      .min_len = 1, .max_len = 50,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "surname|family name|last"},
	{.name = "company",            .kind = FIELD_TEXT,      .min_len = 1, .max_len = 100,
	 .flags = FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "company name|account|account name|organisation|organization|firm|employer"},
	{.name = "email",              .kind = FIELD_EMAIL,
	 .flags = FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "mail|e-mail|e-mail address|mail address"},
	{.name = "phone",              .kind = FIELD_PHONE,
	 .flags = FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "telephone|tel|phone number|work phone"},
	{.name = "phoneExt",           .kind = FIELD_TEXT,      .max_len = 10,
	 .label = "Extension", .with = "phone"},
	{.name = "source",             .kind = FIELD_PICKLIST,  .picklist = "lead.source",
	 .flags = FIELD_LISTED,
	 .aliases = "lead source|origin|channel"},
	{.name = "stageId",            .kind = FIELD_REFERENCE, .references = "stage",
	 .flags = FIELD_LISTED | FIELD_NOT_NULL,
	 .help = "Of a pipeline of leads; the first one of the default pipeline unless said otherwise."},
	{.name = "status",             .kind = FIELD_TEXT,      .max_len = 50,
	 .flags = FIELD_NOT_NULL, .help = "The key of the stage; setting either sets both."},
	{.name = "ownerId",            .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED,
	 .aliases = "sales agent|agent|salesperson|sales rep|assigned to|responsible"},
	{.name = "score",              .kind = FIELD_INTEGER,   RANGE(0, 100),
	 .flags = FIELD_LISTED, .hidden_from = HIDDEN_FROM_PARTNERS},
	{.name = "unqualifiedReason",  .kind = FIELD_PICKLIST,  .picklist = "unqualifiedReason",
	 .help = "Needed when the stage is a lost one."},
	{.name = "description",        .kind = FIELD_LONG_TEXT, .max_len = 10000,
	 .flags = FIELD_DETAIL},
	{.name = "lastActivityAt",     .kind = FIELD_DATETIME,  .label = "Last activity",
	 .flags = FIELD_READ_ONLY},
	{.name = "nextActivityAt",     .kind = FIELD_DATETIME,  .label = "Next activity",
	 .flags = FIELD_READ_ONLY},

	{.name = "jobTitle",           .kind = FIELD_TEXT,      .max_len = 100,
	 .section = "Profile",
	 .aliases = "title|position|role|job"},
	{.name = "website",            .kind = FIELD_URL,       .section = "Profile"},
	{.name = "industry",           .kind = FIELD_PICKLIST,  .picklist = "industry",
	 .section = "Profile"},
	{.name = "companyId",          .kind = FIELD_REFERENCE, .references = "company",
	 .label = "Customer", .section = "Profile", .hidden_from = HIDDEN_FROM_PARTNERS,
	 .help = "The customer this lead belongs to, when there is one already."},
	{.name = "contactId",          .kind = FIELD_REFERENCE, .references = "contact",
	 .section = "Profile", .hidden_from = HIDDEN_FROM_PARTNERS},
	{.name = "campaign",           .kind = FIELD_TEXT,      .max_len = 100,
	 .section = "Profile"},
	{.name = "partnerId",          .kind = FIELD_REFERENCE, .references = "partner",
	 .section = "Profile", .flags = FIELD_IMMUTABLE,
	 .help = "The partner who brought the lead; fixed from then on."},
	{.name = "zohoLeadId",         .kind = FIELD_TEXT,      .max_len = 64,
	 .label = "Zoho lead ID", .section = "Profile", .hidden_from = HIDDEN_FROM_PARTNERS},

	{.name = "estimatedValue",     .kind = FIELD_MONEY,     .section = "Demand"},
	{.name = "currency",           .kind = FIELD_CURRENCY,  .section = "Demand"},
	{.name = "eventType",          .kind = FIELD_PICKLIST,  .picklist = "eventType",
	 .section = "Demand"},
	{.name = "eventDate",          .kind = FIELD_DATE,      .section = "Demand"},
	{.name = "guestsExpected",     .kind = FIELD_INTEGER,   RANGE(0, 1000000),
	 .section = "Demand"},

	ADDRESS_FIELDS("address", "Address"),

	{.name = "convertedAt",        .kind = FIELD_DATETIME,  .label = "Converted",
	 .section = "Conversion", .flags = FIELD_READ_ONLY},
	{.name = "convertedContactId", .kind = FIELD_REFERENCE, .references = "contact",
	 .label = "Contact made", .section = "Conversion", .flags = FIELD_READ_ONLY},
	{.name = "convertedCompanyId", .kind = FIELD_REFERENCE, .references = "company",
	 .label = "Company made", .section = "Conversion", .flags = FIELD_READ_ONLY},
	{.name = "convertedDealId",    .kind = FIELD_REFERENCE, .references = "deal",
	 .label = "Deal made", .section = "Conversion", .flags = FIELD_READ_ONLY},
	{.name = "dealStatus",         .kind = FIELD_ENUM,      .options = deal_statuses,
	 .section = "Conversion", .flags = FIELD_READ_ONLY},
	{.name = "wonAmount",          .kind = FIELD_MONEY,     .section = "Conversion",
	 .flags = FIELD_READ_ONLY, .help = "Of the deal made, once it is won; in its currency."},
	{.name = "wonCurrency",        .kind = FIELD_CURRENCY,  .section = "Conversion",
	 .flags = FIELD_READ_ONLY},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "leads_zoho_unique",
		.field = "zohoLeadId",
		.message = "Another lead has this Zoho ID."},
	{0},
};

/* The organisation may ask for less, but not of partners nor on their routes. */
static bool is_needed(const struct record_write *write, const char *field)
{
	const struct json_value *required = tenant_setting(write->tenant, "leadRequired");
	bool of_partner = write->req->caller->partner_id.ptr || write->resource->within;
	const struct json_value *name;

	if (!required || required->type != JSON_ARRAY || of_partner)
		return true;
	for (name = required->first; name; name = name->next)
		if (str_is(name->text, field))
			return true;
	return false;
}

/* A value that was refused is not missing. */
static bool is_refused(const struct problem *problem, const char *field)
{
	for (const struct problem_detail *d = problem->first; d; d = d->next)
		if (str_is(d->field, field))
			return true;
	return false;
}

/* What a lead must tell when somebody enters it; a change is asked only for what it sends. Imports bring
 * leads that tell less, so the columns themselves stay nullable. */
static void check(struct record_write *write)
{
	static const char *const needed[] = {"firstName", "email", "company", "source"};

	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		bool asked = write->mode != RECORD_UPDATE || record_write_has(write, needed[i]);

		if (asked && !record_write_get(write, needed[i]).ptr &&
			is_needed(write, needed[i]) && !is_refused(&write->req->problem, needed[i]))
			problem_add(&write->req->problem, str_of(needed[i]), "REQUIRED",
				"A lead needs this.");
	}
}

static const struct field status_comment = {.name = "statusComment",
	.kind = FIELD_LONG_TEXT,
	.max_len = 500,
	.help = "Stands beside the change of status in the lead's status history."};

static const struct entity_delete on_delete[] = {
	{.of = "activity", .by = "leadId", .rule = DELETE_CASCADE, .only_target = true},
	{.of = "task", .by = "leadId", .rule = DELETE_CASCADE, .only_target = true},
	{0},
};

static const struct entity_board board = {
	.by = "stageId",
};

static const struct entity_duplicates duplicates[] = {
	{DUPLICATE_EMAIL, {"email"}},
	{DUPLICATE_PHONE, {"phone"}},
	{DUPLICATE_WEBSITE, {"website"}},
	{DUPLICATE_NAME, {"firstName", "lastName"}},
	{0},
};

/* What a lead has become is said of that lead. */
static const struct entity_delete kept_for[] = {
	{.of = "lead", .by = "id", .when = "convertedAt", .word = "converted"},
	{0},
};

const struct entity entity_lead = {
	.name = "lead",
	.plural = "leads",
	.label = "Lead",
	.label_plural = "Leads",
	.icon = "lead",
	.group = "crm",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH,
	.board = &board,
	.fields = fields,
	.aliases = (const struct entity_alias[]){{.path = "partners/{partnerId}/leads",
							 .within = "partnerId"},
		{0}},
	.remark = &status_comment,
	.constraints = constraints,
	.owner_field = "ownerId",
	.partner_field = "partnerId",
	.check = check,
	.on_delete = on_delete,
	.duplicates = duplicates,
	.kept_for = kept_for,
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "nnnn",
		[PRESET_PARTNER_ADMIN] = "papn",
		[PRESET_PARTNER_USER] = "papn"},
};
