/* SPDX-License-Identifier: Apache-2.0 */
/* Records as JSON: rows of sql_get and sql_list with what they include. */
#pragma once

#include "base/json_write.h"
#include "core/query.h"
#include "db/db.h"

/* The records that the rows refer to, by include, and how many refer to the rows. */
struct record_includes {
	struct db_result of[QUERY_MAX_INCLUDES];
	struct db_result counts[RESOURCE_MAX_COUNTS];
	struct db_result nested[RESOURCE_MAX_NESTED]; /* by index, as sql_nested answers */
	bool has_nested;                              /* loaded already, with the record itself */
};

/* Loads what query->includes asks for, for all rows in one batch. */
MUST_CHECK enum err record_includes_load(
	const struct query *query, const struct db_result *rows, struct record_includes *out);
/* Of a row: the id, which is among the fields of every query. */
struct str record_id_of(const struct query *query, const struct db_result *rows, int row);
/* The members of one row: the query's fields, then the includes and the counts. */
void record_write_members(struct json *json, const struct query *query,
	const struct record_includes *includes, const struct db_result *rows, int row);
/* The same as an object. */
void record_write_json(struct json *json, const struct query *query,
	const struct record_includes *includes, const struct db_result *rows, int row);
