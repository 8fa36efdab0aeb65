/* SPDX-License-Identifier: Apache-2.0 */
/* UUIDs: layout, order, clocks that step, threads, text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/uuid.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/time.h"

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

static uint64_t ms_of(struct uuid uuid)
{
	uint64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | uuid.bytes[i];
	return ms;
}

static void test_layout(void **state)
{
	uint64_t before = (uint64_t)time_now_us() / 1000;
	struct uuid uuid = uuid_new();

	(void)state;
	assert_int_equal(uuid.bytes[6] >> 4, 7);
	assert_int_equal(uuid.bytes[8] >> 6, 2);
	assert_in_range(ms_of(uuid), before, before + 1000);
}

static void test_increasing(void **state)
{
	struct uuid last = uuid_new();

	(void)state;
	for (int i = 0; i < 100000; i++) {
		struct uuid next = uuid_new();

		assert_true(compare(&last, &next) < 0);
		last = next;
	}
}

/* More in one millisecond than the counter holds, and then an hour back. */
static void test_increasing_when_the_clock_stands_or_steps_back(void **state)
{
	struct uuid last, next;
	int64_t now = time_now_us() + 1000000;

	(void)state;
	time_set_clock(now);
	last = uuid_new();
	for (int i = 0; i < 20000; i++) {
		if (i == 10000)
			time_set_clock(now - 3600 * INT64_C(1000000));
		next = uuid_new();
		assert_true(compare(&last, &next) < 0);
		last = next;
	}
	assert_in_range(ms_of(last), now / 1000, now / 1000 + 10);
	time_set_clock(0);
}

enum { PER_THREAD = 50000, THREADS = 2 };

static void *make_many(void *out)
{
	struct uuid *uuids = out;

	for (int i = 0; i < PER_THREAD; i++)
		uuids[i] = uuid_new();
	return NULL;
}

static void test_unique_over_threads(void **state)
{
	static struct uuid uuids[PER_THREAD * THREADS];
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_many,
					 uuids + (ptrdiff_t)i * PER_THREAD),
			0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	qsort(uuids, ARRAY_LEN(uuids), sizeof(uuids[0]), compare);
	for (size_t i = 1; i < ARRAY_LEN(uuids); i++)
		assert_true(compare(&uuids[i - 1], &uuids[i]) != 0);
}

static void test_deterministic(void **state)
{
	char text[UUID_LEN + 1];

	(void)state;
	for (int round = 0; round < 2; round++) {
		uuid_set_deterministic(true);
		uuid_format(uuid_new(), text);
		assert_string_equal(text, "00000000-0000-7000-8000-000000000001");
		uuid_format(uuid_new(), text);
		assert_string_equal(text, "00000000-0000-7000-8000-000000000002");
		uuid_set_deterministic(false);
	}
	assert_true(ms_of(uuid_new()) > 0);
}

static void test_text(void **state)
{
	static const char *const wrong[] = {"", "01a1f8c2-78dd-7312-ba5f-5f5d4977e4d",
		"01a1f8c2-78dd-7312-ba5f-5f5d4977e4d11", "01a1f8c278dd7312ba5f5f5d4977e4d1",
		"01a1f8c2-78dd-7312-ba5f-5f5d4977e4dg", "01a1f8c2x78dd-7312-ba5f-5f5d4977e4d1",
		"01a1f8c-278dd-7312-ba5f-5f5d4977e4d1", "{1a1f8c2-78dd-7312-ba5f-5f5d4977e4d}",
		"01a1f8c2-78dd-7312-ba5f-5f5d4977e4d ", "------------------------------------",
		"000000000000000000000000000000000000"};
	struct uuid uuid;
	char text[UUID_LEN + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(uuid_is_valid(str_of(wrong[i])));
	assert_true(uuid_parse(STR("01A1F8c2-78dd-7312-BA5F-5f5d4977e4d1"), &uuid));
	assert_memory_equal(
		uuid.bytes, "\x01\xa1\xf8\xc2\x78\xdd\x73\x12\xba\x5f\x5f\x5d\x49\x77\xe4\xd1", 16);
	uuid_format(uuid, text);
	assert_string_equal(text, "01a1f8c2-78dd-7312-ba5f-5f5d4977e4d1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_increasing),
		cmocka_unit_test(test_increasing_when_the_clock_stands_or_steps_back),
		cmocka_unit_test(test_unique_over_threads),
		cmocka_unit_test(test_deterministic),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
