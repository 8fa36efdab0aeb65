/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invitations: an administrator names an e-mail and a role and gets a link, once; who follows it joins
 * with a new password, or with the one they have.
 *
 * Whoever may create people may invite; the letter of `memberships` says whom (a: anybody, p: people of
 * the own partner). Only the token's HMAC is stored, which is also why Idempotency-Key is not honoured:
 * it would store the answer.
 */
#include "base/uuid.h"
#include "core/app.h"
#include "core/config.h"
#include "core/feature.h"
#include "core/form.h"
#include "core/news.h"
#include "core/password.h"
#include "core/records.h"
#include "core/sign_in.h"
#include "core/sign_in_schema.h"
#include "core/token.h"
#include "core/unit.h"

#define SQL_INVITE "select id, expires_at from auth_invite($1, $2, $3, $4, $5, $6, $7, $8)"
#define SQL_LIST                                                                               \
	"select id, email, role, team_id, partner_id, first_name, last_name, expires_at, "     \
	"created_at, created_by from invitations where accepted_at is null and revoked_at is " \
	"null "                                                                                \
	"order by created_at desc, id desc limit 200"
#define SQL_ACCEPT "select user_id, org_id from auth_invitation_accept($1, null, $2, $3, $4)"

static enum err may_invite(const struct request *req)
{
	return caller_scope(req->caller, user_resource(), VERB_CREATE) == SCOPE_NONE ? ERR_FORBIDDEN
										     : ERR_OK;
}

/* --- invite ------------------------------------------------------------------------------------- */

/* A sub-account says the first four: of its partner tells the address, and a partner has no teams. */
enum {
	INV_EMAIL,
	INV_ROLE,
	INV_FIRST,
	INV_LAST,
	INV_OF_PARTNER,
	INV_TEAM = INV_OF_PARTNER,
	INV_PARTNER,
	INV__COUNT
};

/* clang-format off */
static const struct form invite_form = {
	.fields = (const struct form_field[]){
		[INV_EMAIL] = {{.name = "email", .kind = FIELD_EMAIL, .flags = FIELD_REQUIRED}, false},
		[INV_ROLE] = {{.name = "role", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max_len = 50},
			      false},
		[INV_FIRST] = {{.name = "firstName", .kind = FIELD_TEXT, .max_len = 100}, false},
		[INV_LAST] = {{.name = "lastName", .kind = FIELD_TEXT, .max_len = 100}, false},
		[INV_TEAM] = {{.name = "teamId", .kind = FIELD_UUID}, false},
		[INV_PARTNER] = {{.name = "partnerId", .kind = FIELD_UUID}, false},
		[INV__COUNT] = {{0}, false},
	},
};

static const struct form sub_account_form = {
	.fields = (const struct form_field[]){
		[INV_EMAIL] = {{.name = "email", .kind = FIELD_EMAIL, .flags = FIELD_REQUIRED}, false},
		[INV_ROLE] = {{.name = "role", .kind = FIELD_TEXT, .max_len = 50}, false},
		[INV_FIRST] = {{.name = "firstName", .kind = FIELD_TEXT, .max_len = 100}, false},
		[INV_LAST] = {{.name = "lastName", .kind = FIELD_TEXT, .max_len = 100}, false},
		[INV_OF_PARTNER] = {{0}, false},
	},
};
/* clang-format on */

/* After '#', so that neither a server's log nor a Referer keeps the token. */
static struct str link_of(struct request *req, struct str token)
{
	struct str base = str_of(req->app->config->public_url);

	if (!base.ptr)
		base = arena_printf(req->arena, "%s://%.*s", req->secure ? "https" : "http",
			STR_ARG(req->host));
	return arena_printf(
		req->arena, "%.*s/accept-invitation#token=%.*s", STR_ARG(base), STR_ARG(token));
}

static void write_invited(struct json *json, const struct str *in, const struct db_result *row)
{
	json_member_str(json, "id", db_value(row, 0, 0));
	json_member_str(json, "email", in[INV_EMAIL]);
	json_member_str(json, "role", in[INV_ROLE]);
	json_member_str(json, "teamId", in[INV_TEAM]);
	json_member_str(json, "partnerId", in[INV_PARTNER]);
	json_member_str(json, "firstName", in[INV_FIRST].ptr ? in[INV_FIRST] : STR(""));
	json_member_str(json, "lastName", in[INV_LAST].ptr ? in[INV_LAST] : STR(""));
	json_member_moment(json, "expiresAt", db_value(row, 0, 1));
}

