/* SPDX-License-Identifier: Apache-2.0 */
/* Authentication: from a request's credentials to its caller. */
#include "core/authenticate.h"

#include "core/app.h"
#include "core/caller_cache.h"
#include "core/origin.h"
#include "core/token.h"
#include "http/router.h"

struct credentials {
	struct str token; /* STR_NONE: there are none */
	bool cookie;
};

static enum err read_credentials(const struct request *req, struct credentials *out)
{
	struct str header = request_header(req, "Authorization");
	struct str rest = header;

	*out = (struct credentials){0};
	if (!header.ptr) {
		out->token = request_cookie(req, "access_token");
		out->cookie = true;
		return out->token.len ? ERR_OK : ERR_UNAUTHORIZED;
	}
	if (!str_eq_nocase(str_cut(&rest, ' '), STR("Bearer")))
		return ERR_BAD_TOKEN;
	out->token = str_trim(rest);
	return out->token.len ? ERR_OK : ERR_BAD_TOKEN;
}

static bool is_safe(enum http_method method)
{
	return method == HTTP_GET || method == HTTP_HEAD || method == HTTP_OPTIONS;
}

static enum err find_caller(struct request *req)
{
	struct credentials credentials;
	struct token_claims claims;
	const struct caller *caller;
	enum err err = read_credentials(req, &credentials);

	if (!err)
		err = token_verify(req->app->keys, req->arena, credentials.token, &claims);
	if (!err && credentials.cookie && !is_safe(req->method))
		err = origin_check(req);
	if (!err)
		err = caller_cache_get(req->app->callers, req, &claims, &caller);
	if (err)
		return err;
	req->caller = caller;
	req->log_context.user_id = caller->user_id;
	req->log_context.org_id = caller->org_id;
	return ERR_OK;
}

enum err authenticate(struct request *req)
{
	unsigned flags = req->route ? req->route->flags : ROUTE_PUBLIC;
	bool lenient = flags & ROUTE_NO_AUTH_FAILURE;
	enum err err;

	if ((flags & ROUTE_PUBLIC) && !lenient)
		return ERR_OK;
	err = find_caller(req);
	return lenient && (err == ERR_UNAUTHORIZED || err == ERR_BAD_TOKEN) ? ERR_OK : err;
}
