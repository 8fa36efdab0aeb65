/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/vendors/{id}/availability: when a vendor is booked or held, so that a clash is seen before a
 * booking is sent. Times are told of all bookings, ids and names only of those that the caller may see.
 */
#include "base/time.h"
#include "core/caller.h"
#include "core/feature.h"
#include "core/records.h"
#include "core/sign_in.h"
#include "core/unit.h"

enum { MAX_DAYS = 366, DEFAULT_DAYS = 30 };

/* clang-format off */
#define SQL_BUSY \
	"with span as (select coalesce(moment_of($3, $5, false), now()) as begins," \
	" coalesce(moment_of($4, $5, true), coalesce(moment_of($3, $5, false), now())" \
	" + make_interval(days => $6::int)) as ends)" \
	" select v.exclusive, v.buffer_minutes, span.begins, span.ends," \
	" b.busy_from, b.busy_to, b.booked_from, b.booked_to, b.status, b.hold_until, k.id, e.id, e.name" \
	" from span cross join vendors v" \
	" left join lateral vendor_busy(v.id, span.begins, greatest(span.begins, span.ends)) b on true" \
	" left join event_vendors k on k.org_id = v.org_id and k.id = b.booking" \
	" left join events e on e.org_id = v.org_id and e.id = b.event" \
	" where v.org_id = $1::uuid and v.id = $2::uuid and v.deleted_at is null order by b.busy_from, b.busy_to"
/* clang-format on */

enum column {
	C_EXCLUSIVE,
	C_BUFFER,
	C_BEGINS,
	C_ENDS,
	C_BUSY_FROM,
	C_BUSY_TO,
	C_BOOKED_FROM,
	C_BOOKED_TO,
	C_STATUS,
	C_HOLD_UNTIL,
	C_BOOKING,
	C_EVENT,
	C_EVENT_NAME
};

/* --- parameters --------------------------------------------------------------------------------- */

struct span {
	struct str from, to;    /* a date or a moment; STR_NONE = not said */
	int64_t from_us, to_us; /* roughly: days are taken for those of UTC */
};

static bool read_moment(struct str text, int64_t *us_out)
{
	struct date day;

	if (date_parse(text, &day)) {
		*us_out = date_to_days(day) * TIME_US_PER_DAY;
		return true;
	}
	return time_parse_iso(text, us_out);
}

static enum err read_parameter(
	struct request *req, struct str name, struct str value, struct span *out)
{
	bool is_from = str_is(name, "from");

	if (!is_from && !str_is(name, "to"))
		return problem_set(&req->problem, ERR_BAD_PARAMETER,
			"There is no parameter \"%.*s\" here.", STR_ARG(name));
	if (!read_moment(value, is_from ? &out->from_us : &out->to_us))
		return problem_set(&req->problem, ERR_BAD_PARAMETER,
			"%.*s must be a date such as 2026-11-20, or a moment with zone.",
			STR_ARG(name));
	*(is_from ? &out->from : &out->to) = value;
	return ERR_OK;
}

/* A day may end after a moment that UTC has on the next one. */
static int64_t leeway(const struct span *span)
{
	bool alike = (span->from.len == TIME_DATE_LEN) == (span->to.len == TIME_DATE_LEN);

	return alike || span->to.len > TIME_DATE_LEN ? 0 : TIME_US_PER_DAY;
}

static enum err check_length(struct request *req, const struct span *span)
{
	int64_t from = span->from.ptr ? span->from_us : time_now_us();

	if (!span->to.ptr)
		return ERR_OK;
	if (span->to_us < from - leeway(span))
		return problem_set(&req->problem, ERR_BAD_PARAMETER, "to must not be before from.");
	if (span->to_us - from > MAX_DAYS * TIME_US_PER_DAY)
		return problem_set(&req->problem, ERR_BAD_PARAMETER,
			"to must be at most %d days after from.", MAX_DAYS);
	return ERR_OK;
}

static enum err read_span(struct request *req, struct span *out)
{
	struct str rest = req->query;
	struct str name, value;
	bool more = true;
	enum err err = ERR_OK;

	*out = (struct span){STR_NONE, STR_NONE, 0, 0};
	while (!err && more) {
		err = request_next_param(req, &rest, &name, &value, &more);
		if (!err && more)
			err = read_parameter(req, name, value, out);
	}
	return err ? err : check_length(req, out);
}

/* --- answering ---------------------------------------------------------------------------------- */

static void member_moment(struct json *json, const char *key, const struct db_result *rows, int row,
	enum column column)
{
	json_member_moment(json, key, db_value(rows, row, (int)column));
}

