/* SPDX-License-Identifier: Apache-2.0 */
/* JSON reader: values, every refusal with its place, keys that collide, round trips. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_read.h"
#include "base/json_write.h"

static struct arena arena;
static struct problem problem;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	problem_init(&problem, &arena);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_deinit(&arena);
	return 0;
}

static struct json_value *read_ok(struct str text)
{
	struct json_value *value = NULL;

	if (json_read(&arena, text, &problem, &value) != ERR_OK)
		fail_msg("%.*s: %.*s", STR_ARG(text), STR_ARG(problem.message));
	return value;
}

static void assert_written(const struct json_value *value, const char *expected)
{
	struct buf buf;
	struct json json;

	buf_init(&buf, 1000000);
	json_init(&json, &buf);
	json_write_value(&json, value);
	assert_int_equal(buf.len, strlen(expected));
	assert_memory_equal(buf.ptr, expected, buf.len);
	buf_deinit(&buf);
}

static void test_values(void **state)
{
	const struct json_value *root = read_ok(
		STR(" {\"name\" : \"A\\u00e4\\ud83d\\ude00\\n\", \"n\": -1.50e+3, \"t\":true, "
		    "\"f\":false,\n"
		    "\"z\":null, \"list\":[1,[],{}], \"\":{\"in\":1}} "));
	const struct json_value *list = json_get(root, "list");

	(void)state;
	assert_int_equal(root->type, JSON_OBJECT);
	assert_int_equal(root->count, 7);
	assert_true(str_is(json_get_str(root, "name"), "A\xC3\xA4\xF0\x9F\x98\x80\n"));
	assert_true(str_is(json_get(root, "n")->text, "-1.50e+3"));
	assert_int_equal(json_get(root, "n")->type, JSON_NUMBER);
	assert_true(json_get(root, "t")->boolean);
	assert_false(json_get(root, "f")->boolean);
	assert_int_equal(json_get(root, "z")->type, JSON_NULL);
	assert_int_equal(list->count, 3);
	assert_null(list->first->key.ptr);
	assert_int_equal(list->first->next->type, JSON_ARRAY);
	assert_true(str_is(json_get(json_get(root, ""), "in")->text, "1"));
	assert_null(json_get(root, "absent"));
	assert_null(json_get(list, "a"));
	assert_null(json_get(NULL, "a"));
	assert_null(json_get_str(root, "n").ptr);
}

static void test_strings_are_terminated_copies(void **state)
{
	char text[] = "[\"abc\",12]";
	const struct json_value *list = read_ok(str_of(text));

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_string_equal(list->first->text.ptr, "abc");
	assert_string_equal(list->first->next->text.ptr, "12");
}

static void test_scalar_documents(void **state)
{
	(void)state;
	assert_true(str_is(read_ok(STR("12"))->text, "12"));
	assert_true(str_is(read_ok(STR("-0"))->text, "-0"));
	assert_true(str_is(read_ok(STR("\"x\""))->text, "x"));
	assert_true(str_is(read_ok(STR("\"\""))->text, ""));
	assert_int_equal(read_ok(STR(" null\n"))->type, JSON_NULL);
}

static void test_round_trips(void **state)
{
	static const char *const texts[] = {
		"{\"b\":[true,false,null,\"x\\\"\\n\"],\"c\":{\"d\":{},\"e\":[]},\"f\":1.10}",
		"[[[[1],2],3],4]", "\"x\"", "[]", "{}", "-12.5e-7"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		assert_written(read_ok(str_of(texts[i])), texts[i]);
	/* A member is written without its key and without its brothers. */
	assert_written(json_get(read_ok(str_of(texts[0])), "b"), "[true,false,null,\"x\\\"\\n\"]");
}

