/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: which country a text means, for certain, nearly, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/field_type.h"
#include "feature/import_country.h"
#include "feature/import_similar.h"

static void assert_code(const char *text, const char *code)
{
	struct str found = import_country_code(str_of(text));

	if (code ? !str_is(found, code) : found.ptr != NULL)
		fail_msg("\"%s\" is %s, not %s", text, found.ptr ? found.ptr : "none",
			code ? code : "none");
}

static void assert_near(const char *text, const char *name)
{
	struct str found = import_country_near(str_of(text));

	if (name ? !str_is(found, name) : found.ptr != NULL)
		fail_msg("\"%s\" is near %.*s, not %s", text, (int)found.len,
			found.ptr ? found.ptr : "", name ? name : "anything");
}

static void test_certain(void **state)
{
	static const struct {
		const char *text, *code;
	} cases[] = {
		{"DE", "DE"},
		{"de", "DE"},
		{"DEU", "DE"},
		{"usa", "US"},
		{"U.S.A.", "US"},
		{"UK", "GB"},
		{"United States", "US"},
		{"the united states of america", "US"},
		{"Germany", "DE"},
		{"Deutschland", "DE"},
		{"Allemagne", "DE"},
		{"Nemačka", "DE"},
		{"Srbija", "RS"},
		{"Србија", "RS"},
		{"Österreich", "AT"},
		{"OSTERREICH", "AT"},
		{"Türkiye", "TR"},
		{"Turkey", "TR"},
		{"Côte d’Ivoire", "CI"},
		{"Cote d'Ivoire", "CI"},
		{"South Korea", "KR"},
		{"Korea, Republic of", "KR"},
		{"Philippines", "PH"},
		{"The Netherlands", "NL"},
		{"Bosnia and Herzegovina", "BA"},
		{"Saint Lucia", "LC"},
		{"日本", "JP"},
		{"Niger", "NE"},
		{"Nigeria", "NG"},
		{"Czech Republic", "CZ"},
		{"Kosovo", "XK"},
		{"Guinea-Bissau", "GW"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_code(cases[i].text, cases[i].code);
}

static void test_uncertain(void **state)
{
	(void)state;
	assert_code("Korea", NULL);
	assert_code("Congo", NULL);
	assert_code("Untied States", NULL);
	assert_code("Philipines", NULL);
	assert_code("Atlantis", NULL);
	assert_code("ZZ", NULL);
	assert_code("", NULL);
	assert_code("the ", NULL);
	assert_code("--", NULL);
	assert_near("Korea", "South Korea");
	assert_near("America", "United States");
	assert_near("England", "United Kingdom");
	assert_near("Untied States", "United States");
	assert_near("Philipines", "Philippines");
	assert_near("the Phillipines", "Philippines");
	assert_near("Deutchland", "Germany");
	assert_near("Atlantis", NULL);
	assert_near("ZZ", NULL);
	assert_near("", NULL);
}

/* What a field takes is what is named, and no name means two countries. */
static void test_table(void **state)
{
	static const struct {
		const char *code, *three, *names;
	} countries[] = {
#define COUNTRY(code, three, names) {code, three, names},
#include "feature/country_names.def"
#undef COUNTRY
	};
	static const struct field plain = {.name = "country", .kind = FIELD_COUNTRY};
	struct resource_field field = {.field = &plain, .name = STR("country")};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_int_equal(ARRAY_LEN(countries), 250);
	for (size_t i = 0; i < ARRAY_LEN(countries); i++) {
		struct field_input input = {.arena = &arena, .field = &field};
		struct str names = str_of(countries[i].names), value;

		assert_true(field_read_text(&input, str_of(countries[i].code), &value));
		assert_code(countries[i].three, countries[i].code);
		while (names.ptr) {
			struct str name = str_cut(&names, '|');

			assert_code(arena_cstr(&arena, name), countries[i].code);
		}
	}
	arena_deinit(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certain),
		cmocka_unit_test(test_uncertain),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
