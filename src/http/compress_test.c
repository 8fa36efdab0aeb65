/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing a coding, and that what comes out is what went in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "http/compress.h"
#include "http/negotiate.h"

static void test_choice(void **state)
{
	static const struct {
		const char *accept;
		enum coding coding;
	} table[] = {
		{NULL, CODING_IDENTITY},
		{"", CODING_IDENTITY},
		{"gzip", CODING_GZIP},
		{"br", CODING_BROTLI},
		{"gzip, deflate, br", CODING_BROTLI},
		{"GZIP;q=1.0, br;q=0.9", CODING_GZIP},
		{"gzip;q=0", CODING_IDENTITY},
		{"br;q=0, gzip", CODING_GZIP},
		{"*", CODING_BROTLI},
		{"*;q=0", CODING_IDENTITY},
		{"br;q=0, *;q=0.5", CODING_GZIP},
		{"identity, gzip;q=0.5", CODING_IDENTITY},
		{"identity;q=0.1, gzip;q=0.5", CODING_GZIP},
		{"deflate, zstd", CODING_IDENTITY},
		{"gzip;q=2", CODING_IDENTITY},
		{"gzip;q=x", CODING_IDENTITY},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_int_equal(coding_choose(str_of(table[i].accept)), table[i].coding);
}

static void test_weights(void **state)
{
	(void)state;
	assert_int_equal(negotiate_weight(STR("a;q=0.8, b;x=y;q=0.123"), STR("b")), 123);
	assert_int_equal(negotiate_weight(STR("a;q=0.8, b"), STR("A")), 800);
	assert_int_equal(negotiate_weight(STR("a"), STR("b")), -1);
	assert_true(negotiate_accepts(STR("text/html,application/xml;q=0.9"), STR("text/html")));
	assert_false(negotiate_accepts(STR("*/*"), STR("text/html")));
	assert_false(negotiate_accepts(STR("text/html;q=0"), STR("text/html")));
}

static void test_types(void **state)
{
	(void)state;
	assert_true(content_type_is_compressible(STR("application/json; charset=utf-8")));
	assert_true(content_type_is_compressible(STR("text/csv")));
	assert_false(content_type_is_compressible(STR("text/event-stream")));
	assert_false(content_type_is_compressible(STR("image/png")));
	assert_false(content_type_is_compressible(STR_NONE));
}

static struct buf sample(size_t len)
{
	struct buf buf;

	buf_init(&buf, len + 64);
	for (size_t i = 0; buf.len < len; i++)
		buf_printf(&buf, "{\"id\":%zu,\"name\":\"n%zu\"},", i * 7919, i % 97);
	return buf;
}

static void expect_unzips_to(struct str packed, struct str plain)
{
	z_stream zlib = {0};
	char *out = malloc(plain.len + 1);

	assert_non_null(out);
	assert_int_equal(inflateInit2(&zlib, 15 + 16), Z_OK);
	zlib.next_in = (Bytef *)(uintptr_t)packed.ptr;
	zlib.avail_in = (uInt)packed.len;
	zlib.next_out = (Bytef *)out;
	zlib.avail_out = (uInt)plain.len + 1;
	assert_int_equal(inflate(&zlib, Z_FINISH), Z_STREAM_END);
	assert_int_equal(zlib.total_out, plain.len);
	assert_memory_equal(out, plain.ptr, plain.len);
	inflateEnd(&zlib);
	free(out);
}

static struct buf compress_in_pieces(
	struct compressor_pool *pool, enum coding coding, struct str in, size_t piece)
{
	struct compressor *c = compressor_take(pool, coding, in.len);
	struct buf out;

	buf_init(&out, SIZE_MAX / 2);
	for (size_t at = 0; at < in.len; at += piece)
		compressor_run(c, str_slice(in, at, MIN(in.len, at + piece)),
			at % 3 ? COMPRESSOR_GO_ON : COMPRESSOR_FLUSH, &out);
	compressor_run(c, STR(""), COMPRESSOR_FINISH, &out);
	compressor_give_back(pool, c);
	return out;
}

static void test_gzip(void **state)
{
	struct compressor_pool pool = {0};

	(void)state;
	for (size_t round = 0; round < 8; round++) {
		struct buf in = sample(1000 + round * 40000);
		struct buf out = compress_in_pieces(
			&pool, CODING_GZIP, buf_str(&in), (size_t)700 << round);

		assert_true(out.len < in.len / 2);
		expect_unzips_to(buf_str(&out), buf_str(&in));
		buf_deinit(&in);
		buf_deinit(&out);
	}
	compressor_pool_deinit(&pool);
}

/* That brotli's output unpacks is tested in test/api with a client that can; here that the encoder, whose
 * memory is used again, gives the same bytes every time. */
static void test_brotli(void **state)
{
	struct compressor_pool pool = {0};
	struct buf in = sample(50000);
	struct buf first = compress_in_pieces(&pool, CODING_BROTLI, buf_str(&in), SIZE_MAX / 2);

	(void)state;
	assert_true(first.len > 0 && first.len < in.len / 2);
	for (int round = 0; round < 4; round++) {
		struct buf out = compress_in_pieces(
			&pool, CODING_BROTLI, buf_str(&in), SIZE_MAX / 2);

		assert_int_equal(out.len, first.len);
		assert_memory_equal(out.ptr, first.ptr, out.len);
		buf_deinit(&out);
	}
	buf_deinit(&in);
	buf_deinit(&first);
	compressor_pool_deinit(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_brotli),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
