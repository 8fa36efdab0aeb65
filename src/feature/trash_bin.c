/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/trash: what was deleted, of all entities that the caller may read, the latest first: by whom, when,
 * and when it is deleted for good. Each is restored by its own route.
 */
#include "base/base64url.h"
#include "base/uuid.h"
#include "core/caller.h"
#include "core/feature.h"
#include "core/field_type.h"
#include "core/records.h"
#include "core/sql.h"
#include "core/unit.h"

enum { LIMIT_DEFAULT = 25, LIMIT_MAX = 200 };

/* Of year 9999; more is no time. */
#define MS_MAX INT64_C(253402300799999)

enum { C_ENTITY, C_ID, C_TITLE, C_AT, C_BY, C_CHANGESET, C_PURGE, C_MS };

struct bin {
	struct request *req;
	const struct resource *of[RESOURCE_MAX];
	size_t count;
	struct str ms, id; /* behind these; STR_NONE from the beginning */
	int64_t limit;
};

/* --- asking --------------------------------------------------------------------------------------- */

static bool has_trash(const struct bin *bin, const struct resource *r)
{
	const unsigned without = ENTITY_NESTED | ENTITY_READ_ONLY | ENTITY_NO_DELETE;

	return r->has_deleted && !(r->entity->flags & without) &&
		caller_scope(bin->req->caller, r, VERB_READ) != SCOPE_NONE;
}

static void take_all(struct bin *bin)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	for (size_t i = 0; i < count; i++)
		if (has_trash(bin, all[i]))
			bin->of[bin->count++] = all[i];
}

static bool is_taken(const struct bin *bin, const struct resource *r)
{
	for (size_t i = 0; i < bin->count; i++)
		if (bin->of[i] == r)
			return true;
	return false;
}

static enum err take_named(struct bin *bin, struct str names)
{
	bin->count = 0;
	while (names.ptr) {
		struct str name = str_trim(str_cut(&names, ','));
		const struct resource *r = resource_find(name);

		if (!r || !has_trash(bin, r))
			return problem_set(&bin->req->problem, ERR_BAD_PARAMETER,
				"entity: \"%.*s\" has no trash that you may see.", STR_ARG(name));
		if (!is_taken(bin, r))
			bin->of[bin->count++] = r;
	}
	return ERR_OK;
}

static enum err take_cursor(struct bin *bin, struct str value)
{
	struct str text;
	int64_t ms;

	if (base64url_decode(bin->req->arena, value, &text)) {
		bin->ms = str_cut(&text, ':');
		bin->id = text;
		if (str_to_int64(bin->ms, &ms) && ms >= 0 && ms <= MS_MAX && uuid_is_valid(text))
			return ERR_OK;
	}
	return problem_set(&bin->req->problem, ERR_BAD_PARAMETER,
		"cursor does not belong to this list; begin again without it.");
}

static enum err take_parameter(struct bin *bin, struct str name, struct str value)
{
	if (str_is(name, "entity"))
		return take_named(bin, value);
	if (str_is(name, "cursor"))
		return take_cursor(bin, value);
	if (!str_is(name, "limit"))
		return problem_set(&bin->req->problem, ERR_BAD_PARAMETER,
			"There is no parameter \"%.*s\" here.", STR_ARG(name));
	if (!str_to_int64(value, &bin->limit) || bin->limit < 1 || bin->limit > LIMIT_MAX)
		return problem_set(&bin->req->problem, ERR_BAD_PARAMETER,
			"limit must be a number from 1 to %d.", LIMIT_MAX);
	return ERR_OK;
}

static enum err read_parameters(struct bin *bin)
{
	struct str rest = bin->req->query;
	enum err err = ERR_OK;

	take_all(bin);
	for (;;) {
		struct str name, value;
		bool more;

		err = request_next_param(bin->req, &rest, &name, &value, &more);
		if (err || !more)
			return err;
		err = take_parameter(bin, name, value);
		if (err)
			return err;
	}
}

