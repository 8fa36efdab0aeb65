/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: values that are nearly something that is there. A value of a picklist's or enum's column is held
 * against its options, one of a link against the names of the records it could mean, one of a text that is
 * called as an entity against the names of that, and both of the latter against the file's own values.
 */
#include <stdio.h>

#include "core/app.h"
#include "core/caller.h"
#include "core/unit.h"
#include "feature/import_country.h"
#include "feature/import_inspect.h"

enum { NAMES_MAX = 5000, PROPOSALS_MAX = 500, JSON_MAX = 1024 * 1024 };

/* --- names ------------------------------------------------------------------------------------ */

static enum err load(struct request *req, struct import_names *names)
{
	const struct import_plan plan = {.arena = req->arena, .org_id = req->caller->org_id};
	const struct import_link link = {.target = names->resource, .by = names->by};
	struct db_stmt stmt = sql_import_names(&plan, &link, NAMES_MAX + 1);
	struct db_result rows;
	enum err err = unit_query(req, DB_SLOW, names->resource, &stmt, &rows);

	if (err)
		return err;
	names->whole = rows.rows <= NAMES_MAX;
	names->count = (size_t)MIN(rows.rows, (int)NAMES_MAX);
	names->forms = ARENA_ARRAY(req->arena, struct import_form, names->count + 1);
	for (size_t i = 0; i < names->count; i++)
		names->forms[i] = import_form_of(req->arena, db_value(&rows, (int)i, 0));
	return ERR_OK;
}

static bool may_name(const struct caller *caller, const struct resource *resource,
	const struct resource_field *by)
{
	bool seen = !by || caller_sees(caller, by);

	for (size_t i = 0; !by && i < resource->title_count; i++)
		seen &= caller_sees(caller, resource->titles[i]);
	return seen && caller_scope(caller, resource, VERB_READ) != SCOPE_NONE &&
		(by || resource->title_count > 0);
}

enum err import_names_of(struct import_catalogue *catalogue, const struct resource *resource,
	const struct resource_field *by, const struct import_names **out)
{
	struct import_names *names = catalogue->loaded;
	enum err err;

	*out = NULL;
	if (!may_name(catalogue->req->caller, resource, by))
		return ERR_OK;
	for (; names < catalogue->loaded + catalogue->count; names++) {
		if (names->resource == resource && names->by == by) {
			*out = names;
			return ERR_OK;
		}
	}
	if (catalogue->count == ARRAY_LEN(catalogue->loaded))
		return ERR_OK;
	*names = (struct import_names){.resource = resource, .by = by};
	err = load(catalogue->req, names);
	if (!err) {
		catalogue->count++;
		*out = names;
	}
	return err;
}

/* --- one column ------------------------------------------------------------------------------- */

struct work {
	struct import_catalogue *catalogue;
	const struct import_map *map;
	const struct import_rule *rule;
	const struct import_column *column;
	struct import_form *own; /* the column's values */
	struct json json;
	size_t count;
};

static bool has_alias(const struct import_rule *rule, struct str text)
{
	for (size_t i = 0; i < rule->alias_count; i++)
		if (str_eq_nocase(rule->aliases[i].from, text))
			return true;
	return rule->other != NULL;
}

static void write_proposal(struct work *work, const char *kind, const struct import_value *value,
	struct str suggestion)
{
	struct json *json = &work->json;
	char id[24];

	if (work->count == PROPOSALS_MAX)
		return;
	snprintf(id, sizeof(id), "%zu", ++work->count);
	json_object(json);
	json_member_cstr(json, "id", id);
	json_member_str(json, "column", work->column->name);
	json_member_str(json, "field", work->rule->label);
	json_member_cstr(json, "kind", kind);
	json_member_str(json, "value", value->text);
	json_member_int(json, "count", value->count);
	json_member_str(json, "suggestion", suggestion);
	json_end(json);
}

static bool is_exact(const struct import_form *forms, size_t count, struct str text)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq_nocase(forms[i].text, text))
			return true;
	return false;
}

/* What is not among the forms, with the nearest of them; `strict`: also what is near none. */
static void hold_against(struct work *work, const char *kind, const struct import_form *forms,
	size_t count, bool strict)
{
	for (size_t i = 0; i < work->column->value_count; i++) {
		const struct import_value *value = &work->column->values[i];
		const struct import_form *nearest;
		int distance = 0;

		if (has_alias(work->rule, value->text) || is_exact(forms, count, value->text))
			continue;
		nearest = import_form_nearest(&work->own[i], forms, count, &distance);
		if (nearest || strict)
			write_proposal(work, kind, value, nearest ? nearest->text : STR_NONE);
	}
}

/* The more frequent spelling is the one that is meant. */
static void hold_against_own(struct work *work, const struct import_form *known, size_t known_count)
{
	const struct import_column *column = work->column;

	for (size_t i = 0; i < column->value_count; i++) {
		const struct import_value *value = &column->values[i];
		size_t best = SIZE_MAX;
		int distance = 0;

		if (has_alias(work->rule, value->text) ||
			is_exact(known, known_count, value->text) ||
			import_form_nearest(&work->own[i], known, known_count, &distance))
			continue;
		for (size_t k = 0; k < column->value_count; k++)
			if (k != i && column->values[k].count >= 2 * value->count &&
				!str_eq_nocase(column->values[k].text, value->text) &&
				import_form_distance(&work->own[i], &work->own[k]) >= 0 &&
				(best == SIZE_MAX ||
					column->values[k].count > column->values[best].count))
				best = k;
		if (best != SIZE_MAX)
			write_proposal(work, "value", value, column->values[best].text);
	}
}

