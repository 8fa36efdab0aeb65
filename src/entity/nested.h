/* SPDX-License-Identifier: Apache-2.0 */
/* What entities that are nested in records have in common. */
#pragma once

#include "base/problem.h"
#include "core/entity.h"
#include "core/records.h"

/* clang-format off */
/* The place in the array, from 1. */
#define POSITION_FIELD \
	{.name = "position", .kind = FIELD_INTEGER, .flags = FIELD_READ_ONLY | FIELD_NOT_NULL, \
	 .help = "Where it stands in the array, beginning at 1."}

/* Somebody who takes part: a contact, or a user. */
#define PERSON_FIELDS \
	{.name = "contactId", .kind = FIELD_REFERENCE, .references = "contact", .flags = FIELD_LISTED}, \
	{.name = "userId",    .kind = FIELD_REFERENCE, .references = "user", .flags = FIELD_LISTED, \
	 .help = "Instead of a contact: one of the organisation's own people."}
/* clang-format on */

/* One of them, and not both. */
static inline void check_person(struct record_write *write)
{
	bool contact = record_write_get(write, "contactId").ptr;
	bool user = record_write_get(write, "userId").ptr;

	if (contact && user)
		problem_add(&write->req->problem, STR("userId"), "INVALID",
			"Name either a contact or a user.");
	else if (!contact && !user)
		problem_add(&write->req->problem, STR("contactId"), "REQUIRED",
			"Name a contact or a user.");
}
