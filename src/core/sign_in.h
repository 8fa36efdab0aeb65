/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every way of signing in shares: the session, its cookies, and the answer.
 *
 * The cookie refresh_token is sent to every path, since refresh and logout are reachable under
 * /api/v1/auth, /api/auth and /auth and one cookie has one path.
 */
#pragma once

#include "base/err.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "core/caller.h"
#include "core/resource.h"
#include "http/request.h"

/* Opens a session and answers it. `attempt_key` (or STR_NONE) is the limiter's, cleared by the success. */
MUST_CHECK enum err sign_in_open(struct request *req, struct str user_id, struct str org_id,
	struct str attempt_key, int status);
/* Answers a session that is there: with a new access token, and the refresh token unless it is STR_NONE. */
MUST_CHECK enum err sign_in_answer(struct request *req, struct str user_id, struct str org_id,
	struct str session_id, struct str refresh_token, int status);
/* Tells the browser to forget all three cookies. */
void sign_in_clear_cookies(struct request *req);

/* The limiter's key of an account from this address. */
struct str sign_in_attempt_key(struct request *req, const char *kind, struct str account);
/* Counts an attempt: ERR_RATE_LIMITED with retry_after from the sixth within 15 minutes. */
MUST_CHECK enum err sign_in_count(struct request *req, struct str attempt_key);

/* Members user, organization and organizations of an object. */
MUST_CHECK enum err sign_in_organizations(
	struct request *req, struct str user_id, const struct json_value **out);
void sign_in_write_who(
	struct json *json, const struct caller *caller, const struct json_value *memberships);
/* A member that is a timestamptz as PostgreSQL writes it. */
void json_member_moment(struct json *json, const char *key, struct str pg);

/* The entity of people, whose constraints and refusals identity speaks by. */
const struct resource *user_resource(void);
/* The client's User-Agent, fit for the database; its address. */
struct str client_agent(const struct request *req);
