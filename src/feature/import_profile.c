/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: what is in a file. */
#include "feature/import_profile.h"

#include <stdlib.h>

#include "base/time.h"
#include "feature/import_value.h"

enum { SLOTS = 1024, VALUE_BYTES_MAX = 200, ALL_BYTES_MAX = 8 * 1024 * 1024, SHOWN_VALUES = 5 };

/* ISO dates need no form. Where both could be meant, month_first decides between a form and the next. */
static const struct date_form {
	struct str form;
	bool month_first;
} forms[] = {
	{{"YYYY-MM-DD", 10}, false},
	{{"M/D/YYYY", 8}, true},
	{{"D/M/YYYY", 8}, false},
	{{"D.M.YYYY", 8}, false},
	{{"M-D-YYYY", 8}, true},
	{{"D-M-YYYY", 8}, false},
	{{"YYYY/M/D", 8}, false},
	{{"YYYY.M.D", 8}, false},
	{{"M/D/YY", 6}, true},
	{{"D/M/YY", 6}, false},
	{{"D.M.YY", 6}, false},
	{{"M/D/YYYY H:mm", 13}, true},
	{{"D/M/YYYY H:mm", 13}, false},
	{{"D.M.YYYY H:mm", 13}, false},
	{{"M/D/YYYY H:mm:ss", 16}, true},
	{{"D/M/YYYY H:mm:ss", 16}, false},
	{{"D.M.YYYY H:mm:ss", 16}, false},
	{{"YYYY-MM-DD HH:mm", 16}, false},
	{{"YYYY-MM-DD HH:mm:ss", 19}, false},
	{{"YYYY-MM-DDTHH:mm:ss", 19}, false},
};

#define ALL_FORMS ((1u << ARRAY_LEN(forms)) - 1)

void import_profile_init(struct import_profile *profile, const struct csv_options *options,
	enum import_header header)
{
	*profile = (struct import_profile){.header = header, .reader = csv_reader_new(options)};
	arena_init(&profile->arena);
	arena_init(&profile->scratch);
}

void import_profile_deinit(struct import_profile *profile)
{
	csv_reader_free(profile->reader);
	arena_deinit(&profile->arena);
	arena_deinit(&profile->scratch);
}

/* --- what a cell could be --------------------------------------------------------------------- */

static unsigned dates_of(struct arena *arena, unsigned mask, struct str text)
{
	struct str iso;

	if (text.len < 6 || text.len > 19 || text.ptr[0] < '0' || text.ptr[0] > '9')
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		if (mask & 1u << i && !import_read_date(arena, forms[i].form, text, &iso))
			mask &= ~(1u << i);
	return mask;
}

static bool is_email(struct str text)
{
	size_t at = str_find_char(text, '@');

	return at > 0 && at < text.len && str_find_char(text, ' ') == text.len &&
		str_find_char(str_slice(text, at, text.len), '.') < text.len - at;
}

static bool is_url(struct str text)
{
	return str_starts_with(text, STR("http://")) || str_starts_with(text, STR("https://")) ||
		str_starts_with(text, STR("www."));
}

static bool is_phone(struct str text)
{
	size_t digits = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
			digits++;
		else if (!memchr(" +-()./x", text.ptr[i], 8))
			return false;
	}
	return digits >= 6 &&
		(text.ptr[0] == '+' || text.ptr[0] == '0' || text.ptr[0] == '(' ||
			str_find_char(text, '-') < text.len);
}

static unsigned kinds_of(struct arena *arena, unsigned mask, struct str text)
{
	struct str number;

	if (mask & 1u << KIND_POINT_NUMBER && !import_read_number(arena, '.', text, &number))
		mask &= ~(1u << KIND_POINT_NUMBER);
	if (mask & 1u << KIND_COMMA_NUMBER && !import_read_number(arena, ',', text, &number))
		mask &= ~(1u << KIND_COMMA_NUMBER);
	if (mask & 1u << KIND_EMAIL && !is_email(text))
		mask &= ~(1u << KIND_EMAIL);
	if (mask & 1u << KIND_URL && !is_url(text))
		mask &= ~(1u << KIND_URL);
	if (mask & 1u << KIND_PHONE && !is_phone(text))
		mask &= ~(1u << KIND_PHONE);
	return mask;
}

bool import_column_is(const struct import_column *column, enum import_kind kind)
{
	return column->filled > 0 && column->kinds & 1u << kind;
}

