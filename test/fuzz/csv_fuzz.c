/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: no bytes crash the CSV reader, every record is within the limits and UTF-8, and what
 * the writer makes of a file's records is read back the same, in pieces of any size.
 */
#include <stdint.h>
#include <stdlib.h>

#include "core/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_record(const struct csv_record *record, bool bad)
{
	size_t bytes = 0;

	INVARIANT(record->line > 0 && bad == (record->code != NULL));
	for (size_t i = 0; !bad && i < record->count; i++) {
		INVARIANT(str_is_utf8(record->fields[i]));
		INVARIANT(str_find_char(record->fields[i], '\0') == record->fields[i].len);
		bytes += record->fields[i].len;
	}
	INVARIANT(bad || (record->count > 0 && record->count <= CSV_COLUMNS_MAX));
	INVARIANT(bytes <= 3 * (size_t)CSV_RECORD_MAX);
}

static void read_all(
	struct str bytes, size_t piece, const struct csv_options *options, struct buf *out)
{
	struct csv_reader *reader = csv_reader_new(options);
	struct csv_writer writer = {.out = out};
	struct csv_record record;
	enum csv_event event;
	size_t at = 0;

	while ((event = csv_next(reader, &record)) != CSV_END) {
		if (event == CSV_MORE) {
			/* A copy of just this size, so that a byte read too far is noticed. */
			size_t n = MIN(piece, bytes.len - at);
			char *copy = malloc(n + !n);

			memcpy(copy, bytes.ptr + at, n);
			if (n)
				csv_feed(reader, (struct str){copy, n});
			else
				csv_finish(reader);
			free(copy);
			at += n;
			continue;
		}
		check_record(&record, event == CSV_BAD_RECORD);
		if (event == CSV_BAD_RECORD)
			continue;
		for (size_t i = 0; i < record.count; i++)
			csv_write_value(&writer, record.fields[i]);
		csv_write_end(&writer);
	}
	csv_reader_free(reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char delimiters[] = {0, ',', ';', '\t', '|'};
	struct csv_options options = {0}, own = {.delimiter = ',', .encoding = CSV_UTF8};
	struct buf whole, pieces, again;
	struct str bytes;

	if (size < 2)
		return 0;
	options.delimiter = delimiters[data[0] % sizeof(delimiters)];
	options.encoding = (enum csv_encoding)(data[0] / 16 % CSV_ENCODING__COUNT);
	bytes = (struct str){(const char *)data + 2, size - 2};
	buf_init(&whole, SIZE_MAX / 4);
	buf_init(&pieces, SIZE_MAX / 4);
	buf_init(&again, SIZE_MAX / 4);
	read_all(bytes, SIZE_MAX, &options, &whole);
	read_all(bytes, 1 + data[1] % 64, &options, &pieces);
	INVARIANT(str_eq(buf_str(&whole), buf_str(&pieces)));
	/* A record of one empty field is a blank line; a mark at the start is none of the text. */
	if (whole.len && str_find(buf_str(&whole), STR("\n\r\n")) == whole.len &&
		whole.ptr[0] != '\r' && (whole.ptr[0] & 0x80) == 0 &&
		!str_eq_nocase(str_slice(buf_str(&whole), 0, MIN(whole.len, (size_t)4)), STR("sep="))) {
		read_all(buf_str(&whole), SIZE_MAX, &own, &again);
		INVARIANT(str_eq(buf_str(&whole), buf_str(&again)) || whole.len > CSV_FIELD_MAX);
	}
	buf_deinit(&whole);
	buf_deinit(&pieces);
	buf_deinit(&again);
	return 0;
}