static enum err invite(struct request *req, const struct str *in)
{
	struct str token = token_opaque(req->arena);
	struct db_result row;
	struct json json;
	enum err err = unit_query(req, DB_WRITE, user_resource(),
		&SQL(SQL_INVITE, in[INV_EMAIL], in[INV_ROLE], in[INV_TEAM], in[INV_PARTNER],
			in[INV_FIRST], in[INV_LAST], token_hash(req->app->keys, req->arena, token),
			arena_printf(req->arena, "%d", TOKEN_INVITATION_SECONDS)),
		&row);

	if (err)
		return err;
	json = response_json(req, 201);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	write_invited(&json, in, &row);
	json_member_str(&json, "token", token);
	json_member_str(&json, "url", link_of(req, token));
	json_end(&json);
	json_end(&json);
	req->no_compression = true;
	response_header(req, "Cache-Control", STR("no-store"));
	response_header(req, "Location",
		arena_printf(
			req->arena, "/api/v1/invitations/%.*s", STR_ARG(db_value(&row, 0, 0))));
	return ERR_OK;
}

static enum err handle_invite(struct request *req)
{
	struct str in[INV__COUNT];
	enum err err = may_invite(req);

	if (!err)
		err = form_read(req, &invite_form, in);
	if (err)
		return err;
	if (!in[INV_PARTNER].ptr)
		in[INV_PARTNER] = req->caller->partner_id;
	return invite(req, in);
}

/* A sub-account: the address says the partner. */
static enum err handle_invite_to_partner(struct request *req)
{
	struct str in[INV__COUNT], partner;
	enum err err = may_invite(req);

	if (!err)
		err = record_enter_parent(req, resource_find(STR("partner")), &partner);
	if (!err)
		err = form_read(req, &sub_account_form, in);
	if (err)
		return err;
	if (!in[INV_ROLE].ptr)
		in[INV_ROLE] = STR("partner_user");
	in[INV_TEAM] = STR_NONE;
	in[INV_PARTNER] = partner;
	return invite(req, in);
}

/* --- list and withdraw -------------------------------------------------------------------------- */

static void write_invitation(struct json *json, const struct db_result *rows, int row)
{
	json_object(json);
	json_member_str(json, "id", db_value(rows, row, 0));
	json_member_str(json, "email", db_value(rows, row, 1));
	json_member_str(json, "role", db_value(rows, row, 2));
	json_member_str(json, "teamId", db_value(rows, row, 3));
	json_member_str(json, "partnerId", db_value(rows, row, 4));
	json_member_str(json, "firstName", db_value(rows, row, 5));
	json_member_str(json, "lastName", db_value(rows, row, 6));
	json_member_moment(json, "expiresAt", db_value(rows, row, 7));
	json_member_moment(json, "createdAt", db_value(rows, row, 8));
	json_member_str(json, "createdBy", db_value(rows, row, 9));
	json_end(json);
}

static enum err handle_list(struct request *req)
{
	struct db_result rows;
	struct json json;
	enum err err = may_invite(req);

	if (!err)
		err = unit_query(req, DB_FAST, user_resource(), &SQL(SQL_LIST), &rows);
	if (err)
		return err;
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_array(&json);
	for (int i = 0; i < rows.rows; i++)
		write_invitation(&json, &rows, i);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

static enum err handle_withdraw(struct request *req)
{
	struct db_result row;
	enum err err = may_invite(req);

