/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations: numbered SQL embedded in the binary, applied in order under an advisory lock. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"

/* Blocking. Connects as the owner, applies what is missing, each file in one transaction (or statement
 * by statement when its first line is `-- no-transaction`), with a lock timeout. Refuses a schema newer
 * than this binary and a file that was changed after it was applied (by its SHA-256). `applied_out`
 * counts. */
MUST_CHECK enum err migrate(const char *owner_conninfo, struct problem *problem, int *applied_out);
/* Blocking. Refuses a serving role that is superuser, owner of a table or BYPASSRLS. */
MUST_CHECK enum err migrate_check_serving_role(const char *app_conninfo, struct problem *problem);
