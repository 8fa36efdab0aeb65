/* SPDX-License-Identifier: Apache-2.0 */
/* Statements from queries: text that depends on names only, values that are parameters, order and pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/sql.h"

#define ORG "0192f0c0-0000-7000-8000-000000000002"
#define USER "0192f0c0-0000-7000-8000-000000000001"
#define ID "0192f0c0-0000-7000-8000-000000000003"

static struct arena arena;
static struct caller caller;
static struct request request;
static const struct resource *company;

static int setup(void **state)
{
	struct problem problem;

	(void)state;
	arena_init(&arena);
	problem_init(&problem, &arena);
	caller = (struct caller){.org_id = STR(ORG),
		.user_id = STR(USER),
		.preset = PRESET_ADMIN,
		.time_zone = STR("Europe/Berlin")};
	request = (struct request){.arena = &arena, .caller = &caller};
	if (resources_init(&problem) != ERR_OK ||
		caller_set_access(&caller, &arena, STR_NONE, STR_NONE) != ERR_OK)
		return 1;
	company = resource_find(STR("company"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	resources_deinit();
	arena_deinit(&arena);
	return 0;
}

static const struct resource_field *field(const char *name)
{
	const struct resource_field *found = resource_field_find(company, str_of(name));

	assert_non_null(found);
	return found;
}

/* Companies by name, of whom only the name is answered. */
static struct query by_name(void)
{
	static const struct resource_field *fields[1];

	fields[0] = field("name");
	return (struct query){.req = &request,
		.resource = company,
		.fields = fields,
		.field_count = 1,
		.sorts = {{field("name"), false}},
		.sort_count = 1,
		.page = 1,
		.limit = 25};
}

static void add(
	struct query *query, const char *name, enum filter_op op, struct str *values, size_t count)
{
	query->filters[query->filter_count++] = (struct query_filter){
		.field = field(name), .op = op, .values = values, .count = count};
}

static bool has(const struct db_stmt *stmt, const char *text)
{
	return str_find(stmt->sql, str_of(text)) < stmt->sql.len;
}

static bool has_param(const struct db_stmt *stmt, const char *value)
{
	for (size_t i = 0; i < stmt->param_count; i++)
		if (str_is(stmt->params[i], value))
			return true;
	return false;
}

/* However many values a client asks for, the statement is the same one and has few parameters. */
static void test_many_values_are_one_parameter(void **state)
{
	struct str values[QUERY_MAX_VALUES];
	struct query one = by_name(), many = by_name();
	struct db_stmt small, large;

	(void)state;
	for (size_t i = 0; i < QUERY_MAX_VALUES; i++)
		values[i] = STR("7");
	for (size_t i = 0; i < QUERY_MAX_FILTERS; i++) {
		add(&one, "employees", OP_IN, values, 1);
		add(&many, "employees", OP_IN, values, QUERY_MAX_VALUES);
	}
	small = sql_list(&one, false);
	large = sql_list(&many, false);
	assert_true(str_eq(small.sql, large.sql));
	assert_true(large.param_count < 30);
}

static void test_sort_values_are_asked_for_once(void **state)
{
	struct query query = by_name();
	struct db_stmt stmt;

	(void)state;
	stmt = sql_list(&query, false);
	assert_true(has(&stmt, "select t.\"name\", t.\"id\" from"));
	assert_int_equal(sql_sort_column(&query, 0), 0);
	assert_int_equal(sql_sort_column(&query, 1), 1);
	query.sorts[0] = (struct query_sort){field("employees"), true};
	query.sorts[1] = (struct query_sort){field("name"), true};
	query.sorts[2] = (struct query_sort){field("status"), true};
	query.sort_count = 3;
	stmt = sql_list(&query, false);
	assert_true(has(&stmt, "select t.\"name\", t.\"employees\", t.\"status\", t.\"id\" from"));
	assert_int_equal(sql_sort_column(&query, 0), 1);
	assert_int_equal(sql_sort_column(&query, 1), 0);
	assert_int_equal(sql_sort_column(&query, 2), 2);
	assert_int_equal(sql_sort_column(&query, 3), 3);
}

