/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/sales-overview: what the deals that the caller may see amount to.
 *
 * A period concerns closed deals, by the day they were closed; open deals count as they stand. Amounts
 * are in the organisation's currency; a deal in another counts without one. One pass over the deals makes
 * all groups (grouping sets), beside it stands the list of stages, so that empty ones show as well.
 */
#include "base/time.h"
#include "base/uuid.h"
#include "core/caller.h"
#include "core/feature.h"
#include "core/records.h"
#include "core/unit.h"

struct period {
	struct str from, to;          /* dates, STR_NONE = open */
	struct str owner_id, team_id; /* STR_NONE = all */
};

/* --- parameters --------------------------------------------------------------------------------- */

static enum err read_day(struct request *req, struct str name, struct str value, struct str *out)
{
	struct date day;

	if (!date_parse(value, &day))
		return problem_set(&req->problem, ERR_BAD_PARAMETER,
			"%.*s must be a date such as 2026-11-20.", STR_ARG(name));
	*out = value;
	return ERR_OK;
}

static enum err read_id(struct request *req, struct str name, struct str value, struct str *out)
{
	if (!uuid_is_valid(value))
		return problem_set(
			&req->problem, ERR_BAD_PARAMETER, "%.*s must be an id.", STR_ARG(name));
	*out = value;
	return ERR_OK;
}

static enum err read_parameter(
	struct request *req, struct str name, struct str value, struct period *out)
{
	if (str_is(name, "from"))
		return read_day(req, name, value, &out->from);
	if (str_is(name, "to"))
		return read_day(req, name, value, &out->to);
	if (str_is(name, "teamId"))
		return read_id(req, name, value, &out->team_id);
	if (str_is(name, "ownerId"))
		return read_id(req, name, str_is(value, "me") ? req->caller->user_id : value,
			&out->owner_id);
	return problem_set(&req->problem, ERR_BAD_PARAMETER, "There is no parameter \"%.*s\" here.",
		STR_ARG(name));
}

static enum err read_period(struct request *req, struct period *out)
{
	struct str rest = req->query;

	*out = (struct period){STR_NONE, STR_NONE, STR_NONE, STR_NONE};
	for (;;) {
		struct str name, value;
		bool more;
		enum err err = request_next_param(req, &rest, &name, &value, &more);

		if (!err && more)
			err = read_parameter(req, name, value, out);
		if (err)
			return err;
		if (!more)
			break;
	}
	if (out->from.ptr && out->to.ptr && str_cmp(out->from, out->to) > 0)
		return problem_set(&req->problem, ERR_BAD_PARAMETER, "to must not be before from.");
	return ERR_OK;
}

/* --- figures ------------------------------------------------------------------------------------ */

/* Values of `kind`: which column of the grouping sets a row is about. */
enum { KIND_TOTAL, KIND_STAGE, KIND_OWNER, KIND_TEAM, KIND_MONTH };

enum column {
	C_KIND,
	C_ID,
	C_NAME,
	C_MANAGER_ID,
	C_MANAGER,
	C_COUNT,
	C_OPEN,
	C_WON,
	C_LOST,
	C_AMOUNT,
	C_OPEN_AMOUNT,
	C_WON_AMOUNT,
	C_WEIGHTED,
	C_WIN_RATE
};

