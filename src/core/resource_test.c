/* SPDX-License-Identifier: Apache-2.0 */
/* Resources: names, what is derived from the tables, and that every table passes its own checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/resource.h"

static struct arena arena;

static int setup(void **state)
{
	struct problem problem;

	(void)state;
	arena_init(&arena);
	problem_init(&problem, &arena);
	return resources_init(&problem) == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	resources_deinit();
	arena_deinit(&arena);
	return 0;
}

static void test_names(void **state)
{
	static const struct {
		const char *name, *column;
	} pairs[] = {{"id", "id"}, {"companyId", "company_id"},
		{"billingPostalCode", "billing_postal_code"}, {"createdAt", "created_at"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		struct str name = str_of(pairs[i].name), column = str_of(pairs[i].column);

		assert_true(str_eq(name_to_column(&arena, name), column));
		assert_true(str_eq(column_to_name(&arena, column), name));
	}
}

static void test_found_by_every_name(void **state)
{
	const struct resource *company = resource_find(STR("company"));

	(void)state;
	assert_non_null(company);
	assert_ptr_equal(resource_find_path(STR("companies")), company);
	assert_ptr_equal(resource_find_path(STR("customers")), company);
	assert_ptr_equal(resource_find_path(STR("clients")), company);
	assert_null(resource_find(STR("companies")));
	assert_null(resource_find_path(STR("company")));
	assert_null(resource_find_path(STR("")));
	assert_true(str_is(resource_find(STR("user"))->table, "memberships"));
	assert_true(str_is(resource_find(STR("lead_status_history"))->path, "lead-status-history"));
}

static void test_common_fields(void **state)
{
	const struct resource *contact = resource_find(STR("contact"));
	const struct resource *company = resource_find(STR("company"));
	const struct resource *change = resource_find(STR("change"));

	(void)state;
	assert_true(str_is(contact->fields[0].name, "id"));
	assert_true(contact->has_version && contact->has_deleted);
	assert_non_null(resource_field_find(contact, STR("tags")));
	assert_non_null(resource_field_find(contact, STR("custom")));
	assert_ptr_equal(contact->owner, resource_field_find(contact, STR("ownerId")));
	assert_ptr_equal(company->owner, resource_field_find(company, STR("ownerId")));
	assert_false(change->has_version || change->has_deleted);
	assert_null(resource_field_find(change, STR("createdAt")));
}

/* companyId includes company; where that is a field of its own, companyRecord; createdBy says of whom. */
static void test_includes(void **state)
{
	const struct resource *contact = resource_find(STR("contact"));
	const struct resource *lead = resource_find(STR("lead"));

	(void)state;
	assert_true(str_is(resource_field_find(contact, STR("companyId"))->include, "company"));
	assert_true(str_is(resource_field_find(lead, STR("companyId"))->include, "companyRecord"));
	assert_true(
		str_is(resource_field_find(contact, STR("createdBy"))->include, "createdByUser"));
	assert_null(resource_field_find(contact, STR("email"))->include.ptr);
}

static void test_labels(void **state)
{
	const struct resource *contact = resource_find(STR("contact"));

	(void)state;
	assert_true(str_is(resource_field_find(contact, STR("jobTitle"))->label, "Job title"));
	assert_true(str_is(resource_field_find(contact, STR("companyId"))->label, "Company"));
	assert_true(str_is(resource_field_find(contact, STR("createdAt"))->label, "Created"));
}

/* A query names a field in its include once, and a response names it once: no two may be the same. */
static void test_include_names_are_unique(void **state)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	(void)state;
	for (size_t r = 0; r < count; r++)
		for (size_t i = 0; i < all[r]->field_count; i++) {
			struct str include = all[r]->fields[i].include;

			if (!include.ptr)
				continue;
			assert_null(resource_field_find(all[r], include));
			for (size_t k = 0; k < i; k++)
				assert_false(str_eq(all[r]->fields[k].include, include));
		}
}

static bool has(struct str text, const char *part)
{
	return strstr(text.ptr, part) != NULL;
}

/* The rules of a record and of all that may go along with it; what it cannot come back without. */
static void test_rules_of_the_trash(void **state)
{
	const struct resource *company = resource_find(STR("company"));
	const struct resource *milestone = resource_find(STR("milestone"));
	const struct resource *tag = resource_find(STR("tag"));

	(void)state;
	assert_true(company->trash_asks && !company->trash_moves);
	assert_true(resource_find(STR("stage"))->trash_moves);
	assert_true(has(company->trash_rules, "\"column\":\"company_id\",\"rule\":\"ask\""));
	assert_true(has(company->trash_rules, "\"when\":\"status\",\"in\":[\"open\"]}"));
	assert_true(has(company->trash_rules, "\"many\":\"open deals\""));
	assert_true(has(company->trash_rules, "\"milestones\":{\"one\":\"milestone\""));
	assert_true(company->trash_reach >> milestone->index & 1);
	assert_false(company->trash_reach >> tag->index & 1);
	assert_true(has(milestone->trash_rules, "\"parents\":[{\"table\":\"projects\""));
	assert_true(has(tag->trash_rules, "\"rules\":[]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_found_by_every_name),
		cmocka_unit_test(test_common_fields),
		cmocka_unit_test(test_includes),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_include_names_are_unique),
		cmocka_unit_test(test_rules_of_the_trash),
	};

	return cmocka_run_group_tests_name("core/resource", tests, setup, teardown);
}
