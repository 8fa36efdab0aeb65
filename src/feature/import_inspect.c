/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: what was found in a file, as it is shown and kept. */
#include "feature/import_inspect.h"

#include "core/caller.h"

enum { JSON_BYTES_MAX = 16 * 1024 * 1024 };

/* --- detection -------------------------------------------------------------------------------- */

static void write_samples(const struct import_profile *profile, struct json *json)
{
	json_key(json, STR("sample"));
	json_array(json);
	for (size_t i = 0; i < profile->sample_count; i++) {
		json_array(json);
		for (size_t c = 0; c < profile->column_count; c++)
			json_str(json, profile->samples[i][c]);
		json_end(json);
	}
	json_end(json);
}

/* What says which record is which, where every row has another one. */
static void write_keys(const struct import_profile *profile, struct json *json)
{
	json_key(json, STR("distinctColumns"));
	json_array(json);
	for (size_t c = 0; c < profile->column_count; c++) {
		const struct import_column *column = &profile->columns[c];

		if (!column->many && column->filled == profile->rows && profile->rows > 0 &&
			(int64_t)column->value_count == profile->rows)
			json_str(json, column->name);
	}
	json_end(json);
}

static struct str detection_of(struct request *req, const struct import_profile *profile)
{
	bool month_first = str_is(req->caller->locale, "en-US"), ambiguous;
	struct str dates = import_profile_dates(profile, month_first, &ambiguous);
	enum csv_encoding encoding = csv_encoding(profile->reader);
	char delimiter = csv_delimiter(profile->reader), mark = import_profile_mark(profile);
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, JSON_BYTES_MAX);
	json_init(&json, &text);
	json_object(&json);
	json_member_cstr(
		&json, "encoding", encoding == CSV_DETECT ? "ascii" : csv_encoding_name(encoding));
	json_member_str(&json, "delimiter", (struct str){&delimiter, delimiter ? 1 : 0});
	json_member_bool(&json, "header", profile->header == HEADER_YES);
	json_member_str(&json, "dateFormat", dates);
	json_member_bool(&json, "dateFormatAmbiguous", ambiguous);
	json_member_str(&json, "decimalMark", (struct str){&mark, 1});
	json_member_int(&json, "rows", profile->rows);
	json_member_int(&json, "badRows", profile->bad_rows);
	json_key(&json, STR("columns"));
	import_profile_write(profile, &json);
	write_keys(profile, &json);
	write_samples(profile, &json);
	json_end(&json);
	out = text.full ? STR("{}") : arena_str(req->arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

/* --- profile ---------------------------------------------------------------------------------- */

static void write_values(struct json *json, const struct import_column *column)
{
	json_object(json);
	json_member_str(json, "name", column->name);
	json_key(json, STR("values"));
	json_array(json);
	for (size_t i = 0; i < column->value_count && !column->many; i++) {
		json_array(json);
		json_str(json, column->values[i].text);
		json_int(json, column->values[i].count);
		json_end(json);
	}
	json_end(json);
	json_member_bool(json, "many", column->many);
	json_end(json);
}

static struct str profile_of(struct request *req, const struct import_profile *profile)
{
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, JSON_BYTES_MAX);
	json_init(&json, &text);
	json_object(&json);
	json_key(&json, STR("columns"));
	json_array(&json);
	for (size_t c = 0; c < profile->column_count; c++)
		write_values(&json, &profile->columns[c]);
	json_end(&json);
	json_end(&json);
	out = text.full ? STR("{}") : arena_str(req->arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

static void read_column(
	struct arena *arena, const struct json_value *json, struct import_column *column)
{
	const struct json_value *values = json_get(json, "values"), *many = json_get(json, "many");

	column->name = json_get_str(json, "name");
	column->many = many && many->boolean;
	column->values = ARENA_ARRAY(arena, struct import_value, (values ? values->count : 0) + 1);
	for (const struct json_value *v = values ? values->first : NULL; v; v = v->next) {
		struct import_value *value = &column->values[column->value_count++];

		value->text = v->first->text;
		if (!str_to_int64(v->first->next->text, &value->count))
			value->count = 0;
	}
}

static enum err read_profile(
	struct request *req, struct str text, struct import_column **out, size_t *count_out)
{
	struct json_value *json;
	const struct json_value *columns;
	enum err err = json_read(req->arena, text, &req->problem, &json);

	*count_out = 0;
	if (err)
		return err;
	columns = json_get(json, "columns");
	*out = ARENA_ARRAY(req->arena, struct import_column, (columns ? columns->count : 0) + 1);
	for (const struct json_value *c = columns ? columns->first : NULL; c; c = c->next)
		read_column(req->arena, c, &(*out)[(*count_out)++]);
	return ERR_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

enum err import_proposals(
	struct request *req, const struct import_map *map, struct str profile, struct str *out)
{
	struct import_catalogue catalogue = {.req = req};
	struct import_column *columns;
	size_t count;
	enum err err = read_profile(req, profile, &columns, &count);

	return err ? err : import_propose(&catalogue, map, columns, count, out);
}

/* A guess that lacks something is shown all the same; there is nothing to propose about it yet. */
static enum err propose(struct import_catalogue *catalogue, const struct import_profile *profile,
	struct import_finding *finding)
{
	struct request *req = catalogue->req;
	struct request scratch = {.arena = req->arena,
		.id = req->id,
		.caller = req->caller,
		.app = req->app,
		.unit = req->unit};
	struct import_map *map = ARENA_NEW(req->arena, struct import_map);

	problem_init(&scratch.problem, req->arena);
	if (!finding->map.ptr ||
		import_map_read(&scratch, finding->map, STR_NONE, STR_NONE, map) != ERR_OK)
		return ERR_OK;
	return import_propose(
		catalogue, map, profile->columns, profile->column_count, &finding->proposals);
}

enum err import_find(struct request *req, const struct import_profile *profile,
	struct str file_name, const struct resource *into, struct import_finding *out)
{
	struct import_catalogue catalogue = {.req = req};
	enum err err;

	*out = (struct import_finding){.proposals = STR("[]"), .into = into};
	if (profile->fault)
		return problem_set(&req->problem, ERR_INVALID, "%s", profile->fault);
	out->detection = detection_of(req, profile);
	out->profile = profile_of(req, profile);
	err = import_guess(&catalogue, profile, file_name, into, &out->map, &out->into);
	return err ? err : propose(&catalogue, profile, out);
}
