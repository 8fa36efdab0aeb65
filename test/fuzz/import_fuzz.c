/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: whatever a file holds, looking at it ends, finds the same however the bytes come, keeps
 * within its limits, and the forms of its values are near themselves.
 */
#include <stdint.h>
#include <stdlib.h>

#include "core/csv.h"
#include "feature/import_profile.h"
#include "feature/import_similar.h"
#include "feature/import_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void feed(struct import_profile *profile, struct str bytes, size_t piece)
{
	for (size_t at = 0; at < bytes.len; at += piece) {
		size_t n = MIN(piece, bytes.len - at);
		char *copy = malloc(n);

		memcpy(copy, bytes.ptr + at, n);
		import_profile_feed(profile, (struct str){copy, n});
		free(copy);
	}
	import_profile_finish(profile);
}

static void check_column(const struct import_column *column, struct arena *arena)
{
	int64_t counted = 0;

	INVARIANT(column->name.len > 0 && column->value_count <= PROFILE_VALUES_MAX);
	for (size_t i = 0; i < column->value_count; i++) {
		struct import_form form = import_form_of(arena, column->values[i].text);

		INVARIANT(str_is_utf8(column->values[i].text));
		INVARIANT(import_form_distance(&form, &form) == (form.form.len ? 0 : -1));
		counted += column->values[i].count;
	}
	INVARIANT(column->many || counted == column->filled);
}

static void look(struct str bytes, size_t piece, struct buf *out)
{
	struct import_profile profile;
	struct json json;
	bool ambiguous;

	import_profile_init(&profile, NULL, HEADER_DETECT);
	feed(&profile, bytes, piece);
	INVARIANT((profile.fault != NULL) == (profile.columns == NULL));
	INVARIANT(profile.bad_rows <= profile.rows);
	for (size_t i = 0; i < profile.column_count; i++)
		check_column(&profile.columns[i], &profile.scratch);
	(void)import_profile_dates(&profile, piece % 2, &ambiguous);
	json_init(&json, out);
	import_profile_write(&profile, &json);
	import_profile_deinit(&profile);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, pieces;
	struct str bytes;

	if (size < 2)
		return 0;
	bytes = (struct str){(const char *)data + 1, size - 1};
	buf_init(&whole, SIZE_MAX / 4);
	buf_init(&pieces, SIZE_MAX / 4);
	look(bytes, bytes.len, &whole);
	look(bytes, 1 + data[0] % 64, &pieces);
	INVARIANT(str_eq(buf_str(&whole), buf_str(&pieces)));
	buf_deinit(&whole);
	buf_deinit(&pieces);
	return 0;
}
