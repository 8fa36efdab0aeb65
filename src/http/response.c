/* SPDX-License-Identifier: Apache-2.0 */
/* Answering: headers, whole bodies, and the head that goes before either. */
#include "http/response.h"

#include <string.h>

/* Bodies of more than this are a fault of ours; what may be larger is streamed. */
enum { MAX_BODY = 64 * 1024 * 1024 };

struct str http_status_line(int status)
{
	static const struct {
		int status;
		struct str line;
	} lines[] = {
		{200, STR("200 OK")},
		{201, STR("201 Created")},
		{202, STR("202 Accepted")},
		{204, STR("204 No Content")},
		{206, STR("206 Partial Content")},
		{301, STR("301 Moved Permanently")},
		{302, STR("302 Found")},
		{303, STR("303 See Other")},
		{304, STR("304 Not Modified")},
		{307, STR("307 Temporary Redirect")},
		{308, STR("308 Permanent Redirect")},
		{400, STR("400 Bad Request")},
		{401, STR("401 Unauthorized")},
		{403, STR("403 Forbidden")},
		{404, STR("404 Not Found")},
		{405, STR("405 Method Not Allowed")},
		{406, STR("406 Not Acceptable")},
		{408, STR("408 Request Timeout")},
		{409, STR("409 Conflict")},
		{410, STR("410 Gone")},
		{412, STR("412 Precondition Failed")},
		{413, STR("413 Content Too Large")},
		{414, STR("414 URI Too Long")},
		{415, STR("415 Unsupported Media Type")},
		{416, STR("416 Range Not Satisfiable")},
		{417, STR("417 Expectation Failed")},
		{422, STR("422 Unprocessable Content")},
		{426, STR("426 Upgrade Required")},
		{428, STR("428 Precondition Required")},
		{429, STR("429 Too Many Requests")},
		{431, STR("431 Request Header Fields Too Large")},
		{500, STR("500 Internal Server Error")},
		{501, STR("501 Not Implemented")},
		{502, STR("502 Bad Gateway")},
		{503, STR("503 Service Unavailable")},
		{504, STR("504 Gateway Timeout")},
		{505, STR("505 HTTP Version Not Supported")},
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (lines[i].status == status)
			return lines[i].line;
	invariant_failed("a status without a status line", __FILE__, __LINE__);
}

/* --- headers ------------------------------------------------------------------------------------ */

static bool is_clean(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] == '\r' || value.ptr[i] == '\n' || value.ptr[i] == '\0')
			return false;
	return true;
}

void response_header_add(struct request *req, const char *name, struct str value)
{
	INVARIANT(is_clean(value));
	INVARIANT(req->extra_count < RESPONSE_MAX_HEADERS);
	req->extra[req->extra_count++] = (struct http_header){str_of(name), value};
}

struct str response_header_find(const struct request *req, const char *name)
{
	struct str wanted = str_of(name);

	for (size_t i = 0; i < req->extra_count; i++)
		if (str_eq_nocase(req->extra[i].name, wanted))
			return req->extra[i].value;
	return STR_NONE;
}

void response_header_drop(struct request *req, const char *name)
{
	struct str unwanted = str_of(name);
	size_t kept = 0;

	for (size_t i = 0; i < req->extra_count; i++)
		if (!str_eq_nocase(req->extra[i].name, unwanted))
			req->extra[kept++] = req->extra[i];
	req->extra_count = kept;
}

void response_header(struct request *req, const char *name, struct str value)
{
	struct str wanted = str_of(name);

	for (size_t i = 0; i < req->extra_count; i++) {
		if (str_eq_nocase(req->extra[i].name, wanted)) {
			INVARIANT(is_clean(value));
			req->extra[i].value = value;
			return;
		}
	}
	response_header_add(req, name, value);
}

void response_vary(struct request *req, struct str name)
{
	struct str so_far = response_header_find(req, "Vary");

	if (!so_far.ptr)
		response_header_add(req, "Vary", name);
	else if (str_find(so_far, name) == so_far.len)
		response_header(req, "Vary",
			arena_printf(req->arena, "%.*s, %.*s", STR_ARG(so_far), STR_ARG(name)));
}

/* --- bodies ------------------------------------------------------------------------------------- */

static void answer(struct request *req, int status, struct str content_type)
{
	req->status = status;
	req->content_type = content_type;
	req->answered = true;
	req->body_view = STR_NONE;
	req->body.max = MAX_BODY;
	buf_reset(&req->body, MAX_BODY);
}

struct json response_json(struct request *req, int status)
{
	struct json json;

	answer(req, status, STR("application/json; charset=utf-8"));
	json_init(&json, &req->body);
	return json;
}

void response_text(struct request *req, int status, const char *content_type, struct str body)
{
	answer(req, status, str_of(content_type));
	buf_append(&req->body, body);
}

void response_view(struct request *req, int status, const char *content_type, struct str body)
{
	answer(req, status, str_of(content_type));
	req->body_view = body;
}

void response_empty(struct request *req, int status)
{
	answer(req, status, STR_NONE);
}

/* --- the head ----------------------------------------------------------------------------------- */

struct str response_body(const struct request *req)
{
	return req->body_view.ptr ? req->body_view : buf_str(&req->body);
}

bool response_may_have_body(const struct request *req)
{
	return req->method != HTTP_HEAD && req->status != 204 && req->status != 304;
}

static char *put(char *at, struct str s)
{
	memcpy(at, s.ptr, s.len);
	return at + s.len;
}

static char *put_header(char *at, struct str name, struct str value)
{
	at = put(at, name);
	at = put(at, STR(": "));
	if (value.len)
		at = put(at, value);
	return put(at, STR("\r\n"));
}

static char *put_length(char *at, uint64_t length)
{
	char digits[20];
	size_t n = sizeof(digits);

	do {
		digits[--n] = (char)('0' + length % 10);
		length /= 10;
	} while (length);
	return put_header(at, STR("Content-Length"), (struct str){digits + n, sizeof(digits) - n});
}

static size_t head_bound(const struct request *req)
{
	/* Status line, Date, Connection, Content-Length or Transfer-Encoding. */
	size_t bound = 256 + req->content_type.len;

	for (size_t i = 0; i < req->extra_count; i++)
		bound += req->extra[i].name.len + req->extra[i].value.len + 4;
	return bound;
}

static char *put_framing(char *at, const struct request *req, int64_t length)
{
	if (req->status == 204 || req->status == 304)
		return at;
	if (length >= 0)
		return put_length(at, (uint64_t)length);
	return req->http_1_0 ? at : put_header(at, STR("Transfer-Encoding"), STR("chunked"));
}

void response_put_head(struct request *req, int64_t length, struct str date, struct buf *out)
{
	char *start = buf_reserve(out, head_bound(req));
	char *at = start;

	INVARIANT(start != NULL);
	at = put(at, STR("HTTP/1.1 "));
	at = put(at, http_status_line(req->status));
	at = put(at, STR("\r\n"));
	at = put_header(at, STR("Date"), date);
	if (req->close || req->http_1_0)
		at = put_header(
			at, STR("Connection"), req->close ? STR("close") : STR("keep-alive"));
	if (req->content_type.len)
		at = put_header(at, STR("Content-Type"), req->content_type);
	at = put_framing(at, req, length);
	for (size_t i = 0; i < req->extra_count; i++)
		at = put_header(at, req->extra[i].name, req->extra[i].value);
	at = put(at, STR("\r\n"));
	buf_claim(out, (size_t)(at - start));
}
