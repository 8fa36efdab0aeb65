/* SPDX-License-Identifier: Apache-2.0 */
/* Many records at once: the transaction, the refusals, what was done. */
#include "core/bulk.h"

#include "base/fiber.h"
#include "base/time.h"
#include "core/unit.h"

enum { TIME_MAX_MS = 120 * 1000 };

enum err bulk_enter(
	struct request *req, const struct resource *resource, const enum verb *verbs, size_t count)
{
	enum err err = record_may(req, resource, VERB_BULK);

	for (size_t i = 0; i < count && !err; i++) {
		req->caller = caller_narrow(req->caller, req->arena, resource, verbs[i], VERB_BULK);
		err = record_may(req, resource, verbs[i]);
	}
	return err;
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
