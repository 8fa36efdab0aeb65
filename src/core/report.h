/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports: what routes that answer figures have in common. A report declares its parameters and, for each
 * kind of row of its one statement, the members that a row becomes; the first column tells the kind.
 *
 * Most are nothing but a `struct report`, a statement and a route whose data it is. Such a statement sums
 * each currency by itself (see REPORT_RATES) and tells with each row the list that shows what was counted.
 */
#pragma once

#include "base/err.h"
#include "base/json_write.h"
#include "db/db.h"
#include "http/request.h"

enum report_param_kind {
	REPORT_DAY,    /* 2026-11-20 */
	REPORT_ID,     /* a UUID */
	REPORT_PERSON, /* a UUID, or `me` */
};

struct report_param {
	const char *name; /* NULL ends the list */
	enum report_param_kind kind;
};

/* Fills values in the order of the parameters, STR_NONE for what is not said. ERR_BAD_PARAMETER that names what
 * is unknown or of the wrong form, or says that `to` is before `from`. */
MUST_CHECK enum err report_read(
	struct request *req, const struct report_param *params, struct str *values);

enum report_member_kind {
	REPORT_TEXT,
	REPORT_RAW, /* numbers, as PostgreSQL writes them */
	REPORT_BOOL,
	REPORT_MOMENT,
	/* The query string of a list. The statement gives `name=value` by lines, values as they are; NULL
	 * where no list shows it. */
	REPORT_FILTER,
};

struct report_member {
	const char *name; /* NULL ends the list */
	int column;
	enum report_member_kind kind;
};

/* A member that is a query string, from its lines: `name=value`, values as they are. */
void report_write_filter(struct json *json, const char *name, struct str lines);
/* The members of one row, into the object that is open. */
void report_write_members(struct json *json, const struct db_result *rows, int row,
	const struct report_member *members);
/* `key`: an array of the rows of a kind, in their order. */
void report_write_rows(struct json *json, const char *key, const struct db_result *rows, int kind,
	const struct report_member *members);
/* The first row of a kind, -1 when there is none. */
int report_find(const struct db_result *rows, int kind);

/* --- a report as data ------------------------------------------------------------------------------ */

enum { REPORT_MAX_PARAMS = 8 };

/* A part of the answer: a list, or one object. The first row of its kind gives the members of an object,
 * which stand in `data` itself where it has no key. */
struct report_part {
	const char *key;
	int kind;
	bool one;
	const struct report_member *members; /* NULL ends the list */
};

struct report {
	/* Parameters: $1 the organisation, from $2 on `params`, and behind them the currency if `money`. */
	const char *sql;
	const char *const *reads;   /* entities that the caller must be able to read */
	const char *const *figured; /* as record_needs: a sum tells what it sums */
	const struct report_param *params;
	const struct report_part *parts;
	bool money; /* `currency` is told: the organisation's */
	/* The index of the parameter that row security comes to for letter `own` on the first of `reads`, so
	 * that it finds the index; -1 for none. */
	int own_param;
};

/* The handler of a route whose data is a struct report. */
MUST_CHECK enum err report_handle(struct request *req);

/* --- pieces of statements; $1 is the organisation ----------------------------------------------------- */

/* clang-format off */
/* The CTE `rates (currency, day, rate)`: what one of a currency was worth in `home` by the last rate on or
 * before each day, from a day on (NULL: 1970) to today; a later day has today's. Days are spelt out to be
 * joined by hash: under row security a comparison of dates in a look-up would go by no index. Of unnest the
 * planner expects few rows, and hashes them. */
#define REPORT_RATES(home, from) \
	"rates as materialized (select x.currency, x.since + g.n as day, x.rate from (select e.currency," \
	" greatest(e.date, least(coalesce(" from ", '1970-01-01'), app_today())) as since, e.rate, least(app_today(), lead(e.date)" \
	" over (partition by e.currency order by e.date) - 1) as until from exchange_rates e" \
	" where e.org_id = $1::uuid and e.deleted_at is null and e.currency <> " home ") as x" \
	" cross join lateral unnest(array(select generate_series(0, x.until - x.since))) as g (n))"