/* A function of the row where the row is one of its table; its result where it is one of those found. */
static void test_what_is_computed_is_a_call(void **state)
{
	const struct resource *task = resource_find(STR("task"));
	const struct resource_field *overdue = resource_field_find(task, STR("overdue"));
	struct query query = {.req = &request,
		.resource = task,
		.fields = &overdue,
		.field_count = 1,
		.sorts = {{overdue, true}},
		.sort_count = 1,
		.page = 1,
		.limit = 25};
	struct str yes = STR("t");
	struct db_stmt stmt;

	(void)state;
	query.filters[query.filter_count++] = (struct query_filter){
		.field = overdue, .op = OP_EQ, .values = &yes, .count = 1};
	stmt = sql_list(&query, false);
	assert_true(has(&stmt, "select \"task_overdue\"(t), t.\"id\" from"));
	assert_true(has(&stmt, "and \"task_overdue\"(t) = $"));
	assert_true(has(&stmt, "order by \"task_overdue\"(t) desc, t.id desc"));
	stmt = sql_list(&query, true);
	assert_true(has(&stmt, "(select t.*, \"task_overdue\"(t) as \"overdue\" from"));
	assert_true(has(&stmt, "and \"task_overdue\"(t) = $"));
	assert_true(has(&stmt, "select t.\"overdue\", t.\"id\" from found t"));
	assert_true(has(&stmt, "order by t.\"overdue\" desc"));
}

/* Lines of one's own deals are found by the owner's index; those of a deal in the trash are not there. */
static void test_what_is_nested_goes_with_its_record(void **state)
{
	const struct resource *line = resource_find(STR("deal_line"));
	struct query query = {.req = &request,
		.resource = line,
		.fields = (const struct resource_field *[]){&line->fields[0]},
		.field_count = 1,
		.page = 1,
		.limit = 25};
	struct db_stmt stmt = sql_list(&query, false);

	(void)state;
	assert_true(has(&stmt,
		"and exists (select from \"deals\" p where p.org_id = t.org_id"
		" and p.id = t.\"deal_id\" and p.deleted_at is null)"));
	assert_false(has(&stmt, "owner_id"));
	caller.scopes[line->index][VERB_READ] = SCOPE_OWN;
	stmt = sql_list(&query, false);
	caller.scopes[line->index][VERB_READ] = SCOPE_ALL;
	assert_true(has(
		&stmt, "and t.\"deal_id\" in (select t.id from \"deals\" t where t.org_id = $"));
	assert_true(has(&stmt, "and (t.\"owner_id\" = $"));
	assert_true(has_param(&stmt, USER));
}

static void test_values_are_never_text_of_the_statement(void **state)
{
	struct str values[] = {STR("a\"b\\c"), STR_NONE, STR("{x},y'; drop table companies --")};
	struct query query = by_name();
	struct db_stmt stmt;

	(void)state;
	add(&query, "name", OP_IN, values, ARRAY_LEN(values));
	stmt = sql_list(&query, false);
	assert_false(has(&stmt, "drop"));
	assert_true(has(&stmt, "t.\"name\" = any($"));
	assert_true(has_param(&stmt, "{\"a\\\"b\\\\c\",NULL,\"{x},y'; drop table companies --\"}"));
}

static void test_patterns_mean_themselves(void **state)
{
	struct str value = STR("50%_\\");
	struct query query = by_name();
	struct db_stmt stmt;

	(void)state;
	add(&query, "name", OP_CONTAINS, &value, 1);
	stmt = sql_list(&query, false);
	assert_true(has_param(&stmt, "%50\\%\\_\\\\%"));
}

