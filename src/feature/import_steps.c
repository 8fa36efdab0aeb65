/* SPDX-License-Identifier: Apache-2.0 */
/* Imports in steps. */
#include "feature/import_steps.h"

#include "base/fiber.h"
#include "base/uuid.h"
#include "core/records.h"
#include "core/unit.h"
#include "feature/import_file.h"

/* --- upload ----------------------------------------------------------------------------------- */

static enum err create_row(
	struct request *req, struct str id, struct str into, const struct import_source *source)
{
	const struct resource *resource = into.ptr ? resource_find_path(into) : NULL;
	struct db_result none;

	if (into.ptr && !resource)
		resource = resource_find(into);
	if (into.ptr && !resource) {
		problem_add(&req->problem, STR("into"), "INVALID",
			"There is nothing called \"%.*s\".", STR_ARG(into));
		return ERR_INVALID;
	}
	return unit_query(req, DB_WRITE, NULL,
		&SQL("insert into imports (id, entity, file_name, status, step, bytes_total,"
		     " changeset_id) values ($1::uuid, $2, $3, 'uploading', 'upload', $4::bigint, "
		     "null)",
			id, resource ? resource->name : STR_NONE, source->file_name,
			source->bytes_total < 0
				? STR_NONE
				: arena_printf(req->arena, "%lld", (long long)source->bytes_total)),
		&none);
}

static enum err keep_file(struct import_file *file, const struct import_source *source)
{
	enum err err;

	for (;;) {
		struct str piece;

		err = source->read(source->arg, &piece);
		if (err || piece.len == 0)
			break;
		err = import_file_write(file, piece);
		if (err)
			break;
	}
	if (!err)
		err = import_file_end(file);
	if (!err && file->bytes == 0)
		err = problem_set(&file->req->problem, ERR_INVALID, "The file is empty.");
	return err;
}

static enum err mark(struct import_file *file, struct str status, struct str message)
{
	struct db_result none;

	return unit_query(file->req, DB_WRITE, NULL,
		&SQL("update imports set status = $2, bytes_total = $3::bigint, bytes_read ="
		     " $3::bigint, message = $4, updated_at = now() where id = $1::uuid and org_id "
		     "="
		     " $5::uuid",
			file->id, status,
			arena_printf(file->req->arena, "%lld", (long long)file->bytes), message,
			file->context.org_id),
		&none);
}

/* What came of it is of no use; whoever sent it may be gone. */
static void give_up(struct import_file *file, enum err err)
{
	struct str message = file->req->problem.message;

	if (err == ERR_CLIENT_GONE)
		message = STR("The upload broke off.");
	if (import_file_forget(file) != ERR_OK ||
		mark(file, STR("failed"), message.ptr ? message : str_of(err_info(err)->message)) !=
			ERR_OK)
		log_warn("import: upload not cleared", LOG_STR("import", file->id));
}

enum err import_upload(struct request *req, struct str into, const struct import_source *source)
{
	char text[UUID_LEN + 1];
	struct import_file file;
	struct str id;
	enum err err;

	fiber_set_deadline(0);
	uuid_format(uuid_new(), text);
	id = arena_str(req->arena, str_of(text));
	err = create_row(req, id, into, source);
	if (err)
		return err;
	import_file_init(&file, req, id);
	err = keep_file(&file, source);
	if (!err)
		err = mark(&file, STR("ready"), STR_NONE);
	if (err)
		give_up(&file, err);
	import_file_deinit(&file);
	if (err)
		return err;
	response_header(
		req, "Location", arena_printf(req->arena, "/api/v1/imports/%.*s", STR_ARG(id)));
	return import_answer(req, 201, id);
}

/* --- one that is there ------------------------------------------------------------------------ */

struct found {
	struct str into, mapping, file_name, version, status, rehearsal;
};

static enum err find(struct request *req, struct str id, struct found *out)
{
	struct db_result row;
	enum err err = unit_query(req, DB_FAST, NULL,
		&SQL("select entity, nullif(mapping, '{}'), file_name, version, import_status(i),"
		     " rehearsal from imports i where id = $1::uuid and org_id = $2::uuid",
			id, req->caller->org_id),
		&row);

