/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens: signed access tokens (JWT with HS256, RFC 7519) and random opaque ones.
 *
 * An access token says who signed in; the server believes its user, organisation and session and takes
 * everything else from the database (core/caller_cache.h). An opaque token (refresh, invitation) is 32
 * random bytes; the database knows only its HMAC-SHA-256.
 *
 * Keys belong to one loop.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum {
	TOKEN_MAX = 2048, /* bytes of a JWT that is looked at */
	TOKEN_OPAQUE_LEN = 43,
	TOKEN_ACCESS_SECONDS = 15 * 60,
	TOKEN_REFRESH_SECONDS = 7 * 24 * 3600,
	TOKEN_INVITATION_SECONDS = 7 * 24 * 3600,
	TOKEN_LEEWAY_SECONDS = 30, /* of an issuer's clock that is ahead */
};

struct token_claims {
	struct str user_id, org_id, session_id; /* lower-case UUIDs */
	struct str email, role;                 /* for clients to read */
	int64_t issued_at, expires_at;          /* seconds since 1970 */
};

struct token_keys;

struct token_keys *token_keys_new(struct str secret, struct str refresh_secret);
void token_keys_free(struct token_keys *keys);

/* The JWT of these claims, issued now. Fills issued_at and expires_at. */
struct str token_sign(struct token_keys *keys, struct arena *arena, struct token_claims *claims);
/* ERR_BAD_TOKEN for whatever is not a valid, unexpired token of ours. */
MUST_CHECK enum err token_verify(
	struct token_keys *keys, struct arena *arena, struct str token, struct token_claims *out);

/* TOKEN_OPAQUE_LEN characters. */
struct str token_opaque(struct arena *arena);
/* As a bytea literal, `\x…`. */
struct str token_hash(struct token_keys *keys, struct arena *arena, struct str opaque);
