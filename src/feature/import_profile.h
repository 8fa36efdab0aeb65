/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: what is in a file, found while it streams by. For each column its values while they are few, and
 * what all of them could be: dates of which form, numbers of which mark, addresses. Memory is bounded
 * whatever the file is.
 */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/json_write.h"
#include "core/csv.h"

enum { PROFILE_VALUES_MAX = 500, PROFILE_SAMPLES = 10 };

enum import_header { HEADER_DETECT, HEADER_YES, HEADER_NO };

struct import_value {
	struct str text;
	int64_t count;
};

struct import_column {
	struct str name;
	int64_t filled;
	struct import_value *values; /* in the order of their coming */
	size_t value_count;
	unsigned short *slots; /* of the table by which they are found */
	bool many;             /* more values than are kept */
	unsigned dates;        /* bit i: form i reads all of them */
	unsigned kinds;        /* bit i: all of them are of enum import_kind i */
};

enum import_kind {
	KIND_POINT_NUMBER,
	KIND_COMMA_NUMBER,
	KIND_EMAIL,
	KIND_URL,
	KIND_PHONE,
	KIND__COUNT
};

struct import_profile {
	struct arena arena, scratch;
	struct csv_reader *reader;
	enum import_header header; /* once the first record is there: YES or NO */
	struct import_column *columns;
	size_t column_count;
	struct str *samples[PROFILE_SAMPLES]; /* whole rows */
	size_t sample_count, bytes;
	int64_t rows, bad_rows;
	const char *fault; /* why there is no header; NULL when there is one */
};

void import_profile_init(struct import_profile *profile, const struct csv_options *options,
	enum import_header header);
void import_profile_deinit(struct import_profile *profile);
void import_profile_feed(struct import_profile *profile, struct str piece);
void import_profile_finish(struct import_profile *profile);

/* The columns' names: the header's, or `Column 1` … where it has none. A name that several have is numbered:
 * `Name (1)`. */
void import_header_names(struct arena *arena, const struct str *cells, size_t count,
	bool has_header, struct str *out);
/* The form of the file's dates, STR_NONE for ISO or none. `ambiguous_out`: another one reads them too.
 * `month_first` decides between those. */
struct str import_profile_dates(
	const struct import_profile *profile, bool month_first, bool *ambiguous_out);
char import_profile_mark(const struct import_profile *profile);
bool import_column_is(const struct import_column *column, enum import_kind kind);
bool import_column_is_date(const struct import_column *column);
/* The columns as they are shown; as an array. */
void import_profile_write(const struct import_profile *profile, struct json *json);
