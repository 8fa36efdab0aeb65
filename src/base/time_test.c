/* SPDX-License-Identifier: Apache-2.0 */
/* Time: calendar, ISO 8601 both ways, PostgreSQL's form, HTTP dates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"

#include <time.h>

#define SECOND INT64_C(1000000)

static void assert_iso(int64_t us, const char *expected)
{
	char text[TIME_ISO_LEN + 1];

	time_format_iso(us, text);
	assert_string_equal(text, expected);
}

static void test_format(void **state)
{
	(void)state;
	assert_iso(0, "1970-01-01T00:00:00.000Z");
	assert_iso(-1, "1969-12-31T23:59:59.999Z");
	assert_iso(1795173660 * SECOND + 123999, "2026-11-20T11:21:00.123Z");
	assert_iso(951827696 * SECOND, "2000-02-29T12:34:56.000Z");
	assert_iso(INT64_MIN, "0001-01-01T00:00:00.000Z");
	assert_iso(INT64_MAX, "9999-12-31T23:59:59.999Z");
}

static void test_parse(void **state)
{
	static const struct {
		const char *text, *utc;
	} cases[] = {{"2026-11-20T11:21:00Z", "2026-11-20T11:21:00.000Z"},
		{"2026-11-20t11:21:00z", "2026-11-20T11:21:00.000Z"},
		{"2026-11-20 11:21:00.5Z", "2026-11-20T11:21:00.500Z"},
		{"2026-11-20T11:21:00.123456789Z", "2026-11-20T11:21:00.123Z"},
		{"2026-11-20T11:21:00+05:30", "2026-11-20T05:51:00.000Z"},
		{"2026-12-31T23:00:00.25-02:00", "2027-01-01T01:00:00.250Z"},
		{"2000-02-29T00:00:00-00:00", "2000-02-29T00:00:00.000Z"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
		{"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999Z"}};
	int64_t us;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (!time_parse_iso(str_of(cases[i].text), &us))
			fail_msg("%s was refused", cases[i].text);
		assert_iso(us, cases[i].utc);
	}
	assert_true(time_parse_iso(STR("1970-01-01T00:00:00.000001Z"), &us) && us == 1);
}

static void test_parse_refuses(void **state)
{
	static const char *const wrong[] = {"", "2026-11-20", "2026-11-20T11:21Z",
		"2026-11-20T11:21:00", "2026-11-20T11:21:00.Z", "2026-11-20T11:21:60Z",
		"2026-11-20T24:00:00Z", "2026-11-20T11:60:00Z", "2026-11-20T11:21:00+0530",
		"2026-11-20T11:21:00+05", "2026-11-20T11:21:00+16:00", "2026-11-20T11:21:00+05:60",
		"2026-11-20T11:21:00Zx", "2026-11-20T11:21:00 Z", "2026-02-29T11:21:00Z",
		"2026-13-01T11:21:00Z", "2026-11-20X11:21:00Z", "2026-11-20T1a:21:00Z",
		"2026-11-20T11-21-00Z", " 2026-11-20T11:21:00Z", "2026-11-20T11:21:00,5Z",
		"2026-11-20T+1:21:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01", "+2026-11-20T11:21:00Z", "2026-11-20T11:21:00.5",
		"2026-11-20T11:21:00*05:00"};
	int64_t us;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		if (time_parse_iso(str_of(wrong[i]), &us))
			fail_msg("%s was taken", wrong[i]);
}

static void test_dates(void **state)
{
	static const char *const wrong[] = {"", "2026-1-20", "2026-11-2", "2026-02-29",
		"1900-02-29", "2026-00-10", "2026-13-10", "2026-01-00", "2026-04-31", "0000-01-01",
		"2026/01/01", "2026-01-01 ", "20260101", "-026-01-01", "2026-01-0x"};
	struct date date;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(date_parse(str_of(wrong[i]), &date));
	assert_true(date_parse(STR("2000-02-29"), &date));
	assert_int_equal(date.year, 2000);
	assert_int_equal(date.month, 2);
	assert_int_equal(date.day, 29);
	assert_int_equal(date_to_days(date), 11016);
}

/* Against the C library, day by day through every year there is. */
static void test_calendar(void **state)
{
	(void)state;
	for (int64_t days = -719162; days <= 2932896; days++) {
		struct date date = date_from_days(days);
		time_t seconds = days * 86400;
		struct tm tm;

		gmtime_r(&seconds, &tm);
		if (!date_is_valid(date) || date_to_days(date) != days ||
			date.year != tm.tm_year + 1900 || date.month != tm.tm_mon + 1 ||
			date.day != tm.tm_mday)
			fail_msg("day %lld", (long long)days);
	}
	assert_false(date_is_valid(date_from_days(-719163)));
	assert_false(date_is_valid(date_from_days(2932897)));
	assert_false(date_is_valid(date_from_days(INT64_MIN)));
	assert_false(date_is_valid(date_from_days(INT64_MAX)));
}

