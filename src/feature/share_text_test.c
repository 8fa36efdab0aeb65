/* SPDX-License-Identifier: Apache-2.0 */
/* Text of the customer's page: what people wrote stays text, numbers are written as the seller's language does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "feature/share_html_internal.h"

#define S(text)                          \
	{                                \
		(text), sizeof(text) - 1 \
	}

static void page_begin(struct page *page, struct arena *arena, const char *document)
{
	struct problem problem;
	struct json_value *doc;

	arena_init(arena);
	problem_init(&problem, arena);
	assert_int_equal(json_read(arena, str_of(document), &problem, &doc), ERR_OK);
	*page = (struct page){.doc = doc};
	buf_init(&page->out, 4096);
	set_numbers(page);
}

static void page_end(struct page *page, struct arena *arena, const char *expected)
{
	buf_append_char(&page->out, '\0');
	assert_string_equal(page->out.ptr, expected);
	buf_deinit(&page->out);
	arena_deinit(arena);
}

static void test_escaped(void **state)
{
	struct arena arena;
	struct page page;

	(void)state;
	page_begin(&page, &arena, "{}");
	put_text(&page, STR("<a href=\"x\" title='y'>Ä & \xe2\x82\xac</a>\n"));
	page_end(&page, &arena,
		"&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;Ä &amp; \xe2\x82\xac&lt;/a&gt;\n");
}

static const struct {
	const char *document;
	struct str amount;
	const char *expected;
} amounts[] = {
	{"{\"digits\":2,\"seller\":{\"locale\":\"en\"}}", S("1234567.80"), "1,234,567.80"},
	{"{\"digits\":2,\"seller\":{\"locale\":\"en-GB\"}}", S("123.00"), "123.00"},
	{"{\"digits\":2,\"seller\":{\"locale\":\"en\"}}", S("0.07"), "0.07"},
	{"{\"digits\":2,\"seller\":{\"locale\":\"de\"}}", S("1234.50"), "1.234,50"},
	{"{\"digits\":2,\"seller\":{\"locale\":\"de-CH\"}}", S("1234.50"), "1\u2019234.50"},
	{"{\"digits\":2,\"seller\":{\"locale\":\"cs\"}}", S("-1234.50"), "\u22121\u00a0234,50"},
	{"{\"digits\":0,\"seller\":{\"locale\":\"ja\"}}", S("98000.00"), "98,000"},
	{"{\"digits\":2,\"seller\":{}}", S("1000.00"), "1,000.00"},
};

static void test_amounts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(amounts); i++) {
		struct arena arena;
		struct page page;

		page_begin(&page, &arena, amounts[i].document);
		put_money(&page, amounts[i].amount);
		page_end(&page, &arena, amounts[i].expected);
	}
}

static const struct {
	struct str percent;
	const char *expected;
} percents[] = {
	{S("20.000"), "20\u00a0%"},
	{S("5.500"), "5.5\u00a0%"},
	{S("0.000"), "0\u00a0%"},
	{S("100"), "100\u00a0%"},
	{S("10"), "10\u00a0%"},
};

static void test_percents(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(percents); i++) {
		struct arena arena;
		struct page page;

		page_begin(&page, &arena, "{}");
		put_percent(&page, percents[i].percent);
		page_end(&page, &arena, percents[i].expected);
	}
}

static void test_dates(void **state)
{
	struct arena arena;
	struct page page;

	(void)state;
	page_begin(&page, &arena, "{}");
	put_date(&page, STR("2026-01-09"));
	put_text(&page, STR("; "));
	put_date(&page, STR("2026-12-31"));
	put_text(&page, STR("; "));
	put_date(&page, STR("soon"));
	page_end(&page, &arena, "9\u00a0January\u00a02026; 31\u00a0December\u00a02026; soon");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escaped),
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_percents),
		cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