/* --- answering ------------------------------------------------------------------------------------ */

static void write_row(
	struct json *json, const struct bin *bin, const struct db_result *rows, int row)
{
	const struct resource_field *moment = resource_field_find(bin->of[0], STR("deletedAt"));

	json_object(json);
	json_member_str(json, "entity", db_value(rows, row, C_ENTITY));
	json_member_str(json, "id", db_value(rows, row, C_ID));
	json_member_str(json, "title", db_value(rows, row, C_TITLE));
	json_key(json, STR("deletedAt"));
	field_write_json(json, moment, db_value(rows, row, C_AT));
	json_member_str(json, "deletedById", db_value(rows, row, C_BY));
	json_member_str(json, "changesetId", db_value(rows, row, C_CHANGESET));
	json_key(json, STR("purgeAt"));
	field_write_json(json, moment, db_value(rows, row, C_PURGE));
	json_end(json);
}

static struct str cursor_behind(const struct bin *bin, const struct db_result *rows, int row)
{
	struct arena *arena = bin->req->arena;

	return base64url_encode(arena,
		arena_printf(arena, "%.*s:%.*s", STR_ARG(db_value(rows, row, C_MS)),
			STR_ARG(db_value(rows, row, C_ID))));
}

static void answer(const struct bin *bin, const struct db_result *rows)
{
	struct json json = response_json(bin->req, 200);
	bool more = rows->rows > bin->limit;
	int count = more ? (int)bin->limit : rows->rows;

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_key(&json, STR("records"));
	json_array(&json);
	for (int row = 0; row < count; row++)
		write_row(&json, bin, rows, row);
	json_end(&json);
	json_member_str(&json, "nextCursor", more ? cursor_behind(bin, rows, count - 1) : STR_NONE);
	json_end(&json);
	json_end(&json);
}

static enum err handle_trash(struct request *req)
{
	struct bin bin = {.req = req, .ms = STR_NONE, .id = STR_NONE, .limit = LIMIT_DEFAULT};
	struct db_result rows = {0};
	struct db_stmt stmt;
	enum err err = read_parameters(&bin);

	if (!err && bin.count) {
		stmt = sql_trash_bin(req, bin.of, bin.count, bin.ms, bin.id, (int)bin.limit);
		err = unit_query(req, DB_SLOW, NULL, &stmt, &rows);
	}
	if (!err)
		answer(&bin, &rows);
	return err;
}

/* --- the feature ------------------------------------------------------------------------------------ */

/* clang-format off */
#define ID "{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}"
#define MOMENT "\"type\":[\"string\",\"null\"],\"format\":\"date-time\""

static const struct route_doc doc = {
	.summary = "List what the trash holds, of all entities, the latest first",
	.tag = "Trash",
	.parameters = "[{\"name\":\"entity\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"Only these, by name: contact,deal.\"},"
		"{\"$ref\":\"#/components/parameters/Limit\"},{\"$ref\":\"#/components/parameters/Cursor\"}]",
	.response = "{\"type\":\"object\",\"properties\":{\"records\":{\"type\":\"array\",\"items\":{"
		"\"type\":\"object\",\"properties\":{\"entity\":{\"type\":\"string\"},"
		"\"id\":{\"type\":\"string\",\"format\":\"uuid\"},\"title\":{\"type\":\"string\"},"
		"\"deletedAt\":{" MOMENT "},\"deletedById\":" ID ",\"changesetId\":" ID ","
		"\"purgeAt\":{" MOMENT ",\"description\":\"From then on it is deleted for good, unless something "
		"refers to it; null for what is kept.\"}}}},"
		"\"nextCursor\":{\"type\":[\"string\",\"null\"]}}}",
	.status = 200,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/trash", .handle = handle_trash, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/trash", .handle = handle_trash, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_trash_bin = {
	.name = "trash_bin",
	.routes = routes,
};
