/* SPDX-License-Identifier: Apache-2.0 */
/* Field types: what each accepts, how it is normalised, what it refuses and with which code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_read.h"
#include "core/field_type.h"

static const struct field_option colors[] = {{"red", "Red"}, {"dark_blue", "Dark blue"}, {0}};

static const struct field text = {.name = "t", .kind = FIELD_TEXT, .min_len = 2, .max_len = 5};
static const struct field tag_like = {.name = "k", .kind = FIELD_TEXT, .pattern = "^[a-z]+$"};
static const struct field long_text = {.name = "l", .kind = FIELD_LONG_TEXT};
static const struct field email = {.name = "e", .kind = FIELD_EMAIL};
static const struct field phone = {.name = "p", .kind = FIELD_PHONE};
static const struct field url = {.name = "u", .kind = FIELD_URL};
static const struct field integer = {
	.name = "i", .kind = FIELD_INTEGER, .has_min = true, .min = 0, .has_max = true, .max = 100};
static const struct field money = {.name = "m", .kind = FIELD_MONEY};
static const struct field debt = {.name = "d", .kind = FIELD_MONEY, .flags = FIELD_SIGNED};
static const struct field percent = {.name = "c", .kind = FIELD_PERCENT};
static const struct field flag = {.name = "b", .kind = FIELD_BOOLEAN};
static const struct field date = {.name = "a", .kind = FIELD_DATE};
static const struct field moment = {.name = "w", .kind = FIELD_DATETIME};
static const struct field color = {.name = "o", .kind = FIELD_ENUM, .options = colors};
static const struct field currency = {.name = "y", .kind = FIELD_CURRENCY};
static const struct field country = {.name = "n", .kind = FIELD_COUNTRY};
static const struct field zone = {.name = "z", .kind = FIELD_TIME_ZONE};
static const struct field id = {.name = "r", .kind = FIELD_UUID};
static const struct field ids = {.name = "s", .kind = FIELD_MULTI_REFERENCE};
static const struct field document = {.name = "j", .kind = FIELD_JSON};

/* `out` NULL: becomes NULL; `code` set: refused with it. */
struct example {
	const struct field *field;
	const char *json, *out, *code;
};

#define UUID "0192aaaa-bbbb-7ccc-8ddd-0123456789ab"

