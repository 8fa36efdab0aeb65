/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: the mapping as a whole, and its columns in the file. */
#include "feature/import_map.h"

#include "base/json_write.h"
#include "core/caller.h"
#include "feature/import_profile.h"
#include "feature/import_value.h"

enum { IGNORED_BYTES = 16 * 1024 }; /* told in the report */

#define REFUSE(map, path, code, ...) problem_add(&(map)->req->problem, path, code, __VA_ARGS__)

/* --- settings --------------------------------------------------------------------------------- */

static void read_delimiter(struct import_map *map, const struct json_value *json)
{
	struct str text = import_literal(json);

	if (!json)
		return;
	if (str_is(text, "\\t") || str_is(text, "tab"))
		text = STR("\t");
	if (text.len != 1 || !strchr(",;\t|", text.ptr[0]))
		REFUSE(map, STR("delimiter"), "INVALID", "Must be one of , ; | or tab.");
	else
		map->csv.delimiter = text.ptr[0];
}

static void read_encoding(struct import_map *map, const struct json_value *json)
{
	if (json && !csv_encoding_find(import_literal(json), &map->csv.encoding))
		REFUSE(map, STR("encoding"), "INVALID",
			"Must be utf-8, utf-16le, utf-16be, windows-1250 to -1258, iso-8859-1, -2 "
			"or -15, or detect.");
}

static void read_date_format(struct import_map *map, const struct json_value *json)
{
	map->date_format = import_literal(json);
	if (json && !import_date_format_ok(map->date_format))
		REFUSE(map, STR("dateFormat"), "INVALID",
			"Must be made of YYYY, MM or M, DD or D (and HH, mm, ss), such as "
			"M/D/YYYY.");
}

static void read_decimal_mark(struct import_map *map, const struct json_value *json)
{
	struct str text = import_literal(json);

	map->decimal_mark = '.';
	if (json && !str_is(text, ".") && !str_is(text, ","))
		REFUSE(map, STR("decimalMark"), "INVALID", "Must be a point or a comma.");
	else if (json)
		map->decimal_mark = text.ptr[0];
}

static void read_unmapped(struct import_map *map, const struct json_value *json)
{
	struct str text = import_literal(json);

	map->refuse_unmapped = str_is(text, "refuse");
	if (json && !map->refuse_unmapped && !str_is(text, "ignore"))
		REFUSE(map, STR("unmapped"), "INVALID", "Must be ignore or refuse.");
}

static bool read_flag(
	struct import_map *map, const struct json_value *json, const char *member, bool unsaid)
{
	const struct json_value *flag = json_get(json, member);

	if (flag && flag->type != JSON_BOOL)
		REFUSE(map, str_of(member), "WRONG_TYPE", "Must be true or false.");
	return flag ? flag->boolean : unsaid;
}

static void add_skip(struct import_map *map, const struct json_value *member)
{
	struct import_skip *skip = &map->skips[map->skip_count++];

	*skip = (struct import_skip){.header = member->key, .source = SIZE_MAX};
	skip->values = ARENA_ARRAY(map->arena, struct str, member->count + 1);
	if (member->type != JSON_ARRAY)
		skip->values[skip->count++] = import_literal(member);
	for (const struct json_value *v = member->first; v; v = v->next)
		skip->values[skip->count++] = import_literal(v);
}

static void read_skips(struct import_map *map, const struct json_value *json)
{
	if (!json)
		return;
	if (json->type != JSON_OBJECT || json->count > IMPORT_SKIPS_MAX) {
		REFUSE(map, STR("skipWhen"), "WRONG_TYPE",
			"Must be an object of columns and their values.");
		return;
	}
	for (const struct json_value *m = json->first; m; m = m->next)
		add_skip(map, m);
}

/* --- columns ---------------------------------------------------------------------------------- */

static void read_column(
	struct import_map *map, const struct import_site *site, const struct json_value *rule)
{
	struct str field = rule->type == JSON_OBJECT ? json_get_str(rule, "field")
						     : import_literal(rule);

