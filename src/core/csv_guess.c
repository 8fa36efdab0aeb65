/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV: encodings of one byte a character. The C library knows the tables; which one a text is in is guessed
 * from what its high bytes would be: letters that the languages of an encoding use between other letters
 * speak for it, signs, capitals and rare letters within a word against it.
 */
#include <iconv.h>
#include <pthread.h>

#include "core/csv_decode.h"

enum { HIGH = 128, UTF8_MAX = 4 };

struct table {
	char text[HIGH][UTF8_MAX + 1];
};

/* Letters that are common where the encoding is. Where two say the same, the first is it. */
static const struct candidate {
	enum csv_encoding encoding;
	const char *small, *capital;
} candidates[] = {
	{CSV_WINDOWS_1252, "äöüßéèêëàâáãåæçîïíìñóôõòøœùûúýÿ", "ÄÖÜÉÈÊËÀÂÁÃÅÆÇÎÏÍÌÑÓÔÕÒØŒÙÛÚÝ"},
	{CSV_WINDOWS_1254, "çğıöşüâî", "ÇĞİÖŞÜ"},
	{CSV_WINDOWS_1250, "áäčćďéěęíĺľłńňóôőöřśšťúůűüýźžżąăâîşţßđ",
		"ÁÄČĆĎÉĚĘÍĹĽŁŃŇÓÔŐÖŘŚŠŤÚŮŰÜÝŹŽŻĄÂÎŞŢĐ"},
	{CSV_ISO_8859_2, "áäčćďéěęíĺľłńňóôőöřśšťúůűüýźžżąăâîşţßđ",
		"ÁÄČĆĎÉĚĘÍĹĽŁŃŇÓÔŐÖŘŚŠŤÚŮŰÜÝŹŽŻĄÂÎŞŢĐ"},
	{CSV_WINDOWS_1251, "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ",
		"АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЭЮЯЁІЇЄҐ"},
	{CSV_WINDOWS_1253, "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏ"},
	{CSV_WINDOWS_1257, "āčēģīķļņšūžąęėįųōŗõäöü", "ĀČĒĢĪĶĻŅŠŪŽĄĘĖĮŲŌÕÄÖÜ"},
};

static struct table tables[CSV_ENCODING__COUNT];

static void make(enum csv_encoding encoding)
{
	struct table *table = &tables[encoding];
	iconv_t to = iconv_open("UTF-8", csv_encoding_name(encoding));

	INVARIANT(to != (iconv_t)-1);
	for (unsigned c = 0; c < HIGH; c++) {
		char byte = (char)(c + HIGH), *in = &byte, *out = table->text[c];
		size_t in_left = 1, out_left = UTF8_MAX;

		/* What is not assigned is refused later, as text that no field takes. */
		if (iconv(to, &in, &in_left, &out, &out_left) == (size_t)-1) {
			iconv(to, NULL, NULL, NULL, NULL);
			memcpy(table->text[c], "\xC2\x81", 2);
			out = table->text[c] + 2;
		}
		*out = '\0';
	}
	iconv_close(to);
}

static const char *character(enum csv_encoding encoding, char byte)
{
	return tables[encoding].text[(unsigned char)byte - HIGH];
}

static void make_all(void)
{
	for (int i = CSV_WINDOWS_1252; i < CSV_ENCODING__COUNT; i++)
		make((enum csv_encoding)i);
}

void csv_encodings_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, make_all);
}

void csv_decode_byte_text(enum csv_encoding encoding, struct str text, struct buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (!(text.ptr[i] & 0x80))
			continue;
		buf_append(out, str_slice(text, from, i));
		buf_append_cstr(out, character(encoding, text.ptr[i]));
		from = i + 1;
	}
	buf_append(out, str_slice(text, from, text.len));
}

/* --- guessing --------------------------------------------------------------------------------- */

static bool is_high(char c)
{
	return (c & 0x80) != 0;
}

static bool is_small(const struct candidate *candidate, char c)
{
	return is_high(c) ? strstr(candidate->small, character(candidate->encoding, c)) != NULL
			  : c >= 'a' && c <= 'z';
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_letter(char c)
{
	return is_high(c) || is_plain(c);
}

/* A Latin letter with a mark stands beside plain ones, a letter of another script does not. */
static bool is_latin(const struct candidate *candidate)
{
	return candidate->encoding != CSV_WINDOWS_1251 && candidate->encoding != CSV_WINDOWS_1253;
}

/* Signs outside of words say nothing: every encoding has some. A capital behind a small letter is none. */
static int weigh(const struct candidate *candidate, struct str text, size_t i)
{
	char before = i ? text.ptr[i - 1] : ' ', after = i + 1 < text.len ? text.ptr[i + 1] : ' ';

	if (!is_letter(before) && !is_letter(after))
		return 0;
	if (is_latin(candidate) ? is_high(before) && is_high(after)
				: is_plain(before) || is_plain(after))
		return -2;
	if (is_small(candidate, text.ptr[i]))
		return 3;
	return strstr(candidate->capital, character(candidate->encoding, text.ptr[i])) &&
			!is_small(candidate, before)
		? 3
		: -2;
}

enum csv_encoding csv_guess_encoding(struct str text)
{
	size_t best = 0;
	long scores[ARRAY_LEN(candidates)] = {0};

	for (size_t i = 0; i < text.len; i++)
		for (size_t k = 0; is_high(text.ptr[i]) && k < ARRAY_LEN(candidates); k++)
			scores[k] += weigh(&candidates[k], text, i);
	for (size_t k = 1; k < ARRAY_LEN(candidates); k++)
		if (scores[k] > scores[best])
			best = k;
	return candidates[best].encoding;
}
