/* SPDX-License-Identifier: Apache-2.0 */
/* base64url without padding. */
#include "base/base64url.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct str base64url_encode(struct arena *arena, struct str bytes)
{
	char *text = arena_bytes(arena, bytes.len * 4 / 3 + 4);
	uint32_t bits = 0;
	unsigned held = 0;
	size_t n = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		bits = bits << 8 | (uint8_t)bytes.ptr[i];
		for (held += 8; held >= 6; held -= 6)
			text[n++] = alphabet[bits >> (held - 6) & 63];
	}
	if (held)
		text[n++] = alphabet[bits << (6 - held) & 63];
	text[n] = '\0';
	return (struct str){text, n};
}

/* Every request decodes a token of 400 characters. One more than the value, so that 0 is none. */
/* clang-format off */
static const uint8_t digits[256] = {
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8,
	['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15,
	['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22,
	['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29,
	['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43,
	['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49, ['x'] = 50,
	['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56, ['4'] = 57,
	['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['-'] = 63, ['_'] = 64,
};
/* clang-format on */

static int digit(char c)
{
	return digits[(uint8_t)c] - 1;
}

bool base64url_decode(struct arena *arena, struct str text, struct str *out)
{
	char *bytes = arena_bytes(arena, text.len + 1);
	uint32_t bits = 0;
	unsigned held = 0;
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		int value = digit(text.ptr[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			bytes[n++] = (char)(bits >> held);
		}
	}
	if (held == 6 || (bits & ((1u << held) - 1)))
		return false;
	bytes[n] = '\0';
	*out = (struct str){bytes, n};
	return true;
}