#define FIGURES_SQL                                                                                \
	"with figures as (select d.stage_id, d.owner_id, m.team_id, d.status, d.amount_base as "   \
	"amount,"                                                                                  \
	" d.probability, case d.status when 'won' then to_char(d.closed_at, 'YYYY-MM') end as "    \
	"month"                                                                                    \
	" from deals d left join memberships m on m.org_id = d.org_id and m.id = d.owner_id"       \
	" where d.org_id = $1::uuid and d.deleted_at is null"                                      \
	" and case when $2::uuid is null then true else d.owner_id = $2::uuid end"                 \
	" and case when $3::uuid is null then true else m.team_id = $3::uuid end"                  \
	" and case when d.status = 'open' then true else d.closed_at between"                      \
	" coalesce($4::date, '-infinity') and coalesce($5::date, 'infinity') end),"                \
	" sums as (select case when grouping(stage_id) = 0 then 1 when grouping(owner_id) = 0 "    \
	"then 2"                                                                                   \
	" when grouping(team_id) = 0 then 3 when grouping(month) = 0 then 4 else 0 end as kind,"   \
	" stage_id, owner_id, team_id, month, count(*) as deals,"                                  \
	" count(*) filter (where status = 'open') as open,"                                        \
	" count(*) filter (where status = 'won') as won,"                                          \
	" count(*) filter (where status = 'lost') as lost,"                                        \
	" coalesce(sum(amount), 0) as amount,"                                                     \
	" coalesce(sum(amount) filter (where status = 'open'), 0) as open_amount,"                 \
	" coalesce(sum(amount) filter (where status = 'won'), 0) as won_amount,"                   \
	" coalesce(sum(amount * probability / 100) filter (where status = 'open'), 0) as weighted" \
	" from figures group by grouping sets ((), (stage_id), (owner_id), (team_id), (month)))"   \
	" select s.kind, coalesce(s.stage_id, s.owner_id, s.team_id)::text,"                       \
	" coalesce(nullif(trim(o.first_name || ' ' || o.last_name), ''), o.email, t.name, "        \
	"s.month),"                                                                                \
	" t.manager_id, coalesce(nullif(trim(b.first_name || ' ' || b.last_name), ''), b.email),"  \
	" s.deals, s.open, s.won, s.lost, s.amount::numeric(20,2), s.open_amount::numeric(20,2),"  \
	" s.won_amount::numeric(20,2), s.weighted::numeric(20,2),"                                 \
	" round(s.won::numeric / nullif(s.won + s.lost, 0), 4)"                                    \
	" from sums s"                                                                             \
	" left join memberships o on o.org_id = $1::uuid and o.id = s.owner_id"                    \
	" left join teams t on t.org_id = $1::uuid and t.id = s.team_id"                           \
	" left join memberships b on b.org_id = $1::uuid and b.id = t.manager_id"                  \
	" order by s.kind, s.month, s.won_amount desc, s.deals desc"

#define STAGES_SQL                                                              \
	"select s.id, s.name, s.category, s.position from stages s"             \
	" join pipelines p on p.org_id = s.org_id and p.id = s.pipeline_id"     \
	" where s.org_id = $1::uuid and p.entity = 'deal'"                      \
	" and s.deleted_at is null and p.deleted_at is null and not p.archived" \
	" order by p.is_default desc, p.position, s.position, s.id"

struct overview {
	struct db_result figures, stages;
};

static enum err load(struct request *req, const struct period *period, struct overview *out)
{
	struct str params[] = {
		req->caller->org_id, period->owner_id, period->team_id, period->from, period->to};
	struct db_stmt stmts[] = {
		{.sql = STR(FIGURES_SQL), .param_count = ARRAY_LEN(params), .params = params},
		{.sql = STR(STAGES_SQL), .param_count = 1, .params = params},
	};
	struct db_result results[ARRAY_LEN(stmts)];
	enum err err = unit_run(req, DB_SLOW, NULL, stmts, ARRAY_LEN(stmts), results);

	if (!err)
		*out = (struct overview){results[0], results[1]};
	return err;
}

static bool is_kind(const struct db_result *rows, int row, int kind)
{
	return db_value(rows, row, C_KIND).ptr[0] == '0' + kind;
}

/* --- answering ---------------------------------------------------------------------------------- */

static void member_text(struct json *json, const char *key, const struct db_result *rows, int row,
	enum column column)
{
	json_member_str(json, key, db_value(rows, row, (int)column));
}

static void member_number(struct json *json, const char *key, const struct db_result *rows, int row,
	enum column column)
{
	json_member_raw(json, key, db_value(rows, row, (int)column));
}

/* The total is the one row that is always there. */
static void write_totals(struct json *json, const struct db_result *rows)
{
	json_key(json, STR("deals"));
	json_object(json);
	member_number(json, "total", rows, 0, C_COUNT);
	member_number(json, "open", rows, 0, C_OPEN);
	member_number(json, "won", rows, 0, C_WON);
	member_number(json, "lost", rows, 0, C_LOST);
	member_number(json, "wonAmount", rows, 0, C_WON_AMOUNT);
	member_number(json, "openAmount", rows, 0, C_OPEN_AMOUNT);
	member_number(json, "weightedAmount", rows, 0, C_WEIGHTED);
	member_number(json, "winRate", rows, 0, C_WIN_RATE);
	json_end(json);
}

