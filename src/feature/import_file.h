/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: the file that an upload leaves, in pieces in the database, so that any server can go on with it.
 * Both ways hold one piece in memory.
 */
#pragma once

#include "base/buf.h"
#include "db/db.h"
#include "feature/import_job.h"

struct import_file {
	struct request *req;
	struct db_context context;
	struct str id;
	struct buf piece;   /* being filled, or read last */
	struct arena arena; /* of one statement */
	int number;         /* of the next piece */
	int64_t bytes;
};

void import_file_init(struct import_file *file, struct request *req, struct str id);
void import_file_deinit(struct import_file *file);
/* Takes bytes of any length, and stores pieces as they fill. */
MUST_CHECK enum err import_file_write(struct import_file *file, struct str bytes);
/* Stores what is left. */
MUST_CHECK enum err import_file_end(struct import_file *file);
/* For struct import_source: `arg` is the file. */
MUST_CHECK enum err import_file_read(void *arg, struct str *piece_out);
/* Takes the pieces away. */
MUST_CHECK enum err import_file_forget(struct import_file *file);
