/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Field types: one row each, on the server; web/src/fields/<name>/ is the same row for the browser.
 *
 * A value arrives as JSON, as text of a query string or as text of a CSV cell. `parse` turns the text
 * into what PostgreSQL is given; which JSON types may carry it says `json`. A value leaves as
 * PostgreSQL's text and is written as JSON by `write`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/problem.h"
#include "core/entity.h"
#include "core/resource.h"

struct tenant;

enum filter_op {
	OP_EQ,
	OP_NE,
	OP_GT,
	OP_GTE,
	OP_LT,
	OP_LTE,
	OP_IN,
	OP_CONTAINS,
	OP_STARTS_WITH,
	OP_NULL,
	OP__COUNT
};

/* One value being read: where it goes, and what is wrong with it. */
struct field_input {
	struct arena *arena;
	const struct resource_field *field;
	const struct tenant *tenant; /* options of picklists; NULL where none is needed */
	const char *code;            /* out: REQUIRED, WRONG_TYPE, TOO_LONG, OUT_OF_RANGE … */
	struct str message;          /* out: one sentence */
};

struct field_type {
	const char *name;  /* in metadata, custom fields and file names of the web */
	const char *sql;   /* type of the column */
	const char *param; /* how a parameter enters a statement, %s stands for $n; NULL: $n::sql */
	unsigned json;     /* 1 << enum json_type that may carry it */
	unsigned operators; /* 1 << enum filter_op */
	int max_len;        /* the limit when the field states none */
	int scale;          /* likewise */
	bool list;          /* several values: a JSON array, an array column */
	/* JSON to PostgreSQL's text, where the document has a form; NULL: by parse, or as it is. */
	bool (*read)(struct field_input *input, const struct json_value *value, struct str *out);
	/* Text to PostgreSQL's text, normalised. False with code and message set. An empty text never
	 * arrives here: it is NULL. */
	bool (*parse)(struct field_input *input, struct str text, struct str *out);
	void (*write)(struct json *json, struct str value);
	const char *schema; /* OpenAPI 3.1 of the value, without nullability and limits */
};

const struct field_type *field_type_of(const struct field *field);
/* "longText"; NULL when unknown. */
const struct field_type *field_type_find(struct str name, enum field_kind *kind_out);

/* Reads a JSON value: checks its JSON type, parses it, checks the field's own limits. An absent result
 * (STR_NONE) is NULL. False when refused. */
MUST_CHECK bool field_read_json(
	struct field_input *input, const struct json_value *value, struct str *out);
/* The same for text from a query string or a CSV cell; lists are separated by commas or semicolons. */
MUST_CHECK bool field_read_text(struct field_input *input, struct str text, struct str *out);
/* For filters: like field_read_text without the limits of the field, so that any value can be asked for. */
MUST_CHECK bool field_read_operand(struct field_input *input, struct str text, struct str *out);
/* Writes a column's text (STR_NONE = null). */
void field_write_json(struct json *json, const struct resource_field *field, struct str value);

/* For parse functions: sets code and message, returns false. */
bool field_refuse(struct field_input *input, const char *code, const char *format, ...)
	PRINTF_LIKE(3, 4);
/* `eq`, `startsWith` … */
const char *filter_op_name(enum filter_op op);
MUST_CHECK bool filter_op_find(struct str name, enum filter_op *out);
bool field_allows_op(const struct field *field, enum filter_op op);
/* Not lists, documents and long texts: their place in an order means nothing, and would not fit a cursor. */
bool field_can_sort(const struct field *field);
