/* SPDX-License-Identifier: Apache-2.0 */
/* An operation of the OpenAPI document: what one route takes and answers. */
#include <ctype.h>

#include "core/openapi_internal.h"

/* What a shape says of itself. In the words % stands for the entity, with an article or as a plural. */
static const struct shape {
	const char *prefix, *suffix; /* of the operation's id */
	const char *summary;
	bool many; /* of the plural */
	int status;
	const char *body; /* suffix of the schema of what is sent */
	bool tagged;      /* answers an ETag */
} shapes[] = {
	[OPENAPI_LIST] = {"list", "", "List %", true, 200, NULL, false},
	[OPENAPI_GET] = {"get", "", "Read %", false, 200, NULL, true},
	[OPENAPI_CREATE] = {"create", "", "Create %", false, 201, "Create", true},
	[OPENAPI_REPLACE] = {"replace", "", "Replace %", false, 200, "Replace", true},
	[OPENAPI_UPDATE] = {"update", "", "Change fields of %", false, 200, "Update", true},
	[OPENAPI_DELETE] = {"delete", "", "Move % to the trash", false, 204, NULL, false},
	[OPENAPI_RESTORE] = {"restore", "", "Take % out of the trash", false, 200, NULL, true},
	[OPENAPI_TIMELINE] = {"get", "Timeline", "List the changes of %", false, 200, NULL, false},
	[OPENAPI_BOARD] = {"get", "Board", "List % side by side, in columns", true, 200, NULL,
		false},
	[OPENAPI_GROUPS] = {"group", "", "Add up % by the values of fields", true, 200, NULL,
		false},
	[OPENAPI_UPDATE_MANY] = {"update", "Many", "Change fields of many % at once", true, 200,
		NULL, false},
	[OPENAPI_DELETE_MANY] = {"delete", "Many", "Move many % to the trash at once", true, 200,
		NULL, false},
	[OPENAPI_BULK] = {"bulk", "", "Create many % at once, or update those that are there", true,
		200, NULL, false},
	[OPENAPI_DUPLICATES] = {"find", "Duplicates", "List what could be the same as %", false,
		200, NULL, false},
	[OPENAPI_MERGE] = {"merge", "", "Merge %", true, 200, "Update", false},
	[OPENAPI_EXPORT] = {"export", "", "Export % as CSV", true, 200, NULL, false},
	[OPENAPI_EXPORT_JSONL] = {"export", "Jsonl", "Export % as JSON lines", true, 200, NULL,
		false},
	[OPENAPI_EXPORT_XLSX] = {"export", "Xlsx", "Export % as a workbook of Excel", true, 200,
		NULL, false},
};

static enum openapi_shape shape_of(const struct route *route)
{
	return route->doc ? (enum openapi_shape)route->doc->shape : OPENAPI_NONE;
}

const struct resource *openapi_resource_of(const struct route *route)
{
	enum openapi_shape shape = shape_of(route);

	return shape == OPENAPI_NONE || shape == OPENAPI_HEALTH ? NULL : route->data;
}

/* Whose records it answers: a timeline those of the change log. */
static const struct resource *answered(const struct route *route)
{
	return shape_of(route) == OPENAPI_TIMELINE ? resource_find(STR("change"))
						   : openapi_resource_of(route);
}

static bool is_list(enum openapi_shape shape)
{
	return shape == OPENAPI_LIST || shape == OPENAPI_TIMELINE;
}

static bool is_export(enum openapi_shape shape)
{
	return shape == OPENAPI_EXPORT || shape == OPENAPI_EXPORT_JSONL ||
		shape == OPENAPI_EXPORT_XLSX;
}

static bool is_tagged(const struct route *route)
{
	const struct resource *r = openapi_resource_of(route);

	return r && r->has_version && shapes[shape_of(route)].tagged;
}

/* --- names ------------------------------------------------------------------------------------ */

/* "/api/v1/auth/sessions/{id}" to "AuthSessionsId"; what is not under /api/v1 says so by "Root". */
static struct str pattern_name(struct openapi *doc, const char *pattern)
{
	struct str path = str_of(pattern);
	bool versioned = str_starts_with(path, STR("/api/v1"));
	char *name = arena_bytes(&doc->arena, path.len);
	size_t n = 0;
	bool raise = true;

