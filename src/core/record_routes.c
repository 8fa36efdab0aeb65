/* SPDX-License-Identifier: Apache-2.0 */
/* Records: the routes that every entity has. */
#include "core/bulk.h"
#include "core/export.h"
#include "core/openapi.h"
#include "core/records.h"

static bool has_board(const struct resource *resource)
{
	return resource->entity->board;
}

static bool has_trash(const struct resource *resource)
{
	return resource->has_deleted;
}

static bool has_duplicates(const struct resource *resource)
{
	return resource->entity->duplicates;
}

/* `unless`: an entity with one of these flags has no such route; `only_if` may be NULL. */
static const struct generic_route {
	enum http_method method;
	const char *suffix;
	enum err (*handle)(struct request *req);
	unsigned unless;
	struct route_doc doc;
	bool (*only_if)(const struct resource *resource);
} generic_routes[] = {
	/* clang-format off */
	{HTTP_GET, "", record_list, 0, {.shape = OPENAPI_LIST, .status = 200}, NULL},
	{HTTP_POST, "", record_create, ENTITY_READ_ONLY | ENTITY_NO_CREATE, {.shape = OPENAPI_CREATE, .status = 201}, NULL},
	{HTTP_POST, "/bulk", record_bulk, ENTITY_READ_ONLY | ENTITY_NO_CREATE, {.shape = OPENAPI_BULK, .status = 200}, NULL},
	{HTTP_PATCH, "", record_update_many, ENTITY_READ_ONLY, {.shape = OPENAPI_UPDATE_MANY, .status = 200}, NULL},
	{HTTP_DELETE, "", record_delete_many, ENTITY_READ_ONLY | ENTITY_NO_DELETE,
	 {.shape = OPENAPI_DELETE_MANY, .status = 200, .errors = ROUTE_ERR_BODY}, has_trash},
	{HTTP_GET, "/export.csv", record_export_csv, 0, {.shape = OPENAPI_EXPORT, .status = 200, .content_type = "text/csv"}, NULL},
	{HTTP_GET, "/export.jsonl", record_export_jsonl, 0, {.shape = OPENAPI_EXPORT_JSONL, .status = 200, .content_type = "application/jsonl"}, NULL},
	{HTTP_GET, "/export.xlsx", record_export_xlsx, 0, {.shape = OPENAPI_EXPORT_XLSX, .status = 200,
	 .content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, NULL},
	{HTTP_GET, "/groups", record_groups, 0, {.shape = OPENAPI_GROUPS, .status = 200}, NULL},
	{HTTP_GET, "/board", record_board, 0, {.shape = OPENAPI_BOARD, .status = 200}, has_board},
	{HTTP_GET, "/{id}", record_get, 0, {.shape = OPENAPI_GET, .status = 200}, NULL},
	{HTTP_PUT, "/{id}", record_replace, ENTITY_READ_ONLY, {.shape = OPENAPI_REPLACE, .status = 200}, NULL},
	{HTTP_PATCH, "/{id}", record_update, ENTITY_READ_ONLY, {.shape = OPENAPI_UPDATE, .status = 200}, NULL},
	{HTTP_DELETE, "/{id}", record_delete, ENTITY_READ_ONLY | ENTITY_NO_DELETE,
	 {.shape = OPENAPI_DELETE, .status = 204}, NULL},
	{HTTP_POST, "/{id}/restore", record_restore, ENTITY_READ_ONLY | ENTITY_NO_DELETE,
	 {.shape = OPENAPI_RESTORE, .status = 200}, NULL},
	{HTTP_GET, "/{id}/duplicates", record_duplicates, 0, {.shape = OPENAPI_DUPLICATES, .status = 200}, has_duplicates},
	{HTTP_POST, "/merge", record_merge, 0, 
	 {.shape = OPENAPI_MERGE, .status = 200, .errors = ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT}, has_duplicates},
	{HTTP_GET, "/{id}/timeline", record_timeline, ENTITY_BARE, {.shape = OPENAPI_TIMELINE, .status = 200}, NULL},
	/* clang-format on */
};

static struct arena memory;

/* Not within another record. */
static bool is_of_many(const struct generic_route *generic)
{
	return openapi_is_of_many((enum openapi_shape)generic->doc.shape);
}

static void add_route(struct router *router, const struct resource *resource,
	const struct generic_route *generic, const char *prefix, struct str path, bool documented)
{
	struct route *route = ARENA_NEW(&memory, struct route);

	*route = (struct route){
		.method = generic->method,
		.pattern = arena_printf(
			&memory, "%s/%.*s%s", prefix, STR_ARG(path), generic->suffix)
				   .ptr,
		.handle = generic->handle,
		.data = resource,
		.flags = documented ? 0 : ROUTE_UNDOCUMENTED,
		.body_max = is_of_many(generic) ? BULK_BODY_MAX : 0,
		.doc = &generic->doc,
	};
	router_add(router, route);
}

/* The canonical path is documented, and where a resource stands within another; /api/<path> and the other
 * aliases are the other seeds' names for it. */
static void add_routes(
	struct router *router, const struct resource *resource, const struct generic_route *generic)
{
	if (resource->entity->flags & generic->unless ||
		(generic->only_if && !generic->only_if(resource)))
		return;
	add_route(router, resource, generic, "/api/v1", resource->path, true);
	add_route(router, resource, generic, "/api", resource->path, false);
	for (size_t i = 0; i < resource->alias_count; i++) {
		const struct resource *alias = &resource->aliases[i];

		if (alias->within && is_of_many(generic))
			continue;
		add_route(router, alias, generic, "/api/v1", str_of(alias->alias->path),
			alias->within != NULL);
		add_route(router, alias, generic, "/api", str_of(alias->alias->path), false);
	}
}

void records_add_routes(struct router *router)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	arena_init(&memory);
	for (size_t i = 0; i < count; i++)
		for (size_t g = 0; g < ARRAY_LEN(generic_routes); g++)
			add_routes(router, all[i], &generic_routes[g]);
}
