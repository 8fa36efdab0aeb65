/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Callers by session and organisation, at most 5 seconds old.
 *
 * One cache per loop. Requests of a session that is being looked up wait for that one query. A request
 * holds its caller until its arena goes, also when the cache has dropped it meanwhile; so whoever asked
 * before a change may finish with what was true then, and whoever asks after it may not. That a session
 * is not valid is remembered as well.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/token.h"
#include "http/request.h"

enum { CALLER_CACHE_MAX = 2048, CALLER_CACHE_MS = 5000 };

struct caller_cache;

/* Fills the caller, in the request's arena. ERR_BAD_TOKEN when the session is not valid. Suspends. */
typedef enum err caller_lookup(
	struct request *req, const struct token_claims *claims, struct caller *out);

struct caller_cache *caller_cache_new(caller_lookup *lookup, size_t max);
/* No request may hold a caller any more. */
void caller_cache_free(struct caller_cache *cache);

/* The caller of a verified token, valid as long as the request's arena. */
MUST_CHECK enum err caller_cache_get(struct caller_cache *cache, struct request *req,
	const struct token_claims *claims, const struct caller **out);

/* Drops them from the caches of all loops: at once from this loop's, with the next turn from the
 * others'. */
void caller_cache_forget_session(struct app *app, struct str session_id);
void caller_cache_forget_user(struct app *app, struct str user_id);
void caller_cache_forget_org(struct app *app, struct str org_id);

/* The lookup of the server: auth_session_check, on the fast lane. */
MUST_CHECK enum err caller_lookup_session(
	struct request *req, const struct token_claims *claims, struct caller *out);