bool import_column_is_date(const struct import_column *column)
{
	return column->filled > 0 && column->dates;
}

/* --- values ----------------------------------------------------------------------------------- */

static struct import_value *find_value(struct import_column *column, struct str text, size_t *slot)
{
	size_t at = (size_t)str_hash(text) % SLOTS;

	while (column->slots[at] && !str_eq(column->values[column->slots[at] - 1].text, text))
		at = (at + 1) % SLOTS;
	*slot = at;
	return column->slots[at] ? &column->values[column->slots[at] - 1] : NULL;
}

static void note_value(
	struct import_profile *profile, struct import_column *column, struct str text)
{
	struct import_value *value;
	size_t slot;

	if (column->many)
		return;
	value = find_value(column, text, &slot);
	if (value) {
		value->count++;
		return;
	}
	if (column->value_count == PROFILE_VALUES_MAX || text.len > VALUE_BYTES_MAX ||
		profile->bytes + text.len > ALL_BYTES_MAX) {
		column->many = true;
		return;
	}
	profile->bytes += text.len;
	column->values[column->value_count++] = (struct import_value){
		arena_str(&profile->arena, text), 1};
	column->slots[slot] = (unsigned short)column->value_count;
}

static void take_cell(struct import_profile *profile, struct import_column *column, struct str cell)
{
	struct str text = str_trim(csv_plain_text(cell));

	if (text.len == 0)
		return;
	column->filled++;
	if (column->dates)
		column->dates = dates_of(&profile->scratch, column->dates, text);
	if (column->kinds)
		column->kinds = kinds_of(&profile->scratch, column->kinds, text);
	note_value(profile, column, text);
}

/* --- records ---------------------------------------------------------------------------------- */

static size_t times_named(const struct str *cells, size_t count, struct str name)
{
	size_t times = 0;

	for (size_t i = 0; i < count; i++)
		times += str_eq_nocase(str_trim(cells[i]), name);
	return times;
}

void import_header_names(struct arena *arena, const struct str *cells, size_t count,
	bool has_header, struct str *out)
{
	for (size_t i = 0; i < count; i++) {
		struct str name = has_header ? str_trim(cells[i]) : STR("");

		if (name.len == 0)
			out[i] = arena_printf(arena, "Column %zu", i + 1);
		else if (times_named(cells, count, name) == 1)
			out[i] = arena_str(arena, name);
		else
			out[i] = arena_printf(arena, "%.*s (%zu)", STR_ARG(name),
				times_named(cells, i, name) + 1);
	}
}

/* Names are neither numbers nor dates nor addresses, and most are there. */
static bool looks_like_header(struct import_profile *profile, const struct csv_record *record)
{
	size_t named = 0;

	for (size_t i = 0; i < record->count; i++) {
		struct str cell = str_trim(record->fields[i]);

		named += cell.len > 0;
		if (cell.len &&
			(kinds_of(&profile->scratch, (1u << KIND__COUNT) - 1, cell) ||
				dates_of(&profile->scratch, ALL_FORMS, cell)))
			return false;
	}
	return 2 * named >= record->count;
}

static void begin(struct import_profile *profile, const struct csv_record *record)
{
	struct arena *arena = &profile->arena;
	struct str *names = ARENA_ARRAY(arena, struct str, record->count + 1);

	if (profile->header == HEADER_DETECT)
		profile->header = looks_like_header(profile, record) ? HEADER_YES : HEADER_NO;
	import_header_names(
		arena, record->fields, record->count, profile->header == HEADER_YES, names);
	profile->columns = ARENA_ARRAY(arena, struct import_column, record->count + 1);
	profile->column_count = record->count;
	for (size_t i = 0; i < record->count; i++)
		profile->columns[i] = (struct import_column){
			.name = names[i],
			.values = ARENA_ARRAY(arena, struct import_value, PROFILE_VALUES_MAX),
			.slots = ARENA_ARRAY(arena, unsigned short, SLOTS),
			.dates = ALL_FORMS,
			.kinds = (1u << KIND__COUNT) - 1,
		};
}

