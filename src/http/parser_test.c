/* SPDX-License-Identifier: Apache-2.0 */
/* The parser: what it takes, what it refuses, and that it does not matter how the bytes come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/parser.h"

#define HOST "Host: a\r\n"
#define GET "GET / HTTP/1.1\r\n" HOST
#define POST "POST / HTTP/1.1\r\n" HOST
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

struct outcome {
	enum err error; /* ERR_OK: complete */
	bool complete;
	char body[256];
	size_t body_len, used;
	struct http_parser parser;
};

static void take(struct outcome *out, struct str piece)
{
	assert_true(out->body_len + piece.len < sizeof(out->body));
	memcpy(out->body + out->body_len, piece.ptr, piece.len);
	out->body_len += piece.len;
	out->body[out->body_len] = '\0';
}

/* Feeds `message` in steps of `step` bytes, the way a connection does: the head is kept from its start. */
static void feed(struct str message, size_t step, struct outcome *out)
{
	size_t known = 0, from = 0;

	memset(out, 0, sizeof(*out));
	http_parser_reset(&out->parser);
	while (!out->complete && out->error == ERR_OK) {
		struct str piece;
		size_t consumed;
		enum parser_event event = http_parser_step(
			&out->parser, str_slice(message, from, known), &consumed, &piece);

		from += consumed;
		out->complete = event == PARSER_END;
		if (event == PARSER_BODY)
			take(out, piece);
		if (event == PARSER_REFUSED)
			out->error = out->parser.error;
		if (event == PARSER_MORE && known == message.len)
			break;
		if (event == PARSER_MORE)
			known = MIN(known + step, message.len);
	}
	out->used = from;
}

static const struct {
	const char *message, *body;
} good[] = {
	{GET "\r\n", ""},
	{"\r\n" GET "\r\n", ""},
	{"GET / HTTP/1.0\r\n\r\n", ""},
	{"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", ""},
	{"GET http://a/b?c HTTP/1.1\r\n" HOST "\r\n", ""},
	{"GET HTTPS://a:8443 HTTP/1.1\r\n" HOST "\r\n", ""},
	{"GET /?a[gte]=1&b={x}|y HTTP/1.1\r\n" HOST "\r\n", ""},
	{"GET / HTTP/1.1\r\nHost:a:80\r\nX-Empty:\r\nX-Tab:\t a\tb \t\r\n\r\n", ""},
	{"GET / HTTP/1.1\r\nhOST: [::1]:80\r\nX: caf\xc3\xa9\r\n\r\n", ""},
	{POST "Content-Length: 0\r\n\r\n", ""},
	{POST "Content-Length: 5\r\n\r\nhello", "hello"},
	{POST "Content-Length: 0005\r\n\r\nhello", "hello"},
	{GET "Content-Length: 2\r\n\r\nhi", "hi"},
	{CHUNKED "0\r\n\r\n", ""},
	{CHUNKED "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"},
	{CHUNKED "00A;name=\"v a\";x\r\n0123456789\r\n000\r\nX-Sum: 1\r\nY:\r\n\r\n", "0123456789"},
	{POST "transfer-encoding: CHUNKED\r\n\r\nb\r\nhello world\r\n0\r\n\r\n", "hello world"},
};

