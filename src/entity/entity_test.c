/* SPDX-License-Identifier: Apache-2.0 */
/* The entity tables read well: what every entity says about itself, and how it says it. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/resource.h"

static void each_entity(void (*check)(const struct entity *entity))
{
	for (const struct entity *const *entity = entity_registry; *entity; entity++)
		check(*entity);
}

static void each_field(void (*check)(const struct entity *entity, const struct field *field))
{
	for (const struct entity *const *entity = entity_registry; *entity; entity++)
		for (const struct field *field = (*entity)->fields; field->kind; field++)
			check(*entity, field);
}

/* --- what the server checks at its start -------------------------------------------------------- */

static void test_tables_pass_the_start(void **state)
{
	struct problem problem;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	problem_init(&problem, &arena);
	if (resources_init(&problem) != ERR_OK)
		fail_msg("%.*s", STR_ARG(problem.message));
	resources_deinit();
	arena_deinit(&arena);
}

/* --- entities ----------------------------------------------------------------------------------- */

static void check_words(const struct entity *entity)
{
	static const char *const groups[] = {"crm", "sales", "work", "admin"};
	bool known = false;

	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		known |= strcmp(entity->group, groups[i]) == 0;
	if (!known || !entity->label || !entity->label_plural || !entity->icon)
		fail_msg("%s lacks a label, an icon or a group", entity->name);
}

/* A preset that is forgotten would be closed without anybody having said so. */
static void check_presets(const struct entity *entity)
{
	bool nested = entity->flags & ENTITY_NESTED;

	/* What is part of a record has the record's letters, and none of its own. */
	for (size_t preset = 0; preset < PRESET__COUNT; preset++)
		if (nested != !entity->access[preset])
			fail_msg("%s says nothing to preset %zu", entity->name, preset);
}

/* A table of more columns than these is no list any more. */
static void check_columns(const struct entity *entity)
{
	size_t listed = 0;

	for (const struct field *field = entity->fields; field->kind; field++)
		listed += (field->flags & FIELD_LISTED) != 0;
	if (listed == 0 || listed > 12)
		fail_msg("%s lists %zu columns", entity->name, listed);
}

static bool is_sentence(const char *text)
{
	size_t len = strlen(text);

	return len > 1 && (isupper(text[0]) || isdigit(text[0])) && text[len - 1] == '.';
}

static void check_messages(const struct entity *entity)
{
	const char *table = entity->table ? entity->table : entity->plural;

	for (const struct entity_constraint *c = entity->constraints; c && c->constraint; c++) {
		if (!is_sentence(c->message))
			fail_msg("%s: the message is no sentence", c->constraint);
		if (strncmp(c->constraint, table, strlen(table)) != 0)
			fail_msg("%s is no constraint of %s", c->constraint, table);
	}
}

static void test_entities(void **state)
{
	(void)state;
	each_entity(check_words);
	each_entity(check_presets);
	each_entity(check_columns);
	each_entity(check_messages);
}

/* --- fields ------------------------------------------------------------------------------------- */

static void check_help(const struct entity *entity, const struct field *field)
{
	if (field->help && !is_sentence(field->help))
		fail_msg("%s.%s: the help is no sentence", entity->name, field->name);
}

static void check_options(const struct entity *entity, const struct field *field)
{
	for (const struct field_option *o = field->options; o && o->key; o++)
		if (!o->label || o->label[0] < 'A' || o->label[0] > 'Z')
			fail_msg(
				"%s.%s: option %s has no label", entity->name, field->name, o->key);
}

/* An initial of an enum is one of its options. */
static void check_initial(const struct entity *entity, const struct field *field)
{
	bool found = !field->options || !field->initial;

	for (const struct field_option *o = field->options; o && o->key && !found; o++)
		found = strncmp(field->initial + 1, o->key, strlen(o->key)) == 0;
	if (!found)
		fail_msg("%s.%s: %s is no option", entity->name, field->name, field->initial);
}

/* A key without a label for people would show as half a word. */
static void check_label(const struct entity *entity, const struct field *field)
{
	size_t len = strlen(field->name);
	bool url = len > 3 && strcmp(field->name + len - 3, "Url") == 0;
	bool id = len > 2 && strcmp(field->name + len - 2, "Id") == 0 && field->kind == FIELD_TEXT;

	if ((url || id) && !field->label)
		fail_msg("%s.%s needs a label", entity->name, field->name);
}

static void test_fields(void **state)
{
	(void)state;
	each_field(check_help);
	each_field(check_options);
	each_field(check_initial);
	each_field(check_label);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_pass_the_start),
		cmocka_unit_test(test_entities),
		cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
