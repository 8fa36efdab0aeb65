/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: what a cell means before a field type reads it. Numbers as people write them, dates of a
 * stated form, phone numbers with extensions, values with another name.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/str.h"

/* Whether the text is a form of date: YYYY, YY, MM, M, DD, D, HH, H, mm, ss and separators. */
MUST_CHECK bool import_date_format_ok(struct str format);
/* Reads `text` by the form and gives `2026-11-20`, or `2026-11-20T14:30:00` when the form has a time.
 * Two-digit years are 1970 to 2069. */
MUST_CHECK bool import_read_date(
	struct arena *arena, struct str format, struct str text, struct str *out);
/* `$1,100.04` to `1100.04`: currency signs, blanks and thousands marks go (only where thousands are),
 * the decimal mark becomes a point. False when that is no number. */
MUST_CHECK bool import_read_number(
	struct arena *arena, char decimal_mark, struct str text, struct str *out);
/* A plain decimal times a whole number, exactly. False when it has too many digits. */
MUST_CHECK bool import_multiply(
	struct arena *arena, struct str number, int64_t times, struct str *out);
/* `(020) 12.34/56 x12` to `(020) 12 34 56` and `12`; the extension is STR_NONE when there is none. */
struct str import_read_phone(struct arena *arena, struct str text, struct str *extension_out);
/* First and last name of a whole one: the last word is the last name. */
void import_split_name(struct str name, struct str *first_out, struct str *last_out);
