/* SPDX-License-Identifier: Apache-2.0 */
/* Inside SQL: statements that bulk_run (migrations, bulk) runs for many rows. */
#pragma once

#include "core/sql_internal.h"

struct sql_bulk {
	struct sql sql; /* the statement being written */
	struct str texts[4];
	size_t count;
};

struct sql_bulk sql_bulk_begin(struct arena *arena);
/* The statement is whole; another may follow. */
void sql_bulk_next(struct sql_bulk *bulk);
/* Runs them for the rows, a JSON array. */
struct db_stmt sql_bulk_end(struct sql_bulk *bulk, struct str rows);
