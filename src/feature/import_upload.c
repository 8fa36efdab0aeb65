/* SPDX-License-Identifier: Apache-2.0 */
/* Imports in steps: the file is kept and looked at. */
#include "feature/import_steps.h"

#include "base/fiber.h"
#include "base/uuid.h"
#include "core/unit.h"
#include "feature/import_file.h"
#include "feature/import_inspect.h"

enum err import_find_into(struct request *req, struct str into, const struct resource **out)
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

/* What cannot be read is not kept, nor waited for. Others have their turn between two pieces, however fast the file
 * comes. */
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
		if (profile->fault)
			break;
		err = import_check_end(file->req, profile->reader);
		if (!err)
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

struct upload {
	struct request *req;
	struct import_file file;
	const struct resource *into;
	struct import_map *map; /* one that is kept; NULL: to be guessed */
	struct str text;
};

/* A mapping that is kept says how the file is to be read, and what becomes of it. */
static enum err take_mapping(struct upload *upload, struct str mapping)
{
	struct request *req = upload->req;
	const struct caller *caller = req->caller;
	struct str into = upload->into ? upload->into->name : STR_NONE;
	enum err err;

	if (!mapping.ptr)
		return ERR_OK;
	err = import_saved_map(req, mapping, &upload->text);
	upload->map = ARENA_NEW(req->arena, struct import_map);
	if (!err)
		err = import_map_read(req, upload->text, into, STR_NONE, upload->map);
	if (!err)
		upload->into = upload->map->plan.into;
	req->caller = caller;
	return err;
}

static enum err find(struct upload *upload, const struct import_profile *profile,
	struct str file_name, struct import_finding *finding)
{
	struct request *req = upload->req;
	const struct caller *caller = req->caller;
	enum err err = import_find(req, profile, file_name, upload->into, finding);

	if (!err && upload->map) {
		finding->map = upload->text;
		err = import_proposals(req, upload->map, finding->profile, &finding->proposals);
	}
	req->caller = caller;
	return err;
}

static enum err receive(struct upload *upload, const struct import_source *source)
{
	const struct import_map *map = upload->map;
	struct import_profile profile;
	struct import_finding finding;
	enum err err;

	import_profile_init(&profile, map ? &map->csv : NULL,
		!map                     ? HEADER_DETECT
			: map->no_header ? HEADER_NO
					 : HEADER_YES);
	err = keep_file(&upload->file, &profile, source);
	if (!err)
		err = find(upload, &profile, source->file_name, &finding);
	if (!err)
		err = store_finding(&upload->file, profile.rows, &finding);
	import_profile_deinit(&profile);
	return err;
}

enum err import_upload(struct request *req, struct str into, struct str mapping,
	const struct import_source *source)
{
	struct upload upload = {.req = req};
	char text[UUID_LEN + 1];
	struct str id;
	enum err err = import_find_into(req, into, &upload.into);

	fiber_set_deadline(0);
	uuid_format(uuid_new(), text);
	id = arena_str(req->arena, str_of(text));
	if (!err)
		err = take_mapping(&upload, mapping);
	if (!err)
		err = create_row(req, id, upload.into, source);
	if (err)
		return err;
	import_file_init(&upload.file, req, id);
	err = receive(&upload, source);
	if (err)
		give_up(&upload.file, err);
	import_file_deinit(&upload.file);
	if (err)
		return err;
	response_header(
		req, "Location", arena_printf(req->arena, "/api/v1/imports/%.*s", STR_ARG(id)));
	return import_answer(req, 201, id);
}
