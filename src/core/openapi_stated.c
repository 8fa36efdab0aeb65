/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schemas that a route's documentation states as JSON text.
 *
 * They are written short and made exact here: an object that lists properties takes no others unless it
 * says so, and in an answer all of them are required unless it names those that are. The recursion is over
 * our own literals, whose depth is known.
 */
#include "base/json_read.h"
#include "core/openapi_internal.h"

static void write_required(struct json *json, const struct json_value *properties)
{
	json_key(json, STR("required"));
	json_array(json);
	for (const struct json_value *p = properties->first; p; p = p->next)
		json_str(json, p->key);
	json_end(json);
}

static void write_exact(struct json *json, const struct json_value *value, bool answer)
{
	const struct json_value *properties = json_get(value, "properties");

	if (value->type != JSON_OBJECT && value->type != JSON_ARRAY) {
		json_write_value(json, value);
		return;
	}
	if (value->type == JSON_ARRAY)
		json_array(json);
	else
		json_object(json);
	for (const struct json_value *m = value->first; m; m = m->next) {
		if (value->type == JSON_OBJECT)
			json_key(json, m->key);
		write_exact(json, m, answer);
	}
	if (properties && answer && !json_get(value, "required"))
		write_required(json, properties);
	if (properties && !json_get(value, "additionalProperties"))
		json_member_bool(json, "additionalProperties", false);
	json_end(json);
}

static const struct json_value *parsed(struct openapi *doc, const char *text)
{
	struct problem problem;
	struct json_value *value;

	problem_init(&problem, &doc->arena);
	INVARIANT(json_read(&doc->arena, str_of(text), &problem, &value) == ERR_OK);
	return value;
}

void openapi_stated_schema(struct openapi *doc, const char *text, bool answer)
{
	write_exact(&doc->json, parsed(doc, text), answer);
}

void openapi_stated_parameters(struct openapi *doc, const char *text)
{
	for (const struct json_value *p = parsed(doc, text)->first; p; p = p->next)
		json_write_value(&doc->json, p);
}
