/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody who takes part in an event, as a guest or at work. Users who do see the event as their own. */
#include <stddef.h>

#include "core/entity.h"
#include "entity/nested.h"

/* clang-format off */
static const struct field fields[] = {
	{.name = "eventId", .kind = FIELD_REFERENCE, .references = "event",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	POSITION_FIELD,
	PERSON_FIELDS,
	{.name = "role",   .kind = FIELD_PICKLIST, .picklist = "participantRole", .flags = FIELD_LISTED},
	{.name = "notify", .kind = FIELD_BOOLEAN,  .initial = "true",
	 .help = "Is told when the event changes."},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "event_participants_contact_unique",
		.field = "contactId",
		.code = "DUPLICATE",
		.message = "A contact stands in the list once."},
	{.constraint = "event_participants_user_unique",
		.field = "userId",
		.code = "DUPLICATE",
		.message = "A user stands in the list once."},
	{0},
};

const struct entity entity_event_participant = {
	.name = "event_participant",
	.plural = "event_participants",
	.label = "Event participant",
	.label_plural = "Event participants",
	.icon = "event_participant",
	.group = "work",
	.flags = ENTITY_NESTED | ENTITY_READ_ONLY | ENTITY_NO_IMPORT,
	.fields = fields,
	.constraints = constraints,
	.check = check_person,
};
