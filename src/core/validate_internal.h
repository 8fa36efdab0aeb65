/* SPDX-License-Identifier: Apache-2.0 */
/* Inside validation: what reading members and reading nested arrays share. */
#pragma once

#include "base/json_read.h"
#include "core/validate.h"

/* A body of a hundred faults is told the first hundred. */
bool validate_has_room(const struct record_write *write);
/* Reads an array into write->nested. What is wrong with it stands in the problem, each by its path; an error
 * is another than ERR_INVALID. */
MUST_CHECK enum err validate_nested(struct record_write *write,
	const struct resource_nested *nested, const struct json_value *list);
/* Adds the arrays that were not sent where that means that they shall be empty. */
void validate_absent_nested(struct record_write *write, const struct json_value *object);
