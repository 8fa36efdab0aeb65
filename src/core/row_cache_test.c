/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of lists as JSON: what tells them apart, and that they stay within their bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/row_cache.h"

#define ID "0192f0c0-0000-7000-8000-00000000000a"
#define OTHER "0192f0c0-0000-7000-8000-00000000000b"

static struct arena arena;
static struct row_cache *cache;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	cache = row_cache_new(10000);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	row_cache_free(cache);
	arena_deinit(&arena);
	return 0;
}

static struct row_key key(const char *whole, const char *id, const char *written)
{
	return row_key_in(row_key_of(str_of(whole)), str_of(id), str_of(written));
}

static bool is_kept(struct row_key of, const char *text)
{
	return str_is(row_cache_get(cache, of, &arena), text);
}

static void test_a_row_is_known_by_all_that_tells_it(void **state)
{
	(void)state;
	assert_null(row_cache_get(cache, key("acme|name", ID, "7"), &arena).ptr);
	row_cache_put(cache, key("acme|name", ID, "7"), STR("{\"name\":\"Ann\"}"));
	assert_true(is_kept(key("acme|name", ID, "7"), "{\"name\":\"Ann\"}"));
	assert_null(row_cache_get(cache, key("acme|name", ID, "8"), &arena).ptr);
	assert_null(row_cache_get(cache, key("acme|name", OTHER, "7"), &arena).ptr);
	assert_null(row_cache_get(cache, key("acme|name, phone", ID, "7"), &arena).ptr);
	assert_null(row_cache_get(cache, key("bolt|name", ID, "7"), &arena).ptr);
}

static void test_what_was_got_stays_when_others_come(void **state)
{
	struct str got;
	char text[8];

	(void)state;
	row_cache_put(cache, key("acme", ID, "1"), STR("first"));
	got = row_cache_get(cache, key("acme", ID, "1"), &arena);
	row_cache_put(cache, key("acme", ID, "1"), STR("again"));
	assert_true(is_kept(key("acme", ID, "1"), "again"));
	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		row_cache_put(cache, key("acme", OTHER, text), STR("another"));
	}
	assert_true(str_is(got, "first"));
}

/* 100 rows of 400 bytes, where 25 have room. */
static void test_it_stays_within_its_bytes(void **state)
{
	char long_text[400], number[8];
	int kept = 0;

	(void)state;
	memset(long_text, 'x', sizeof(long_text));
	for (int i = 0; i < 100; i++) {
		snprintf(number, sizeof(number), "%d", i);
		row_cache_put(
			cache, key("acme", ID, number), (struct str){long_text, sizeof(long_text)});
		assert_int_equal(row_cache_get(cache, key("acme", ID, number), &arena).len, 400);
	}
	for (int i = 0; i < 100; i++) {
		snprintf(number, sizeof(number), "%d", i);
		kept += row_cache_get(cache, key("acme", ID, number), &arena).ptr != NULL;
	}
	assert_in_range(kept, 20, 25);
}

static void test_long_texts_are_not_kept(void **state)
{
	static char text[ROW_CACHE_MOST + 1];
	struct row_cache *wide = row_cache_new(ROW_CACHE_BYTES);
	struct str most = {text, ROW_CACHE_MOST}, more = {text, sizeof(text)};

	(void)state;
	memset(text, 'x', sizeof(text));
	row_cache_put(wide, key("acme", ID, "1"), most);
	row_cache_put(wide, key("acme", ID, "2"), more);
	assert_int_equal(row_cache_get(wide, key("acme", ID, "1"), &arena).len, most.len);
	assert_null(row_cache_get(wide, key("acme", ID, "2"), &arena).ptr);
	row_cache_free(wide);
}

static void test_lists_are_remembered_and_forgotten(void **state)
{
	struct row_key list = row_key_of(STR("acme|ann|/contacts|page=2"));

	(void)state;
	assert_false(row_cache_expects(cache, list));
	row_cache_expect(cache, list, true);
	assert_true(row_cache_expects(cache, list));
	assert_false(row_cache_expects(cache, row_key_of(STR("acme|ann|/contacts|page=3"))));
	row_cache_expect(cache, list, false);
	assert_false(row_cache_expects(cache, list));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_a_row_is_known_by_all_that_tells_it, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_what_was_got_stays_when_others_come, setup, teardown),
		cmocka_unit_test_setup_teardown(test_it_stays_within_its_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_texts_are_not_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_lists_are_remembered_and_forgotten, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
