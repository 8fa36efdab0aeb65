/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exports: Excel workbooks, by libxlsxwriter in its mode of constant memory.
 *
 * It writes into files and calls deep, so it works on the thread pool: a slice of rows is gathered as cells in the
 * slice's arena and handed over whole. The workbook is complete only at its end; then it is sent. More rows than a
 * sheet holds go on in the next one. Cells are texts and numbers, never formulas.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>
#undef RANGE /* its macro of that name is not ours */

#include "base/loop.h"
#include "base/time.h"
#include "core/export_internal.h"

enum {
	SHEET_ROWS = 1048576,
	TEXT_MAX = 32767, /* characters of a cell, in UTF-16 */
	PIECE = 256 * 1024,
};

struct cell {
	enum cell_kind kind;
	struct str text;
};

struct sheet {
	char path[64], name[48];
	lxw_workbook *book;
	lxw_worksheet *page;
	lxw_format *day;
	unsigned pages;
	lxw_row_t row; /* the next one of the page */
	/* The rows of a slice, `width` cells each. */
	struct cell *cells;
	size_t count, room, width;
	struct cell *headings;
	size_t heading_count;
	bool heading; /* cells are those of the headings */
	lxw_error error;
	/* Of sending. */
	int file;
	char *piece;
	ssize_t read;
};

/* --- on the fiber ----------------------------------------------------------------------------------- */

static void put(struct export *export, enum cell_kind kind, struct str text)
{
	struct sheet *sheet = export->sheet;
	struct arena *arena = sheet->heading ? export->req->arena : &export->slice;

	if (sheet->count == sheet->room) {
		size_t room = sheet->room ? 2 * sheet->room : 256;
		struct cell *cells = ARENA_ARRAY(arena, struct cell, room);

		if (sheet->count)
			memcpy(cells, sheet->cells, sheet->count * sizeof(*cells));
		sheet->cells = cells;
		sheet->room = room;
	}
	/* Terminated, and its own: a cell may be made of a buffer on the stack. */
	sheet->cells[sheet->count++] = (struct cell){kind, arena_str(arena, text)};
}

static void clear(struct sheet *sheet)
{
	sheet->cells = NULL;
	sheet->count = sheet->room = 0;
}

/* --- on the thread pool ------------------------------------------------------------------------------ */

/* Whole code points, whose UTF-16 is as long as a cell may be. */
static void shorten(char *text)
{
	size_t units = 0;

	for (char *c = text; *c; c++) {
		unsigned char byte = (unsigned char)*c;

		if ((byte & 0xC0) == 0x80)
			continue;
		units += byte >= 0xF0 ? 2 : 1;
		if (units > TEXT_MAX) {
			*c = '\0';
			return;
		}
	}
}

static lxw_error write_day(struct sheet *sheet, lxw_col_t column, struct str text)
{
	struct date day;
	lxw_datetime moment = {0};

	if (!date_parse(text, &day) || day.year < 1900)
		return worksheet_write_string(sheet->page, sheet->row, column, text.ptr, NULL);
	moment.year = day.year;
	moment.month = day.month;
	moment.day = day.day;
	return worksheet_write_datetime(sheet->page, sheet->row, column, &moment, sheet->day);
}

static lxw_error write_cell(struct sheet *sheet, lxw_col_t column, const struct cell *cell)
{
	if (cell->text.len == 0)
		return LXW_NO_ERROR;
	if (cell->kind == CELL_NUMBER)
		return worksheet_write_number(
			sheet->page, sheet->row, column, strtod(cell->text.ptr, NULL), NULL);
	if (cell->kind == CELL_DATE)
		return write_day(sheet, column, cell->text);
	shorten((char *)cell->text.ptr);
	return worksheet_write_string(sheet->page, sheet->row, column, cell->text.ptr, NULL);
}

static void write_row(struct sheet *sheet, const struct cell *cells, size_t width)
{
	for (size_t i = 0; i < width && !sheet->error; i++)
		sheet->error = write_cell(sheet, (lxw_col_t)i, &cells[i]);
	sheet->row++;
}

static void add_page(struct sheet *sheet)
{
	char name[64];

	snprintf(name, sizeof(name), sheet->pages ? "%.24s %u" : "%.24s", sheet->name,
		sheet->pages + 1);
	sheet->pages++;
	sheet->page = workbook_add_worksheet(sheet->book, name);
	sheet->row = 0;
	if (!sheet->page)
		sheet->error = LXW_ERROR_MEMORY_MALLOC_FAILED;
	else
		write_row(sheet, sheet->headings, sheet->heading_count);
}