static void test_every_statement_names_the_tenant(void **state)
{
	struct query query = by_name();
	struct db_stmt stmts[] = {sql_list(&query, false), sql_list(&query, true),
		sql_count(&query, 10), sql_export(&query), sql_estimate(&query),
		sql_delete(company, &request, STR(ID), STR_NONE),
		sql_restore(company, STR(ID), &query),
		sql_trash(company, &request, STR(ID), STR_NONE, true, STR_NONE),
		sql_untrash(company, &request, STR(ID))};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(stmts); i++) {
		assert_true(has(&stmts[i], "t.org_id = $"));
		assert_true(has_param(&stmts[i], ORG));
	}
}

/* But not those whose plan is kept for any caller: row security does, and is compared with what is said again. */
static void test_kept_plans_leave_the_tenant_to_the_guard(void **state)
{
	struct query query = by_name();
	struct db_stmt stmts[4];

	(void)state;
	query.sorts[0] = (struct query_sort){field("createdAt"), true};
	stmts[0] = sql_list(&query, false);
	stmts[1] = sql_get(&query, STR(ID));
	stmts[2] = sql_include(&request, company, STR("{}"));
	stmts[3] = sql_visible(company, &request, STR(ID));
	for (size_t i = 0; i < ARRAY_LEN(stmts); i++) {
		assert_true(has(&stmts[i], " where true"));
		assert_false(has(&stmts[i], "t.org_id = $"));
	}
	caller.scopes[company->index][VERB_READ] = SCOPE_TEAM;
	stmts[0] = sql_list(&query, false);
	caller.scopes[company->index][VERB_READ] = SCOPE_ALL;
	assert_true(has(&stmts[0], "t.org_id = $"));
}

static void test_pages(void **state)
{
	struct query query = by_name();
	struct db_stmt first = sql_list(&query, false), third;

	(void)state;
	assert_true(has(&first, "order by t.\"name\", t.id limit 26"));
	assert_false(has(&first, "offset"));
	query.page = 3;
	third = sql_list(&query, false);
	assert_true(has(&third, "offset $"));
	assert_true(has_param(&third, "50"));
}

/* One sort that is never null is a row comparison; one that may be takes the nulls last, both ways. */
static void test_cursors(void **state)
{
	struct query query = by_name();
	struct db_stmt stmt;

	(void)state;
	query.cursor = STR("given");
	query.after[0] = STR("Alder");
	query.after[1] = STR(ID);
	stmt = sql_list(&query, false);
	assert_true(has(&stmt, " and (t.\"name\", t.id) > ("));
	query.sorts[0] = (struct query_sort){field("employees"), true};
	query.after[0] = STR("5");
	stmt = sql_list(&query, false);
	assert_true(has(&stmt, "desc nulls last, t.id desc"));
	assert_true(has(&stmt, "t.\"employees\" is null"));
	query.after[0] = STR_NONE;
	stmt = sql_list(&query, false);
	assert_true(has(&stmt, "(false or t.\"employees\" is null and t.id < $"));
}

/* Own records are asked for as such, which finds their index; all are not. */
static void test_own_scope_is_a_predicate(void **state)
{
	struct query query = by_name();
	struct db_stmt all = sql_list(&query, false), own;

	(void)state;
	assert_false(has(&all, "owner_id"));
	caller.preset = PRESET_USER;
	assert_int_equal(caller_set_access(&caller, &arena, STR_NONE, STR_NONE), ERR_OK);
	own = sql_list(&query, false);
	assert_true(has(&own, "t.\"owner_id\" = $"));
	assert_false(own.unprepared);
	caller.scopes[query.resource->index][VERB_READ] = SCOPE_TEAM;
	own = sql_list(&query, false);
	assert_true(has(&own, "t.\"owner_id\" = any($"));
	assert_true(own.unprepared);
	caller.preset = PRESET_ADMIN;
	assert_int_equal(caller_set_access(&caller, &arena, STR_NONE, STR_NONE), ERR_OK);
}

