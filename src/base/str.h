/* SPDX-License-Identifier: Apache-2.0 */
/* Strings as pointer and length: views that own nothing and need no terminator. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/base.h"

/* A view of `len` bytes; `ptr` may be NULL only when `len` is 0. NULL ptr means "absent". */
struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* For "%.*s". */
#define STR_ARG(s) (int)(s).len, (s).ptr

static inline struct str str_of(const char *cstr)
{
	return cstr ? (struct str){cstr, strlen(cstr)} : STR_NONE;
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool str_is(struct str a, const char *cstr)
{
	return str_eq(a, str_of(cstr));
}

/* ASCII case is ignored; everything else is compared byte by byte. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);
/* Index of the first `c`, or s.len. */
size_t str_find_char(struct str s, char c);
/* Index of the first `needle`, or s.len. */
size_t str_find(struct str s, struct str needle);
struct str str_slice(struct str s, size_t from, size_t to);
/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);
/* Cuts `*rest` at the first `sep`: returns what stands before it and leaves what follows.
 * When there is no `sep`, returns all and leaves STR_NONE. */
struct str str_cut(struct str *rest, char sep);
/* Orders by bytes, the shorter first when one is a prefix of the other. */
int str_cmp(struct str a, struct str b);
/* For hash tables whose keys are not chosen by strangers, and to tell texts apart. Differs by byte order. */
uint64_t str_hash(struct str s);
/* SipHash-1-3 under a key that is random for each process: for keys that strangers choose. */
uint64_t str_hash_keyed(struct str s);
/* Strict decimal: optional '-', digits, nothing else. False when out of range. */
MUST_CHECK bool str_to_int64(struct str s, int64_t *out);
/* Valid UTF-8 (no surrogates, no overlong forms, nothing past U+10FFFF). */
bool str_is_utf8(struct str s);
/* Length of the longest prefix that is valid UTF-8: where to cut, or where the first wrong byte is. */
size_t str_utf8_prefix(struct str s);
/* Number of code points in valid UTF-8. */
size_t str_utf8_length(struct str s);
