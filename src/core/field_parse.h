/* SPDX-License-Identifier: Apache-2.0 */
/* The parse functions of the field types: text to PostgreSQL's text, or a refusal. */
#pragma once

#include "core/field_type.h"

bool parse_text(struct field_input *input, struct str text, struct str *out);
bool parse_long_text(struct field_input *input, struct str text, struct str *out);
bool parse_email(struct field_input *input, struct str text, struct str *out);
bool parse_phone(struct field_input *input, struct str text, struct str *out);
bool parse_url(struct field_input *input, struct str text, struct str *out);
bool parse_integer(struct field_input *input, struct str text, struct str *out);
bool parse_decimal(struct field_input *input, struct str text, struct str *out);
bool parse_currency(struct field_input *input, struct str text, struct str *out);
bool parse_country(struct field_input *input, struct str text, struct str *out);
bool parse_time_zone(struct field_input *input, struct str text, struct str *out);
bool parse_boolean(struct field_input *input, struct str text, struct str *out);
bool parse_date(struct field_input *input, struct str text, struct str *out);
bool parse_datetime(struct field_input *input, struct str text, struct str *out);
bool parse_enum(struct field_input *input, struct str text, struct str *out);
bool parse_option(struct field_input *input, struct str text, struct str *out);
bool parse_uuid(struct field_input *input, struct str text, struct str *out);
/* One of several references. */
bool parse_member(struct field_input *input, struct str text, struct str *out);
