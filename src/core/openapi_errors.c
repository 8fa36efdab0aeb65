/* SPDX-License-Identifier: Apache-2.0 */
/* The errors of the OpenAPI document: which statuses a route may answer, and what each looks like. */
#include "core/openapi_internal.h"

/* Whether a route may answer the status; `unsafe` are methods that change something. */
struct nature {
	const struct route *route;
	unsigned errors;
	bool public, unsafe, body, id, shaped, health;
};

static bool always(const struct nature *n)
{
	(void)n;
	return true;
}

static bool unauthorized(const struct nature *n)
{
	return !n->public || n->errors & ROUTE_ERR_UNAUTHORIZED ||
		!(n->route->flags & ROUTE_NO_AUTH_FAILURE);
}

/* Unsafe methods check the Origin of cookies. */
static bool forbidden(const struct nature *n)
{
	return !n->public || n->unsafe || n->errors & ROUTE_ERR_FORBIDDEN;
}

static bool not_found(const struct nature *n)
{
	return n->id || n->errors & ROUTE_ERR_NOT_FOUND;
}

static bool conflict(const struct nature *n)
{
	return (n->unsafe && !n->public) || n->errors & ROUTE_ERR_CONFLICT;
}

static bool stale(const struct nature *n)
{
	return (n->shaped && n->unsafe && n->id) || n->errors & ROUTE_ERR_STALE;
}

static bool has_body(const struct nature *n)
{
	return n->body;
}

static bool invalid(const struct nature *n)
{
	return n->unsafe || n->errors & ROUTE_ERR_INVALID;
}

/* A health check that fails answers what it found, not an error. */
static bool unavailable(const struct nature *n)
{
	return !n->health;
}

static const struct {
	int status;
	const char *description;
	bool (*applies)(const struct nature *n);
} statuses[] = {
	{400, "The request is malformed; the message names the parameter or place.", always},
	{401, "Credentials are missing, wrong or expired.", unauthorized},
	{403, "The caller may not do this.", forbidden},
	{404, "There is nothing here, or nothing that the caller may see.", not_found},
	{408, "The body took too long to arrive.", has_body},
	{409, "This conflicts with what is stored, or the same request is being served.", conflict},
	{412, "The record has changed since the version that If-Match names.", stale},
	{413, "The body is too large.", has_body},
	{415, "The content type is not supported here.", has_body},
	{422, "Fields are not valid; details names each.", invalid},
	{429, "Too many requests.", always},
	{500, "A fault of the server.", always},
	{503, "The server is busy or its database away.", unavailable},
};

_Static_assert(ARRAY_LEN(statuses) < OPENAPI_ERRORS_MAX, "room for the end");

void openapi_error_statuses(const struct route *route, int out[OPENAPI_ERRORS_MAX])
{
	const struct route_doc *doc = route->doc;
	bool writes = route->method == HTTP_POST || route->method == HTTP_PUT ||
		route->method == HTTP_PATCH;
	struct nature n = {
		.route = route,
		.errors = doc ? doc->errors : 0,
		.public = route->flags & ROUTE_PUBLIC,
		.unsafe = writes || route->method == HTTP_DELETE,
		.body = writes || (doc && doc->errors & ROUTE_ERR_BODY),
		.id = strchr(route->pattern, '{') != NULL,
		.shaped = doc && doc->shape != OPENAPI_NONE,
		.health = doc && doc->shape == OPENAPI_HEALTH,
	};
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		if (statuses[i].applies(&n))
			out[count++] = statuses[i].status;
	out[count] = 0;
}

/* --- components ------------------------------------------------------------------------------- */

/* Codes of err.def with that status, each once. */
static void write_codes(struct json *json, int status)
{
	json_array(json);
	for (enum err err = ERR_OK + 1; err < ERR__COUNT; err++) {
		const struct err_info *info = err_info(err);
		bool repeated = false;

		for (enum err before = ERR_OK + 1; before < err; before++)
			repeated |= str_is(str_of(info->code), err_info(before)->code);
		if (info->status == status && !repeated)
			json_cstr(json, info->code);
	}
	json_end(json);
}

static void write_schema(struct json *json, int status)
{
	json_object(json);
	json_member_raw(json, "allOf", STR("[{\"$ref\":\"#/components/schemas/Error\"}]"));
	json_key(json, STR("properties"));
	json_object(json);
	json_key(json, STR("status"));
	json_object(json);
	json_member_int(json, "const", status);
	json_end(json);
	json_key(json, STR("error"));
	json_object(json);
	json_key(json, STR("properties"));
	json_object(json);
	json_key(json, STR("code"));
	json_object(json);
	json_key(json, STR("enum"));
	write_codes(json, status);
	for (int depth = 0; depth < 5; depth++)
		json_end(json);
}

static void write_header(struct openapi *doc, const char *name, const char *part)
{
	json_key(&doc->json, str_of(name));
	openapi_ref(doc, "headers", str_of(part), "");
}

static void write_headers(struct openapi *doc, int status)
{
	json_key(&doc->json, STR("headers"));
	json_object(&doc->json);
	write_header(doc, "X-Request-Id", "RequestId");
	if (status == 401)
		write_header(doc, "WWW-Authenticate", "Authenticate");
	if (status == 429 || status == 503)
		write_header(doc, "Retry-After", "RetryAfter");
	json_end(&doc->json);
}

static void write_error(struct openapi *doc, int status, const char *description)
{
	static const char *const types[] = {"application/json", "application/problem+json"};
	struct json *json = &doc->json;

	json_key(json, arena_printf(&doc->arena, "Error%d", status));
	json_object(json);
	json_member_cstr(json, "description", description);
	write_headers(doc, status);
	json_key(json, STR("content"));
	json_object(json);
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		json_key(json, str_of(types[i]));
		json_object(json);
		json_key(json, STR("schema"));
		write_schema(json, status);
		json_end(json);
	}
	json_end(json);
	json_end(json);
}

void openapi_errors(struct openapi *doc)
{
	for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
		write_error(doc, statuses[i].status, statuses[i].description);
}
