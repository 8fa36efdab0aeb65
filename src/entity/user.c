/* SPDX-License-Identifier: Apache-2.0 */
/* A user: a person's membership in this organisation. Comes by invitation, and is deactivated
 * rather than deleted, since records name it. A trigger keeps role, team and activity to
 * administrators. */
#include "core/records.h"
#include "entity/options.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "firstName",   .kind = FIELD_TEXT,      .max_len = 100, .initial = "\"\"",
	 .flags = FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "given name|forename|first"},
	{.name = "lastName",    .kind = FIELD_TEXT,      .max_len = 100, .initial = "\"\"",
	 .flags = FIELD_TITLE | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "surname|family name|last"},
	{.name = "email",       .kind = FIELD_EMAIL,
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED | FIELD_SEARCHED,
	 .aliases = "mail|e-mail|e-mail address"},
	{.name = "role",        .kind = FIELD_TEXT,      .max_len = 50,
	 .pattern = "^[a-z][a-z0-9_]{0,49}$", .flags = FIELD_REQUIRED | FIELD_LISTED,
	 .help = "Decides what the user may see and do."},
	{.name = "teamId",      .kind = FIELD_REFERENCE, .references = "team",
	 .flags = FIELD_LISTED,
	 .aliases = "manager|team name"},
	{.name = "active",      .kind = FIELD_BOOLEAN,   .initial = "true", .flags = FIELD_LISTED,
	 .help = "Who is not active cannot sign in; their records stay."},
	{.name = "jobTitle",    .kind = FIELD_TEXT,      .max_len = 100, .flags = FIELD_LISTED},
	{.name = "phone",       .kind = FIELD_PHONE},
	{.name = "locale",      .kind = FIELD_TEXT,      .max_len = 10,
	 .pattern = LANGUAGE_PATTERN, .label = "Language"},
	{.name = "timeZone",    .kind = FIELD_TIME_ZONE},
	{.name = "partnerId",   .kind = FIELD_REFERENCE, .references = "partner",
	 .flags = FIELD_READ_ONLY},
	{.name = "invitedAt",   .kind = FIELD_DATETIME,  .label = "Invited",
	 .flags = FIELD_READ_ONLY},
	{.name = "joinedAt",    .kind = FIELD_DATETIME,  .label = "Joined",
	 .flags = FIELD_READ_ONLY},
	{.name = "lastLoginAt", .kind = FIELD_DATETIME,  .label = "Last sign-in",
	 .flags = FIELD_READ_ONLY | FIELD_LISTED},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "memberships_role", .field = "role", .message = "There is no such role."},
	{0},
};

static const struct field reassign_to = {.name = "reassignTo",
	.kind = FIELD_UUID,
	.help = "With active=false: the user who gets everything that this one owns or has to do."};

static void check(struct record_write *write)
{
	if (write->remark.ptr && !str_is(record_write_get(write, "active"), "false"))
		problem_add(&write->req->problem, STR("reassignTo"), "INVALID",
			"Is only said with active=false.");
}

const struct entity entity_user = {
	.name = "user",
	.plural = "users",
	.table = "memberships",
	.names = "people",
	.aliases = (const struct entity_alias[]){{.path = "memberships"},
		{.path = "partners/{partnerId}/users", .within = "partnerId"}, {0}},
	.label = "User",
	.label_plural = "Users",
	.icon = "user",
	.group = "admin",
	.flags = ENTITY_SEARCH | ENTITY_NO_CREATE | ENTITY_NO_DELETE | ENTITY_NO_IMPORT |
		ENTITY_SHAPES,
	.fields = fields,
	.constraints = constraints,
	.remark = &reassign_to,
	.check = check,
	.owner_field = "id",
	.partner_field = "partnerId",
	/* The letter for creating is the one for inviting. */
	.access = {[PRESET_ADMIN] = "aaan",
		[PRESET_MANAGER] = "tnon",
		[PRESET_USER] = "onon",
		[PRESET_ACCOUNTANT] = "onon",
		[PRESET_PARTNER_ADMIN] = "pppn",
		[PRESET_PARTNER_USER] = "onon"},
};
