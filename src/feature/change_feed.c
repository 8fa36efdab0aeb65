/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/changes: the change log in the order of its transactions, for who follows it.
 *
 * A cursor is base64url of `epoch:txid:id`, a place in that order (core/sql_feed.c). An answer's cursor stands
 * behind the last change told or, where nothing more is there to tell, at the horizon: the first transaction
 * that may still be open. So it moves on even for who sees none of what happens.
 *
 * With wait=n an empty answer is held back until something is there, at most n seconds. Nothing is held
 * meanwhile but the fiber: whether there is news is looked up in memory (core/news.h), and every other second
 * in the database, for what other processes have written and what was rolled back.
 */
#include "base/base64url.h"
#include "base/fiber.h"
#include "base/time.h"
#include "base/uuid.h"
#include "core/app.h"
#include "core/feature.h"
#include "core/news.h"
#include "core/query.h"
#include "core/record_json.h"
#include "core/sql.h"
#include "core/unit.h"
#include "http/server.h"

enum { LOOK_MS = 100, ASK_MS = 2000, WAITERS_MAX = 256 };

#define NO_ID STR("00000000-0000-0000-0000-000000000000")

/* Requests of this loop that wait; one more is answered at once. */
static _Thread_local unsigned waiters;

struct place {
	struct str epoch, txid, id; /* STR_NONE: the present */
};

struct feed {
	struct query query;
	struct place after;
	struct str epoch, horizon;
	struct db_result rows;
	struct record_includes includes;
	bool more;
};

/* --- cursors -------------------------------------------------------------------------------------- */

static enum err not_ours(struct request *req)
{
	return problem_set(&req->problem, ERR_BAD_PARAMETER,
		"after does not belong to this feed; begin again without it.");
}

/* A stranger may have written it. */
static enum err read_place(struct feed *feed)
{
	struct request *req = feed->query.req;
	struct str text;
	int64_t txid;

	feed->after = (struct place){.epoch = STR_NONE, .txid = STR("0"), .id = NO_ID};
	if (!feed->query.cursor.ptr)
		return ERR_OK;
	if (str_is(feed->query.cursor, "now")) {
		feed->after.txid = STR_NONE;
		return ERR_OK;
	}
	if (!base64url_decode(req->arena, feed->query.cursor, &text))
		return not_ours(req);
	feed->after.epoch = str_cut(&text, ':');
	feed->after.txid = str_cut(&text, ':');
	feed->after.id = text;
	if (!str_to_int64(feed->after.txid, &txid) || txid < 0 || !uuid_is_valid(text))
		return not_ours(req);
	return ERR_OK;
}

static struct str write_place(const struct feed *feed, struct str txid, struct str id)
{
	struct arena *arena = feed->query.req->arena;

	return base64url_encode(arena,
		arena_printf(
			arena, "%.*s:%.*s:%.*s", STR_ARG(feed->epoch), STR_ARG(txid), STR_ARG(id)));
}

static bool is_before(struct str a, struct str b)
{
	int64_t x = 0, y = 0;

	return str_to_int64(a, &x) && str_to_int64(b, &y) && x < y;
}

static struct str next_place(const struct feed *feed)
{
	int last = feed->rows.rows - 1;
	int column = (int)feed->query.field_count;
	struct str txid = last < 0 ? feed->after.txid : db_value(&feed->rows, last, column);
	struct str id = last < 0 ? feed->after.id : db_value(&feed->rows, last, column + 1);

	return !feed->more && is_before(txid, feed->horizon)
		? write_place(feed, feed->horizon, NO_ID)
		: write_place(feed, txid, id);
}

/* --- reading -------------------------------------------------------------------------------------- */

static enum err read_in(struct feed *feed, enum db_lane lane)
{
	struct request *req = feed->query.req;
	bool now = !feed->after.txid.ptr;
	struct str txid = now ? STR("0") : feed->after.txid;
	struct db_stmt stmts[] = {
		sql_feed_horizon(),
		sql_feed(&feed->query, txid, feed->after.id),
	};
	struct db_result results[ARRAY_LEN(stmts)] = {{0}};
	enum err err = unit_run(
		req, lane, feed->query.resource, stmts, ARRAY_LEN(stmts) - now, results);

	if (err)
		return err;
	feed->epoch = db_value(&results[0], 0, 0);
	feed->horizon = db_value(&results[0], 0, 1);
	if (feed->after.epoch.ptr && !str_eq(feed->after.epoch, feed->epoch))
		return not_ours(req);
	if (now)
		feed->after = (struct place){
			.epoch = feed->epoch, .txid = feed->horizon, .id = NO_ID};
	feed->rows = results[1];
	feed->more = feed->rows.rows > feed->query.limit;
	if (feed->more)
		feed->rows.rows = feed->query.limit;
	return ERR_OK;
}

