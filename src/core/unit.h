/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Units of work: how a request's statements reach the database.
 *
 * A request that carries no Idempotency-Key sends each batch as one pipeline segment, its own
 * transaction. With a key the whole request is one transaction: claim the key, run the handler, store the
 * answer, commit; then the answer leaves. Handlers do not notice: they call unit_run, which uses the
 * open transaction when there is one. A handler that needs several dependent statements opens one with
 * unit_begin; inside an idempotent request that is the same transaction.
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "db/db.h"
#include "http/request.h"

struct resource;

/* Runs statements as the caller of `req` (without a context on public routes). A refusal by PostgreSQL is
 * translated by unit_refused when `resource` is not NULL, else logged and ERR_INTERNAL. Transaction or
 * pool as said above; reads outside of a transaction use `lane`. */
MUST_CHECK enum err unit_run(struct request *req, enum db_lane lane,
	const struct resource *resource, struct db_stmt *stmts, size_t count,
	struct db_result *results);
/* The same for a batch that writes one record and makes no settings but app.comment: it may share its commit with others. */
MUST_CHECK enum err unit_write_one(struct request *req, const struct resource *resource,
	struct db_stmt *stmts, size_t count, struct db_result *results);
/* One statement. */
MUST_CHECK enum err unit_query(struct request *req, enum db_lane lane,
	const struct resource *resource, const struct db_stmt *stmt, struct db_result *out);

/* The same on the write lane for work that may take many seconds, within the fiber's deadline; a transaction
 * is open. */
MUST_CHECK enum err unit_work(struct request *req, const struct resource *resource,
	const struct db_stmt *stmt, struct db_result *out);

/* Opens (or joins) the request's transaction. */
MUST_CHECK enum err unit_begin(struct request *req);
/* Commits what unit_begin opened; within an idempotent request the end of the request does. */
MUST_CHECK enum err unit_commit(struct request *req);
/* Undoes everything of the request so far; safe to call when nothing is open. */
void unit_rollback(struct request *req);

/* To be called after a statement that wrote rows of this resource: the caches of counts, tenants and
 * callers learn of it when it is committed. */
void unit_changed(struct request *req, const struct resource *resource);

/* What PostgreSQL refused, in the client's words: SQLSTATE CR422/CR409/CR403/CR404 of our functions, the
 * constraints that the entity names, unique keys (409), foreign keys (422), row security (403). */
MUST_CHECK enum err unit_refused(
	struct request *req, const struct resource *resource, const struct db_error *error);

/* Runs the handler under the request's Idempotency-Key when there is one (POST, not ROUTE_NOT_IDEMPOTENT);
 * answers a repeated request from the store. Part of the chain: called in place of the handler. */
MUST_CHECK enum err unit_serve(struct request *req);

/* Statement text with parameters, on the spot:
 *   unit_query(req, DB_FAST, NULL, &SQL("select … $1", id), &result) */
#define SQL(text, ...)                                                         \
	((struct db_stmt){.sql = STR(text),                                    \
		.param_count = ARRAY_LEN(((const struct str[]){__VA_ARGS__})), \
		.params = (const struct str[]){__VA_ARGS__}})
