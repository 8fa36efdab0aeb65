/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: cells as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feature/import_value.h"

static struct arena arena;

static void assert_date(const char *format, const char *text, const char *expected)
{
	struct str out = STR_NONE;
	bool good = import_date_format_ok(str_of(format)) &&
		import_read_date(&arena, str_of(format), str_of(text), &out);

	assert_int_equal(good, expected != NULL);
	if (expected)
		assert_string_equal(out.ptr, expected);
}

static void test_dates(void **state)
{
	(void)state;
	assert_date("M/D/YYYY", "3/1/2017", "2017-03-01");
	assert_date("M/D/YYYY", "12/31/2017", "2017-12-31");
	assert_date("M/D/YYYY", "13/1/2017", NULL);
	assert_date("M/D/YYYY", "2/29/2017", NULL);
	assert_date("M/D/YYYY", "3/1/2017 ", NULL);
	assert_date("DD.MM.YY", "01.02.69", "2069-02-01");
	assert_date("DD.MM.YY", "1.02.70", NULL);
	assert_date("YYYYMMDD", "20170301", "2017-03-01");
	assert_date("D/M/YYYY H:mm", "1/2/2017 9:05", "2017-02-01T09:05:00");
	assert_date("YYYY-MM-DD HH:mm:ss", "2017-02-01 24:00:00", NULL);
	assert_false(import_date_format_ok(STR("M/D")));
	assert_false(import_date_format_ok(STR("M/D/YYYY M")));
	assert_false(import_date_format_ok(STR("YYYY-MM-DD ss")));
	assert_false(import_date_format_ok(STR("dd/mm/yyyy")));
	assert_false(import_date_format_ok(STR("")));
}

static void assert_number(char mark, const char *text, const char *expected)
{
	struct str out = STR_NONE;

	assert_int_equal(import_read_number(&arena, mark, str_of(text), &out), expected != NULL);
	if (expected)
		assert_string_equal(out.ptr, expected);
}

static void test_numbers(void **state)
{
	(void)state;
	assert_number('.', "1054", "1054");
	assert_number('.', "$1,100.04", "1100.04");
	assert_number('.', "-1,234,567", "-1234567");
	assert_number('.', "+5", "5");
	assert_number('.', "1,10", NULL);
	assert_number('.', "1,1000", NULL);
	assert_number('.', "1234,567", NULL);
	assert_number('.', "1.5.2", NULL);
	assert_number('.', "12abc", NULL);
	assert_number('.', "$", NULL);
	assert_number(',', "1.100,04 \xE2\x82\xAC", "1100.04");
	assert_number(',', "1 100,5", "1100.5");
}

static void assert_times(const char *number, int64_t times, const char *expected)
{
	struct str out = STR_NONE;

	assert_int_equal(import_multiply(&arena, str_of(number), times, &out), expected != NULL);
	if (expected)
		assert_string_equal(out.ptr, expected);
}

static void test_times(void **state)
{
	(void)state;
	assert_times("1100.04", 1000000, "1100040000");
	assert_times("0.05", 100, "5");
	assert_times("-1.25", 3, "-3.75");
	assert_times("0.001", 10, "0.01");
	assert_times("9999999999999", 1000000000, NULL);
	assert_times("abc", 10, NULL);
}

static void test_phones(void **state)
{
	struct str extension;

	(void)state;
	assert_true(str_is(import_read_phone(&arena, STR("(020) 12.34/56 x12"), &extension),
		"(020) 12 34 56"));
	assert_true(str_is(extension, "12"));
	assert_true(str_is(
		import_read_phone(&arena, STR("+49 30 1234 ext. 5"), &extension), "+49 30 1234"));
	assert_true(str_is(extension, "5"));
	assert_true(str_is(import_read_phone(&arena, STR("030 1234"), &extension), "030 1234"));
	assert_null(extension.ptr);
}

static void test_names(void **state)
{
	struct str first, last;

	(void)state;
	import_split_name(STR("Mary Ann Smith"), &first, &last);
	assert_true(str_is(first, "Mary Ann") && str_is(last, "Smith"));
	import_split_name(STR("Cher"), &first, &last);
	assert_true(first.len == 0 && str_is(last, "Cher"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_phones),
		cmocka_unit_test(test_names),
	};
	int failed;

	arena_init(&arena);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_deinit(&arena);
	return failed;
}
