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

/* By ranges rather than by a search in the alphabet: every request decodes a token of 400 characters. */
static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '-' ? 62 : c == '_' ? 63 : -1;
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
