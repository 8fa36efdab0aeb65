/* SPDX-License-Identifier: Apache-2.0 */
/* Validation: the arrays of a body whose elements are rows of another entity. */
#include "base/uuid.h"
#include "core/caller.h"
#include "core/field_type.h"
#include "core/validate_internal.h"

static void refuse(
	struct record_write *write, struct str path, const char *code, const char *message)
{
	problem_add(&write->req->problem, path, code, "%s", message);
}

static struct str path_of(struct record_write *write, const struct record_nested *array, size_t i)
{
	return arena_printf(write->req->arena, "%.*s[%zu]", STR_ARG(array->nested->name), i);
}

/* What was found wrong with an element is told by its path; what concerns the whole of it by the bare one. */
static void prefix_details(
	struct record_write *write, struct problem_detail *first, struct str path)
{
	for (struct problem_detail *d = first; d; d = d->next)
		d->field = d->field.len ? arena_printf(write->req->arena, "%.*s.%.*s",
						  STR_ARG(path), STR_ARG(d->field))
					: path;
}

/* --- ids ------------------------------------------------------------------------------------------ */

static struct str new_id(struct request *req)
{
	char text[UUID_LEN + 1];

	uuid_format(uuid_new(), text);
	return arena_str(req->arena, (struct str){text, UUID_LEN});
}

static bool is_named_before(const struct record_nested *array, struct str id)
{
	for (size_t i = 0; i < array->count; i++)
		if (str_eq(array->elements[i].id, id))
			return true;
	return false;
}

/* Whose the id is only the database knows; but a new record has no elements yet. */
static void read_id(struct record_write *write, const struct record_nested *array,
	struct record_write *element, const struct json_value *id)
{
	char text[UUID_LEN + 1];
	struct uuid uuid;

	if (!id || id->type == JSON_NULL)
		return;
	if (id->type != JSON_STRING || !uuid_parse(id->text, &uuid)) {
		refuse(write, STR("id"), "INVALID", "Must be an id.");
		return;
	}
	uuid_format(uuid, text);
	element->id = arena_str(write->req->arena, (struct str){text, UUID_LEN});
	element->mode = RECORD_REPLACE;
	if (write->mode == RECORD_CREATE)
		refuse(write, STR("id"), "UNKNOWN_REFERENCE", "A new record has no rows to keep.");
	else if (is_named_before(array, element->id))
		refuse(write, STR("id"), "DUPLICATE", "Stands in the array already.");
}

/* --- elements ------------------------------------------------------------------------------------- */

/* There is no DEFAULT in the statement that writes all elements at once. */
static void fill_initial(struct record_write *element)
{
	const struct resource *resource = element->resource;

	for (size_t i = 0; i < resource->field_count; i++) {
		const struct resource_field *field = &resource->fields[i];
		struct field_input input = {
			.arena = element->req->arena, .field = field, .tenant = element->tenant};
		struct json_value *value;
		struct problem none;
		struct str text;

		problem_init(&none, element->req->arena);
		if (!field->field->initial || resource_field_is(field, FIELD_READ_ONLY) ||
			record_write_get(element, field->field->name).ptr)
			continue;
		INVARIANT(json_read(element->req->arena, str_of(field->field->initial), &none,
				  &value) == ERR_OK &&
			field_read_json(&input, value, &text));
		record_write_set(element, field->field->name, text);
	}
}

static enum err read_element(
	struct record_write *write, struct record_nested *array, const struct json_value *object)
{
	struct record_write *element = &array->elements[array->count];
	struct str path = path_of(write, array, array->count);
	struct problem_detail **found = write->req->problem.last;
	enum err err = ERR_OK;

	*element = (struct record_write){.req = write->req,
		.resource = array->nested->of,
		.mode = RECORD_CREATE,
		.is_element = true};
	if (object->type == JSON_OBJECT) {
		read_id(write, array, element, json_get(object, "id"));
		err = validate_members(element, object);
	} else {
		refuse(write, STR(""), "WRONG_TYPE", "Must be an object.");
	}
	if (err && err != ERR_INVALID)
		return err;
	prefix_details(write, *found, path);
	if (object->type == JSON_OBJECT)
		fill_initial(element);
	if (!element->id.ptr)
		element->id = new_id(write->req);
	array->count++;
	return ERR_OK;
}

static bool is_array(struct record_write *write, const struct resource_nested *nested,
	const struct json_value *list)
{
	if (list->type != JSON_ARRAY) {
		refuse(write, nested->name, "WRONG_TYPE", "Must be a list of objects.");
		return false;
	}
	if (list->count > (size_t)nested->most) {
		problem_add(&write->req->problem, nested->name, "TOO_MANY",
			"Must have at most %d elements.", nested->most);
		return false;
	}
	return true;
}

static struct record_nested *add_array(
	struct record_write *write, const struct resource_nested *nested, size_t room)
{
	struct record_nested *array = &write->nested[write->nested_count++];

	INVARIANT(write->nested_count <= ARRAY_LEN(write->nested));
	*array = (struct record_nested){.nested = nested,
		.elements = ARENA_ARRAY(write->req->arena, struct record_write, room)};
	return array;
}

enum err validate_nested(struct record_write *write, const struct resource_nested *nested,
	const struct json_value *list)
{
	struct record_nested *array;
	enum err err = ERR_OK;

	if (!is_array(write, nested, list))
		return ERR_OK;
	array = add_array(write, nested, list->count);
	for (const struct json_value *e = list->first; e && !err && validate_has_room(write);
		e = e->next)
		err = read_element(write, array, e);
	return err;
}

/* A replacement that does not mention an array empties it. */
void validate_absent_nested(struct record_write *write, const struct json_value *object)
{
	const struct resource *resource = write->resource;

	for (size_t i = 0; i < resource->nested_count && write->mode == RECORD_REPLACE; i++)
		if (!json_get(object, resource->entity->nested[i].name))
			(void)add_array(write, &resource->nested[i], 0);
}