	for (size_t i = versioned ? strlen("/api/v1") : 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.ptr[i];

		if (isalnum(c))
			name[n++] = (char)(raise ? toupper(c) : c);
		raise = !isalnum(c);
	}
	if (n == 0)
		return STR("Api");
	return arena_printf(&doc->arena, "%s%.*s", versioned ? "" : "Root", (int)n, name);
}

static struct str operation_id(struct openapi *doc, const struct route *route)
{
	static const char *const verbs[HTTP_METHOD__COUNT] = {
		[HTTP_GET] = "get",
		[HTTP_POST] = "post",
		[HTTP_PUT] = "put",
		[HTTP_PATCH] = "patch",
		[HTTP_DELETE] = "delete",
	};
	const struct resource *r = openapi_resource_of(route);
	const struct shape *shape = &shapes[r ? shape_of(route) : 0];
	struct str name;

	if (!r || r->within)
		return arena_printf(&doc->arena, "%s%.*s", verbs[route->method],
			STR_ARG(pattern_name(doc, route->pattern)));
	name = openapi_type_name(doc, shape->many ? r->entity->plural : r->entity->name);
	return arena_printf(&doc->arena, "%s%.*s%s", shape->prefix, STR_ARG(name), shape->suffix);
}

/* "Contact" to "a contact", "Activities" to "activities". */
static struct str words(struct openapi *doc, const struct resource *r, bool many)
{
	const char *label = many ? r->entity->label_plural : r->entity->label;
	const char *article = many ? "" : strchr("AEIO", label[0]) ? "an " : "a ";

	return arena_printf(
		&doc->arena, "%s%c%s", article, tolower((unsigned char)label[0]), label + 1);
}

static struct str summary(struct openapi *doc, const struct route *route)
{
	const struct resource *r = openapi_resource_of(route);
	const struct shape *shape;
	struct str rest, before;

	if (!r || route->doc->summary)
		return str_of(route->doc->summary);
	shape = &shapes[shape_of(route)];
	rest = str_of(shape->summary);
	before = str_cut(&rest, '%');
	return arena_printf(&doc->arena, "%.*s%.*s%.*s", STR_ARG(before),
		STR_ARG(words(doc, r, shape->many)), STR_ARG(rest));
}

struct str openapi_tag_of(const struct route *route)
{
	const struct resource *r = openapi_resource_of(route);

	return str_of(r ? r->entity->label_plural : route->doc->tag ? route->doc->tag : "Server");
}

/* --- parameters ------------------------------------------------------------------------------- */

/* {id} and {partnerId} are UUIDs wherever they stand; another name is some text. */
static bool names_an_id(struct str name)
{
	return str_is(name, "id") || str_ends_with(name, STR("Id"));
}

static void path_parameters(struct openapi *doc, const char *pattern)
{
	struct json *json = &doc->json;
	struct str rest = str_of(pattern);

	for (str_cut(&rest, '{'); rest.ptr; str_cut(&rest, '{')) {
		struct str name = str_cut(&rest, '}');

		json_object(json);
		json_member_str(json, "name", name);
		json_member_cstr(json, "in", "path");
		json_member_bool(json, "required", true);
		json_member_raw(json, "schema",
			names_an_id(name) ? STR("{\"type\":\"string\",\"format\":\"uuid\"}")
					  : STR("{\"type\":\"string\"}"));
		json_end(json);
		if (!rest.ptr)
			return;
	}
}

