/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: the file's rows, checked cell by cell, into the stage. */
#include "base/fiber.h"
#include "base/time.h"
#include "base/uuid.h"
#include "core/field_type.h"
#include "core/records.h"
#include "feature/import_job.h"
#include "feature/import_value.h"

enum { COPY_BYTES = 64 * 1024, TURN_BYTES = 64 * 1024, ROW_REASONS_MAX = 20 };

/* One row on its way. */
struct row {
	struct import_job *job;
	const struct csv_record *record;
	struct arena *arena;
	struct str *values; /* by stage column; absent is NULL */
	struct record_value *main;
	size_t main_count;
	struct record_value *custom;
	size_t custom_count;
	struct str *extensions; /* of phone numbers, by the rule's index */
	struct str cell;        /* the present one */
	int reasons;
};

/* What all rows share. */
struct staging {
	struct import_job *job;
	struct csv_reader *reader;
	struct arena arena; /* of the row */
	struct buf copy;
	size_t columns; /* of the header */
};

/* --- refusing --------------------------------------------------------------------------------------------- */

static void refuse(struct row *row, struct str field, const char *code, struct str message)
{
	struct import_reason reason = {
		.line = (int64_t)row->record->line,
		.part = row->reasons,
		.field = field,
		.code = str_of(code),
		.message = message,
		.value = row->cell,
	};

	if (row->reasons++ < ROW_REASONS_MAX)
		import_report_add(row->job->report, &reason);
}

/* --- one cell --------------------------------------------------------------------------------------------- */

static struct str source_text(const struct row *row, const struct import_rule *rule)
{
	struct str cell = STR_NONE;

	if (rule->phone)
		return row->extensions[rule->phone - row->job->map->rules];
	if (rule->source != SIZE_MAX)
		cell = str_trim(csv_plain_text(row->record->fields[rule->source]));
	return cell;
}

static struct str aliased(const struct import_rule *rule, struct str text)
{
	for (size_t i = 0; i < rule->alias_count; i++)
		if (str_eq_nocase(rule->aliases[i].from, text))
			return rule->aliases[i].to;
	return rule->other && text.len ? rule->other->to : text;
}

static struct str name_part(const struct import_rule *rule, struct str text)
{
	struct str first, last;

	if (rule->part == NAME_WHOLE)
		return text;
	import_split_name(text, &first, &last);
	return rule->part == NAME_FIRST ? first : last;
}

static bool refuse_text(
	struct row *row, const struct import_rule *rule, const char *code, const char *message)
{
	refuse(row, rule->label, code, str_of(message));
	return false;
}

static bool shape_number(struct row *row, const struct import_rule *rule, struct str *text)
{
	const struct import_map *map = row->job->map;

	if (!import_read_number(row->arena, map->decimal_mark, *text, text))
		return refuse_text(row, rule, "INVALID_NUMBER", "Is not a number.");
	if (rule->times != 1 && !import_multiply(row->arena, *text, rule->times, text))
		return refuse_text(row, rule, "OUT_OF_RANGE", "Has too many digits.");
	return true;
}

static bool shape_date(struct row *row, const struct import_rule *rule, struct str *text)
{
	struct str format = row->job->map->date_format;
	struct date iso;

	if (!format.ptr || date_parse(*text, &iso) ||
		import_read_date(row->arena, format, *text, text))
		return true;
	refuse(row, rule->label, "INVALID_DATE",
		arena_printf(row->arena, "Is not a date of the form %.*s.", STR_ARG(format)));
	return false;
}

/* The field type wants a zone; the database reads what has none in the organisation's. */
static bool read_local_datetime(struct row *row, const struct import_rule *rule, struct str *text)
{
	if (!shape_date(row, rule, text))
		return false;
	if (text->len == 10)
		*text = arena_printf(row->arena, "%.*sT00:00:00", STR_ARG(*text));
	return true;
}

/* A line end within a short text is a blank. */
static struct str one_line(struct arena *arena, struct str text)
{
	char *copy;
	size_t n = 0;

