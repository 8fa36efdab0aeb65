/* SPDX-License-Identifier: Apache-2.0 */
/* Many records at once: the transaction, the refusals, what was done. */
#include "core/bulk.h"

#include <stdatomic.h>

#include "base/fiber.h"
#include "base/time.h"
#include "core/unit.h"

enum { TIME_MAX_MS = 120 * 1000, LARGE_BODY = 1024 * 1024 };

/* Large bodies that are held at a time, by all loops. */
static atomic_int large_bodies;

static void release_body(void *arg)
{
	(void)arg;
	atomic_fetch_sub(&large_bodies, 1);
}

/* A body takes several times its length until the answer: of the large ones there are few at once. */
static enum err take_body(struct request *req)
{
	int64_t length;

	if (str_to_int64(request_header(req, "Content-Length"), &length) && length <= LARGE_BODY)
		return ERR_OK;
	arena_defer(req->arena, release_body, NULL);
	if (atomic_fetch_add(&large_bodies, 1) < BULK_LARGE_BODIES)
		return ERR_OK;
	req->problem.retry_after = 5;
	return problem_set(&req->problem, ERR_UNAVAILABLE,
		"Other large requests are being served. Try again in some seconds.");
}

enum err bulk_enter_also(struct request *req, const struct resource *resource, enum verb verb)
{
	req->caller = caller_narrow(req->caller, req->arena, resource, verb, VERB_BULK);
	return record_may(req, resource, verb);
}

enum err bulk_enter(struct request *req, const struct resource *resource, enum verb verb)
{
	enum err err = record_may(req, resource, VERB_BULK);

	if (!err)
		err = bulk_enter_also(req, resource, verb);
	return err ? err : take_body(req);
}

/* Under an Idempotency-Key the transaction is open already, with the rights of the role. */
enum err bulk_begin(struct request *req)
{
	bool open = req->unit != NULL;
	struct db_result none;
	enum err err;

	fiber_set_deadline(time_monotonic_ms() + TIME_MAX_MS);
	err = unit_begin(req);
	if (err || !open)
		return err;
	return unit_query(
		req, DB_WRITE, NULL, &SQL("select bulk_narrow($1)", req->caller->access), &none);
}

struct request *bulk_scratch(struct request *req, struct arena *arena)
{
	struct request *scratch = ARENA_NEW(arena, struct request);

	*scratch = *req;
	scratch->arena = arena;
	problem_init(&scratch->problem, arena);
	return scratch;
}

enum err bulk_refusal(
	struct request *scratch, const struct resource *resource, const struct json_value *refusal)
{
	struct db_error error = {
		.sqlstate = json_get_str(refusal, "state"),
		.message = json_get_str(refusal, "message"),
		.detail = json_get_str(refusal, "detail"),
		.constraint = json_get_str(refusal, "constraint"),
		.column = json_get_str(refusal, "column"),
	};

	return unit_refused(scratch, resource, &error);
}

void bulk_write_error(struct json *json, enum err err, const struct problem *problem)
{
	const struct err_info *info = err_info(err);

	json_member_cstr(json, "code", info->code);
	json_member_str(
		json, "message", problem->message.ptr ? problem->message : str_of(info->message));
	json_key(json, STR("details"));
	json_array(json);
	for (const struct problem_detail *d = problem->first; d; d = d->next) {
		json_object(json);
		json_member_str(json, "field", d->field);
		json_member_str(json, "code", d->code);
		json_member_str(json, "message", d->message);
		json_end(json);
	}
	json_end(json);
}

enum err bulk_made(
	struct request *req, const struct resource *resource, struct str ids, struct bulk_made *out)
{
	struct db_stmt stmts[] = {
		SQL("select app_changeset()"),
		SQL("select changeset_written($1, $2::uuid[])", resource->name, ids),
		SQL("select entity, action, records from changeset_made()"),
	};
	struct db_result results[ARRAY_LEN(stmts)];
	enum err err = unit_run(req, DB_WRITE, resource, stmts, ARRAY_LEN(stmts), results);

	if (err)
		return err;
	out->counts = results[2];
	out->changeset = out->counts.rows ? db_value(&results[0], 0, 0) : STR_NONE;
	return str_to_int64(db_value(&results[1], 0, 0), &out->changed) ? ERR_OK : ERR_INTERNAL;
}

void bulk_write_counts(struct json *json, const struct db_result *counts)
{
	json_key(json, STR("counts"));
	json_array(json);
	for (int i = 0; i < counts->rows; i++) {
		json_object(json);
		json_member_str(json, "entity", db_value(counts, i, 0));
		json_member_str(json, "action", db_value(counts, i, 1));
		json_member_raw(json, "records", db_value(counts, i, 2));
		json_end(json);
	}
	json_end(json);
}