static void parameters(struct openapi *doc, const struct route *route)
{
	const struct resource *r = openapi_resource_of(route);
	enum openapi_shape shape = shape_of(route);
	unsigned barred = ROUTE_PUBLIC | ROUTE_NOT_IDEMPOTENT;

	json_key(&doc->json, STR("parameters"));
	json_array(&doc->json);
	path_parameters(doc, route->pattern);
	if (route->doc->parameters)
		openapi_stated_parameters(doc, route->doc->parameters);
	if (r)
		openapi_query(
			doc, answered(route), shape == OPENAPI_TIMELINE ? OPENAPI_LIST : shape);
	if (route->method == HTTP_POST && !(route->flags & barred))
		openapi_ref(doc, "parameters", STR("IdempotencyKey"), "");
	if (shape == OPENAPI_REPLACE || shape == OPENAPI_UPDATE || shape == OPENAPI_DELETE)
		openapi_ref(doc, "parameters", STR("IfMatch"), "");
	if ((shape == OPENAPI_DELETE || shape == OPENAPI_DELETE_MANY) && r->trash_asks)
		openapi_ref(doc, "parameters", STR("Cascade"), "");
	if (shape == OPENAPI_DELETE && (r->entity->flags & ENTITY_CONFIRM))
		openapi_ref(doc, "parameters", STR("Confirm"), "");
	if ((shape == OPENAPI_DELETE || shape == OPENAPI_DELETE_MANY) && r->trash_moves)
		openapi_ref(doc, "parameters", STR("MoveTo"), "");
	if (route->method == HTTP_GET && is_tagged(route))
		openapi_ref(doc, "parameters", STR("IfNoneMatch"), "");
	json_end(&doc->json);
}

/* --- bodies ----------------------------------------------------------------------------------- */

static void merge_body(struct openapi *doc, const struct resource *r)
{
	static const char text[] =
		"{\"type\":\"object\",\"required\":[\"keep\",\"merge\"],\"properties\":{"
		"\"keep\":{\"type\":\"string\",\"format\":\"uuid\"},"
		"\"merge\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":50,\"uniqueItems\":true,"
		"\"items\":{\"type\":\"string\",\"format\":\"uuid\"}},"
		"\"values\":{\"$ref\":\"#/components/schemas/%.*sUpdate\"}}}";

	openapi_stated_schema(doc,
		arena_printf(&doc->arena, text, STR_ARG(openapi_type_name(doc, r->entity->name)))
			.ptr,
		false);
}

static void body_schema(struct openapi *doc, const struct route *route)
{
	const struct resource *r = openapi_resource_of(route);

	if (openapi_is_of_many(shape_of(route)))
		openapi_many_request(doc, r, shape_of(route));
	else if (shape_of(route) == OPENAPI_MERGE)
		merge_body(doc, r);
	else if (r)
		openapi_ref(doc, "schemas", openapi_type_name(doc, r->entity->name),
			shapes[shape_of(route)].body);
	else
		openapi_stated_schema(doc, route->doc->request, false);
}

static void body_of_type(struct openapi *doc, const struct route *route, const char *type)
{
	json_key(&doc->json, str_of(type));
	json_object(&doc->json);
	json_key(&doc->json, STR("schema"));
	body_schema(doc, route);
	json_end(&doc->json);
}

static void sent_body(struct openapi *doc, const struct route *route)
{
	struct json *json = &doc->json;
	bool streams = route->flags & ROUTE_STREAMS_BODY;

	bool record = openapi_resource_of(route) &&
		(shapes[shape_of(route)].body || openapi_is_of_many(shape_of(route)));

	if (!route->doc->request && !record && !streams)
		return;
	json_key(json, STR("requestBody"));
	json_object(json);
	json_member_bool(json, "required", route->method != HTTP_DELETE);
	json_key(json, STR("content"));
	json_object(json);
	if (streams) {
		json_member_raw(json, "text/csv", STR("{\"schema\":{\"type\":\"string\"}}"));
		json_member_raw(
			json, "multipart/form-data", STR("{\"schema\":{\"type\":\"object\"}}"));
	} else {
		body_of_type(doc, route, "application/json");
		if (route->method == HTTP_PATCH)
			body_of_type(doc, route, "application/merge-patch+json");
	}
	json_end(json);
	json_end(json);
}

/* --- answers ---------------------------------------------------------------------------------- */

static void envelope_begin(struct json *json)
{
	json_object(json);
	json_member_cstr(json, "type", "object");
	json_key(json, STR("properties"));
	json_object(json);
	json_member_raw(json, "success", STR("{\"const\":true}"));
	json_key(json, STR("data"));
}

