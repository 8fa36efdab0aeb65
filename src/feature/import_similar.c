/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: names that are meant to be the same. */
#include "feature/import_similar.h"

#include <stdlib.h>

#include "base/base.h"

enum { FORM_MAX = 64, MISTAKES_MAX = 2 };

/* U+00C0 to U+017F without their marks; what is no letter is a blank. */
static const char plain[] = "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
			    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
			    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
_Static_assert(sizeof(plain) == 0x180 - 0xC0 + 1, "a letter for each");

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The character at the front, folded; 0 for a sign. What is not Latin stays as its bytes. */
static size_t fold(struct str rest, char *out, size_t *length)
{
	unsigned char c = (unsigned char)rest.ptr[0];

	*length = 0;
	if (c < 0x80) {
		if (c >= 'A' && c <= 'Z')
			out[(*length)++] = (char)(c + 32);
		else if ((c >= 'a' && c <= 'z') || is_digit((char)c))
			out[(*length)++] = (char)c;
		return 1;
	}
	if (rest.len > 1 && c >= 0xC3 && c <= 0xC5) {
		unsigned point = (unsigned)(c & 0x1F) << 6 | ((unsigned char)rest.ptr[1] & 0x3F);

		if (plain[point - 0xC0] != ' ')
			out[(*length)++] = plain[point - 0xC0];
		return 2;
	}
	if (c != 0xC2 && c != 0xE2)
		out[(*length)++] = (char)c;
	return c == 0xC2 ? MIN((size_t)2, rest.len) : c == 0xE2 ? MIN((size_t)3, rest.len) : 1;
}

struct import_form import_form_of(struct arena *arena, struct str text)
{
	struct import_form form = {.text = text};
	char *out = arena_bytes(arena, FORM_MAX + 1);
	size_t n = 0;

	for (struct str rest = text; rest.len && n < FORM_MAX;) {
		size_t length, used = fold(rest, out + n, &length);

		if (length)
			form.letters |= 1ull << ((unsigned char)out[n] & 63);
		n += length;
		rest = str_slice(rest, used, rest.len);
	}
	out[n] = '\0';
	form.form = (struct str){out, n};
	return form;
}

/* --- distance --------------------------------------------------------------------------------- */

/* Account 1 and Account 2 are two accounts. */
static bool same_digits(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	for (;;) {
		while (i < a.len && !is_digit(a.ptr[i]))
			i++;
		while (k < b.len && !is_digit(b.ptr[k]))
			k++;
		if (i == a.len || k == b.len)
			return i == a.len && k == b.len;
		if (a.ptr[i++] != b.ptr[k++])
			return false;
	}
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: letters that are wrong, missing, too many or swapped. */
static int alignment(struct str a, struct str b)
{
	int rows[3][FORM_MAX + 1];

	for (size_t k = 0; k <= b.len; k++)
		rows[0][k] = (int)k;
	for (size_t i = 1; i <= a.len; i++) {
		int *row = rows[i % 3], *above = rows[(i + 2) % 3], *two = rows[(i + 1) % 3];

		row[0] = (int)i;
		for (size_t k = 1; k <= b.len; k++) {
			bool same = a.ptr[i - 1] == b.ptr[k - 1];

			row[k] = least(least(above[k], row[k - 1]) + 1, above[k - 1] + !same);
			if (i > 1 && k > 1 && a.ptr[i - 1] == b.ptr[k - 2] &&
				a.ptr[i - 2] == b.ptr[k - 1])
				row[k] = least(row[k], two[k - 2] + 1);
		}
	}
	return rows[a.len % 3][b.len];
}

/* One in five letters. */
static int allowed(struct str a, struct str b)
{
	return least(MISTAKES_MAX, (int)(MIN(a.len, b.len) / 5));
}

int import_form_distance(const struct import_form *a, const struct import_form *b)
{
	int most = allowed(a->form, b->form), distance;

	if (str_eq(a->form, b->form))
		return a->form.len ? 0 : -1;
	if (abs((int)a->form.len - (int)b->form.len) > most ||
		__builtin_popcountll(a->letters ^ b->letters) > 2 * most ||
		!same_digits(a->form, b->form))
		return -1;
	distance = alignment(a->form, b->form);
	return distance <= most ? distance : -1;
}

const struct import_form *import_form_nearest(const struct import_form *of,
	const struct import_form *forms, size_t count, int *distance_out)
{
	const struct import_form *nearest = NULL;

	for (size_t i = 0; i < count; i++) {
		int distance = import_form_distance(of, &forms[i]);

		if (distance < 0 || (nearest && distance >= *distance_out))
			continue;
		nearest = &forms[i];
		*distance_out = distance;
	}
	return nearest;
}
