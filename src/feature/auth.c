/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signing in and out: register, login, refresh, logout, me; the start of a loop's identity.
 *
 * The routes are served under /api/v1/auth, and under /api/auth and /auth as the founding documents
 * write them. Whether an account exists shows neither in the answer nor in its time.
 */
#include "base/log.h"
#include "core/app.h"
#include "core/caller_cache.h"
#include "core/config.h"
#include "core/feature.h"
#include "core/form.h"
#include "core/origin.h"
#include "core/password.h"
#include "core/rate_limit.h"
#include "core/sign_in.h"
#include "core/sign_in_schema.h"
#include "core/token.h"
#include "core/unit.h"

#define SQL_REGISTER                   \
	"select user_id, org_id from " \
	"auth_register(null, null, $1, $2, $3, $4, $5, $6, null, null)"
#define SQL_FIND "select user_id, password_hash, memberships from auth_find_login($1)"
#define SQL_ROTATE \
	"select outcome, session_id, user_id, org_id from auth_refresh_rotate($1, $2, $3, $4, $5)"

/* --- register ----------------------------------------------------------------------------------- */

enum { REG_EMAIL, REG_PASSWORD, REG_FIRST, REG_LAST, REG_ORGANIZATION, REG_TIME_ZONE, REG__COUNT };

/* clang-format off */
static const struct form register_form = {
	.fields = (const struct form_field[]){
		[REG_EMAIL] = {{.name = "email", .kind = FIELD_EMAIL, .flags = FIELD_REQUIRED}, false},
		[REG_PASSWORD] = {{.name = "password", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
				   .min_len = PASSWORD_MIN, .max_len = PASSWORD_MAX},
				  true},
		[REG_FIRST] = {{.name = "firstName", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
				.max_len = 100},
			       false},
		[REG_LAST] = {{.name = "lastName", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
			       .max_len = 100},
			      false},
		[REG_ORGANIZATION] = {{.name = "organization", .kind = FIELD_TEXT,
				       .flags = FIELD_REQUIRED, .max_len = 200},
				      false},
		[REG_TIME_ZONE] = {{.name = "timeZone", .kind = FIELD_TIME_ZONE}, false},
		[REG__COUNT] = {{0}, false},
	},
};
/* clang-format on */

static enum err handle_register(struct request *req)
{
	struct str in[REG__COUNT], hash;
	struct db_result row;
	enum err err = form_read(req, &register_form, in);

	if (!err)
		err = password_hash(&req->problem, req->arena, in[REG_PASSWORD], &hash);
	if (!err)
		err = unit_query(req, DB_WRITE, user_resource(),
			&SQL(SQL_REGISTER, in[REG_EMAIL], hash, in[REG_FIRST], in[REG_LAST],
				in[REG_ORGANIZATION], in[REG_TIME_ZONE]),
			&row);
	if (err)
		return err;
	return sign_in_open(req, db_value(&row, 0, 0), db_value(&row, 0, 1), STR_NONE, 201);
}

/* --- login -------------------------------------------------------------------------------------- */

enum { LOGIN_EMAIL, LOGIN_PASSWORD, LOGIN__COUNT };

/* clang-format off */
static const struct form login_form = {
	.fields = (const struct form_field[]){
		[LOGIN_EMAIL] = {{.name = "email", .kind = FIELD_EMAIL, .flags = FIELD_REQUIRED}, false},
		/* Its length is no business of ours here: a wrong one is a wrong password. */
		[LOGIN_PASSWORD] = {{.name = "password", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
				     .max_len = 1000},
				    true},
		[LOGIN__COUNT] = {{0}, false},
	},
};
/* clang-format on */

/* The account of that e-mail with that password; its first membership is the one used last. */
static enum err find_account(
	struct request *req, const struct str *in, struct str *user_id_out, struct str *org_id_out)
{
	struct db_result row;
	struct json_value *memberships;
	bool match = false;
	enum err err = unit_query(
		req, DB_FAST, user_resource(), &SQL(SQL_FIND, in[LOGIN_EMAIL]), &row);

	if (!err)
		err = password_verify(&req->problem, in[LOGIN_PASSWORD],
			row.rows ? db_value(&row, 0, 1) : STR_NONE, &match);
	if (err)
		return err;
	if (!match)
		return ERR_BAD_LOGIN;
	*user_id_out = db_value(&row, 0, 0);
	err = json_read(req->arena, db_value(&row, 0, 2), &req->problem, &memberships);
	*org_id_out = err ? STR_NONE : json_get_str(memberships->first, "orgId");
	return err;
}

static enum err handle_login(struct request *req)
{
	struct str in[LOGIN__COUNT], user_id, org_id, key;
	enum err err = form_read(req, &login_form, in);