/* Joins it to the rows of `d`, where `rate` then is NULL for the own currency as well. */
#define REPORT_RATES_JOIN(day) \
	" left join rates r on r.currency = d.currency and r.day = least(" day ", (select app_today()))"

/* A person's name from `people`, else the address as far as memberships are seen. */
#define REPORT_PERSON_NAME(person, membership) \
	"coalesce(nullif(trim(concat_ws(' ', " person ".first_name, " person ".last_name)), ''), " \
	membership ".email)"

/* A line of a filter, to be put behind others: without a value it makes all of it NULL, or is left out. */
#define REPORT_LINE(name, value) "E'\\n" name "=' || " value
#define REPORT_MAYBE(name, value) "coalesce(" REPORT_LINE(name, value) ", '')"

/* Whose records: an owner's or a team's members', who must be few enough for a filter. */
#define REPORT_WHOSE(owner, team) \
	"case when " owner " is not null then " REPORT_LINE("ownerId", owner) \
	" when " team " is null then '' else " REPORT_LINE("ownerId[in]", REPORT_MEMBERS(team)) " end"
#define REPORT_MEMBERS(team) \
	"(select string_agg(f.id::text, ',' order by f.id) from memberships f" \
	" where f.org_id = $1::uuid and f.team_id = " team " having count(*) <= 100)"
/* clang-format on */

/* --- pieces of schemas ---------------------------------------------------------------------------------- */

#define REPORT_COUNT_SCHEMA "{\"type\":\"integer\",\"minimum\":0}"
#define REPORT_MONEY_SCHEMA "{\"type\":\"number\"}"
#define REPORT_NUMBER_SCHEMA "{\"type\":[\"number\",\"null\"]}"
#define REPORT_RATE_SCHEMA "{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1}"
#define REPORT_ID_SCHEMA "{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}"
#define REPORT_TEXT_SCHEMA "{\"type\":[\"string\",\"null\"]}"
#define REPORT_MONTH_SCHEMA "{\"type\":[\"string\",\"null\"],\"pattern\":\"^[0-9]{4}-[0-9]{2}$\"}"
#define REPORT_CURRENCY_SCHEMA "{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}$\"}"
#define REPORT_FILTER_SCHEMA                                                                     \
	"{\"type\":[\"string\",\"null\"],\"description\":\"Query string of the list that shows " \
	"what is counted; null where no filter can say it.\"}"
#define REPORT_OBJECT(...) "{\"type\":\"object\",\"properties\":{" __VA_ARGS__ "}}"
#define REPORT_ROWS(...) "{\"type\":\"array\",\"items\":" REPORT_OBJECT(__VA_ARGS__) "}"
/* A row's sums by currency. */
#define REPORT_TOTALS_SCHEMA(...)                                                        \
	"\"totals\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{" \
	"\"currency\":" REPORT_CURRENCY_SCHEMA "," __VA_ARGS__                           \
	"}}},\"filter\":" REPORT_FILTER_SCHEMA

#define REPORT_DAY_PARAM(name, text)                                               \
	"{\"name\":\"" name "\",\"in\":\"query\",\"schema\":{\"type\":\"string\"," \
	"\"format\":\"date\"},\"description\":\"" text "\"}"
#define REPORT_PERSON_PARAM(name)                                                   \
	"{\"name\":\"" name "\",\"in\":\"query\",\"schema\":{\"type\":\"string\"}," \
	"\"description\":\"An id, or me.\"}"
#define REPORT_ID_PARAM(name, text)                                                \
	"{\"name\":\"" name "\",\"in\":\"query\",\"schema\":{\"type\":\"string\"," \
	"\"format\":\"uuid\"},\"description\":\"" text "\"}"