static int row_of_stage(const struct db_result *rows, struct str id)
{
	for (int i = 0; i < rows->rows; i++)
		if (is_kind(rows, i, KIND_STAGE) && str_eq(db_value(rows, i, C_ID), id))
			return i;
	return -1;
}

static void write_stages(struct json *json, const struct overview *overview)
{
	const struct db_result *stages = &overview->stages;

	json_key(json, STR("byStage"));
	json_array(json);
	for (int i = 0; i < stages->rows; i++) {
		int row = row_of_stage(&overview->figures, db_value(stages, i, 0));

		json_object(json);
		json_member_str(json, "stageId", db_value(stages, i, 0));
		json_member_str(json, "stage", db_value(stages, i, 1));
		json_member_str(json, "category", db_value(stages, i, 2));
		json_member_raw(json, "position", db_value(stages, i, 3));
		json_member_raw(json, "count",
			row < 0 ? STR("0") : db_value(&overview->figures, row, C_COUNT));
		json_member_raw(json, "amount",
			row < 0 ? STR("0.00") : db_value(&overview->figures, row, C_AMOUNT));
		json_end(json);
	}
	json_end(json);
}

static void write_month(struct json *json, const struct db_result *rows, int row)
{
	member_text(json, "month", rows, row, C_NAME);
	member_number(json, "count", rows, row, C_WON);
	member_number(json, "amount", rows, row, C_WON_AMOUNT);
}

static void write_owner(struct json *json, const struct db_result *rows, int row)
{
	member_text(json, "ownerId", rows, row, C_ID);
	member_text(json, "owner", rows, row, C_NAME);
	member_number(json, "won", rows, row, C_WON);
	member_number(json, "wonAmount", rows, row, C_WON_AMOUNT);
	member_number(json, "lost", rows, row, C_LOST);
	member_number(json, "open", rows, row, C_OPEN);
}

static void write_team(struct json *json, const struct db_result *rows, int row)
{
	member_text(json, "teamId", rows, row, C_ID);
	member_text(json, "team", rows, row, C_NAME);
	member_text(json, "managerId", rows, row, C_MANAGER_ID);
	member_text(json, "manager", rows, row, C_MANAGER);
	member_number(json, "won", rows, row, C_WON);
	member_number(json, "wonAmount", rows, row, C_WON_AMOUNT);
}

/* The rows of a kind, best first; months in their order. What is not won has no month. */
static void write_rows(struct json *json, const char *key, const struct db_result *rows, int kind,
	void (*write)(struct json *json, const struct db_result *rows, int row))
{
	json_key(json, str_of(key));
	json_array(json);
	for (int i = 0; i < rows->rows; i++) {
		if (!is_kind(rows, i, kind) || (kind == KIND_MONTH && db_is_null(rows, i, C_NAME)))
			continue;
		json_object(json);
		write(json, rows, i);
		json_end(json);
	}
	json_end(json);
}

