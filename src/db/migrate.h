/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migrations: numbered SQL embedded in the binary, applied in order.
 *
 * The table schema_migrations(version, name, sha256, applied_at) says what a database has. Servers that
 * start together take turns under an advisory lock. Forward only: a database with a migration that this
 * binary does not hold, or with another text under a number, is refused.
 */
#pragma once

#include <stdbool.h>

#include "base/embedded.h"
#include "base/err.h"
#include "base/problem.h"

/* Blocking. Connects as the owner and applies what is missing of embedded_migrations, each file in one
 * transaction with its row in schema_migrations; a file whose first line is `-- no-transaction` is run
 * statement by statement (an error leaves the earlier ones done, so such a file must be repeatable).
 * A lock is waited for at most 10 s. `applied_out` counts; NULL is allowed. On failure the problem's
 * message tells what to do. */
MUST_CHECK enum err migrate(const char *owner_conninfo, struct problem *problem, int *applied_out);
/* The same with other files; the array ends with a NULL name. */
MUST_CHECK enum err migrate_files(const char *owner_conninfo, const struct embedded_file *files,
	struct problem *problem, int *applied_out);
/* Blocking. Refuses a serving role that is superuser, has BYPASSRLS, or owns a table, itself or through
 * a role it is a member of: row security would not hold it. */
MUST_CHECK enum err migrate_check_serving_role(const char *app_conninfo, struct problem *problem);
/* Blocking. Whether the bootstrap could mark full-text search LEAKPROOF: only then may it use its index
 * under row security. */
MUST_CHECK enum err migrate_check_search(
	const char *app_conninfo, struct problem *problem, bool *marked_out);
