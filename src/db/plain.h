/* SPDX-License-Identifier: Apache-2.0 */
/* A plain connection, without pipeline mode and outside the lanes, driven by one fiber: for COPY. */
#pragma once

#include <libpq-fe.h>

#include "base/arena.h"
#include "db/db.h"

struct plain {
	struct loop *loop;
	PGconn *pg;
};

/* Connects. On failure nothing is left open. */
MUST_CHECK enum err plain_open(struct plain *plain, struct loop *loop, const char *conninfo);
void plain_close(struct plain *plain);
/* One statement with parameters; results and errors as in db_query. */
MUST_CHECK enum err plain_query(struct plain *plain, struct arena *arena,
	const struct db_stmt *stmt, struct db_result *out, struct db_error *error);
/* COPY … FROM STDIN: begin, bytes (suspends while the socket is full), end. `abort` refuses the rows. */
MUST_CHECK enum err plain_copy_begin(struct plain *plain, const char *sql);
MUST_CHECK enum err plain_copy_write(struct plain *plain, struct str bytes);
MUST_CHECK enum err plain_copy_end(
	struct plain *plain, struct arena *arena, int64_t *rows_out, struct db_error *error);
