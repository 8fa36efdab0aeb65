/* SPDX-License-Identifier: Apache-2.0 */
/* Links to shared documents. */
#include "core/share.h"

#include "core/app.h"
#include "core/config.h"
#include "core/token.h"

struct str share_token(struct request *req, struct str nonce)
{
	struct str mac = token_hash(
		req->app->keys, req->arena, arena_printf(req->arena, "share %.*s", STR_ARG(nonce)));

	return str_slice(mac, 2, mac.len); /* without \x */
}

struct str share_link(struct request *req, struct str nonce)
{
	struct str base = str_of(req->app->config->public_url);

	if (!base.ptr)
		base = arena_printf(req->arena, "%s://%.*s", req->secure ? "https" : "http",
			STR_ARG(req->host));
	return arena_printf(
		req->arena, "%.*s/share/%.*s", STR_ARG(base), STR_ARG(share_token(req, nonce)));
}
