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

static struct caller with(enum preset preset, const char *access)
{
	struct caller caller = {.preset = preset};

	assert_int_equal(caller_set_access(&caller, &arena, str_of(access), STR_NONE), ERR_OK);
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

/* The letter for assigning follows that for changing, unless the entity states it. */
static char assign_letter(const char *letters)
{
	return strlen(letters) > VERB_ASSIGN && letters[VERB_ASSIGN] != '-' ? letters[VERB_ASSIGN]
									    : letters[VERB_UPDATE];
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
			const struct resource *of = all[i]->parent ? all[i]->parent : all[i];
			const char *letters = of->entity->access[preset];
			struct str part = arena_printf(&arena, "|%s|%.*s:%.4s%c|", of->entity->name,
				STR_ARG(of->table), letters, assign_letter(letters));

			assert_true(str_find(caller.access, part) < caller.access.len);
			for (size_t verb = 0; !all[i]->parent && verb < VERBS_STATED; verb++)
				assert_int_equal(caller_scope(&caller, all[i], (enum verb)verb),
					scope_of_letter(letters[verb]));
		}
	}
}

/* What is part of a record is seen with it, and written by who may change it. */
static void test_parts(void **state)
{
	static const struct {
		const char *deal, *lines;
	} cases[] = {{"{\"delete\":\"none\"}", "oaooo"}, {"{\"update\":\"none\"}", "oannn"},
		{"{\"create\":\"none\"}", "ooooo"}, {"{\"read\":\"all\"}", "aaooo"},
		{"{\"read\":\"none\",\"create\":\"none\",\"update\":\"none\"}", "nnnnn"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct str access = arena_printf(&arena,
			"{\"deal\":%s,\"deal_line\":{\"read\":\"all\",\"create\":\"all\"}}",
			cases[i].deal);
		struct caller caller = with(PRESET_USER, access.ptr);
		struct str part = arena_printf(&arena, "|deal_line|deal_lines:%s|", cases[i].lines);

		if (str_find(caller.access, part) == caller.access.len)
			fail_msg("%.*s is not in %.*s", STR_ARG(part), STR_ARG(caller.access));
	}
}

static void test_roles_differ_from_presets(void **state)
{
	const struct resource *contact = resource_find(STR("contact"));
	const struct resource *company = resource_find(STR("company"));
	struct caller caller = with(
		PRESET_USER, "{\"contact\":{\"read\":\"team\",\"export\":\"all\"}}");
	struct caller plain = with(PRESET_USER, NULL);

	(void)state;
	assert_int_equal(caller_scope(&caller, contact, VERB_READ), SCOPE_TEAM);
	assert_int_equal(caller_scope(&caller, contact, VERB_CREATE),
		caller_scope(&plain, contact, VERB_CREATE));
	assert_int_equal(caller_scope(&caller, contact, VERB_UPDATE), SCOPE_OWN);
	assert_int_equal(caller_scope(&caller, contact, VERB_EXPORT), SCOPE_TEAM);
	assert_true(str_find(caller.access, STR("|contact|contacts:taono|")) < caller.access.len);
	for (enum verb verb = 0; verb < VERB__COUNT; verb++)
		assert_int_equal(
			caller_scope(&caller, company, verb), caller_scope(&plain, company, verb));
}

/* What cannot be read closes the entity rather than opening it. */
static void test_unreadable_access(void **state)
{
	static const char *const bad[] = {
		"{\"contact\":{\"read\":\"aaaa\"}}",
		"{\"contact\":{\"read\":\"ALL\"}}",
		"{\"contact\":{\"read\":null}}",
		"{\"contact\":{\"read\":7}}",
		"{\"contact\":null}",
		"{\"contact\":\"all\"}",
		"{\"contact\":[]}",
	};
	const struct resource *contact = resource_find(STR("contact"));
	struct caller caller = {.preset = PRESET_ADMIN};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		caller = with(PRESET_ADMIN, bad[i]);
		assert_int_equal(caller_scope(&caller, contact, VERB_READ), SCOPE_NONE);
	}
	assert_int_equal(caller_set_access(&caller, &arena, STR("{"), STR_NONE), ERR_INTERNAL);
	assert_int_equal(caller_set_access(&caller, &arena, STR_NONE, STR("{")), ERR_INTERNAL);
}

