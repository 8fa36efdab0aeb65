/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: the file's rows, checked cell by cell, into the stage. */
#include "base/fiber.h"
#include "base/uuid.h"
#include "core/field_type.h"
#include "feature/import_row.h"

enum { COPY_BYTES = 64 * 1024, TURN_BYTES = 64 * 1024 };

/* What all rows share. */
struct staging {
	struct import_job *job;
	struct csv_reader *reader;
	struct arena arena; /* of the row */
	struct buf copy;
	size_t columns; /* of the header */
};

/* --- the row ---------------------------------------------------------------------------------- */

static bool is_skipped(const struct import_row *row)
{
	const struct import_map *map = row->job->map;

	for (size_t i = 0; i < map->skip_count; i++) {
		const struct import_skip *skip = &map->skips[i];
		struct str cell = str_trim(row->record->fields[skip->source]);

		for (size_t k = 0; k < skip->count; k++)
			if (str_eq_nocase(cell, str_trim(skip->values[k])))
				return true;
	}
	return false;
}

/* A record that no title names could not be found again. */
static void check_title(struct import_row *row)
{
	const struct resource *into = row->job->map->plan.into;
	bool named = into->title_count == 0;

	for (size_t i = 0; i < row->main_count; i++)
		named |= resource_field_is(row->main[i].field, FIELD_TITLE) &&
			row->main[i].text.len;
	for (size_t i = 0; i < into->title_count; i++)
		named |= resource_field_is(into->titles[i], FIELD_REQUIRED); /* asked for already */
	row->cell = STR_NONE;
	row->rule = NULL;
	if (!named && row->job->map->plan.key_count == 0)
		import_row_refuse(row, into->titles[into->title_count - 1]->name, "REQUIRED",
			STR("The record has no name."));
}

/* The entity's own checks; as in an update, so that they look at what is there only. */
static void check_together(struct import_row *row)
{
	const struct resource *into = row->job->map->plan.into;
	struct request *scratch = ARENA_NEW(row->arena, struct request);
	struct record_write write = {
		.req = scratch,
		.resource = into,
		.tenant = row->job->map->tenant,
		.mode = RECORD_UPDATE,
		.values = row->main,
		.count = row->main_count,
		.capacity = row->main_count,
	};

	if (!into->entity->check)
		return;
	scratch->arena = row->arena;
	scratch->caller = row->job->req->caller;
	problem_init(&scratch->problem, row->arena);
	into->entity->check(&write);
	for (const struct problem_detail *d = scratch->problem.first; d; d = d->next)
		import_row_refuse(row, d->field, arena_cstr(row->arena, d->code), d->message);
}

/* What the file has, or what stands in for it. An emptied value is null, which takes the key away. */
static void write_custom(struct import_row *row, unsigned column, bool given)
{
	struct buf text;
	struct json json;

	if (!column)
		return;
	buf_init(&text, 1024 * 1024);
	json_init(&json, &text);
	json_object(&json);
	for (size_t i = 0; i < row->custom_count; i++) {
		if (row->custom_given[i] != given || (!row->custom[i].text.ptr && !given))
			continue;
		json_key(&json, row->custom[i].field->name);
		field_write_json(&json, row->custom[i].field, row->custom[i].text);
	}
	json_end(&json);
	row->values[column] = arena_str(row->arena, buf_str(&text));
	buf_deinit(&text);
}

/* --- COPY ------------------------------------------------------------------------------------- */

static void put_copy_value(struct buf *out, struct str value)
{
	size_t from = 0;

	if (!value.ptr) {
		buf_append(out, STR("\\N"));
		return;
	}
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];

		if (c != '\\' && c != '\n' && c != '\r' && c != '\t')
			continue;
		buf_append(out, str_slice(value, from, i));
		buf_append_char(out, '\\');
		buf_append_char(out,
			(char)(c == '\n'            ? 'n'
					: c == '\r' ? 'r'
					: c == '\t' ? 't'
						    : c));
		from = i + 1;
	}
	buf_append(out, str_slice(value, from, value.len));
}

static enum err put_row(struct staging *staging, struct import_row *row)
{
	const struct import_plan *plan = &staging->job->map->plan;
	char id[UUID_LEN + 1];
	enum err err = ERR_OK;

	uuid_format(uuid_new(), id);
	row->values[1] = str_of(id);
	if (plan->given)
		row->values[plan->given] = (struct str){row->given, plan->columns};
	buf_append_int(&staging->copy, (long long)row->record->line);
	for (unsigned c = 1; c <= plan->columns; c++) {
		buf_append_char(&staging->copy, '\t');
		put_copy_value(&staging->copy, row->values[c]);
	}
	buf_append_char(&staging->copy, '\n');
	staging->job->last_line = (int64_t)row->record->line;
	if (staging->copy.len > COPY_BYTES) {
		err = db_stage_write(staging->job->stage, buf_str(&staging->copy));
		buf_reset(&staging->copy, 2 * COPY_BYTES);
	}
	return err;
}

/* --- records ---------------------------------------------------------------------------------- */

static struct import_row make_row(struct staging *staging, const struct csv_record *record)
{
	const struct import_map *map = staging->job->map;
	struct arena *arena = &staging->arena;

