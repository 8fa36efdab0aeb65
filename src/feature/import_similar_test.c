/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: which names are near, and which are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feature/import_similar.h"

static int between(const char *a, const char *b)
{
	struct arena arena;
	struct import_form x, y;
	int distance;

	arena_init(&arena);
	x = import_form_of(&arena, str_of(a));
	y = import_form_of(&arena, str_of(b));
	distance = import_form_distance(&x, &y);
	assert_int_equal(distance, import_form_distance(&y, &x));
	arena_deinit(&arena);
	return distance;
}

static void test_same_form(void **state)
{
	(void)state;
	assert_int_equal(between("GTXPro", "GTX Pro"), 0);
	assert_int_equal(between("Acme, Inc.", "ACME Inc"), 0);
	assert_int_equal(between("Café Müller", "cafe muller"), 0);
	assert_int_equal(between("Łódź", "Lodz"), 0);
}

static void test_mistakes(void **state)
{
	(void)state;
	assert_int_equal(between("technolgy", "Technology"), 1);
	assert_int_equal(between("Philipines", "Philippines"), 1);
	assert_int_equal(between("Recieve", "Receive"), 1);
	assert_int_equal(between("enterteinmant", "Entertainment"), 2);
}

static void test_others(void **state)
{
	(void)state;
	assert_int_equal(between("Account 1", "Account 2"), -1);
	assert_int_equal(between("MG Special", "MG Advanced"), -1);
	assert_int_equal(between("GTX Plus Basic", "GTX Plus Pro"), -1);
	assert_int_equal(between("Won", "Wan"), -1);
	assert_int_equal(between("", ""), -1);
	assert_int_equal(between("---", "Москва"), -1);
	assert_int_equal(between("Москва", "Москва"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_form),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
