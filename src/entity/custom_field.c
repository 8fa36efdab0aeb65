/* SPDX-License-Identifier: Apache-2.0 */
/* A custom field: what an organisation adds to an entity. Values live in the record's `custom`. */
#include <ctype.h>

#include "base/json_read.h"
#include "core/field_type.h"
#include "core/records.h"
#include "core/tenant.h"

enum { KEY_MAX = 40 };

/* Entities that take custom fields, and those that one can refer to: whatever says so in its own table.
 * Filled before main, since a new entity shall not have to be named here. */
static struct field_option takers[RESOURCE_MAX + 1], targets[RESOURCE_MAX + 1];

__attribute__((constructor)) static void fill_entities(void)
{
	size_t taker_count = 0, target_count = 0;

	for (const struct entity *const *entity = entity_registry; *entity; entity++) {
		struct field_option option = {(*entity)->name, (*entity)->label};

		if (((*entity)->flags & ENTITY_CUSTOM) && taker_count < RESOURCE_MAX)
			takers[taker_count++] = option;
		if (!((*entity)->flags & ENTITY_READ_ONLY) && target_count < RESOURCE_MAX)
			targets[target_count++] = option;
	}
}

static const struct field_option types[] = {
	{"text", "Text"},
	{"longText", "Long text"},
	{"email", "E-mail"},
	{"phone", "Phone"},
	{"url", "Web address"},
	{"integer", "Whole number"},
	{"decimal", "Number"},
	{"money", "Money"},
	{"boolean", "Yes or no"},
	{"date", "Date"},
	{"datetime", "Date and time"},
	{"picklist", "Choice"},
	{"multiPicklist", "Several choices"},
	{"reference", "Reference"},
	{NULL, NULL},
};

/* clang-format off */
static const struct field fields[] = {
	{.name = "label",           .kind = FIELD_TEXT,    .min_len = 1, .max_len = 100,
	 .flags = FIELD_REQUIRED | FIELD_TITLE | FIELD_LISTED},
	{.name = "entity",          .kind = FIELD_ENUM,    .options = takers,
	 .flags = FIELD_REQUIRED | FIELD_IMMUTABLE | FIELD_LISTED},
	{.name = "type",            .kind = FIELD_ENUM,    .options = types,
	 .flags = FIELD_REQUIRED | FIELD_LISTED,
	 .help = "Changes only from text to long text, whole number to number, one choice to several."},
	{.name = "key",             .kind = FIELD_TEXT,    .max_len = 40,
	 .pattern = "^[a-z][a-zA-Z0-9]{0,39}$",
	 .flags = FIELD_IMMUTABLE | FIELD_NOT_NULL | FIELD_LISTED,
	 .help = "For programs; made from the label when absent."},
	{.name = "required",        .kind = FIELD_BOOLEAN, .initial = "false",
	 .flags = FIELD_LISTED, .help = "Asked of new records; old ones stay as they are."},
	{.name = "archived",        .kind = FIELD_BOOLEAN, .initial = "false",
	 .flags = FIELD_LISTED},
	{.name = "position",        .kind = FIELD_INTEGER, RANGE(0, 1000000), .initial = "0"},
	{.name = "group",           .kind = FIELD_TEXT,    .max_len = 50,
	 .help = "Heading under which the field stands."},
	{.name = "helpText",        .kind = FIELD_TEXT,    .max_len = 300},

	{.name = "options",         .kind = FIELD_JSON,    .section = "Values", .flags = FIELD_NO_SORT,
	 .help = "Of choices: 1 to 200 of {key, label, color, archived}."},
	{.name = "referenceEntity", .kind = FIELD_ENUM,    .options = targets,
	 .label = "Refers to", .section = "Values", .help = "Of references."},
	{.name = "default",         .kind = FIELD_JSON,    .label = "Default value",
	 .section = "Values", .flags = FIELD_NO_SORT},
	{.name = "unique",          .kind = FIELD_BOOLEAN, .initial = "false", .section = "Values",
	 .help = "Of texts, e-mails, phones and whole numbers."},
	{.name = "min",             .kind = FIELD_DECIMAL, .scale = 6, .label = "Least value",
	 .section = "Values", .flags = FIELD_SIGNED},
	{.name = "max",             .kind = FIELD_DECIMAL, .scale = 6, .label = "Greatest value",
	 .section = "Values", .flags = FIELD_SIGNED},
	{.name = "maxLength",       .kind = FIELD_INTEGER, RANGE(1, 10000),
	 .label = "Greatest length", .section = "Values"},
	{.name = "scale",           .kind = FIELD_INTEGER, RANGE(0, 6), .label = "Decimals",
	 .section = "Values"},
	{.name = "searchable",      .kind = FIELD_BOOLEAN, .initial = "false", .section = "Values"},
	{.name = "filterable",      .kind = FIELD_BOOLEAN, .initial = "true", .section = "Values"},
	{0},
};
/* clang-format on */

