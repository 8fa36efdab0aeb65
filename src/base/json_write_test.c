/* SPDX-License-Identifier: Apache-2.0 */
/* JSON writer: punctuation, escapes, depth, the maximum. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_write.h"

static struct buf buf;
static struct json json;

static void begin(size_t max)
{
	buf_init(&buf, max);
	json_init(&json, &buf);
}

static void end(const char *expected)
{
	assert_int_equal(json.depth, 0);
	assert_int_equal(buf.len, strlen(expected));
	assert_memory_equal(buf.ptr, expected, buf.len);
	assert_false(buf.full);
	buf_deinit(&buf);
}

static void test_document(void **state)
{
	(void)state;
	begin(1000);
	json_object(&json);
	json_member_str(&json, "s", STR("x"));
	json_member_str(&json, "absent", STR_NONE);
	json_member_str(&json, "empty", STR(""));
	json_member_cstr(&json, "c", NULL);
	json_member_int(&json, "i", INT64_MIN);
	json_member_bool(&json, "b", false);
	json_member_raw(&json, "r", STR("12.50"));
	json_member_raw(&json, "n", STR_NONE);
	json_member_null(&json, "z");
	json_key(&json, STR("a"));
	json_array(&json);
	json_int(&json, 1);
	json_cstr(&json, "two");
	json_array(&json);
	json_end(&json);
	json_object(&json);
	json_end(&json);
	json_bool(&json, true);
	json_end(&json);
	json_member_int(&json, "last", 2);
	json_end(&json);
	end("{\"s\":\"x\",\"absent\":null,\"empty\":\"\",\"c\":null,\"i\":-9223372036854775808,"
	    "\"b\":false,"
	    "\"r\":12.50,\"n\":null,\"z\":null,\"a\":[1,\"two\",[],{},true],\"last\":2}");
}

static void test_scalar_documents(void **state)
{
	(void)state;
	begin(100);
	json_null(&json);
	end("null");
	begin(100);
	json_str(&json, STR("a"));
	end("\"a\"");
}

static void test_escapes(void **state)
{
	(void)state;
	begin(1000);
	json_array(&json);
	json_str(&json, STR("\"\\/\b\f\n\r\t"));
	json_str(&json, STR("\x01\x1f\x7f"));
	json_str(&json, STR("a\0b"));
	json_str(&json, STR("</script>\xE2\x80\xA8\xC3\xA4"));
	json_end(&json);
	end("[\"\\\"\\\\/\\b\\f\\n\\r\\t\",\"\\u0001\\u001f\x7f\",\"a\\u0000b\","
	    "\"</script>\xE2\x80\xA8\xC3\xA4\"]");
}

static void test_keys_are_escaped(void **state)
{
	(void)state;
	begin(1000);
	json_object(&json);
	json_member_int(&json, "a\"b", 1);
	json_member_int(&json, "c\n", 2);
	json_end(&json);
	end("{\"a\\\"b\":1,\"c\\n\":2}");
}

/* Every byte at every place around the eight-byte words must be seen. */
static void test_quoted_keys(void **state)
{
	(void)state;
	begin(100);
	json_object(&json);
	json_key_quoted(&json, STR("\"a\":"));
	json_int(&json, 1);
	json_key_quoted(&json, STR("\"b\":"));
	json_null(&json);
	json_key_quoted_null(&json, STR("\"c\":"));
	json_key_quoted(&json, STR("\"d\":"));
	json_object(&json);
	json_key_quoted_null(&json, STR("\"e\":"));
	json_end(&json);
	json_end(&json);
	end("{\"a\":1,\"b\":null,\"c\":null,\"d\":{\"e\":null}}");
}

static void test_escape_at_every_place(void **state)
{
	(void)state;
	for (size_t len = 1; len <= 20; len++)
		for (size_t at = 0; at < len; at++)
			for (int c = 0; c < 256; c++) {
				char text[20];
				bool escaped = c < 0x20 || c == '"' || c == '\\';

				memset(text, 'x', sizeof(text));
				text[at] = (char)c;
				begin(1000);
				json_str(&json, (struct str){text, len});
				assert_int_equal(buf.len > len + 2, escaped);
				assert_int_equal(buf.ptr[at + 1], escaped ? '\\' : (char)c);
				assert_int_equal(buf.ptr[buf.len - 1], '"');
				buf_deinit(&buf);
			}
}

static void test_deepest(void **state)
{
	(void)state;
	begin(10000);
	for (int i = 0; i < JSON_WRITE_MAX_DEPTH; i++) {
		if (i % 3 == 0) {
			json_object(&json);
			json_key(&json, STR("k"));
		} else {
			json_array(&json);
			json_int(&json, i);
		}
	}
	json_int(&json, 0);
	for (int i = 0; i < JSON_WRITE_MAX_DEPTH; i++)
		json_end(&json);
	assert_int_equal(json.depth, 0);
	assert_memory_equal(buf.ptr, "{\"k\":[1,[2,{\"k\":[4,[5,", 22);
	assert_memory_equal(buf.ptr + buf.len - 6, "]]}]]}", 6);
	buf_deinit(&buf);
}

static void test_full_buffer_is_noticed(void **state)
{
	(void)state;
	begin(5);
	json_str(&json, STR("abc"));
	end("\"abc\"");
	begin(5);
	json_str(&json, STR("abcd"));
	assert_true(buf.full);
	buf_deinit(&buf);
}

/* A streamed document is taken away piece by piece. */
static void test_commas_survive_consumption(void **state)
{
	(void)state;
	begin(100);
	json_array(&json);
	json_int(&json, 1);
	buf_consume(&buf, buf.len);
	json_int(&json, 2);
	json_end(&json);
	end(",2]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_scalar_documents),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_keys_are_escaped),
		cmocka_unit_test(test_quoted_keys),
		cmocka_unit_test(test_escape_at_every_place),
		cmocka_unit_test(test_deepest),
		cmocka_unit_test(test_full_buffer_is_noticed),
		cmocka_unit_test(test_commas_survive_consumption),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