	if (rule->type == JSON_NULL)
		return;
	if (!field.len)
		REFUSE(map, site->path, "REQUIRED", "A rule needs a field.");
	else
		import_rule_read(map, site, field, rule->type == JSON_OBJECT ? rule : NULL);
}

static struct import_site main_site(struct import_map *map, const char *member, struct str name)
{
	return (struct import_site){
		.resource = map->plan.into,
		.parts = map->plan.parts,
		.part_count = &map->plan.part_count,
		.path = arena_printf(map->arena, "%s.%.*s", member, STR_ARG(name)),
		.main = true,
		.depth = 1,
	};
}

static void read_columns(struct import_map *map, const struct json_value *columns)
{
	if (!columns || columns->type != JSON_OBJECT || !columns->first) {
		REFUSE(map, STR("columns"), "REQUIRED",
			"Must be an object that says which column is which field.");
		return;
	}
	map->columns = columns;
	for (const struct json_value *c = columns->first; c; c = c->next) {
		struct import_site site = main_site(map, "columns", c->key);

		site.header = c->key;
		if (c->type != JSON_ARRAY)
			read_column(map, &site, c);
		for (const struct json_value *r = c->type == JSON_ARRAY ? c->first : NULL; r;
			r = r->next)
			read_column(map, &site, r);
	}
}

const struct import_rule *import_rule_of(const struct import_map *map, unsigned column)
{
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rules[i].column == column)
			return &map->rules[i];
	return NULL;
}

const struct import_rule *import_rule_labelled(const struct import_map *map, struct str label)
{
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rules[i].main && str_eq(map->rules[i].label, label))
			return &map->rules[i];
	return NULL;
}

static struct import_rule *main_rule(struct import_map *map, struct str label)
{
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rules[i].main && str_eq(map->rules[i].label, label))
			return &map->rules[i];
	return NULL;
}

/* A default fills the empty cells of a mapped column, or every row where none is. */
static void read_default(struct import_map *map, const struct json_value *value)
{
	struct import_rule *rule = main_rule(map, value->key);
	struct import_site site = main_site(map, "defaults", value->key);
	bool object = value->type == JSON_OBJECT;

	if (rule && object) {
		REFUSE(map, site.path, "INVALID",
			"The default of a mapped field is a plain value.");
	} else if (rule) {
		rule->initial = STR_NONE;
		rule->constant = import_literal(value);
	} else {
		site.constant = object ? STR_NONE : import_literal(value);
		import_rule_read(map, &site, value->key, object ? value : NULL);
	}
}

static void read_defaults(struct import_map *map, const struct json_value *defaults)
{
	if (defaults && defaults->type != JSON_OBJECT)
		REFUSE(map, STR("defaults"), "WRONG_TYPE",
			"Must be an object of fields and values.");
	for (const struct json_value *d = defaults ? defaults->first : NULL; d; d = d->next)
		read_default(map, d);
}

/* --- the key ---------------------------------------------------------------------------------- */

static bool can_be_key(const struct resource_field *field)
{
	enum field_kind kind = field->field->kind;

	return !resource_field_is(field, FIELD_CUSTOM) &&
		(field_is_prose(field->field) || kind == FIELD_INTEGER || kind == FIELD_DATE ||
			kind == FIELD_UUID || kind == FIELD_EXTERNAL_IDS);
}

static void add_key(struct import_map *map, struct str name)
{
	struct import_plan *plan = &map->plan;
	struct str label = str_starts_with(name, STR("externalIds.")) ? STR("externalIds") : name;
	const struct import_rule *rule = import_rule_labelled(map, label);

	if (!rule || !rule->header.ptr || !rule->column)
		REFUSE(map, STR("key"), "INVALID", "No column is mapped to the key \"%.*s\".",
			STR_ARG(name));
	else if (rule->key || !can_be_key(rule->field))
		REFUSE(map, STR("key"), "INVALID", "Records are not known by \"%.*s\".",
			STR_ARG(name));
	else if (plan->key_count == IMPORT_KEYS_MAX)
		REFUSE(map, STR("key"), "TOO_MANY", "A key has at most 4 fields.");
	else
		plan->keys[plan->key_count++] = (struct import_key){rule->field, rule->column};
}

