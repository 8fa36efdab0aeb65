/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: writing records. */
#include "core/csv.h"

static bool begins_formula(struct str text)
{
	return text.len && memchr("=+-@\t\r", text.ptr[0], 6) != NULL;
}

static bool needs_quotes(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == ',' || text.ptr[i] == '"' || text.ptr[i] == '\n' ||
			text.ptr[i] == '\r')
			return true;
	/* Blanks at the ends are lost on the way through some programs. */
	return text.len && (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ');
}

static void put_separator(struct csv_writer *writer)
{
	if (writer->filled)
		buf_append_char(writer->out, ',');
	writer->filled = true;
}

static void put_quoted(struct buf *out, const char *before, struct str text)
{
	buf_append_char(out, '"');
	buf_append_cstr(out, before);
	for (struct str rest = text; rest.len;) {
		size_t quote = str_find_char(rest, '"');

		buf_append(out, str_slice(rest, 0, quote));
		if (quote < rest.len)
			buf_append(out, STR("\"\""));
		rest = str_slice(rest, MIN(quote + 1, rest.len), rest.len);
	}
	buf_append_char(out, '"');
}

static void put_cell(struct csv_writer *writer, const char *before, struct str text)
{
	put_separator(writer);
	if (needs_quotes(text)) {
		put_quoted(writer->out, before, text);
		return;
	}
	buf_append_cstr(writer->out, before);
	buf_append(writer->out, text);
}

void csv_write_value(struct csv_writer *writer, struct str value)
{
	put_cell(writer, "", value);
}

void csv_write_text(struct csv_writer *writer, struct str text)
{
	put_cell(writer, begins_formula(text) ? "'" : "", text);
}

void csv_write_end(struct csv_writer *writer)
{
	buf_append(writer->out, STR("\r\n"));
	writer->filled = false;
}

struct str csv_plain_text(struct str cell)
{
	struct str rest = str_slice(cell, MIN((size_t)1, cell.len), cell.len);

	return cell.len && cell.ptr[0] == '\'' && begins_formula(rest) ? rest : cell;
}
