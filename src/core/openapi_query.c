/* SPDX-License-Identifier: Apache-2.0 */
/* OpenAPI parameters of records: what lists, exports and single records can be asked. */
#include "core/field_type.h"
#include "core/openapi_internal.h"
#include "core/query.h"

static void shared(struct openapi *doc, const char *name)
{
	openapi_ref(doc, "parameters", str_of(name), "");
}

static bool can_filter(const struct resource_field *f)
{
	return !resource_field_is(f, FIELD_NO_FILTER) && field_type_of(f->field)->operators;
}

/* --- components: one choice of names an entity ------------------------------------------------ */

static void begin_choice(
	struct openapi *doc, struct str type, const char *what, const char *parameter, int most)
{
	struct json *json = &doc->json;

	json_key(json, arena_printf(&doc->arena, "%.*s%s", STR_ARG(type), what));
	json_object(json);
	json_member_cstr(json, "name", parameter);
	json_member_cstr(json, "in", "query");
	json_member_cstr(json, "style", "form");
	json_member_bool(json, "explode", false);
	json_key(json, STR("schema"));
	json_object(json);
	json_member_cstr(json, "type", "array");
	if (most)
		json_member_int(json, "maxItems", most);
	json_key(json, STR("items"));
	json_object(json);
	json_key(json, STR("enum"));
	json_array(json);
}

static void end_choice(struct openapi *doc)
{
	for (int depth = 0; depth < 4; depth++)
		json_end(&doc->json);
}

static void write_sort(struct openapi *doc, const struct resource *r, struct str type)
{
	begin_choice(doc, type, "Sort", "sort", QUERY_MAX_SORTS);
	for (size_t i = 0; i < r->field_count; i++) {
		if (!field_can_sort(r->fields[i].field))
			continue;
		json_str(&doc->json, r->fields[i].name);
		json_str(
			&doc->json, arena_printf(&doc->arena, "-%.*s", STR_ARG(r->fields[i].name)));
	}
	end_choice(doc);
}

static void write_fields(struct openapi *doc, const struct resource *r, struct str type)
{
	begin_choice(doc, type, "Fields", "fields", 0);
	for (size_t i = 0; i < r->field_count; i++)
		json_str(&doc->json, r->fields[i].name);
	for (size_t i = 0; i < r->nested_count; i++)
		json_str(&doc->json, r->nested[i].name);
	end_choice(doc);
}

static bool has_includes(const struct resource *r)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (openapi_includes(r, &r->fields[i]))
			return true;
	return r->count_count > 0 || r->nested_count > 0;
}

static void write_include(struct openapi *doc, const struct resource *r, struct str type)
{
	if (!has_includes(r))
		return;
	begin_choice(doc, type, "Include", "include", QUERY_MAX_INCLUDES);
	for (size_t i = 0; i < r->field_count; i++)
		if (openapi_includes(r, &r->fields[i]))
			json_str(&doc->json, r->fields[i].include);
	if (r->count_count)
		json_cstr(&doc->json, "counts");
	for (size_t i = 0; i < r->nested_count; i++)
		json_str(&doc->json, r->nested[i].name);
	end_choice(doc);
}

void openapi_parameters(struct openapi *doc)
{
	const struct resource *const *all;
	size_t count;

	openapi_parts(doc, openapi_shared_parameters);
	all = resources_all(&count);
	for (size_t i = 0; i < count; i++) {
		struct str type = openapi_type_name(doc, all[i]->entity->name);

		write_sort(doc, all[i], type);
		write_fields(doc, all[i], type);
		write_include(doc, all[i], type);
	}
}

/* --- an operation's parameters ---------------------------------------------------------------- */

/* `field=value` and `field[op]=value` are one parameter in deepObject style. */
static void filter(struct openapi *doc, const struct resource_field *f)
{
	struct json *json = &doc->json;
	struct str type = openapi_type_name(doc, field_type_of(f->field)->name);

	json_object(json);
	json_member_str(json, "name", f->name);
	json_member_cstr(json, "in", "query");
	json_member_cstr(json, "style", "deepObject");
	json_key(json, STR("schema"));
	openapi_ref(doc, "schemas", type, "Filter");
	json_end(json);
}

static void filters(struct openapi *doc, const struct resource *r)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (can_filter(&r->fields[i]))
			filter(doc, &r->fields[i]);
}

static void paging(struct openapi *doc)
{
	shared(doc, "Page");
	shared(doc, "Limit");
	shared(doc, "Cursor");
	shared(doc, "Count");
}

/* A pipeline is asked for even where the records do not name theirs. */
static void board(struct openapi *doc, const struct resource *r)
{
	const struct resource_field *by = resource_field_find(r, str_of(r->entity->board->by));

	shared(doc, "Limit");
	if (by->target && !resource_field_find(r, STR("pipelineId")))
		shared(doc, "Pipeline");
}

static void selection(struct openapi *doc, const struct resource *r, struct str type)
{
	if (r->entity->flags & ENTITY_SEARCH)
		shared(doc, "Search");
	openapi_ref(doc, "parameters", type, "Sort");
	shared(doc, "Where");
	shared(doc, "View");
	filters(doc, r);
}

static void groups(struct openapi *doc, const struct resource *r)
{
	shared(doc, "GroupBy");
	shared(doc, "GroupSum");
	shared(doc, "GroupSort");
	shared(doc, "GroupLimit");
	if (r->entity->flags & ENTITY_SEARCH)
		shared(doc, "Search");
	shared(doc, "Where");
	shared(doc, "View");
	filters(doc, r);
	if (r->has_deleted)
		shared(doc, "Deleted");
}

static void narrowing(struct openapi *doc, const struct resource *r, struct str type)
{
	openapi_ref(doc, "parameters", type, "Fields");
	if (has_includes(r))
		openapi_ref(doc, "parameters", type, "Include");
}

/* Which records are changed: the filters of the list. */
static void found(struct openapi *doc, const struct resource *r)
{
	if (r->entity->flags & ENTITY_SEARCH)
		shared(doc, "Search");
	shared(doc, "Where");
	shared(doc, "View");
	filters(doc, r);
	shared(doc, "Ids");
	shared(doc, "ExpectedCount");
}

void openapi_query(struct openapi *doc, const struct resource *resource, enum openapi_shape shape)
{
	struct str type = openapi_type_name(doc, resource->entity->name);
	bool list = shape == OPENAPI_LIST || shape == OPENAPI_EXPORT ||
		shape == OPENAPI_EXPORT_JSONL || shape == OPENAPI_EXPORT_XLSX;

	if (shape == OPENAPI_GROUPS) {
		groups(doc, resource);
		return;
	}
	if (shape == OPENAPI_LIST)
		paging(doc);
	if (shape == OPENAPI_BOARD)
		board(doc, resource);
	if (list || shape == OPENAPI_BOARD)
		selection(doc, resource, type);
	if ((list || shape == OPENAPI_GET) && resource->has_deleted)
		shared(doc, "Deleted");
	if (shape == OPENAPI_UPDATE_MANY || shape == OPENAPI_DELETE_MANY)
		found(doc, resource);
	else if (shape != OPENAPI_DELETE && shape != OPENAPI_BULK)
		narrowing(doc, resource, type);
}
