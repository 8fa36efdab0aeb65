/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer target for request targets, query parameters, and the small list parsers of the headers. */
#include <stdlib.h>
#include <string.h>

#include "core/origin.h"
#include "http/compress.h"
#include "http/conditional.h"
#include "http/negotiate.h"
#include "http/proxy.h"
#include "http/request.h"
#include "http/uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_path(struct str path)
{
	struct str rest = path;

	must(path.len > 0 && (path.ptr[0] == '/' || str_is(path, "*")));
	must(!memchr(path.ptr, '\0', path.len) && str_is_utf8(path));
	while (rest.ptr) {
		struct str segment = str_cut(&rest, '/');

		must(!str_is(segment, ".") && !str_is(segment, ".."));
	}
}

static void check_query(struct request *req)
{
	struct str rest = req->query, name, value;
	bool more = true;

	while (more && request_next_param(req, &rest, &name, &value, &more) == ERR_OK)
		must(str_is_utf8(name) && str_is_utf8(value));
	(void)request_param(req, "a");
}

/* What a form is sent as, and parameters one by one. */
static void check_decoded(struct arena *arena, struct str text)
{
	struct str value;

	if (uri_decode_param(arena, text, &value))
		must(value.len <= text.len && str_is_utf8(value));
}

/* A stranger's page is none of ours, however it is written. */
static void check_origin(struct str text)
{
	struct origin_check check = {.origin = text,
		.host = STR("crm.example.com"),
		.public_url = STR("https://crm.example.com"),
		.cors_origin = STR("https://app.example.com, https://b.example.com")};

	if (origin_is_ours(&check))
		must(str_find(text, STR("example.com")) < text.len);
	check.referer = text;
	check.origin = STR_NONE;
	if (origin_is_ours(&check))
		must(str_find(text, STR("example.com")) < text.len);
}

static void check_lists(struct request *req, struct str text)
{
	const struct http_header headers[] = {{STR("Cookie"), text}, {STR("If-Match"), text}};
	struct proxy_list list;
	struct str rest = text, tag;

	req->headers = headers;
	req->header_count = ARRAY_LEN(headers);
	(void)request_cookie(req, "a");
	(void)request_check_match(req, STR("\"a\""));
	(void)coding_choose(text);
	must(negotiate_weight(text, STR("gzip")) <= 1000);
	(void)negotiate_accepts(text, STR("text/html"));
	(void)content_type_is_compressible(text);
	while (etag_next(&rest, &tag))
		must(memchr(tag.ptr, '"', tag.len) == NULL);
	if (proxy_list_parse(text, &list))
		(void)proxy_client(&list, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct request req = {0};
	struct arena arena;

	/* What the parser lets through is never empty of bytes and holds no raw control characters. */
	for (size_t i = 0; i < size; i++)
		if (data[i] <= ' ' || data[i] >= 0x7f)
			return -1;
	arena_init(&arena);
	request_init(&req, &arena);
	if ((size == 0 || text.ptr[0] == '/' || text.ptr[0] == '?') &&
		uri_split(&arena, text, &req.path, &req.query) == ERR_OK) {
		check_path(req.path);
		check_query(&req);
	}
	check_decoded(&arena, text);
	check_origin(text);
	check_lists(&req, text);
	arena_deinit(&arena);
	return 0;
}
