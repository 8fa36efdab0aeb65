/* SPDX-License-Identifier: Apache-2.0 */
/* What a signed-in person does with sessions and the password: list, revoke, switch, change. */
#include "base/uuid.h"
#include "core/app.h"
#include "core/caller_cache.h"
#include "core/feature.h"
#include "core/form.h"
#include "core/password.h"
#include "core/sign_in.h"
#include "core/sign_in_schema.h"
#include "core/unit.h"

#define SQL_LIST                                                                                   \
	"select session_id, org_id, organization, address, user_agent, created_at, last_seen_at, " \
	"expires_at from auth_session_list($1) limit 200"

static void answer_count(struct request *req, struct str count)
{
	struct json json = response_json(req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_raw(&json, "sessionsRevoked", count);
	json_end(&json);
	json_end(&json);
}

/* --- sessions ----------------------------------------------------------------------------------- */

static void write_session(
	struct json *json, const struct db_result *rows, int row, struct str current)
{
	json_object(json);
	json_member_str(json, "id", db_value(rows, row, 0));
	json_key(json, STR("organization"));
	json_object(json);
	json_member_str(json, "id", db_value(rows, row, 1));
	json_member_str(json, "name", db_value(rows, row, 2));
	json_end(json);
	json_member_str(json, "address", db_value(rows, row, 3));
	json_member_str(json, "userAgent", db_value(rows, row, 4));
	json_member_moment(json, "createdAt", db_value(rows, row, 5));
	json_member_moment(json, "lastSeenAt", db_value(rows, row, 6));
	json_member_moment(json, "expiresAt", db_value(rows, row, 7));
	json_member_bool(json, "current", str_eq(db_value(rows, row, 0), current));
	json_end(json);
}

static enum err handle_list(struct request *req)
{
	struct db_result rows;
	struct json json;
	enum err err = unit_query(
		req, DB_FAST, user_resource(), &SQL(SQL_LIST, req->caller->user_id), &rows);

	if (err)
		return err;
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_array(&json);
	for (int i = 0; i < rows.rows; i++)
		write_session(&json, &rows, i, req->caller->session_id);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

static enum err handle_revoke(struct request *req)
{
	struct str session_id = req->params[0];
	struct db_result row;
	enum err err;

	if (!uuid_is_valid(session_id))
		return ERR_NOT_FOUND;
	err = unit_query(req, DB_WRITE, user_resource(),
		&SQL("select auth_session_revoke($1, $2)", req->caller->user_id, session_id), &row);
	if (err)
		return err;
	if (!str_is(db_value(&row, 0, 0), "t"))
		return ERR_NOT_FOUND;
	caller_cache_forget_session(req->app, session_id);
	response_empty(req, 204);
	return ERR_OK;
}

static enum err handle_logout_all(struct request *req)
{
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, user_resource(),
		&SQL("select auth_session_revoke_all($1, null)", req->caller->user_id), &row);

	if (err)
		return err;
	caller_cache_forget_user(req->app, req->caller->user_id);
	sign_in_clear_cookies(req);
	answer_count(req, db_value(&row, 0, 0));
	return ERR_OK;
}

/* --- switch ------------------------------------------------------------------------------------- */

/* clang-format off */
static const struct form switch_form = {
	.fields = (const struct form_field[]){
		{{.name = "organizationId", .kind = FIELD_UUID, .flags = FIELD_REQUIRED}, false},
		{{0}, false},
	},
};
/* clang-format on */

/* The session moves: access tokens of the organisation it leaves are worth nothing from here on. */
static enum err handle_switch(struct request *req)
{
	const struct caller *caller = req->caller;
	struct str org_id;
	struct db_result row;
	enum err err = form_read(req, &switch_form, &org_id);

	if (!err)
		err = unit_query(req, DB_WRITE, user_resource(),
			&SQL("select auth_switch($1, $2, $3)", caller->session_id, caller->user_id,
				org_id),
			&row);
	if (err)
		return err;
	if (!str_is(db_value(&row, 0, 0), "t"))
		return problem_set(
			&req->problem, ERR_NOT_FOUND, "You are not a member of this organisation.");
	caller_cache_forget_session(req->app, caller->session_id);
	return sign_in_answer(req, caller->user_id, org_id, caller->session_id, STR_NONE, 200);
}

/* --- password ----------------------------------------------------------------------------------- */

enum { CURRENT_PASSWORD, NEW_PASSWORD, CHANGE__COUNT };

/* clang-format off */
static const struct form change_form = {
	.fields = (const struct form_field[]){
		[CURRENT_PASSWORD] = {{.name = "currentPassword", .kind = FIELD_TEXT,
				       .flags = FIELD_REQUIRED, .max_len = 1000},
				      true},
		[NEW_PASSWORD] = {{.name = "newPassword", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
				   .min_len = PASSWORD_MIN, .max_len = PASSWORD_MAX},
				  true},
		[CHANGE__COUNT] = {{0}, false},
	},
};
/* clang-format on */

/* Whoever holds a stolen session may not guess the password either: the attempts count. */
static enum err check_current(struct request *req, struct str password)
{
	struct str key = sign_in_attempt_key(req, "password", req->caller->user_id);
	struct db_result row;
	bool match = false;
	enum err err = sign_in_count(req, key);

	if (!err)
		err = unit_query(req, DB_FAST, user_resource(),
			&SQL("select auth_password($1)", req->caller->user_id), &row);
	if (!err)
		err = password_verify(&req->problem, password, db_value(&row, 0, 0), &match);
	if (err)
		return err;
	if (!match) {
		problem_add(&req->problem, STR("currentPassword"), "INCORRECT",
			"Is not your password.");
		return ERR_INVALID;
	}
	return unit_query(
		req, DB_WRITE, user_resource(), &SQL("select auth_attempt_clear($1)", key), &row);
}

static enum err handle_change_password(struct request *req)
{
	struct str in[CHANGE__COUNT], hash;
	struct db_result row;
	enum err err = form_read(req, &change_form, in);

	if (!err)
		err = check_current(req, in[CURRENT_PASSWORD]);
	if (!err)
		err = password_hash(&req->problem, req->arena, in[NEW_PASSWORD], &hash);
	if (!err)
		err = unit_query(req, DB_WRITE, user_resource(),
			&SQL("select auth_change_password($1, $2, $3)", req->caller->user_id, hash,
				req->caller->session_id),
			&row);
	if (err)
		return err;
	caller_cache_forget_user(req->app, req->caller->user_id);
	answer_count(req, db_value(&row, 0, 0));
	return ERR_OK;
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define SCHEMA_COUNT                                                                               \
	"{\"type\":\"object\",\"required\":[\"sessionsRevoked\"],"                                  \
	"\"properties\":{\"sessionsRevoked\":{\"type\":\"integer\"}}}"

static const struct route_doc list_doc = {
	.summary = "Your sessions that are alive, the 200 seen last",
	.tag = "Identity",
	.response =
		"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"organization\","
		"\"createdAt\",\"lastSeenAt\",\"expiresAt\",\"current\"],\"properties\":{\"id\":" SCHEMA_ID ","
		"\"organization\":{\"type\":\"object\",\"required\":[\"id\",\"name\"],\"properties\":{"
		"\"id\":" SCHEMA_ID ",\"name\":" SCHEMA_TEXT "}},\"address\":" SCHEMA_TEXT_OR_NULL ","
		"\"userAgent\":" SCHEMA_TEXT_OR_NULL ",\"createdAt\":" SCHEMA_TIME ","
		"\"lastSeenAt\":" SCHEMA_TIME ",\"expiresAt\":" SCHEMA_TIME ","
		"\"current\":{\"type\":\"boolean\"}}}}",
	.status = 200,
};

static const struct route_doc revoke_doc = {
	.summary = "End one of your sessions",
	.tag = "Identity",
	.status = 204,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
};

static const struct route_doc logout_all_doc = {
	.summary = "End all your sessions, this one included",
	.tag = "Identity",
	.response = SCHEMA_COUNT,
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route_doc switch_doc = {
	.summary = "Work in another of your organisations",
	.tag = "Identity",
	.request = "{\"type\":\"object\",\"required\":[\"organizationId\"],"
		   "\"properties\":{\"organizationId\":" SCHEMA_ID "}}",
	.response = SCHEMA_SIGN_IN,
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_BODY | ROUTE_ERR_INVALID,
};

static const struct route_doc change_doc = {
	.summary = "Change your password and end your other sessions",
	.tag = "Identity",
	.request = "{\"type\":\"object\",\"required\":[\"currentPassword\",\"newPassword\"],\"properties\":{"
		   "\"currentPassword\":" SCHEMA_TEXT ","
		   "\"newPassword\":{\"type\":\"string\",\"minLength\":8,\"maxLength\":200}}}",
	.response = SCHEMA_COUNT,
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_BODY | ROUTE_ERR_INVALID,
};
/* clang-format on */

enum { BODY_MAX = 16 * 1024 };

#define SERVED(prefix, verb, path, handler, how, about)                                     \
	{                                                                                   \
		.method = (verb), .pattern = prefix path, .handle = (handler),              \
		.flags = ROUTE_NOT_IDEMPOTENT | (how), .body_max = BODY_MAX, .doc = (about) \
	}
#define ALIASED(verb, path, handler, about)                     \
	SERVED("/api/v1/auth/", verb, path, handler, 0, about), \
		SERVED("/api/auth/", verb, path, handler, ROUTE_UNDOCUMENTED, NULL)

static const struct route routes[] = {
	ALIASED(HTTP_GET, "sessions", handle_list, &list_doc),
	ALIASED(HTTP_DELETE, "sessions/{id}", handle_revoke, &revoke_doc),
	ALIASED(HTTP_POST, "logout-all", handle_logout_all, &logout_all_doc),
	ALIASED(HTTP_POST, "switch", handle_switch, &switch_doc),
	ALIASED(HTTP_POST, "change-password", handle_change_password, &change_doc),
	{0},
};

const struct feature feature_auth_session = {
	.name = "auth_session",
	.routes = routes,
};
