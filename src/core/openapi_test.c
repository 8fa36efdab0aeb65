/* SPDX-License-Identifier: Apache-2.0 */
/* The OpenAPI document holds together: references, names, parameters, and schemas that are exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_read.h"
#include "core/feature.h"
#include "core/openapi.h"
#include "core/records.h"
#include "core/resource.h"

static struct arena arena;
static struct router *router;
static struct json_value *document;

static int read_document(void **state)
{
	struct problem problem;
	struct buf text;

	(void)state;
	arena_init(&arena);
	problem_init(&problem, &arena);
	assert_int_equal(resources_init(&problem), ERR_OK);
	router = router_new();
	records_add_routes(router);
	for (const struct feature *const *f = feature_registry; *f; f++)
		for (const struct route *route = (*f)->routes; route && route->pattern; route++)
			router_add(router, route);
	buf_init(&text, 16 * 1024 * 1024);
	openapi_write(&text, router);
	assert_false(text.full);
	assert_int_equal(json_read(&arena, buf_str(&text), &problem, &document), ERR_OK);
	buf_deinit(&text);
	return 0;
}

static int forget_document(void **state)
{
	(void)state;
	router_free(router);
	resources_deinit();
	arena_deinit(&arena);
	return 0;
}

static const struct json_value *at(const char *const *path)
{
	const struct json_value *value = document;

	for (; *path && value; path++)
		value = json_get(value, *path);
	return value;
}

#define AT(...) at((const char *const[]){__VA_ARGS__, NULL})

/* --- references --------------------------------------------------------------------------------- */

static const struct json_value *resolve(struct str ref)
{
	const struct json_value *value = document;

	assert_true(str_starts_with(ref, STR("#/")));
	ref = str_slice(ref, 2, ref.len);
	while (ref.ptr && value)
		value = json_get(value, arena_cstr(&arena, str_cut(&ref, '/')));
	return value;
}

static void check_references(const struct json_value *value)
{
	struct str ref = json_get_str(value, "$ref");

	if (ref.ptr && !resolve(ref))
		fail_msg("%.*s refers to nothing", STR_ARG(ref));
	for (const struct json_value *v = value->first; v; v = v->next)
		check_references(v);
}

static void test_references_resolve(void **state)
{
	(void)state;
	check_references(document);
}

/* --- operations --------------------------------------------------------------------------------- */

static void each_operation(void (*check)(struct str path, const struct json_value *operation))
{
	for (const struct json_value *p = AT("paths")->first; p; p = p->next)
		for (const struct json_value *o = p->first; o; o = o->next)
			check(p->key, o);
}

static struct str ids[1024];
static size_t id_count;

static void check_id(struct str path, const struct json_value *operation)
{
	struct str id = json_get_str(operation, "operationId");

	(void)path;
	assert_true(id.len > 0 && id_count < ARRAY_LEN(ids));
	for (size_t i = 0; i < id_count; i++)
		if (str_eq(ids[i], id))
			fail_msg("operationId %.*s stands twice", STR_ARG(id));
	ids[id_count++] = id;
}

static void test_operation_ids_are_unique(void **state)
{
	(void)state;
	id_count = 0;
	each_operation(check_id);
	assert_true(id_count > 50);
}

static size_t count_braces(struct str path)
{
	size_t n = 0;

	for (size_t i = 0; i < path.len; i++)
		n += path.ptr[i] == '{';
	return n;
}

static void check_path_parameters(struct str path, const struct json_value *operation)
{
	size_t declared = 0;

	for (const struct json_value *p = json_get(operation, "parameters")->first; p;
		p = p->next) {
		struct str ref = json_get_str(p, "$ref");
		const struct json_value *parameter = ref.ptr ? resolve(ref) : p;

		declared += str_is(json_get_str(parameter, "in"), "path");
	}
	assert_int_equal(declared, count_braces(path));
}

static void test_path_parameters_are_declared(void **state)
{
	(void)state;
	each_operation(check_path_parameters);
}

static void check_answers(struct str path, const struct json_value *operation)
{
	const struct json_value *responses = json_get(operation, "responses");

	(void)path;
	assert_true(responses->count > 3);
	assert_non_null(json_get(responses, "400"));
	assert_non_null(json_get(responses, "500"));
	assert_non_null(json_get(responses, "503"));
}

static void test_operations_name_their_answers(void **state)
{
	(void)state;
	each_operation(check_answers);
}

