/* SPDX-License-Identifier: Apache-2.0 */
/*
 * POST /api/v1/api-keys: makes a key and answers its secret, this once. Kept is a hash of it; so an
 * Idempotency-Key, which would keep the answer, does not apply.
 */
#include <openssl/sha.h>

#include "core/feature.h"
#include "core/query.h"
#include "core/record_json.h"
#include "core/records.h"
#include "core/sql.h"
#include "core/token.h"
#include "core/unit.h"
#include "core/validate.h"

enum { PREFIX_BYTES = 4, HASH_TEXT = 2 * SHA256_DIGEST_LENGTH + 3 };

/* cairn_<8 digits>_<random>: the digits are of the hash and tell keys apart, the rest is the secret. */
struct secret {
	struct str prefix, whole;
	char hash[HASH_TEXT]; /* as PostgreSQL reads bytes, \x… */
};

static void make_secret(struct arena *arena, struct secret *out)
{
	struct str random = token_opaque(arena);
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)random.ptr, random.len, digest);
	out->hash[0] = '\\';
	out->hash[1] = 'x';
	for (size_t i = 0; i < sizeof(digest); i++) {
		out->hash[2 + 2 * i] = "0123456789abcdef"[digest[i] >> 4];
		out->hash[3 + 2 * i] = "0123456789abcdef"[digest[i] & 15];
	}
	out->hash[HASH_TEXT - 1] = '\0';
	out->prefix = arena_printf(arena, "cairn_%.*s", 2 * PREFIX_BYTES, out->hash + 2);
	out->whole = arena_printf(arena, "%.*s_%.*s", STR_ARG(out->prefix), STR_ARG(random));
}

/* The key, its hash, and the key again as GET would answer it: one transaction. */
static enum err keep(struct record_write *write, const struct secret *secret,
	const struct query *query, struct db_result *row_out)
{
	struct request *req = write->req;
	struct db_result kept;
	struct db_stmt stmt;
	enum err err = unit_begin(req);

	if (!err)
		err = record_insert(write);
	if (!err)
		err = unit_query(req, DB_WRITE, write->resource,
			&SQL("select api_key_keep($1, $2::bytea)", write->id, str_of(secret->hash)),
			&kept);
	if (err)
		return err;
	stmt = sql_get(query, write->id);
	err = unit_query(req, DB_WRITE, write->resource, &stmt, row_out);
	return err ? err : unit_commit(req);
}

static enum err answer(const struct record_write *write, const struct secret *secret,
	const struct query *query, const struct db_result *row)
{
	struct record_includes includes;
	struct request *req = write->req;
	struct json json;
	enum err err = record_includes_load(query, row, &includes);

	if (err)
		return err;
	record_location(req, write->resource, write->id);
	response_header(req, "Cache-Control", STR("no-store"));
	json = response_json(req, 201);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	record_write_members(&json, query, &includes, row, 0);
	json_member_str(&json, "secret", secret->whole);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

static enum err handle_post(struct request *req)
{
	struct record_write write = {
		.req = req, .resource = resource_find(STR("api_key")), .mode = RECORD_CREATE};
	struct secret secret;
	struct db_result row;
	struct query query;
	enum err err = record_may(req, write.resource, VERB_CREATE);

	if (!err)
		err = query_parse(req, write.resource, QUERY_ONE, &query);
	if (!err)
		err = validate_body(&write);
	if (err)
		return err;
	make_secret(req->arena, &secret);
	record_write_set(&write, "prefix", secret.prefix);
	err = keep(&write, &secret, &query, &row);
	return err ? err : answer(&write, &secret, &query, &row);
}

/* clang-format off */
#define OF_KEY(name) "\"" name "\":{\"$ref\":\"#/components/schemas/ApiKey/properties/" name "\"}"

static const struct route_doc doc = {
	.summary = "Make an API key; its secret is answered this once",
	.tag = "API keys",
	.request = "{\"type\":\"object\",\"required\":[\"name\",\"role\"],\"properties\":{"
		   "\"name\":{\"type\":\"string\",\"maxLength\":100},"
		   "\"role\":{\"type\":\"string\",\"description\":\"The key of a role\"},"
		   "\"expiresAt\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}}}",
	.response =
		"{\"type\":\"object\",\"required\":[\"id\",\"secret\"],\"properties\":{"
		OF_KEY("id") "," OF_KEY("name") "," OF_KEY("prefix") "," OF_KEY("role") "," OF_KEY("expiresAt") ","
		OF_KEY("lastUsedAt") "," OF_KEY("revokedAt") "," OF_KEY("externalIds") "," OF_KEY("createdAt") ","
		OF_KEY("updatedAt") "," OF_KEY("deletedAt") "," OF_KEY("createdBy") "," OF_KEY("updatedBy") ","
		OF_KEY("version") ","
		"\"secret\":{\"type\":\"string\",\"description\":\"Not to be had again\"}}}",
	.status = 201,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_BODY | ROUTE_ERR_INVALID,
};

static const struct route routes[] = {
	{.method = HTTP_POST, .pattern = "/api/v1/api-keys", .handle = handle_post, .flags = ROUTE_NOT_IDEMPOTENT, .doc = &doc},
	{.method = HTTP_POST, .pattern = "/api/api-keys", .handle = handle_post, .flags = ROUTE_NOT_IDEMPOTENT | ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_api_key = {
	.name = "api_key",
	.routes = routes,
};
