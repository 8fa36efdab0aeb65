/* SPDX-License-Identifier: Apache-2.0 */
/* The table of errors is whole and within HTTP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"

#include <ctype.h>
#include <string.h>

static void test_every_error_is_described(void **state)
{
	(void)state;
	for (int i = ERR_OK + 1; i < ERR__COUNT; i++) {
		const struct err_info *info = err_info((enum err)i);

		assert_non_null(info->name);
		assert_in_range(info->status, 400, 599);
		assert_true(strlen(info->message) > 0);
		for (const char *c = info->code; *c; c++)
			assert_true(isupper((unsigned char)*c) || *c == '_');
	}
	assert_int_equal(err_info(ERR_OK)->status, 200);
}

static void test_codes_of_the_contract(void **state)
{
	(void)state;
	assert_int_equal(err_info(ERR_INVALID)->status, 422);
	assert_string_equal(err_info(ERR_INVALID)->code, "VALIDATION_ERROR");
	assert_int_equal(err_info(ERR_BAD_JSON)->status, 400);
	assert_string_equal(err_info(ERR_BAD_JSON)->name, "BAD_JSON");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_error_is_described),
		cmocka_unit_test(test_codes_of_the_contract),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
