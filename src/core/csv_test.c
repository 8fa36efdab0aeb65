/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: what exports contain, whole and in pieces of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "core/csv.h"

static const struct csv_options detect;

/* Every record as `line:field|field|…;`, a bad one as `line!CODE@column;`. */
static void put_record(struct buf *out, enum csv_event event, const struct csv_record *record)
{
	if (event == CSV_BAD_RECORD) {
		buf_printf(out, "%llu!%s@%zu;", (unsigned long long)record->line, record->code,
			record->column);
		return;
	}
	buf_printf(out, "%llu:", (unsigned long long)record->line);
	for (size_t i = 0; i < record->count; i++) {
		buf_append_cstr(out, i ? "|" : "");
		buf_append(out, record->fields[i]);
	}
	buf_append_char(out, ';');
}

static void read_pieces(
	struct str bytes, size_t piece, const struct csv_options *options, struct buf *out)
{
	struct csv_reader *reader = csv_reader_new(options);
	struct csv_record record;
	enum csv_event event;
	size_t at = 0;

	while ((event = csv_next(reader, &record)) != CSV_END) {
		if (event != CSV_MORE) {
			put_record(out, event, &record);
		} else if (at < bytes.len) {
			csv_feed(reader, str_slice(bytes, at, MIN(at + piece, bytes.len)));
			at += piece;
		} else {
			csv_finish(reader);
		}
	}
	csv_reader_free(reader);
}

static void assert_reads_as(
	struct str bytes, const struct csv_options *options, const char *expected)
{
	static const size_t pieces[] = {1, 2, 3, 7, 100000};
	struct buf out;

	buf_init(&out, 16 * 1024 * 1024);
	for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
		buf_reset(&out, 1024);
		read_pieces(bytes, pieces[i], options, &out);
		buf_append_char(&out, '\0');
		assert_string_equal(out.ptr, expected);
	}
	buf_deinit(&out);
}

#define READS(text, expected) assert_reads_as(STR(text), &detect, expected)

static void test_plain(void **state)
{
	(void)state;
	READS("a,b\n1,2\n", "1:a|b;2:1|2;");
	READS("a,b\r\n1,2", "1:a|b;2:1|2;");
	READS("a,b\r1,2\r", "1:a|b;2:1|2;");
	READS("a\n\n\nb\n", "1:a;4:b;");
	READS("a,b\n,\n", "1:a|b;2:|;");
	READS("", "");
	READS("\n\r\n", "");
	READS("a", "1:a;");
	READS("a,", "1:a|;");
}

static void test_quotes(void **state)
{
	(void)state;
	READS("\"a\",\"b,c\"\n", "1:a|b,c;");
	READS("\"a \"\"b\"\"\",c\n", "1:a \"b\"|c;");
	READS("\"x\r\ny\nz\",1\nnext,2\n", "1:x\ny\nz|1;4:next|2;");
	READS("\"\"\nb\n", "1:;2:b;");
	READS("5\" pipe,b\n", "1:5\" pipe|b;");
	READS("a,\"b\"c,d\n1,2,3\n", "1!STRAY_QUOTE@2;2:1|2|3;");
	READS("a,b\n1,\"open\n2,3\n", "1:a|b;2!UNTERMINATED_QUOTE@2;");
}

static void test_delimiters(void **state)
{
	const struct csv_options pipe = {.delimiter = '|'};

	(void)state;
	READS("a;b;c\n1,5;2;3\n2,5;3;4\n", "1:a|b|c;2:1,5|2|3;3:2,5|3|4;");
	READS("a\tb\n1,2\t3\n", "1:a|b;2:1,2|3;");
	READS("a|b\n1|2\n", "1:a|b;2:1|2;");
	READS("name,\"x;y;z\"\n1,2\n", "1:name|x;y;z;2:1|2;");
	READS("sep=;\r\na;b\r\n", "2:a|b;");
	assert_reads_as(STR("a,b|c\n"), &pipe, "1:a,b|c;");
}

static void test_encodings(void **state)
{
	const struct csv_options latin = {.encoding = CSV_WINDOWS_1252};
	const struct csv_options utf8 = {.encoding = CSV_UTF8};

	(void)state;
	READS("\xEF\xBB\xBF"
	      "a,b\n",
		"1:a|b;");
	READS("caf\xC3\xA9,b\n", "1:caf\xC3\xA9|b;");
	READS("caf\xE9,\x80 5\n\xC3\xA9,x\n", "1:caf\xC3\xA9|\xE2\x82\xAC 5;2:\xC3\x83\xC2\xA9|x;");
	READS("\xC3\xA9,b\nx,caf\xE9\ny,z\n", "1:\xC3\xA9|b;2!BAD_ENCODING@2;3:y|z;");
	READS("\xFF\xFE"
	      "a\0,\0\xAC\x20\n\0",
		"1:a|\xE2\x82\xAC;");
	READS("\xFE\xFF\0a\0,\xD8\x3D\xDE\x00\0\n", "1:a|\xF0\x9F\x98\x80;");
	READS("\xFF\xFE"
	      "a\0\x00\xD8\n\0b\0\n\0",
		"1!BAD_ENCODING@1;2:b;");
	READS("a\0b,c\nd,e\n", "1!NUL@1;2:d|e;");
	assert_reads_as(STR("\xC3\xA9\n"), &latin, "1:\xC3\x83\xC2\xA9;");
	assert_reads_as(STR("\xE9\n"), &utf8, "1!BAD_ENCODING@1;");
}

static void fill(struct buf *buf, size_t n, char c)
{
	for (size_t i = 0; i < n; i++)
		buf_append_char(buf, c);
}

