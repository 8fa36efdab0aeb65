/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: numbers, dates, phone numbers and names as files have them. */
#include "feature/import_value.h"

#include "base/time.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* --- dates ------------------------------------------------------------------------------------ */

enum part { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, PART__COUNT };

/* Longer forms stand before those that they begin with. */
static const struct token {
	struct str text;
	enum part part;
	int least, most; /* digits */
} tokens[] = {
	{{"YYYY", 4}, YEAR, 4, 4},
	{{"YY", 2}, YEAR, 2, 2},
	{{"MM", 2}, MONTH, 2, 2},
	{{"M", 1}, MONTH, 1, 2},
	{{"DD", 2}, DAY, 2, 2},
	{{"D", 1}, DAY, 1, 2},
	{{"HH", 2}, HOUR, 2, 2},
	{{"H", 1}, HOUR, 1, 2},
	{{"mm", 2}, MINUTE, 2, 2},
	{{"ss", 2}, SECOND, 2, 2},
};

static const struct token *token_at(struct str format)
{
	for (size_t i = 0; i < ARRAY_LEN(tokens); i++)
		if (str_starts_with(format, tokens[i].text))
			return &tokens[i];
	return NULL;
}

bool import_date_format_ok(struct str format)
{
	unsigned seen = 0;

	if (format.len > 40)
		return false;
	for (struct str rest = format; rest.len;) {
		const struct token *token = token_at(rest);

		if (token && seen & 1u << token->part)
			return false;
		if (token)
			seen |= 1u << token->part;
		else if (!memchr("/-. :,T", rest.ptr[0], 7))
			return false;
		rest = str_slice(rest, token ? token->text.len : 1, rest.len);
	}
	return (seen & 7u) == 7u && (!(seen & 1u << SECOND) || seen & 1u << MINUTE) &&
		(!(seen & 1u << MINUTE) || seen & 1u << HOUR);
}

static bool read_digits(struct str *text, const struct token *token, int *out)
{
	int n = 0;

	*out = 0;
	while (n < token->most && (size_t)n < text->len && is_digit(text->ptr[n]))
		*out = *out * 10 + (text->ptr[n++] - '0');
	*text = str_slice(*text, (size_t)n, text->len);
	if (token->part == YEAR && token->most == 2)
		*out += *out < 70 ? 2000 : 1900;
	return n >= token->least;
}

static bool read_parts(struct str format, struct str text, int parts[PART__COUNT], bool *timed)
{
	while (format.len) {
		const struct token *token = token_at(format);

		if (token && !read_digits(&text, token, &parts[token->part]))
			return false;
		if (!token && (text.len == 0 || text.ptr[0] != format.ptr[0]))
			return false;
		if (!token)
			text = str_slice(text, 1, text.len);
		*timed |= token && token->part == HOUR;
		format = str_slice(format, token ? token->text.len : 1, format.len);
	}
	return text.len == 0;
}