	return (struct import_row){
		.job = staging->job,
		.record = record,
		.arena = arena,
		.values = ARENA_ARRAY(arena, struct str, map->plan.columns + 1),
		.main = ARENA_ARRAY(arena, struct record_value, map->rule_count + 1),
		.custom = ARENA_ARRAY(arena, struct record_value, map->rule_count + 1),
		.extensions = ARENA_ARRAY(arena, struct str, map->rule_count + 1),
		.custom_given = ARENA_ARRAY(arena, bool, map->rule_count + 1),
		.given = memset(arena_bytes(arena, map->plan.columns + 1), '0', map->plan.columns),
	};
}

static enum err take_record(struct staging *staging, const struct csv_record *record)
{
	struct import_counts *counts = &staging->job->report->counts;
	const struct import_map *map = staging->job->map;
	struct import_row row = make_row(staging, record);

	if (record->code) {
		import_row_refuse(&row, arena_printf(row.arena, "column %zu", record->column),
			record->code, str_of(record->message));
	} else if (record->count != staging->columns) {
		import_row_refuse(&row, STR(""),
			record->count > staging->columns ? "TOO_MANY_FIELDS" : "TOO_FEW_FIELDS",
			arena_printf(row.arena, "The row has %zu fields, the header %zu.",
				record->count, staging->columns));
	} else if (is_skipped(&row)) {
		counts->skipped++;
		return ERR_OK;
	} else {
		for (size_t i = 0; i < map->rule_count; i++)
			import_row_apply(&row, &map->rules[i]);
		if (row.reasons == 0)
			check_title(&row);
		if (row.reasons == 0)
			check_together(&row);
		write_custom(&row, map->plan.custom, true);
		write_custom(&row, map->plan.custom_defaults, false);
	}
	if (row.reasons == 0)
		return put_row(staging, &row);
	counts->refused++;
	return ERR_OK;
}

static enum err take_header(struct staging *staging, const struct csv_record *record)
{
	struct import_job *job = staging->job;
	struct request *req = job->req;

	if (record->code)
		return problem_set(&req->problem, ERR_INVALID,
			"The header in line %llu cannot be read: %s",
			(unsigned long long)record->line, record->message);
	staging->columns = record->count;
	job->delimiter = csv_delimiter(staging->reader);
	return import_map_bind(job->map, record->fields, record->count, &job->ignored);
}

static enum err take_records(struct staging *staging)
{
	struct csv_record record;
	enum csv_event event;
	enum err err = ERR_OK;

	while (!err && (event = csv_next(staging->reader, &record)) <= CSV_BAD_RECORD) {
		if (!staging->columns) {
			err = take_header(staging, &record);
			if (err || !staging->job->map->no_header)
				continue;
		}
		staging->job->report->counts.rows++;
		err = take_record(staging, &record);
		arena_reset(&staging->arena);
	}
	return err;
}

enum err import_check_end(struct request *req, const struct csv_reader *reader)
{
	uint64_t line = csv_endless(reader);

	if (!line)
		return ERR_OK;
	return problem_set(&req->problem, ERR_INVALID,
		"The record that begins in line %llu has 16 MiB and no end. Perhaps a quote is not "
		"closed, or this is no CSV file.",
		(unsigned long long)line);
}

/* Others have their turn between two pieces, however fast the file comes. */
static enum err take_file(struct staging *staging)
{
	struct import_job *job = staging->job;
	size_t in_turn = 0;

	for (;;) {
		struct str piece;
		enum err err = job->source->read(job->source->arg, &piece);

		if (err)
			return err;
		if (piece.len == 0)
			break;
		csv_feed(staging->reader, piece);
		job->report->counts.bytes_read += (int64_t)piece.len;
		in_turn += piece.len;
		if ((err = take_records(staging)) ||
			(err = import_check_end(job->req, staging->reader)) ||
			(err = import_report_show(job->report, "reading")))
			return err;
		if (in_turn >= TURN_BYTES)
			fiber_sleep(0);
		in_turn = in_turn >= TURN_BYTES ? 0 : in_turn;
	}
	csv_finish(staging->reader);
	return take_records(staging);
}

static enum err finish(struct staging *staging)
{
	struct import_job *job = staging->job;
	int64_t rows;
	enum err err = ERR_OK;

	job->encoding = csv_encoding(staging->reader);
	if (!staging->columns)
		return problem_set(
			&job->req->problem, ERR_INVALID, "The file is empty: it has no header.");
	if (staging->copy.len)
		err = db_stage_write(job->stage, buf_str(&staging->copy));
	return err ? err : db_stage_finish(job->stage, &rows);
}

enum err import_stage_rows(struct import_job *job)
{
	struct staging staging = {.job = job, .reader = csv_reader_new(&job->map->csv)};
	enum err err;

	arena_init(&staging.arena);
	buf_init(&staging.copy, 64 * 1024 * 1024);
	err = take_file(&staging);
	if (!err)
		err = finish(&staging);
	buf_deinit(&staging.copy);
	arena_deinit(&staging.arena);
	csv_reader_free(staging.reader);
	return err;
}
