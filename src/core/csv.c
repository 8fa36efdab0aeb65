/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: reading records. */
#include "core/csv.h"

#include <stdlib.h>

#include "core/csv_decode.h"

enum state { FIELD_START, PLAIN, QUOTED, QUOTE_SEEN };

struct csv_reader {
	struct csv_decoder decoder;
	struct buf in; /* decoded, not yet read from `at` on */
	size_t at;
	bool finished, ready; /* all is fed; the delimiter is known */
	char delimiter;
	bool likely_known;        /* the file's head has bytes that are not ASCII … */
	enum csv_encoding likely; /* … and would be in this encoding */

	enum state state;
	bool skip_lf; /* behind a CR */
	bool in_record;
	bool quoted; /* the record has a quoted field: an empty one is no blank line */
	bool has_high, has_nul;
	uint64_t line;  /* of the next byte */
	uint64_t taken; /* bytes of the record at hand */

	struct csv_record record;
	struct buf text; /* the fields of the record, one behind the other */
	struct buf converted;
	size_t ends[CSV_COLUMNS_MAX];
	struct str fields[CSV_COLUMNS_MAX];
};

struct csv_reader *csv_reader_new(const struct csv_options *options)
{
	struct csv_reader *reader = calloc(1, sizeof(*reader));

	INVARIANT(reader != NULL);
	csv_encodings_init();
	if (options) {
		reader->decoder.encoding = options->encoding;
		reader->delimiter = options->delimiter;
	}
	reader->line = 1;
	buf_init(&reader->in, SIZE_MAX / 2);
	buf_init(&reader->text, CSV_RECORD_MAX);
	buf_init(&reader->converted, (size_t)CSV_RECORD_MAX * 3);
	return reader;
}

void csv_reader_free(struct csv_reader *reader)
{
	if (!reader)
		return;
	buf_deinit(&reader->in);
	buf_deinit(&reader->text);
	buf_deinit(&reader->converted);
	free(reader);
}

void csv_feed(struct csv_reader *reader, struct str bytes)
{
	buf_consume(&reader->in, reader->at);
	reader->at = 0;
	csv_decode(&reader->decoder, bytes, false, &reader->in);
}

void csv_finish(struct csv_reader *reader)
{
	buf_consume(&reader->in, reader->at);
	reader->at = 0;
	csv_decode(&reader->decoder, STR(""), true, &reader->in);
	reader->finished = true;
}

uint64_t csv_endless(const struct csv_reader *reader)
{
	return reader->in_record && reader->taken > CSV_ENDLESS ? reader->record.line : 0;
}

char csv_delimiter(const struct csv_reader *reader)
{
	return reader->delimiter;
}

enum csv_encoding csv_encoding(const struct csv_reader *reader)
{
	return reader->decoder.encoding;
}

/* --- the delimiter ---------------------------------------------------------------------------- */

static const char candidates[] = ",;\t|";

/* How often each candidate stands in one record, outside of quotes; false when the record has no end. */
static bool count_candidates(struct str *rest, size_t counts[4])
{
	bool quoted = false;

	memset(counts, 0, 4 * sizeof(counts[0]));
	for (size_t i = 0; i < rest->len; i++) {
		char c = rest->ptr[i];
		const char *found = c ? strchr(candidates, c) : NULL;

		if (c == '"')
			quoted = !quoted;
		if (!quoted && (c == '\n' || c == '\r')) {
			*rest = str_slice(*rest, i + 1, rest->len);
			return true;
		}
		if (!quoted && found)
			counts[found - candidates]++;
	}
	return false;
}

/* The candidate that the header has, and whose number agrees with the header's in most records. */
static char find_delimiter(struct str head)
{
	size_t first[4] = {0}, counts[4], agree[4] = {0};
	size_t best = 0, records = 0;
	struct str rest = head;
	bool complete;

	do {
		complete = count_candidates(&rest, counts);
		if (records > 0 && !complete)
			break;
		for (size_t i = 0; i < 4; i++) {
			first[i] = records == 0 ? counts[i] : first[i];
			agree[i] += first[i] > 0 && counts[i] == first[i];
		}
	} while (complete && rest.len && ++records < 50);
	for (size_t i = 1; i < 4; i++)
		if (agree[i] > agree[best] || (agree[i] == agree[best] && first[i] > first[best]))
			best = i;
	return candidates[best];
}

