/* SPDX-License-Identifier: Apache-2.0 */
/* Exports: CSV. */
#include "core/export_internal.h"

static enum err begin(struct export *export)
{
	export->writer.out = &export->out;
	for (size_t i = 0; i < export->query.field_count; i++)
		export_put_heading(export, &export->columns[i]);
	csv_write_end(&export->writer);
	return ERR_OK;
}

static void cell(struct export *export, enum cell_kind kind, struct str text)
{
	(kind == CELL_TEXT ? csv_write_text : csv_write_value)(&export->writer, text);
}

static enum err row(struct export *export, const struct db_result *rows, int row)
{
	for (size_t i = 0; i < export->query.field_count; i++)
		export_put_cell(
			export, &export->columns[i], db_value(rows, row, export->columns[i].at));
	csv_write_end(&export->writer);
	return ERR_OK;
}

const struct export_format export_csv = {
	.name = "csv",
	.content_type = "text/csv; charset=utf-8",
	.streams = true,
	.begin = begin,
	.row = row,
	.cell = cell,
};
