/* SPDX-License-Identifier: Apache-2.0 */
/* A session: somebody signed in, in this organisation. Ended by a DELETE, which a feature serves. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "userId",     .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "address",    .kind = FIELD_TEXT,      .max_len = 64,
	 .flags = FIELD_READ_ONLY | FIELD_TITLE | FIELD_LISTED},
	{.name = "userAgent",  .kind = FIELD_TEXT,      .max_len = 500, .label = "Browser",
	 .flags = FIELD_READ_ONLY | FIELD_LISTED},
	{.name = "lastSeenAt", .kind = FIELD_DATETIME,  .label = "Last seen",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "expiresAt",  .kind = FIELD_DATETIME,  .label = "Expires",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{0},
};
/* clang-format on */

const struct entity entity_session = {
	.name = "session",
	.plural = "sessions",
	.table = "login_sessions",
	.label = "Session",
	.label_plural = "Sessions",
	.icon = "session",
	.group = "admin",
	.flags = ENTITY_READ_ONLY | ENTITY_ENDED | ENTITY_SHAPES,
	.fields = fields,
	.access = {[PRESET_ADMIN] = "anna",
		[PRESET_MANAGER] = "onno",
		[PRESET_USER] = "onno",
		[PRESET_ACCOUNTANT] = "onno",
		[PRESET_PARTNER_ADMIN] = "onno",
		[PRESET_PARTNER_USER] = "onno"},
};
