/* SPDX-License-Identifier: Apache-2.0 */
/* Strings: comparing, cutting, numbers, UTF-8, hashing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

static void test_equality(void **state)
{
	(void)state;
	assert_true(str_eq(STR_NONE, STR("")));
	assert_true(str_is(STR("abc"), "abc"));
	assert_false(str_is(STR("abc"), "abd"));
	assert_false(str_is(STR("abc"), "ab"));
	assert_true(str_eq_nocase(STR("aBc-1"), STR("AbC-1")));
	assert_false(str_eq_nocase(STR("a["), STR("a{")));
	assert_false(str_eq_nocase(STR("ab"), STR("abc")));
}

static void test_order(void **state)
{
	(void)state;
	assert_int_equal(str_cmp(STR("a"), STR("a")), 0);
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
	assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
}

static void test_searching(void **state)
{
	(void)state;
	assert_true(str_starts_with(STR("abc"), STR("ab")));
	assert_false(str_starts_with(STR("a"), STR("ab")));
	assert_true(str_ends_with(STR("abc"), STR("bc")));
	assert_false(str_ends_with(STR("c"), STR("bc")));
	assert_true(str_ends_with(STR_NONE, STR_NONE));
	assert_int_equal(str_find_char(STR("abc"), 'c'), 2);
	assert_int_equal(str_find_char(STR_NONE, 'c'), 0);
	assert_int_equal(str_find(STR("abcabd"), STR("abd")), 3);
	assert_int_equal(str_find(STR("abc"), STR("x")), 3);
	assert_int_equal(str_find(STR("abc"), STR_NONE), 0);
}

static void test_trim(void **state)
{
	(void)state;
	assert_true(str_is(str_trim(STR(" \t\r\n a b \n")), "a b"));
	assert_true(str_is(str_trim(STR("   ")), ""));
	assert_true(str_is(str_trim(STR_NONE), ""));
}

static void test_cut(void **state)
{
	struct str rest = STR("a,,b,");

	(void)state;
	assert_true(str_is(str_cut(&rest, ','), "a"));
	assert_true(str_is(str_cut(&rest, ','), ""));
	assert_true(str_is(str_cut(&rest, ','), "b"));
	assert_non_null(rest.ptr);
	assert_true(str_is(str_cut(&rest, ','), ""));
	assert_null(rest.ptr);
}

static void test_integers(void **state)
{
	static const char *const wrong[] = {"", "-", "+1", " 1", "1 ", "1.0", "0x1",
		"9223372036854775808", "-9223372036854775809", "99999999999999999999"};
	int64_t n;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(str_to_int64(str_of(wrong[i]), &n));
	assert_true(str_to_int64(STR("-0"), &n) && n == 0);
	assert_true(str_to_int64(STR("0042"), &n) && n == 42);
	assert_true(str_to_int64(STR("9223372036854775807"), &n) && n == INT64_MAX);
	assert_true(str_to_int64(STR("-9223372036854775808"), &n) && n == INT64_MIN);
}

static void test_utf8_prefix(void **state)
{
	static const struct {
		const char *text;
		size_t prefix;
	} cases[] = {{"", 0}, {"plain ascii text", 16}, {"\xC3\xA4", 2}, {"\xE2\x82\xAC", 3},
		{"\xF0\x9F\x98\x80", 4}, {"\xF4\x8F\xBF\xBF", 4}, {"\xEF\xBF\xBF", 3},
		{"a\xC0\x80", 1}, {"\xC1\xBF", 0}, {"\xE0\x9F\xBF", 0}, {"\xED\x9F\xBF", 3},
		{"\xED\xA0\x80", 0}, {"\xF0\x8F\xBF\xBF", 0}, {"\xF4\x90\x80\x80", 0},
		{"\xF5\x80\x80\x80", 0}, {"\x80", 0}, {"12345678\xFF", 8}, {"1234567\xFF", 7},
		{"abc\xE2\x82", 3}, {"\xC3(", 0},
		{"12345678\xE2\x82\xAC"
		 "12345678",
			19}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str text = str_of(cases[i].text);

		assert_int_equal(str_utf8_prefix(text), cases[i].prefix);
		assert_int_equal(str_is_utf8(text), cases[i].prefix == text.len);
	}
	assert_true(str_is_utf8(STR_NONE));
	assert_int_equal(str_utf8_length(STR("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80")), 4);
}

static void test_hashes(void **state)
{
	(void)state;
	assert_true(str_hash(STR("abcdefgh1")) == str_hash(str_slice(STR("-abcdefgh1"), 1, 10)));
	assert_true(str_hash(STR("abcdefgh1")) != str_hash(STR("abcdefgh2")));
	assert_true(str_hash(STR("abcdefgh1")) != str_hash(STR("Abcdefgh1")));
	assert_true(str_hash(STR("")) != str_hash(STR("\0")));
	assert_true(str_hash(STR("abcdefgh")) != str_hash(STR("abcdefgh\0")));
	assert_true(str_hash_keyed(STR("abcdefgh1")) == str_hash_keyed(STR("abcdefgh1")));
	assert_true(str_hash_keyed(STR("abcdefgh1")) != str_hash_keyed(STR("abcdefgh2")));
	assert_true(str_hash_keyed(STR("")) != str_hash_keyed(STR("\0")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equality),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_searching),
		cmocka_unit_test(test_trim),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_utf8_prefix),
		cmocka_unit_test(test_hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