	if (err)
		return err;
	key = sign_in_attempt_key(req, "login", in[LOGIN_EMAIL]);
	err = sign_in_count(req, key);
	if (!err)
		err = find_account(req, in, &user_id, &org_id);
	if (err)
		return err;
	if (!org_id.ptr)
		return problem_set(&req->problem, ERR_FORBIDDEN,
			"Your account is not active in any organisation.");
	return sign_in_open(req, user_id, org_id, key, 200);
}

/* --- refresh ------------------------------------------------------------------------------------ */

/* clang-format off */
static const struct form refresh_form = {
	.fields = (const struct form_field[]){
		{{.name = "refreshToken", .kind = FIELD_TEXT, .max_len = 200}, true},
		{{0}, false},
	},
	.may_be_empty = true,
};
/* clang-format on */

/* From the body, else the cookie, which must come from one of our pages. STR_NONE when there is none. */
static enum err read_refresh_token(struct request *req, struct str *out)
{
	enum err err = form_read(req, &refresh_form, out);

	if (err || out->ptr)
		return err;
	*out = request_cookie(req, "refresh_token");
	if (out->len == 0)
		*out = STR_NONE;
	return out->ptr ? origin_check(req) : ERR_OK;
}

static enum err rotate(struct request *req, struct str old, struct str new, struct db_result *row)
{
	struct token_keys *keys = req->app->keys;
	struct str ttl = arena_printf(req->arena, "%d", TOKEN_REFRESH_SECONDS);

	return unit_query(req, DB_WRITE, user_resource(),
		&SQL(SQL_ROTATE, token_hash(keys, req->arena, old),
			token_hash(keys, req->arena, new), ttl, req->remote_ip, client_agent(req)),
		row);
}

static enum err refuse_refresh(struct request *req, const struct db_result *row)
{
	struct str session_id = db_value(row, 0, 1);

	if (session_id.ptr) {
		log_warn("a refresh token was used twice; its session is revoked",
			LOG_STR("session", session_id), LOG_STR("address", req->remote_ip));
		caller_cache_forget_session(req->app, session_id);
	}
	sign_in_clear_cookies(req);
	return ERR_BAD_TOKEN;
}

static enum err handle_refresh(struct request *req)
{
	struct str old, new = token_opaque(req->arena), outcome;
	struct db_result row;
	enum err err = read_refresh_token(req, &old);

	if (err)
		return err;
	if (!old.ptr)
		return ERR_UNAUTHORIZED;
	err = rotate(req, old, new, &row);
	if (err)
		return err;
	outcome = db_value(&row, 0, 0);
	if (!str_is(outcome, "ok") && !str_is(outcome, "grace"))
		return refuse_refresh(req, &row);
	return sign_in_answer(req, db_value(&row, 0, 2), db_value(&row, 0, 3), db_value(&row, 0, 1),
		str_is(outcome, "ok") ? new : STR_NONE, 200);
}

/* --- logout ------------------------------------------------------------------------------------- */

static enum err revoke_session(struct request *req, struct str user_id, struct str session_id)
{
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, user_resource(),
		&SQL("select auth_session_revoke($1, $2)", user_id, session_id), &row);

	if (!err)
		caller_cache_forget_session(req->app, session_id);
	return err;
}

/* Whose access token has run out signs out by the refresh token: exchanging it names its session. */
static enum err revoke_by_refresh_token(struct request *req)
{
	struct str old;
	struct db_result row;
	enum err err = read_refresh_token(req, &old);

	if (err || !old.ptr)
		return err;
	err = rotate(req, old, token_opaque(req->arena), &row);
	if (err || db_is_null(&row, 0, 1))
		return err;
	return revoke_session(req, db_value(&row, 0, 2), db_value(&row, 0, 1));
}

static enum err handle_logout(struct request *req)
{
	enum err err = req->caller
		? revoke_session(req, req->caller->user_id, req->caller->session_id)
		: revoke_by_refresh_token(req);

	if (err)
		return err;
	sign_in_clear_cookies(req);
	response_empty(req, 204);
	return ERR_OK;
}

/* --- me ----------------------------------------------------------------------------------------- */

static enum err handle_me(struct request *req)
{
	const struct json_value *memberships;
	struct json json;
	enum err err = sign_in_organizations(req, req->caller->user_id, &memberships);

