/* SPDX-License-Identifier: Apache-2.0 */
/* Imports in steps: rehearsal, commit, cancel. */
#include "feature/import_steps.h"

#include "core/records.h"
#include "core/unit.h"
#include "feature/import_file.h"

/* --- one that is there ------------------------------------------------------------------------ */

enum err import_find_kept(struct request *req, struct str id, struct import_kept *out)
{
	struct db_result row;
	enum err err = unit_query(req, DB_FAST, NULL,
		&SQL("select entity, nullif(mapping, '{}'), file_name, version, import_status(i),"
		     " rehearsal, proposals, profile from imports i where id = $1::uuid and org_id "
		     "= $2::uuid",
			id, req->caller->org_id),
		&row);

	if (err)
		return err;
	if (row.rows == 0)
		return ERR_NOT_FOUND;
	*out = (struct import_kept){db_value(&row, 0, 0), db_value(&row, 0, 1),
		db_value(&row, 0, 2), db_value(&row, 0, 3), db_value(&row, 0, 4),
		db_value(&row, 0, 5), db_value(&row, 0, 6), db_value(&row, 0, 7)};
	return ERR_OK;
}

bool import_is_open(const struct import_kept *kept)
{
	return str_is(kept->status, "ready") || str_is(kept->status, "rehearsed");
}

enum err import_why_closed(struct request *req, const struct import_kept *kept)
{
	return problem_set(
		&req->problem, ERR_CONFLICT, "The import is %.*s.", STR_ARG(kept->status));
}

/* --- rehearsal and commit --------------------------------------------------------------------- */

static enum err run_step(struct request *req, struct str id, const struct import_kept *found,
	enum import_step step, const struct json_value *rehearsal)
{
	const struct caller *caller = req->caller;
	struct import_map *map = ARENA_NEW(req->arena, struct import_map);
	struct import_file file;
	struct import_source source = {.read = import_file_read,
		.arg = &file,
		.bytes_total = -1,
		.file_name = found->file_name};
	struct import_report report;
	enum err err = import_map_read(req, found->mapping, found->into, STR_NONE, map);

	if (err)
		return err;
	import_report_init(&report, req, step, id);
	report.version = found->version;
	import_file_init(&file, req, id);
	err = import_run(req, map, &source, rehearsal, &report);
	import_file_deinit(&file);
	import_report_deinit(&report);
	req->caller = caller;
	return err ? err : import_answer(req, 200, id);
}

enum err import_rehearse(struct request *req, struct str id)
{
	struct import_kept found;
	enum err err = import_find_kept(req, id, &found);

	if (err)
		return err;
	if (!import_is_open(&found))
		return import_why_closed(req, &found);
	if (!found.mapping.ptr)
		return problem_set(&req->problem, ERR_CONFLICT,
			"The import has no mapping yet: PATCH it with a map.");
	return run_step(req, id, &found, IMPORT_REHEARSE, NULL);
}

/* What is done stays done: who asks again, not knowing, is told. */
enum err import_commit(struct request *req, struct str id)
{
	struct json_value *rehearsal;
	struct import_kept found;
	enum err err = import_find_kept(req, id, &found);

	if (err)
		return err;
	if (str_is(found.status, "done"))
		return import_answer(req, 200, id);
	if (!import_is_open(&found))
		return import_why_closed(req, &found);
	if (!found.rehearsal.ptr || !str_is(found.status, "rehearsed"))
		return problem_set(
			&req->problem, ERR_CONFLICT, "Rehearse the import before it is committed.");
	err = json_read(req->arena, found.rehearsal, &req->problem, &rehearsal);
	return err ? err : run_step(req, id, &found, IMPORT_COMMIT, rehearsal);
}

/* --- cancel ----------------------------------------------------------------------------------- */

/* One that runs finds out by itself, and leaves nothing. */
enum err import_cancel(struct request *req, struct str id)
{
	struct db_stmt stmts[] = {
		SQL("update imports i set cancelled = true, updated_at = now(), status ="
		    " case when import_is_locked(id) then status else 'cancelled' end, finished_at "
		    "="
		    " now() where id = $1::uuid and org_id = $2::uuid and"
		    " import_status(i) not in ('done', 'failed', 'cancelled', 'uploading')",
			id, req->caller->org_id),
		SQL("select import_forget_file(id) from imports where id = $1::uuid and org_id ="
		    " $2::uuid and status = 'cancelled'",
			id, req->caller->org_id),
	};
	struct db_result results[2];
	struct import_kept found;
	enum err err = import_find_kept(req, id, &found);

	if (!err)
		err = unit_run(req, DB_WRITE, NULL, stmts, 2, results);
	/* It may have ended meanwhile. */
	if (!err && results[0].affected == 0)
		err = import_find_kept(req, id, &found);
	if (!err && results[0].affected == 0 && !str_is(found.status, "cancelled"))
		err = import_why_closed(req, &found);
	return err ? err : import_answer(req, 200, id);
}
