/* SPDX-License-Identifier: Apache-2.0 */
/* Validation: from a JSON body to a write. */
#include "core/validate_internal.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "core/caller.h"
#include "core/field_type.h"
#include "core/tenant.h"

enum { DETAILS_MAX = 100 };

/* --- values of a write ---------------------------------------------------------------------------- */

static struct record_value *value_find(const struct record_write *write, const char *field)
{
	for (size_t i = 0; i < write->count; i++)
		if (str_is(write->values[i].field->name, field))
			return &write->values[i];
	return NULL;
}

struct str record_write_get(const struct record_write *write, const char *field)
{
	const struct record_value *value = value_find(write, field);

	return value ? value->text : STR_NONE;
}

bool record_write_has(const struct record_write *write, const char *field)
{
	return value_find(write, field) != NULL;
}

static void add_value(
	struct record_write *write, const struct resource_field *field, struct str text)
{
	INVARIANT(write->count < write->capacity);
	write->values[write->count++] = (struct record_value){field, text};
}

void record_write_set(struct record_write *write, const char *name, struct str text)
{
	struct record_value *value = value_find(write, name);
	const struct resource_field *field = resource_field_find(write->resource, str_of(name));

	INVARIANT(field != NULL);
	if (value)
		value->text = text;
	else
		add_value(write, field, text);
}

/* --- checking ------------------------------------------------------------------------------------- */

static void add_problem(
	struct record_write *write, struct str field, const char *code, const char *message)
{
	problem_add(&write->req->problem, field, code, "%s", message);
}

bool validate_has_room(const struct record_write *write)
{
	return write->req->problem.count < DETAILS_MAX;
}

/* A field that the role may only read: 403, unlike one that nobody may write. */
static bool role_lets(
	struct record_write *write, const struct resource_field *field, struct str path)
{
	if (caller_writes(write->req->caller, field))
		return true;
	write->forbidden = true;
	add_problem(write, path, "FORBIDDEN", "Your role may not change this field.");
	return false;
}

/* Whether the field may be set at all; says why not. That an immutable one keeps its value is the
 * database's to see, which has both. */
static bool may_set(struct record_write *write, const struct resource_field *field)
{
	if (write->is_element &&
		(resource_field_is(field, FIELD_READ_ONLY) ||
			!caller_writes(write->req->caller, field)))
		return false;
	if (!role_lets(write, field, field->name))
		return false;
	if (resource_field_is(field, FIELD_READ_ONLY)) {
		add_problem(write, field->name, "READ_ONLY", "Is computed and cannot be set.");
		return false;
	}
	return true;
}

/* Reads one value; adds to the problem under `path` when it is refused. */
static bool read_value(struct record_write *write, const struct resource_field *field,
	struct str path, const struct json_value *value, struct str *out)
{
	struct field_input input = {
		.arena = write->req->arena, .field = field, .tenant = write->tenant};

	if (!field_read_json(&input, value, out)) {
		problem_add(&write->req->problem, path, input.code, "%.*s", STR_ARG(input.message));
		return false;
	}
	if (!out->ptr && resource_requires(write->resource, field)) {
		add_problem(write, path, "REQUIRED", "Must not be empty.");
		return false;
	}
	return true;
}

/* --- custom fields -------------------------------------------------------------------------------- */

static struct str custom_path(struct record_write *write, struct str key)
{
	return arena_printf(write->req->arena, "custom.%.*s", STR_ARG(key));
}

/* The field's default, which later changes of the field may have made unfit: then there is none. */
static bool take_custom_default(struct record_write *write, const struct resource_field *field)
{
	struct field_input input = {
		.arena = write->req->arena, .field = field, .tenant = write->tenant};
	struct problem unread;
	struct json_value *value;
	struct str text;

	problem_init(&unread, write->req->arena);
	if (!field->field->initial ||
		json_read(write->req->arena, str_of(field->field->initial), &unread, &value) !=
			ERR_OK ||
		!field_read_json(&input, value, &text) || !text.ptr)
		return false;
	write->custom_values[write->custom_count++] = (struct record_value){field, text};
	return true;
}

