/* SPDX-License-Identifier: Apache-2.0 */
/* Imports from the command line: what is shown on the terminal and kept in a file. */
#pragma once

#include "feature/import_inspect.h"
#include "feature/import_job.h"

void import_cli_progress(const struct import_report *report);
/* The figures and the first reasons. */
void import_cli_print(const struct import_report *report);
/* Every reason, as CSV. */
void import_cli_write(struct arena *arena, const struct import_report *report, const char *path);
/* What the columns were `guessed` to be, and which values are or could be taken for others. */
MUST_CHECK enum err import_cli_finding(
	struct request *req, const struct import_finding *finding, bool guessed, bool accepted);
