/* SPDX-License-Identifier: Apache-2.0 */
/* Strings as pointer and length. */
#include "base/str.h"

#include <pthread.h>
#include <sys/random.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

bool str_starts_with(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_slice(s, 0, prefix.len), prefix);
}

bool str_ends_with(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq(str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t str_find_char(struct str s, char c)
{
	const char *hit = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return hit ? (size_t)(hit - s.ptr) : s.len;
}

size_t str_find(struct str s, struct str needle)
{
	const char *hit = s.len && needle.len ? memmem(s.ptr, s.len, needle.ptr, needle.len)
					      : s.ptr;

	return hit ? (size_t)(hit - s.ptr) : s.len;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	INVARIANT(from <= to && to <= s.len);
	return (struct str){s.len ? s.ptr + from : s.ptr, to - from};
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len && is_space(s.ptr[0]))
		s = str_slice(s, 1, s.len);
	while (s.len && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str str_cut(struct str *rest, char sep)
{
	size_t at = str_find_char(*rest, sep);
	struct str head = str_slice(*rest, 0, at);

	*rest = at == rest->len ? STR_NONE : str_slice(*rest, at + 1, rest->len);
	return head;
}

int str_cmp(struct str a, struct str b)
{
	size_t common = MIN(a.len, b.len);
	int order = common ? memcmp(a.ptr, b.ptr, common) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* Eight bytes a step: statements, bodies and the letters of access pass here at every request. */
uint64_t str_hash(struct str s)
{
	const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
	uint64_t hash = s.len * factor, word = 0;
	size_t at = 0;

	for (; s.len - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, s.ptr + at, sizeof(word));
		hash = (hash ^ word) * factor;
		hash ^= hash >> 29;
	}
	word = 0;
	if (at < s.len)
		memcpy(&word, s.ptr + at, s.len - at);
	hash = (hash ^ word) * factor;
	return hash ^ hash >> 32;
}

static uint64_t sip_key[2];

static void make_sip_key(void)
{
	/* The kernel never cuts so short a request. */
	INVARIANT(getrandom(sip_key, sizeof(sip_key), 0) == sizeof(sip_key));
}

static uint64_t rotate(uint64_t word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32) + v[3];
	v[2] += v[1];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

/* Aumasson and Bernstein, "SipHash: a fast short-input PRF"; one round a word and three at the end. */
uint64_t str_hash_keyed(struct str s)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	uint64_t v[4], word, last = (uint64_t)s.len << 56;
	size_t i = 0;

	pthread_once(&once, make_sip_key);
	v[0] = sip_key[0] ^ UINT64_C(0x736f6d6570736575);
	v[1] = sip_key[1] ^ UINT64_C(0x646f72616e646f6d);
	v[2] = sip_key[0] ^ UINT64_C(0x6c7967656e657261);
	v[3] = sip_key[1] ^ UINT64_C(0x7465646279746573);
	for (; s.len - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, s.ptr + i, sizeof(word));
		sip_word(v, word);
	}
	for (int shift = 0; i < s.len; i++, shift += 8)
		last |= (uint64_t)(uint8_t)s.ptr[i] << shift;
	sip_word(v, last);
	v[2] ^= 0xFF;
	for (int round = 0; round < 3; round++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

bool str_to_int64(struct str s, int64_t *out)
{
	bool negative = s.len && s.ptr[0] == '-';
	int64_t value = 0;

	if (s.len == (size_t)negative)
		return false;
	for (size_t i = negative; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_sub_overflow(value, s.ptr[i] - '0', &value))
			return false;
	}
	/* Counted downwards, since INT64_MIN has no positive twin. */
	return !__builtin_mul_overflow(value, negative ? 1 : -1, out);
}

/* Length of the sequence that `lead` opens and the bounds of its second byte (Unicode, table 3-7);
 * 0 when no sequence may begin so. */
static size_t utf8_sequence(uint8_t lead, uint8_t *low, uint8_t *high)
{
	*low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
	*high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
	if (lead < 0x80)
		return 1;
	if (lead < 0xC2 || lead > 0xF4)
		return 0;
	return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* Length of the sequence at `p`; 0 when it is none or does not end before `end`. */
static size_t utf8_step(const uint8_t *p, const uint8_t *end)
{
	uint8_t low, high;
	size_t n = utf8_sequence(*p, &low, &high);

	if (n > (size_t)(end - p) || (n > 1 && (p[1] < low || p[1] > high)))
		return 0;
	for (size_t i = 2; i < n; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return n;
}

/* Bytes at the start of `p` that are ASCII, counted eight at a time: most text is. */
static size_t ascii_words(const uint8_t *p, size_t len)
{
	size_t i = 0;

	for (; len - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, p + i, sizeof(word));
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	return i;
}

size_t str_utf8_prefix(struct str s)
{
	const uint8_t *bytes = (const uint8_t *)s.ptr;
	size_t i = 0;

	while (i < s.len) {
		size_t n = ascii_words(bytes + i, s.len - i);

		if (n == 0)
			n = utf8_step(bytes + i, bytes + s.len);
		if (n == 0)
			break;
		i += n;
	}
	return i;
}

bool str_is_utf8(struct str s)
{
	return str_utf8_prefix(s) == s.len;
}

size_t str_utf8_length(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((uint8_t)s.ptr[i] & 0xC0) != 0x80;
	return n;
}
