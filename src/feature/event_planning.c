/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Planning an event: booking a vendor for it, and moving it with all that hangs on it.
 *
 * An event moves in one function of the database (migrations, event_planning): schedule, bookings and the
 * tasks that count days from the start. What stands in the way comes back as rows, each becomes a detail
 * of a 409, and the transaction is undone.
 */
#include "base/json_read.h"
#include "core/feature.h"
#include "core/form.h"
#include "core/query.h"
#include "core/records.h"
#include "core/sql.h"
#include "core/unit.h"
#include "core/validate.h"

#define SQL_NAME "select log_as($1, 'rescheduled')"
#define SQL_RESCHEDULE "select booking, message from event_reschedule($1, $2, $3, $4, $5)"

/* --- booking ------------------------------------------------------------------------------------ */

/* The event is that of the address. */
static enum err read_booking(struct request *req, struct str event_id, struct record_write *write)
{
	struct json_value *object;
	enum err err = read_json_body(req, &object);

	if (err)
		return err;
	if (json_get(object, "eventId"))
		problem_add(&req->problem, STR("eventId"), "UNKNOWN_FIELD",
			"It is the event of the address.");
	else if (object->type == JSON_OBJECT)
		validate_suggest(req, object, "eventId", JSON_STRING, event_id);
	return problem_has_details(&req->problem) ? ERR_INVALID : validate_members(write, object);
}

static enum err see_event(struct request *req, struct str id)
{
	const struct resource *events = resource_find(STR("event"));
	struct db_stmt stmt = sql_visible(events, req, id);
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, events, &stmt, &row);

	return !err && row.rows == 0 ? ERR_NOT_FOUND : err;
}

static enum err handle_book(struct request *req)
{
	struct record_write write = {
		.req = req, .resource = resource_find(STR("event_vendor")), .mode = RECORD_CREATE};
	struct str event_id;
	struct query query;
	enum err err = record_may(req, write.resource, VERB_CREATE);

	if (!err)
		err = record_id(req, req->params[0], &event_id);
	if (!err)
		err = query_parse(req, write.resource, QUERY_ONE, &query);
	if (!err)
		err = see_event(req, event_id);
	if (!err)
		err = read_booking(req, event_id, &write);
	return err ? err : record_insert_answer(&write, &query);
}

/* --- rescheduling ------------------------------------------------------------------------------- */

enum { MOVE_START, MOVE_END, MOVE_RELEASE, MOVE__COUNT };

static const struct form move_form = {
	.fields =
		(const struct form_field[]){
			[MOVE_START] = {{.name = "startAt",
						.kind = FIELD_DATETIME,
						.flags = FIELD_REQUIRED},
				false},
			[MOVE_END] = {{.name = "endAt", .kind = FIELD_DATETIME}, false},
			[MOVE_RELEASE] = {{.name = "release", .kind = FIELD_MULTI_REFERENCE},
				false},
			[MOVE__COUNT] = {{0}, false},
		},
};

struct move {
	struct request *req;
	struct query query;
	struct str id, versions;
};

static enum err blocked(struct move *move, const struct db_result *rows)
{
	for (int i = 0; i < rows->rows; i++)
		problem_add(&move->req->problem,
			arena_printf(
				move->req->arena, "bookings.%.*s", STR_ARG(db_value(rows, i, 0))),
			"TAKEN", "%.*s", STR_ARG(db_value(rows, i, 1)));
	return problem_set(&move->req->problem, ERR_CONFLICT,
		"Vendors of this event are booked at that time: nothing has been moved.");
}

static enum err move_all(struct move *move, const struct str *in)
{
	struct db_stmt stmts[] = {
		SQL(SQL_NAME, move->id),
		SQL(SQL_RESCHEDULE, move->id, in[MOVE_START], in[MOVE_END], move->versions,
			in[MOVE_RELEASE]),
	};
	struct db_result results[ARRAY_LEN(stmts)];
	const struct db_result *rows = &results[1];
	enum err err = unit_run(
		move->req, DB_WRITE, move->query.resource, stmts, ARRAY_LEN(stmts), results);

