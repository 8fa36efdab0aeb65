/* SPDX-License-Identifier: Apache-2.0 */
/* Imports in steps: what becomes of the columns. */
#include "feature/import_steps.h"

#include "base/fiber.h"
#include "base/uuid.h"
#include "core/caller.h"
#include "core/unit.h"
#include "feature/import_file.h"
#include "feature/import_inspect.h"

enum err import_saved_map(struct request *req, struct str id, struct str *out)
{
	struct db_result row = {0};
	enum err err = ERR_OK;

	if (uuid_is_valid(id))
		err = unit_query(req, DB_FAST, NULL,
			&SQL("select map from import_mappings where id = $1::uuid and org_id ="
			     " $2::uuid and deleted_at is null",
				id, req->caller->org_id),
			&row);
	if (!err && row.rows == 0) {
		problem_add(&req->problem, STR("mappingId"), "UNKNOWN_REFERENCE",
			"There is no such mapping.");
		return ERR_INVALID;
	}
	if (!err)
		*out = db_value(&row, 0, 0);
	return err;
}

struct change {
	struct request *req;
	struct str id;
	struct import_kept found;
	struct import_map *map;
	struct str text; /* of the new mapping */
	struct import_finding finding;
	int64_t rows; /* as the file is read now; -1: as before */
};

static enum err read_change(struct request *req, struct json_value **out)
{
	static const char *const known[] = {"map", "mappingId", "into", "accept", NULL};
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

static struct str number(struct request *req, int64_t n)
{
	return arena_printf(req->arena, "%lld", (long long)n);
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
	struct str saved = import_literal(json_get(body, "mappingId"));
	enum err err = ERR_OK;

	change->text = map ? json_text(req, map) : change->found.mapping;
	if (saved.ptr && (err = import_saved_map(req, saved, &change->text)))
		return err;
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
	enum err err = import_find_into(change->req, into, &resource);

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
	enum err err = import_find_kept(req, id, &change.found);

	if (!err && !import_is_open(&change.found))
		err = import_why_closed(req, &change.found);
	if (!err)
		err = read_change(req, &body);
	if (err)
		return err;
	change.map = ARENA_NEW(req->arena, struct import_map);
	into = import_literal(json_get(body, "into"));
	if (into.ptr && body->count == 1)
		err = take_into(&change, into);
	else
		err = take_map(&change, body, into.ptr ? into : change.found.into);
	if (!err)
		err = store_change(&change);
	return err ? err : import_answer(req, 200, id);
}
