/* SPDX-License-Identifier: Apache-2.0 */
/* An export: a file of records that somebody took out (core/export.h), and whether it was whole. */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option formats[] = {
	{"csv", "CSV"},
	{"jsonl", "JSON lines"},
	{"xlsx", "Excel"},
	{NULL, NULL},
};

static const struct field_option states[] = {
	{"running", "Running"},
	{"done", "Done"},
	{"failed", "Failed"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "entity",     .kind = FIELD_TEXT,     .max_len = 50,
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_TITLE | FIELD_LISTED},
	{.name = "format",     .kind = FIELD_ENUM,     .options = formats,
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "state",      .kind = FIELD_ENUM,     .options = states,
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED,
	 .help = "A file whose export is not done is not whole."},
	{.name = "rowCount",   .kind = FIELD_INTEGER,  .label = "Rows",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "bytes",      .kind = FIELD_INTEGER,  .flags = FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "Before compression."},
	{.name = "sha256",     .kind = FIELD_TEXT,     .max_len = 64, .label = "SHA-256",
	 .flags = FIELD_READ_ONLY, .help = "Of the file, once it is done."},
	{.name = "query",      .kind = FIELD_TEXT,     .max_len = 8000,
	 .flags = FIELD_READ_ONLY | FIELD_NO_SORT, .help = "The query string that it was asked with."},
	{.name = "message",    .kind = FIELD_TEXT,     .max_len = 500, .flags = FIELD_READ_ONLY,
	 .help = "Why it failed, as far as that is known."},
	{.name = "startedAt",  .kind = FIELD_DATETIME, .label = "Started",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "durationMs", .kind = FIELD_INTEGER,  .label = "Duration",
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL, .help = "Milliseconds, so far."},
	{0},
};
/* clang-format on */

const struct entity entity_export = {
	.name = "export",
	.plural = "exports",
	.label = "Export",
	.label_plural = "Exports",
	.icon = "export",
	.group = "admin",
	.flags = ENTITY_READ_ONLY | ENTITY_NO_IMPORT | ENTITY_LOCKED,
	.fields = fields,
	.access = {[PRESET_ADMIN] = "annn",
		[PRESET_MANAGER] = "onnn",
		[PRESET_USER] = "onnn",
		[PRESET_ACCOUNTANT] = "onnn",
		[PRESET_PARTNER_ADMIN] = "onnn",
		[PRESET_PARTNER_USER] = "onnn"},
};
