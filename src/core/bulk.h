/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many records at once: what POST, PATCH and DELETE of many have in common. They run in one transaction and
 * under one changeset, with rights that reach no further than the verb `bulk`; what PostgreSQL refuses is told
 * by record (migrations, bulk).
 */
#pragma once

#include "base/json_read.h"
#include "base/json_write.h"
#include "core/records.h"
#include "http/request.h"

enum { BULK_BODY_MAX = 32 * 1024 * 1024, BULK_LARGE_BODIES = 4 };

/* The caller's rights from here on: no further than `bulk` for this verb, of which the caller must have both.
 * Before the body is read, of which not many large ones are held at once. */
MUST_CHECK enum err bulk_enter(
	struct request *req, const struct resource *resource, enum verb verb);
/* The same rights for one verb more. */
MUST_CHECK enum err bulk_enter_also(
	struct request *req, const struct resource *resource, enum verb verb);
/* Opens the transaction. Work of this size may take longer than a request otherwise does. */
MUST_CHECK enum err bulk_begin(struct request *req);
/* A copy of the request whose problem is its own: what one record is refused for. */
struct request *bulk_scratch(struct request *req, struct arena *arena);
/* One refusal of bulk_run in the client's words: the answer is the error, the scratch's problem the rest. */
MUST_CHECK enum err bulk_refusal(
	struct request *scratch, const struct resource *resource, const struct json_value *refusal);
/* Members code, message and details of an error and its problem. */
void bulk_write_error(struct json *json, enum err err, const struct problem *problem);
/* Of the changeset so far: its id (STR_NONE when nothing was written), how many of the records of `resource`
 * among `ids` (a uuid[] literal) it wrote, and member `counts`. */
struct bulk_made {
	struct str changeset;
	int64_t changed;
	struct db_result counts; /* entity, action, records */
};
MUST_CHECK enum err bulk_made(struct request *req, const struct resource *resource, struct str ids,
	struct bulk_made *out);
void bulk_write_counts(struct json *json, const struct db_result *counts);