static void fill_absent_custom(struct record_write *write, const struct json_value *object)
{
	const struct tenant_fields *custom = &write->tenant->custom[write->resource->index];

	if (write->mode == RECORD_UPDATE)
		return;
	for (size_t i = 0; i < custom->count; i++) {
		const struct resource_field *field = &custom->fields[i];

		if (json_get(object, field->field->name))
			continue;
		if (write->mode == RECORD_REPLACE && !caller_writes(write->req->caller, field))
			continue;
		if (take_custom_default(write, field))
			continue;
		if (resource_field_is(field, FIELD_REQUIRED) &&
			caller_writes(write->req->caller, field))
			add_problem(
				write, custom_path(write, field->name), "REQUIRED", "Is required.");
	}
}

/* The document to be stored: values in their normal form. */
static struct str custom_document(const struct record_write *write)
{
	struct buf text;
	struct json json;
	struct str document;

	buf_init(&text, 1024 * 1024);
	json_init(&json, &text);
	json_object(&json);
	for (size_t i = 0; i < write->custom_count; i++) {
		json_key(&json, write->custom_values[i].field->name);
		field_write_json(
			&json, write->custom_values[i].field, write->custom_values[i].text);
	}
	json_end(&json);
	document = arena_str(write->req->arena, buf_str(&text));
	buf_deinit(&text);
	return document;
}

static void read_custom_member(struct record_write *write, const struct json_value *member)
{
	const struct resource_field *field = tenant_field_find(
		write->tenant, write->resource, member->key);
	struct str path = custom_path(write, member->key);
	struct str value;

	if (!field || !caller_sees(write->req->caller, field))
		add_problem(write, path, "UNKNOWN_FIELD", "There is no such custom field.");
	else if (role_lets(write, field, path) && read_value(write, field, path, member, &value))
		write->custom_values[write->custom_count++] = (struct record_value){field, value};
}

static void read_custom(struct record_write *write, const struct json_value *object)
{
	size_t room = write->tenant->custom[write->resource->index].count;

	write->custom_values = ARENA_ARRAY(write->req->arena, struct record_value, room);
	for (const struct json_value *m = object ? object->first : NULL;
		m && validate_has_room(write); m = m->next)
		read_custom_member(write, m);
	fill_absent_custom(write, object);
	if (object || write->custom_count)
		write->custom = custom_document(write);
}

/* --- members -------------------------------------------------------------------------------------- */

static bool is_remark(const struct resource *resource, struct str name)
{
	return resource->remark && str_eq(resource->remark->name, name);
}

static void read_member(struct record_write *write, const struct json_value *member)
{
	const struct resource_field *field = resource_field_find(write->resource, member->key);
	struct str value;

	if (!field && is_remark(write->resource, member->key))
		(void)!read_value(
			write, write->resource->remark, member->key, member, &write->remark);
	else if (!field || !caller_sees(write->req->caller, field))
		add_problem(write, member->key, "UNKNOWN_FIELD", "There is no such field.");
	else if (may_set(write, field) && read_value(write, field, field->name, member, &value))
		add_value(write, field, value);
}

/* Without the right to the whole document it is refused as any field is. */
static bool takes_custom(const struct record_write *write)
{
	return (write->resource->entity->flags & ENTITY_CUSTOM) &&
		caller_writes(
			write->req->caller, resource_field_find(write->resource, STR("custom")));
}

static enum err read_members(struct record_write *write, const struct json_value *object)
{
	const struct json_value *custom = NULL;
	enum err err = ERR_OK;

	for (const struct json_value *m = object->first; m && !err && validate_has_room(write);
		m = m->next) {
		const struct resource_nested *nested = resource_nested_find(
			write->resource, m->key);

		if (nested)
			err = validate_nested(write, nested, m);
		else if (!takes_custom(write) || !str_is(m->key, "custom"))
			read_member(write, m);
		else if (m->type == JSON_OBJECT)
			custom = m;
		else
			add_problem(write, m->key, "WRONG_TYPE", "Must be an object.");
	}
	if (takes_custom(write))
		read_custom(write, custom);
	validate_absent_nested(write, object);
	return err;
}