static void answer(struct request *req, const struct overview *overview)
{
	struct json json = response_json(req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_str(&json, "currency", req->caller->currency);
	write_totals(&json, &overview->figures);
	write_stages(&json, overview);
	write_rows(&json, "wonByMonth", &overview->figures, KIND_MONTH, write_month);
	write_rows(&json, "byOwner", &overview->figures, KIND_OWNER, write_owner);
	write_rows(&json, "byTeam", &overview->figures, KIND_TEAM, write_team);
	json_end(&json);
	json_end(&json);
}

/* What the figures are made of: a sum tells what it sums. */
static const char *const figured[] = {"deal.stageId", "deal.status", "deal.ownerId", "deal.amount",
	"deal.amountBase", "deal.probability", "deal.closedAt", "user.firstName", "user.lastName",
	"user.email", "user.teamId", "team.name", "team.managerId", NULL};

static enum err handle_get(struct request *req)
{
	enum scope scope = caller_scope(req->caller, resource_find(STR("deal")), VERB_READ);
	struct overview overview;
	struct period period;
	enum err err;

	if (scope == SCOPE_NONE)
		return ERR_FORBIDDEN;
	err = record_needs(req, RULE_READ, figured);
	if (!err)
		err = read_period(req, &period);
	/* Row security says so too; said here it finds the index. */
	if (scope == SCOPE_OWN && !period.owner_id.ptr)
		period.owner_id = req->caller->user_id;
	if (!err)
		err = load(req, &period, &overview);
	if (!err)
		answer(req, &overview);
	return err;
}

/* clang-format off */
#define COUNT        "{\"type\":\"integer\",\"minimum\":0}"
#define MONEY        "{\"type\":\"number\"}"
#define ID           "{\"type\":\"string\",\"format\":\"uuid\"}"
#define ID_OR_NULL   "{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}"
#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"
#define OBJECT(...)  "{\"type\":\"object\",\"properties\":{" __VA_ARGS__ "}}"
#define ROWS(...)    "{\"type\":\"array\",\"items\":" OBJECT(__VA_ARGS__) "}"

static const char schema[] = OBJECT(
	"\"currency\":{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}$\"},"
	"\"deals\":" OBJECT(
		"\"total\":" COUNT ",\"open\":" COUNT ",\"won\":" COUNT ",\"lost\":" COUNT ","
		"\"wonAmount\":" MONEY ",\"openAmount\":" MONEY ",\"weightedAmount\":" MONEY ","
		"\"winRate\":{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1,"
		"\"description\":\"Won of all closed; null when none is.\"}") ","
	"\"byStage\":" ROWS(
		"\"stageId\":" ID ",\"stage\":{\"type\":\"string\"},"
		"\"category\":{\"enum\":[\"open\",\"won\",\"lost\"]},"
		"\"position\":{\"type\":\"integer\"},\"count\":" COUNT ",\"amount\":" MONEY) ","
	"\"wonByMonth\":" ROWS(
		"\"month\":{\"type\":\"string\",\"pattern\":\"^[0-9]{4}-[0-9]{2}$\"},"
		"\"count\":" COUNT ",\"amount\":" MONEY) ","
	"\"byOwner\":" ROWS(
		"\"ownerId\":" ID_OR_NULL ",\"owner\":" TEXT_OR_NULL ",\"won\":" COUNT ","
		"\"wonAmount\":" MONEY ",\"lost\":" COUNT ",\"open\":" COUNT) ","
	"\"byTeam\":" ROWS(
		"\"teamId\":" ID_OR_NULL ",\"team\":" TEXT_OR_NULL ",\"managerId\":" ID_OR_NULL ","
		"\"manager\":" TEXT_OR_NULL ",\"won\":" COUNT ",\"wonAmount\":" MONEY));

static const char parameters[] =
	"[{\"name\":\"from\",\"in\":\"query\",\"schema\":{\"type\":\"string\",\"format\":\"date\"},"
	"\"description\":\"First day of closing; open deals count as they stand.\"},"
	"{\"name\":\"to\",\"in\":\"query\",\"schema\":{\"type\":\"string\",\"format\":\"date\"}},"
	"{\"name\":\"ownerId\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
	"\"description\":\"An id, or me.\"},"
	"{\"name\":\"teamId\",\"in\":\"query\",\"schema\":" ID "}]";
/* clang-format on */

static const struct route_doc doc = {
	.summary = "Sales at a glance: totals, by stage, month, owner and team",
	.tag = "Reports",
	.parameters = parameters,
	.response = schema,
	.status = 200,
};

static const struct route routes[] = {
	{.method = HTTP_GET,
		.pattern = "/api/v1/reports/sales-overview",
		.handle = handle_get,
		.doc = &doc},
	{.method = HTTP_GET,
		.pattern = "/api/reports/sales-overview",
		.handle = handle_get,
		.flags = ROUTE_UNDOCUMENTED},
	{0},
};

const struct feature feature_sales_overview = {
	.name = "sales_overview",
	.routes = routes,
};