static void add_keys(struct import_map *map, struct str name)
{
	const struct resource *into = map->plan.into;
	bool whole = str_is(name, "name") && !resource_field_find(into, name);

	if (!whole)
		add_key(map, name);
	for (size_t i = 0; whole && i < into->title_count; i++)
		add_key(map, into->titles[i]->name);
}

/* Ids of either kind name a record by themselves. */
static void check_key(struct import_map *map)
{
	struct import_plan *plan = &map->plan;
	bool by_id = import_rule_labelled(map, STR("id")) != NULL;

	for (size_t i = 0; i < plan->key_count && plan->key_count > 1; i++)
		if (plan->keys[i].field->field->kind == FIELD_UUID ||
			plan->keys[i].field->field->kind == FIELD_EXTERNAL_IDS)
			REFUSE(map, STR("key"), "INVALID", "%.*s is a key by itself.",
				STR_ARG(plan->keys[i].field->name));
	if (by_id && (plan->key_count != 1 || plan->keys[0].field->field->kind != FIELD_UUID))
		REFUSE(map, STR("key"), "REQUIRED", "A column of ids must be the key.");
	if (by_id)
		plan->mode = IMPORT_UPDATE;
	if (plan->key_count && plan->people)
		REFUSE(map, STR("key"), "INVALID", "People are known by name and e-mail address.");
	if (plan->key_count) {
		/* Who imports changes no more than may be imported. */
		map->req->caller = caller_narrow(
			map->req->caller, map->arena, plan->into, VERB_UPDATE, VERB_IMPORT);
		plan->state = ++plan->columns;
		plan->given = ++plan->columns;
	}
}

static void read_key(struct import_map *map, const struct json_value *json, struct str key)
{
	if (json && json->type == JSON_STRING)
		add_keys(map, json->text);
	else if (json && json->type != JSON_ARRAY && json->type != JSON_NULL)
		REFUSE(map, STR("key"), "WRONG_TYPE", "Must be a field or an array of fields.");
	for (const struct json_value *k = json ? json->first : NULL; k; k = k->next)
		add_keys(map, import_literal(k));
	if (!json && key.len)
		for (struct str rest = key; rest.ptr;)
			add_keys(map, str_trim(str_cut(&rest, ',')));
	check_key(map);
}

/* One of two or three words; the place of the one that is said, 0 when none is. */
static size_t read_choice(struct import_map *map, const struct json_value *json, const char *member,
	const char *const *words)
{
	struct str text = import_literal(json);

	if (!json)
		return 0;
	for (size_t i = 0; words[i]; i++)
		if (str_is(text, words[i]))
			return i;
	REFUSE(map, str_of(member), "INVALID", "Must be %s, %s%s%s.", words[0], words[1],
		words[2] ? " or " : "", words[2] ? words[2] : "");
	return 0;
}

static void read_modes(struct import_map *map, const struct json_value *json)
{
	static const char *const modes[] = {"upsert", "create", "update", NULL};
	static const char *const keyless[] = {"refuse", "create", NULL};
	static const char *const empty[] = {"keep", "clear", NULL};
	map->plan.mode = (enum import_mode)read_choice(map, json_get(json, "mode"), "mode", modes);
	map->plan.keyless_creates = read_choice(map, json_get(json, "emptyKey"), "emptyKey",
					    keyless) == 1;
	map->clear = read_choice(map, json_get(json, "emptyCells"), "emptyCells", empty) == 1;
	map->all_or_nothing = read_flag(map, json, "allOrNothing", false);
}

/* --- what must be there ----------------------------------------------------------------------- */

static bool is_mapped(const struct import_map *map, const struct resource_field *field)
{
	for (size_t i = 0; i < map->plan.part_count; i++)
		if (map->plan.parts[i].field == field)
			return true;
	return false;
}

