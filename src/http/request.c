/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a request: methods, headers, query parameters. Its body is in body.c. */
#include "http/request.h"

#include "http/uri.h"

struct str http_method_name(enum http_method method)
{
	static const struct str names[] = {
		[HTTP_GET] = STR("GET"),
		[HTTP_HEAD] = STR("HEAD"),
		[HTTP_POST] = STR("POST"),
		[HTTP_PUT] = STR("PUT"),
		[HTTP_PATCH] = STR("PATCH"),
		[HTTP_DELETE] = STR("DELETE"),
		[HTTP_OPTIONS] = STR("OPTIONS"),
	};
	_Static_assert(ARRAY_LEN(names) == HTTP_METHOD__COUNT, "every method has a name");

	return names[method];
}

void request_init(struct request *req, struct arena *arena)
{
	struct buf body = req->body;

	*req = (struct request){.arena = arena, .body = body};
	req->path = STR("/");
	req->query = STR("");
	problem_init(&req->problem, arena);
}

struct str request_header(const struct request *req, const char *name)
{
	struct str wanted = str_of(name);

	for (size_t i = 0; i < req->header_count; i++)
		if (str_eq_nocase(req->headers[i].name, wanted))
			return req->headers[i].value;
	return STR_NONE;
}

enum err request_next_param(struct request *req, struct str *rest, struct str *name_out,
	struct str *value_out, bool *more_out)
{
	struct str pair = STR(""), name;

	while (pair.len == 0 && rest->ptr)
		pair = str_cut(rest, '&');
	*more_out = pair.len > 0;
	*name_out = *value_out = STR("");
	if (!*more_out)
		return ERR_OK;
	name = str_cut(&pair, '=');
	if (!uri_decode_param(req->arena, name, name_out))
		return problem_set(&req->problem, ERR_BAD_PARAMETER,
			"The name of a query parameter is not valid percent-encoded UTF-8.");
	if (pair.ptr && !uri_decode_param(req->arena, pair, value_out))
		return problem_set(&req->problem, ERR_BAD_PARAMETER,
			"The query parameter %.*s is not valid percent-encoded UTF-8.",
			STR_ARG(*name_out));
	return ERR_OK;
}

struct str request_param(struct request *req, const char *name)
{
	struct str rest = req->query;

	while (rest.ptr) {
		struct str value = str_cut(&rest, '&'), decoded;
		struct str raw_name = str_cut(&value, '=');

		if (!uri_decode_param(req->arena, raw_name, &decoded) || !str_is(decoded, name))
			continue;
		if (!value.ptr)
			return STR("");
		if (uri_decode_param(req->arena, value, &decoded))
			return decoded;
	}
	return STR_NONE;
}
