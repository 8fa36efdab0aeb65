/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict JSON reading into an arena (RFC 8259 and DESIGN §5): yajl's event parser, no recursion.
 *
 * Refused, each with a message that names the place: depth over 64, duplicate keys, NUL in a string,
 * lone surrogates, invalid UTF-8, anything after the document, an empty document, comments, NaN, exponents
 * of more than three digits.
 * Numbers stay the text they were, so money never passes through a double. Whoever calls has limited
 * the length of the text; the arena takes a small multiple of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"
#include "base/str.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Members of an object and elements of an array are a list in the order of the text. */
struct json_value {
	enum json_type type;
	bool boolean;
	struct str text; /* the number as written, or the decoded string (also NUL-terminated) */
	struct str key;  /* when it is a member */
	struct json_value *first, *next;
	size_t count; /* of children */
};

/* ERR_BAD_JSON with the problem's message set ("line 2, column 7: …", counted in characters from 1). The
 * text is not kept. */
MUST_CHECK enum err json_read(
	struct arena *arena, struct str text, struct problem *problem, struct json_value **out);
/* NULL when `object` is no object or has no such member. */
const struct json_value *json_get(const struct json_value *object, const char *key);
/* The member's text when it is a string, else STR_NONE. */
struct str json_get_str(const struct json_value *object, const char *key);
/* Writes the value back, compact, without its own key. */
struct json;
void json_write_value(struct json *out, const struct json_value *value);