/* --- what a column is held against ------------------------------------------------------------ */

static size_t add_options(struct arena *arena, const struct tenant *tenant,
	const struct field *field, struct import_form *out)
{
	size_t count = 0;

	for (size_t i = 0; field->kind == FIELD_PICKLIST && i < tenant->option_count; i++) {
		const struct tenant_option *option = &tenant->options[i];

		if (!str_is(option->picklist, field->picklist) || option->archived)
			continue;
		out[count++] = import_form_of(arena, option->label);
		out[count++] = import_form_of(arena, option->key);
	}
	for (const struct field_option *o = field->options; o && o->key; o++) {
		out[count++] = import_form_of(arena, str_of(o->label));
		out[count++] = import_form_of(arena, str_of(o->key));
	}
	return count;
}

static void propose_options(struct work *work)
{
	const struct tenant *tenant = work->map->tenant;
	const struct field *field = work->rule->field->field;
	size_t most = 2 * (tenant->option_count + 200), count;
	struct import_form *forms = ARENA_ARRAY(work->map->arena, struct import_form, most);

	count = add_options(work->map->arena, tenant, field, forms);
	hold_against(work, "option", forms, count, !work->rule->add);
}

static void propose_countries(struct work *work)
{
	for (size_t i = 0; i < work->column->value_count; i++) {
		const struct import_value *value = &work->column->values[i];

		if (!has_alias(work->rule, value->text) && !import_country_code(value->text).ptr)
			write_proposal(work, "option", value, import_country_near(value->text));
	}
}

static enum err propose_names(struct work *work, const struct resource *resource,
	const struct resource_field *by, bool strict)
{
	const struct import_names *names;
	enum err err = import_names_of(work->catalogue, resource, by, &names);

	if (err || !names)
		return err;
	hold_against(work, "record", names->forms, names->count, strict && names->whole);
	if (!strict)
		hold_against_own(work, names->forms, names->count);
	return ERR_OK;
}

static const struct import_link *link_of(const struct import_map *map, unsigned column)
{
	for (size_t i = 0; i < map->plan.link_count; i++)
		if (map->plan.links[i]->column == column)
			return map->plan.links[i];
	return NULL;
}

/* An address or a phone number that is nearly another one is another one. */
static enum err propose_for(struct work *work)
{
	const struct import_rule *rule = work->rule;
	const struct import_link *link = rule->key ? link_of(work->map, rule->column) : NULL;
	const struct resource *called;

	if (link)
		return link->by && link->by->field->kind != FIELD_TEXT
			? ERR_OK
			: propose_names(work, link->target, link->by, !link->create);
	if (!rule->field || rule->part != NAME_WHOLE)
		return ERR_OK;
	if (rule->field->field->kind == FIELD_PICKLIST || rule->field->field->kind == FIELD_ENUM)
		propose_options(work);
	if (rule->field->field->kind == FIELD_COUNTRY)
		propose_countries(work);
	called = rule->field->field->kind == FIELD_TEXT ? resource_find(rule->field->name) : NULL;
	if (called)
		return propose_names(work, called, NULL, false);
	if (rule->field->field->kind == FIELD_TEXT && !resource_field_is(rule->field, FIELD_TITLE))
		hold_against_own(work, NULL, 0);
	return ERR_OK;
}

static const struct import_column *column_of(
	const struct import_column *columns, size_t count, struct str header)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq_nocase(columns[i].name, str_trim(header)))
			return &columns[i];
	return NULL;
}

static enum err propose_rule(struct work *work)
{
	if (!work->rule->main || !work->rule->header.ptr || !work->column || work->column->many)
		return ERR_OK;
	work->own = ARENA_ARRAY(
		work->map->arena, struct import_form, work->column->value_count + 1);
	for (size_t i = 0; i < work->column->value_count; i++)
		work->own[i] = import_form_of(work->map->arena, work->column->values[i].text);
	return propose_for(work);
}

enum err import_propose(struct import_catalogue *catalogue, const struct import_map *map,
	const struct import_column *columns, size_t count, struct str *out)
{
	struct work work = {.catalogue = catalogue, .map = map};
	struct buf text;
	enum err err = ERR_OK;

	buf_init(&text, JSON_MAX);
	json_init(&work.json, &text);
	json_array(&work.json);
	for (size_t i = 0; i < map->rule_count && !err; i++) {
		work.rule = &map->rules[i];
		work.column = map->rules[i].header.ptr
			? column_of(columns, count, map->rules[i].header)
			: NULL;
		err = propose_rule(&work);
	}
	json_end(&work.json);
	*out = text.full ? STR("[]") : arena_str(map->arena, buf_str(&text));
	buf_deinit(&text);
	return err;
}
