/* SPDX-License-Identifier: Apache-2.0 */
/* base64url: the vectors of RFC 4648 §10 without padding, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base64url.h"

static void test_vectors(void **state)
{
	static const char *const pairs[][2] = {
		{"", ""},
		{"f", "Zg"},
		{"fo", "Zm8"},
		{"foo", "Zm9v"},
		{"foob", "Zm9vYg"},
		{"fooba", "Zm9vYmE"},
		{"foobar", "Zm9vYmFy"},
		{"\xff\xef\xbe", "_---"},
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		struct str back;

		assert_string_equal(base64url_encode(&arena, str_of(pairs[i][0])).ptr, pairs[i][1]);
		assert_true(base64url_decode(&arena, str_of(pairs[i][1]), &back));
		assert_true(str_is(back, pairs[i][0]));
	}
	arena_deinit(&arena);
}

static void test_refused(void **state)
{
	static const char *const bad[] = {"Z", "Zg==", "Zh", "Zm9v\n", "Zm9+", "Zm9/", "Z g"};
	struct arena arena;
	struct str out;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(base64url_decode(&arena, str_of(bad[i]), &out));
	arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors), cmocka_unit_test(test_refused)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