/* Roles and keys are the administrators' alone, whatever a role says. */
static void test_locked_entities(void **state)
{
	struct caller caller = with(PRESET_USER, "{\"role\":{\"update\":\"all\"}}");

	(void)state;
	assert_int_equal(
		caller_scope(&caller, resource_find(STR("role")), VERB_UPDATE), SCOPE_NONE);
	caller = with(PRESET_ADMIN, "{\"role\":{\"update\":\"none\"}}");
	assert_int_equal(caller_scope(&caller, resource_find(STR("role")), VERB_UPDATE), SCOPE_ALL);
}

/* Both allow: neither the team's nor one's own records hold the partner's. */
static void test_narrower(void **state)
{
	(void)state;
	for (enum scope a = 0; a < SCOPE__COUNT; a++) {
		assert_int_equal(scope_narrower(a, SCOPE_ALL), a);
		assert_int_equal(scope_narrower(a, SCOPE_NONE), SCOPE_NONE);
		assert_int_equal(scope_narrower(a, a), a);
		for (enum scope b = 0; b < SCOPE__COUNT; b++)
			assert_int_equal(scope_narrower(a, b), scope_narrower(b, a));
	}
	assert_int_equal(scope_narrower(SCOPE_OWN, SCOPE_TEAM), SCOPE_OWN);
	assert_int_equal(scope_narrower(SCOPE_OWN, SCOPE_PARTNER), SCOPE_NONE);
	assert_int_equal(scope_narrower(SCOPE_TEAM, SCOPE_PARTNER), SCOPE_NONE);
}

static void test_narrowed_caller(void **state)
{
	const struct resource *contact = resource_find(STR("contact"));
	struct caller caller = with(PRESET_MANAGER, "{\"contact\":{\"export\":\"own\"}}");
	const struct caller *narrow = caller_narrow(
		&caller, &arena, contact, VERB_READ, VERB_EXPORT);

	(void)state;
	assert_int_equal(caller_scope(narrow, contact, VERB_READ), SCOPE_OWN);
	assert_true(str_find(narrow->access, STR("|contacts:oaana|")) < narrow->access.len);
	assert_int_equal(caller_scope(&caller, contact, VERB_READ), SCOPE_ALL);
	assert_ptr_equal(caller_narrow(&caller, &arena, resource_find(STR("company")), VERB_READ,
				 VERB_EXPORT),
		&caller);
}

static void test_log_of_money(void **state)
{
	struct str log = STR("|changes=");
	struct caller plain = with(PRESET_ACCOUNTANT, "{\"contact\":{\"read\":\"own\"}}");
	struct caller told = with(PRESET_ACCOUNTANT, "{\"change\":{\"read\":\"team\"}}");
	struct caller manager = with(PRESET_MANAGER, "{}");
	struct str rest = str_slice(
		plain.access, str_find(plain.access, log) + log.len, plain.access.len);
	struct str told_of = str_cut(&rest, '|');
	struct str entities = arena_printf(&arena, ",%.*s,", STR_ARG(told_of));

	(void)state;
	assert_true(str_find(entities, STR(",invoice,")) < entities.len);
	assert_true(str_find(entities, STR(",payment_allocation,")) < entities.len);
	assert_int_equal(str_find(entities, STR(",contact,")), entities.len);
	assert_int_equal(str_find(told.access, log), told.access.len);
	assert_int_equal(str_find(manager.access, log), manager.access.len);
}

/* Row security asks of a part by the letter of its record. */
static void test_narrowed_part(void **state)
{
	const struct resource *line = resource_find(STR("invoice_line"));
	struct caller caller = with(PRESET_MANAGER, "{\"invoice\":{\"export\":\"own\"}}");
	const struct caller *narrow = caller_narrow(&caller, &arena, line, VERB_READ, VERB_EXPORT);

	(void)state;
	assert_int_equal(caller_scope(narrow, line, VERB_READ), SCOPE_OWN);
	assert_int_equal(caller_scope(narrow, line->parent, VERB_READ), SCOPE_OWN);
	assert_true(str_find(narrow->access, STR("|invoices:o")) < narrow->access.len);
}

/* --- field rules ------------------------------------------------------------------------------ */

