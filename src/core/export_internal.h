/* SPDX-License-Identifier: Apache-2.0 */
/* Inside exports: the file being written, and what a format of files is. */
#pragma once

#include "base/buf.h"
#include "core/csv.h"
#include "core/export.h"
#include "core/export_log.h"
#include "core/query.h"
#include "db/db.h"

struct export;

/* What an id is called; empty when it is not there, or is not seen. */
struct export_name {
	struct str id, text;
};

/* A field of the file, and whose names stand beside it. */
struct export_column {
	const struct resource_field *field;
	int at; /* in the rows */
	bool named;
	struct export_name
		*names; /* a hash table by id, of a power of two; NULL before the first slice */
	size_t room;
	const struct export_name *latest;
};

/* What a cell holds: text that people typed, or what Cairn writes. A number or a date may be absent. */
enum cell_kind { CELL_TEXT, CELL_PLAIN, CELL_NUMBER, CELL_DATE };

struct export_format {
	const char *name; /* ends the route and the file's name */
	const char *content_type;
	bool streams; /* rows leave while they are read */
	enum err (*begin)(struct export *export);
	enum err (*row)(struct export *export, const struct db_result *rows, int row);
	/* Of tables: the next cell, for export_put_heading and export_put_cell. */
	void (*cell)(struct export *export, enum cell_kind kind, struct str text);
	enum err (*slice)(struct export *export); /* its rows are all told; NULL for nothing */
	enum err (*end)(struct export *export);   /* likewise */
	void (*drop)(struct export *export);      /* always, at last; NULL for nothing */
};

extern const struct export_format export_csv, export_jsonl, export_xlsx;

struct export
{
	const struct export_format *format;
	struct request *req;
	struct arena slice;
	struct arena names;     /* that are known; of the last slices as far as they repeat */
	struct request scratch; /* the same on the arena of names */
	struct query query;
	struct export_column *columns;
	struct export_log log;
	struct buf out;           /* of formats that stream */
	struct csv_writer writer; /* of CSV */
	struct sheet *sheet;      /* of XLSX */
};

bool export_is_tags(const struct resource_field *field);
bool export_is_named(const struct resource_field *field);
/* Has the names of all that these rows refer to. */
MUST_CHECK enum err export_names_load(struct export *export, const struct db_result *rows);
/* The name of what the id refers to, as the caller sees it; empty when it does not. */
struct str export_name_of(struct export_column *column, struct str id);
/* Cuts the first element off the inside of an array literal. */
struct str export_cut_element(struct arena *arena, struct str *rest);
void export_put_heading(struct export *export, const struct export_column *column);
void export_put_cell(struct export *export, struct export_column *column, struct str value);
/* Status and headers. */
MUST_CHECK enum err export_answer(struct export *export);
/* Bytes of the file, which its checksum covers. */
MUST_CHECK enum err export_send(struct export *export, struct str bytes);
/* What `out` holds, when that is more than `at_least`. */
MUST_CHECK enum err export_flush(struct export *export, size_t at_least);