static bool was_sent(const struct json_value *object, const struct resource_field *field)
{
	return json_get(object, field->field->name) != NULL;
}

/* A partner's people do not own what they bring: the database knows who works on it. */
static bool takes_caller(const struct record_write *write, const struct resource_field *field)
{
	bool brings = write->req->caller->partner_id.ptr && write->resource->partner;

	return resource_field_is(field, FIELD_CALLER) && !brings;
}

/* What was not sent: what the route gives, the caller for people, a refusal for what is required. */
static void fill_absent(struct record_write *write, const struct json_value *object)
{
	if (write->mode == RECORD_UPDATE)
		return;
	for (size_t i = 0; i < write->resource->field_count; i++) {
		const struct resource_field *field = &write->resource->fields[i];
		bool fixed = write->mode == RECORD_REPLACE &&
			(resource_field_is(field, FIELD_IMMUTABLE) ||
				!caller_writes(write->req->caller, field));

		struct str by_route = resource_default(write->resource, field);

		if (was_sent(object, field) || fixed)
			continue;
		if (by_route.ptr)
			add_value(write, field, by_route);
		else if (takes_caller(write, field))
			add_value(write, field, write->req->caller->user_id);
		else if (resource_requires(write->resource, field))
			add_problem(write, field->name, "REQUIRED", "Is required.");
	}
}

enum err validate_members(struct record_write *write, const struct json_value *object)
{
	const struct entity *entity = write->resource->entity;
	enum err err = tenant_of(write->req, &write->tenant);

	if (err)
		return err;
	if (object->type != JSON_OBJECT)
		return problem_set(
			&write->req->problem, ERR_INVALID, "The body must be a JSON object.");
	write->capacity = write->resource->field_count;
	write->values = ARENA_ARRAY(write->req->arena, struct record_value, write->capacity);
	err = read_members(write, object);
	if (err)
		return err;
	fill_absent(write, object);
	if (entity->check)
		entity->check(write);
	if (write->forbidden)
		return problem_set(&write->req->problem, ERR_FORBIDDEN,
			"Your role may not change %.*s.",
			STR_ARG(write->req->problem.first->field));
	return problem_has_details(&write->req->problem) ? ERR_INVALID : ERR_OK;
}

/* --- the body ------------------------------------------------------------------------------------- */

/* RFC 8259: JSON between systems is UTF-8, whatever a charset parameter may wish. */
static bool is_utf8_charset(struct str parameter)
{
	struct str value = parameter;
	struct str name = str_trim(str_cut(&value, '='));

	return !str_eq_nocase(name, STR("charset")) ||
		str_eq_nocase(str_trim(value), STR("utf-8")) ||
		str_eq_nocase(str_trim(value), STR("\"utf-8\""));
}

static bool is_json(struct str content_type)
{
	struct str rest = content_type;
	struct str type = str_trim(str_cut(&rest, ';'));

	while (rest.ptr)
		if (!is_utf8_charset(str_trim(str_cut(&rest, ';'))))
			return false;
	return str_eq_nocase(type, STR("application/json")) ||
		str_eq_nocase(type, STR("application/merge-patch+json"));
}

enum err read_json_body(struct request *req, struct json_value **out)
{
	struct str body;
	enum err err;

	if (!is_json(request_header(req, "Content-Type")))
		return problem_set(&req->problem, ERR_BAD_MEDIA_TYPE,
			"The body must be sent as application/json.");
	err = request_body(req, &body);
	return err ? err : json_read(req->arena, body, &req->problem, out);
}

enum err validate_body(struct record_write *write)
{
	struct json_value *object;
	enum err err = read_json_body(write->req, &object);

	return err ? err : validate_members(write, object);
}

void validate_suggest(struct request *req, struct json_value *object, const char *key,
	enum json_type type, struct str text)
{
	struct json_value *member;

	if (!text.ptr || json_get(object, key))
		return;
	member = ARENA_NEW(req->arena, struct json_value);
	*member = (struct json_value){
		.type = type, .text = text, .key = str_of(key), .next = object->first};
	object->first = member;
	object->count++;
}
