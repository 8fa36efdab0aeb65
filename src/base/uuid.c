/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UUID version 7: 48 bits of milliseconds, a 12-bit counter, 62 random bits.
 *
 * The counter is RFC 9562 §6.2, method 1: each millisecond starts it at random in its lower half; when it
 * runs over, the timestamp goes ahead of the clock. A clock that steps back is waited for in the same
 * way, so a thread's ids never go backwards. State and random bytes are a thread's own; the process must
 * not fork without exec, or the child repeats its parent's ids.
 */
#include "base/uuid.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/random.h>

#include "base/time.h"

/* One system call serves this many bytes: 8 for an id, 2 more for the first of a millisecond. */
enum { POOL_SIZE = 512, COUNTER_MAX = 0xFFF, COUNTER_SEED_MASK = 0x7FF };

static _Thread_local struct {
	uint8_t random[POOL_SIZE];
	size_t left;
	uint64_t ms;
	unsigned counter;
} own;

static atomic_bool deterministic;
static _Atomic uint64_t counted;

static void refill(void)
{
	size_t have = 0;

	while (have < POOL_SIZE) {
		ssize_t n = getrandom(own.random + have, POOL_SIZE - have, 0);

		INVARIANT(n >= 0 || errno == EINTR);
		if (n > 0)
			have += (size_t)n;
	}
	own.left = POOL_SIZE;
}

static void take_random(void *out, size_t n)
{
	if (own.left < n)
		refill();
	own.left -= n;
	memcpy(out, own.random + own.left, n);
}

static void advance(uint64_t now_ms)
{
	uint16_t seed;

	if (now_ms > own.ms) {
		take_random(&seed, sizeof(seed));
		own.ms = now_ms;
		own.counter = seed & COUNTER_SEED_MASK;
	} else if (own.counter < COUNTER_MAX) {
		own.counter++;
	} else {
		own.ms++;
		own.counter = 0;
	}
}

static struct uuid assemble(uint64_t ms, unsigned counter, uint64_t random)
{
	struct uuid uuid;
	uint64_t high = ms << 16 | 0x7000 | counter;
	uint64_t low = (random & UINT64_C(0x3FFFFFFFFFFFFFFF)) | UINT64_C(0x8000000000000000);

	for (int i = 0; i < 8; i++) {
		uuid.bytes[i] = (uint8_t)(high >> (56 - 8 * i));
		uuid.bytes[8 + i] = (uint8_t)(low >> (56 - 8 * i));
	}
	return uuid;
}

struct uuid uuid_new(void)
{
	uint64_t random;

	if (atomic_load_explicit(&deterministic, memory_order_relaxed))
		return assemble(0, 0, atomic_fetch_add(&counted, 1) + 1);
	advance((uint64_t)time_now_us() / 1000);
	take_random(&random, sizeof(random));
	return assemble(own.ms, own.counter, random);
}

void uuid_set_deterministic(bool on)
{
	atomic_store(&counted, 0);
	atomic_store(&deterministic, on);
}

/* Whether a hyphen stands at this place of the text. */
static bool is_hyphen(size_t i)
{
	return i == 8 || i == 13 || i == 18 || i == 23;
}

void uuid_format(struct uuid uuid, char out[UUID_LEN + 1])
{
	static const char hex[] = "0123456789abcdef";
	size_t at = 0;

	for (size_t i = 0; i < sizeof(uuid.bytes); i++) {
		if (is_hyphen(at))
			out[at++] = '-';
		out[at++] = hex[uuid.bytes[i] >> 4];
		out[at++] = hex[uuid.bytes[i] & 15];
	}
	out[at] = '\0';
}

/* -1 when it is no hexadecimal digit. */
static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool uuid_parse(struct str s, struct uuid *out)
{
	size_t digits = 0;

	if (s.len != UUID_LEN)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int value = digit_value(s.ptr[i]);
		uint8_t *byte = &out->bytes[MIN(digits / 2, sizeof(out->bytes) - 1)];

		if (is_hyphen(i)) {
			if (s.ptr[i] != '-')
				return false;
			continue;
		}
		if (value < 0)
			return false;
		*byte = (uint8_t)(digits++ % 2 ? *byte << 4 | value : value);
	}
	return true;
}

bool uuid_is_valid(struct str s)
{
	struct uuid uuid;

	return uuid_parse(s, &uuid);
}