static void test_limits(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 64 * 1024 * 1024);
	fill(&text, CSV_FIELD_MAX + 1, 'x');
	buf_append_cstr(&text, ",b\n1,2\n");
	assert_reads_as(buf_str(&text), &detect, "1!FIELD_TOO_LONG@1;2:1|2;");
	buf_reset(&text, 0);
	fill(&text, CSV_COLUMNS_MAX, ',');
	buf_append_cstr(&text, "\n1,2\n");
	assert_reads_as(buf_str(&text), &detect, "1!TOO_MANY_COLUMNS@501;2:1|2;");
	buf_reset(&text, 0);
	for (size_t i = 0; i < 20; i++) {
		fill(&text, 60000, 'y');
		buf_append_char(&text, ',');
	}
	buf_append_cstr(&text, "\n1,2\n");
	assert_reads_as(buf_str(&text), &detect, "1!RECORD_TOO_LONG@18;2:1|2;");
	buf_deinit(&text);
}

/* A quote that is never closed takes the rest: it is told before all of that has come. */
static void test_endless(void **state)
{
	enum { PIECE = 64 * 1024 };
	static char piece[PIECE];
	struct csv_reader *reader = csv_reader_new(NULL);
	struct csv_record record;
	size_t fed = 0;

	(void)state;
	memset(piece, 'y', sizeof(piece));
	csv_feed(reader, STR("a,b\n1,2\n3,\""));
	while (!csv_endless(reader) && fed < 2 * (size_t)CSV_ENDLESS) {
		csv_feed(reader, (struct str){piece, PIECE});
		while (csv_next(reader, &record) == CSV_RECORD)
			continue;
		fed += PIECE;
	}
	assert_in_range(fed, CSV_ENDLESS, CSV_ENDLESS + 2 * PIECE);
	assert_int_equal(csv_endless(reader), 3);
	/* One that ends after all is a bad record like any other. */
	csv_feed(reader, STR("\"\n4,5\n"));
	assert_int_equal(csv_next(reader, &record), CSV_BAD_RECORD);
	assert_string_equal(record.code, "FIELD_TOO_LONG");
	assert_int_equal(csv_endless(reader), 0);
	assert_int_equal(csv_next(reader, &record), CSV_RECORD);
	csv_reader_free(reader);
}

static void test_facts(void **state)
{
	struct csv_reader *reader = csv_reader_new(NULL);
	struct csv_record record;
	enum csv_encoding encoding;

	(void)state;
	csv_feed(reader, STR("a;b\ncaf\xE9;1\n"));
	csv_finish(reader);
	assert_int_equal(csv_next(reader, &record), CSV_RECORD);
	assert_int_equal(csv_next(reader, &record), CSV_RECORD);
	assert_int_equal(csv_delimiter(reader), ';');
	assert_string_equal(csv_encoding_name(csv_encoding(reader)), "windows-1252");
	csv_reader_free(reader);
	assert_true(csv_encoding_find(STR("UTF-8"), &encoding) && encoding == CSV_UTF8);
	assert_true(csv_encoding_find(STR("latin-1"), &encoding) && encoding == CSV_WINDOWS_1252);
	assert_false(csv_encoding_find(STR("ebcdic"), &encoding));
}

static void test_writing(void **state)
{
	struct buf out;
	struct csv_writer writer = {.out = &out};

	(void)state;
	buf_init(&out, 4096);
	csv_write_value(&writer, STR("-5"));
	csv_write_text(&writer, STR("=1+1"));
	csv_write_text(&writer, STR("a \"b\", c"));
	csv_write_text(&writer, STR_NONE);
	csv_write_text(&writer, STR("-x\ny"));
	csv_write_end(&writer);
	buf_append_char(&out, '\0');
	assert_string_equal(out.ptr, "-5,'=1+1,\"a \"\"b\"\", c\",,\"'-x\ny\"\r\n");
	buf_deinit(&out);
	assert_true(str_is(csv_plain_text(STR("'=1")), "=1"));
	assert_true(str_is(csv_plain_text(STR("'tis")), "'tis"));
	assert_true(str_is(csv_plain_text(STR("")), ""));
}

static void check_guess(const char *bytes, const char *encoding, const char *text)
{
	struct csv_reader *reader = csv_reader_new(NULL);
	struct csv_record record;

	csv_feed(reader, str_of(bytes));
	csv_finish(reader);
	assert_int_equal(csv_next(reader, &record), CSV_RECORD);
	assert_string_equal(csv_encoding_name(csv_encoding(reader)), encoding);
	assert_true(str_is(record.fields[0], text));
	csv_reader_free(reader);
}

/* The bytes are those of iconv; the words such as no other encoding writes with them. */
static void test_guessed_encodings(void **state)
{
	(void)state;
	check_guess("Gr\xF6\xDF"
		    "e\n",
		"windows-1252", "Größe");
	check_guess("Za\xBF\xF3\xB3\xE6 g\xEA\xB6l\xB1 ja\xBC\xF1\n", "iso-8859-2",
		"Zażółć gęślą jaźń");
	check_guess("P\xF8\xEDli\x9A \x9Elu\x9Dou\xE8k\xFD k\xF9\xF2\n", "windows-1250",
		"Příliš žluťoučký kůň");
	check_guess("\xCC\xEE\xF1\xEA\xE2\xE0\n", "windows-1251", "Москва");
	check_guess("\xC1\xE8\xDE\xED\xE1\n", "windows-1253", "Αθήνα");
	check_guess("Da\xF0 \xFE"
		    "eker \xFD\xFE\xFD"
		    "k\n",
		"windows-1254", "Dağ şeker ışık");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_delimiters),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_guessed_encodings),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_writing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
