/* SPDX-License-Identifier: Apache-2.0 */
/* Whom to believe about the client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/middleware.h"
#include "http/proxy.h"

static struct proxy_list list_of(const char *text)
{
	struct proxy_list list;

	assert_true(proxy_list_parse(str_of(text), &list));
	return list;
}

static bool has(const struct proxy_list *list, const char *address)
{
	struct in6_addr parsed;

	assert_true(proxy_parse_address(str_of(address), &parsed));
	return proxy_list_has(list, &parsed);
}

static void test_lists(void **state)
{
	struct proxy_list list = list_of("10.0.0.0/8, 192.168.1.7,fd00::/9 ,::1");
	struct proxy_list all = list_of("0.0.0.0/0");
	struct proxy_list none = list_of(NULL);

	(void)state;
	assert_true(has(&list, "10.1.2.3"));
	assert_true(has(&list, "::ffff:10.1.2.3"));
	assert_false(has(&list, "11.0.0.1"));
	assert_true(has(&list, "192.168.1.7"));
	assert_false(has(&list, "192.168.1.8"));
	assert_true(has(&list, "fd7f::1"));
	assert_false(has(&list, "fd80::1"));
	assert_true(has(&list, "::1"));
	assert_true(has(&all, "8.8.8.8"));
	assert_false(has(&all, "::2"));
	assert_false(has(&none, "127.0.0.1"));
}

static void test_bad_lists(void **state)
{
	static const char *const table[] = {
		"x", "10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0/8", "1/-1"};
	struct proxy_list list;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_false(proxy_list_parse(str_of(table[i]), &list));
}

static void test_clients(void **state)
{
	static const struct {
		const char *forwarded, *client;
	} table[] = {
		{NULL, NULL},
		{"", NULL},
		{"203.0.113.9", "203.0.113.9"},
		{"1.1.1.1, 203.0.113.9", "203.0.113.9"},
		{"203.0.113.9, 10.0.0.2, 10.0.0.3", "203.0.113.9"},
		{"spoofed, 203.0.113.9, 10.0.0.2", "203.0.113.9"},
		{"10.0.0.4, 10.0.0.2", "10.0.0.4"},
		{"unknown", NULL},
		{"203.0.113.9:4711", "203.0.113.9"},
		{"[2001:db8::1]:4711", "2001:db8::1"},
		{"2001:db8::1", "2001:db8::1"},
	};
	struct proxy_list list = list_of("10.0.0.0/8");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct str client = proxy_client(&list, str_of(table[i].forwarded));

		assert_int_equal(client.ptr != NULL, table[i].client != NULL);
		if (client.ptr)
			assert_true(str_is(client, table[i].client));
	}
}

static void test_origins(void **state)
{
	(void)state;
	assert_true(cors_configure(STR("http://localhost:5173, https://crm.example/")));
	assert_true(cors_allows(STR("http://localhost:5173")));
	assert_true(cors_allows(STR("https://CRM.example")));
	assert_false(cors_allows(STR("http://localhost")));
	assert_false(cors_allows(STR("null")));
	assert_false(cors_configure(STR("*")));
	assert_false(cors_configure(STR("localhost:5173")));
	assert_false(cors_configure(STR("https://a/b")));
	assert_true(cors_configure(STR_NONE));
	assert_false(cors_allows(STR("http://localhost:5173")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_bad_lists),
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
