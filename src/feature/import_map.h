/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: the mapping, from JSON (docs/import.md) to rules and a plan.
 *
 * A rule fills one column of the stage: it takes a cell of the file or a constant, gives it another value
 * or form, and has a field type check it. The plan (core/sql_import.h) says what the columns become.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json_read.h"
#include "core/csv.h"
#include "core/sql_import.h"
#include "core/tenant.h"
#include "http/request.h"

enum { IMPORT_RULES_MAX = 300, IMPORT_SKIPS_MAX = 20, IMPORT_OPTIONS_MAX = 200 };

/* One value by another name; an absent `to` empties the cell. */
struct import_alias {
	struct str from, to;
};

enum import_name_part { NAME_WHOLE, NAME_FIRST, NAME_LAST };

struct import_rule {
	unsigned column;   /* of the stage; 0: a custom field, part of the document */
	struct str header; /* column of the file; absent: the constant */
	size_t source;     /* its place, once the header is read; SIZE_MAX: none */
	struct str constant;
	struct import_alias *aliases;
	size_t alias_count;
	const struct import_alias *other; /* "*": of what has no alias */
	int64_t times;                    /* 1: as it is */
	enum import_name_part part;
	/* What the value must be good for: of a link what its record is known by, NULL for any text. */
	const struct resource_field *field;
	struct str label;   /* in the report */
	struct str initial; /* of an empty cell */
	bool main;          /* a value of the row's own record */
	bool key;           /* names another record */
	bool required;
	bool add;                  /* unknown options or tags are added */
	struct import_rule *phone; /* this is the extension of that number */
	struct str system;         /* of an external id, which the cell holds alone */
};

/* Rows are passed over when the column holds one of the values. */
struct import_skip {
	struct str header;
	size_t source;
	struct str *values;
	size_t count;
};

/* Options that a picklist gets. */
struct import_options {
	const char *picklist;
	struct str keys[IMPORT_OPTIONS_MAX];
	size_t count;
	struct import_options *next;
};

struct import_map {
	struct arena *arena;
	struct request *req;
	const struct tenant *tenant;
	struct import_plan plan;
	struct import_rule *rules;
	size_t rule_count;
	struct import_skip skips[IMPORT_SKIPS_MAX];
	size_t skip_count;
	struct import_options *options;
	struct csv_options csv;
	struct str date_format; /* absent: ISO */
	char decimal_mark;
	bool refuse_unmapped;
	bool no_header;      /* the columns are called Column 1 … */
	bool clear;          /* an empty cell empties the field of a record that is updated */
	bool all_or_nothing; /* one refused row refuses the file */
	struct str text;     /* the JSON, for the record of the import */
	const struct json_value *columns;
};

/* Reads the mapping for req->caller. `into` and `key` stand for the members of that name when these are
 * absent. ERR_INVALID with all details, ERR_BAD_JSON, ERR_FORBIDDEN. */
MUST_CHECK enum err import_map_read(struct request *req, struct str json, struct str into,
	struct str key, struct import_map *out);
/* The rule that fills this column of the stage, or the field of this label; NULL when there is none. */
const struct import_rule *import_rule_of(const struct import_map *map, unsigned column);
const struct import_rule *import_rule_labelled(const struct import_map *map, struct str label);
/* Finds the rules' columns in the file's header. ERR_INVALID names what is missing or there twice.
 * `ignored_out` lists what nobody maps, as a JSON array. */
MUST_CHECK enum err import_map_bind(
	struct import_map *map, const struct str *headers, size_t count, struct str *ignored_out);

/* --- import_rule.c ---------------------------------------------------------------------------- */

/* Where a rule stands: whose field it fills. */
struct import_site {
	const struct resource *resource;
	struct import_part *parts;
	size_t *part_count;
	struct str path;   /* for problems */
	struct str header; /* the column it takes unless it says another */
	struct str constant;
	bool main;
	int depth;
};

/* Adds what one rule says; faults go to the request's problem. `rule` is NULL for the shorthand. */
void import_rule_read(struct import_map *map, const struct import_site *site, struct str field,
	const struct json_value *rule);
/* A literal of JSON as text; STR_NONE for null and for what is none. */
struct str import_literal(const struct json_value *value);
/* Complains about members that the object must not have. `known` ends with NULL. */
void import_check_members(struct import_map *map, struct str path, const struct json_value *object,
	const char *const *known);
