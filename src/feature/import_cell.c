/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: from the text of a cell to the value of a field. */
#include "base/time.h"
#include "core/field_type.h"
#include "feature/import_country.h"
#include "feature/import_row.h"
#include "feature/import_value.h"

enum { ROW_REASONS_MAX = 20 };

/* --- refusing --------------------------------------------------------------------------------- */

void import_row_refuse(
	struct import_row *row, struct str field, const char *code, struct str message)
{
	struct import_reason reason = {
		.line = (int64_t)row->record->line,
		.part = row->reasons,
		.column = row->rule ? row->rule->header : STR_NONE,
		.field = field,
		.code = str_of(code),
		.message = message,
		.value = row->cell,
	};

	if (row->reasons++ < ROW_REASONS_MAX)
		import_report_add(row->job->report, &reason);
}

/* --- one cell --------------------------------------------------------------------------------- */

static struct str source_text(const struct import_row *row, const struct import_rule *rule)
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

static bool refuse_text(struct import_row *row, const struct import_rule *rule, const char *code,
	const char *message)
{
	import_row_refuse(row, rule->label, code, str_of(message));
	return false;
}

static bool shape_number(struct import_row *row, const struct import_rule *rule, struct str *text)
{
	const struct import_map *map = row->job->map;

	if (!import_read_number(row->arena, map->decimal_mark, *text, text))
		return refuse_text(row, rule, "INVALID_NUMBER", "Is not a number.");
	if (rule->times != 1 && !import_multiply(row->arena, *text, rule->times, text))
		return refuse_text(row, rule, "OUT_OF_RANGE", "Has too many digits.");
	return true;
}

static bool shape_country(struct import_row *row, const struct import_rule *rule, struct str *text)
{
	struct str code = import_country_code(*text);

	if (!code.ptr)
		return refuse_text(row, rule, "INVALID_COUNTRY",
			"Is no country: neither a name nor a code (ISO 3166) such as DE.");
	*text = code;
	return true;
}

static bool shape_date(struct import_row *row, const struct import_rule *rule, struct str *text)
{
	struct str format = row->job->map->date_format;
	struct date iso;

	if (!format.ptr || date_parse(*text, &iso) ||
		import_read_date(row->arena, format, *text, text))
		return true;
	import_row_refuse(row, rule->label, "INVALID_DATE",
		arena_printf(row->arena, "Is not a date of the form %.*s.", STR_ARG(format)));
	return false;
}

/* The field type wants a zone; the database reads what has none in the organisation's. */
static bool read_local_datetime(
	struct import_row *row, const struct import_rule *rule, struct str *text)
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
static bool shape(struct import_row *row, const struct import_rule *rule, struct str *text)
{
	switch (rule->field->field->kind) {
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_PERCENT:
	case FIELD_MONEY:
		return shape_number(row, rule, text);
	case FIELD_DATE:
		return shape_date(row, rule, text);
	case FIELD_COUNTRY:
		return shape_country(row, rule, text);
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

/* --- options that the file brings ------------------------------------------------------------- */

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
	struct import_row *row, const struct import_rule *rule, struct str text, struct str *out)
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
	const struct import_row *row, const struct import_rule *rule, struct str text)
{
	return rule->add && rule->field->field->kind == FIELD_PICKLIST &&
		!tenant_option_find(row->job->map->tenant, rule->field->field->picklist, text);
}

/* --- a rule ----------------------------------------------------------------------------------- */

static bool check(
	struct import_row *row, const struct import_rule *rule, struct str text, struct str *out)
{
	struct field_input input = {
		.arena = row->arena, .field = rule->field, .tenant = row->job->map->tenant};

	if (!rule->field) {
		*out = one_line(row->arena, text);
		return true;
	}
	if (rule->system.ptr)
		text = arena_printf(row->arena, "%.*s:%.*s", STR_ARG(rule->system), STR_ARG(text));
	*out = text;
	if (rule->field->field->kind == FIELD_DATETIME && row->job->map->date_format.ptr)
		return read_local_datetime(row, rule, out);
	if (!shape(row, rule, &text))
		return false;
	if (is_unknown_option(row, rule, text))
		return add_option(row, rule, text, out);
	if (field_read_text(&input, text, out))
		return true;
	import_row_refuse(row, rule->label, input.code, input.message);
	return false;
}

static void keep(
	struct import_row *row, const struct import_rule *rule, struct str value, bool given)
{
	if (!rule->column) {
		row->custom_given[row->custom_count] = given;
		row->custom[row->custom_count++] = (struct record_value){rule->field, value};
	} else {
		row->values[rule->column] = value;
		row->given[rule->column - 1] = given ? '1' : '0';
	}
	if (rule->main && !rule->key && rule->column)
		row->main[row->main_count++] = (struct record_value){rule->field, value};
}

/* Of a row that may update a record: what is missing there can be there. */
static bool must_be_there(const struct import_row *row, const struct import_rule *rule)
{
	return rule->required && !row->job->map->plan.key_count;
}

void import_row_apply(struct import_row *row, const struct import_rule *rule)
{
	struct str text = source_text(row, rule), value;
	bool given;

	row->rule = rule;
	row->cell = text;
	text = aliased(rule, text);
	given = text.len > 0 || (row->job->map->clear && rule->header.ptr);
	if (text.len == 0)
		text = rule->constant;
	text = name_part(rule, text);
	if (text.len == 0) {
		if (must_be_there(row, rule))
			import_row_refuse(row, rule->label, "REQUIRED", STR("Must not be empty."));
		keep(row, rule, rule->initial, given);
	} else if (check(row, rule, text, &value)) {
		keep(row, rule, value, given);
	}
}
