/* SPDX-License-Identifier: Apache-2.0 */
/* What a value read by json_read can be asked, and writing it back. Nothing here recurses. */
#include "base/json_read.h"
#include "base/json_write.h"

const struct json_value *json_get(const struct json_value *object, const char *key)
{
	if (!object || object->type != JSON_OBJECT)
		return NULL;
	for (const struct json_value *v = object->first; v; v = v->next)
		if (str_is(v->key, key))
			return v;
	return NULL;
}

struct str json_get_str(const struct json_value *object, const char *key)
{
	const struct json_value *value = json_get(object, key);

	return value && value->type == JSON_STRING ? value->text : STR_NONE;
}

static void write_scalar(struct json *out, const struct json_value *value)
{
	if (value->type == JSON_STRING)
		json_str(out, value->text);
	else if (value->type == JSON_NUMBER)
		json_raw(out, value->text);
	else if (value->type == JSON_BOOL)
		json_bool(out, value->boolean);
	else
		json_null(out);
}

/* Writes a scalar, or opens a container and returns true. */
static bool begin_value(struct json *out, const struct json_value *value)
{
	if (value->type == JSON_OBJECT)
		json_object(out);
	else if (value->type == JSON_ARRAY)
		json_array(out);
	else
		write_scalar(out, value);
	return value->type == JSON_OBJECT || value->type == JSON_ARRAY;
}

void json_write_value(struct json *out, const struct json_value *value)
{
	const struct json_value *open[JSON_MAX_DEPTH], *next;
	size_t depth = 0;

	if (!begin_value(out, value))
		return;
	open[depth++] = value;
	next = value->first;
	while (depth) {
		if (!next) {
			json_end(out);
			next = open[--depth]->next;
			continue;
		}
		if (next->key.ptr)
			json_key(out, next->key);
		if (begin_value(out, next)) {
			INVARIANT(depth < JSON_MAX_DEPTH);
			open[depth++] = next;
			next = next->first;
		} else {
			next = next->next;
		}
	}
}