static void envelope_end(struct openapi *doc, bool paginated)
{
	struct json *json = &doc->json;

	if (paginated) {
		json_key(json, STR("pagination"));
		openapi_ref(doc, "schemas", STR("Pagination"), "");
	}
	json_end(json);
	json_member_raw(json, "required",
		paginated ? STR("[\"success\",\"data\",\"pagination\"]")
			  : STR("[\"success\",\"data\"]"));
	json_member_bool(json, "additionalProperties", false);
	json_end(json);
}

/* `form` is a suffix of the record's schema. */
static void record_envelope(
	struct openapi *doc, const struct resource *r, bool list, const char *form)
{
	struct json *json = &doc->json;
	struct str name = openapi_type_name(doc, r->entity->name);

	envelope_begin(json);
	if (list) {
		json_object(json);
		json_member_cstr(json, "type", "array");
		json_key(json, STR("items"));
	}
	openapi_ref(doc, "schemas", name, form);
	if (list)
		json_end(json);
	envelope_end(doc, list);
}

#define REF "{\"$ref\":\"#/components/schemas/%.*s%s\"}"

/* Both forms of a record may stand in a column: with `fields=` the partial one. */
static void board_schema(struct openapi *doc, const struct resource *r)
{
	static const char text[] =
		"{\"type\":\"object\",\"required\":[\"by\",\"columns\"],\"properties\":{"
		"\"by\":{\"type\":\"string\"},\"currency\":{\"type\":\"string\"},"
		"\"columns\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":["
		"\"key\","
		"\"label\",\"category\",\"color\",\"count\",\"nextCursor\",\"records\"],"
		"\"properties\":{"
		"\"key\":{\"type\":\"string\"},\"label\":{\"type\":\"string\"},"
		"\"category\":{\"type\":[\"string\",\"null\"]},"
		"\"color\":{\"type\":[\"string\",\"null\"]},\"count\":{\"type\":\"integer\"},"
		"\"sum\":{\"type\":\"number\"},\"weightedSum\":{\"type\":\"number\"},"
		"\"notInSum\":{\"type\":\"integer\","
		"\"description\":\"Records whose currency has no exchange rate.\"},"
		"\"nextCursor\":{\"type\":[\"string\",\"null\"],\"description\":"
		"\"Goes on in the list that is filtered by the column and sorted alike.\"},"
		"\"records\":{\"type\":\"array\",\"items\":{\"anyOf\":[" REF "," REF "]}}}}}}}";
	struct str name = openapi_type_name(doc, r->entity->name);

	envelope_begin(&doc->json);
	openapi_stated_schema(doc,
		arena_printf(&doc->arena, text, STR_ARG(name), openapi_has_detail(r) ? "Item" : "",
			STR_ARG(name), "Partial")
			.ptr,
		true);
	envelope_end(doc, false);
}

static void groups_schema(struct openapi *doc)
{
	static const char figures[] =
		"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"field\":{\"type\":\"string\"},"
		"\"currency\":{\"type\":[\"string\",\"null\"]},"
		"\"count\":{\"type\":\"integer\",\"description\":\"Records that have a value.\"},"
		"\"sum\":{\"type\":\"number\"},\"average\":{\"type\":\"number\"},"
		"\"least\":{\"type\":\"number\"},\"most\":{\"type\":\"number\"}}}}";
	static const char text[] =
		"{\"type\":\"object\",\"properties\":{\"by\":{\"type\":\"array\",\"items\":{"
		"\"type\":\"object\",\"properties\":{\"field\":{\"type\":\"string\"},"
		"\"unit\":{\"type\":[\"string\",\"null\"]}}}},"
		"\"count\":{\"type\":\"integer\"},\"totals\":%s,"
		"\"groups\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"keys\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"value\":{\"type\":[\"string\",\"number\",\"boolean\",\"null\"]},"
		"\"label\":{\"type\":[\"string\",\"null\"]}}}},"
		"\"count\":{\"type\":\"integer\"},\"totals\":%s,"
		"\"filter\":{\"type\":\"string\",\"description\":\"What to add to the query string "
		"of the "
		"list, that it shows this group.\"}}}},"
		"\"more\":{\"type\":\"boolean\",\"description\":\"There are more groups than "
		"limit.\"}}}";

	envelope_begin(&doc->json);
	openapi_stated_schema(doc, arena_printf(&doc->arena, text, figures, figures).ptr, true);
	envelope_end(doc, false);
}

#define RECORD "\"record\":{\"anyOf\":[" REF "," REF "]}"

static void duplicates_schema(struct openapi *doc, const struct resource *r)
{
	static const char text[] =
		"{\"type\":\"array\",\"maxItems\":50,\"items\":{\"type\":\"object\","
		"\"properties\":{\"score\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1},"
		"\"reasons\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"how\":{\"enum\":[\"email\",\"phone\",\"domain\",\"website\",\"name\"]},"
		"\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}}," RECORD "}}}";
	struct str name = openapi_type_name(doc, r->entity->name);

	envelope_begin(&doc->json);
	openapi_stated_schema(doc,
		arena_printf(&doc->arena, text, STR_ARG(name), "", STR_ARG(name), "Partial").ptr,
		true);
	envelope_end(doc, false);
}

static void merge_schema(struct openapi *doc, const struct resource *r)
{
	static const char text[] =
		"{\"type\":\"object\",\"properties\":{" RECORD ","
		"\"merged\":{\"type\":\"array\","
		"\"items\":{\"type\":\"string\",\"format\":\"uuid\"}},"
		"\"moved\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"entity\":{\"type\":\"string\"},"
		"\"count\":{\"type\":\"integer\",\"minimum\":1}}}},"
		"\"changesetId\":{\"type\":\"string\",\"format\":\"uuid\"}}}";
	struct str name = openapi_type_name(doc, r->entity->name);

	envelope_begin(&doc->json);
	openapi_stated_schema(doc,
		arena_printf(&doc->arena, text, STR_ARG(name), "", STR_ARG(name), "Partial").ptr,
		true);
	envelope_end(doc, false);
}

static void record_schema(struct openapi *doc, const struct resource *r, bool list)
{
	json_object(&doc->json);
	json_key(&doc->json, STR("anyOf"));
	json_array(&doc->json);
	record_envelope(doc, r, list, list && openapi_has_detail(r) ? "Item" : "");
	record_envelope(doc, r, list, "Partial");
	json_end(&doc->json);
	json_end(&doc->json);
}

static void stated_schema(struct openapi *doc, const struct route_doc *stated)
{
	if (!stated->plain)
		envelope_begin(&doc->json);
	openapi_stated_schema(doc, stated->response, true);
	if (!stated->plain)
		envelope_end(doc, stated->paginated);
}

static void answer_schema(struct openapi *doc, const struct route *route)
{
	const struct resource *r = answered(route);
	enum openapi_shape shape = shape_of(route);

	if (is_export(shape))
		json_raw(&doc->json, STR("{\"type\":\"string\"}"));
	else if (shape == OPENAPI_BOARD)
		board_schema(doc, r);
	else if (shape == OPENAPI_DUPLICATES)
		duplicates_schema(doc, r);
	else if (shape == OPENAPI_MERGE)
		merge_schema(doc, r);
	else if (shape == OPENAPI_GROUPS)
		groups_schema(doc);
	else if (openapi_is_of_many(shape)) {
		envelope_begin(&doc->json);
		openapi_many_answer(doc, shape);
		envelope_end(doc, false);
	} else if (r)
		record_schema(doc, r, is_list(shape));
	else
		stated_schema(doc, route->doc);
}

static void header(struct openapi *doc, const char *name, const char *part)
{
	json_key(&doc->json, str_of(name));
	openapi_ref(doc, "headers", str_of(part), "");
}

static void headers(struct openapi *doc, const struct route *route)
{
	enum openapi_shape shape = shape_of(route);

	json_key(&doc->json, STR("headers"));
	json_object(&doc->json);
	header(doc, "X-Request-Id", "RequestId");
	if (route->method != HTTP_GET)
		header(doc, "X-Changeset-Id", "ChangesetId");
	header(doc, "RateLimit-Limit", "RateLimitLimit");
	header(doc, "RateLimit-Remaining", "RateLimitRemaining");
	header(doc, "RateLimit-Reset", "RateLimitReset");
	if (shape == OPENAPI_CREATE)
		header(doc, "Location", "Location");
	if (is_export(shape))
		header(doc, "X-Export-Id", "ExportId");
	if (is_tagged(route))
		header(doc, "ETag", "ETag");
	if (is_list(shape) || route->doc->paginated) {
		header(doc, "X-Total-Count", "TotalCount");
		header(doc, "Link", "Link");
	}
	json_end(&doc->json);
}

static const char *content_type(const struct route *route)
{
	if (route->doc->content_type)
		return route->doc->content_type;
	return "application/json";
}

static bool has_content(const struct route *route, int status)
{
	if (status == 204)
		return false;
	return openapi_resource_of(route) || route->doc->response;
}

static void answer(struct openapi *doc, const struct route *route, int status, const char *words)
{
	struct json *json = &doc->json;

	json_key(json, arena_printf(&doc->arena, "%d", status));
	json_object(json);
	json_member_cstr(json, "description", words);
	headers(doc, route);
	if (has_content(route, status)) {
		json_key(json, STR("content"));
		json_object(json);
		json_key(json, str_of(content_type(route)));
		json_object(json);
		json_key(json, STR("schema"));
		answer_schema(doc, route);
		json_end(json);
		json_end(json);
	}
	json_end(json);
}

static int status_of(const struct route *route)
{
	if (route->doc->status)
		return route->doc->status;
	return openapi_resource_of(route) ? shapes[shape_of(route)].status : 200;
}

/* A record that may be given to somebody else may be gone from the giver's sight. */
static bool may_hand_over(const struct route *route)
{
	const struct resource *r = openapi_resource_of(route);
	enum openapi_shape shape = shape_of(route);

	if (shape != OPENAPI_REPLACE && shape != OPENAPI_UPDATE)
		return false;
	for (size_t i = 0; i < r->field_count; i++)
		if (resource_field_is(&r->fields[i], FIELD_CALLER))
			return true;
	return false;
}

static void responses(struct openapi *doc, const struct route *route)
{
	struct json *json = &doc->json;
	enum openapi_shape shape = shape_of(route);
	int errors[OPENAPI_ERRORS_MAX];

	json_key(json, STR("responses"));
	json_object(json);
	answer(doc, route, status_of(route), status_of(route) == 201 ? "Created." : "Success.");
	if (route->method == HTTP_GET && is_tagged(route))
		json_member_raw(json, "304", STR("{\"description\":\"Not changed since.\"}"));
	if (may_hand_over(route))
		json_member_raw(json, "204",
			STR("{\"description\":\"Done; the record is no longer yours to see.\"}"));
	if (shape == OPENAPI_HEALTH)
		answer(doc, route, 503, "Unhealthy, or about to stop.");
	openapi_error_statuses(route, errors);
	for (size_t i = 0; errors[i]; i++) {
		json_key(json, arena_printf(&doc->arena, "%d", errors[i]));
		openapi_ref(doc, "responses", arena_printf(&doc->arena, "Error%d", errors[i]), "");
	}
	json_end(json);
}

/* --- the whole -------------------------------------------------------------------------------- */

void openapi_operation(struct openapi *doc, const struct route *route)
{
	static const char *const keys[HTTP_METHOD__COUNT] = {
		[HTTP_GET] = "get",
		[HTTP_POST] = "post",
		[HTTP_PUT] = "put",
		[HTTP_PATCH] = "patch",
		[HTTP_DELETE] = "delete",
	};
	struct json *json = &doc->json;

	INVARIANT(keys[route->method] != NULL);
	json_key(json, str_of(keys[route->method]));
	json_object(json);
	json_member_str(json, "operationId", operation_id(doc, route));
	json_member_str(json, "summary", summary(doc, route));
	json_key(json, STR("tags"));
	json_array(json);
	json_str(json, openapi_tag_of(route));
	json_end(json);
	if (route->flags & ROUTE_PUBLIC)
		json_member_raw(json, "security", STR("[]"));
	parameters(doc, route);
	sent_body(doc, route);
	responses(doc, route);
	json_end(json);
}
