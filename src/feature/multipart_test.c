/* SPDX-License-Identifier: Apache-2.0 */
/* multipart/form-data in pieces of any size, and bodies that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "feature/multipart.h"

static struct arena arena;
static struct str body;
static size_t at, piece_len;

static enum err read_body(struct request *req, struct str *piece_out)
{
	size_t end = MIN(at + piece_len, body.len);

	(void)req;
	*piece_out = str_slice(body, at, end);
	at = end;
	return ERR_OK;
}

static enum err open_body(
	struct multipart *multipart, struct request *req, struct str text, size_t piece)
{
	static const struct http_header type = {
		{"Content-Type", 12}, {"multipart/form-data; boundary=\"xYz\"", 34}};
	enum err err;

	request_init(req, &arena);
	req->headers = &type;
	req->header_count = 1;
	body = text;
	at = 0;
	piece_len = piece;
	err = multipart_init(multipart, req);
	multipart->read = read_body;
	return err;
}

/* Every part as `name(file)=content;`. */
static enum err read_parts(struct str text, size_t piece, struct buf *out)
{
	struct multipart multipart;
	struct multipart_part part;
	struct request req;
	bool more = true;
	enum err err = open_body(&multipart, &req, text, piece);

	while (!err && (err = multipart_next(&multipart, &part, &more)) == ERR_OK && more) {
		struct str content;

		buf_printf(out, "%.*s(%.*s)=", STR_ARG(part.name), STR_ARG(part.file_name));
		err = multipart_text(&multipart, 1000, &content);
		buf_append(out, content);
		buf_append_char(out, ';');
	}
	multipart_deinit(&multipart);
	return err;
}

static void assert_reads_as(struct str text, enum err wanted, const char *expected)
{
	struct buf out;

	buf_init(&out, 64 * 1024);
	for (size_t piece = 1; piece < 200; piece += piece < 10 ? 1 : 37) {
		buf_reset(&out, 0);
		assert_int_equal(read_parts(text, piece, &out), wanted);
		buf_append_char(&out, '\0');
		if (!wanted)
			assert_string_equal(out.ptr, expected);
	}
	buf_deinit(&out);
}

#define PART(head, content) \
	"--xYz\r\nContent-Disposition: form-data; " head "\r\n\r\n" content "\r\n"

static void test_parts(void **state)
{
	(void)state;
	assert_reads_as(STR(PART("name=\"a\"", "1") PART(
				"name=b; filename=\"c d.csv\"", "x\r\n--xY\r\ny") "--xYz--\r\n"),
		ERR_OK, "a()=1;b(c d.csv)=x\r\n--xY\r\ny;");
	assert_reads_as(
		STR("preamble\r\n" PART("name=\"empty\"", "") "--xYz--"), ERR_OK, "empty()=;");
	assert_reads_as(STR("--xYz\r\ncontent-type: text/csv\r\ncontent-disposition: form-data; "
			    "name=\"f\"\r\n\r\n"
			    "--xYz-\r\n--xYz--"),
		ERR_OK, "f()=--xYz-;");
	assert_reads_as(STR("--xYz--\r\n"), ERR_OK, "");
}

static void test_malformed(void **state)
{
	(void)state;
	assert_reads_as(STR(""), ERR_BAD_REQUEST, NULL);
	assert_reads_as(STR(PART("name=\"a\"", "1")), ERR_BAD_REQUEST, NULL);
	assert_reads_as(STR("--xYz\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xYz--"),
		ERR_BAD_REQUEST, NULL);
	assert_reads_as(STR("--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n"),
		ERR_BAD_REQUEST, NULL);
	assert_reads_as(STR("no boundary at all"), ERR_BAD_REQUEST, NULL);
}

static void test_limits(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 64 * 1024);
	buf_append_cstr(&text, "--xYz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
	for (int i = 0; i < 1001; i++)
		buf_append_char(&text, 'x');
	buf_append_cstr(&text, "\r\n--xYz--\r\n");
	assert_reads_as(buf_str(&text), ERR_TOO_LARGE, NULL);
	buf_reset(&text, 0);
	buf_append_cstr(&text, "--xYz\r\n");
	for (int i = 0; i < 10000; i++)
		buf_append_char(&text, 'h');
	assert_reads_as(buf_str(&text), ERR_BAD_REQUEST, NULL);
	buf_deinit(&text);
}

static void test_media_type(void **state)
{
	static const struct http_header json = {{"Content-Type", 12}, {"application/json", 16}};
	struct multipart multipart;
	struct request req;

	(void)state;
	request_init(&req, &arena);
	assert_int_equal(multipart_init(&multipart, &req), ERR_BAD_MEDIA_TYPE);
	req.headers = &json;
	req.header_count = 1;
	assert_int_equal(multipart_init(&multipart, &req), ERR_BAD_MEDIA_TYPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_media_type),
	};
	int failed;

	arena_init(&arena);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_deinit(&arena);
	return failed;
}
