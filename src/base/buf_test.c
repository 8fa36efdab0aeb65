/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers: appending, the maximum, numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"

#include <limits.h>

static void assert_holds(const struct buf *buf, const char *expected)
{
	assert_int_equal(buf->len, strlen(expected));
	if (buf->len)
		assert_memory_equal(buf->ptr, expected, buf->len);
}

static void test_appends_every_kind(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	buf_append(&buf, STR_NONE);
	buf_append(&buf, STR("ab"));
	buf_append_char(&buf, 'c');
	buf_append_cstr(&buf, "de");
	buf_append_cstr(&buf, NULL);
	buf_append_int(&buf, -12);
	buf_printf(&buf, "%s", "");
	buf_printf(&buf, "<%d>", 7);
	assert_holds(&buf, "abcde-12<7>");
	assert_false(buf.full);
	buf_deinit(&buf);
}

static void test_integers_at_the_ends(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	buf_append_int(&buf, 0);
	buf_append_char(&buf, ' ');
	buf_append_int(&buf, LLONG_MIN);
	buf_append_char(&buf, ' ');
	buf_append_int(&buf, LLONG_MAX);
	assert_holds(&buf, "0 -9223372036854775808 9223372036854775807");
	buf_deinit(&buf);
}

static void test_grows_and_keeps(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100000);
	for (int i = 0; i < 100000; i++)
		buf_append_char(&buf, (char)('a' + i % 26));
	assert_false(buf.full);
	for (int i = 0; i < 100000; i++)
		assert_int_equal(buf.ptr[i], 'a' + i % 26);
	buf_deinit(&buf);
}

static void test_exact_fit_is_taken_and_more_is_not(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 6);
	buf_append(&buf, STR("abc"));
	buf_printf(&buf, "%s", "def");
	assert_false(buf.full);
	buf_append_char(&buf, 'g');
	assert_true(buf.full);
	assert_holds(&buf, "abcdef");
	buf_deinit(&buf);
}

static void test_full_stays_until_reset(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 4);
	buf_append(&buf, STR("abcde"));
	assert_true(buf.full);
	buf_append(&buf, STR("a"));
	assert_int_equal(buf.len, 0);
	assert_null(buf_reserve(&buf, 1));
	buf_reset(&buf, 0);
	buf_append(&buf, STR("a"));
	assert_holds(&buf, "a");
	buf_deinit(&buf);
}

static void test_reset_keeps_little_and_frees_much(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100000);
	buf_append(&buf, STR("abc"));
	buf_reset(&buf, 4096);
	assert_non_null(buf.ptr);
	assert_non_null(buf_reserve(&buf, 50000));
	buf_reset(&buf, 4096);
	assert_null(buf.ptr);
	assert_int_equal(buf.max, 100000);
	buf_deinit(&buf);
}

static void test_reserve_claim_consume(void **state)
{
	struct buf buf;
	char *room;

	(void)state;
	buf_init(&buf, 100);
	buf_consume(&buf, 0);
	room = buf_reserve(&buf, 10);
	memcpy(room, "0123456789", 10);
	buf_claim(&buf, 5);
	assert_holds(&buf, "01234");
	buf_consume(&buf, 2);
	assert_holds(&buf, "234");
	buf_consume(&buf, 3);
	assert_holds(&buf, "");
	buf_deinit(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_appends_every_kind),
		cmocka_unit_test(test_integers_at_the_ends),
		cmocka_unit_test(test_grows_and_keeps),
		cmocka_unit_test(test_exact_fit_is_taken_and_more_is_not),
		cmocka_unit_test(test_full_stays_until_reset),
		cmocka_unit_test(test_reset_keeps_little_and_frees_much),
		cmocka_unit_test(test_reserve_claim_consume),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
