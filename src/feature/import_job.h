/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: one run, from the first byte of the file to the commit.
 *
 *   reading   the file streams through the CSV reader; each cell is checked by its field type; good rows
 *             go into the stage by COPY (import_stage.c)
 *   linking   names become ids, for all rows at once (import_link.c)
 *   writing   the rows become records, a slice of lines at a time (import_run.c)
 *
 * Everything is one transaction and one changeset. Memory does not grow with the file.
 */
#pragma once

#include "feature/import_map.h"
#include "feature/import_report.h"

/* Where the file comes from: an upload or a file. A piece of length 0 ends it. */
struct import_source {
	enum err (*read)(void *arg, struct str *piece_out);
	void *arg;
	int64_t bytes_total; /* -1: unknown */
	struct str file_name;
};

struct import_job {
	struct request *req;
	struct import_map *map;
	const struct import_source *source;
	const struct json_value *rehearsal; /* what a commit must match; else NULL */
	struct import_report *report;
	struct db_stage *stage;
	bool copying;      /* the COPY is under way */
	int64_t last_line; /* of the staged rows */
	/* Found in the file. */
	char delimiter;
	enum csv_encoding encoding;
	struct str ignored; /* columns that nobody maps: a JSON array */
};

/* Runs the report's step as req->caller; the report must be initialised. On an error nothing was written,
 * and req->problem says why; ERR_CONFLICT when the import runs already, was cancelled, or a commit would
 * not do what `rehearsal`, which is NULL but for a commit, says. */
MUST_CHECK enum err import_run(struct request *req, struct import_map *map,
	const struct import_source *source, const struct json_value *rehearsal,
	struct import_report *report);

/* The steps. */
MUST_CHECK enum err import_stage_rows(struct import_job *job);
MUST_CHECK enum err import_link_rows(struct import_job *job);
/* Creates what late links name; after the rows. */
MUST_CHECK enum err import_link_late(struct import_job *job);
/* What each link found and made, as JSON. */
MUST_CHECK enum err import_link_counts(struct import_job *job, struct str *out);
/* ERR_CONFLICT that says what is different from the rehearsal, and what was changed since. */
MUST_CHECK enum err import_rehearsal_compare(struct import_job *job);
/* Which rows are records that exist (import_key.c). */
MUST_CHECK enum err import_match_rows(struct import_job *job);
/* Runs a statement that takes rows out of the stage, notes the reason for each and adds their number to
 * `sum`. An empty sql does nothing. */
MUST_CHECK enum err import_take_out(struct import_job *job, const struct db_stmt *stmt,
	struct import_reason reason, int64_t *sum);

/* One statement in the stage's transaction; a refusal goes to req->problem in the client's words. Nothing
 * to do: an empty sql. */
MUST_CHECK enum err import_query(struct import_job *job, struct arena *arena,
	const struct resource *resource, const struct db_stmt *stmt, struct db_result *out);
/* ERR_INVALID when the record at hand has no end. */
MUST_CHECK enum err import_check_end(struct request *req, const struct csv_reader *reader);