	if (err)
		return err;
	if (row.rows == 0)
		return ERR_NOT_FOUND;
	*out = (struct found){db_value(&row, 0, 0), db_value(&row, 0, 1), db_value(&row, 0, 2),
		db_value(&row, 0, 3), db_value(&row, 0, 4), db_value(&row, 0, 5)};
	return ERR_OK;
}

static bool is_open(const struct found *found)
{
	return str_is(found->status, "ready") || str_is(found->status, "rehearsed");
}

static enum err why_closed(struct request *req, const struct found *found)
{
	return problem_set(
		&req->problem, ERR_CONFLICT, "The import is %.*s.", STR_ARG(found->status));
}

/* --- mapping ---------------------------------------------------------------------------------- */

static enum err read_change(struct request *req, struct json_value **out)
{
	static const char *const known[] = {"map", NULL};
	struct import_map names = {.req = req};
	struct str text;
	enum err err = request_body(req, &text);

	if (!err)
		err = json_read(req->arena, text, &req->problem, out);
	if (err)
		return err;
	if ((*out)->type != JSON_OBJECT)
		return problem_set(&req->problem, ERR_INVALID, "The body must be a JSON object.");
	import_check_members(&names, STR("body"), *out, known);
	return problem_has_details(&req->problem) ? ERR_INVALID : ERR_OK;
}

static struct str json_text(struct request *req, const struct json_value *value)
{
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, 4 * 1024 * 1024);
	json_init(&json, &text);
	json_write_value(&json, value);
	out = arena_str(req->arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

static enum err store_map(struct request *req, struct str id, struct str text, struct str entity)
{
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, NULL,
		&SQL("update imports set mapping = $2::jsonb, entity = $3, status = 'ready',"
		     " rehearsal = null, message = null, version = version + 1, updated_at = now()"
		     " where id = $1::uuid and org_id = $4::uuid and not import_is_locked(id)"
		     " and status in ('ready', 'rehearsed', 'reading', 'linking', 'writing')"
		     " and step is not null returning id",
			id, text, entity, req->caller->org_id),
		&row);

	if (!err && row.rows == 0)
		err = problem_set(&req->problem, ERR_CONFLICT, "The import runs or is over.");
	return err;
}

enum err import_change(struct request *req, struct str id)
{
	const struct caller *caller = req->caller;
	const struct json_value *json;
	struct json_value *body;
	struct import_map *map = ARENA_NEW(req->arena, struct import_map);
	struct found found;
	struct str text;
	enum err err = find(req, id, &found);

	if (!err && !is_open(&found))
		err = why_closed(req, &found);
	if (!err)
		err = read_change(req, &body);
	if (err)
		return err;
	json = json_get(body, "map");
	if (!json) {
		problem_add(&req->problem, STR("map"), "REQUIRED", "Say what shall change.");
		return ERR_INVALID;
	}
	text = json_text(req, json);
	err = import_map_read(req, text, found.into, STR_NONE, map);
	req->caller = caller;
	if (!err)
		err = store_map(req, id, text, map->plan.into->name);
	return err ? err : import_answer(req, 200, id);
}

/* --- rehearsal and commit --------------------------------------------------------------------- */

static enum err run_step(struct request *req, struct str id, const struct found *found,
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
	struct found found;
	enum err err = find(req, id, &found);

	if (err)
		return err;
	if (!is_open(&found))
		return why_closed(req, &found);
	if (!found.mapping.ptr)
		return problem_set(&req->problem, ERR_CONFLICT,
			"The import has no mapping yet: PATCH it with a map.");
	return run_step(req, id, &found, IMPORT_REHEARSE, NULL);
}

/* What is done stays done: who asks again, not knowing, is told. */
enum err import_commit(struct request *req, struct str id)
{
	struct json_value *rehearsal;
	struct found found;
	enum err err = find(req, id, &found);

	if (err)
		return err;
	if (str_is(found.status, "done"))
		return import_answer(req, 200, id);
	if (!is_open(&found))
		return why_closed(req, &found);
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
	struct found found;
	enum err err = find(req, id, &found);

	if (!err)
		err = unit_run(req, DB_WRITE, NULL, stmts, 2, results);
	if (!err && results[0].affected == 0 && !str_is(found.status, "cancelled"))
		err = why_closed(req, &found);
	return err ? err : import_answer(req, 200, id);
}
