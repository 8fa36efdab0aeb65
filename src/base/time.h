/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time: the wall clock, ISO 8601 and dates.
 *
 * A moment is an int64_t of microseconds since 1970-01-01T00:00:00Z, the resolution of PostgreSQL's
 * timestamptz. Years run from 1 to 9999; year 0 and beyond is an error, not a wrap.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

enum { TIME_ISO_LEN = 24, TIME_DATE_LEN = 10 };
#define TIME_US_PER_DAY INT64_C(86400000000)

struct date {
	int year, month, day; /* 1-9999, 1-12, 1-31, proleptic Gregorian */
};

/* Wall clock now. Test builds replace it by time_set_clock. */
int64_t time_now_us(void);
/* Monotonic milliseconds, for deadlines only. */
uint64_t time_monotonic_ms(void);
/* For tests: a clock that stands at `us`; 0 gives the real one back. */
void time_set_clock(int64_t us);

/* `2026-11-20T11:21:00.123Z`: always UTC, always milliseconds (cut, not rounded). Writes TIME_ISO_LEN
 * bytes and a NUL. A moment outside the years 1 to 9999 is written as the nearest one inside. */
void time_format_iso(int64_t us, char out[TIME_ISO_LEN + 1]);
/* RFC 3339: date, 'T' or 't' or a space, time with optional fraction (more than 6 digits are cut),
 * 'Z' or 'z' or ±hh:mm. Leap seconds (:60) are refused, and what is outside the years in UTC. */
MUST_CHECK bool time_parse_iso(struct str s, int64_t *us_out);
/* `2026-11-20`, and only that form. */
MUST_CHECK bool date_parse(struct str s, struct date *out);
bool date_is_valid(struct date date);
/* Days since 1970-01-01, of a valid date. */
int64_t date_to_days(struct date date);
/* All zero (which is not valid) when the day is outside the years 1 to 9999. */
struct date date_from_days(int64_t days);
/* Reads PostgreSQL's text form of a timestamptz under DateStyle ISO and TimeZone UTC
 * (`2026-11-20 11:21:00.123456+00`) and appends the ISO form that the API speaks. A value that is not
 * of that form (infinity, BC) is appended as it is. */
void time_append_from_pg(struct buf *buf, struct str pg);
/* RFC 9110 date: `Fri, 20 Nov 2026 11:21:00 GMT`. 29 bytes and a NUL;
 * clamped like time_format_iso. */
void time_format_http(int64_t us, char out[30]);
