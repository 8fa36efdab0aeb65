/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A notification: what one person should hear of, written from the change log (migrations, notifications).
 *
 * Its words follow from type, data and the record, as the reader sees that now: who does not see it any more
 * is told nothing of it. Kept for 90 days.
 */
#include <stddef.h>

#include "core/entity.h"

static const struct field_option types[] = {
	{"task_assigned", "Task assigned"},
	{"task_due", "Task due"},
	{"reminder", "Reminder"},
	{"mention", "Mention"},
	{"record_assigned", "Record assigned"},
	{"lead_status", "Status of a lead"},
	{"deal_won", "Deal won"},
	{"deal_lost", "Deal lost"},
	{"quote_viewed", "Quote viewed"},
	{"quote_accepted", "Quote accepted"},
	{"quote_declined", "Quote declined"},
	{"payment_recorded", "Payment recorded"},
	{"invoice_overdue", "Invoice overdue"},
	{"event_status", "Status of an event"},
	{"import_finished", "Import finished"},
	{"partner_lead", "Lead of a partner"},
	{"partner_approved", "Partner approved"},
	{"invitation", "Invitation accepted"},
	{NULL, NULL},
};

#define WORDS (FIELD_COMPUTED | FIELD_READ_ONLY | FIELD_NO_FILTER | FIELD_NO_SORT)

/* clang-format off */
static const struct field fields[] = {
	{.name = "title",     .kind = FIELD_TEXT,      .max_len = 200, .flags = WORDS | FIELD_LISTED,
	 .help = "Empty when the record is out of your sight."},
	{.name = "type",      .kind = FIELD_ENUM,      .options = types,
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "readAt",    .kind = FIELD_DATETIME,  .label = "Read", .flags = FIELD_LISTED},
	{.name = "createdAt", .kind = FIELD_DATETIME,  .label = "Time",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL | FIELD_LISTED},
	{.name = "actorId",   .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_READ_ONLY | FIELD_LISTED, .help = "Who did it; nobody for a reminder."},
	{.name = "body",      .kind = FIELD_LONG_TEXT, .max_len = 1000, .flags = WORDS},
	{.name = "entity",    .kind = FIELD_TEXT,      .flags = FIELD_READ_ONLY | FIELD_NOT_NULL},
	{.name = "recordId",  .kind = FIELD_UUID,      .flags = FIELD_READ_ONLY},
	{.name = "data",      .kind = FIELD_JSON,      .flags = WORDS | FIELD_NOT_NULL,
	 .help = "The values before and after, or how many there are of which this one tells."},
	{.name = "changeId",  .kind = FIELD_UUID,      .flags = FIELD_READ_ONLY,
	 .help = "Of the change log; nothing for a reminder."},
	{.name = "userId",    .kind = FIELD_REFERENCE, .references = "user",
	 .flags = FIELD_READ_ONLY | FIELD_NOT_NULL},
	{0},
};
/* clang-format on */

const struct entity entity_notification = {
	.name = "notification",
	.plural = "notifications",
	.label = "Notification",
	.label_plural = "Notifications",
	.icon = "notification",
	.group = "work",
	.flags = ENTITY_BARE | ENTITY_NO_CREATE | ENTITY_NO_DELETE | ENTITY_NO_IMPORT,
	.fields = fields,
	.owner_field = "userId",
	.access = {[PRESET_ADMIN] = "onon",
		[PRESET_MANAGER] = "onon",
		[PRESET_USER] = "onon",
		[PRESET_ACCOUNTANT] = "onon",
		[PRESET_PARTNER_ADMIN] = "onon",
		[PRESET_PARTNER_USER] = "onon"},
};