static const struct entity_constraint constraints[] = {
	{.constraint = "custom_fields_key_unique",
		.field = "key",
		.message = "The entity has a custom field of this key."},
	{.constraint = "custom_fields_options",
		.field = "options",
		.message = "A choice needs 1 to 200 options."},
	{.constraint = "custom_fields_reference",
		.field = "referenceEntity",
		.message = "A reference needs to say what it refers to."},
	{.constraint = "custom_fields_unique_type",
		.field = "unique",
		.message = "Values of this type cannot be unique."},
	{.constraint = "custom_fields_range",
		.field = "max",
		.message = "Must not be below the least value."},
	{0},
};

/* "Sales région 2" makes salesRegion2: letters and digits of ASCII, each further word raised. */
static struct str key_of(struct arena *arena, struct str label)
{
	char *key = arena_bytes(arena, KEY_MAX + 1);
	size_t n = 0;
	bool raise = false;

	for (size_t i = 0; i < label.len && n < KEY_MAX; i++) {
		unsigned char c = (unsigned char)label.ptr[i];

		if (c >= 0x80)
			continue;
		if (isalpha(c) || (isdigit(c) && n)) {
			key[n] = (char)(n == 0 ? tolower(c) : raise ? toupper(c) : c);
			n++;
		}
		raise = !isalnum(c);
	}
	key[n] = '\0';
	return (struct str){key, n};
}

static void check_key(struct record_write *write)
{
	const struct resource *of = resource_find(record_write_get(write, "entity"));
	struct str key = record_write_get(write, "key");

	if (!key.ptr) {
		key = key_of(write->req->arena, record_write_get(write, "label"));
		record_write_set(write, "key", key);
	}
	/* A key or label that is refused is told of already. */
	if (key.len == 0 && !problem_has_details(&write->req->problem))
		problem_add(&write->req->problem, STR("key"), "REQUIRED",
			"The label has no letter to make a key of.");
	else if (of && resource_field_find(of, key))
		problem_add(
			&write->req->problem, STR("key"), "DUPLICATE", "This is a field already.");
}

static void check_option(struct record_write *write, const struct json_value *option)
{
	struct str key = json_get_str(option, "key");
	struct str label = json_get_str(option, "label");

	if (key.len == 0 || key.len > 60 || label.len == 0 || label.len > 400)
		problem_add(&write->req->problem, STR("options"), "INVALID",
			"Each option needs a key and a label.");
}

static void check_options(struct record_write *write)
{
	struct str text = record_write_get(write, "options");
	struct problem unread;
	struct json_value *options;

	problem_init(&unread, write->req->arena);
	if (!text.ptr || json_read(write->req->arena, text, &unread, &options) != ERR_OK)
		return;
	for (const struct json_value *o = options->first; o; o = o->next)
		check_option(write, o);
}

/* --- the default value ------------------------------------------------------------------------- */