	if (err)
		return err;
	if (rows->rows == 0)
		return record_why_not(move->req, move->query.resource, move->id, move->versions);
	return db_is_null(rows, 0, 0) ? ERR_OK : blocked(move, rows);
}

static enum err answer_moved(struct move *move)
{
	static const char *const written[] = {"event", "event_vendor", "schedule_item", "task"};
	struct db_stmt stmt = sql_get(&move->query, move->id);
	struct db_result row;
	enum err err = unit_query(move->req, DB_WRITE, move->query.resource, &stmt, &row);

	if (!err && row.rows == 0)
		err = ERR_NOT_FOUND;
	if (!err)
		err = record_answer(move->req, 200, &move->query, &row);
	for (size_t i = 0; i < ARRAY_LEN(written) && !err; i++)
		unit_changed(move->req, resource_find(str_of(written[i])));
	return err;
}

static const char *const moved[] = {"event.startAt", "event.endAt", NULL};
static const char *const released[] = {"event_vendor.status", NULL};

static enum err may_release(struct request *req)
{
	enum err err = record_may(req, resource_find(STR("event_vendor")), VERB_UPDATE);

	return err ? err : record_needs(req, RULE_WRITE, released);
}

static enum err handle_reschedule(struct request *req)
{
	struct move move = {.req = req, .versions = record_versions(req)};
	struct str in[MOVE__COUNT];
	enum err err = record_begin(
		req, resource_find(STR("event")), VERB_UPDATE, &move.id, &move.query);

	if (!err)
		err = record_needs(req, RULE_WRITE, moved);
	if (!err)
		err = form_read(req, &move_form, in);
	if (!err && in[MOVE_RELEASE].ptr)
		err = may_release(req);
	if (!err)
		err = unit_begin(req);
	if (!err)
		err = move_all(&move, in);
	if (!err)
		err = answer_moved(&move);
	return err ? err : unit_commit(req);
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define MOMENT "{\"type\":\"string\",\"format\":\"date-time\"}"

static const struct route_doc book_doc = {
	.summary = "Book a vendor for an event",
	.tag = "Events",
	.request = "{\"type\":\"object\",\"additionalProperties\":true,\"description\":\"Fields of the new "
		   "booking but the event\",\"required\":[\"vendorId\"],\"properties\":{\"vendorId\":"
		   "{\"type\":\"string\",\"format\":\"uuid\"}}}",
	.response = "{\"$ref\":\"#/components/schemas/EventVendor\"}",
	.status = 201,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_INVALID |
		ROUTE_ERR_BODY,
};

static const struct route_doc reschedule_doc = {
	.summary = "Move an event with its schedule, its bookings and the tasks that count from its start",
	.tag = "Events",
	.request = "{\"type\":\"object\",\"required\":[\"startAt\"],\"properties\":{\"startAt\":" MOMENT ","
		   "\"endAt\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\",\"description\":"
		   "\"As long after the start as so far unless said otherwise\"},"
		   "\"release\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"string\",\"format\":\"uuid\"},"
		   "\"maxItems\":100,\"description\":\"Bookings of the event that are only considered from then on\"}}}",
	.response = "{\"$ref\":\"#/components/schemas/Event\"}",
	.status = 200,
	.parameters = "[{\"$ref\":\"#/components/parameters/IfMatch\"}]",
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_STALE |
		ROUTE_ERR_INVALID | ROUTE_ERR_BODY,
};

static const struct route routes[] = {
	{.method = HTTP_POST, .pattern = "/api/v1/events/{id}/vendors", .handle = handle_book, .doc = &book_doc},
	{.method = HTTP_POST, .pattern = "/api/v1/events/{id}/reschedule", .handle = handle_reschedule, .doc = &reschedule_doc},
	{.method = HTTP_POST, .pattern = "/api/events/{id}/vendors", .handle = handle_book, .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_POST, .pattern = "/api/events/{id}/reschedule", .handle = handle_reschedule, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_event_planning = {
	.name = "event_planning",
	.routes = routes,
};