/* clang-format off */
static const struct example examples[] = {
	{&text, "\"  ab  \"", "ab", NULL},
	{&text, "\"\"", NULL, NULL},
	{&text, "\"   \"", NULL, NULL},
	{&text, "null", NULL, NULL},
	{&text, "\"a\"", NULL, "TOO_SHORT"},
	{&text, "\"abcdef\"", NULL, "TOO_LONG"},
	{&text, "\"\u00e9\u00e9\u00e9\u00e9\u00e9\"", "\u00e9\u00e9\u00e9\u00e9\u00e9", NULL},
	{&text, "\"a\\nb\"", NULL, "INVALID"},
	{&text, "\"a\\u0085b\"", NULL, "INVALID"},
	{&text, "5", NULL, "WRONG_TYPE"},
	{&text, "[]", NULL, "WRONG_TYPE"},
	{&tag_like, "\"abc\"", "abc", NULL},
	{&tag_like, "\"aBc\"", NULL, "INVALID"},
	{&long_text, "\"a\\r\\nb\\tc\\rd\"", "a\nb\tc\nd", NULL},
	{&long_text, "\"a\\u0007\"", NULL, "INVALID"},
	{&email, "\" Ada@Example.COM \"", "ada@example.com", NULL},
	{&email, "\"a.b+c@x-y.co.uk\"", "a.b+c@x-y.co.uk", NULL},
	{&email, "\"ada@localhost\"", NULL, "INVALID_EMAIL"},
	{&email, "\"a..b@x.org\"", NULL, "INVALID_EMAIL"},
	{&email, "\"a b@x.org\"", NULL, "INVALID_EMAIL"},
	{&email, "\"a@b@x.org\"", NULL, "INVALID_EMAIL"},
	{&email, "\"a@-x.org\"", NULL, "INVALID_EMAIL"},
	{&phone, "\"+49 (0)30-123 45\"", "+49 (0)30-123 45", NULL},
	{&phone, "\"030/12345\"", NULL, "INVALID_PHONE"},
	{&phone, "\"12\"", NULL, "INVALID_PHONE"},
	{&phone, "\"1+2345\"", NULL, "INVALID_PHONE"},
	{&url, "\"HTTPS://example.com/a?b=c#d\"", "HTTPS://example.com/a?b=c#d", NULL},
	{&url, "\"javascript:alert(1)\"", NULL, "INVALID_URL"},
	{&url, "\"http://\"", NULL, "INVALID_URL"},
	{&url, "\"https://a b\"", NULL, "INVALID_URL"},
	{&integer, "42", "42", NULL},
	{&integer, "-0", "0", NULL},
	{&integer, "101", NULL, "OUT_OF_RANGE"},
	{&integer, "-1", NULL, "OUT_OF_RANGE"},
	{&integer, "4.0", NULL, "INVALID_INTEGER"},
	{&integer, "99999999999999999999", NULL, "INVALID_INTEGER"},
	{&integer, "\"42\"", NULL, "WRONG_TYPE"},
	{&money, "1234.50", "1234.5", NULL},
	{&money, "\"0012.00\"", "12", NULL},
	{&money, "999999999999.99", "999999999999.99", NULL},
	{&money, "1000000000000", NULL, "OUT_OF_RANGE"},
	{&money, "0.001", NULL, "TOO_PRECISE"},
	{&money, "-0.01", NULL, "OUT_OF_RANGE"},
	{&money, "-0", "0", NULL},
	{&money, "1e3", NULL, "INVALID_NUMBER"},
	{&money, "\"12,50\"", NULL, "INVALID_NUMBER"},
	{&money, "\".5\"", NULL, "INVALID_NUMBER"},
	{&debt, "-12.5", "-12.5", NULL},
	{&percent, "100", "100", NULL},
	{&percent, "100.001", NULL, "OUT_OF_RANGE"},
	{&percent, "12.345", "12.345", NULL},
	{&flag, "true", "true", NULL},
	{&flag, "\"true\"", NULL, "WRONG_TYPE"},
	{&date, "\"2024-02-29\"", "2024-02-29", NULL},
	{&date, "\"2023-02-29\"", NULL, "INVALID_DATE"},
	{&date, "\"0000-01-01\"", NULL, "INVALID_DATE"},
	{&date, "\"2024-2-9\"", NULL, "INVALID_DATE"},
	{&moment, "\"2026-11-20T11:21:00Z\"", "2026-11-20T11:21:00Z", NULL},
	{&moment, "\"2026-11-20T11:21:00\"", NULL, "INVALID_DATETIME"},
	{&moment, "\"2026-11-20T25:00:00Z\"", NULL, "INVALID_DATETIME"},
	{&color, "\"dark_blue\"", "dark_blue", NULL},
	{&color, "\"Dark blue\"", NULL, "INVALID_OPTION"},
	{&currency, "\"eur\"", "EUR", NULL},
	{&currency, "\"EUX\"", NULL, "INVALID_CURRENCY"},
	{&currency, "\"EU \"", NULL, "INVALID_CURRENCY"},
	{&country, "\"de\"", "DE", NULL},
	{&country, "\"ZZ\"", NULL, "INVALID_COUNTRY"},
	{&zone, "\"America/Argentina/Buenos_Aires\"", "America/Argentina/Buenos_Aires", NULL},
	{&zone, "\"../etc\"", NULL, "INVALID_TIME_ZONE"},
	{&id, "\"0192AAAA-bbbb-7ccc-8ddd-0123456789ab\"", UUID, NULL},
	{&id, "\"0192\"", NULL, "INVALID_ID"},
	{&ids, "[\"" UUID "\", \"" UUID "\"]", "{\"" UUID "\",\"" UUID "\"}", NULL},
	{&ids, "[]", "{}", NULL},
	{&ids, "[1]", NULL, "WRONG_TYPE"},
	{&ids, "\"" UUID "\"", NULL, "WRONG_TYPE"},
	{&document, "{\"a\":[1,\"b\"]}", "{\"a\":[1,\"b\"]}", NULL},
};
/* clang-format on */

static void check(struct arena *arena, const struct example *example)
{
	struct resource_field field = {
		.field = example->field, .name = str_of(example->field->name)};
	struct field_input input = {.arena = arena, .field = &field};
	struct problem problem;
	struct json_value *value;
	struct str out;
	bool good;

	problem_init(&problem, arena);
	assert_int_equal(json_read(arena, str_of(example->json), &problem, &value), ERR_OK);
	good = field_read_json(&input, value, &out);
	if (good != !example->code)
		fail_msg("%s of a %s: %s", example->json, field_type_of(example->field)->name,
			good ? "accepted" : input.code);
	if (!good)
		assert_string_equal(input.code, example->code);
	else if (example->out)
		assert_string_equal(arena_cstr(arena, out), example->out);
	else
		assert_null(out.ptr);
}