/* Who imports owns what has no owner in the file. */
static void add_caller(struct import_map *map, const struct resource_field *field)
{
	struct import_site site = main_site(map, "defaults", field->name);

	site.constant = map->req->caller->user_id;
	import_rule_read(map, &site, field->name, NULL);
}

static bool only_updates(const struct import_map *map)
{
	return map->plan.key_count && map->plan.mode == IMPORT_UPDATE;
}

static void check_fields(struct import_map *map)
{
	const struct resource *into = map->plan.into;

	for (size_t i = 0; i < into->field_count; i++) {
		const struct resource_field *field = &into->fields[i];

		if (is_mapped(map, field))
			continue;
		if (resource_field_is(field, FIELD_CALLER))
			add_caller(map, field);
		else if (resource_field_is(field, FIELD_REQUIRED) && !map->plan.people &&
			!only_updates(map))
			REFUSE(map, field->name, "REQUIRED",
				"No column is mapped to it, and it has no default.");
	}
	for (size_t i = 0; i < map->tenant->custom[into->index].count; i++) {
		const struct resource_field *field = &map->tenant->custom[into->index].fields[i];
		struct str label = arena_printf(map->arena, "custom.%.*s", STR_ARG(field->name));

		if (resource_field_is(field, FIELD_REQUIRED) && !main_rule(map, label) &&
			!only_updates(map))
			REFUSE(map, label, "REQUIRED",
				"No column is mapped to it, and it has no default.");
	}
}

static void add_custom_column(struct import_map *map)
{
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rules[i].column == 0 && !map->plan.custom)
			map->plan.custom = ++map->plan.columns;
	if (map->plan.custom)
		map->plan.custom_defaults = ++map->plan.columns;
}

/* --- the whole -------------------------------------------------------------------------------- */

static enum err choose_into(struct import_map *map, struct str into)
{
	const struct resource *resource = resource_find_path(into);
	struct request *req = map->req;
	bool people;

	if (!resource)
		resource = resource_find(into);
	if (!resource) {
		REFUSE(map, STR("into"), "INVALID", "There is nothing called \"%.*s\".",
			STR_ARG(into));
		return ERR_INVALID;
	}
	people = import_is_people(resource);
	if (!people &&
		(resource->entity->flags &
			(ENTITY_NO_IMPORT | ENTITY_READ_ONLY | ENTITY_NO_CREATE))) {
		REFUSE(map, STR("into"), "INVALID", "%s cannot be imported.",
			resource->entity->label_plural);
		return ERR_INVALID;
	}
	if (caller_scope(req->caller, resource, VERB_IMPORT) == SCOPE_NONE)
		return problem_set(&req->problem, ERR_FORBIDDEN, "Your role may not import %s.",
			resource->entity->label_plural);
	req->caller = caller_narrow(req->caller, req->arena, resource, VERB_CREATE, VERB_IMPORT);
	if (caller_scope(req->caller, resource, VERB_CREATE) < (people ? SCOPE_ALL : SCOPE_OWN))
		return problem_set(&req->problem, ERR_FORBIDDEN, "You may not create %s.",
			resource->entity->label_plural);
	map->plan.into = resource;
	map->plan.people = people;
	return ERR_OK;
}

static void read_members(struct import_map *map, const struct json_value *json, struct str key)
{
	static const char *const known[] = {"into", "delimiter", "encoding", "dateFormat",
		"decimalMark", "unmapped", "columns", "defaults", "skipWhen", "key", "mode",
		"emptyKey", "emptyCells", "allOrNothing", "header", NULL};

	import_check_members(map, STR("map"), json, known);
	read_delimiter(map, json_get(json, "delimiter"));
	read_encoding(map, json_get(json, "encoding"));
	read_date_format(map, json_get(json, "dateFormat"));
	read_decimal_mark(map, json_get(json, "decimalMark"));
	map->no_header = !read_flag(map, json, "header", true);
	read_unmapped(map, json_get(json, "unmapped"));
	read_skips(map, json_get(json, "skipWhen"));
	read_columns(map, json_get(json, "columns"));
	read_defaults(map, json_get(json, "defaults"));
	read_modes(map, json);
	read_key(map, json_get(json, "key"), key);
	check_fields(map);
	add_custom_column(map);
}