static void write_busy(struct json *json, const struct db_result *rows, int row)
{
	json_object(json);
	member_moment(json, "from", rows, row, C_BUSY_FROM);
	member_moment(json, "to", rows, row, C_BUSY_TO);
	member_moment(json, "bookedFrom", rows, row, C_BOOKED_FROM);
	member_moment(json, "bookedTo", rows, row, C_BOOKED_TO);
	json_member_str(json, "status", db_value(rows, row, C_STATUS));
	json_member_bool(json, "hold", str_is(db_value(rows, row, C_STATUS), "tentative"));
	member_moment(json, "holdUntil", rows, row, C_HOLD_UNTIL);
	json_member_str(json, "bookingId", db_value(rows, row, C_BOOKING));
	json_member_str(json, "eventId", db_value(rows, row, C_EVENT));
	json_member_str(json, "event", db_value(rows, row, C_EVENT_NAME));
	json_end(json);
}

/* A vendor without bookings is one row. */
static void answer(struct request *req, struct str id, const struct db_result *rows)
{
	struct json json = response_json(req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_str(&json, "vendorId", id);
	json_member_bool(&json, "exclusive", str_is(db_value(rows, 0, C_EXCLUSIVE), "t"));
	json_member_raw(&json, "bufferMinutes", db_value(rows, 0, C_BUFFER));
	member_moment(&json, "from", rows, 0, C_BEGINS);
	member_moment(&json, "to", rows, 0, C_ENDS);
	json_key(&json, STR("busy"));
	json_array(&json);
	for (int i = 0; i < rows->rows; i++)
		if (!db_is_null(rows, i, C_BUSY_FROM))
			write_busy(&json, rows, i);
	json_end(&json);
	json_end(&json);
	json_end(&json);
}

/* What is answered without being asked for by name. */
static const char *const told[] = {"vendor.exclusive", "vendor.bufferMinutes",
	"event_vendor.status", "event_vendor.bookedFrom", "event_vendor.bookedTo",
	"event_vendor.holdUntil", "event.name", NULL};

static enum err handle_get(struct request *req)
{
	const struct resource *vendors = resource_find(STR("vendor"));
	struct str days = arena_printf(req->arena, "%d", DEFAULT_DAYS);
	struct db_result rows;
	struct span span;
	struct str id;
	enum err err = record_may(req, vendors, VERB_READ);

	if (!err)
		err = record_id(req, req->params[0], &id);
	if (!err)
		err = record_needs(req, RULE_READ, told);
	if (!err)
		err = read_span(req, &span);
	if (!err)
		err = unit_query(req, DB_FAST, vendors,
			&SQL(SQL_BUSY, req->caller->org_id, id, span.from, span.to,
				req->caller->time_zone, days),
			&rows);
	if (!err && rows.rows == 0)
		err = ERR_NOT_FOUND;
	if (!err)
		answer(req, id, &rows);
	return err;
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define ID_OR_NULL "{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}"
#define MOMENT     "{\"type\":\"string\",\"format\":\"date-time\"}"

static const struct route_doc doc = {
	.summary = "When a vendor is booked or held",
	.tag = "Vendors",
	.parameters =
		"[{\"name\":\"from\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},\"description\":"
		"\"A date, or a moment; now unless said otherwise.\"},"
		"{\"name\":\"to\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},\"description\":"
		"\"A date, which is included, or a moment; 30 days later unless said otherwise.\"}]",
	.response =
		"{\"type\":\"object\",\"properties\":{\"vendorId\":{\"type\":\"string\",\"format\":\"uuid\"},"
		"\"exclusive\":{\"type\":\"boolean\",\"description\":\"Booked once at a time: what is busy is "
		"taken\"},\"bufferMinutes\":{\"type\":\"integer\"},\"from\":" MOMENT ",\"to\":" MOMENT ","
		"\"busy\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"from\":" MOMENT ",\"to\":" MOMENT ",\"bookedFrom\":" MOMENT ",\"bookedTo\":" MOMENT ","
		"\"status\":{\"enum\":[\"tentative\",\"confirmed\"]},\"hold\":{\"type\":\"boolean\"},"
		"\"holdUntil\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"},"
		"\"bookingId\":" ID_OR_NULL ",\"eventId\":" ID_OR_NULL ","
		"\"event\":{\"type\":[\"string\",\"null\"]}}}}}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/vendors/{id}/availability", .handle = handle_get, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/vendors/{id}/availability", .handle = handle_get, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_vendor_availability = {
	.name = "vendor_availability",
	.routes = routes,
};