	if (err)
		return err;
	if (!uuid_is_valid(req->params[0]))
		return ERR_NOT_FOUND;
	err = unit_query(req, DB_WRITE, user_resource(),
		&SQL("select auth_invitation_revoke($1)", req->params[0]), &row);
	if (err)
		return err;
	if (!str_is(db_value(&row, 0, 0), "t"))
		return ERR_NOT_FOUND;
	response_empty(req, 204);
	return ERR_OK;
}

/* --- accept ------------------------------------------------------------------------------------- */

enum { ACC_TOKEN, ACC_PASSWORD, ACC_FIRST, ACC_LAST, ACC__COUNT };

/* clang-format off */
static const struct form accept_form = {
	.fields = (const struct form_field[]){
		[ACC_TOKEN] = {{.name = "token", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .max_len = 200},
			       true},
		[ACC_PASSWORD] = {{.name = "password", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED,
				   .min_len = PASSWORD_MIN, .max_len = PASSWORD_MAX},
				  true},
		[ACC_FIRST] = {{.name = "firstName", .kind = FIELD_TEXT, .max_len = 100}, false},
		[ACC_LAST] = {{.name = "lastName", .kind = FIELD_TEXT, .max_len = 100}, false},
		[ACC__COUNT] = {{0}, false},
	},
};
/* clang-format on */

/* Who has an account joins with its password; guessing counts like signing in. */
static enum err check_account(struct request *req, struct str email, struct str password)
{
	struct db_result row;
	bool match = false;
	enum err err = sign_in_count(req, sign_in_attempt_key(req, "login", email));

	if (!err)
		err = unit_query(req, DB_FAST, user_resource(),
			&SQL("select password_hash from auth_find_login($1)", email), &row);
	if (!err)
		err = password_verify(&req->problem, password,
			row.rows ? db_value(&row, 0, 0) : STR_NONE, &match);
	return err ? err : match ? ERR_OK : ERR_BAD_LOGIN;
}

static enum err find_invitation(
	struct request *req, struct str token_hash, struct str *email_out, bool *has_login_out)
{
	struct db_result row;
	enum err err = unit_query(req, DB_FAST, user_resource(),
		&SQL("select email, has_login from auth_invitation_find($1)", token_hash), &row);

	if (err)
		return err;
	if (row.rows == 0)
		return problem_set(
			&req->problem, ERR_NOT_FOUND, "This invitation is not valid any more.");
	*email_out = db_value(&row, 0, 0);
	*has_login_out = str_is(db_value(&row, 0, 1), "t");
	return ERR_OK;
}

static enum err handle_accept(struct request *req)
{
	struct str in[ACC__COUNT], hash = STR_NONE, email, token;
	bool has_login = false;
	struct db_result row;
	enum err err = form_read(req, &accept_form, in);