static const struct {
	enum err error;
	const char *message;
} bad[] = {
	{ERR_BAD_FRAMING, "GET / HTTP/1.1\r\n\r\n"},
	{ERR_BAD_FRAMING, GET HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET / HTTP/1.0\r\n" HOST HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
	{ERR_BAD_FRAMING, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
	{ERR_BAD_FRAMING, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n"},
	{ERR_BAD_FRAMING, "\r\n\r\n" GET "\r\n"},
	{ERR_BAD_FRAMING, "\n" GET "\r\n"},
	{ERR_BAD_FRAMING, "GET / HTTP/1.1\nHost: a\r\n\r\n"},
	{ERR_BAD_FRAMING, "GET / HTTP/1.1\r\nHost: a\n\r\n"},
	{ERR_BAD_FRAMING, GET "\n"},
	{ERR_BAD_FRAMING, GET "X: a\rb\r\n\r\n"},
	{ERR_BAD_FRAMING, GET "X: a\r\r\n\r\n"},
	{ERR_BAD_FRAMING, GET "X: a\x01\r\n\r\n"},
	{ERR_BAD_FRAMING, GET "X: a\x7f\r\n\r\n"},
	{ERR_BAD_FRAMING, GET "X: a\r\n b\r\n\r\n"},
	{ERR_BAD_FRAMING, GET "X: a\r\n\tb\r\n\r\n"},
	{ERR_BAD_FRAMING, "GET / HTTP/1.1\r\n X: a\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, GET "X : a\r\n\r\n"},
	{ERR_BAD_FRAMING, GET ": a\r\n\r\n"},
	{ERR_BAD_FRAMING, GET "Xa\r\n\r\n"},
	{ERR_BAD_FRAMING, GET "X(y): a\r\n\r\n"},
	{ERR_BAD_FRAMING, GET "X\xc3\xa9: a\r\n\r\n"},
	{ERR_BAD_FRAMING, "GET  / HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET / HTTP/1.1 \r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, " GET / HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET /\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET / http/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET / HTTP/1.10\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET / HTTP/11\r\n" HOST "\r\n"},
	{ERR_BAD_VERSION, "GET / HTTP/2.0\r\n" HOST "\r\n"},
	{ERR_BAD_VERSION, "GET / HTTP/0.9\r\n" HOST "\r\n"},
	{ERR_BAD_VERSION, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
	{ERR_BAD_METHOD, "BREW / HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_METHOD, "get / HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_METHOD, "CONNECT a:443 HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "G(T / HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET * HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET a HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET a:80 HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET /#x HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET /\"<> HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET ftp://a/ HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET http:///x HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, "GET http://u@a/ HTTP/1.1\r\n" HOST "\r\n"},
	{ERR_BAD_FRAMING, POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
	{ERR_BAD_FRAMING, POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"},
	{ERR_BAD_FRAMING, POST "Content-Length: 5, 5\r\n\r\nhello"},
	{ERR_BAD_FRAMING, POST "Content-Length: +5\r\n\r\nhello"},
	{ERR_BAD_FRAMING, POST "Content-Length: -5\r\n\r\nhello"},
	{ERR_BAD_FRAMING, POST "Content-Length: 0x5\r\n\r\nhello"},
	{ERR_BAD_FRAMING, POST "Content-Length: 5 \x0b\r\n\r\nhello"},
	{ERR_BAD_FRAMING, POST "Content-Length: \r\n\r\n"},
	{ERR_BAD_FRAMING, POST "Content-Length: 9999999999999999999\r\n\r\n"},
	{ERR_BAD_FRAMING, POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
	{ERR_BAD_FRAMING, POST "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n"},
	{ERR_BAD_FRAMING,
		POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
	{ERR_BAD_FRAMING, "POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
	{ERR_BAD_TRANSFER, POST "Transfer-Encoding: gzip, chunked\r\n\r\n"},
	{ERR_BAD_TRANSFER, POST "Transfer-Encoding: chunked, chunked\r\n\r\n"},
	{ERR_BAD_TRANSFER, POST "Transfer-Encoding: identity\r\n\r\n"},
	{ERR_BAD_TRANSFER, POST "Transfer-Encoding: \"chunked\"\r\n\r\n"},
	{ERR_BAD_TRANSFER, POST "Transfer-Encoding:\r\n\r\n"},
	{ERR_BAD_TRANSFER, POST "Transfer-Encoding: xchunked\r\n\r\n"},
	{ERR_BAD_FRAMING, GET "Expect: 200-ok\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "g\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "-1\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "0x1\r\na\r\n0\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED " 1\r\na\r\n0\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "1 \r\na\r\n0\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "1\na\r\n0\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "1\r\na\n0\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "1\r\nab\r\n0\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "1\r\ra\r\n0\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "1;a\nb\r\na\r\n0\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "fffffffffffffffff\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "0000000000000\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "0\r\nX : a\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "0\r\n X: a\r\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "0\r\nX: a\n\r\n"},
	{ERR_BAD_FRAMING, CHUNKED "0\r\n\rX"},
};

static void check_good(size_t i, size_t step)
{
	struct outcome out;

	feed(str_of(good[i].message), step, &out);
	if (!out.complete || strcmp(out.body, good[i].body) != 0)
		print_error("step %zu, %s: %s\n", step, good[i].message, out.parser.reason);
	assert_int_equal(out.error, ERR_OK);
	assert_true(out.complete);
	assert_string_equal(out.body, good[i].body);
	assert_int_equal(out.used, strlen(good[i].message));
}

static void test_good_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		for (size_t step = 1; step < 12; step++)
			check_good(i, step);
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		check_good(i, SIZE_MAX / 2);
}

static void check_bad(size_t i, size_t step)
{
	struct outcome out;

	feed(str_of(bad[i].message), step, &out);
	if (out.error != bad[i].error)
		print_error("step %zu, %s\n", step, bad[i].message);
	assert_int_equal(out.error, bad[i].error);
	assert_non_null(out.parser.reason);
}

static void test_bad_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		check_bad(i, 1);
		check_bad(i, 7);
		check_bad(i, SIZE_MAX / 2);
	}
}

static void refuses_bytes(const char *bytes, size_t len, enum err error)
{
	struct outcome out;

	feed((struct str){bytes, len}, SIZE_MAX / 2, &out);
	assert_int_equal(out.error, error);
	feed((struct str){bytes, len}, 1, &out);
	assert_int_equal(out.error, error);
}

static void test_nul_is_refused_everywhere(void **state)
{
	static const char whole[] = GET "X: a\r\n\r\n";
	char copy[sizeof(whole)];

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(whole) - 4; i++) {
		struct outcome out;

		memcpy(copy, whole, sizeof(whole));
		copy[i] = '\0';
		feed((struct str){copy, sizeof(whole) - 1}, SIZE_MAX / 2, &out);
		assert_true(out.error == ERR_BAD_FRAMING);
	}
}

static char *filled(const char *start, char filling, size_t len, const char *end, size_t *len_out)
{
	size_t before = strlen(start), after = strlen(end);
	char *text = malloc(before + len + after);

	assert_non_null(text);
	memcpy(text, start, before);
	memset(text + before, filling, len);
	memcpy(text + before + len, end, after);
	*len_out = before + len + after;
	return text;
}

static void refuses_filled(
	const char *start, char filling, size_t n, const char *end, enum err error)
{
	size_t len;
	char *text = filled(start, filling, n, end, &len);

	refuses_bytes(text, len, error);
	free(text);
}

static void test_limits(void **state)
{
	(void)state;
	refuses_filled("GET /", 'a', HTTP_MAX_TARGET - 1, " HTTP/1.1\r\n" HOST "\r\n", ERR_OK);
	refuses_filled(
		"GET /", 'a', HTTP_MAX_TARGET, " HTTP/1.1\r\n" HOST "\r\n", ERR_URI_TOO_LONG);
	refuses_filled("GET /", 'a', HTTP_MAX_TARGET * 2, "", ERR_URI_TOO_LONG);
	refuses_filled(
		GET "X: ", 'a', HTTP_MAX_HEAD - sizeof(GET "X: \r\n\r\n"), "\r\n\r\n", ERR_OK);
	refuses_filled(GET "X: ", 'a', HTTP_MAX_HEAD, "\r\n\r\n", ERR_HEAD_TOO_LARGE);
	refuses_filled(GET "X: ", 'a', HTTP_MAX_HEAD, "", ERR_HEAD_TOO_LARGE);
	refuses_filled(
		CHUNKED "1;", 'a', HTTP_MAX_CHUNK_LINE, "\r\na\r\n0\r\n\r\n", ERR_BAD_FRAMING);
	refuses_filled(CHUNKED "0\r\nX: ", 'a', HTTP_MAX_TRAILERS, "\r\n\r\n", ERR_HEAD_TOO_LARGE);
}

static void test_too_many_fields(void **state)
{
	char text[4096] = GET;
	size_t len = strlen(text);

	(void)state;
	for (int i = 0; i < HTTP_MAX_FIELDS; i++, len += 4)
		memcpy(text + len, "X:\r\n", 4);
	memcpy(text + len, "\r\n", 2);
	refuses_bytes(text, len + 2, ERR_HEAD_TOO_LARGE);
	/* One less fits: Host is the hundredth. */
	memcpy(text + len - 4, "\r\n", 2);
	refuses_bytes(text, len - 2, ERR_OK);
}

static struct str span(const char *message, struct http_span span)
{
	return (struct str){message + span.at, span.len};
}

static void test_what_a_head_says(void **state)
{
	static const char message[] = "PUT http://b:81/c?d=e HTTP/1.1\r\nHost: a\r\n"
				      "Connection: x, Close\r\nExpect: 100-Continue\r\n"
				      "Content-Length: 7\r\nX-Y: \t z z \r\n\r\n";
	struct outcome out;

	(void)state;
	feed(str_of(message), 3, &out);
	assert_false(out.complete);
	assert_int_equal(out.parser.method, HTTP_PUT);
	assert_true(str_is(span(message, out.parser.target), "/c?d=e"));
	assert_true(str_is(span(message, out.parser.host), "b:81"));
	assert_false(out.parser.keep_alive);
	assert_true(out.parser.expect_continue);
	assert_int_equal(out.parser.content_length, 7);
	assert_int_equal(out.parser.field_count, 5);
	assert_true(str_is(span(message, out.parser.fields[4].name), "X-Y"));
	assert_true(str_is(span(message, out.parser.fields[4].value), "z z"));
}

static bool keeps_alive(const char *message)
{
	struct outcome out;

	feed(str_of(message), SIZE_MAX / 2, &out);
	assert_true(out.complete);
	return out.parser.keep_alive;
}

static void test_keep_alive(void **state)
{
	(void)state;
	assert_true(keeps_alive(GET "\r\n"));
	assert_false(keeps_alive(GET "Connection: close\r\n\r\n"));
	assert_false(keeps_alive(GET "Connection: keep-alive\r\nConnection: close\r\n\r\n"));
	assert_false(keeps_alive("GET / HTTP/1.0\r\n\r\n"));
	assert_true(keeps_alive("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
}

static void test_pipelined_messages_stay_apart(void **state)
{
	static const char both[] = POST "Content-Length: 2\r\n\r\nhi" GET "\r\n";
	struct outcome out;

	(void)state;
	feed(str_of(both), SIZE_MAX / 2, &out);
	assert_true(out.complete);
	assert_string_equal(out.body, "hi");
	assert_int_equal(out.used, sizeof(both) - sizeof(GET "\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_messages),
		cmocka_unit_test(test_bad_messages),
		cmocka_unit_test(test_nul_is_refused_everywhere),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_too_many_fields),
		cmocka_unit_test(test_what_a_head_says),
		cmocka_unit_test(test_keep_alive),
		cmocka_unit_test(test_pipelined_messages_stay_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
