/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /events/{id}/copy: the same event once more, at another time.
 *
 * Tasks, schedule and planned amounts come along, moved with the start; who takes part and which vendors were
 * there by choice. All in one function of the database (migrations, confirm_and_copy), which copies what the
 * caller sees and may make.
 */
#include "core/feature.h"
#include "core/form.h"
#include "core/query.h"
#include "core/records.h"
#include "core/sql.h"
#include "core/unit.h"

#define SQL_COPY                                                                      \
	"select event_copy($1, $2, $3, $4, coalesce($5::boolean, false), coalesce($6" \
	"::boolean, false))"

enum { COPY_NAME, COPY_START, COPY_END, COPY_PEOPLE, COPY_VENDORS, COPY__COUNT };

static const struct form copy_form = {
	.fields =
		(const struct form_field[]){
			[COPY_NAME] = {{.name = "name", .kind = FIELD_TEXT, .max_len = 200}, false},
			[COPY_START] = {{.name = "startAt", .kind = FIELD_DATETIME}, false},
			[COPY_END] = {{.name = "endAt", .kind = FIELD_DATETIME}, false},
			[COPY_PEOPLE] = {{.name = "participants", .kind = FIELD_BOOLEAN}, false},
			[COPY_VENDORS] = {{.name = "vendors", .kind = FIELD_BOOLEAN}, false},
			[COPY__COUNT] = {{0}, false},
		},
	.may_be_empty = true,
};

static enum err copy(struct request *req, const struct query *query, struct str id,
	const struct str *in, struct str *made_out)
{
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, query->resource,
		&SQL(SQL_COPY, id, in[COPY_NAME], in[COPY_START], in[COPY_END], in[COPY_PEOPLE],
			in[COPY_VENDORS]),
		&row);

	if (err)
		return err;
	*made_out = db_value(&row, 0, 0);
	return made_out->ptr ? ERR_OK : ERR_NOT_FOUND;
}

static enum err answer(struct request *req, const struct query *query, struct str made)
{
	static const char *const written[] = {"event", "event_participant", "event_vendor",
		"schedule_item", "budget_line", "task"};
	struct db_stmt stmt = sql_get(query, made);
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, query->resource, &stmt, &row);

	if (!err && row.rows == 0)
		err = ERR_NOT_FOUND;
	if (err)
		return err;
	for (size_t i = 0; i < ARRAY_LEN(written); i++)
		unit_changed(req, resource_find(str_of(written[i])));
	record_location(req, query->resource, made);
	return record_answer(req, 201, query, &row);
}

static enum err handle_copy(struct request *req)
{
	struct str id, made, in[COPY__COUNT];
	struct query query;
	enum err err = record_begin(req, resource_find(STR("event")), VERB_CREATE, &id, &query);

	if (!err)
		err = record_may(req, query.resource, VERB_READ);
	if (!err)
		err = form_read(req, &copy_form, in);
	if (!err)
		err = unit_begin(req);
	if (!err)
		err = copy(req, &query, id, in, &made);
	if (!err)
		err = answer(req, &query, made);
	return err ? err : unit_commit(req);
}

/* --- the feature ---------------------------------------------------------------------------------- */

/* clang-format off */
#define MOMENT "{\"type\":[\"string\",\"null\"],\"format\":\"date-time\",\"description\":"
#define FLAG   "{\"type\":[\"boolean\",\"null\"],\"default\":false,\"description\":"

static const struct route_doc copy_doc = {
	.summary = "Make the same event once more: with its tasks, schedule and planned amounts, moved to another start",
	.tag = "Events",
	.request = "{\"type\":\"object\",\"properties\":{"
		   "\"name\":{\"type\":[\"string\",\"null\"],\"maxLength\":200},"
		   "\"startAt\":" MOMENT "\"As the event's unless said otherwise\"},"
		   "\"endAt\":" MOMENT "\"As long after the start as the event's unless said otherwise\"},"
		   "\"participants\":" FLAG "\"Who takes part comes along\"},"
		   "\"vendors\":" FLAG "\"Its vendors are considered, at the same hours\"}}}",
	.response = "{\"$ref\":\"#/components/schemas/Event\"}",
	.status = 201,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_INVALID |
		ROUTE_ERR_BODY,
};

static const struct route routes[] = {
	{.method = HTTP_POST, .pattern = "/api/v1/events/{id}/copy", .handle = handle_copy, .doc = &copy_doc},
	{.method = HTTP_POST, .pattern = "/api/events/{id}/copy", .handle = handle_copy, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_event_copy = {
	.name = "event_copy",
	.routes = routes,
};
