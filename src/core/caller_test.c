/* SPDX-License-Identifier: Apache-2.0 */
/* Callers: letters of presets and roles become scopes and the database's access text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/caller.h"

static struct arena arena;

static int set_up(void **state)
{
	struct problem problem;

	(void)state;
	arena_init(&arena);
	problem_init(&problem, &arena);
	return resources_init(&problem) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	resources_deinit();
	arena_deinit(&arena);
	return 0;
}

static struct caller with(enum preset preset, const char *overrides)
{
	struct caller caller = {.preset = preset};

	assert_int_equal(caller_set_access(&caller, &arena, str_of(overrides)), ERR_OK);
	return caller;
}

static enum scope scope_of_letter(char letter)
{
	static const char letters[] = {
		[SCOPE_NONE] = 'n',
		[SCOPE_OWN] = 'o',
		[SCOPE_PARTNER] = 'p',
		[SCOPE_TEAM] = 't',
		[SCOPE_ALL] = 'a',
	};

	return (enum scope)((const char *)memchr(letters, letter, sizeof(letters)) - letters);
}

/* Every entity, every preset: what the table says is what the caller may. */
static void test_presets(void **state)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	(void)state;
	assert_true(count > 0);
	for (enum preset preset = 0; preset < PRESET__COUNT; preset++) {
		struct caller caller = with(preset, NULL);

		for (size_t i = 0; i < count; i++) {
			const char *letters = all[i]->entity->access[preset];
			struct str part = arena_printf(&arena, "|%.*s:%s|", STR_ARG(all[i]->table),
				letters ? letters : "nnnn");

			assert_true(str_find(caller.access, part) < caller.access.len);
			for (enum verb verb = 0; letters && verb < VERB__COUNT; verb++)
				assert_int_equal(caller_scope(&caller, all[i], verb),
					scope_of_letter(letters[verb]));
		}
	}
}

static void test_overrides(void **state)
{
	const struct resource *contact = resource_find(STR("contact"));
	const struct resource *company = resource_find(STR("company"));
	struct caller plain = with(PRESET_USER, NULL);
	struct caller caller = with(PRESET_USER, "{\"contacts\":\"taon\",\"nothing\":\"aaaa\"}");

	(void)state;
	assert_int_equal(caller_scope(&caller, contact, VERB_READ), SCOPE_TEAM);
	assert_int_equal(caller_scope(&caller, contact, VERB_CREATE), SCOPE_ALL);
	assert_int_equal(caller_scope(&caller, contact, VERB_UPDATE), SCOPE_OWN);
	assert_int_equal(caller_scope(&caller, contact, VERB_DELETE), SCOPE_NONE);
	assert_true(str_find(caller.access, STR("|contacts:taon|")) < caller.access.len);
	for (enum verb verb = 0; verb < VERB__COUNT; verb++)
		assert_int_equal(
			caller_scope(&caller, company, verb), caller_scope(&plain, company, verb));
}

/* What cannot be read closes the table rather than opening it. */
static void test_bad_overrides(void **state)
{
	static const char *const bad[] = {
		"{\"contacts\":\"aaa\"}",
		"{\"contacts\":\"aaaaa\"}",
		"{\"contacts\":\"AAAA\"}",
		"{\"contacts\":\"aaax\"}",
		"{\"contacts\":null}",
		"{\"contacts\":7}",
		"{\"contacts\":\"\"}",
	};
	const struct resource *contact = resource_find(STR("contact"));
	struct caller caller = {.preset = PRESET_ADMIN};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		caller = with(PRESET_ADMIN, bad[i]);
		for (enum verb verb = 0; verb < VERB__COUNT; verb++)
			assert_int_equal(caller_scope(&caller, contact, verb), SCOPE_NONE);
	}
	assert_int_equal(caller_set_access(&caller, &arena, STR("{")), ERR_INTERNAL);
}

static void test_preset_keys(void **state)
{
	enum preset found;

	(void)state;
	for (enum preset preset = 0; preset < PRESET__COUNT; preset++) {
		assert_true(preset_parse(str_of(preset_key(preset)), &found));
		assert_int_equal(found, preset);
	}
	assert_false(preset_parse(STR("owner"), &found));
	assert_false(preset_parse(STR_NONE, &found));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_presets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_overrides, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bad_overrides, set_up, tear_down),
		cmocka_unit_test(test_preset_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
