/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/reports/partners: what each partner brought, as far as the caller sees it.
 *
 * A period concerns the day on which a lead was made, in the organisation's time zone; what became of these
 * leads counts as it stands. Amounts are in the organisation's currency; a deal in another, for which there
 * is no rate, counts without one. The first row of the statement is the sum of all partners.
 */
#include "base/time.h"
#include "core/caller.h"
#include "core/feature.h"
#include "core/records.h"
#include "core/sign_in.h"
#include "core/unit.h"

enum { PARTNERS_MAX = 1000 };

struct period {
	struct str from, to; /* dates, STR_NONE = open */
};

/* --- parameters --------------------------------------------------------------------------------- */

static enum err read_parameter(
	struct request *req, struct str name, struct str value, struct period *out)
{
	struct str *day = str_is(name, "from") ? &out->from : str_is(name, "to") ? &out->to : NULL;
	struct date date;

	if (!day)
		return problem_set(&req->problem, ERR_BAD_PARAMETER,
			"There is no parameter \"%.*s\" here.", STR_ARG(name));
	if (!date_parse(value, &date))
		return problem_set(&req->problem, ERR_BAD_PARAMETER,
			"%.*s must be a date such as 2026-11-20.", STR_ARG(name));
	*day = value;
	return ERR_OK;
}

static enum err read_period(struct request *req, struct period *out)
{
	struct str rest = req->query;
	bool more = true;

	*out = (struct period){STR_NONE, STR_NONE};
	while (more) {
		struct str name, value;
		enum err err = request_next_param(req, &rest, &name, &value, &more);

		if (!err && more)
			err = read_parameter(req, name, value, out);
		if (err)
			return err;
	}
	if (out->from.ptr && out->to.ptr && str_cmp(out->from, out->to) > 0)
		return problem_set(&req->problem, ERR_BAD_PARAMETER, "to must not be before from.");
	return ERR_OK;
}

/* --- figures ------------------------------------------------------------------------------------ */

#define FIGURES_SQL                                                                                \
	"select p.id, p.name, p.status, p.tier, count(l.id),"                                      \
	" count(*) filter (where s.category = 'open'), count(l.converted_at),"                     \
	" round(count(l.converted_at)::numeric / nullif(count(l.id), 0), 4),"                      \
	" count(*) filter (where l.deal_status = 'won'),"                                          \
	" count(*) filter (where l.deal_status = 'lost'),"                                         \
	" coalesce(sum(l.won_amount_base), 0)::numeric(20,2), max(l.created_at)"                   \
	" from partners p"                                                                         \
	" left join leads l on l.org_id = p.org_id and l.partner_id = p.id"                        \
	" and l.deleted_at is null"                                                                \
	" and case when $2::date is null then true"                                                \
	" else l.created_at >= app_midnight($2::date) end"                                         \
	" and case when $3::date is null then true"                                                \
	" else l.created_at < app_midnight($3::date + 1) end"                                      \
	" left join stages s on s.org_id = l.org_id and s.id = l.stage_id"                         \
	" where p.org_id = $1::uuid and p.deleted_at is null"                                      \
	" group by grouping sets ((), (p.id, p.name, p.status, p.tier))"                           \
	" order by grouping(p.id) desc, sum(l.won_amount_base) desc nulls last, count(l.id) desc," \
	" p.name, p.id limit $4::int"

enum column {
	C_ID,
	C_NAME,
	C_STATUS,
	C_TIER,
	C_LEADS,
	C_OPEN,
	C_CONVERTED,
	C_RATE,
	C_WON,
	C_LOST,
	C_AMOUNT,
	C_LAST
};

static void write_figures(struct json *json, const struct db_result *rows, int row)
{
	static const struct {
		const char *name;
		enum column column;
	} figures[] = {
		{"leads", C_LEADS},
		{"openLeads", C_OPEN},
		{"convertedLeads", C_CONVERTED},
		{"conversionRate", C_RATE},
		{"wonDeals", C_WON},
		{"lostDeals", C_LOST},
		{"wonAmount", C_AMOUNT},
	};

	for (size_t i = 0; i < ARRAY_LEN(figures); i++)
		json_member_raw(json, figures[i].name, db_value(rows, row, (int)figures[i].column));
	json_member_moment(json, "lastLeadAt", db_value(rows, row, C_LAST));
}