static const struct {
	struct str text;
	const char *place;
} refused[] = {
	{STR(""), "line 1, column 1: the document is empty"},
	{STR(" \n\t"), "line 1, column 1: the document is empty"},
	{STR("[1,]"), "line 1, column 4: "},
	{STR("[1 2]"), "line 1, column 4: "},
	{STR("{\"a\":1,}"), "line 1, column 8: "},
	{STR("{\"a\" 1}"), "line 1, column 6: "},
	{STR("{a:1}"), "line 1, column 2: "},
	{STR("{'a':1}"), "line 1, column 2: "},
	{STR("{\"a\":1"), "line 1, column 7: premature EOF"},
	{STR("[\n  \"\xC3\xA4\xC3\xA4\" x]"), "line 2, column 8: "},
	{STR("[\n\n1 2]"), "line 3, column 3: "},
	{STR("\"abc"), "line 1, column 5: premature EOF"},
	{STR("\"a\tb\""), "line 1, column 3: "},
	{STR("\"a\nb\""), "line 1, column 3: "},
	{STR("\"a\0b\""), "line 1, column 3: "},
	{STR("\"a\\x\""), "line 1, column 4: "},
	{STR("\"\\u12g4\""), "line 1, column 6: "},
	{STR("\"\\u12"), "line 1, column 6: "},
	{STR("\"\\"), "line 1, column 3: "},
	{STR("nul"), "line 1, column 4: "},
	{STR("[nul]"), "line 1, column 5: "},
	{STR("NaN"), "line 1, column 1: "},
	{STR("Infinity"), "line 1, column 1: "},
	{STR("[01]"), "line 1, column 3: "},
	{STR("[-]"), "line 1, column 3: "},
	{STR("1."), "line 1, column 3: "},
	{STR("[.5]"), "line 1, column 2: "},
	{STR("[1e]"), "line 1, column 4: "},
	{STR("[0x10]"), "line 1, column 3: "},
	{STR("+1"), "line 1, column 1: "},
	{STR("{} {"), "line 1, column 4: trailing garbage"},
	{STR("[1e1000]"), "line 1, column 7: a number beyond any use"},
	{STR("{}x"), "line 1, column 3: trailing garbage"},
	{STR("{}\0"), "line 1, column 3: trailing garbage"},
	{STR("1 2"), "line 1, column 4: trailing garbage"},
	{STR("{}//c"), "line 1, column 2: trailing garbage"},
	{STR("[/*c*/1]"), "line 1, column 2: "},
	{STR("\xEF\xBB\xBF{}"), "line 1, column 1: "},
	{STR("]"), "line 1, column 1: "},
	{STR("[1}"), "line 1, column 3: "},
	/* What yajl would let through. */
	{STR("[\"a\\u0000\"]"), "line 1, column 4: \\u0000 is not allowed in a string"},
	{STR("{\"\\u0000\":1}"), "line 1, column 3: \\u0000"},
	{STR("\"\\ud800\""), "line 1, column 2: a surrogate without its other half"},
	{STR("\"x\\uDBFFyy\""), "line 1, column 3: a surrogate"},
	{STR("\"\\udc00\""), "line 1, column 2: a surrogate"},
	{STR("\"\\ud800\\u0041\""), "line 1, column 2: a surrogate"},
	{STR("\"\\ud800\\n\""), "line 1, column 2: a surrogate"},
	{STR("\"\\ud83d\\ude00\\ude00\""), "line 1, column 14: a surrogate"},
	{STR("\"\\ud800\\ud800\\udc00\""), "line 1, column 2: a surrogate"},
	{STR("\"a\xC0\x80\""), "line 1, column 3: invalid UTF-8"},
	{STR("\"\xED\xA0\x80\""), "line 1, column 2: invalid UTF-8"},
	{STR("\"\xF5\x80\x80\x80\""), "line 1, column 2: invalid UTF-8"},
	{STR("\"\xC3"), "line 1, column 2: invalid UTF-8"},
	/* Duplicate keys, also when they are spelled differently. */
	{STR("{\"a\":1,\"b\":2,\"a\":3}"), "line 1, column 16: duplicate key \"a\""},
	{STR("{\"a\":1,\"\\u0061\":3}"), "line 1, column 15: duplicate key \"a\""},
	{STR("{\"\":1,\"\":3}"), "line 1, column 8: duplicate key \"\""},
	{STR("[{\"x\":{\"k\":1,\n\"k\":2}}]"), "line 2, column 3: duplicate key \"k\""},
};

