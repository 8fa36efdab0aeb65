/* SPDX-License-Identifier: Apache-2.0 */
/* Imports in steps. */
#include "feature/import_steps.h"

#include "base/fiber.h"
#include "base/uuid.h"
#include "core/records.h"
#include "core/unit.h"
#include "feature/import_file.h"
#include "feature/import_inspect.h"

/* --- upload ----------------------------------------------------------------------------------- */

static enum err find_into(struct request *req, struct str into, const struct resource **out)
{
	*out = into.ptr ? resource_find_path(into) : NULL;
	if (into.ptr && !*out)
		*out = resource_find(into);
	if (!into.ptr || *out)
		return ERR_OK;
	problem_add(&req->problem, STR("into"), "INVALID", "There is nothing called \"%.*s\".",
		STR_ARG(into));
	return ERR_INVALID;
}

static enum err create_row(struct request *req, struct str id, const struct resource *into,
	const struct import_source *source)
{
	struct db_result none;

	return unit_query(req, DB_WRITE, NULL,
		&SQL("insert into imports (id, entity, file_name, status, step, bytes_total,"
		     " changeset_id) values ($1::uuid, $2, $3, 'uploading', 'upload', $4::bigint, "
		     "null)",
			id, into ? into->name : STR_NONE, source->file_name,
			source->bytes_total < 0
				? STR_NONE
				: arena_printf(req->arena, "%lld", (long long)source->bytes_total)),
		&none);
}

/* Others have their turn between two pieces, however fast the file comes. */
static enum err keep_file(struct import_file *file, struct import_profile *profile,
	const struct import_source *source)
{
	enum err err;

	for (;;) {
		struct str piece;

		err = source->read(source->arg, &piece);
		if (err || piece.len == 0)
			break;
		import_profile_feed(profile, piece);
		err = import_file_write(file, piece);
		if (err)
			break;
		fiber_sleep(0);
	}
	import_profile_finish(profile);
	return err ? err : import_file_end(file);
}

static struct str number(struct request *req, int64_t n)
{
	return arena_printf(req->arena, "%lld", (long long)n);
}

/* The upload is whole. */
static enum err store_finding(
	struct import_file *file, int64_t rows, const struct import_finding *finding)
{
	struct db_result none;

	return unit_query(file->req, DB_WRITE, NULL,
		&SQL("update imports set status = 'ready', bytes_total = $2::bigint, bytes_read ="
		     " $2::bigint, rows_total = $3::bigint, detection = $4::jsonb, profile ="
		     " $5::jsonb, mapping = coalesce($6::jsonb, mapping), proposals = $7::jsonb,"
		     " entity = $8, updated_at = now() where id = $1::uuid and org_id = $9::uuid",
			file->id, number(file->req, file->bytes), number(file->req, rows),
			finding->detection, finding->profile, finding->map, finding->proposals,
			finding->into ? finding->into->name : STR_NONE, file->context.org_id),
		&none);
}

/* What came of it is of no use; whoever sent it may be gone. */
static void give_up(struct import_file *file, enum err err)
{
	struct request *req = file->req;
	struct str message = req->problem.message;
	struct db_result none;

	if (err == ERR_CLIENT_GONE)
		message = STR("The upload broke off.");
	if (import_file_forget(file) != ERR_OK ||
		unit_query(req, DB_WRITE, NULL,
			&SQL("update imports set status = 'failed', message = $2, finished_at = "
			     "now(),"
			     " updated_at = now() where id = $1::uuid and org_id = $3::uuid",
				file->id, message.ptr ? message : str_of(err_info(err)->message),
				file->context.org_id),
			&none) != ERR_OK)
		log_warn("import: upload not cleared", LOG_STR("import", file->id));
}

static enum err upload(
	struct import_file *file, const struct resource *into, const struct import_source *source)
{
	const struct caller *caller = file->req->caller;
	struct import_profile profile;
	struct import_finding finding;
	enum err err;

	import_profile_init(&profile, NULL, HEADER_DETECT);
	err = keep_file(file, &profile, source);
	if (!err)
		err = import_find(file->req, &profile, source->file_name, into, &finding);
	file->req->caller = caller;
	if (!err)
		err = store_finding(file, profile.rows, &finding);
	import_profile_deinit(&profile);
	return err;
}

enum err import_upload(struct request *req, struct str into, const struct import_source *source)
{
	char text[UUID_LEN + 1];
	const struct resource *resource;
	struct import_file file;
	struct str id;
	enum err err = find_into(req, into, &resource);

	fiber_set_deadline(0);
	uuid_format(uuid_new(), text);
	id = arena_str(req->arena, str_of(text));
	if (!err)
		err = create_row(req, id, resource, source);
	if (err)
		return err;
	import_file_init(&file, req, id);
	err = upload(&file, resource, source);
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
	struct str into, mapping, file_name, version, status, rehearsal, proposals, profile;
};

static enum err find(struct request *req, struct str id, struct found *out)
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
	*out = (struct found){db_value(&row, 0, 0), db_value(&row, 0, 1), db_value(&row, 0, 2),
		db_value(&row, 0, 3), db_value(&row, 0, 4), db_value(&row, 0, 5),
		db_value(&row, 0, 6), db_value(&row, 0, 7)};
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

struct change {
	struct request *req;
	struct str id;
	struct found found;
	struct import_map *map;
	struct str text; /* of the new mapping */
	struct import_finding finding;
	int64_t rows; /* as the file is read now; -1: as before */
};

