/* SPDX-License-Identifier: Apache-2.0 */
/* Problems: details in order, copies, cuts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/problem.h"

static struct arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_deinit(&arena);
	return 0;
}

static void test_details_keep_their_order_and_are_copies(void **state)
{
	struct problem problem;
	char field[] = "email";

	(void)state;
	problem_init(&problem, &arena);
	assert_false(problem_has_details(&problem));
	problem_add(&problem, str_of(field), "TOO_LONG", "At most %d characters.", 5);
	problem_add(&problem, STR_NONE, "REQUIRED", "Something is missing.");
	field[0] = 'X';
	assert_true(problem_has_details(&problem));
	assert_true(str_is(problem.first->field, "email"));
	assert_true(str_is(problem.first->code, "TOO_LONG"));
	assert_true(str_is(problem.first->message, "At most 5 characters."));
	assert_non_null(problem.first->next->field.ptr);
	assert_int_equal(problem.first->next->field.len, 0);
	assert_null(problem.first->next->next);
}

static void test_message_and_log_are_apart(void **state)
{
	struct problem problem;

	(void)state;
	problem_init(&problem, &arena);
	assert_null(problem.message.ptr);
	assert_int_equal(problem_set(&problem, ERR_CONFLICT, "Taken by %s.", "you"), ERR_CONFLICT);
	assert_int_equal(problem_log(&problem, ERR_INTERNAL, "errno %d", 5), ERR_INTERNAL);
	assert_true(str_is(problem.message, "Taken by you."));
	assert_true(str_is(problem.log, "errno 5"));
}

static void test_long_message_is_cut_between_characters(void **state)
{
	struct problem problem;
	char text[1001];

	(void)state;
	for (int i = 0; i < 1000; i += 2)
		memcpy(text + i, "\xC3\xA4", 2);
	text[1000] = '\0';
	problem_init(&problem, &arena);
	assert_int_equal(problem_set(&problem, ERR_INVALID, "%s", text), ERR_INVALID);
	assert_int_equal(problem.message.len, 510);
	assert_true(str_is_utf8(problem.message));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_details_keep_their_order_and_are_copies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_message_and_log_are_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_long_message_is_cut_between_characters, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
