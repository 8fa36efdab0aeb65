/* SPDX-License-Identifier: Apache-2.0 */
/* OpenAPI schemas of records, made from the entity tables. */
#include <ctype.h>

#include "base/json_read.h"
#include "core/field_type.h"
#include "core/openapi_internal.h"

enum direction { READ, WRITE };

void openapi_ref(struct openapi *doc, const char *kind, struct str name, const char *suffix)
{
	json_object(&doc->json);
	json_member_str(&doc->json, "$ref",
		arena_printf(&doc->arena, "#/components/%s/%.*s%s", kind, STR_ARG(name), suffix));
	json_end(&doc->json);
}

struct str openapi_type_name(struct openapi *doc, const char *snake)
{
	struct str camel = column_to_name(&doc->arena, str_of(snake));

	return arena_printf(&doc->arena, "%c%.*s", toupper((unsigned char)camel.ptr[0]),
		(int)camel.len - 1, camel.ptr + 1);
}

bool openapi_has_detail(const struct resource *resource)
{
	for (size_t i = 0; i < resource->field_count; i++)
		if (!resource->fields[i].in_lists)
			return true;
	return resource->nested_count > 0;
}

bool openapi_includes(const struct resource *resource, const struct resource_field *field)
{
	return field->field->kind == FIELD_REFERENCE && !str_eq(field->include, field->name) &&
		!resource_field_find(resource, field->include);
}

/* --- one field -------------------------------------------------------------------------------- */

/* "type": one name, or a list of names. */
static void write_types(struct openapi *doc, const struct json_value *types, bool text, bool null)
{
	struct json *json = &doc->json;
	bool one = types->type == JSON_STRING;

	json_key(json, STR("type"));
	if (one && !text && !null) {
		json_str(json, types->text);
		return;
	}
	json_array(json);
	for (const struct json_value *t = one ? types : types->first; t; t = one ? NULL : t->next)
		json_str(json, t->text);
	if (text)
		json_cstr(json, "string");
	if (null)
		json_cstr(json, "null");
	json_end(json);
}

/* The members that the field's type states for every field of it. */
static void write_base(struct openapi *doc, const struct field *field, enum direction to, bool null)
{
	const struct field_type *type = field_type_of(field);
	bool text = to == WRITE && (type->json & 1u << JSON_NUMBER) &&
		(type->json & 1u << JSON_STRING) && field->kind != FIELD_JSON;
	struct problem problem;
	struct json_value *schema;

	problem_init(&problem, &doc->arena);
	INVARIANT(json_read(&doc->arena, str_of(type->schema), &problem, &schema) == ERR_OK);
	for (const struct json_value *m = schema->first; m; m = m->next) {
		if (str_is(m->key, "type")) {
			write_types(doc, m, text, null);
		} else {
			json_key(&doc->json, m->key);
			json_write_value(&doc->json, m);
		}
	}
}

static void write_options(struct json *json, const struct field *field, bool null)
{
	json_key(json, STR("enum"));
	json_array(json);
	for (const struct field_option *o = field->options; o->key; o++)
		json_cstr(json, o->key);
	if (null)
		json_null(json);
	json_end(json);
}

static void write_limits(struct json *json, const struct field *field)
{
	int max_len = field->max_len ? field->max_len : field_type_of(field)->max_len;
	bool amount = field->kind == FIELD_MONEY || field->kind == FIELD_PERCENT;

	if (field_is_prose(field) && field->min_len)
		json_member_int(json, "minLength", field->min_len);
	if (field_is_prose(field) && max_len)
		json_member_int(json, "maxLength", max_len);
	if (field->pattern)
		json_member_cstr(json, "pattern", field->pattern);
	if (field->flags & FIELD_POSITIVE)
		json_member_int(json, "exclusiveMinimum", 0);
	if (field->has_min)
		json_member_int(json, "minimum", field->min);
	else if (amount && !(field->flags & FIELD_SIGNED))
		json_member_int(json, "minimum", 0);
	if (field->has_max)
		json_member_int(json, "maximum", field->max);
	else if (field->kind == FIELD_PERCENT)
		json_member_int(json, "maximum", 100);
}

