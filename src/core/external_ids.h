/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ids that a record has in other systems: [{"system": "zoho", "id": "42"}, …], as text zoho:42;other:7.
 * Which of them are taken is the database's to know (migrations, external_ids).
 */
#pragma once

#include "core/field_type.h"

enum { EXTERNAL_IDS_MAX = 10, EXTERNAL_SYSTEM_MAX = 40, EXTERNAL_ID_MAX = 128 };

/* From JSON; none at all is NULL. */
bool external_ids_read(struct field_input *input, const struct json_value *value, struct str *out);
/* From text, of a cell or of a filter. */
bool external_ids_parse(struct field_input *input, struct str text, struct str *out);
