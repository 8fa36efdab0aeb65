/* SPDX-License-Identifier: Apache-2.0 */
/* Origins: which pages may use the cookies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/origin.h"

#define HOST .host = {"crm.example.com", 15}
#define SETTINGS                                       \
	.public_url = {"https://crm.example.org", 23}, \
	.cors_origin = {"https://a.example,https://b.example:8443", 40}

struct scene {
	const char *name;
	struct origin_check check;
	bool ours;
};

#define S(text) .ptr = (text), .len = sizeof(text) - 1

static const struct scene scenes[] = {
	{"the host itself", {.origin = {S("https://crm.example.com")}, HOST}, true},
	{"case is ignored", {.origin = {S("https://CRM.example.com")}, HOST}, true},
	{"http, when TLS is not known", {.origin = {S("http://crm.example.com")}, HOST}, true},
	{"http, when TLS is known", {.origin = {S("http://crm.example.com")}, HOST, .secure = true},
		false},
	{"another host", {.origin = {S("https://evil.example")}, HOST}, false},
	{"a longer host", {.origin = {S("https://crm.example.com.evil.example")}, HOST}, false},
	{"a prefix", {.origin = {S("https://evilcrm.example.com")}, HOST}, false},
	{"another port", {.origin = {S("https://crm.example.com:8443")}, HOST}, false},
	{"null", {.origin = {S("null")}, HOST}, false},
	{"empty", {.origin = {S("")}, HOST}, false},
	{"no scheme", {.origin = {S("crm.example.com")}, HOST}, false},
	{"the public URL", {.origin = {S("https://crm.example.org")}, HOST, SETTINGS}, true},
	{"the public URL by http", {.origin = {S("http://crm.example.org")}, HOST, SETTINGS},
		false},
	{"a CORS origin", {.origin = {S("https://b.example:8443")}, HOST, SETTINGS}, true},
	{"a CORS origin, other port", {.origin = {S("https://b.example")}, HOST, SETTINGS}, false},
	{"referer", {.referer = {S("https://crm.example.com/deals?x=1")}, HOST}, true},
	{"referer without a path", {.referer = {S("https://crm.example.com")}, HOST}, true},
	{"foreign referer", {.referer = {S("https://evil.example/crm.example.com")}, HOST}, false},
	{"referer with a user", {.referer = {S("https://crm.example.com@evil.example/")}, HOST},
		false},
	{"referer that is no URL", {.referer = {S("deals")}, HOST}, false},
	{"the origin before the referer",
		{.origin = {S("https://evil.example")},
			.referer = {S("https://crm.example.com/")},
			HOST},
		false},
	{"the origin before the browser's word",
		{.origin = {S("https://evil.example")}, .fetch_site = {S("same-origin")}, HOST},
		false},
	{"same-origin", {.fetch_site = {S("same-origin")}, HOST}, true},
	{"same-site", {.fetch_site = {S("same-site")}, HOST}, false},
	{"cross-site", {.fetch_site = {S("cross-site")}, HOST}, false},
	{"typed by the user", {.fetch_site = {S("none")}, HOST}, true},
	{"nothing", {HOST}, false},
	{"no host", {.origin = {S("https://")}}, false},
};

static void test_scenes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++)
		if (origin_is_ours(&scenes[i].check) != scenes[i].ours)
			fail_msg("%s", scenes[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