static enum field_rule rule_of(const struct caller *caller, const char *entity, const char *field)
{
	const struct resource_field *found = resource_field_find(
		resource_find(str_of(entity)), str_of(field));

	assert_non_null(found);
	return caller_rule(caller, found);
}

static struct caller ruled(enum preset preset, const char *fields)
{
	struct caller caller = {.preset = preset};

	assert_int_equal(caller_set_access(&caller, &arena, STR_NONE, str_of(fields)), ERR_OK);
	return caller;
}

static void test_field_rules(void **state)
{
	struct caller plain = ruled(PRESET_USER, NULL), same = ruled(PRESET_USER, "{}");
	struct caller role = ruled(PRESET_USER,
		"{\"product.cost\":\"read\",\"contact.email\":\"none\",\"deal.amount\":\"read\","
		"\"contact.phone\":\"sometimes\",\"gone.field\":\"none\",\"contact.gone\":"
		"\"none\"}");

	(void)state;
	assert_int_equal(rule_of(&plain, "product", "cost"), RULE_NONE);
	assert_int_equal(rule_of(&plain, "contact", "email"), RULE_WRITE);
	assert_int_equal(plain.rules, same.rules);
	assert_int_equal(rule_of(&role, "product", "cost"), RULE_READ);
	assert_int_equal(rule_of(&role, "contact", "email"), RULE_NONE);
	assert_int_equal(rule_of(&role, "contact", "phone"), RULE_NONE);
	assert_int_equal(rule_of(&role, "deal", "amount"), RULE_READ);
	assert_int_equal(rule_of(&role, "deal", "name"), RULE_WRITE);
	assert_int_not_equal(plain.rules, role.rules);
}

static void test_rules_of_custom_fields(void **state)
{
	const struct field salary = {.name = "salary", .kind = FIELD_MONEY, .flags = FIELD_CUSTOM};
	struct resource_field custom = {
		.field = &salary, .name = STR("salary"), .of = resource_find(STR("contact"))};
	struct caller role = ruled(PRESET_USER,
		"{\"contact.custom.salary\":\"none\",\"contact.custom.size\":\"read\","
		"\"company.custom.salary\":\"read\"}");
	struct caller plain = ruled(PRESET_USER, NULL);

	(void)state;
	assert_int_equal(caller_rule(&plain, &custom), RULE_WRITE);
	assert_int_equal(caller_rule(&role, &custom), RULE_NONE);
	custom.of = resource_find(STR("company"));
	assert_int_equal(caller_rule(&role, &custom), RULE_READ);
	custom.of = resource_find(STR("deal"));
	assert_int_equal(caller_rule(&role, &custom), RULE_WRITE);
	assert_true(
		str_is(caller_custom_keys(&role, &arena, resource_find(STR("contact")), RULE_NONE),
			"{salary}"));
	assert_true(
		str_is(caller_custom_keys(&role, &arena, resource_find(STR("contact")), RULE_READ),
			"{salary,size}"));
	assert_null(caller_custom_keys(&role, &arena, resource_find(STR("deal")), RULE_READ).ptr);
}

static void test_preset_keys(void **state)
{
	static const char *const keys[PRESET__COUNT] = {[PRESET_ADMIN] = "admin",
		[PRESET_MANAGER] = "manager",
		[PRESET_USER] = "user",
		[PRESET_ACCOUNTANT] = "accountant",
		[PRESET_PARTNER_ADMIN] = "partner_admin",
		[PRESET_PARTNER_USER] = "partner_user"};
	enum preset found;

	(void)state;
	for (enum preset preset = 0; preset < PRESET__COUNT; preset++) {
		assert_true(preset_parse(str_of(keys[preset]), &found));
		assert_int_equal(found, preset);
	}
	assert_false(preset_parse(STR("owner"), &found));
	assert_false(preset_parse(STR_NONE, &found));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_presets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_parts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_roles_differ_from_presets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_unreadable_access, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_locked_entities, set_up, tear_down),
		cmocka_unit_test(test_narrower),
		cmocka_unit_test_setup_teardown(test_narrowed_caller, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_narrowed_part, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_log_of_money, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_field_rules, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_rules_of_custom_fields, set_up, tear_down),
		cmocka_unit_test(test_preset_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
