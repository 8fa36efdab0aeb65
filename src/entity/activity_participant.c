/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody who takes part in an activity. */
#include <stddef.h>

#include "core/entity.h"
#include "entity/nested.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "activityId", .kind = FIELD_REFERENCE, .references = "activity",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	POSITION_FIELD,
	PERSON_FIELDS,
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "activity_participants_contact_unique",
		.field = "contactId",
		.code = "DUPLICATE",
		.message = "A contact stands in the list once."},
	{.constraint = "activity_participants_user_unique",
		.field = "userId",
		.code = "DUPLICATE",
		.message = "A user stands in the list once."},
	{0},
};

const struct entity entity_activity_participant = {
	.name = "activity_participant",
	.plural = "activity_participants",
	.label = "Activity participant",
	.label_plural = "Activity participants",
	.icon = "activity_participant",
	.group = "work",
	.flags = ENTITY_NESTED | ENTITY_READ_ONLY | ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
	.check = check_person,
};