	if (err)
		return err;
	token = token_hash(req->app->keys, req->arena, in[ACC_TOKEN]);
	err = find_invitation(req, token, &email, &has_login);
	if (!err)
		err = has_login ? check_account(req, email, in[ACC_PASSWORD])
				: password_hash(&req->problem, req->arena, in[ACC_PASSWORD], &hash);
	if (!err)
		err = unit_query(req, DB_WRITE, user_resource(),
			&SQL(SQL_ACCEPT, token, hash, in[ACC_FIRST], in[ACC_LAST]), &row);
	if (err)
		return err;
	news_written();
	return sign_in_open(req, db_value(&row, 0, 0), db_value(&row, 0, 1),
		has_login ? sign_in_attempt_key(req, "login", email) : STR_NONE, 200);
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define INVITATION_PROPERTIES                                                                      \
	"\"id\":" SCHEMA_ID ",\"email\":{\"type\":\"string\",\"format\":\"email\"},"                \
	"\"role\":" SCHEMA_TEXT ",\"teamId\":" SCHEMA_ID_OR_NULL ",\"partnerId\":" SCHEMA_ID_OR_NULL "," \
	"\"firstName\":" SCHEMA_TEXT ",\"lastName\":" SCHEMA_TEXT ",\"expiresAt\":" SCHEMA_TIME

#define INVITED                                                                                    \
	"{\"type\":\"object\",\"required\":[\"id\",\"email\",\"role\",\"expiresAt\",\"token\","        \
	"\"url\"],\"properties\":{" INVITATION_PROPERTIES ",\"token\":" SCHEMA_TEXT ","             \
	"\"url\":{\"type\":\"string\",\"format\":\"uri\"}}}"

static const struct route_doc invite_doc = {
	.summary = "Invite somebody; the token and its link are answered this once",
	.tag = "Identity",
	.request = "{\"type\":\"object\",\"required\":[\"email\",\"role\"],\"properties\":{"
		   "\"email\":{\"type\":\"string\",\"format\":\"email\",\"maxLength\":254},"
		   "\"role\":{\"type\":\"string\",\"description\":\"Key of a role\"},"
		   "\"teamId\":" SCHEMA_ID_OR_NULL ",\"partnerId\":" SCHEMA_ID_OR_NULL ","
		   "\"firstName\":{\"type\":\"string\",\"maxLength\":100},"
		   "\"lastName\":{\"type\":\"string\",\"maxLength\":100}}}",
	.response = INVITED,
	.status = 201,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_CONFLICT | ROUTE_ERR_BODY | ROUTE_ERR_INVALID,
};

static const struct route_doc sub_account_doc = {
	.summary = "Invite somebody to a partner; the token and its link are answered this once",
	.tag = "Users",
	.request = "{\"type\":\"object\",\"required\":[\"email\"],\"properties\":{"
		   "\"email\":{\"type\":\"string\",\"format\":\"email\",\"maxLength\":254},"
		   "\"role\":{\"type\":\"string\",\"description\":\"Key of a partner role\","
		   "\"default\":\"partner_user\"},"
		   "\"firstName\":{\"type\":\"string\",\"maxLength\":100},"
		   "\"lastName\":{\"type\":\"string\",\"maxLength\":100}}}",
	.response = INVITED,
	.status = 201,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_BODY |
		ROUTE_ERR_INVALID,
};

static const struct route_doc list_doc = {
	.summary = "Invitations that nobody has accepted yet, the latest 200",
	.tag = "Identity",
	.response = "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"email\","
		    "\"role\",\"expiresAt\",\"createdAt\"],\"properties\":{" INVITATION_PROPERTIES ","
		    "\"createdAt\":" SCHEMA_TIME ",\"createdBy\":" SCHEMA_ID_OR_NULL "}}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};

static const struct route_doc withdraw_doc = {
	.summary = "Withdraw an invitation",
	.tag = "Identity",
	.status = 204,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
};

static const struct route_doc accept_doc = {
	.summary = "Join by an invitation: with a new password, or the one of the account that exists",
	.tag = "Identity",
	.request = "{\"type\":\"object\",\"required\":[\"token\",\"password\"],\"properties\":{"
		   "\"token\":" SCHEMA_TEXT ",\"password\":{\"type\":\"string\",\"minLength\":8,"
		   "\"maxLength\":200},\"firstName\":{\"type\":\"string\",\"maxLength\":100},"
		   "\"lastName\":{\"type\":\"string\",\"maxLength\":100}}}",
	.response = SCHEMA_SIGN_IN,
	.status = 200,
	.errors = ROUTE_ERR_UNAUTHORIZED | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_BODY | ROUTE_ERR_INVALID,
};
/* clang-format on */

enum { OPEN = ROUTE_PUBLIC | ROUTE_NOT_IDEMPOTENT, BODY_MAX = 16 * 1024 };

static const struct route routes[] = {
	{.method = HTTP_POST,
		.pattern = "/api/v1/invitations",
		.handle = handle_invite,
		.flags = ROUTE_NOT_IDEMPOTENT,
		.body_max = BODY_MAX,
		.doc = &invite_doc},
	{.method = HTTP_POST,
		.pattern = "/api/v1/partners/{partnerId}/users",
		.handle = handle_invite_to_partner,
		.flags = ROUTE_NOT_IDEMPOTENT,
		.body_max = BODY_MAX,
		.doc = &sub_account_doc},
	{.method = HTTP_POST,
		.pattern = "/api/partners/{partnerId}/users",
		.handle = handle_invite_to_partner,
		.flags = ROUTE_NOT_IDEMPOTENT | ROUTE_UNDOCUMENTED,
		.body_max = BODY_MAX},
	{.method = HTTP_GET,
		.pattern = "/api/v1/invitations",
		.handle = handle_list,
		.doc = &list_doc},
	{.method = HTTP_DELETE,
		.pattern = "/api/v1/invitations/{id}",
		.handle = handle_withdraw,
		.doc = &withdraw_doc},
	{.method = HTTP_POST,
		.pattern = "/api/v1/auth/accept-invitation",
		.handle = handle_accept,
		.flags = OPEN,
		.body_max = BODY_MAX,
		.doc = &accept_doc},
	{.method = HTTP_POST,
		.pattern = "/api/auth/accept-invitation",
		.handle = handle_accept,
		.flags = OPEN | ROUTE_UNDOCUMENTED,
		.body_max = BODY_MAX},
	{0},
};

const struct feature feature_invitation = {
	.name = "invitation",
	.routes = routes,
};