enum err import_map_read(struct request *req, struct str text, struct str into, struct str key,
	struct import_map *out)
{
	struct json_value *json;
	enum err err;

	*out = (struct import_map){
		.arena = req->arena,
		.req = req,
		.plan = {.arena = req->arena, .org_id = req->caller->org_id, .columns = 1},
		.rules = ARENA_ARRAY(req->arena, struct import_rule, IMPORT_RULES_MAX),
		.text = text,
	};
	out->plan.parts = ARENA_ARRAY(req->arena, struct import_part, IMPORT_RULES_MAX);
	out->plan.links = ARENA_ARRAY(req->arena, struct import_link *, IMPORT_LINKS_MAX);
	err = tenant_of(req, &out->tenant);
	if (!err)
		err = json_read(req->arena, text, &req->problem, &json);
	if (err)
		return err;
	if (json->type != JSON_OBJECT)
		return problem_set(&req->problem, ERR_INVALID, "The map must be a JSON object.");
	err = choose_into(out, json_get(json, "into") ? json_get_str(json, "into") : into);
	if (err)
		return err;
	read_members(out, json, key);
	return problem_has_details(&req->problem) ? ERR_INVALID : ERR_OK;
}

/* --- the file's header ------------------------------------------------------------------------ */

static size_t find_header(
	struct import_map *map, const struct str *headers, size_t count, struct str name)
{
	struct str first = arena_printf(map->arena, "%.*s (1)", STR_ARG(str_trim(name)));
	bool twice = false;

	for (size_t i = 0; i < count; i++) {
		if (str_eq_nocase(headers[i], str_trim(name)))
			return i;
		twice |= str_eq_nocase(headers[i], first);
	}
	if (twice)
		REFUSE(map, name, "DUPLICATE",
			"The file has this column twice: the first is called \"%.*s\".",
			STR_ARG(first));
	else
		REFUSE(map, name, "MISSING_COLUMN", "The file has no such column.");
	return SIZE_MAX;
}

static bool is_known(const struct import_map *map, struct str header)
{
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rules[i].header.ptr &&
			str_eq_nocase(str_trim(map->rules[i].header), header))
			return true;
	for (const struct json_value *c = map->columns->first; c; c = c->next)
		if (str_eq_nocase(str_trim(c->key), header))
			return true;
	return false;
}

/* As a JSON array. */
static struct str find_ignored(struct import_map *map, const struct str *headers, size_t count)
{
	struct buf text;
	struct json json;
	struct str ignored;

	buf_init(&text, CSV_RECORD_MAX * 4);
	json_init(&json, &text);
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		struct str header = str_trim(headers[i]);

		if (is_known(map, header))
			continue;
		if (map->refuse_unmapped)
			REFUSE(map, header, "UNMAPPED",
				"No rule says what becomes of this column.");
		if (text.len < IGNORED_BYTES)
			json_str(&json, header);
	}
	json_end(&json);
	ignored = arena_str(map->arena, buf_str(&text));
	buf_deinit(&text);
	return ignored;
}

enum err import_map_bind(
	struct import_map *map, const struct str *cells, size_t count, struct str *ignored_out)
{
	struct str *headers = ARENA_ARRAY(map->arena, struct str, count + 1);

	import_header_names(map->arena, cells, count, !map->no_header, headers);
	for (size_t i = 0; i < map->rule_count; i++)
		if (map->rules[i].header.ptr)
			map->rules[i].source = find_header(
				map, headers, count, map->rules[i].header);
	for (size_t i = 0; i < map->skip_count; i++)
		map->skips[i].source = find_header(map, headers, count, map->skips[i].header);
	*ignored_out = find_ignored(map, headers, count);
	return problem_has_details(&map->req->problem) ? ERR_INVALID : ERR_OK;
}
