/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV: reading what other programs export, and writing what spreadsheets open.
 *
 * The reader is sans-I/O: bytes go in by csv_feed, records come out of csv_next, and memory stays that
 * of one record and the bytes fed last. It takes RFC 4180 and what real exports make of it: CR, LF or
 * CRLF, also inside of quotes; doubled quotes; a delimiter out of , ; tab | found from the first lines
 * (or told by Excel's line `sep=;`); a byte order mark; UTF-8, UTF-16, the Windows code pages and ISO 8859.
 * Without a mark the first record that is not plain ASCII decides: valid UTF-8, or the encoding of one byte
 * a character whose letters the text has most of (csv_guess.c). Fields leave as UTF-8.
 *
 * A record that cannot be taken is a CSV_BAD_RECORD with its line, its column and the reason, and reading
 * goes on behind it. Blank lines are passed over.
 *
 *   reader = csv_reader_new(NULL);
 *   csv_feed(reader, piece);
 *   while ((event = csv_next(reader, &record)) <= CSV_BAD_RECORD) …
 *   … feed the next piece on CSV_MORE; csv_finish(reader) when there is none
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum {
	CSV_FIELD_MAX = 64 * 1024,
	CSV_COLUMNS_MAX = 500,
	CSV_RECORD_MAX = 1024 * 1024,
	CSV_SNIFF = 32 * 1024,          /* of these first bytes the delimiter is found */
	CSV_ENDLESS = 16 * 1024 * 1024, /* a record that goes on for so long is none */
};

enum csv_encoding {
	CSV_DETECT,
	CSV_UTF8,
	CSV_UTF16LE,
	CSV_UTF16BE,
	/* One byte a character. */
	CSV_WINDOWS_1252,
	CSV_WINDOWS_1250,
	CSV_WINDOWS_1251,
	CSV_WINDOWS_1253,
	CSV_WINDOWS_1254,
	CSV_WINDOWS_1255,
	CSV_WINDOWS_1256,
	CSV_WINDOWS_1257,
	CSV_WINDOWS_1258,
	CSV_ISO_8859_2,
	CSV_ISO_8859_15,
	CSV_ENCODING__COUNT
};

struct csv_options {
	char delimiter; /* 0: found from the first lines */
	enum csv_encoding encoding;
};

struct csv_record {
	uint64_t line;            /* on which it begins, from 1, as an editor counts */
	const struct str *fields; /* valid until the next call of csv_next or csv_feed */
	size_t count;
	/* Of a bad record; fields and count are not to be used. */
	const char *code, *message;
	size_t column; /* from 1 */
};

enum csv_event { CSV_RECORD, CSV_BAD_RECORD, CSV_MORE, CSV_END };

struct csv_reader;

/* NULL options: everything is found out. */
struct csv_reader *csv_reader_new(const struct csv_options *options);
void csv_reader_free(struct csv_reader *reader);
/* Copies the bytes. Only after CSV_MORE, so that memory stays bounded. */
void csv_feed(struct csv_reader *reader, struct str bytes);
/* No more bytes will come. */
void csv_finish(struct csv_reader *reader);
enum csv_event csv_next(struct csv_reader *reader, struct csv_record *out);

/* The line on which a record began that has had CSV_ENDLESS bytes and no end yet, 0 for none: a quote that is never
 * closed takes the rest of the file, and nobody need wait for it. */
uint64_t csv_endless(const struct csv_reader *reader);

/* What was found, once a record has come. */
char csv_delimiter(const struct csv_reader *reader);
enum csv_encoding csv_encoding(const struct csv_reader *reader);
/* "utf-8", "utf-16le", "windows-1250", "iso-8859-2" …; CSV_DETECT is "detect". */
const char *csv_encoding_name(enum csv_encoding encoding);
/* Reads such a name, case ignored; also "latin-1" and "latin-2", and "iso-8859-1", which is windows-1252. */
bool csv_encoding_find(struct str name, enum csv_encoding *out);

/* --- writing ---------------------------------------------------------------------------------- */

struct csv_writer {
	struct buf *out;
	bool filled; /* the present record has a cell */
};

/* A cell as it is, quoted when it must be. An absent value is an empty cell. */
void csv_write_value(struct csv_writer *writer, struct str value);
/* The same for what people typed: a spreadsheet takes text that begins with = + - @ tab or CR for a
 * formula, so that gets a ' before it. */
void csv_write_text(struct csv_writer *writer, struct str text);
/* Ends the record with CRLF. */
void csv_write_end(struct csv_writer *writer);
/* Undoes what csv_write_text did. */
struct str csv_plain_text(struct str cell);