static void open_book(void *arg)
{
	struct sheet *sheet = arg;
	lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = NULL};
	int file = mkstemp(sheet->path);

	if (file < 0) {
		sheet->error = LXW_ERROR_CREATING_XLSX_FILE;
		return;
	}
	close(file);
	sheet->book = workbook_new_opt(sheet->path, &options);
	if (!sheet->book) {
		sheet->error = LXW_ERROR_MEMORY_MALLOC_FAILED;
		return;
	}
	sheet->day = workbook_add_format(sheet->book);
	format_set_num_format(sheet->day, "yyyy-mm-dd");
	add_page(sheet);
}

static void write_rows(void *arg)
{
	struct sheet *sheet = arg;

	for (size_t i = 0; i + sheet->width <= sheet->count && !sheet->error; i += sheet->width) {
		if (sheet->row == SHEET_ROWS)
			add_page(sheet);
		if (!sheet->error)
			write_row(sheet, &sheet->cells[i], sheet->width);
	}
}

/* The library frees the book whether it can be written or not. */
static void close_book(void *arg)
{
	struct sheet *sheet = arg;
	lxw_error error = workbook_close(sheet->book);

	sheet->book = NULL;
	if (!sheet->error)
		sheet->error = error;
}

static void open_file(void *arg)
{
	struct sheet *sheet = arg;

	sheet->file = open(sheet->path, O_RDONLY | O_CLOEXEC);
}

static void read_piece(void *arg)
{
	struct sheet *sheet = arg;

	sheet->read = read(sheet->file, sheet->piece, PIECE);
}

static void drop_all(void *arg)
{
	struct sheet *sheet = arg;

	if (sheet->book)
		close_book(sheet);
	if (sheet->file >= 0)
		close(sheet->file);
	if (sheet->path[0])
		unlink(sheet->path);
}

/* --- the format -------------------------------------------------------------------------------------- */

static enum err outcome(const struct export *export)
{
	return export->sheet->error ? problem_log(&export->req->problem, ERR_INTERNAL, "xlsx: %s",
					      lxw_strerror(export->sheet->error))
				    : ERR_OK;
}

static enum err begin(struct export *export)
{
	struct sheet *sheet = ARENA_NEW(export->req->arena, struct sheet);

	sheet->file = -1;
	export->sheet = sheet;
	snprintf(sheet->path, sizeof(sheet->path), "/tmp/cairn-xlsx-XXXXXX");
	snprintf(sheet->name, sizeof(sheet->name), "%s",
		export->query.resource->entity->label_plural);
	sheet->heading = true;
	for (size_t i = 0; i < export->query.field_count; i++)
		export_put_heading(export, &export->columns[i]);
	sheet->heading = false;
	sheet->headings = sheet->cells;
	sheet->heading_count = sheet->width = sheet->count;
	clear(sheet);
	loop_work(open_book, sheet);
	return outcome(export);
}

static enum err row(struct export *export, const struct db_result *rows, int row)
{
	for (size_t i = 0; i < export->query.field_count; i++)
		export_put_cell(
			export, &export->columns[i], db_value(rows, row, export->columns[i].at));
	return ERR_OK;
}

static enum err slice(struct export *export)
{
	loop_work(write_rows, export->sheet);
	clear(export->sheet);
	return outcome(export);
}

static enum err send_file(struct export *export)
{
	struct sheet *sheet = export->sheet;
	enum err err = export_answer(export);

	sheet->piece = arena_bytes(export->req->arena, PIECE);
	while (!err) {
		loop_work(read_piece, sheet);
		if (sheet->read <= 0)
			break;
		err = export_send(export, (struct str){sheet->piece, (size_t)sheet->read});
		if (!err)
			err = export_log_beat(&export->log, export->req);
	}
	return err || sheet->read == 0
		? err
		: problem_log(&export->req->problem, ERR_INTERNAL, "xlsx: cannot be read");
}

static enum err end(struct export *export)
{
	struct sheet *sheet = export->sheet;
	enum err err;

	loop_work(close_book, sheet);
	err = outcome(export);
	if (err)
		return err;
	loop_work(open_file, sheet);
	return sheet->file < 0
		? problem_log(&export->req->problem, ERR_INTERNAL, "xlsx: cannot be opened")
		: send_file(export);
}

static void drop(struct export *export)
{
	if (export->sheet)
		loop_work(drop_all, export->sheet);
}

const struct export_format export_xlsx = {
	.name = "xlsx",
	.content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	.begin = begin,
	.row = row,
	.cell = put,
	.slice = slice,
	.end = end,
	.drop = drop,
};