static void test_refusals_name_the_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct json_value *value;

		problem.message = STR_NONE;
		assert_int_equal(
			json_read(&arena, refused[i].text, &problem, &value), ERR_BAD_JSON);
		if (!str_starts_with(problem.message, str_of(refused[i].place)))
			fail_msg("%.*s: got \"%.*s\", not \"%s\"", STR_ARG(refused[i].text),
				STR_ARG(problem.message), refused[i].place);
	}
}

static void test_what_looks_like_a_refusal(void **state)
{
	(void)state;
	assert_true(str_is(read_ok(STR("\"\\\\u0000\""))->text, "\\u0000"));
	assert_true(str_is(read_ok(STR("\"\\\\\\\\ud800\""))->text, "\\\\ud800"));
	assert_true(str_is(read_ok(STR("\"\\\\\\u0041\""))->text, "\\A"));
	assert_int_equal(read_ok(STR("[{\"a\":1},{\"a\":1}]"))->count, 2);
	assert_int_equal(read_ok(STR("{\"a\":{\"a\":{\"a\":1}}}"))->count, 1);
}

static struct str nested(size_t depth)
{
	char *text = arena_bytes(&arena, depth * 2);

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	return (struct str){text, depth * 2};
}

static void test_depth(void **state)
{
	struct json_value *value;

	(void)state;
	assert_written(read_ok(nested(64)), arena_cstr(&arena, nested(64)));
	assert_int_equal(json_read(&arena, nested(65), &problem, &value), ERR_BAD_JSON);
	assert_string_equal(problem.message.ptr, "line 1, column 65: nested more than 64 deep");
	assert_int_equal(json_read(&arena, nested(100000), &problem, &value), ERR_BAD_JSON);
}

/* An object of `n` members; the last one has the key of member `twin`. */
static struct str object_of(size_t n, size_t twin)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, 100000000);
	for (size_t i = 0; i < n; i++)
		buf_printf(&buf, "%c\"key%zu\":%zu", i ? ',' : '{', i == n - 1 ? twin : i, i);
	buf_append_char(&buf, '}');
	text = arena_str(&arena, buf_str(&buf));
	buf_deinit(&buf);
	return text;
}

static void test_duplicates_at_every_distance(void **state)
{
	struct json_value *value;

	(void)state;
	for (size_t n = 2; n < 80; n++) {
		assert_int_equal(read_ok(object_of(n, n - 1))->count, n);
		for (size_t twin = 0; twin < n - 1; twin++)
			assert_int_equal(json_read(&arena, object_of(n, twin), &problem, &value),
				ERR_BAD_JSON);
	}
}

/* With every key compared with every other this would take minutes. */
static void test_many_keys(void **state)
{
	struct json_value *value;

	(void)state;
	value = read_ok(object_of(200000, 199999));
	assert_int_equal(value->count, 200000);
	assert_int_equal(json_read(&arena, object_of(200000, 7), &problem, &value), ERR_BAD_JSON);
	assert_true(str_ends_with(problem.message, STR("duplicate key \"key7\"")));
}

static void test_long_strings_with_escapes(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000000);
	buf_append_char(&buf, '"');
	for (int i = 0; i < 50000; i++)
		buf_append_cstr(&buf, "\\u00e4");
	buf_append_char(&buf, '"');
	assert_int_equal(read_ok(buf_str(&buf))->text.len, 100000);
	buf_deinit(&buf);
}

static void test_long_key_is_cut_in_the_message(void **state)
{
	char key[300];
	struct str text;
	struct json_value *value;

	(void)state;
	for (int i = 0; i < 300; i += 3)
		memcpy(key + i, "\xE2\x82\xAC", 3);
	text = arena_printf(&arena, "{\"%.*s\":1,\"%.*s\":2}", 300, key, 300, key);
	assert_int_equal(json_read(&arena, text, &problem, &value), ERR_BAD_JSON);
	assert_true(problem.message.len < 120);
	assert_true(str_is_utf8(problem.message));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_values),
		TEST(test_strings_are_terminated_copies),
		TEST(test_scalar_documents),
		TEST(test_round_trips),
		TEST(test_refusals_name_the_place),
		TEST(test_what_looks_like_a_refusal),
		TEST(test_depth),
		TEST(test_duplicates_at_every_distance),
		TEST(test_many_keys),
		TEST(test_long_strings_with_escapes),
		TEST(test_long_key_is_cut_in_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