/* Excel's first line `sep=;`. */
static void take_separator_line(struct csv_reader *reader, struct str head)
{
	if (head.len < 6 || !str_eq_nocase(str_slice(head, 0, 4), STR("sep=")) ||
		!memchr(candidates, head.ptr[4], sizeof(candidates) - 1) ||
		(head.ptr[5] != '\n' && head.ptr[5] != '\r'))
		return;
	reader->delimiter = head.ptr[4];
	reader->at = head.ptr[5] == '\r' && head.len > 6 && head.ptr[6] == '\n' ? 7 : 6;
	reader->line++;
}

/* One record tells little; the same bytes always tell the same, however they come. */
static void look_at_letters(struct csv_reader *reader, struct str head)
{
	for (size_t i = 0; i < head.len && !reader->likely_known; i++)
		reader->likely_known = (head.ptr[i] & 0x80) != 0;
	if (reader->likely_known)
		reader->likely = csv_guess_encoding(head);
}

/* Once enough has come to tell. */
static bool become_ready(struct csv_reader *reader)
{
	struct str head = buf_str(&reader->in);

	if (!reader->finished && head.len < CSV_SNIFF)
		return false;
	take_separator_line(reader, head);
	if (!reader->delimiter)
		reader->delimiter = find_delimiter(
			str_slice(head, 0, MIN(head.len, (size_t)CSV_SNIFF)));
	look_at_letters(reader, str_slice(head, 0, MIN(head.len, (size_t)CSV_SNIFF)));
	reader->ready = true;
	return true;
}

/* --- records ---------------------------------------------------------------------------------- */

/* The first fault of a record is told. */
static void refuse(struct csv_reader *reader, const char *code, const char *message)
{
	if (reader->record.code)
		return;
	reader->record.code = code;
	reader->record.message = message;
	reader->record.column = reader->record.count + 1;
}

static void begin_record(struct csv_reader *reader)
{
	reader->record = (struct csv_record){.line = reader->line, .fields = reader->fields};
	reader->in_record = true;
	reader->taken = 0;
	reader->quoted = reader->has_high = reader->has_nul = false;
	buf_reset(&reader->text, 64 * 1024);
}

static size_t field_start(const struct csv_reader *reader)
{
	return reader->record.count ? reader->ends[reader->record.count - 1] : 0;
}

static void append(struct csv_reader *reader, struct str run)
{
	if (reader->record.code)
		return;
	if (reader->text.len + run.len - field_start(reader) > CSV_FIELD_MAX) {
		refuse(reader, "FIELD_TOO_LONG", "A field has more than 64 KiB.");
		return;
	}
	if (reader->text.len + run.len > CSV_RECORD_MAX) {
		refuse(reader, "RECORD_TOO_LONG", "The record has more than 1 MiB.");
		return;
	}
	for (size_t i = 0; i < run.len; i++) {
		reader->has_high |= (run.ptr[i] & 0x80) != 0;
		reader->has_nul |= run.ptr[i] == '\0';
	}
	buf_append(&reader->text, run);
}

static void end_field(struct csv_reader *reader)
{
	reader->state = FIELD_START;
	if (reader->record.code)
		return;
	if (reader->has_nul)
		refuse(reader, "NUL", "A field holds a NUL character.");
	else if (reader->record.count == CSV_COLUMNS_MAX)
		refuse(reader, "TOO_MANY_COLUMNS", "The record has more than 500 columns.");
	else
		reader->ends[reader->record.count++] = reader->text.len;
}

static void set_fields(struct csv_reader *reader, const struct buf *text)
{
	size_t start = 0;

	for (size_t i = 0; i < reader->record.count; i++) {
		reader->fields[i] = (struct str){
			text->len ? text->ptr + start : "", reader->ends[i] - start};
		start = reader->ends[i];
	}
}

static size_t first_invalid(const struct csv_reader *reader)
{
	for (size_t i = 0; i < reader->record.count; i++)
		if (!str_is_utf8(reader->fields[i]))
			return i + 1;
	return 0;
}

static void convert(struct csv_reader *reader)
{
	buf_reset(&reader->converted, 64 * 1024);
	for (size_t i = 0; i < reader->record.count; i++) {
		csv_decode_byte_text(
			reader->decoder.encoding, reader->fields[i], &reader->converted);
		reader->ends[i] = reader->converted.len;
	}
	set_fields(reader, &reader->converted);
}

