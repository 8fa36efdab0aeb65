/* SPDX-License-Identifier: Apache-2.0 */
/* An API key: what a program signs in with, in a role. Its secret is shown once, by the feature that makes it;
 * deleted it is revoked for good. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",       .kind = FIELD_TEXT,     .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "prefix",     .kind = FIELD_TEXT,     .max_len = 14,
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED,
	 .help = "How the secret begins, to tell keys apart."},
	{.name = "role",       .kind = FIELD_TEXT,     .max_len = 50,
	 .pattern = "^[a-z][a-z0-9_]{0,49}$", .flags = FIELD_REQUIRED | FIELD_LISTED,
	 .help = "Decides what the program may see and do."},
	{.name = "expiresAt",  .kind = FIELD_DATETIME, .label = "Expires", .flags = FIELD_LISTED},
	{.name = "lastUsedAt", .kind = FIELD_DATETIME, .label = "Last used",
	 .flags = FIELD_READ_ONLY | FIELD_LISTED},
	{.name = "revokedAt",  .kind = FIELD_DATETIME, .label = "Revoked",
	 .flags = FIELD_READ_ONLY | FIELD_LISTED},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "api_keys_role", .field = "role", .message = "There is no such role."},
	{0},
};

const struct entity entity_api_key = {
	.name = "api_key",
	.plural = "api_keys",
	.label = "API key",
	.label_plural = "API keys",
	.icon = "api_key",
	.group = "admin",
	.flags = ENTITY_NO_CREATE | ENTITY_NO_IMPORT | ENTITY_LOCKED | ENTITY_SHAPES,
	.fields = fields,
	.constraints = constraints,
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "nnnn",
		[PRESET_USER] = "nnnn",
		[PRESET_ACCOUNTANT] = "nnnn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
