/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody on the customer's side who has a part in a deal. */
#include <stddef.h>

#include "core/entity.h"
#include "entity/nested.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "dealId", .kind = FIELD_REFERENCE, .references = "deal",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	POSITION_FIELD,
	{.name = "contactId", .kind = FIELD_REFERENCE, .references = "contact",
	 .flags = FIELD_REQUIRED | FIELD_LISTED},
	{.name = "role",      .kind = FIELD_PICKLIST,  .picklist = "deal.role", .flags = FIELD_LISTED},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "deal_participants_contact_unique",
		.field = "contactId",
		.code = "DUPLICATE",
		.message = "A contact stands in the list once."},
	{0},
};

const struct entity entity_deal_participant = {
	.name = "deal_participant",
	.plural = "deal_participants",
	.label = "Deal participant",
	.label_plural = "Deal participants",
	.icon = "deal_participant",
	.group = "sales",
	.flags = ENTITY_NESTED | ENTITY_READ_ONLY | ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
};