/* The first record that is not ASCII decides an encoding that nobody told. */
static void settle_encoding(struct csv_reader *reader)
{
	enum csv_encoding *encoding = &reader->decoder.encoding;
	size_t invalid = csv_is_byte_encoding(*encoding) ? 0 : first_invalid(reader);

	if (*encoding == CSV_DETECT)
		*encoding = !invalid           ? CSV_UTF8
			: reader->likely_known ? reader->likely
					       : csv_guess_encoding(buf_str(&reader->text));
	if (csv_is_byte_encoding(*encoding)) {
		convert(reader);
	} else if (invalid) {
		reader->record.count = invalid - 1;
		refuse(reader, "BAD_ENCODING", "The text is not in the file's encoding.");
	}
}

/* Hands the record out; false for a blank line. */
static bool end_record(struct csv_reader *reader, struct csv_record *out)
{
	reader->in_record = false;
	if (!reader->record.code) {
		if (reader->record.count == 1 && reader->text.len == 0 && !reader->quoted)
			return false;
		set_fields(reader, &reader->text);
		if (reader->has_high)
			settle_encoding(reader);
	}
	*out = reader->record;
	return true;
}

/* --- bytes ------------------------------------------------------------------------------------ */

/* Length of the run that ends at a byte which means something in the present state. */
static size_t run_length(const struct csv_reader *reader, struct str rest)
{
	size_t n = 0;

	if (reader->state == QUOTED)
		while (n < rest.len && rest.ptr[n] != '"' && rest.ptr[n] != '\n' &&
			rest.ptr[n] != '\r')
			n++;
	else
		while (n < rest.len && rest.ptr[n] != reader->delimiter && rest.ptr[n] != '\n' &&
			rest.ptr[n] != '\r')
			n++;
	return n;
}

/* A line end: inside of quotes it belongs to the field. Returns whether the record ends. */
static bool take_line_end(struct csv_reader *reader, char c)
{
	reader->line++;
	reader->skip_lf = c == '\r';
	if (reader->state == QUOTED) {
		append(reader, STR("\n"));
		return false;
	}
	end_field(reader);
	return true;
}

static void take_quote(struct csv_reader *reader)
{
	if (reader->state == QUOTE_SEEN)
		append(reader, STR("\""));
	reader->quoted = true;
	reader->state = reader->state == QUOTED ? QUOTE_SEEN : QUOTED;
}

/* One byte or run; returns whether it ends the record. */
static bool take(struct csv_reader *reader, struct str rest, size_t *used)
{
	char c = rest.ptr[0];

	*used = 1;
	if (c == '\n' || c == '\r')
		return take_line_end(reader, c);
	if (c == '"' && reader->state != PLAIN) {
		take_quote(reader);
		return false;
	}
	if (c == reader->delimiter && reader->state != QUOTED) {
		end_field(reader);
		return false;
	}
	if (reader->state == QUOTE_SEEN)
		refuse(reader, "STRAY_QUOTE",
			"Text follows a closing quote; a quote inside is doubled.");
	if (reader->state != QUOTED)
		reader->state = PLAIN;
	*used = run_length(reader, rest);
	append(reader, str_slice(rest, 0, *used));
	return false;
}

static bool read_record(struct csv_reader *reader, struct csv_record *out)
{
	while (reader->at < reader->in.len) {
		struct str rest = str_slice(buf_str(&reader->in), reader->at, reader->in.len);
		bool skipped = reader->skip_lf && rest.ptr[0] == '\n';
		size_t used;

		reader->skip_lf = false;
		if (skipped) {
			reader->at++;
			continue;
		}
		if (!reader->in_record)
			begin_record(reader);
		if (take(reader, rest, &used) && end_record(reader, out)) {
			reader->at += used;
			return true;
		}
		reader->at += used;
		reader->taken += used;
	}
	return false;
}

/* What stands behind the last line end. */
static bool read_last(struct csv_reader *reader, struct csv_record *out)
{
	if (!reader->in_record)
		return false;
	if (reader->state == QUOTED)
		refuse(reader, "UNTERMINATED_QUOTE",
			"A quoted field is not closed before the file ends.");
	end_field(reader);
	return end_record(reader, out);
}

enum csv_event csv_next(struct csv_reader *reader, struct csv_record *out)
{
	bool found;

	*out = (struct csv_record){.line = reader->line};
	if (!reader->ready && !become_ready(reader))
		return CSV_MORE;
	found = read_record(reader, out);
	if (!found && !reader->finished)
		return CSV_MORE;
	if (!found)
		found = read_last(reader, out);
	if (!found)
		return CSV_END;
	return out->code ? CSV_BAD_RECORD : CSV_RECORD;
}
