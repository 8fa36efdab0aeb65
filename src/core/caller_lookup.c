/* SPDX-License-Identifier: Apache-2.0 */
/* The caller of a session, from the database. */
#include "core/caller_cache.h"

#include "core/unit.h"

enum column {
	EMAIL,
	FIRST_NAME,
	LAST_NAME,
	ROLE,
	PRESET,
	ACCESS,
	FIELDS,
	TEAM_ID,
	TEAM_USERS,
	PARTNER_ID,
	ORG_NAME,
	CURRENCY,
	TIME_ZONE,
	LOCALE,
	WEEK_START,
};

#define SQL_CHECK                                                                         \
	"select email, first_name, last_name, role, preset, access, fields, team_id, "    \
	"team_users, partner_id, org_name, currency, time_zone, locale, week_start from " \
	"auth_session_check($1, $2, $3)"

static enum err read_row(struct request *req, const struct db_result *row, struct caller *out)
{
	out->email = db_value(row, 0, EMAIL);
	out->first_name = db_value(row, 0, FIRST_NAME);
	out->last_name = db_value(row, 0, LAST_NAME);
	out->role = db_value(row, 0, ROLE);
	out->team_id = db_value(row, 0, TEAM_ID);
	out->team_users = db_value(row, 0, TEAM_USERS);
	out->partner_id = db_value(row, 0, PARTNER_ID);
	out->org_name = db_value(row, 0, ORG_NAME);
	out->currency = db_value(row, 0, CURRENCY);
	out->time_zone = db_value(row, 0, TIME_ZONE);
	out->locale = db_value(row, 0, LOCALE);
	out->week_start = db_value(row, 0, WEEK_START);
	if (!preset_parse(db_value(row, 0, PRESET), &out->preset))
		return problem_log(&req->problem, ERR_INTERNAL, "role with an unknown preset");
	return caller_set_access(
		out, req->arena, db_value(row, 0, ACCESS), db_value(row, 0, FIELDS));
}

enum err caller_lookup_session(
	struct request *req, const struct token_claims *claims, struct caller *out)
{
	struct db_result row;
	enum err err = db_query(req->app->db, DB_FAST, req->arena, NULL,
		&SQL(SQL_CHECK, claims->session_id, claims->org_id, claims->user_id), &row, NULL);

	if (err)
		return err == ERR_DB_REFUSED ? ERR_INTERNAL : err;
	if (row.rows == 0)
		return ERR_BAD_TOKEN;
	*out = (struct caller){
		.user_id = claims->user_id,
		.org_id = claims->org_id,
		.session_id = claims->session_id,
	};
	return read_row(req, &row, out);
}
