/* SPDX-License-Identifier: Apache-2.0 */
/* Arenas: alignment, growth, reset, clean-ups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"

static void test_memory_is_zeroed_and_aligned(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t size = 1; size < 5000; size += 97) {
		unsigned char *p;

		memset(arena_bytes(&arena, 3), 0xFF, 3);
		p = arena_alloc(&arena, size);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xFF, size);
	}
	arena_deinit(&arena);
}

static void test_pieces_do_not_overlap(void **state)
{
	struct arena arena;
	char *pieces[300];

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		pieces[i] = arena_bytes(&arena, i * 7 + 1);
		memset(pieces[i], (int)(i & 0x7F), i * 7 + 1);
	}
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++)
		for (size_t j = 0; j < i * 7 + 1; j++)
			assert_int_equal(pieces[i][j], i & 0x7F);
	arena_deinit(&arena);
}

static void test_large_allocation_stands_alone(void **state)
{
	struct arena arena;
	char *large;

	(void)state;
	arena_init(&arena);
	arena_bytes(&arena, 10);
	large = arena_alloc(&arena, 1000000);
	large[999999] = 1;
	assert_int_equal(arena.used, 1000010);
	arena_deinit(&arena);
	assert_null(arena.chunk);
}

static void test_reset_keeps_the_first_chunk_only(void **state)
{
	struct arena arena;
	char *first;

	(void)state;
	arena_init(&arena);
	arena_reset(&arena);
	first = arena_bytes(&arena, 1);
	arena_bytes(&arena, 100000);
	arena_reset(&arena);
	assert_int_equal(arena.used, 0);
	assert_ptr_equal(arena_bytes(&arena, 1), first);
	arena_deinit(&arena);
}

static void test_reset_drops_a_large_first_chunk(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	arena_bytes(&arena, 100000);
	arena_reset(&arena);
	assert_null(arena.chunk);
	arena_deinit(&arena);
}

static void test_strings(void **state)
{
	struct arena arena;
	struct str copy;

	(void)state;
	arena_init(&arena);
	copy = arena_str(&arena, str_slice(STR("hello"), 0, 4));
	assert_int_equal(copy.len, 4);
	assert_string_equal(copy.ptr, "hell");
	assert_string_equal(arena_str(&arena, STR("")).ptr, "");
	assert_null(arena_str(&arena, STR_NONE).ptr);
	assert_null(arena_cstr(&arena, STR_NONE));
	assert_string_equal(arena_cstr(&arena, STR("x")), "x");
	copy = arena_printf(&arena, "%d-%s", 42, "a");
	assert_int_equal(copy.len, 4);
	assert_string_equal(copy.ptr, "42-a");
	assert_string_equal(
		arena_int(&arena, -9223372036854775807LL - 1).ptr, "-9223372036854775808");
	assert_string_equal(arena_int(&arena, 0).ptr, "0");
	arena_deinit(&arena);
}

/* A text that ends with the chunk, one byte before and after its end: the second is formatted anew. */
static void test_printf_at_the_end_of_a_chunk(void **state)
{
	(void)state;
	for (size_t left = 0; left < 12; left++) {
		struct arena arena;
		struct str text;

		arena_init(&arena);
		arena_bytes(&arena, 4096 - left);
		text = arena_printf(&arena, "%s", "12345678");
		assert_string_equal(text.ptr, "12345678");
		assert_int_equal(text.len, 8);
		arena_deinit(&arena);
	}
}

static int order[3], cleaned;

static void on_cleanup(void *object)
{
	order[cleaned++] = *(int *)object;
}

static void test_cleanups_run_once_last_first(void **state)
{
	static int one = 1, two = 2;
	struct arena arena;

	(void)state;
	cleaned = 0;
	arena_init(&arena);
	arena_defer(&arena, on_cleanup, &one);
	arena_defer(&arena, on_cleanup, &two);
	arena_reset(&arena);
	assert_int_equal(cleaned, 2);
	assert_int_equal(order[0], 2);
	assert_int_equal(order[1], 1);
	arena_defer(&arena, on_cleanup, &one);
	arena_deinit(&arena);
	assert_int_equal(cleaned, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_zeroed_and_aligned),
		cmocka_unit_test(test_pieces_do_not_overlap),
		cmocka_unit_test(test_large_allocation_stands_alone),
		cmocka_unit_test(test_reset_keeps_the_first_chunk_only),
		cmocka_unit_test(test_reset_drops_a_large_first_chunk),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_printf_at_the_end_of_a_chunk),
		cmocka_unit_test(test_cleanups_run_once_last_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
