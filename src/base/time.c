/* SPDX-License-Identifier: Apache-2.0 */
/* Time: the wall clock, ISO 8601 and dates. */
#include "base/time.h"

#include <stdatomic.h>
#include <time.h>

enum { YEAR_MIN = 1, YEAR_MAX = 9999, DAYS_IN_400_YEARS = 146097 };

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_DAY (86400 * US_PER_SECOND)
/* Days from 0001-01-01 to 1970-01-01, and to 10000-01-01. */
#define DAYS_TO_1970 INT64_C(719162)
#define DAYS_TO_END INT64_C(3652059)
#define US_MIN (-DAYS_TO_1970 * US_PER_DAY)
#define US_MAX ((DAYS_TO_END - DAYS_TO_1970) * US_PER_DAY - 1)

/* --- clocks ------------------------------------------------------------------------------------- */

static _Atomic int64_t standing_clock;

int64_t time_now_us(void)
{
	int64_t standing = atomic_load_explicit(&standing_clock, memory_order_relaxed);
	struct timespec now;

	if (standing)
		return standing;
	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

uint64_t time_monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void time_set_clock(int64_t us)
{
	atomic_store_explicit(&standing_clock, us, memory_order_relaxed);
}

/* --- dates -------------------------------------------------------------------------------------- */

/* Days before each month of a common year; the last row closes December. */
static const int days_before[13] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_before_month(int year, int month)
{
	return days_before[month - 1] + (month > 2 && is_leap(year));
}

bool date_is_valid(struct date date)
{
	if (date.year < YEAR_MIN || date.year > YEAR_MAX || date.month < 1 || date.month > 12)
		return false;
	return date.day >= 1 &&
		date.day <= days_before_month(date.year, date.month + 1) -
			days_before_month(date.year, date.month);
}

int64_t date_to_days(struct date date)
{
	int past = date.year - 1;

	INVARIANT(date_is_valid(date));
	return (int64_t)past * 365 + past / 4 - past / 100 + past / 400 +
		days_before_month(date.year, date.month) + date.day - 1 - DAYS_TO_1970;
}

struct date date_from_days(int64_t days)
{
	struct date date = {0};
	int rest, centuries, years;

	if (days < -DAYS_TO_1970 || days >= DAYS_TO_END - DAYS_TO_1970)
		return date;
	rest = (int)(days + DAYS_TO_1970);
	date.year = rest / DAYS_IN_400_YEARS * 400 + 1;
	rest %= DAYS_IN_400_YEARS;
	/* The last century of four and the last year of four are a day longer than the division says. */
	centuries = MIN(rest / 36524, 3);
	rest -= centuries * 36524;
	date.year += centuries * 100 + rest / 1461 * 4;
	rest %= 1461;
	years = MIN(rest / 365, 3);
	rest -= years * 365;
	date.year += years;
	date.month = 1;
	while (date.month < 12 && rest >= days_before_month(date.year, date.month + 1))
		date.month++;
	date.day = rest - days_before_month(date.year, date.month) + 1;
	return date;
}

/* --- text --------------------------------------------------------------------------------------- */

static void put_digits(char *p, int n, int width)
{
	while (width-- > 0) {
		p[width] = (char)('0' + n % 10);
		n /= 10;
	}
}

static bool read_digits(const char *p, int width, int *out)
{
	*out = 0;
	for (int i = 0; i < width; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		*out = *out * 10 + (p[i] - '0');
	}
	return true;
}

bool date_parse(struct str s, struct date *out)
{
	if (s.len != TIME_DATE_LEN || s.ptr[4] != '-' || s.ptr[7] != '-')
		return false;
	return read_digits(s.ptr, 4, &out->year) && read_digits(s.ptr + 5, 2, &out->month) &&
		read_digits(s.ptr + 8, 2, &out->day) && date_is_valid(*out);
}

/* A moment taken apart. */
struct parts {
	struct date date;
	int64_t days;
	int hour, minute, second, ms;
};

static struct parts parts_of(int64_t us)
{
	struct parts parts;
	int64_t rest;
	int ms;

	us = MAX(MIN(us, US_MAX), US_MIN);
	/* Counted from year 1, so that the division never sees a negative number. */
	parts.days = (us - US_MIN) / US_PER_DAY - DAYS_TO_1970;
	rest = (us - US_MIN) % US_PER_DAY;
	ms = (int)(rest / 1000);
	parts.date = date_from_days(parts.days);
	parts.hour = ms / 3600000;
	parts.minute = ms / 60000 % 60;
	parts.second = ms / 1000 % 60;
	parts.ms = ms % 1000;
	return parts;
}

static void put_clock(char *p, const struct parts *parts)
{
	put_digits(p, parts->hour, 2);
	p[2] = ':';
	put_digits(p + 3, parts->minute, 2);
	p[5] = ':';
	put_digits(p + 6, parts->second, 2);
}

void time_format_iso(int64_t us, char out[TIME_ISO_LEN + 1])
{
	struct parts parts = parts_of(us);

	put_digits(out, parts.date.year, 4);
	out[4] = '-';
	put_digits(out + 5, parts.date.month, 2);
	out[7] = '-';
	put_digits(out + 8, parts.date.day, 2);
	out[10] = 'T';
	put_clock(out + 11, &parts);
	out[19] = '.';
	put_digits(out + 20, parts.ms, 3);
	out[23] = 'Z';
	out[24] = '\0';
}

void time_format_http(int64_t us, char out[30])
{
	static const char days[7][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char months[12][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct parts parts = parts_of(us);
	/* 1970-01-01 was a Thursday; the multiple of seven keeps days before it positive. */
	int64_t weekday = (parts.days + 7 * DAYS_TO_1970) % 7;

	memcpy(out, "Thu, 01 Jan 1970 00:00:00 GMT", 30);
	memcpy(out, days[weekday], 3);
	put_digits(out + 5, parts.date.day, 2);
	memcpy(out + 8, months[parts.date.month - 1], 3);
	put_digits(out + 12, parts.date.year, 4);
	put_clock(out + 17, &parts);
}

static bool read_clock(const char *p, int64_t *us_out)
{
	int hour, minute, second;

	if (p[2] != ':' || p[5] != ':' || !read_digits(p, 2, &hour) ||
		!read_digits(p + 3, 2, &minute) || !read_digits(p + 6, 2, &second))
		return false;
	*us_out = ((hour * INT64_C(60) + minute) * 60 + second) * US_PER_SECOND;
	return hour < 24 && minute < 60 && second < 60;
}

/* Takes an optional fraction off the front of `rest`. */
static bool read_fraction(struct str *rest, int64_t *us_out)
{
	int64_t unit = US_PER_SECOND / 10;
	size_t i = 1;

	*us_out = 0;
	if (!rest->len || rest->ptr[0] != '.')
		return true;
	for (; i < rest->len && rest->ptr[i] >= '0' && rest->ptr[i] <= '9'; i++) {
		*us_out += (rest->ptr[i] - '0') * unit;
		unit /= 10;
	}
	*rest = str_slice(*rest, i, rest->len);
	return i > 1;
}

static bool read_zone(struct str s, int64_t *us_out)
{
	int hour, minute;

	*us_out = 0;
	if (str_is(s, "Z") || str_is(s, "z"))
		return true;
	if (s.len != 6 || (s.ptr[0] != '+' && s.ptr[0] != '-') || s.ptr[3] != ':')
		return false;
	if (!read_digits(s.ptr + 1, 2, &hour) || !read_digits(s.ptr + 4, 2, &minute))
		return false;
	*us_out = (hour * INT64_C(60) + minute) * 60 * US_PER_SECOND;
	if (s.ptr[0] == '-')
		*us_out = -*us_out;
	return hour < 16 && minute < 60; /* PostgreSQL's limit; the widest in use is +14:00 */
}

bool time_parse_iso(struct str s, int64_t *us_out)
{
	struct date date;
	int64_t clock, fraction, zone;
	struct str rest;

	/* The shortest form ends in Z. */
	if (s.len < 20 || !date_parse(str_slice(s, 0, 10), &date) ||
		!read_clock(s.ptr + 11, &clock))
		return false;
	if (s.ptr[10] != 'T' && s.ptr[10] != 't' && s.ptr[10] != ' ')
		return false;
	rest = str_slice(s, 19, s.len);
	if (!read_fraction(&rest, &fraction) || !read_zone(rest, &zone))
		return false;
	*us_out = date_to_days(date) * US_PER_DAY + clock + fraction - zone;
	return *us_out >= US_MIN && *us_out <= US_MAX;
}

/* --- PostgreSQL --------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* `2026-11-20 11:21:00`, then up to six digits after a point, then `+00`. */
static bool is_pg_form(struct str pg)
{
	static const char form[] = "0000-00-00 00:00:00";

	if (pg.len < 22 || pg.len > 29 || pg.len == 23 ||
		memcmp(pg.ptr + pg.len - 3, "+00", 3) != 0)
		return false;
	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == '0' ? !is_digit(pg.ptr[i]) : pg.ptr[i] != form[i])
			return false;
	if (pg.len > 22 && pg.ptr[19] != '.')
		return false;
	for (size_t i = 20; i < pg.len - 3; i++)
		if (!is_digit(pg.ptr[i]))
			return false;
	return true;
}

void time_append_from_pg(struct buf *buf, struct str pg)
{
	char *out;

	if (!is_pg_form(pg)) {
		buf_append(buf, pg);
		return;
	}
	out = buf_reserve(buf, TIME_ISO_LEN);
	if (!out)
		return;
	memcpy(out, pg.ptr, 19);
	out[10] = 'T';
	memcpy(out + 19, ".000Z", 5);
	if (pg.len > 22)
		memcpy(out + 20, pg.ptr + 20, MIN(pg.len - 23, (size_t)3));
	buf_claim(buf, TIME_ISO_LEN);
}
