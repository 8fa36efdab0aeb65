/* SPDX-License-Identifier: Apache-2.0 */
/* An activity: a call, a meeting, a note or an e-mail, planned or done. Also called interaction. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option types[] = {
	{"call", "Call"},
	{"meeting", "Meeting"},
	{"note", "Note"},
	{"email", "E-mail"},
	{NULL, NULL},
};

static const struct field_option statuses[] = {
	{"planned", "Planned"},
	{"done", "Done"},
	{"cancelled", "Cancelled"},
	{NULL, NULL},
};

static const struct field_option directions[] = {
	{"inbound", "Inbound"},
	{"outbound", "Outbound"},
	{NULL, NULL},
};

static const struct field_option visibilities[] = {
	{"record", "Who sees the record"},
	{"private", "Only me"},
	{"partner", "The partner as well"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "type",       .kind = FIELD_ENUM,      .options = types,
	 .flags = FIELD_REQUIRED | FIELD_LISTED},
	{.name = "subject",    .kind = FIELD_TEXT,      .min_len = 1, .max_len = 200,
	 .flags = FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .help = "A note takes the first line of its body when it has none."},
	{.name = "body",       .kind = FIELD_LONG_TEXT, .max_len = 50000, .label = "Text",
	 .flags = FIELD_DETAIL | FIELD_SEARCHED},
	{.name = "status",     .kind = FIELD_ENUM,      .options = statuses,
	 .flags = FIELD_LISTED | FIELD_NOT_NULL,
	 .help = "Planned when it starts in the future, else done, unless said otherwise."},
	{.name = "startAt",    .kind = FIELD_DATETIME,  .label = "Start",
	 .flags = FIELD_LISTED | FIELD_NOT_NULL},
	{.name = "endAt",      .kind = FIELD_DATETIME,  .label = "End"},
	{.name = "allDay",     .kind = FIELD_BOOLEAN,   .initial = "false"},
	{.name = "direction",  .kind = FIELD_ENUM,      .options = directions},
	{.name = "outcome",    .kind = FIELD_PICKLIST,  .picklist = "activity.outcome"},
	{.name = "location",   .kind = FIELD_TEXT,      .max_len = 255, .flags = FIELD_SEARCHED},
	{.name = "ownerId",    .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED},
	{.name = "pinned",     .kind = FIELD_BOOLEAN,   .initial = "false"},
	{.name = "visibility", .kind = FIELD_ENUM,      .options = visibilities,
	 .initial = "\"record\"", .label = "Visible to"},
	{.name = "remindAt",   .kind = FIELD_DATETIME,  .label = "Reminder"},

	{.name = "companyId",  .kind = FIELD_REFERENCE, .references = "company",
	 .section = "About", .flags = FIELD_LISTED,
	 .help = "That of the deal, contact, project, event, quote or invoice unless said otherwise."},
	{.name = "contactId",  .kind = FIELD_REFERENCE, .references = "contact",
	 .section = "About"},
	{.name = "leadId",     .kind = FIELD_REFERENCE, .references = "lead", .section = "About"},
	{.name = "dealId",     .kind = FIELD_REFERENCE, .references = "deal", .section = "About"},
	{.name = "projectId",  .kind = FIELD_REFERENCE, .references = "project",
	 .section = "About"},
	{.name = "eventId",    .kind = FIELD_REFERENCE, .references = "event",
	 .section = "About"},
	{.name = "vendorId",   .kind = FIELD_REFERENCE, .references = "vendor",
	 .section = "About"},
	{.name = "partnerId",  .kind = FIELD_REFERENCE, .references = "partner",
	 .section = "About"},
	{.name = "quoteId",    .kind = FIELD_REFERENCE, .references = "quote",
	 .section = "About"},
	{.name = "invoiceId",  .kind = FIELD_REFERENCE, .references = "invoice",
	 .section = "About"},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "activities_subject_required",
		.field = "subject",
		.message = "Only a note may lack a subject."},
	{.constraint = "activities_end",
		.field = "endAt",
		.message = "Must not be before the start."},
	{.constraint = "activities_remind",
		.field = "remindAt",
		.message = "Must not be after the start."},
	{.constraint = "activities_target_required",
		.field = "companyId",
		.message = "Must be about some record, such as a company or a deal."},
	{0},
};

/* An activity goes to the trash with the last of these. */
static const char *const targets[] = {"contactId", "leadId", "dealId", "projectId", "eventId",
	"vendorId", "partnerId", "quoteId", "invoiceId", NULL};

static const struct entity_nested nested[] = {
	{"participants", "activity_participant", "activityId", 100},
	{0},
};

const struct entity entity_activity = {
	.name = "activity",
	.plural = "activities",
	.aliases = (const struct entity_alias[]){{.path = "interactions"}, {0}},
	.label = "Activity",
	.label_plural = "Activities",
	.icon = "activity",
	.group = "work",
	.flags = ENTITY_TAGS | ENTITY_CUSTOM | ENTITY_SEARCH | ENTITY_OWN_IDS | ENTITY_PRIVATE,
	.fields = fields,
	.nested = nested,
	.constraints = constraints,
	.default_sort = "-startAt",
	/* No owner_field: own is what I made, and what is about a record of mine. */
	.targets = targets,
	.filled_target = "companyId",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "oaon",
		[PRESET_ACCOUNTANT] = "aaon",
		[PRESET_PARTNER_ADMIN] = "pnnn",
		[PRESET_PARTNER_USER] = "pnnn"},
};