/* The document of custom fields is always an object; what it holds is the tenant's. */
static bool is_custom(const struct resource_field *f)
{
	return f->field->kind == FIELD_JSON && str_is(f->name, "custom");
}

static void write_field(
	struct openapi *doc, const struct resource_field *f, enum direction to, bool null)
{
	struct json *json = &doc->json;
	const struct field *field = f->field;

	json_object(json);
	if (is_custom(f))
		json_member_cstr(json, "type", "object");
	else
		write_base(doc, field, to, null);
	if (field->options)
		write_options(json, field, null);
	write_limits(json, field);
	json_member_str(json, "title", f->label);
	if (field->help)
		json_member_cstr(json, "description", field->help);
	if (field->initial && to == WRITE)
		json_member_raw(json, "default", str_of(field->initial));
	if (field->flags & FIELD_READ_ONLY)
		json_member_bool(json, "readOnly", true);
	json_end(json);
}

/* --- records ---------------------------------------------------------------------------------- */

static void write_closed(struct json *json)
{
	json_member_bool(json, "additionalProperties", false);
}

/* Arrays of what is nested in the record; `suffix` of the elements' schema. */
static void write_arrays(struct openapi *doc, const struct resource *r, const char *suffix)
{
	struct json *json = &doc->json;

	for (size_t i = 0; i < r->nested_count; i++) {
		const struct resource_nested *nested = &r->nested[i];

		json_key(json, nested->name);
		json_object(json);
		json_member_cstr(json, "type", "array");
		json_member_str(json, "title", nested->label);
		json_member_int(json, "maxItems", nested->most);
		json_key(json, STR("items"));
		openapi_ref(
			doc, "schemas", openapi_type_name(doc, nested->of->entity->name), suffix);
		json_end(json);
	}
}

/* The record that `include` adds: its id and what names it. */
static void write_included(struct openapi *doc, const struct resource_field *f)
{
	struct json *json = &doc->json;

	json_key(json, f->include);
	json_object(json);
	json_key(json, STR("anyOf"));
	json_array(json);
	openapi_ref(doc, "schemas", openapi_type_name(doc, f->target->entity->name), "Reference");
	json_raw(json, STR("{\"type\":\"null\"}"));
	json_end(json);
	json_member_cstr(json, "description", "Only when asked for by `include`.");
	json_end(json);
}

static void write_includes(struct openapi *doc, const struct resource *r)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (openapi_includes(r, &r->fields[i]))
			write_included(doc, &r->fields[i]);
	for (size_t i = 0; i < r->count_count; i++) {
		json_key(&doc->json, r->counts[i].name);
		json_raw(&doc->json,
			STR("{\"type\":\"integer\",\"minimum\":0,\"readOnly\":true,"
			    "\"description\":\"Only when asked for by `include=counts`.\"}"));
	}
}

/* Any field but the id may be kept from a role, so no other is always there. */
static void write_required(struct json *json)
{
	json_member_raw(json, "required", STR("[\"id\"]"));
}

/* A whole record, as GET /contacts/{id} answers it. */
static void write_record(struct openapi *doc, const struct resource *r, struct str name)
{
	struct json *json = &doc->json;

	json_key(json, name);
	json_object(json);
	json_member_cstr(json, "type", "object");
	json_member_cstr(json, "title", r->entity->label);
	json_key(json, STR("properties"));
	json_object(json);
	for (size_t i = 0; i < r->field_count; i++) {
		json_key(json, r->fields[i].name);
		write_field(doc, &r->fields[i], READ, !field_never_null(r->fields[i].field));
	}
	write_arrays(doc, r, "Element");
	write_includes(doc, r);
	json_end(json);
	write_required(json);
	write_closed(json);
	json_end(json);
}

/* Properties that stand in the whole record's schema. */
static void write_borrowed(
	struct openapi *doc, const struct resource *r, struct str name, bool lists)
{
	struct json *json = &doc->json;