	if (str_find_char(text, '\n') == text.len && str_find_char(text, '\t') == text.len)
		return text;
	copy = arena_bytes(arena, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		bool blank = text.ptr[i] == '\n' || text.ptr[i] == '\t' || text.ptr[i] == ' ';

		if (!blank)
			copy[n++] = text.ptr[i];
		else if (n && copy[n - 1] != ' ')
			copy[n++] = ' ';
	}
	copy[n] = '\0';
	return (struct str){copy, n};
}

/* Brings the text into the form that the field type reads. */
static bool shape(struct row *row, const struct import_rule *rule, struct str *text)
{
	switch (rule->field->field->kind) {
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_PERCENT:
	case FIELD_MONEY:
		return shape_number(row, rule, text);
	case FIELD_DATE:
		return shape_date(row, rule, text);
	case FIELD_TEXT:
		*text = one_line(row->arena, *text);
		return true;
	case FIELD_PHONE:
		*text = import_read_phone(
			row->arena, *text, &row->extensions[rule - row->job->map->rules]);
		return true;
	default:
		return true;
	}
}

/* --- options that the file brings ------------------------------------------------------------------------- */

static struct import_options *options_of(struct import_map *map, const char *picklist)
{
	struct import_options *options = map->options;

	while (options && strcmp(options->picklist, picklist) != 0)
		options = options->next;
	if (options)
		return options;
	options = ARENA_NEW(map->arena, struct import_options);
	options->picklist = picklist;
	options->next = map->options;
	map->options = options;
	return options;
}

/* The key under which an unknown option is stored: as it was written first. */
static bool add_option(
	struct row *row, const struct import_rule *rule, struct str text, struct str *out)
{
	struct import_map *map = row->job->map;
	struct import_options *options = options_of(map, rule->field->field->picklist);

	for (size_t i = 0; i < options->count; i++) {
		if (str_eq_nocase(options->keys[i], text)) {
			*out = options->keys[i];
			return true;
		}
	}
	if (str_utf8_length(text) > 60)
		return refuse_text(row, rule, "TOO_LONG", "An option has at most 60 characters.");
	if (options->count == IMPORT_OPTIONS_MAX)
		return refuse_text(
			row, rule, "TOO_MANY", "The file has more than 200 unknown options.");
	options->keys[options->count] = arena_str(map->arena, text);
	*out = options->keys[options->count++];
	return true;
}

static bool is_unknown_option(
	const struct row *row, const struct import_rule *rule, struct str text)
{
	return rule->add && rule->field->field->kind == FIELD_PICKLIST &&
		!tenant_option_find(row->job->map->tenant, rule->field->field->picklist, text);
}

/* --- a rule ------------------------------------------------------------------------------------------------ */

static bool check(struct row *row, const struct import_rule *rule, struct str text, struct str *out)
{
	struct field_input input = {
		.arena = row->arena, .field = rule->field, .tenant = row->job->map->tenant};

	if (!rule->field) {
		*out = one_line(row->arena, text);
		return true;
	}
	*out = text;
	if (rule->field->field->kind == FIELD_DATETIME && row->job->map->date_format.ptr)
		return read_local_datetime(row, rule, out);
	if (!shape(row, rule, &text))
		return false;
	if (is_unknown_option(row, rule, text))
		return add_option(row, rule, text, out);
	if (field_read_text(&input, text, out))
		return true;
	refuse(row, rule->label, input.code, input.message);
	return false;
}

static void keep(struct row *row, const struct import_rule *rule, struct str value)
{
	if (!rule->column)
		row->custom[row->custom_count++] = (struct record_value){rule->field, value};
	else
		row->values[rule->column] = value;
	if (rule->main && !rule->key && rule->column)
		row->main[row->main_count++] = (struct record_value){rule->field, value};
}

