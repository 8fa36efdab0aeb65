/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of POST /<entity>/bulk on their way into records. Each is validated as a single write is; together they
 * are written by few statements, whatever they hold: rows travel as one JSON document of texts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json_read.h"
#include "base/problem.h"
#include "core/records.h"
#include "db/db.h"

/* By what a row finds its record. */
struct bulk_key {
	struct str said;
	const struct resource_field
		*field;    /* the id, a field, externalIds; NULL: rows find nothing */
	struct str system; /* of externalIds */
	bool custom;
};

struct bulk_row {
	const struct json_value *object;
	struct record_write write; /* its id is that of the record, whether there or to be made */
	struct str key;            /* the value, STR_NONE for none */
	struct str version;        /* of the record that is there */
	int found;                 /* records that have the key */
	bool trashed, written;
	enum err err;            /* why it is refused */
	struct problem *problem; /* likewise */
};

struct bulk_rows {
	struct request *req;
	const struct resource *resource;
	const struct tenant *tenant;
	struct bulk_key key;
	struct bulk_row *rows;
	size_t count;
	bool partial;
};

/* Ids, versions and whether it is in the trash of the records that have the keys: row, id, version, trashed. */
struct db_stmt sql_bulk_keys(const struct bulk_rows *bulk);
/* The same records, locked: those which the caller may change. `ids` is a uuid[] literal. */
struct db_stmt sql_bulk_hold(const struct bulk_rows *bulk, struct str ids);
/* Rows of which a reference field, or one of the organisation's own, names nothing that the caller sees
 * (UNKNOWN_REFERENCE), or gives something to who is not active (INACTIVE): row, code. An empty sql when no
 * row says anything there. */
struct db_stmt sql_bulk_references(
	const struct bulk_rows *bulk, const struct resource_field *field);
/* Makes, or changes, records of the rows that `like` stands for: those that are written by the same statement
 * and have not been. Answers bulk_run's refusals and marks the rows as written. */
struct db_stmt sql_bulk_insert(const struct bulk_rows *bulk, const struct bulk_row *like);
struct db_stmt sql_bulk_change(const struct bulk_rows *bulk, const struct bulk_row *like);