	json_key(json, STR("properties"));
	json_object(json);
	for (size_t i = 0; i < r->field_count; i++) {
		if (lists && !r->fields[i].in_lists)
			continue;
		json_key(json, r->fields[i].name);
		openapi_ref(doc, "schemas", name,
			arena_cstr(&doc->arena,
				arena_printf(&doc->arena, "/properties/%.*s",
					STR_ARG(r->fields[i].name))));
	}
	write_arrays(doc, r, "Element");
	write_includes(doc, r);
	json_end(json);
}

/* A record of a list: without what is only on the record itself. */
static void write_item(struct openapi *doc, const struct resource *r, struct str name)
{
	struct json *json = &doc->json;

	json_key(json, arena_printf(&doc->arena, "%.*sItem", STR_ARG(name)));
	json_object(json);
	json_member_cstr(json, "type", "object");
	write_borrowed(doc, r, name, true);
	write_required(json);
	write_closed(json);
	json_end(json);
}

/* What `fields=` leaves of a record. */
static void write_partial(struct openapi *doc, const struct resource *r, struct str name)
{
	struct json *json = &doc->json;

	json_key(json, arena_printf(&doc->arena, "%.*sPartial", STR_ARG(name)));
	json_object(json);
	json_member_cstr(json, "type", "object");
	write_borrowed(doc, r, name, false);
	write_required(json);
	write_closed(json);
	json_end(json);
}

static void write_reference(struct openapi *doc, const struct resource *r, struct str name)
{
	struct json *json = &doc->json;

	json_key(json, arena_printf(&doc->arena, "%.*sReference", STR_ARG(name)));
	json_object(json);
	json_member_cstr(json, "type", "object");
	json_key(json, STR("properties"));
	json_object(json);
	json_key(json, STR("id"));
	write_field(doc, &r->fields[0], READ, false);
	for (size_t i = 0; i < r->title_count; i++) {
		json_key(json, r->titles[i]->name);
		write_field(doc, r->titles[i], READ, !field_never_null(r->titles[i]->field));
	}
	json_end(json);
	write_required(json);
	write_closed(json);
	json_end(json);
}

/* --- bodies ----------------------------------------------------------------------------------- */

/* A create takes all, a replacement as well, but what is fixed must be as it was. */
enum body { BODY_CREATE, BODY_REPLACE, BODY_UPDATE };

static bool is_sent(const struct resource_field *f, enum body body)
{
	unsigned barred = FIELD_READ_ONLY | (body == BODY_UPDATE ? FIELD_IMMUTABLE : 0u);

	return !(f->field->flags & barred);
}

static void write_needed(struct json *json, const struct resource *r, enum body body)
{
	json_key(json, STR("required"));
	json_array(json);
	for (size_t i = 0; i < r->field_count; i++)
		if (is_sent(&r->fields[i], body) &&
			resource_field_is(&r->fields[i], FIELD_REQUIRED))
			json_str(json, r->fields[i].name);
	json_end(json);
}

static void write_body(
	struct openapi *doc, const struct resource *r, struct str name, enum body body)
{
	static const char *const suffixes[] = {"Create", "Replace", "Update"};
	struct json *json = &doc->json;

	json_key(json, arena_printf(&doc->arena, "%.*s%s", STR_ARG(name), suffixes[body]));
	json_object(json);
	json_member_cstr(json, "type", "object");
	json_key(json, STR("properties"));
	json_object(json);
	for (size_t i = 0; i < r->field_count; i++) {
		if (!is_sent(&r->fields[i], body))
			continue;
		json_key(json, r->fields[i].name);
		write_field(doc, &r->fields[i], WRITE, !field_never_null(r->fields[i].field));
	}
	write_arrays(doc, r, "ElementWrite");
	if (r->remark) {
		json_key(json, r->remark->name);
		write_field(doc, r->remark, WRITE, true);
	}
	json_end(json);
	if (body != BODY_UPDATE)
		write_needed(json, r, body);
	write_closed(json);
	json_end(json);
}