	if (err)
		return err;
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	sign_in_write_who(&json, req->caller, memberships);
	json_member_str(&json, "sessionId", req->caller->session_id);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

/* --- the feature -------------------------------------------------------------------------------- */

static void start(struct app *app)
{
	const struct config *config = app->config;

	app->keys = token_keys_new(str_of(config->jwt_secret), str_of(config->jwt_refresh_secret));
	app->callers = caller_cache_new(caller_lookup_session, CALLER_CACHE_MAX);
	app->limits = rate_limit_new(config->rate_limit);
}

static void stop(struct app *app)
{
	caller_cache_free(app->callers);
	token_keys_free(app->keys);
	rate_limit_free(app->limits);
	app->callers = NULL;
	app->keys = NULL;
	app->limits = NULL;
}

/* clang-format off */
#define EMAIL_AND_PASSWORD                                                                         \
	"\"email\":{\"type\":\"string\",\"format\":\"email\",\"maxLength\":254},\"password\":{"     \
	"\"type\":\"string\",\"minLength\":"

static const struct route_doc register_doc = {
	.summary = "Make an account with a new organisation and sign in",
	.tag = "Identity",
	.request = "{\"type\":\"object\",\"required\":[\"email\",\"password\",\"firstName\",\"lastName\","
		   "\"organization\"],\"properties\":{" EMAIL_AND_PASSWORD
		   "8,\"maxLength\":200},\"firstName\":{\"type\":\"string\",\"maxLength\":100},"
		   "\"lastName\":{\"type\":\"string\",\"maxLength\":100},"
		   "\"organization\":{\"type\":\"string\",\"maxLength\":200},"
		   "\"timeZone\":{\"type\":\"string\",\"description\":\"IANA name; UTC when absent\"}}}",
	.response = SCHEMA_SIGN_IN,
	.status = 201,
	.errors = ROUTE_ERR_CONFLICT | ROUTE_ERR_BODY | ROUTE_ERR_INVALID,
};

static const struct route_doc login_doc = {
	.summary = "Sign in with e-mail and password",
	.tag = "Identity",
	.request = "{\"type\":\"object\",\"required\":[\"email\",\"password\"],"
		   "\"properties\":{" EMAIL_AND_PASSWORD "1}}}",
	.response = SCHEMA_SIGN_IN,
	.status = 200,
	.errors = ROUTE_ERR_UNAUTHORIZED | ROUTE_ERR_FORBIDDEN | ROUTE_ERR_BODY | ROUTE_ERR_INVALID,
};

#define REFRESH_REQUEST                                                                            \
	"{\"type\":\"object\",\"properties\":{\"refreshToken\":{\"type\":\"string\","               \
	"\"description\":\"The cookie refresh_token when absent\"}}}"

static const struct route_doc refresh_doc = {
	.summary = "Exchange a refresh token for new tokens",
	.tag = "Identity",
	.request = REFRESH_REQUEST,
	.response = SCHEMA_SIGN_IN,
	.status = 200,
	.errors = ROUTE_ERR_UNAUTHORIZED | ROUTE_ERR_FORBIDDEN | ROUTE_ERR_BODY | ROUTE_ERR_INVALID,
};

static const struct route_doc logout_doc = {
	.summary = "End this session",
	.tag = "Identity",
	.request = REFRESH_REQUEST,
	.status = 204,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_BODY | ROUTE_ERR_INVALID,
};

static const struct route_doc me_doc = {
	.summary = "Who is signed in, where, and in which organisations",
	.tag = "Identity",
	.response = "{\"type\":\"object\",\"required\":[\"user\",\"organization\",\"organizations\"],"
		    "\"properties\":{\"user\":" SCHEMA_USER ",\"organization\":" SCHEMA_ORGANIZATION ","
		    "\"organizations\":" SCHEMA_ORGANIZATIONS ",\"sessionId\":" SCHEMA_ID "}}",
	.status = 200,
};
/* clang-format on */

enum {
	OPEN = ROUTE_PUBLIC | ROUTE_NOT_IDEMPOTENT,
	LENIENT = OPEN | ROUTE_NO_AUTH_FAILURE,
	BODY_MAX = 16 * 1024,
};

#define SERVED(prefix, verb, path, handler, how, about)                                        \
	{                                                                                      \
		.method = (verb), .pattern = prefix path, .handle = (handler), .flags = (how), \
		.body_max = BODY_MAX, .doc = (about)                                           \
	}
#define ALIASED(verb, path, handler, how, about)                                             \
	SERVED("/api/v1/auth/", verb, path, handler, how, about),                            \
		SERVED("/api/auth/", verb, path, handler, (how) | ROUTE_UNDOCUMENTED, NULL), \
		SERVED("/auth/", verb, path, handler, (how) | ROUTE_UNDOCUMENTED, NULL)

static const struct route routes[] = {
	ALIASED(HTTP_POST, "register", handle_register, OPEN, &register_doc),
	ALIASED(HTTP_POST, "login", handle_login, OPEN, &login_doc),
	ALIASED(HTTP_POST, "refresh", handle_refresh, OPEN, &refresh_doc),
	ALIASED(HTTP_POST, "logout", handle_logout, LENIENT, &logout_doc),
	ALIASED(HTTP_GET, "me", handle_me, 0, &me_doc),
	{0},
};

const struct feature feature_auth = {
	.name = "auth",
	.routes = routes,
	.start = start,
	.stop = stop,
};
