/* SPDX-License-Identifier: Apache-2.0 */
/* A product category: a place for products in a tree of categories. */
#include <stddef.h>

#include "core/entity.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "name",     .kind = FIELD_TEXT,      .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "parentId", .kind = FIELD_REFERENCE, .references = "product_category",
	 .label = "Parent category", .flags = FIELD_LISTED},
	{.name = "position", .kind = FIELD_INTEGER,   RANGE(0, 1000000), .initial = "0",
	 .flags = FIELD_LISTED},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "product_categories_name_unique",
		.field = "name",
		.message = "Another category beside it has this name."},
	{.constraint = "product_categories_parent_self",
		.field = "parentId",
		.message = "Must be another category."},
	{0},
};

static const struct entity_count counts[] = {
	{.name = "productsCount", .of = "product", .by = "categoryId"},
	{0},
};

static const struct entity_delete on_delete[] = {
	{.of = "product", .by = "categoryId", .rule = DELETE_BLOCK},
	{.of = "product_category", .by = "parentId", .rule = DELETE_BLOCK},
	{0},
};

const struct entity entity_product_category = {
	.name = "product_category",
	.plural = "product_categories",
	.label = "Product category",
	.label_plural = "Product categories",
	.icon = "product_category",
	.group = "sales",
	.counts = counts,
	.fields = fields,
	.constraints = constraints,
	.default_sort = "position",
	.on_delete = on_delete,
	.instead = "Empty it first.",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "aaan",
		[PRESET_USER] = "annn",
		[PRESET_ACCOUNTANT] = "aaan",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
