/* SPDX-License-Identifier: Apache-2.0 */
/* The ids that a record has in other systems. */
#include "core/external_ids.h"

#include "base/buf.h"
#include "core/field_parse.h"

enum { BYTES_MAX = 32 * 1024 };

struct external_id {
	struct str system, id;
};

struct external_ids {
	struct field_input *input;
	struct external_id of[EXTERNAL_IDS_MAX];
	size_t count;
};

static bool part_ok(
	struct field_input *input, struct str text, const char *name, size_t most, struct str *out)
{
	struct str value = str_trim(text);

	if (value.len == 0)
		return field_refuse(input, "REQUIRED", "Each entry needs its %s.", name);
	if (str_utf8_length(value) > most)
		return field_refuse(input, "TOO_LONG",
			"The %s of an entry has at most %zu characters.", name, most);
	return parse_text(input, value, out);
}

/* A colon parts system and id where they are written as text, a semicolon the entries. */
static bool system_ok(struct field_input *input, struct str text, struct str *out)
{
	if (!part_ok(input, text, "system", EXTERNAL_SYSTEM_MAX, out))
		return false;
	return (str_find_char(*out, ':') == out->len && str_find_char(*out, ';') == out->len) ||
		field_refuse(input, "INVALID", "A system has neither colon nor semicolon.");
}

static bool add(struct external_ids *ids, struct str system, struct str id)
{
	struct field_input *input = ids->input;
	struct external_id *next = &ids->of[ids->count];

	if (ids->count == EXTERNAL_IDS_MAX)
		return field_refuse(
			input, "TOO_MANY", "Must have at most %d entries.", EXTERNAL_IDS_MAX);
	if (!system_ok(input, system, &next->system) ||
		!part_ok(input, id, "id", EXTERNAL_ID_MAX, &next->id))
		return false;
	for (size_t i = 0; i < ids->count; i++)
		if (str_eq(ids->of[i].system, next->system) && str_eq(ids->of[i].id, next->id))
			return field_refuse(input, "DUPLICATE", "Names %.*s:%.*s twice.",
				STR_ARG(next->system), STR_ARG(next->id));
	ids->count++;
	return true;
}

static struct str document(const struct external_ids *ids)
{
	struct buf text;
	struct json json;
	struct str out;

	if (ids->count == 0)
		return STR_NONE;
	buf_init(&text, BYTES_MAX);
	json_init(&json, &text);
	json_array(&json);
	for (size_t i = 0; i < ids->count; i++) {
		json_object(&json);
		json_member_str(&json, "system", ids->of[i].system);
		json_member_str(&json, "id", ids->of[i].id);
		json_end(&json);
	}
	json_end(&json);
	INVARIANT(!text.full);
	out = arena_str(ids->input->arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

/* An object of two texts and nothing else. */
static bool add_json(struct external_ids *ids, const struct json_value *entry)
{
	const struct json_value *system = json_get(entry, "system"), *id = json_get(entry, "id");
	bool whole = entry->type == JSON_OBJECT && entry->count == 2 && system && id &&
		system->type == JSON_STRING && id->type == JSON_STRING;

	return whole ? add(ids, system->text, id->text)
		     : field_refuse(ids->input, "INVALID",
			       "Each entry is an object of the texts system and id.");
}

bool external_ids_read(struct field_input *input, const struct json_value *value, struct str *out)
{
	struct external_ids ids = {.input = input};
	bool good = true;

	for (const struct json_value *entry = value->first; entry && good; entry = entry->next)
		good = add_json(&ids, entry);
	*out = document(&ids);
	return good;
}

bool external_ids_parse(struct field_input *input, struct str text, struct str *out)
{
	struct external_ids ids = {.input = input};
	struct str rest = text;
	bool good = true;

	while (good && rest.ptr) {
		struct str id = str_trim(str_cut(&rest, ';'));
		struct str system;

		if (id.len == 0)
			continue;
		system = str_cut(&id, ':');
		good = id.ptr ? add(&ids, system, id)
			      : field_refuse(input, "INVALID", "Must be system:id.");
	}
	*out = document(&ids);
	return good;
}