static enum err read_change(struct request *req, struct json_value **out)
{
	static const char *const known[] = {"map", "into", "accept", NULL};
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
	if (!(*out)->first)
		problem_add(&req->problem, STR("map"), "REQUIRED", "Say what shall change.");
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

/* Reads the kept file anew, as the mapping says it is to be read. */
static enum err profile_again(struct change *change, const struct csv_options *options,
	enum import_header header, struct import_profile *profile)
{
	struct import_file file;
	struct str piece;
	enum err err;

	fiber_set_deadline(0);
	import_profile_init(profile, options, header);
	import_file_init(&file, change->req, change->id);
	while (!(err = import_file_read(&file, &piece)) && piece.len) {
		import_profile_feed(profile, piece);
		fiber_sleep(0);
	}
	import_profile_finish(profile);
	import_file_deinit(&file);
	change->rows = profile->rows;
	return err;
}

static enum err find_again(struct change *change, const struct csv_options *options,
	enum import_header header, const struct resource *into)
{
	struct import_profile profile;
	enum err err = profile_again(change, options, header, &profile);

	if (!err)
		err = import_find(
			change->req, &profile, change->found.file_name, into, &change->finding);
	import_profile_deinit(&profile);
	return err;
}

static bool reads_otherwise(const struct change *change)
{
	static const char *const members[] = {"delimiter", "encoding", "header"};
	struct problem ignored;
	struct json_value *was = NULL, *is = NULL;

	problem_init(&ignored, change->req->arena);
	if (json_read(change->req->arena, change->text, &ignored, &is) != ERR_OK)
		return false;
	if (change->found.mapping.ptr &&
		json_read(change->req->arena, change->found.mapping, &ignored, &was) != ERR_OK)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		struct str before = import_literal(json_get(was, members[i]));
		struct str after = import_literal(json_get(is, members[i]));

		/* What is not said any more was found out, unless it is whether there is a header. */
		if (after.ptr ? !str_eq_nocase(before, after) : i == 2 && before.ptr)
			return true;
	}
	return false;
}

/* The detection and profile that are kept, or others where the mapping reads the file otherwise. */
static enum err find_for_map(struct change *change)
{
	const struct caller *caller = change->req->caller;
	const struct import_map *map = change->map;
	enum err err = ERR_OK;

	if (reads_otherwise(change))
		err = find_again(
			change, &map->csv, map->no_header ? HEADER_NO : HEADER_YES, map->plan.into);
	if (!err)
		err = import_proposals(change->req, map,
			change->finding.profile.ptr ? change->finding.profile
						    : change->found.profile,
			&change->finding.proposals);
	change->req->caller = caller;
	return err;
}

static enum err store_change(struct change *change)
{
	const struct import_finding *finding = &change->finding;
	struct request *req = change->req;
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, NULL,
		&SQL("update imports set mapping = $2::jsonb, entity = $3, status = 'ready',"
		     " detection = coalesce($4::jsonb, detection), profile = coalesce($5::jsonb,"
		     " profile), proposals = $6::jsonb, rows_total = coalesce($7::bigint,"
		     " rows_total), rehearsal = null, message = null, version = version + 1,"
		     " updated_at = now()"
		     " where id = $1::uuid and org_id = $8::uuid and not import_is_locked(id)"
		     " and status in ('ready', 'rehearsed', 'reading', 'linking', 'writing')"
		     " and step is not null and version = $9::int returning id",
			change->id, change->text, finding->into->name, finding->detection,
			finding->profile, finding->proposals,
			change->rows < 0 ? STR_NONE : number(req, change->rows),
			req->caller->org_id, change->found.version),
		&row);

	if (!err && row.rows == 0)
		err = problem_set(&req->problem, ERR_CONFLICT,
			"The import runs, is over, or was changed meanwhile.");
	return err;
}

/* A mapping of the caller's own, or the present one with proposals taken in. */
static enum err take_map(struct change *change, const struct json_value *body, struct str into)
{
	struct request *req = change->req;
	const struct caller *caller = req->caller;
	const struct json_value *map = json_get(body, "map"), *accept = json_get(body, "accept");
	enum err err = ERR_OK;

	change->text = map ? json_text(req, map) : change->found.mapping;
	if (!change->text.ptr)
		return problem_set(&req->problem, ERR_CONFLICT,
			"The import has no mapping yet: PATCH it with a map.");
	if (accept)
		err = import_accept(
			req, change->text, change->found.proposals, accept, &change->text);
	if (!err)
		err = import_map_read(req, change->text, into, STR_NONE, change->map);
	if (!err) {
		change->finding.into = change->map->plan.into;
		err = find_for_map(change);
		change->finding.into = change->map->plan.into;
	}
	req->caller = caller;
	return err;
}

/* Another entity: everything is guessed anew. */
static enum err take_into(struct change *change, struct str into)
{
	const struct caller *caller = change->req->caller;
	const struct resource *resource;
	enum err err = find_into(change->req, into, &resource);

	if (!err)
		err = find_again(change, NULL, HEADER_DETECT, resource);
	change->req->caller = caller;
	change->text = change->finding.map.ptr ? change->finding.map : STR("{}");
	return err;
}

enum err import_change(struct request *req, struct str id)
{
	struct change change = {.req = req, .id = id, .rows = -1};
	struct json_value *body;
	struct str into;
	enum err err = find(req, id, &change.found);

	if (!err && !is_open(&change.found))
		err = why_closed(req, &change.found);
	if (!err)
		err = read_change(req, &body);
	if (err)
		return err;
	change.map = ARENA_NEW(req->arena, struct import_map);
	into = import_literal(json_get(body, "into"));
	if (into.ptr && !json_get(body, "map") && !json_get(body, "accept"))
		err = take_into(&change, into);
	else
		err = take_map(&change, body, into.ptr ? into : change.found.into);
	if (!err)
		err = store_change(&change);
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
