/* SPDX-License-Identifier: Apache-2.0 */
/* Reverts: the entities' tables as documents. */
#include "core/revert.h"

#include "base/buf.h"
#include "base/json_write.h"
#include "core/caller.h"

enum { DOCUMENT_MAX = 8 * 1024 * 1024 };

static struct str taken(struct request *req, struct buf *text)
{
	struct str document;

	INVARIANT(!text->full);
	document = arena_str(req->arena, buf_str(text));
	buf_deinit(text);
	return document;
}

/* --- what stays --------------------------------------------------------------------------------------- */

static void write_final(
	struct json *json, const struct resource *resource, const struct entity_final *final)
{
	const struct resource_field *field = resource_field_find(resource, str_of(final->field));

	INVARIANT(field != NULL);
	json_object(json);
	json_member_str(json, "entity", resource->name);
	json_member_str(json, "table", resource->table);
	json_member_str(json, "column", field->column);
	json_member_cstr(json, "instead", final->instead);
	if (final->in) {
		json_key(json, STR("in"));
		json_array(json);
		for (const char *const *value = final->in; *value; value++)
			json_cstr(json, *value);
		json_end(json);
	}
	json_end(json);
}

struct str revert_finals(struct request *req)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);
	struct buf text;
	struct json json;

	buf_init(&text, DOCUMENT_MAX);
	json_init(&json, &text);
	json_array(&json);
	for (size_t i = 0; i < count; i++)
		for (const struct entity_final *f = all[i]->entity->finals; f && f->field; f++)
			write_final(&json, all[i], f);
	json_end(&json);
	return taken(req, &text);
}

/* --- what does not ------------------------------------------------------------------------------------ */

/* Whatever triggers and features write by themselves follows from the rest, or is not the caller's to undo. */
static bool is_written_by_people(const struct resource *resource)
{
	unsigned flags = resource->entity->flags;

	return !(flags & ENTITY_READ_ONLY) || flags & ENTITY_NESTED;
}

static void write_barred(struct json *json, struct request *req, const struct resource *resource)
{
	json_key(json, STR("barred"));
	json_array(json);
	for (size_t i = 0; i < resource->field_count; i++)
		if (!caller_writes(req->caller, &resource->fields[i]))
			json_str(json, resource->fields[i].column);
	json_end(json);
}

static void write_table(struct json *json, struct request *req, const struct resource *resource)
{
	json_object(json);
	json_member_str(json, "entity", resource->name);
	json_member_str(json, "table", resource->table);
	json_member_bool(json, "trash",
		resource->has_deleted && !(resource->entity->flags & ENTITY_NO_DELETE));
	json_member_str(json, "nested", resource->parent ? resource->parent->table : STR_NONE);
	json_member_raw(json, "rules",
		resource->entity->on_delete && resource->trash_rules.len ? resource->trash_rules
									 : STR("null"));
	write_barred(json, req, resource);
	json_end(json);
}

struct str revert_tables(struct request *req, const struct json_value *entities)
{
	struct buf text;
	struct json json;

	buf_init(&text, DOCUMENT_MAX);
	json_init(&json, &text);
	json_array(&json);
	for (const struct json_value *e = entities->first; e; e = e->next) {
		const struct resource *resource = resource_find(e->text);

		if (resource && is_written_by_people(resource))
			write_table(&json, req, resource);
	}
	json_end(&json);
	return taken(req, &text);
}