/* Every route is in the document or says that it is an alias. */
static void test_routes_are_documented(void **state)
{
	const struct route *const *routes;
	size_t count = router_routes(router, &routes);

	(void)state;
	for (size_t i = 0; i < count; i++)
		if (!routes[i]->doc && !(routes[i]->flags & ROUTE_UNDOCUMENTED))
			fail_msg("%s says nothing of itself", routes[i]->pattern);
}

/* --- schemas ------------------------------------------------------------------------------------ */

static void check_closed(struct str name, const struct json_value *value)
{
	const struct json_value *properties = json_get(value, "properties");
	bool listed = properties && properties->type == JSON_OBJECT && json_get(value, "type");

	if (listed && !json_get(value, "additionalProperties"))
		fail_msg("an object in %.*s is open", STR_ARG(name));
	for (const struct json_value *v = value->first; v; v = v->next)
		check_closed(name, v);
}

static void test_objects_are_closed(void **state)
{
	(void)state;
	for (const struct json_value *p = AT("paths")->first; p; p = p->next)
		check_closed(p->key, p);
	for (const struct json_value *s = AT("components", "schemas")->first; s; s = s->next)
		check_closed(s->key, s);
}

static bool requires(const struct json_value *schema, const char *name)
{
	for (const struct json_value *r = json_get(schema, "required")->first; r; r = r->next)
		if (str_is(r->text, name))
			return true;
	return false;
}

/* Any other field may be kept from a role. */
static void test_records_have_an_id(void **state)
{
	const struct json_value *tag = AT("components", "schemas", "Tag");

	(void)state;
	assert_true(requires(tag, "id"));
	assert_false(requires(tag, "color"));
	assert_non_null(json_get(json_get(tag, "properties"), "color"));
	assert_non_null(json_get(json_get(tag, "properties"), "deletedAt"));
}

static bool has_type(const struct json_value *type, const char *name)
{
	if (type->type == JSON_STRING)
		return str_is(type->text, name);
	for (const struct json_value *t = type->first; t; t = t->next)
		if (str_is(t->text, name))
			return true;
	return false;
}

static void test_null_only_where_it_may_be(void **state)
{
	(void)state;
	assert_false(
		has_type(AT("components", "schemas", "Tag", "properties", "name", "type"), "null"));
	assert_true(has_type(
		AT("components", "schemas", "Tag", "properties", "color", "type"), "null"));
	assert_false(has_type(
		AT("components", "schemas", "Deal", "properties", "status", "type"), "null"));
	assert_true(has_type(
		AT("components", "schemas", "Deal", "properties", "amount", "type"), "null"));
}

static void test_bodies_take_what_may_be_sent(void **state)
{
	const struct json_value *create = AT("components", "schemas", "StageCreate");
	const struct json_value *update = AT("components", "schemas", "StageUpdate");

	(void)state;
	assert_true(requires(create, "pipelineId"));
	assert_null(json_get(json_get(create, "properties"), "createdAt"));
	assert_null(json_get(json_get(update, "properties"), "pipelineId"));
	assert_null(json_get(update, "required"));
	/* Money is read from a number and from a text. */
	assert_true(
		has_type(AT("components", "schemas", "DealCreate", "properties", "amount", "type"),
			"string"));
	assert_false(has_type(
		AT("components", "schemas", "Deal", "properties", "amount", "type"), "string"));
}

static void test_lists_leave_long_documents_out(void **state)
{
	(void)state;
	assert_non_null(AT("components", "schemas", "Contact", "properties", "description"));
	assert_null(AT("components", "schemas", "ContactItem", "properties", "description"));
	assert_null(AT("components", "schemas", "ChangeItem"));
}

static void test_read_only_entities_take_nothing(void **state)
{
	(void)state;
	assert_null(AT("components", "schemas", "ChangeCreate"));
	assert_null(AT("paths", "/api/v1/audit-logs", "post"));
	assert_null(AT("paths", "/api/v1/users", "post"));
	assert_null(AT("paths", "/api/v1/users/{id}", "delete"));
	assert_null(AT("paths", "/api/v1/customers"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references_resolve),
		cmocka_unit_test(test_operation_ids_are_unique),
		cmocka_unit_test(test_path_parameters_are_declared),
		cmocka_unit_test(test_operations_name_their_answers),
		cmocka_unit_test(test_routes_are_documented),
		cmocka_unit_test(test_objects_are_closed),
		cmocka_unit_test(test_records_have_an_id),
		cmocka_unit_test(test_null_only_where_it_may_be),
		cmocka_unit_test(test_bodies_take_what_may_be_sent),
		cmocka_unit_test(test_lists_leave_long_documents_out),
		cmocka_unit_test(test_read_only_entities_take_nothing),
	};

	return cmocka_run_group_tests(tests, read_document, forget_document);
}
