/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: what became of the rows. The row in `imports` is written beside the import's own transaction
 * while it runs, so that others see the progress, and inside of it at the end: an import that is `done`
 * is committed, one that is not has written nothing.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/json_write.h"
#include "db/db.h"
#include "feature/import_map.h"
#include "http/request.h"

enum { IMPORT_REASONS_MAX = 10000, IMPORT_PROBLEMS_SHOWN = 100 };

/* Why a row was refused, or what of it was left out. */
struct import_reason {
	int64_t line;
	int part;
	const char *outcome; /* refused, skipped, created */
	struct str column;   /* of the file; absent when it is about the row */
	struct str field, code, message, value;
};

/* What runs: all at once, the rehearsal of a file that is kept, or its commit; or a rehearsal that leaves no
 * trace. */
enum import_step { IMPORT_ONCE, IMPORT_REHEARSE, IMPORT_COMMIT, IMPORT_TRY };

static inline bool import_step_writes(enum import_step step)
{
	return step == IMPORT_ONCE || step == IMPORT_COMMIT;
}

struct import_counts {
	int64_t rows, created, updated, unchanged, linked, skipped, refused;
	int64_t bytes_read, bytes_total; /* total: -1 when nobody told */
};

struct import_report {
	struct request *req;
	struct db_context context; /* one changeset for all */
	enum import_step step;
	char id[40];
	struct str version; /* of the row whose mapping is run; with a step */
	struct import_counts counts;
	const char *status;
	struct arena arena; /* of the reasons */
	struct import_reason *reasons;
	size_t reason_count;
	struct str links;   /* JSON: what each link found and made */
	struct buf details; /* JSON: delimiter, encoding, ignored columns, links */
	uint64_t shown_ms;
	void (*on_progress)(const struct import_report *report); /* NULL for none */
};

/* An import of its own, unless `id` names the one whose step this is. */
void import_report_init(
	struct import_report *report, struct request *req, enum import_step step, struct str id);
void import_report_deinit(struct import_report *report);
/* Makes the row, or claims it for the step: ERR_CONFLICT when it is not in the state for it. The import's
 * lock must be held. */
MUST_CHECK enum err import_report_begin(
	struct import_report *report, const struct import_map *map, struct str file_name);
/* Notes a reason; the strings are copied. Beyond the maximum only the counts go on. */
void import_report_add(struct import_report *report, const struct import_reason *reason);
/* Shows the progress when the status is new or half a second has passed. ERR_CONFLICT when somebody has
 * cancelled the import. */
MUST_CHECK enum err import_report_show(struct import_report *report, const char *status);
/* Inside of the stage's transaction: done, with the reasons. */
MUST_CHECK enum err import_report_done(struct import_report *report, struct db_stage *stage);
/* Nothing was written: what the commit will have to match. */
MUST_CHECK enum err import_report_rehearsed(struct import_report *report);
/* The import came to nothing; `stale`: the rehearsal is not worth anything any more. */
void import_report_fail(struct import_report *report, struct str message, bool stale);
/* {"created": …, "links": […]}: what is compared. */
struct str import_report_counts(const struct import_report *report, struct arena *arena);
/* Adds what is different from these counts to the problem; false when nothing is. */
bool import_report_differs(const struct import_report *report, const struct json_value *rehearsal);

/* --- answering -------------------------------------------------------------------------------- */

/* Answers the import of this id with its first reasons; ERR_NOT_FOUND. */
MUST_CHECK enum err import_answer(struct request *req, int status, struct str id);
MUST_CHECK enum err import_answer_list(struct request *req);
/* All reasons as CSV. */
MUST_CHECK enum err import_answer_csv(struct request *req, struct str id);