static void test_json(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < ARRAY_LEN(examples); i++)
		check(&arena, &examples[i]);
	arena_deinit(&arena);
}

static void test_text(void **state)
{
	struct resource_field list = {.field = &ids};
	struct resource_field yes = {.field = &flag};
	struct arena arena;
	struct field_input input = {.arena = &arena, .field = &list};
	struct str out;

	(void)state;
	arena_init(&arena);
	assert_true(field_read_text(&input, STR(UUID "; " UUID), &out));
	assert_string_equal(out.ptr, "{\"" UUID "\",\"" UUID "\"}");
	input.field = &yes;
	assert_true(field_read_text(&input, STR("Yes"), &out));
	assert_true(str_is(out, "true"));
	assert_false(field_read_text(&input, STR("perhaps"), &out));
	arena_deinit(&arena);
}

static void written(struct buf *buf, const struct field *field, const char *value)
{
	struct resource_field of = {.field = field};
	struct json json;

	buf_reset(buf, 1024);
	json_init(&json, buf);
	field_write_json(&json, &of, str_of(value));
	buf_append_char(buf, '\0');
}

static void test_write(void **state)
{
	static const struct field words = {.kind = FIELD_MULTI_PICKLIST};
	static const struct field diff = {.kind = FIELD_DIFF};
	struct buf buf;

	(void)state;
	buf_init(&buf, 4096);
	written(&buf, &money, "10005534.00");
	assert_string_equal(buf.ptr, "10005534.00");
	written(&buf, &flag, "f");
	assert_string_equal(buf.ptr, "false");
	written(&buf, &moment, "2026-11-20 11:21:00.5+00");
	assert_string_equal(buf.ptr, "\"2026-11-20T11:21:00.500Z\"");
	written(&buf, &words, "{plain,\"two words\",\"a\\\"b\\\\c\"}");
	assert_string_equal(buf.ptr, "[\"plain\",\"two words\",\"a\\\"b\\\\c\"]");
	written(&buf, &words, "{}");
	assert_string_equal(buf.ptr, "[]");
	written(&buf, &text, NULL);
	assert_string_equal(buf.ptr, "null");
	written(&buf, &diff, "{\"job_title\": [null, {\"inner_key\": 1}]}");
	assert_string_equal(buf.ptr, "{\"jobTitle\":[null,{\"inner_key\":1}]}");
	buf_deinit(&buf);
}

/* A list of system and id, in JSON and as text, in one normal form. */
static void test_external_ids(void **state)
{
	static const struct field external = {.name = "e", .kind = FIELD_EXTERNAL_IDS};
	const struct resource_field of = {.field = &external};
	struct arena arena;
	struct field_input input = {.arena = &arena, .field = &of};
	struct str out;

	(void)state;
	arena_init(&arena);
	assert_true(field_read_text(&input, STR(" zoho : 7:a ; sheet:1"), &out));
	assert_true(str_is(
		out, "[{\"system\":\"zoho\",\"id\":\"7:a\"},{\"system\":\"sheet\",\"id\":\"1\"}]"));
	assert_true(field_read_text(&input, STR(";"), &out));
	assert_null(out.ptr);
	assert_false(field_read_text(&input, STR("zoho"), &out));
	assert_string_equal(input.code, "INVALID");
	assert_false(field_read_text(&input, STR(":7"), &out));
	assert_string_equal(input.code, "REQUIRED");
	assert_false(field_read_text(&input, STR("a:1;a:1"), &out));
	assert_string_equal(input.code, "DUPLICATE");
	assert_false(
		field_read_text(&input, STR("a:0;a:1;a:2;a:3;a:4;a:5;a:6;a:7;a:8;a:9;a:10"), &out));
	assert_string_equal(input.code, "TOO_MANY");
	arena_deinit(&arena);
}

static void test_every_kind_has_a_type(void **state)
{
	(void)state;
	for (int kind = 1; kind < FIELD_KIND__COUNT; kind++) {
		struct field field = {.kind = (enum field_kind)kind};
		const struct field_type *type = field_type_of(&field);
		enum field_kind back;

		assert_non_null(type->name);
		assert_non_null(type->sql);
		assert_non_null(type->write);
		assert_non_null(type->schema);
		assert_ptr_equal(field_type_find(str_of(type->name), &back), type);
		assert_int_equal(back, kind);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_external_ids),
		cmocka_unit_test(test_every_kind_has_a_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
