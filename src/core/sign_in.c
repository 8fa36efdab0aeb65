/* SPDX-License-Identifier: Apache-2.0 */
/* What every way of signing in shares. */
#include "core/sign_in.h"

#include "base/json_read.h"
#include "base/time.h"
#include "core/app.h"
#include "core/caller_cache.h"
#include "core/config.h"
#include "core/token.h"
#include "core/unit.h"

enum { AGENT_MAX = 500, ATTEMPTS_MAX = 5, ATTEMPTS_SECONDS = 15 * 60 };

#define SQL_COUNT "select allowed, retry_after from auth_attempt($1, $2, $3)"
#define SQL_OPEN "select session_id from auth_session_create($1, $2, null, $3, $4, $5, $6)"

const struct resource *user_resource(void)
{
	return resource_find(STR("user"));
}

struct str client_agent(const struct request *req)
{
	struct str agent = request_header(req, "User-Agent");

	agent.len = MIN(agent.len, (size_t)AGENT_MAX);
	agent.len = str_utf8_prefix(agent);
	return agent;
}

void json_member_moment(struct json *json, const char *key, struct str pg)
{
	char text[64];
	struct buf buf = {.ptr = text, .cap = sizeof(text), .max = sizeof(text)};

	json_key(json, str_of(key));
	if (pg.ptr)
		time_append_from_pg(&buf, pg);
	json_str(json, pg.ptr ? buf_str(&buf) : STR_NONE);
}

/* --- limiter ------------------------------------------------------------------------------------ */

struct str sign_in_attempt_key(struct request *req, const char *kind, struct str account)
{
	return arena_printf(
		req->arena, "%s|%.*s|%.*s", kind, STR_ARG(account), STR_ARG(req->remote_ip));
}

enum err sign_in_count(struct request *req, struct str attempt_key)
{
	struct db_result row;
	int64_t wait = 0;
	struct str max = arena_printf(req->arena, "%d", ATTEMPTS_MAX);
	struct str window = arena_printf(req->arena, "%d", ATTEMPTS_SECONDS);
	enum err err = unit_query(
		req, DB_WRITE, user_resource(), &SQL(SQL_COUNT, attempt_key, max, window), &row);

	if (err || str_is(db_value(&row, 0, 0), "t"))
		return err;
	req->problem.retry_after = str_to_int64(db_value(&row, 0, 1), &wait) && wait > 0 ? (int)wait
											 : 1;
	return problem_set(&req->problem, ERR_RATE_LIMITED, "Too many attempts. Try again later.");
}

/* --- cookies ------------------------------------------------------------------------------------ */

static void set_cookie(struct request *req, const char *name, struct str value, int64_t max_age)
{
	bool secure = req->secure ||
		str_starts_with(str_of(req->app->config->public_url), STR("https://"));

	response_cookie(req, &(struct cookie){name, value, "/", max_age, secure});
}

void sign_in_clear_cookies(struct request *req)
{
	set_cookie(req, "access_token", STR(""), 0);
	set_cookie(req, "refresh_token", STR(""), 0);
	set_cookie(req, "session_id", STR(""), 0);
}

/* --- answering ---------------------------------------------------------------------------------- */

enum err sign_in_organizations(
	struct request *req, struct str user_id, const struct json_value **out)
{
	struct db_result row;
	struct json_value *memberships = NULL;
	enum err err = unit_query(
		req, DB_FAST, user_resource(), &SQL("select auth_memberships($1)", user_id), &row);

	if (!err)
		err = json_read(req->arena, db_value(&row, 0, 0), &req->problem, &memberships);
	*out = memberships;
	return err;
}

static void write_user(struct json *json, const struct caller *caller)
{
	json_object(json);
	json_member_str(json, "id", caller->user_id);
	json_member_str(json, "email", caller->email);
	json_member_str(json, "firstName", caller->first_name);
	json_member_str(json, "lastName", caller->last_name);
	json_member_str(json, "role", caller->role);
	json_member_str(json, "teamId", caller->team_id);
	json_member_str(json, "partnerId", caller->partner_id);
	json_end(json);
}

static void write_membership(struct json *json, const struct json_value *membership)
{
	json_object(json);
	json_member_str(json, "id", json_get_str(membership, "orgId"));
	json_member_str(json, "name", json_get_str(membership, "organization"));
	json_member_str(json, "role", json_get_str(membership, "role"));
	json_member_str(json, "roleName", json_get_str(membership, "roleName"));
	json_end(json);
}

void sign_in_write_who(
	struct json *json, const struct caller *caller, const struct json_value *memberships)
{
	json_key(json, STR("user"));
	write_user(json, caller);
	json_key(json, STR("organization"));
	caller_write_organization(json, caller);
	json_key(json, STR("organizations"));
	json_array(json);
	for (const struct json_value *m = memberships ? memberships->first : NULL; m; m = m->next)
		write_membership(json, m);
	json_end(json);
}

static void write_answer(struct request *req, const struct caller *caller,
	const struct json_value *memberships, struct str access, struct str refresh, int status)
{
	struct json json = response_json(req, status);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	sign_in_write_who(&json, caller, memberships);
	json_member_str(&json, "accessToken", access);
	if (refresh.ptr)
		json_member_str(&json, "refreshToken", refresh);
	json_member_cstr(&json, "tokenType", "Bearer");
	json_member_int(&json, "expiresIn", TOKEN_ACCESS_SECONDS);
	json_end(&json);
	json_end(&json);
	/* Tokens beside text that others chose: compression would tell them apart by length. */
	req->no_compression = true;
	response_header(req, "Cache-Control", STR("no-store"));
}

enum err sign_in_answer(struct request *req, struct str user_id, struct str org_id,
	struct str session_id, struct str refresh_token, int status)
{
	struct token_claims claims = {
		.user_id = user_id, .org_id = org_id, .session_id = session_id};
	const struct caller *caller;
	const struct json_value *memberships;
	struct str access;
	enum err err = caller_cache_get(req->app->callers, req, &claims, &caller);

	if (!err)
		err = sign_in_organizations(req, user_id, &memberships);
	if (err)
		return err;
	claims.email = caller->email;
	claims.role = caller->role;
	access = token_sign(req->app->keys, req->arena, &claims);
	set_cookie(req, "access_token", access, TOKEN_ACCESS_SECONDS);
	if (refresh_token.ptr) {
		set_cookie(req, "refresh_token", refresh_token, TOKEN_REFRESH_SECONDS);
		set_cookie(req, "session_id", session_id, TOKEN_REFRESH_SECONDS);
	}
	write_answer(req, caller, memberships, access, refresh_token, status);
	return ERR_OK;
}

/* The session and the end of the limiter's count are one transaction. */
enum err sign_in_open(struct request *req, struct str user_id, struct str org_id,
	struct str attempt_key, int status)
{
	struct str token = token_opaque(req->arena);
	struct str hash = token_hash(req->app->keys, req->arena, token);
	struct str ttl = arena_printf(req->arena, "%d", TOKEN_REFRESH_SECONDS);
	struct db_stmt stmts[] = {
		SQL(SQL_OPEN, user_id, org_id, hash, ttl, req->remote_ip, client_agent(req)),
		SQL("select auth_attempt_clear($1)", attempt_key),
	};
	struct db_result results[ARRAY_LEN(stmts)];
	enum err err = unit_run(
		req, DB_WRITE, user_resource(), stmts, attempt_key.ptr ? 2 : 1, results);

	return err
		? err
		: sign_in_answer(req, user_id, org_id, db_value(&results[0], 0, 0), token, status);
}
