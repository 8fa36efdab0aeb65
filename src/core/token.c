/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens. HMAC contexts are keyed once, at start: keying is half the cost of signing so few bytes. Access
 * tokens come again and again within their 15 minutes, so what a good one says is kept.
 */
#include "core/token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/base64url.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/time.h"
#include "base/uuid.h"

enum { HMAC_LEN = 32, OPAQUE_BYTES = 32, HASH_TEXT = 2 + 2 * HMAC_LEN };

/* {"alg":"HS256","typ":"JWT"} */
static const struct str our_header = {"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", 36};

enum { KNOWN_MAX = 256 }; /* a power of two */

/* A token whose signature was good. */
struct known {
	struct arena arena;
	struct str token;
	struct token_claims claims;
};

struct token_keys {
	EVP_MAC_CTX *access, *refresh;
	struct known known[KNOWN_MAX]; /* by the end of the signature */
};

/* --- HMAC --------------------------------------------------------------------------------------- */

static EVP_MAC_CTX *hmac_new(struct str secret)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(mac);
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", (char[]){"SHA256"}, 0),
		OSSL_PARAM_construct_end()};

	INVARIANT(ctx &&
		EVP_MAC_init(ctx, (const unsigned char *)secret.ptr, secret.len, params) == 1);
	EVP_MAC_free(mac);
	return ctx;
}

static void hmac(EVP_MAC_CTX *ctx, struct str text, unsigned char out[HMAC_LEN])
{
	size_t len;

	INVARIANT(EVP_MAC_init(ctx, NULL, 0, NULL) == 1);
	INVARIANT(EVP_MAC_update(ctx, (const unsigned char *)text.ptr, text.len) == 1);
	INVARIANT(EVP_MAC_final(ctx, out, &len, HMAC_LEN) == 1 && len == HMAC_LEN);
}

struct token_keys *token_keys_new(struct str secret, struct str refresh_secret)
{
	struct token_keys *keys = calloc(1, sizeof(*keys));

	INVARIANT(keys != NULL);
	keys->access = hmac_new(secret);
	keys->refresh = hmac_new(refresh_secret);
	return keys;
}

void token_keys_free(struct token_keys *keys)
{
	if (!keys)
		return;
	EVP_MAC_CTX_free(keys->access);
	EVP_MAC_CTX_free(keys->refresh);
	for (size_t i = 0; i < KNOWN_MAX; i++)
		arena_deinit(&keys->known[i].arena);
	free(keys);
}

/* --- JWT ---------------------------------------------------------------------------------------- */

static int64_t now_seconds(void)
{
	return time_now_us() / 1000000;
}

static struct str payload_of(struct arena *arena, const struct token_claims *claims)
{
	struct buf buf;
	struct json json;
	struct str text;

	buf_init(&buf, TOKEN_MAX);
	json_init(&json, &buf);
	json_object(&json);
	json_member_str(&json, "sub", claims->user_id);
	json_member_str(&json, "userId", claims->user_id);
	json_member_str(&json, "email", claims->email);
	json_member_str(&json, "role", claims->role);
	json_member_str(&json, "org", claims->org_id);
	json_member_str(&json, "sid", claims->session_id);
	json_member_int(&json, "iat", claims->issued_at);
	json_member_int(&json, "exp", claims->expires_at);
	json_end(&json);
	INVARIANT(!buf.full);
	text = base64url_encode(arena, buf_str(&buf));
	buf_deinit(&buf);
	return text;
}

struct str token_sign(struct token_keys *keys, struct arena *arena, struct token_claims *claims)
{
	unsigned char mac[HMAC_LEN];
	struct str body;

	claims->issued_at = now_seconds();
	claims->expires_at = claims->issued_at + TOKEN_ACCESS_SECONDS;
	body = arena_printf(
		arena, "%.*s.%.*s", STR_ARG(our_header), STR_ARG(payload_of(arena, claims)));
	hmac(keys->access, body, mac);
	return arena_printf(arena, "%.*s.%.*s", STR_ARG(body),
		STR_ARG(base64url_encode(arena, (struct str){(char *)mac, sizeof(mac)})));
}

static struct json_value *read_part(struct arena *arena, struct str part)
{
	struct str text;
	struct json_value *value = NULL;
	struct problem ignored;

	problem_init(&ignored, arena);
	if (!base64url_decode(arena, part, &text) ||
		json_read(arena, text, &ignored, &value) != ERR_OK || value->type != JSON_OBJECT)
		return NULL;
	return value;
}

/* Ours, or any other that says HS256 and asks for nothing that we would have to understand. */
static bool header_is_good(struct arena *arena, struct str part)
{
	const struct json_value *header, *type;

	if (str_eq(part, our_header))
		return true;
	header = read_part(arena, part);
	type = json_get(header, "typ");
	return header && str_is(json_get_str(header, "alg"), "HS256") &&
		!json_get(header, "crit") &&
		(!type || str_eq_nocase(json_get_str(header, "typ"), STR("JWT")));
}

static bool signature_is_good(
	struct token_keys *keys, struct arena *arena, struct str body, struct str signature)
{
	unsigned char mac[HMAC_LEN];
	struct str given;