static enum err read_once(struct feed *feed)
{
	enum err err = read_in(feed, DB_FAST);

	return err == ERR_DEADLINE ? read_in(feed, DB_SLOW) : err;
}

/* Where nothing was found the next look need not begin before the horizon. */
static void move_on(struct feed *feed)
{
	if (!is_before(feed->after.txid, feed->horizon))
		return;
	feed->after = (struct place){.epoch = feed->epoch, .txid = feed->horizon, .id = NO_ID};
}

/* False when waiting has no sense any more. */
static bool wait_for_news(const struct feed *feed, uint64_t until)
{
	struct request *req = feed->query.req;
	uint64_t ask = time_monotonic_ms() + ASK_MS;
	unsigned seen = news_count();

	while (time_monotonic_ms() < until && !request_client_gone(req) &&
		!http_server_is_draining(req->app->server)) {
		fiber_sleep(LOOK_MS);
		if (news_count() != seen || time_monotonic_ms() >= ask)
			return true;
	}
	return false;
}

static enum err read_waiting(struct feed *feed)
{
	uint64_t until = time_monotonic_ms() + (uint64_t)feed->query.wait * 1000;
	enum err err = read_once(feed);

	while (!err && feed->rows.rows == 0 && wait_for_news(feed, until)) {
		move_on(feed);
		err = read_once(feed);
	}
	return err;
}

static enum err read_feed(struct feed *feed)
{
	enum err err;

	if (!feed->query.wait || waiters == WAITERS_MAX)
		return read_once(feed);
	waiters++;
	err = read_waiting(feed);
	waiters--;
	return err;
}

/* --- answering ------------------------------------------------------------------------------------ */

static void answer(const struct feed *feed)
{
	struct json json = response_json(feed->query.req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_key(&json, STR("changes"));
	json_array(&json);
	for (int i = 0; i < feed->rows.rows; i++)
		record_write_json(&json, &feed->query, &feed->includes, &feed->rows, i);
	json_end(&json);
	json_member_str(&json, "cursor", next_place(feed));
	json_member_bool(&json, "more", feed->more);
	json_end(&json);
	json_end(&json);
}

static enum err handle_feed(struct request *req)
{
	const struct resource *changes = resource_find(STR("change"));
	struct feed feed = {.more = false};
	enum err err = record_may(req, changes, VERB_READ);

	if (!err)
		err = query_parse(req, changes, QUERY_FEED, &feed.query);
	if (!err)
		err = read_place(&feed);
	if (!err)
		err = read_feed(&feed);
	if (!err)
		err = record_includes_load(&feed.query, &feed.rows, &feed.includes);
	if (!err)
		answer(&feed);
	return err;
}

/* --- the feature ------------------------------------------------------------------------------------ */

/* clang-format off */
#define PARAM(name, schema, words) \
	"{\"name\":\"" name "\",\"in\":\"query\",\"schema\":" schema ",\"description\":\"" words "\"}"
#define FILTER(name, type) \
	"{\"name\":\"" name "\",\"in\":\"query\",\"style\":\"deepObject\"," \
	"\"schema\":{\"$ref\":\"#/components/schemas/" type "Filter\"}}"

static const struct route_doc doc = {
	.summary = "Follow the change log: every change once, in the order of transactions",
	.tag = "Audit log",
	.parameters = "["
		PARAM("after", "{\"type\":\"string\"}",
			"The cursor of the answer before; `now` for what happens from now on; the beginning without it.") ","
		PARAM("limit", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":100}", "How many at most.") ","
		PARAM("wait", "{\"type\":\"integer\",\"minimum\":0,\"maximum\":25,\"default\":0}",
			"Seconds for which an empty answer is held back until there is a change.") ","
		FILTER("entity", "Text") "," FILTER("action", "Text") "," FILTER("recordId", "Uuid") ","
		FILTER("parentId", "Uuid") "," FILTER("actorId", "Reference") "," FILTER("changesetId", "Uuid") ","
		FILTER("requestId", "Text") "," FILTER("partnerId", "Reference") "," FILTER("at", "Datetime") ","
		"{\"$ref\":\"#/components/parameters/ChangeFields\"},{\"$ref\":\"#/components/parameters/ChangeInclude\"}]",
	.response = "{\"type\":\"object\",\"properties\":{\"changes\":{\"type\":\"array\",\"items\":{\"anyOf\":["
		"{\"$ref\":\"#/components/schemas/Change\"},{\"$ref\":\"#/components/schemas/ChangePartial\"}]}},"
		"\"cursor\":{\"type\":\"string\",\"description\":\"Where to go on: `after` of the next request.\"},"
		"\"more\":{\"type\":\"boolean\",\"description\":\"Whether more is there already.\"}}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/changes", .handle = handle_feed, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/changes", .handle = handle_feed, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_change_feed = {
	.name = "change_feed",
	.routes = routes,
};