/* The people whose own a row is stand in one column, in two of them, or in an array. */
static void test_own_is_told_by_columns(void **state)
{
	static const struct {
		const char *entity, *own, *team;
	} told[] = {
		{"company", "(t.\"owner_id\" = $", "(t.\"owner_id\" = any($"},
		{"contact", " or t.\"company_owner_id\" = $", " or t.\"company_owner_id\" = any($"},
		{"task", "(t.own_ids @> array[$", "(t.own_ids && $"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		const struct resource *resource = resource_find(str_of(told[i].entity));
		struct query query = {.req = &request,
			.resource = resource,
			.fields = (const struct resource_field *[]){&resource->fields[0]},
			.field_count = 1,
			.page = 1,
			.limit = 25};
		struct db_stmt stmt;

		caller.scopes[resource->index][VERB_READ] = SCOPE_OWN;
		stmt = sql_list(&query, false);
		assert_true(has(&stmt, told[i].own));
		caller.scopes[resource->index][VERB_READ] = SCOPE_TEAM;
		stmt = sql_list(&query, false);
		assert_true(has(&stmt, told[i].team));
		caller.scopes[resource->index][VERB_READ] = SCOPE_ALL;
	}
}

static void test_days_are_the_organisations(void **state)
{
	struct str day = STR("2026-11-20");
	struct query query = by_name();
	struct db_stmt stmt;

	(void)state;
	add(&query, "createdAt", OP_LTE, &day, 1);
	query.filters[0].day = true;
	stmt = sql_list(&query, false);
	assert_true(has(&stmt, "t.\"created_at\" < ($"));
	assert_true(has(&stmt, "::date + 1)::timestamp at time zone $"));
	assert_true(has_param(&stmt, "Europe/Berlin"));
}

/* A reference is looked at before it is stored; nothing to look at is no statement. */
static void test_references(void **state)
{
	struct record_value parent = {field("parentId"), STR(ID)},
			    name = {field("name"), STR("Alder")},
			    owner = {field("ownerId"), request.caller->user_id};
	struct record_write write = {
		.req = &request, .resource = company, .values = &parent, .count = 1};
	struct db_stmt stmt = sql_references(&write);

	(void)state;
	assert_true(has(&stmt, "require_references("));
	assert_true(has(&stmt, "and t.deleted_at is null"));
	assert_true(has_param(&stmt, "parentId"));
	write.values = &name;
	assert_int_equal(sql_references(&write).sql.len, 0);
	write.values = &owner;
	assert_int_equal(sql_references(&write).sql.len, 0);
	owner.text = STR(ID);
	stmt = sql_references(&write);
	assert_true(has(&stmt, "\"people\""));
	parent.text = STR_NONE;
	write.values = &parent;
	assert_int_equal(sql_references(&write).sql.len, 0);
}

/* As many custom references as a tenant may define: the statement grows, the process does not end. */
static void test_a_statement_grows(void **state)
{
	enum { FIELDS = 3000 };
	struct record_value *values = ARENA_ARRAY(&arena, struct record_value, FIELDS);
	struct record_write write = {.req = &request,
		.resource = company,
		.custom_values = values,
		.custom_count = FIELDS};
	struct db_stmt stmt;

	(void)state;
	for (size_t i = 0; i < FIELDS; i++)
		values[i] = (struct record_value){field("parentId"), STR(ID)};
	stmt = sql_references(&write);
	assert_true(stmt.param_count >= FIELDS && stmt.param_count < 65536);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_values_are_one_parameter),
		cmocka_unit_test(test_sort_values_are_asked_for_once),
		cmocka_unit_test(test_what_is_computed_is_a_call),
		cmocka_unit_test(test_what_is_nested_goes_with_its_record),
		cmocka_unit_test(test_values_are_never_text_of_the_statement),
		cmocka_unit_test(test_patterns_mean_themselves),
		cmocka_unit_test(test_every_statement_names_the_tenant),
		cmocka_unit_test(test_kept_plans_leave_the_tenant_to_the_guard),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_cursors),
		cmocka_unit_test(test_own_scope_is_a_predicate),
		cmocka_unit_test(test_own_is_told_by_columns),
		cmocka_unit_test(test_days_are_the_organisations),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_a_statement_grows),
	};

	return cmocka_run_group_tests_name("core/sql", tests, setup, teardown);
}