static void apply(struct row *row, const struct import_rule *rule)
{
	struct str text = source_text(row, rule), value;

	row->cell = text;
	text = aliased(rule, text);
	if (text.len == 0)
		text = rule->constant;
	text = name_part(rule, text);
	if (text.len == 0) {
		if (rule->required)
			refuse(row, rule->label, "REQUIRED", STR("Must not be empty."));
		keep(row, rule, rule->initial);
	} else if (check(row, rule, text, &value)) {
		keep(row, rule, value);
	}
}

/* --- the row ------------------------------------------------------------------------------------------------- */

static bool is_skipped(const struct row *row)
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
static void check_title(struct row *row)
{
	const struct resource *into = row->job->map->plan.into;
	bool named = into->title_count == 0;

	for (size_t i = 0; i < row->main_count; i++)
		named |= resource_field_is(row->main[i].field, FIELD_TITLE) &&
			row->main[i].text.len;
	for (size_t i = 0; i < into->title_count; i++)
		named |= resource_field_is(into->titles[i], FIELD_REQUIRED); /* asked for already */
	row->cell = STR_NONE;
	if (!named)
		refuse(row, into->titles[into->title_count - 1]->name, "REQUIRED",
			STR("The record has no name."));
}

/* The entity's own checks; as in an update, so that they look at what is there only. */
static void check_together(struct row *row)
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
		refuse(row, d->field, arena_cstr(row->arena, d->code), d->message);
}

static void write_custom(struct row *row)
{
	unsigned column = row->job->map->plan.custom;
	struct buf text;
	struct json json;

	if (!column)
		return;
	buf_init(&text, 1024 * 1024);
	json_init(&json, &text);
	json_object(&json);
	for (size_t i = 0; i < row->custom_count; i++) {
		if (!row->custom[i].text.ptr)
			continue;
		json_key(&json, row->custom[i].field->name);
		field_write_json(&json, row->custom[i].field, row->custom[i].text);
	}
	json_end(&json);
	row->values[column] = arena_str(row->arena, buf_str(&text));
	buf_deinit(&text);
}

/* --- COPY ------------------------------------------------------------------------------------------------------- */

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

static enum err put_row(struct staging *staging, struct row *row)
{
	const struct import_plan *plan = &staging->job->map->plan;
	char id[UUID_LEN + 1];
	enum err err = ERR_OK;

	uuid_format(uuid_new(), id);
	row->values[1] = str_of(id);
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

/* --- records ------------------------------------------------------------------------------------------------------ */

static struct row make_row(struct staging *staging, const struct csv_record *record)
{
	const struct import_map *map = staging->job->map;
	struct arena *arena = &staging->arena;

	return (struct row){
		.job = staging->job,
		.record = record,
		.arena = arena,
		.values = ARENA_ARRAY(arena, struct str, map->plan.columns + 1),
		.main = ARENA_ARRAY(arena, struct record_value, map->rule_count + 1),
		.custom = ARENA_ARRAY(arena, struct record_value, map->rule_count + 1),
		.extensions = ARENA_ARRAY(arena, struct str, map->rule_count + 1),
	};
}

static enum err take_record(struct staging *staging, const struct csv_record *record)
{
	struct import_counts *counts = &staging->job->report->counts;
	const struct import_map *map = staging->job->map;
	struct row row = make_row(staging, record);

	if (record->code) {
		refuse(&row, arena_printf(row.arena, "column %zu", record->column), record->code,
			str_of(record->message));
	} else if (record->count != staging->columns) {
		refuse(&row, STR(""),
			record->count > staging->columns ? "TOO_MANY_FIELDS" : "TOO_FEW_FIELDS",
			arena_printf(row.arena, "The row has %zu fields, the header %zu.",
				record->count, staging->columns));
	} else if (is_skipped(&row)) {
		counts->skipped++;
		return ERR_OK;
	} else {
		for (size_t i = 0; i < map->rule_count; i++)
			apply(&row, &map->rules[i]);
		if (row.reasons == 0)
			check_title(&row);
		if (row.reasons == 0)
			check_together(&row);
		write_custom(&row);
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
			continue;
		}
		staging->job->report->counts.rows++;
		err = take_record(staging, &record);
		arena_reset(&staging->arena);
	}
	return err;
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
