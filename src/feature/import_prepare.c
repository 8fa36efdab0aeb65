/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: a mapping made ready in one go, for who confirms beforehand. */
#include "feature/import_inspect.h"
#include "feature/import_steps.h"

static enum err read_source(struct import_profile *profile, const struct import_source *source)
{
	enum err err;

	for (;;) {
		struct str piece;

		err = source->read(source->arg, &piece);
		if (err || piece.len == 0)
			break;
		import_profile_feed(profile, piece);
	}
	import_profile_finish(profile);
	return err;
}

static enum err guess(struct request *req, const struct import_profile *profile,
	const struct import_source *source, const struct resource *into,
	struct import_finding *finding)
{
	enum err err = import_find(req, profile, source->file_name, into, finding);

	if (!err && !finding->map.ptr)
		err = problem_set(&req->problem, ERR_INVALID,
			"No column of the file could be guessed; a mapping must say what they "
			"are.");
	return err;
}

static enum err propose(struct request *req, const struct import_profile *profile,
	const struct import_map *map, struct import_finding *finding)
{
	struct import_catalogue catalogue = {.req = req};

	if (profile->fault)
		return problem_set(&req->problem, ERR_INVALID, "%s", profile->fault);
	return import_propose(
		&catalogue, map, profile->columns, profile->column_count, &finding->proposals);
}

static enum err take_all(struct request *req, struct import_finding *finding)
{
	const struct json_value all = {.type = JSON_STRING, .text = STR("all")};

	return import_accept(req, finding->map, finding->proposals, &all, &finding->map);
}

/* `map` is NULL when it is to be guessed. */
static enum err find(struct request *req, const struct import_source *source,
	const struct import_map *map, struct import_finding *out)
{
	struct import_profile profile;
	enum err err;

	import_profile_init(&profile, map ? &map->csv : NULL,
		!map                     ? HEADER_DETECT
			: map->no_header ? HEADER_NO
					 : HEADER_YES);
	err = read_source(&profile, source);
	if (!err)
		err = map ? propose(req, &profile, map, out)
			  : guess(req, &profile, source, out->into, out);
	import_profile_deinit(&profile);
	return err;
}

enum err import_prepare(struct request *req, const struct import_source *source, struct str into,
	bool accept, struct import_finding *out)
{
	const struct caller *caller = req->caller;
	struct import_map *map = NULL;
	enum err err = import_find_into(req, into, &out->into);

	if (!err && out->map.ptr) {
		map = ARENA_NEW(req->arena, struct import_map);
		err = import_map_read(req, out->map, into, STR_NONE, map);
	}
	if (!err)
		err = find(req, source, map, out);
	if (!err && accept)
		err = take_all(req, out);
	/* Reading a mapping narrows what the caller may do to what it imports. */
	req->caller = caller;
	return err;
}
