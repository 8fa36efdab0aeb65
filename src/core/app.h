/* SPDX-License-Identifier: Apache-2.0 */
/* What a loop's requests share: the database pool, the caches, the configuration. One per loop. */
#pragma once

#include <stddef.h>

struct caller_cache;
struct config;
struct count_cache;
struct db;
struct http_server;
struct loop;
struct rate_limit;
struct router;
struct row_cache;
struct tenant_cache;
struct token_keys;

struct app {
	struct loop *loop;
	struct db *db;
	const struct config *config;
	const struct router *router;
	struct http_server *server;
	struct caller_cache *callers; /* these three by feature/auth.c */
	struct token_keys *keys;
	struct rate_limit *limits;
	struct tenant_cache *tenants;
	struct count_cache *counts;
	struct row_cache *rows;
	struct app *const *all; /* every loop's app, this one included; `count` of them */
	size_t count;
};