static void write_partner(struct json *json, const struct db_result *rows, int row)
{
	json_object(json);
	json_member_str(json, "partnerId", db_value(rows, row, C_ID));
	json_member_str(json, "partner", db_value(rows, row, C_NAME));
	json_member_str(json, "status", db_value(rows, row, C_STATUS));
	json_member_str(json, "tier", db_value(rows, row, C_TIER));
	write_figures(json, rows, row);
	json_end(json);
}

static void answer(struct request *req, const struct db_result *rows)
{
	struct json json = response_json(req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_str(&json, "currency", req->caller->currency);
	json_key(&json, STR("total"));
	json_object(&json);
	write_figures(&json, rows, 0);
	json_end(&json);
	json_key(&json, STR("partners"));
	json_array(&json);
	for (int i = 1; i < rows->rows; i++)
		write_partner(&json, rows, i);
	json_end(&json);
	json_end(&json);
	json_end(&json);
}

static bool may_read(const struct request *req, const char *entity)
{
	return caller_scope(req->caller, resource_find(str_of(entity)), VERB_READ) != SCOPE_NONE;
}

static enum err handle_get(struct request *req)
{
	static const char *const figured[] = {"partner.name", "partner.status", "partner.tier",
		"lead.status", "lead.convertedAt", "lead.dealStatus", "lead.wonAmount", NULL};
	struct str most = arena_printf(req->arena, "%d", PARTNERS_MAX + 1);
	struct db_result rows;
	struct period period;
	enum err err;

	if (!may_read(req, "partner") || !may_read(req, "lead"))
		return ERR_FORBIDDEN;
	err = record_needs(req, RULE_READ, figured);
	if (!err)
		err = read_period(req, &period);
	if (!err)
		err = unit_query(req, DB_SLOW, NULL,
			&SQL(FIGURES_SQL, req->caller->org_id, period.from, period.to, most),
			&rows);
	if (!err)
		answer(req, &rows);
	return err;
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define COUNT   "{\"type\":\"integer\",\"minimum\":0}"
#define FIGURES                                                                                    \
	"\"leads\":" COUNT ",\"openLeads\":" COUNT ",\"convertedLeads\":" COUNT ","                \
	"\"conversionRate\":{\"type\":[\"number\",\"null\"],\"minimum\":0,\"maximum\":1,"           \
	"\"description\":\"Converted of all; null when there are none.\"},"                        \
	"\"wonDeals\":" COUNT ",\"lostDeals\":" COUNT ",\"wonAmount\":{\"type\":\"number\"},"        \
	"\"lastLeadAt\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}"

static const struct route_doc doc = {
	.summary = "What each partner brought: leads, conversion, won amount; the best 1,000",
	.tag = "Reports",
	.parameters =
		"[{\"name\":\"from\",\"in\":\"query\",\"schema\":{\"type\":\"string\",\"format\":\"date\"},"
		"\"description\":\"First day on which a lead was made.\"},"
		"{\"name\":\"to\",\"in\":\"query\",\"schema\":{\"type\":\"string\",\"format\":\"date\"}}]",
	.response =
		"{\"type\":\"object\",\"properties\":{"
		"\"currency\":{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}$\"},"
		"\"total\":{\"type\":\"object\",\"properties\":{" FIGURES "}},"
		"\"partners\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"partnerId\":{\"type\":\"string\",\"format\":\"uuid\"},\"partner\":{\"type\":\"string\"},"
		"\"status\":{\"type\":\"string\"},\"tier\":{\"type\":[\"string\",\"null\"]}," FIGURES "}}}}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/reports/partners", .handle = handle_get, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/reports/partners", .handle = handle_get, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_partner_report = {
	.name = "partner_report",
	.routes = routes,
};
