/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: one row on its way into the stage. */
#pragma once

#include "core/records.h"
#include "feature/import_job.h"

struct import_row {
	struct import_job *job;
	const struct csv_record *record;
	struct arena *arena;
	struct str *values; /* by stage column; absent is NULL */
	struct record_value *main;
	size_t main_count;
	struct record_value *custom;
	size_t custom_count;
	struct str *extensions;         /* of phone numbers, by the rule's index */
	struct str cell;                /* the present one */
	const struct import_rule *rule; /* the present one, NULL for the row as a whole */
	char *given;                    /* by stage column: '1' where the file has a value */
	bool *custom_given;             /* the same of `custom` */
	int reasons;
};

/* Notes why the row is refused; the value is the present cell's. */
void import_row_refuse(
	struct import_row *row, struct str field, const char *code, struct str message);
/* Takes the cell that the rule names, and keeps its value or refuses the row. */
void import_row_apply(struct import_row *row, const struct import_rule *rule);