static const struct json_value *read_json(struct record_write *write, struct str text)
{
	struct problem unread;
	struct json_value *value;

	problem_init(&unread, write->req->arena);
	return text.ptr && json_read(write->req->arena, text, &unread, &value) == ERR_OK ? value
											 : NULL;
}

/* The field as it will be: as it is, with what is sent. */
static struct field described(const struct record_write *write, const struct resource_field *now)
{
	struct field field = now ? *now->field : (struct field){0};
	struct str min = record_write_get(write, "min");
	struct str max = record_write_get(write, "max");
	int64_t n;

	if (record_write_has(write, "type") &&
		!field_type_find(record_write_get(write, "type"), &field.kind))
		field.kind = FIELD_JSON;
	if (str_to_int64(record_write_get(write, "maxLength"), &n))
		field.max_len = (int)n;
	if (str_to_int64(record_write_get(write, "scale"), &n))
		field.scale = (int)n;
	if (record_write_has(write, "min"))
		field.least = min.ptr;
	if (record_write_has(write, "max"))
		field.most = max.ptr;
	return field;
}

static bool is_option(const struct record_write *write, const struct json_value *options,
	const struct resource_field *now, const struct json_value *value)
{
	if (value->type != JSON_STRING)
		return false;
	if (!options)
		return now && now->field->picklist &&
			tenant_option_find(write->tenant, now->field->picklist, value->text);
	for (const struct json_value *o = options->first; o; o = o->next)
		if (str_eq(json_get_str(o, "key"), value->text))
			return true;
	return false;
}

static bool is_choice(struct record_write *write, enum field_kind kind,
	const struct resource_field *now, const struct json_value *value)
{
	const struct json_value *options = read_json(write, record_write_get(write, "options"));
	bool good = kind == FIELD_PICKLIST || value->type == JSON_ARRAY;

	if (kind == FIELD_PICKLIST)
		return is_option(write, options, now, value);
	for (const struct json_value *v = value->first; good && v; v = v->next)
		good = is_option(write, options, now, v);
	return good;
}

/* Of an archived field nothing is known here; a default that does not fit is not used either. */
static void check_default(struct record_write *write)
{
	const struct json_value *value = read_json(write, record_write_get(write, "default"));
	const struct resource_field *now = write->mode == RECORD_CREATE
		? NULL
		: tenant_field_by_id(write->tenant, write->id);
	struct field field = described(write, now);
	struct resource_field probe = {.field = &field, .name = STR("default")};
	struct field_input input = {.arena = write->req->arena, .field = &probe};
	bool choice = field.kind == FIELD_PICKLIST || field.kind == FIELD_MULTI_PICKLIST;
	struct str text;

	if (!value || value->type == JSON_NULL || !field.kind || field.kind == FIELD_JSON)
		return;
	if (choice && !is_choice(write, field.kind, now, value))
		problem_add(&write->req->problem, STR("default"), "INVALID",
			"Must be the key of an option, or a list of such keys for several "
			"choices.");
	else if (!choice && !field_read_json(&input, value, &text))
		problem_add(&write->req->problem, STR("default"), input.code, "%.*s",
			STR_ARG(input.message));
}

static void check(struct record_write *write)
{
	if (write->mode == RECORD_CREATE)
		check_key(write);
	check_options(write);
	check_default(write);
}

const struct entity entity_custom_field = {
	.name = "custom_field",
	.plural = "custom_fields",
	.label = "Custom field",
	.label_plural = "Custom fields",
	.icon = "custom_field",
	.group = "admin",
	.flags = ENTITY_NO_IMPORT | ENTITY_SHAPES | ENTITY_CONFIRM,
	.fields = fields,
	.constraints = constraints,
	.check = check,
	.default_sort = "position",
	.access = {[PRESET_ADMIN] = "aaaa",
		[PRESET_MANAGER] = "nnnn",
		[PRESET_USER] = "nnnn",
		[PRESET_ACCOUNTANT] = "nnnn",
		[PRESET_PARTNER_ADMIN] = "nnnn",
		[PRESET_PARTNER_USER] = "nnnn"},
};