	hmac(keys->access, body, mac);
	return base64url_decode(arena, signature, &given) && given.len == HMAC_LEN &&
		CRYPTO_memcmp(given.ptr, mac, HMAC_LEN) == 0;
}

static bool read_seconds(const struct json_value *payload, const char *name, int64_t *out)
{
	const struct json_value *value = json_get(payload, name);

	return value && value->type == JSON_NUMBER && str_to_int64(value->text, out);
}

static bool claims_are_good(const struct json_value *payload, struct token_claims *claims)
{
	struct str user_id = json_get_str(payload, "userId");

	*claims = (struct token_claims){
		.user_id = json_get_str(payload, "sub"),
		.org_id = json_get_str(payload, "org"),
		.session_id = json_get_str(payload, "sid"),
		.email = json_get_str(payload, "email"),
		.role = json_get_str(payload, "role"),
	};
	return uuid_is_valid(claims->user_id) && uuid_is_valid(claims->org_id) &&
		uuid_is_valid(claims->session_id) &&
		(!user_id.ptr || str_eq(user_id, claims->user_id)) &&
		read_seconds(payload, "iat", &claims->issued_at) &&
		read_seconds(payload, "exp", &claims->expires_at) &&
		claims->expires_at > claims->issued_at;
}

static bool is_its_time(const struct token_claims *claims)
{
	int64_t now = now_seconds();

	return claims->expires_at > now && claims->issued_at <= now + TOKEN_LEEWAY_SECONDS;
}

/* Nothing of the token is read before its signature is known to be ours, but the algorithm's name. */
static enum err read_token(
	struct token_keys *keys, struct arena *arena, struct str token, struct token_claims *out)
{
	struct str rest = token;
	struct str header = str_cut(&rest, '.');
	struct str payload = str_cut(&rest, '.');
	struct str signature = rest;
	struct str body;
	const struct json_value *claims;

	if (token.len > TOKEN_MAX || !signature.ptr ||
		str_find_char(signature, '.') < signature.len)
		return ERR_BAD_TOKEN;
	body = str_slice(token, 0, header.len + 1 + payload.len);
	if (!header_is_good(arena, header) || !signature_is_good(keys, arena, body, signature))
		return ERR_BAD_TOKEN;
	claims = read_part(arena, payload);
	return claims && claims_are_good(claims, out) ? ERR_OK : ERR_BAD_TOKEN;
}

static struct token_claims copy(struct arena *arena, const struct token_claims *claims)
{
	return (struct token_claims){
		.user_id = arena_str(arena, claims->user_id),
		.org_id = arena_str(arena, claims->org_id),
		.session_id = arena_str(arena, claims->session_id),
		.email = arena_str(arena, claims->email),
		.role = arena_str(arena, claims->role),
		.issued_at = claims->issued_at,
		.expires_at = claims->expires_at,
	};
}

static struct known *slot_of(struct token_keys *keys, struct str token)
{
	return &keys->known[str_hash(str_slice(token, token.len - MIN(token.len, 12u), token.len)) &
		(KNOWN_MAX - 1)];
}

static void remember(struct known *known, struct str token, const struct token_claims *claims)
{
	arena_reset(&known->arena);
	known->token = arena_str(&known->arena, token);
	known->claims = copy(&known->arena, claims);
}

enum err token_verify(
	struct token_keys *keys, struct arena *arena, struct str token, struct token_claims *out)
{
	struct known *known = slot_of(keys, token);
	enum err err;

	/* In constant time, so that how long it takes tells nothing of somebody else's token. */
	if (known->token.len == token.len && token.len &&
		CRYPTO_memcmp(known->token.ptr, token.ptr, token.len) == 0) {
		*out = copy(arena, &known->claims);
		return is_its_time(out) ? ERR_OK : ERR_BAD_TOKEN;
	}
	err = read_token(keys, arena, token, out);
	if (err)
		return err;
	if (!is_its_time(out))
		return ERR_BAD_TOKEN;
	remember(known, token, out);
	return ERR_OK;
}

/* --- opaque tokens ------------------------------------------------------------------------------ */

struct str token_opaque(struct arena *arena)
{
	unsigned char bytes[OPAQUE_BYTES];
	struct str text;

	INVARIANT(getrandom(bytes, sizeof(bytes), 0) == sizeof(bytes));
	text = base64url_encode(arena, (struct str){(char *)bytes, sizeof(bytes)});
	explicit_bzero(bytes, sizeof(bytes));
	return text;
}

struct str token_hash(struct token_keys *keys, struct arena *arena, struct str opaque)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char mac[HMAC_LEN];
	char *text = arena_bytes(arena, HASH_TEXT + 1);

	hmac(keys->refresh, opaque, mac);
	text[0] = '\\';
	text[1] = 'x';
	for (size_t i = 0; i < HMAC_LEN; i++) {
		text[2 + 2 * i] = digits[mac[i] >> 4];
		text[3 + 2 * i] = digits[mac[i] & 15];
	}
	text[HASH_TEXT] = '\0';
	return (struct str){text, HASH_TEXT};
}