static void test_from_postgresql(void **state)
{
	static const struct {
		const char *pg, *iso;
	} cases[] = {{"2026-11-20 11:21:00+00", "2026-11-20T11:21:00.000Z"},
		{"2026-11-20 11:21:00.1+00", "2026-11-20T11:21:00.100Z"},
		{"2026-11-20 11:21:00.12+00", "2026-11-20T11:21:00.120Z"},
		{"2026-11-20 11:21:00.123+00", "2026-11-20T11:21:00.123Z"},
		{"2026-11-20 11:21:00.1239+00", "2026-11-20T11:21:00.123Z"},
		{"2026-11-20 11:21:00.123456+00", "2026-11-20T11:21:00.123Z"},
		{"infinity", "infinity"}, {"-infinity", "-infinity"}, {"", ""},
		{"0044-03-15 12:00:00+00 BC", "0044-03-15 12:00:00+00 BC"},
		{"10000-01-01 00:00:00+00", "10000-01-01 00:00:00+00"},
		{"2026-11-20 11:21:00+01", "2026-11-20 11:21:00+01"},
		{"2026-11-20 11:21:00.+00", "2026-11-20 11:21:00.+00"},
		{"2026-11-20 11:21:00x1+00", "2026-11-20 11:21:00x1+00"},
		{"2026-11-20 11:21:00.1x+00", "2026-11-20 11:21:00.1x+00"},
		{"2026-11-20 11:21:00.1234567+00", "2026-11-20 11:21:00.1234567+00"}};
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		buf_reset(&buf, 100);
		buf_append_char(&buf, '<');
		time_append_from_pg(&buf, str_of(cases[i].pg));
		assert_int_equal(buf.len, strlen(cases[i].iso) + 1);
		assert_memory_equal(buf.ptr + 1, cases[i].iso, buf.len - 1);
	}
	buf_deinit(&buf);
	buf_init(&buf, 23);
	time_append_from_pg(&buf, STR("2026-11-20 11:21:00+00"));
	assert_true(buf.full);
	buf_deinit(&buf);
}

static void test_http_date(void **state)
{
	char text[30];

	(void)state;
	time_format_http(1795173660 * SECOND, text);
	assert_string_equal(text, "Fri, 20 Nov 2026 11:21:00 GMT");
	time_format_http(784111777 * SECOND, text);
	assert_string_equal(text, "Sun, 06 Nov 1994 08:49:37 GMT");
	time_format_http(-1, text);
	assert_string_equal(text, "Wed, 31 Dec 1969 23:59:59 GMT");
	time_format_http(INT64_MIN, text);
	assert_string_equal(text, "Mon, 01 Jan 0001 00:00:00 GMT");
}

static void test_clocks(void **state)
{
	uint64_t before = time_monotonic_ms();

	(void)state;
	time_set_clock(12345);
	assert_int_equal(time_now_us(), 12345);
	time_set_clock(0);
	assert_true(time_now_us() > 1700000000 * SECOND);
	assert_true(time_monotonic_ms() >= before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_refuses),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_from_postgresql),
		cmocka_unit_test(test_http_date),
		cmocka_unit_test(test_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
