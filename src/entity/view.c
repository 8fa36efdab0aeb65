/* SPDX-License-Identifier: Apache-2.0 */
/* A view: filters, columns, order and grouping of a list, under a name (core/view.h). */
#include <stddef.h>

#include "core/entity.h"
#include "core/view.h"

static const struct field_option looks[] = {
	{"table", "Table"},
	{"board", "Board"},
	{"calendar", "Calendar"},
	{NULL, NULL},
};

static const struct field_option shares[] = {
	{"private", "Only me"},
	{"team", "My team"},
	{"all", "Everybody"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",      .kind = FIELD_TEXT,    .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "entity",    .kind = FIELD_TEXT,    .max_len = 50,
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED, .help = "Of which the list is."},
	{.name = "look",      .kind = FIELD_ENUM,    .options = looks, .initial = "\"table\"",
	 .flags = FIELD_LISTED},
	{.name = "shared",    .kind = FIELD_ENUM,    .options = shares, .initial = "\"private\"",
	 .label = "Shared with", .flags = FIELD_LISTED},
	{.name = "filters",   .kind = FIELD_JSON,    .flags = FIELD_NO_FILTER,
	 .help = "As the parameter where."},
	{.name = "columns",   .kind = FIELD_TEXT,    .max_len = 5000, .flags = FIELD_NO_SORT,
	 .help = "As the parameter fields."},
	{.name = "sorts",     .kind = FIELD_TEXT,    .max_len = 500, .label = "Order",
	 .flags = FIELD_NO_SORT, .help = "As the parameter sort."},
	{.name = "groupBy",   .kind = FIELD_TEXT,    .max_len = 200, .flags = FIELD_NO_SORT,
	 .help = "As the parameter by of groups."},
	{.name = "sums",      .kind = FIELD_TEXT,    .max_len = 500, .label = "Totals",
	 .flags = FIELD_NO_SORT, .help = "As the parameter sum of groups."},
	{.name = "display",   .kind = FIELD_JSON,    .flags = FIELD_NO_FILTER | FIELD_NO_SORT,
	 .help = "What lists look like besides, such as the widths of columns; the server only keeps it."},
	{.name = "ownerId",   .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_CALLER | FIELD_LISTED},
	{.name = "isDefault", .kind = FIELD_BOOLEAN, .label = "My default",
	 .flags = FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NOT_NULL,
	 .help = "What view=default names; see POST /views/{id}/default."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "views_name_unique",
		.field = "name",
		.message = "You have a view of this name already."},
	{.constraint = "views_filters_length", .field = "filters", .message = "Is too long."},
	{.constraint = "views_display_length", .field = "display", .message = "Is too long."},
	{0},
};

const struct entity entity_view = {
	.name = "view",
	.plural = "views",
	.label = "View",
	.label_plural = "Views",
	.icon = "view",
	.group = "admin",
	.flags = ENTITY_PRIVATE | ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
	.owner_field = "ownerId",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aooo",
		[PRESET_USER] = "aooo",
		[PRESET_ACCOUNTANT] = "aooo",
		[PRESET_PARTNER_ADMIN] = "oooo",
		[PRESET_PARTNER_USER] = "oooo"},
	.check = view_check,
};