/* An element of an array, as it is answered and as it is sent: what is computed may be sent again. */
static void write_element(
	struct openapi *doc, const struct resource_nested *nested, enum direction to)
{
	struct json *json = &doc->json;
	struct str name = openapi_type_name(doc, nested->of->entity->name);

	json_key(json,
		arena_printf(
			&doc->arena, "%.*sElement%s", STR_ARG(name), to == READ ? "" : "Write"));
	json_object(json);
	json_member_cstr(json, "type", "object");
	json_member_cstr(json, "title", nested->of->entity->label);
	if (to == WRITE)
		json_member_cstr(json, "description",
			"With the id of a row it replaces that row, without one it is a new one.");
	json_key(json, STR("properties"));
	json_object(json);
	for (size_t i = 0; i < nested->field_count; i++) {
		const struct resource_field *f = nested->fields[i];

		json_key(json, f->name);
		write_field(doc, f, to, !field_never_null(f->field));
	}
	json_end(json);
	json_key(json, STR("required"));
	json_array(json);
	for (size_t i = 0; i < nested->field_count; i++) {
		const struct resource_field *f = nested->fields[i];

		if (to == READ ? !f->field->hidden_from : resource_field_is(f, FIELD_REQUIRED))
			json_str(json, f->name);
	}
	json_end(json);
	write_closed(json);
	json_end(json);
}

/* --- what all share --------------------------------------------------------------------------- */

/* One schema a type: the value itself, or operators, as in `amount=5` and `amount[gte]=5`. */
static void write_filter(struct openapi *doc, const struct field_type *type)
{
	struct json *json = &doc->json;

	json_key(json,
		arena_printf(
			&doc->arena, "%.*sFilter", STR_ARG(openapi_type_name(doc, type->name))));
	json_object(json);
	json_key(json, STR("anyOf"));
	json_array(json);
	json_raw(json, STR("{\"type\":\"string\"}"));
	json_object(json);
	json_member_cstr(json, "type", "object");
	json_key(json, STR("properties"));
	json_object(json);
	for (enum filter_op op = 0; op < OP__COUNT; op++) {
		if (!(type->operators & 1u << op))
			continue;
		json_key(json, str_of(filter_op_name(op)));
		json_raw(json,
			op == OP_NULL         ? STR("{\"type\":\"boolean\"}")
				: op == OP_IN ? STR("{\"type\":\"string\",\"description\":\"Values,"
						    " separated by commas.\"}")
					      : STR("{\"type\":\"string\"}"));
	}
	json_end(json);
	write_closed(json);
	json_end(json);
	json_end(json);
	json_end(json);
}

void openapi_schemas(struct openapi *doc)
{
	const struct resource *const *all;
	size_t count;
	enum field_kind kind;

	all = resources_all(&count);
	for (size_t i = 0; i < count; i++) {
		struct str name = openapi_type_name(doc, all[i]->entity->name);

		write_record(doc, all[i], name);
		write_partial(doc, all[i], name);
		write_reference(doc, all[i], name);
		if (openapi_has_detail(all[i]))
			write_item(doc, all[i], name);
		for (size_t n = 0; n < all[i]->nested_count; n++) {
			write_element(doc, &all[i]->nested[n], READ);
			write_element(doc, &all[i]->nested[n], WRITE);
		}
		if (all[i]->entity->flags & ENTITY_READ_ONLY)
			continue;
		write_body(doc, all[i], name, BODY_UPDATE);
		write_body(doc, all[i], name, BODY_REPLACE);
		if (!(all[i]->entity->flags & ENTITY_NO_CREATE))
			write_body(doc, all[i], name, BODY_CREATE);
	}
	for (kind = FIELD_TEXT; kind < FIELD_KIND__COUNT; kind++) {
		const struct field field = {.kind = kind};

		if (field_type_of(&field)->operators)
			write_filter(doc, field_type_of(&field));
	}
	openapi_parts(doc, openapi_shared_schemas);
}
