/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: which column is which field. The better a reason, the earlier it is heard; each field is taken
 * once. A reason is the header (the field's name or label, what other programs call it), then the values.
 */
#include "core/caller.h"
#include "core/csv_decode.h"
#include "core/field_type.h"
#include "feature/import_country.h"
#include "feature/import_inspect.h"

enum { FIELDS_MAX = 200, VALUES_LOOKED_AT = 100 };

struct target {
	const struct resource_field *field;
	struct str name;              /* in the mapping */
	struct import_form forms[12]; /* name, label, aliases */
	size_t form_count;
	bool taken, whole_name;
};

struct guess {
	struct import_catalogue *catalogue;
	struct request *req;
	struct arena *arena;
	const struct tenant *tenant;
	const struct import_profile *profile;
	const struct resource *into;
	struct target targets[FIELDS_MAX];
	size_t target_count;
	struct target **chosen; /* by column */
	size_t chosen_count;
};

/* --- fields ----------------------------------------------------------------------------------- */

static void add_form(struct guess *guess, struct target *target, struct str text)
{
	if (target->form_count < ARRAY_LEN(target->forms) && text.len)
		target->forms[target->form_count++] = import_form_of(guess->arena, text);
}

static struct target *add_target(
	struct guess *guess, const struct resource_field *field, struct str name)
{
	struct target *target = &guess->targets[guess->target_count];

	if (guess->target_count == FIELDS_MAX)
		return NULL;
	guess->target_count++;
	*target = (struct target){.field = field, .name = name};
	return target;
}

static bool can_import(const struct guess *guess, const struct resource_field *field)
{
	const struct caller *caller = guess->req->caller;
	bool address = import_is_people(guess->into) && str_is(field->name, "email");

	return (!resource_field_is(field, FIELD_READ_ONLY) || address) &&
		!str_is(field->name, "custom") && field_type_of(field->field)->parse &&
		caller_sees(caller, field) && caller_writes(caller, field) &&
		(field->field->kind != FIELD_MULTI_REFERENCE || str_is(field->name, "tags"));
}

static void add_field(struct guess *guess, const struct resource_field *field)
{
	struct str aliases = str_of(field->field->aliases);
	struct target *target;

	if (!can_import(guess, field))
		return;
	target = add_target(guess, field, field->name);
	if (!target)
		return;
	add_form(guess, target, field->name);
	add_form(guess, target, field->label);
	if (field->field->kind == FIELD_REFERENCE && str_ends_with(field->name, STR("Id")))
		add_form(guess, target, str_slice(field->name, 0, field->name.len - 2));
	while (aliases.ptr)
		add_form(guess, target, str_cut(&aliases, '|'));
}

static void add_custom(struct guess *guess, const struct resource_field *field)
{
	const struct resource_field *document = resource_field_find(guess->into, STR("custom"));
	struct target *target;

	if (!document || !caller_writes(guess->req->caller, document) ||
		!caller_sees(guess->req->caller, field) ||
		!caller_writes(guess->req->caller, field))
		return;
	target = add_target(
		guess, field, arena_printf(guess->arena, "custom.%.*s", STR_ARG(field->name)));
	if (!target)
		return;
	add_form(guess, target, field->name);
	add_form(guess, target, field->label);
}

/* First and last name at once. */
static void add_whole_name(struct guess *guess)
{
	struct str label = str_of(guess->into->entity->label);
	struct target *target;

	if (guess->into->title_count != 2 || resource_field_find(guess->into, STR("name")))
		return;
	target = add_target(guess, guess->into->titles[0], STR("name"));
	if (!target)
		return;
	target->whole_name = true;
	add_form(guess, target, STR("name"));
	add_form(guess, target, STR("full name"));
	add_form(guess, target, label);
	add_form(guess, target, arena_printf(guess->arena, "%.*s name", STR_ARG(label)));
	if (import_is_people(guess->into))
		add_form(guess, target, STR("sales agent"));
}

static void set_into(struct guess *guess, const struct resource *into)
{
	guess->into = into;
	guess->target_count = 0;
	for (size_t i = 0; i < into->field_count; i++)
		add_field(guess, &into->fields[i]);
	for (size_t i = 0; i < guess->tenant->custom[into->index].count; i++)
		add_custom(guess, &guess->tenant->custom[into->index].fields[i]);
	add_whole_name(guess);
}

/* --- reasons ---------------------------------------------------------------------------------- */

/* 3: the field's own name; 2: another program's; 1: with the entity's name before it; 0: not at all. */
static int fits(
	const struct guess *guess, const struct target *target, const struct import_form *header)
{
	struct import_form entity = import_form_of(
		guess->arena, str_of(guess->into->entity->label));

	for (size_t i = 0; i < target->form_count; i++)
		if (str_eq(target->forms[i].form, header->form))
			return i < 2 ? 3 : 2;
	for (size_t i = 0; i < target->form_count && i < 2; i++)
		if (header->form.len == entity.form.len + target->forms[i].form.len &&
			str_starts_with(header->form, entity.form) &&
			str_ends_with(header->form, target->forms[i].form))
			return 1;
	return 0;
}

static void take(struct guess *guess, size_t column, struct target *target)
{
	guess->chosen[column] = target;
	guess->chosen_count++;
	target->taken = true;
	/* A whole name is both of its parts. */
	for (size_t i = 0; target->whole_name && i < guess->target_count; i++)
		guess->targets[i].taken |= resource_field_is(guess->targets[i].field, FIELD_TITLE);
}

static bool is_open(const struct guess *guess, const struct target *target)
{
	if (target->taken)
		return false;
	for (size_t i = 0; target->whole_name && i < guess->target_count; i++)
		if (guess->targets[i].taken &&
			resource_field_is(guess->targets[i].field, FIELD_TITLE))
			return false;
	return true;
}

static void take_by_name(struct guess *guess, size_t column, int least)
{
	struct import_form header = import_form_of(
		guess->arena, guess->profile->columns[column].name);

	for (size_t i = 0; i < guess->target_count; i++) {
		struct target *target = &guess->targets[i];

		if (is_open(guess, target) && fits(guess, target, &header) >= least) {
			take(guess, column, target);
			return;
		}
	}
}

static void choose_by_names(struct guess *guess)
{
	for (int least = 3; least > 0; least--)
		for (size_t c = 0; c < guess->profile->column_count; c++)
			if (!guess->chosen[c])
				take_by_name(guess, c, least);
}

static bool is_option(const struct guess *guess, const struct field *field, struct str text)
{
	const struct tenant_option *option;

	if (field->kind == FIELD_PICKLIST) {
		option = tenant_option_find(guess->tenant, field->picklist, text);
		return option != NULL;
	}
	for (const struct field_option *o = field->options; o && o->key; o++)
		if (str_eq_nocase(text, str_of(o->key)) || str_eq_nocase(text, str_of(o->label)))
			return true;
	return false;
}

/* Most of the values, of which there are several, mean something to the field. */
static bool are_options(
	const struct guess *guess, const struct import_column *column, const struct field *field)
{
	size_t known = 0;

	if (column->many || column->value_count < 2)
		return false;
	for (size_t i = 0; i < column->value_count; i++)
		known += is_option(guess, field, column->values[i].text);
	return 2 * known > column->value_count;
}

/* Most of the values are names of countries. Codes are none: states and languages have the same. */
static bool are_countries(const struct import_column *column)
{
	size_t known = 0;

	for (size_t i = 0; i < column->value_count && !column->many; i++)
		known += column->values[i].text.len > 3 &&
			import_country_code(column->values[i].text).ptr;
	return 2 * known > column->value_count;
}

static bool fits_kind(
	const struct guess *guess, const struct import_column *column, const struct field *field)
{
	switch (field->kind) {
	case FIELD_EMAIL:
		return import_column_is(column, KIND_EMAIL);
	case FIELD_URL:
		return import_column_is(column, KIND_URL);
	case FIELD_PHONE:
		return import_column_is(column, KIND_PHONE) &&
			!import_column_is(column, KIND_POINT_NUMBER);
	case FIELD_PICKLIST:
	case FIELD_ENUM:
		return are_options(guess, column, field);
	case FIELD_COUNTRY:
		return are_countries(column);
	default:
		return false;
	}
}

static bool is_among(const struct import_names *names, struct arena *arena, struct str text)
{
	struct import_form form = import_form_of(arena, text);
	int distance = 1;

	return import_form_nearest(&form, names->forms, names->count, &distance) && distance == 0;
}

/* Most of the values are names of records. */
static enum err are_names(struct guess *guess, const struct import_column *column,
	const struct resource *resource, bool *out)
{
	const struct import_names *names;
	size_t looked = MIN(column->value_count, (size_t)VALUES_LOOKED_AT), known = 0;
	enum err err = import_names_of(guess->catalogue, resource, NULL, &names);

	*out = false;
	if (err || !names || !names->whole || column->many)
		return err;
	for (size_t i = 0; i < looked; i++)
		known += is_among(names, guess->arena, column->values[i].text);
	*out = looked > 0 && 2 * known > looked;
	return ERR_OK;
}

static enum err take_by_values(struct guess *guess, size_t c)
{
	const struct import_column *column = &guess->profile->columns[c];
	enum err err = ERR_OK;

	for (size_t i = 0; i < guess->target_count && !guess->chosen[c] && !err; i++) {
		struct target *target = &guess->targets[i];
		bool good = fits_kind(guess, column, target->field->field);

		if (!is_open(guess, target) || target->whole_name || column->filled == 0)
			continue;
		if (target->field->field->kind == FIELD_REFERENCE &&
			!import_column_is_date(column) &&
			!import_column_is(column, KIND_POINT_NUMBER))
			err = are_names(guess, column, target->field->target, &good);
		if (good)
			take(guess, c, target);
	}
	return err;
}

static enum err choose(struct guess *guess)
{
	enum err err = ERR_OK;

	guess->chosen = ARENA_ARRAY(
		guess->arena, struct target *, guess->profile->column_count + 1);
	guess->chosen_count = 0;
	choose_by_names(guess);
	for (size_t c = 0; c < guess->profile->column_count && !err; c++)
		if (!guess->chosen[c])
			err = take_by_values(guess, c);
	return err;
}

/* --- what the rows are ------------------------------------------------------------------------ */

static bool is_importable(const struct request *req, const struct resource *resource)
{
	bool people = import_is_people(resource);

	if (!people &&
		(resource->entity->flags &
			(ENTITY_NO_IMPORT | ENTITY_READ_ONLY | ENTITY_NO_CREATE)))
		return false;
	return caller_scope(req->caller, resource, VERB_IMPORT) != SCOPE_NONE &&
		caller_scope(req->caller, resource, VERB_CREATE) >=
		(people ? SCOPE_ALL : SCOPE_OWN);
}

static bool is_in_name(struct str file_name, const struct resource *resource)
{
	struct str plural = str_of(resource->entity->plural);

	for (size_t i = 0; i + plural.len <= file_name.len; i++)
		if (str_eq_nocase(str_slice(file_name, i, i + plural.len), plural))
			return true;
	return false;
}

/* Names alone decide; the title is worth more than one column among others. */
static size_t score(struct guess *guess, const struct resource *resource, struct str file_name)
{
	size_t points;

	set_into(guess, resource);
	guess->chosen = ARENA_ARRAY(
		guess->arena, struct target *, guess->profile->column_count + 1);
	guess->chosen_count = 0;
	choose_by_names(guess);
	points = 2 * guess->chosen_count + (is_in_name(file_name, resource) ? 5 : 0);
	for (size_t c = 0; c < guess->profile->column_count; c++)
		if (guess->chosen[c] && resource_field_is(guess->chosen[c]->field, FIELD_TITLE))
			points++;
	return guess->chosen_count ? points : 0;
}

static const struct resource *best_into(struct guess *guess, struct str file_name)
{
	const struct resource *best = NULL;
	size_t count, most = 0;
	const struct resource *const *all = resources_all(&count);

	for (size_t i = 0; i < count; i++) {
		size_t points;

		if (!is_importable(guess->req, all[i]))
			continue;
		points = score(guess, all[i], file_name);
		if (points > most) {
			most = points;
			best = all[i];
		}
	}
	return best;
}

/* --- the mapping ------------------------------------------------------------------------------ */

/* Records of which the name is all that must be there, and that shape nothing else. */
static bool may_create(const struct guess *guess, const struct resource *target)
{
	enum scope scope = caller_scope(guess->req->caller, target, VERB_CREATE);

	if (import_is_people(target))
		return scope == SCOPE_ALL;
	if (scope == SCOPE_NONE ||
		target->entity->flags & (ENTITY_READ_ONLY | ENTITY_NO_CREATE | ENTITY_SHAPES) ||
		str_is(target->name, "stage") || str_is(target->name, "pipeline"))
		return false;
	for (size_t i = 0; i < target->field_count; i++)
		if (resource_field_is(&target->fields[i], FIELD_REQUIRED) &&
			!resource_field_is(&target->fields[i], FIELD_TITLE))
			return false;
	return true;
}

static void write_rule(const struct guess *guess, struct json *json,
	const struct import_column *column, const struct target *target)
{
	const struct resource_field *field = target->field;
	bool by_email = import_column_is(column, KIND_EMAIL) && field->target &&
		resource_field_find(field->target, STR("email"));
	bool tags = field->field->kind == FIELD_MULTI_REFERENCE;

	if (target->whole_name || (field->field->kind != FIELD_REFERENCE && !tags)) {
		json_str(json, target->name);
		return;
	}
	json_object(json);
	json_member_str(json, "field", target->name);
	json_key(json, STR("link"));
	json_object(json);
	if (!tags)
		json_member_cstr(json, "by", by_email ? "email" : "name");
	json_member_bool(json, "create",
		may_create(guess, field->target) && (!by_email || import_is_people(field->target)));
	json_end(json);
	json_end(json);
}

static void write_settings(const struct guess *guess, struct json *json)
{
	const struct import_profile *profile = guess->profile;
	bool month_first = str_is(guess->req->caller->locale, "en-US"), ambiguous;
	struct str dates = import_profile_dates(profile, month_first, &ambiguous);
	enum csv_encoding encoding = csv_encoding(profile->reader);
	char delimiter = csv_delimiter(profile->reader);

	json_member_str(json, "into", guess->into->path);
	if (delimiter)
		json_member_str(json, "delimiter", (struct str){&delimiter, 1});
	if (encoding != CSV_DETECT)
		json_member_cstr(json, "encoding", csv_encoding_name(encoding));
	if (profile->header == HEADER_NO)
		json_member_bool(json, "header", false);
	if (dates.ptr)
		json_member_str(json, "dateFormat", dates);
	if (import_profile_mark(profile) == ',')
		json_member_cstr(json, "decimalMark", ",");
}

static struct str write_map(const struct guess *guess)
{
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, 1024 * 1024);
	json_init(&json, &text);
	json_object(&json);
	write_settings(guess, &json);
	json_key(&json, STR("columns"));
	json_object(&json);
	for (size_t c = 0; c < guess->profile->column_count; c++) {
		json_key(&json, guess->profile->columns[c].name);
		if (guess->chosen[c])
			write_rule(guess, &json, &guess->profile->columns[c], guess->chosen[c]);
		else
			json_null(&json);
	}
	json_end(&json);
	json_end(&json);
	out = text.full ? STR_NONE : arena_str(guess->arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

enum err import_guess(struct import_catalogue *catalogue, const struct import_profile *profile,
	struct str file_name, const struct resource *into, struct str *map_out,
	const struct resource **into_out)
{
	struct guess *guess = ARENA_NEW(catalogue->req->arena, struct guess);
	enum err err;

	/* Not by a literal: it is larger than a fiber's stack. */
	guess->catalogue = catalogue;
	guess->req = catalogue->req;
	guess->arena = catalogue->req->arena;
	guess->profile = profile;
	*map_out = STR_NONE;
	err = tenant_of(guess->req, &guess->tenant);
	if (err || profile->fault)
		return err;
	*into_out = into ? into : best_into(guess, file_name);
	if (!*into_out)
		return ERR_OK;
	set_into(guess, *into_out);
	err = choose(guess);
	if (!err && guess->chosen_count)
		*map_out = write_map(guess);
	return err;
}