static void keep_sample(struct import_profile *profile, const struct csv_record *record)
{
	struct str *row;

	if (profile->sample_count == PROFILE_SAMPLES)
		return;
	row = ARENA_ARRAY(&profile->arena, struct str, record->count);
	for (size_t i = 0; i < record->count; i++) {
		struct str cell = str_slice(
			record->fields[i], 0, MIN(record->fields[i].len, (size_t)VALUE_BYTES_MAX));

		cell.len = str_utf8_prefix(cell);
		row[i] = arena_str(&profile->arena, cell);
	}
	profile->samples[profile->sample_count++] = row;
}

static void take_record(struct import_profile *profile, const struct csv_record *record)
{
	if (!profile->columns && record->code) {
		profile->fault = record->message;
		return;
	}
	if (!profile->columns) {
		begin(profile, record);
		if (profile->header == HEADER_YES)
			return;
	}
	profile->rows++;
	if (record->code || record->count != profile->column_count) {
		profile->bad_rows++;
		return;
	}
	keep_sample(profile, record);
	for (size_t i = 0; i < record->count; i++)
		take_cell(profile, &profile->columns[i], record->fields[i]);
	arena_reset(&profile->scratch);
}

static void take_records(struct import_profile *profile)
{
	struct csv_record record;

	while (!profile->fault && csv_next(profile->reader, &record) <= CSV_BAD_RECORD)
		take_record(profile, &record);
}

void import_profile_feed(struct import_profile *profile, struct str piece)
{
	if (profile->fault)
		return;
	csv_feed(profile->reader, piece);
	take_records(profile);
}

void import_profile_finish(struct import_profile *profile)
{
	if (!profile->fault) {
		csv_finish(profile->reader);
		take_records(profile);
	}
	if (!profile->columns && !profile->fault)
		profile->fault = "The file is empty: it has no header.";
}

/* --- the file as a whole ---------------------------------------------------------------------- */

struct str import_profile_dates(
	const struct import_profile *profile, bool month_first, bool *ambiguous_out)
{
	unsigned mask = ALL_FORMS;
	size_t found = SIZE_MAX;
	bool dates = false;

	*ambiguous_out = false;
	for (size_t i = 0; i < profile->column_count; i++) {
		if (!import_column_is_date(&profile->columns[i]))
			continue;
		dates = true;
		if (mask & profile->columns[i].dates)
			mask &= profile->columns[i].dates;
	}
	for (size_t i = 0; dates && i < ARRAY_LEN(forms); i++) {
		if (!(mask & 1u << i))
			continue;
		*ambiguous_out |= found != SIZE_MAX &&
			forms[found].month_first != forms[i].month_first;
		if (found == SIZE_MAX ||
			(forms[found].month_first != month_first &&
				forms[i].month_first == month_first))
			found = i;
	}
	return found == SIZE_MAX || found == 0 ? STR_NONE : forms[found].form;
}

char import_profile_mark(const struct import_profile *profile)
{
	size_t point = 0, comma = 0;

	for (size_t i = 0; i < profile->column_count; i++) {
		const struct import_column *column = &profile->columns[i];

		point += import_column_is(column, KIND_POINT_NUMBER);
		comma += import_column_is(column, KIND_COMMA_NUMBER);
	}
	return comma > point ? ',' : '.';
}

static const char *kind_name(const struct import_column *column)
{
	if (column->filled == 0)
		return "empty";
	if (column->dates)
		return "date";
	if (column->kinds & 1u << KIND_EMAIL)
		return "email";
	if (column->kinds & 1u << KIND_URL)
		return "url";
	if (column->kinds & (1u << KIND_POINT_NUMBER | 1u << KIND_COMMA_NUMBER))
		return "number";
	return column->kinds & 1u << KIND_PHONE ? "phone" : "text";
}

static void write_column(const struct import_column *column, struct json *json)
{
	json_object(json);
	json_member_str(json, "name", column->name);
	json_member_cstr(json, "kind", kind_name(column));
	json_member_int(json, "filled", column->filled);
	if (column->many)
		json_member_null(json, "distinct");
	else
		json_member_int(json, "distinct", (int64_t)column->value_count);
	json_key(json, STR("samples"));
	json_array(json);
	for (size_t i = 0; i < column->value_count && i < SHOWN_VALUES; i++)
		json_str(json, column->values[i].text);
	json_end(json);
	json_end(json);
}

void import_profile_write(const struct import_profile *profile, struct json *json)
{
	json_array(json);
	for (size_t i = 0; i < profile->column_count; i++)
		write_column(&profile->columns[i], json);
	json_end(json);
}
