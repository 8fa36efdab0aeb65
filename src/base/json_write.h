/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON writer: puts a document into a buffer, commas and quotes where they belong.
 *
 *   json_object(&json);
 *   json_key(&json, STR("name"));
 *   json_str(&json, name);
 *   json_end(&json);
 *
 * Text must be UTF-8 (everything from PostgreSQL and from json_read is). Misuse (a member without a
 * key, a second document, depth over 128) aborts; a buffer that is full drops what follows and says so
 * in `out->full`.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* What json_read takes, and what the writer holds: that and the envelope around it. */
enum { JSON_MAX_DEPTH = 64, JSON_WRITE_MAX_DEPTH = 128 };

struct json {
	struct buf *out;
	int depth;
	bool after_key;
	bool filled; /* the innermost container has a member; its parent then has one too */
	uint64_t
		arrays[JSON_WRITE_MAX_DEPTH / 64]; /* bit d: the container at depth d is an array */
};

void json_init(struct json *json, struct buf *out);
void json_object(struct json *json);
void json_array(struct json *json);
/* Closes the innermost container. */
void json_end(struct json *json);
/* Keys of ours are plain ASCII names; they are escaped like any text all the same. */
void json_key(struct json *json, struct str key);
/* A key in its quotes with the colon behind, such as `"name":`. */
void json_key_quoted(struct json *json, struct str key);
/* The same with null as its value: most of what a record has. */
void json_key_quoted_null(struct json *json, struct str key);
void json_str(struct json *json, struct str s); /* absent (NULL ptr) writes null */
void json_cstr(struct json *json, const char *s);
void json_int(struct json *json, int64_t n);
void json_bool(struct json *json, bool b);
void json_null(struct json *json);
/* A value that is JSON already (a number kept as text, a jsonb column); absent writes null. */
void json_raw(struct json *json, struct str text);
/* Shorthands for members. */
void json_member_str(struct json *json, const char *key, struct str s);
void json_member_cstr(struct json *json, const char *key, const char *s);
void json_member_int(struct json *json, const char *key, int64_t n);
void json_member_bool(struct json *json, const char *key, bool b);
void json_member_raw(struct json *json, const char *key, struct str text);
void json_member_null(struct json *json, const char *key);
