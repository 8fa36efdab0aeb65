/* SPDX-License-Identifier: Apache-2.0 */
/* The OpenAPI document: its frame and its paths. */
#include "core/openapi.h"

#include "core/openapi_internal.h"

static bool is_documented(const struct route *route)
{
	return route->doc && !(route->flags & ROUTE_UNDOCUMENTED);
}

/* --- paths ------------------------------------------------------------------------------------ */

static bool is_first(const struct openapi *doc, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_documented(doc->routes[i]) &&
			strcmp(doc->routes[i]->pattern, doc->routes[at]->pattern) == 0)
			return false;
	return true;
}

static void path(struct openapi *doc, size_t at)
{
	const char *pattern = doc->routes[at]->pattern;

	json_key(&doc->json, str_of(pattern));
	json_object(&doc->json);
	for (size_t i = at; i < doc->route_count; i++)
		if (is_documented(doc->routes[i]) && strcmp(doc->routes[i]->pattern, pattern) == 0)
			openapi_operation(doc, doc->routes[i]);
	json_end(&doc->json);
}

static void paths(struct openapi *doc)
{
	json_key(&doc->json, STR("paths"));
	json_object(&doc->json);
	for (size_t i = 0; i < doc->route_count; i++)
		if (is_documented(doc->routes[i]) && is_first(doc, i))
			path(doc, i);
	json_end(&doc->json);
}

/* --- the frame -------------------------------------------------------------------------------- */

static bool tag_is_first(const struct openapi *doc, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_documented(doc->routes[i]) &&
			str_eq(openapi_tag_of(doc->routes[i]), openapi_tag_of(doc->routes[at])))
			return false;
	return true;
}

static void tags(struct openapi *doc)
{
	struct json *json = &doc->json;

	json_key(json, STR("tags"));
	json_array(json);
	for (size_t i = 0; i < doc->route_count; i++) {
		if (!is_documented(doc->routes[i]) || !tag_is_first(doc, i))
			continue;
		json_object(json);
		json_member_str(json, "name", openapi_tag_of(doc->routes[i]));
		json_end(json);
	}
	json_end(json);
}

static void tag_group(struct openapi *doc, const char *title, const char *group)
{
	struct json *json = &doc->json;

	json_object(json);
	json_member_cstr(json, "name", title);
	json_key(json, STR("tags"));
	json_array(json);
	for (size_t i = 0; i < doc->route_count; i++) {
		const struct route *route = doc->routes[i];
		const struct resource *r = is_documented(route) ? openapi_resource_of(route) : NULL;

		if (!is_documented(route) || !tag_is_first(doc, i))
			continue;
		if (group ? r && strcmp(r->entity->group, group) == 0 : !r)
			json_str(json, openapi_tag_of(route));
	}
	json_end(json);
	json_end(json);
}

static void tag_groups(struct openapi *doc)
{
	json_key(&doc->json, STR("x-tagGroups"));
	json_array(&doc->json);
	tag_group(doc, "CRM", "crm");
	tag_group(doc, "Sales", "sales");
	tag_group(doc, "Work", "work");
	tag_group(doc, "Administration", "admin");
	tag_group(doc, "Platform", NULL);
	json_end(&doc->json);
}

static void info(struct json *json)
{
	json_member_cstr(json, "openapi", "3.1.0");
	json_key(json, STR("info"));
	json_object(json);
	json_member_cstr(json, "title", "Cairn");
	json_member_cstr(json, "version", CAIRN_VERSION);
	json_member_cstr(json, "description",
		"Every route of this server. A request that breaks HTTP itself is answered with "
		"400, "
		"408, 414, 431, 501 or 505 in the same form of error. Filters are query "
		"parameters: "
		"`status=open`, `amount[gte]=100`, `custom.tier=gold`.");
	json_member_raw(
		json, "license", STR("{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}"));
	json_end(json);
	json_member_raw(json, "servers", STR("[{\"url\":\"/\"}]"));
	json_member_raw(json, "security", STR("[{\"bearer\":[]},{\"cookie\":[]}]"));
}

static void component(struct openapi *doc, const char *kind, void (*members)(struct openapi *doc))
{
	json_key(&doc->json, str_of(kind));
	json_object(&doc->json);
	members(doc);
	json_end(&doc->json);
}

static void header_parts(struct openapi *doc)
{
	openapi_parts(doc, openapi_headers);
}

static void security_parts(struct openapi *doc)
{
	openapi_parts(doc, openapi_security_schemes);
}

void openapi_write(struct buf *out, const struct router *router)
{
	struct openapi doc;

	json_init(&doc.json, out);
	arena_init(&doc.arena);
	doc.route_count = router_routes(router, &doc.routes);
	json_object(&doc.json);
	info(&doc.json);
	tags(&doc);
	tag_groups(&doc);
	paths(&doc);
	json_key(&doc.json, STR("components"));
	json_object(&doc.json);
	component(&doc, "schemas", openapi_schemas);
	component(&doc, "parameters", openapi_parameters);
	component(&doc, "responses", openapi_errors);
	component(&doc, "headers", header_parts);
	component(&doc, "securitySchemes", security_parts);
	json_end(&doc.json);
	json_end(&doc.json);
	arena_deinit(&doc.arena);
}
