/* SPDX-License-Identifier: Apache-2.0 */
/* Validation: a JSON body becomes a write, or a problem that names every failing field at once. */
#pragma once

#include "base/json_read.h"
#include "core/records.h"

/* Reads the request's body into `write`, whose req, resource, mode and id are set. ERR_INVALID with all
 * details, ERR_BAD_JSON, ERR_BAD_MEDIA_TYPE. */
MUST_CHECK enum err validate_body(struct record_write *write);
/* The same for members that are read already (bulk, imports, features). */
MUST_CHECK enum err validate_members(struct record_write *write, const struct json_value *object);
/* The request's body as JSON: checks the media type. */
MUST_CHECK enum err read_json_body(struct request *req, struct json_value **out);
/* Adds a member that the client has not said; an absent text adds nothing. */
void validate_suggest(struct request *req, struct json_value *object, const char *key,
	enum json_type type, struct str text);
