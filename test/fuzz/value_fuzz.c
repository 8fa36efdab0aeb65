/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: cells of a file and what is written like them in requests. What is read as a number, a date or
 * a moment is one in the form that the database takes, and means the same when it is read once more.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/time.h"
#include "base/uuid.h"
#include "feature/import_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_decimal(struct str text)
{
	size_t digits = 0, points = 0;

	for (size_t i = text.len && text.ptr[0] == '-'; i < text.len; i++) {
		digits += text.ptr[i] >= '0' && text.ptr[i] <= '9';
		points += text.ptr[i] == '.';
	}
	return digits > 0 && points <= 1 &&
		digits + points + (text.len && text.ptr[0] == '-') == text.len;
}

static void check_number(struct arena *arena, char mark, struct str text)
{
	struct str number, same, again, millions;

	if (!import_read_number(arena, mark, text, &number))
		return;
	INVARIANT(is_decimal(number));
	if (import_multiply(arena, number, 1, &same)) {
		INVARIANT(is_decimal(same));
		INVARIANT(import_multiply(arena, same, 1, &again) && str_eq(same, again));
	}
	if (import_multiply(arena, number, 1000000, &millions))
		INVARIANT(is_decimal(millions));
}

static void check_date(struct arena *arena, struct str format, struct str text)
{
	struct date date;
	struct str out;

	if (!import_date_format_ok(format) || !import_read_date(arena, format, text, &out))
		return;
	INVARIANT(out.len >= TIME_DATE_LEN && date_parse(str_slice(out, 0, TIME_DATE_LEN), &date));
	INVARIANT(out.len == TIME_DATE_LEN || out.ptr[TIME_DATE_LEN] == 'T');
}

static void check_moment(struct str text)
{
	char iso[TIME_ISO_LEN + 1];
	int64_t us, again;

	if (!time_parse_iso(text, &us))
		return;
	time_format_iso(us, iso);
	INVARIANT(time_parse_iso(str_of(iso), &again) && us - again >= 0 && us - again < 1000);
}

static void check_uuid(struct str text)
{
	char written[UUID_LEN + 1];
	struct uuid uuid;

	if (!uuid_parse(text, &uuid))
		return;
	uuid_format(uuid, written);
	INVARIANT(str_eq_nocase(str_of(written), text));
}

/* The form of dates, a line end, the cell. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text, format, first, last, extension, phone;
	struct arena arena;
	char *copy = malloc(size + !size);

	memcpy(copy, data, size);
	text = (struct str){copy, size};
	format = str_cut(&text, '\n');
	if (text.ptr) {
		arena_init(&arena);
		check_number(&arena, '.', text);
		check_number(&arena, ',', text);
		check_date(&arena, format, text);
		check_moment(text);
		check_uuid(text);
		phone = import_read_phone(&arena, text, &extension);
		INVARIANT(phone.len + extension.len <= 4 * text.len + 4);
		import_split_name(text, &first, &last);
		INVARIANT(first.len + last.len <= text.len);
		arena_deinit(&arena);
	}
	free(copy);
	return 0;
}