bool import_read_date(struct arena *arena, struct str format, struct str text, struct str *out)
{
	int parts[PART__COUNT] = {0};
	bool timed = false;
	struct date date;

	if (!read_parts(format, text, parts, &timed))
		return false;
	date = (struct date){parts[YEAR], parts[MONTH], parts[DAY]};
	if (!date_is_valid(date) || parts[HOUR] > 23 || parts[MINUTE] > 59 || parts[SECOND] > 59)
		return false;
	*out = arena_printf(arena, "%04d-%02d-%02d", date.year, date.month, date.day);
	if (timed)
		*out = arena_printf(arena, "%.*sT%02d:%02d:%02d", STR_ARG(*out), parts[HOUR],
			parts[MINUTE], parts[SECOND]);
	return true;
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* Signs of money and blanks, no-break ones too: length of the one that `s` begins with, 0 for none. */
static size_t ornament(struct str s)
{
	static const struct str ornaments[] = {
		{" ", 1},
		{"$", 1},
		{"'", 1},
		{"\xC2\xA0", 2},
		{"\xE2\x80\xAF", 3},
		{"\xE2\x82\xAC", 3},
		{"\xC2\xA3", 2},
		{"\xC2\xA5", 2},
		{"\xE2\x80\x99", 3},
	};

	for (size_t i = 0; i < ARRAY_LEN(ornaments); i++)
		if (str_starts_with(s, ornaments[i]))
			return ornaments[i].len;
	return 0;
}

static size_t digits_at(struct str s)
{
	size_t n = 0;

	while (n < s.len && is_digit(s.ptr[n]))
		n++;
	return n;
}

bool import_read_number(struct arena *arena, char decimal_mark, struct str text, struct str *out)
{
	char thousands = decimal_mark == ',' ? '.' : ',';
	char *copy = arena_bytes(arena, text.len + 1);
	bool fraction = false, grouped = false;
	size_t n = 0, digits = 0;

	for (struct str rest = text; rest.len;) {
		size_t skip = ornament(rest);
		char c = rest.ptr[0];

		rest = str_slice(rest, skip ? skip : 1, rest.len);
		if (skip)
			continue;
		if (c == thousands && !fraction && (digits <= 3 || grouped) && digits > 0) {
			grouped = digits_at(rest) == 3;
			if (!grouped)
				return false;
			continue;
		}
		if (c == decimal_mark && !fraction) {
			fraction = true;
			c = '.';
		} else if (!is_digit(c) && !((c == '-' || c == '+') && n == 0)) {
			return false;
		}
		digits += is_digit(c);
		if (c != '+')
			copy[n++] = c;
	}
	copy[n] = '\0';
	*out = (struct str){copy, n};
	return digits > 0;
}

static struct str decimal_text(struct arena *arena, int64_t mantissa, size_t scale)
{
	uint64_t whole = mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa, unit = 1;

	for (; scale && whole % 10 == 0; scale--)
		whole /= 10;
	for (size_t i = 0; i < scale; i++)
		unit *= 10;
	if (scale == 0)
		return arena_printf(
			arena, "%s%llu", mantissa < 0 ? "-" : "", (unsigned long long)whole);
	return arena_printf(arena, "%s%llu.%0*llu", mantissa < 0 ? "-" : "",
		(unsigned long long)(whole / unit), (int)scale, (unsigned long long)(whole % unit));
}

bool import_multiply(struct arena *arena, struct str number, int64_t times, struct str *out)
{
	size_t point = str_find_char(number, '.');
	struct str fraction = str_slice(number, MIN(point + 1, number.len), number.len);
	struct str digits = arena_printf(
		arena, "%.*s%.*s", STR_ARG(str_slice(number, 0, point)), STR_ARG(fraction));
	int64_t mantissa;

	if (fraction.len > 18 || !str_to_int64(digits, &mantissa) ||
		__builtin_mul_overflow(mantissa, times, &mantissa))
		return false;
	*out = decimal_text(arena, mantissa, fraction.len);
	return true;
}

/* --- phone numbers and names ------------------------------------------------------------------ */

/* Where `x12`, `ext 12` or `ext. 12` begins; the length when there is none. */
static size_t extension_at(struct str text)
{
	size_t digits = text.len, at;

	while (digits > 0 && is_digit(text.ptr[digits - 1]))
		digits--;
	at = digits;
	while (at > 0 &&
		(text.ptr[at - 1] == ' ' || text.ptr[at - 1] == '.' || text.ptr[at - 1] == ':'))
		at--;
	if (digits == text.len || at == 0)
		return text.len;
	if (at >= 3 && str_eq_nocase(str_slice(text, at - 3, at), STR("ext")))
		return at - 3;
	return text.ptr[at - 1] == 'x' || text.ptr[at - 1] == 'X' ? at - 1 : text.len;
}

struct str import_read_phone(struct arena *arena, struct str text, struct str *extension_out)
{
	size_t at = extension_at(text), digits = text.len;
	char *copy = arena_bytes(arena, at + 1);

	while (digits > at && is_digit(text.ptr[digits - 1]))
		digits--;
	*extension_out = at < text.len ? str_slice(text, digits, text.len) : STR_NONE;
	for (size_t i = 0; i < at; i++)
		copy[i] = (char)(text.ptr[i] == '.' || text.ptr[i] == '/' ? ' ' : text.ptr[i]);
	copy[at] = '\0';
	return str_trim((struct str){copy, at});
}

void import_split_name(struct str name, struct str *first_out, struct str *last_out)
{
	size_t space = name.len;

	while (space > 0 && name.ptr[space - 1] != ' ')
		space--;
	*first_out = str_trim(str_slice(name, 0, space));
	*last_out = str_slice(name, space, name.len);
}
