/* SPDX-License-Identifier: Apache-2.0 */
/* Forms: small JSON bodies that are no record. */
#include "core/form.h"

#include "base/json_read.h"
#include "core/field_type.h"

/* Plain memset may be left out for memory that nobody reads again. */
static void wipe(struct str s)
{
	if (s.len)
		explicit_bzero((void *)s.ptr, s.len);
}

static void wipe_value(void *value)
{
	wipe(((const struct json_value *)value)->text);
}

static void complain(
	struct request *req, const struct field *field, const char *code, const char *message)
{
	problem_add(&req->problem, str_of(field->name), code, "%s", message);
}

static void read_secret(
	struct request *req, const struct field *field, struct json_value *value, struct str *out)
{
	size_t length;

	if (value->type == JSON_NULL)
		return;
	if (value->type != JSON_STRING) {
		complain(req, field, "WRONG_TYPE", "Must be a text.");
		return;
	}
	arena_defer(req->arena, wipe_value, value);
	length = str_utf8_length(value->text);
	if (length == 0)
		return;
	if (length < (size_t)field->min_len)
		problem_add(&req->problem, str_of(field->name), "TOO_SHORT",
			"Must have at least %d characters.", field->min_len);
	else if (length > (size_t)field->max_len)
		problem_add(&req->problem, str_of(field->name), "TOO_LONG",
			"Must have at most %d characters.", field->max_len);
	else
		*out = value->text;
}

static void read_plain(struct request *req, const struct field *field,
	const struct json_value *value, struct str *out)
{
	struct resource_field resource_field = {.field = field, .name = str_of(field->name)};
	struct field_input input = {.arena = req->arena, .field = &resource_field};

	if (!field_read_json(&input, value, out))
		problem_add(&req->problem, str_of(field->name), input.code, "%.*s",
			STR_ARG(input.message));
}

static const struct form_field *find(const struct form *form, struct str name, size_t *index_out)
{
	const struct form_field *field = form->fields;

	for (*index_out = 0; field->field.kind; field++, (*index_out)++)
		if (str_is(name, field->field.name))
			return field;
	return NULL;
}

static bool complained(const struct problem *problem, const char *name)
{
	for (const struct problem_detail *detail = problem->first; detail; detail = detail->next)
		if (str_is(detail->field, name))
			return true;
	return false;
}

static void read_members(
	struct request *req, const struct form *form, struct json_value *object, struct str *values)
{
	for (struct json_value *member = object->first; member; member = member->next) {
		size_t i;
		const struct form_field *field = find(form, member->key, &i);

		if (!field)
			problem_add(&req->problem, member->key, "UNKNOWN_FIELD",
				"There is no such field.");
		else if (field->secret)
			read_secret(req, &field->field, member, &values[i]);
		else
			read_plain(req, &field->field, member, &values[i]);
	}
}

static void check_required(struct request *req, const struct form *form, const struct str *values)
{
	for (size_t i = 0; form->fields[i].field.kind; i++) {
		const struct field *field = &form->fields[i].field;

		if ((field->flags & FIELD_REQUIRED) && !values[i].ptr &&
			!complained(&req->problem, field->name))
			complain(req, field, "REQUIRED", "Is required.");
	}
}

static bool is_json(const struct request *req)
{
	struct str type = request_header(req, "Content-Type");

	return str_eq_nocase(str_trim(str_cut(&type, ';')), STR("application/json"));
}

/* A form of another site cannot send application/json without being asked by CORS first, which is what
 * keeps it from signing somebody in. */
static enum err read_object(struct request *req, const struct form *form, struct json_value **out)
{
	struct str body;
	enum err err = request_body(req, &body);

	*out = NULL;
	if (err || (body.len == 0 && form->may_be_empty))
		return err;
	if (is_json(req))
		err = json_read(req->arena, body, &req->problem, out);
	else
		err = problem_set(&req->problem, ERR_BAD_MEDIA_TYPE,
			"The body must be sent as application/json.");
	wipe(body);
	if (!err && (*out)->type != JSON_OBJECT)
		err = problem_set(&req->problem, ERR_BAD_JSON, "The body must be a JSON object.");
	return err;
}

enum err form_read(struct request *req, const struct form *form, struct str *values)
{
	struct json_value *object;
	enum err err = read_object(req, form, &object);

	if (err)
		return err;
	for (size_t i = 0; form->fields[i].field.kind; i++) {
		INVARIANT(i < FORM_MAX_FIELDS);
		values[i] = STR_NONE;
	}
	if (object)
		read_members(req, form, object, values);
	check_required(req, form, values);
	return problem_has_details(&req->problem) ? ERR_INVALID : ERR_OK;
}
