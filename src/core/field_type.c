/* SPDX-License-Identifier: Apache-2.0 */
/* Field types: the table, reading and writing of values. */
#include "core/field_type.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/time.h"
#include "core/external_ids.h"
#include "core/field_parse.h"

enum { LIST_MAX = 50 };

/* --- writing ------------------------------------------------------------------------------------ */

static void write_text(struct json *json, struct str value)
{
	json_str(json, value);
}

/* Numbers and jsonb: PostgreSQL's text is JSON already. */
static void write_raw(struct json *json, struct str value)
{
	json_raw(json, value);
}

static void write_boolean(struct json *json, struct str value)
{
	json_bool(json, value.ptr[0] == 't');
}

static void write_datetime(struct json *json, struct str value)
{
	char text[64];
	struct buf buf = {.ptr = text, .cap = sizeof(text), .max = sizeof(text)};

	time_append_from_pg(&buf, value);
	json_str(json, buf_str(&buf));
}

/* Cuts the first element off a PostgreSQL array literal; its quotes and backslashes are undone in `room`,
 * which holds any id or option key. */
static struct str array_element(struct str *rest, char room[static 256])
{
	bool quoted = rest->len && rest->ptr[0] == '"';
	size_t i = quoted, n = 0;

	for (; i < rest->len && rest->ptr[i] != (quoted ? '"' : ','); i++) {
		if (rest->ptr[i] == '\\' && i + 1 < rest->len)
			i++;
		if (n < 256)
			room[n++] = rest->ptr[i];
	}
	i = MIN(i + quoted + 1, rest->len);
	*rest = str_slice(*rest, i, rest->len);
	return (struct str){room, n};
}

static void write_list(struct json *json, struct str value)
{
	struct str rest = str_slice(value, 1, value.len - 1);
	char room[256];

	json_array(json);
	while (rest.len)
		json_str(json, array_element(&rest, room));
	json_end(json);
}

/* {"first_name": [a, b]} with columns to {"firstName": [a, b]}: only keys of the outermost object. */
static void write_diff(struct json *json, struct str value)
{
	struct arena arena;
	struct problem problem;
	struct json_value *diff;

	arena_init(&arena);
	problem_init(&problem, &arena);
	if (json_read(&arena, value, &problem, &diff) != ERR_OK || diff->type != JSON_OBJECT) {
		json_null(json);
	} else {
		json_object(json);
		for (struct json_value *m = diff->first; m; m = m->next) {
			json_key(json, column_to_name(&arena, m->key));
			json_write_value(json, m);
		}
		json_end(json);
	}
	arena_deinit(&arena);
}

/* --- the table ---------------------------------------------------------------------------------- */

#define BIT(n) (1u << (n))

enum {
	OPS_EQUAL = BIT(OP_EQ) | BIT(OP_NE) | BIT(OP_IN) | BIT(OP_NULL),
	OPS_ORDER = OPS_EQUAL | BIT(OP_GT) | BIT(OP_GTE) | BIT(OP_LT) | BIT(OP_LTE),
	OPS_TEXT = OPS_EQUAL | BIT(OP_CONTAINS) | BIT(OP_STARTS_WITH),
	OPS_LIST = BIT(OP_EQ) | BIT(OP_NE) | BIT(OP_IN) | BIT(OP_NULL),
	JSON_IS_STRING = BIT(JSON_STRING),
	JSON_IS_NUMBER = BIT(JSON_NUMBER),
	JSON_IS_DECIMAL = BIT(JSON_NUMBER) | BIT(JSON_STRING),
	JSON_IS_BOOLEAN = BIT(JSON_BOOL),
	JSON_IS_LIST = BIT(JSON_ARRAY),
	JSON_IS_ANY = BIT(JSON_BOOL) | BIT(JSON_NUMBER) | BIT(JSON_STRING) | BIT(JSON_ARRAY) |
		BIT(JSON_OBJECT),
};

/* Strangers' text is brought to NFC by PostgreSQL, which has the tables. */
#define NFC "normalize(%s::text)"
#define STRING_SCHEMA "{\"type\":\"string\"}"
#define EXTERNAL_IDS_SCHEMA                                                                \
	"{\"type\":\"array\",\"maxItems\":10,\"items\":{\"type\":\"object\","              \
	"\"required\":[\"system\",\"id\"],\"additionalProperties\":false,\"properties\":{" \
	"\"system\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":40},"               \
	"\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":128}}}}"

/* clang-format off */
static const struct field_type types[FIELD_KIND__COUNT] = {
	[FIELD_TEXT] = {"text", "text", NFC, JSON_IS_STRING, OPS_TEXT, 255, 0, false,
			NULL, parse_text, write_text, STRING_SCHEMA},
	[FIELD_LONG_TEXT] = {"longText", "text", NFC, JSON_IS_STRING,
			     BIT(OP_CONTAINS) | BIT(OP_NULL), 10000, 0, false,
			     NULL, parse_long_text, write_text, STRING_SCHEMA},
	[FIELD_EMAIL] = {"email", "text", NFC, JSON_IS_STRING, OPS_TEXT, 254, 0, false,
			 NULL, parse_email, write_text, "{\"type\":\"string\",\"format\":\"email\"}"},
	[FIELD_PHONE] = {"phone", "text", NULL, JSON_IS_STRING, OPS_TEXT, 32, 0, false,
			 NULL, parse_phone, write_text, STRING_SCHEMA},
	[FIELD_URL] = {"url", "text", NFC, JSON_IS_STRING, OPS_TEXT, 2048, 0, false,
		       NULL, parse_url, write_text, STRING_SCHEMA},
	[FIELD_INTEGER] = {"integer", "integer", NULL, JSON_IS_NUMBER, OPS_ORDER, 0, 0, false,
			   NULL, parse_integer, write_raw, "{\"type\":\"integer\"}"},
	[FIELD_DECIMAL] = {"decimal", "numeric", NULL, JSON_IS_DECIMAL, OPS_ORDER, 0, 3, false,
			   NULL, parse_decimal, write_raw, "{\"type\":\"number\"}"},
	[FIELD_PERCENT] = {"percent", "numeric", NULL, JSON_IS_DECIMAL, OPS_ORDER, 0, 3, false,
			   NULL, parse_decimal, write_raw, "{\"type\":\"number\"}"},
	[FIELD_MONEY] = {"money", "numeric", NULL, JSON_IS_DECIMAL, OPS_ORDER, 0, 2, false,
			 NULL, parse_decimal, write_raw, "{\"type\":\"number\"}"},
	[FIELD_CURRENCY] = {"currency", "text", NULL, JSON_IS_STRING, OPS_EQUAL, 3, 0, false,
			    NULL, parse_currency, write_text, "{\"type\":\"string\",\"pattern\":\"^[A-Z]{3}$\"}"},
	[FIELD_COUNTRY] = {"country", "text", NULL, JSON_IS_STRING, OPS_EQUAL, 2, 0, false,
			   NULL, parse_country, write_text, "{\"type\":\"string\",\"pattern\":\"^[A-Z]{2}$\"}"},
	[FIELD_TIME_ZONE] = {"timeZone", "text", NULL, JSON_IS_STRING, OPS_EQUAL, 64, 0, false,
			     NULL, parse_time_zone, write_text, STRING_SCHEMA},
	[FIELD_BOOLEAN] = {"boolean", "boolean", NULL, JSON_IS_BOOLEAN, BIT(OP_EQ) | BIT(OP_NE), 0, 0, false,
			   NULL, parse_boolean, write_boolean, "{\"type\":\"boolean\"}"},
	[FIELD_DATE] = {"date", "date", NULL, JSON_IS_STRING, OPS_ORDER, 10, 0, false,
			NULL, parse_date, write_text, "{\"type\":\"string\",\"format\":\"date\"}"},
	[FIELD_DATETIME] = {"datetime", "timestamptz", NULL, JSON_IS_STRING, OPS_ORDER, 40, 0, false,
			    NULL, parse_datetime, write_datetime, "{\"type\":\"string\",\"format\":\"date-time\"}"},
	[FIELD_ENUM] = {"enum", "text", NULL, JSON_IS_STRING, OPS_EQUAL, 60, 0, false,
			NULL, parse_enum, write_text, STRING_SCHEMA},
	[FIELD_PICKLIST] = {"picklist", "text", NULL, JSON_IS_STRING, OPS_EQUAL, 100, 0, false,
			    NULL, parse_option, write_text, STRING_SCHEMA},
	[FIELD_MULTI_PICKLIST] = {"multiPicklist", "text[]", NULL, JSON_IS_LIST, OPS_LIST, 100, 0, true,
				  NULL, parse_option, write_list, "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"},
	[FIELD_REFERENCE] = {"reference", "uuid", NULL, JSON_IS_STRING, OPS_EQUAL, 36, 0, false,
			     NULL, parse_uuid, write_text, "{\"type\":\"string\",\"format\":\"uuid\"}"},
	[FIELD_MULTI_REFERENCE] = {"multiReference", "uuid[]", NULL, JSON_IS_LIST, OPS_LIST, 100, 0, true,
				   NULL, parse_member, write_list,
				   "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"format\":\"uuid\"}}"},
	[FIELD_JSON] = {"json", "jsonb", NULL, JSON_IS_ANY, BIT(OP_NULL), 0, 0, false,
			NULL, NULL, write_raw, "{\"type\":[\"object\",\"array\",\"string\",\"number\",\"boolean\"]}"},
	[FIELD_UUID] = {"uuid", "uuid", NULL, JSON_IS_STRING, OPS_EQUAL, 36, 0, false,
			NULL, parse_uuid, write_text, "{\"type\":\"string\",\"format\":\"uuid\"}"},
	[FIELD_EXTERNAL_IDS] = {"externalIds", "jsonb", "normalize(%s::text)::jsonb", JSON_IS_LIST,
				BIT(OP_EQ) | BIT(OP_IN) | BIT(OP_NULL), 2048, 0, false,
				external_ids_read, external_ids_parse, write_raw, EXTERNAL_IDS_SCHEMA},
	[FIELD_DIFF] = {"diff", "jsonb", NULL, 0, 0, 0, 0, false,
			NULL, NULL, write_diff, "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"array\"}}"},
};
/* clang-format on */

const struct field_type *field_type_of(const struct field *field)
{
	return &types[field->kind];
}

const struct field_type *field_type_find(struct str name, enum field_kind *kind_out)
{
	for (size_t kind = 1; kind < FIELD_KIND__COUNT; kind++) {
		if (str_is(name, types[kind].name)) {
			*kind_out = (enum field_kind)kind;
			return &types[kind];
		}
	}
	return NULL;
}

/* --- operators ---------------------------------------------------------------------------------- */

/* clang-format off */
static const char *const op_names[OP__COUNT] = {
	[OP_EQ] = "eq", [OP_NE] = "ne", [OP_GT] = "gt", [OP_GTE] = "gte", [OP_LT] = "lt", [OP_LTE] = "lte",
	[OP_IN] = "in", [OP_CONTAINS] = "contains", [OP_STARTS_WITH] = "startsWith", [OP_NULL] = "null",
};
/* clang-format on */

const char *filter_op_name(enum filter_op op)
{
	return op_names[op];
}

bool filter_op_find(struct str name, enum filter_op *out)
{
	for (size_t op = 0; op < OP__COUNT; op++) {
		if (str_is(name, op_names[op])) {
			*out = (enum filter_op)op;
			return true;
		}
	}
	return false;
}

bool field_allows_op(const struct field *field, enum filter_op op)
{
	return !(field->flags & FIELD_NO_FILTER) && (field_type_of(field)->operators & BIT(op));
}

bool field_can_sort(const struct field *field)
{
	bool document = field->kind == FIELD_LONG_TEXT || field->kind == FIELD_JSON ||
		field->kind == FIELD_DIFF || field->kind == FIELD_EXTERNAL_IDS;

	return !(field->flags & FIELD_NO_SORT) && !document && !field_type_of(field)->list;
}

/* --- reading ------------------------------------------------------------------------------------ */

bool field_refuse(struct field_input *input, const char *code, const char *format, ...)
{
	va_list args;
	char text[512];
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	INVARIANT(len >= 0);
	input->code = code;
	input->message = arena_str(
		input->arena, (struct str){text, MIN((size_t)len, sizeof(text) - 1)});
	return false;
}

static bool length_ok(struct field_input *input, struct str text)
{
	const struct field *field = input->field->field;
	int max = field->max_len ? field->max_len : field_type_of(field)->max_len;
	size_t length = str_utf8_length(text);

	if (max && length > (size_t)max)
		return field_refuse(input, "TOO_LONG", "Must have at most %d characters.", max);
	if (length < (size_t)field->min_len)
		return field_refuse(
			input, "TOO_SHORT", "Must have at least %d characters.", field->min_len);
	return true;
}

/* The name of the JSON type that the field wants, for the message. */
static const char *wanted(const struct field_type *type)
{
	return type->list                       ? "a list"
		: type->json & BIT(JSON_NUMBER) ? "a number"
		: type->json & BIT(JSON_BOOL)   ? "true or false"
						: "a text";
}

/* Quoted as an element of a PostgreSQL array literal. */
static struct str quote_element(struct arena *arena, struct str text)
{
	char *quoted = arena_bytes(arena, text.len * 2 + 3);
	size_t n = 0;

	quoted[n++] = '"';
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"' || text.ptr[i] == '\\')
			quoted[n++] = '\\';
		quoted[n++] = text.ptr[i];
	}
	quoted[n++] = '"';
	quoted[n] = '\0';
	return (struct str){quoted, n};
}

struct list {
	struct field_input *input;
	bool checked; /* the field's limits apply */
	struct buf literal;
	size_t count;
};

static bool list_add(struct list *list, struct str text)
{
	const struct field_type *type = field_type_of(list->input->field->field);
	struct str value = str_trim(text);

	if (value.len == 0)
		return true;
	if (++list->count > LIST_MAX)
		return field_refuse(
			list->input, "TOO_MANY", "Must have at most %d values.", LIST_MAX);
	if (list->checked && !length_ok(list->input, value))
		return false;
	if (!type->parse(list->input, value, &value))
		return false;
	if (list->literal.len > 1)
		buf_append_char(&list->literal, ',');
	buf_append(&list->literal, quote_element(list->input->arena, value));
	return true;
}

static struct str list_end(struct list *list)
{
	struct str text;

	buf_append_char(&list->literal, '}');
	text = arena_str(list->input->arena, buf_str(&list->literal));
	buf_deinit(&list->literal);
	return text;
}

static struct list list_begin(struct field_input *input, bool checked)
{
	struct list list = {.input = input, .checked = checked};

	buf_init(&list.literal, 64 * 1024);
	buf_append_char(&list.literal, '{');
	return list;
}

static bool read_json_list(
	struct field_input *input, const struct json_value *value, struct str *out)
{
	struct list list = list_begin(input, true);
	bool good = true;

	for (const struct json_value *v = value->first; v && good; v = v->next)
		good = v->type == JSON_STRING
			? list_add(&list, v->text)
			: field_refuse(input, "WRONG_TYPE", "Must be a list of texts.");
	*out = list_end(&list);
	return good;
}

static bool read_text_list(
	struct field_input *input, struct str text, bool checked, struct str *out)
{
	struct list list = list_begin(input, checked);
	char separator = str_find_char(text, ';') < text.len ? ';' : ',';
	struct str rest = text;
	bool good = true;

	while (good && rest.ptr)
		good = list_add(&list, str_cut(&rest, separator));
	*out = list_end(&list);
	return good;
}

static bool read_scalar(struct field_input *input, struct str text, bool checked, struct str *out)
{
	struct str value = str_trim(text);

	*out = STR_NONE;
	if (value.len == 0)
		return true;
	if (checked && !length_ok(input, value))
		return false;
	return field_type_of(input->field->field)->parse(input, value, out);
}

static bool read_document(
	struct field_input *input, const struct json_value *value, struct str *out)
{
	struct buf text;
	struct json json;
	bool fits;

	buf_init(&text, 256 * 1024);
	json_init(&json, &text);
	json_write_value(&json, value);
	fits = !text.full;
	*out = arena_str(input->arena, buf_str(&text));
	buf_deinit(&text);
	return fits || field_refuse(input, "TOO_LONG", "Must have at most 256 KiB.");
}

bool field_read_json(struct field_input *input, const struct json_value *value, struct str *out)
{
	const struct field_type *type = field_type_of(input->field->field);

	*out = STR_NONE;
	if (value->type == JSON_NULL)
		return true;
	if (!(type->json & BIT(value->type)))
		return field_refuse(input, "WRONG_TYPE", "Must be %s.", wanted(type));
	if (type->read)
		return type->read(input, value, out);
	if (!type->parse)
		return read_document(input, value, out);
	if (type->list)
		return read_json_list(input, value, out);
	if (value->type == JSON_BOOL) {
		*out = value->boolean ? STR("true") : STR("false");
		return true;
	}
	return read_scalar(input, value->text, true, out);
}

bool field_read_text(struct field_input *input, struct str text, struct str *out)
{
	const struct field_type *type = field_type_of(input->field->field);

	if (!type->parse)
		return field_refuse(input, "WRONG_TYPE", "Cannot be read from text.");
	return type->list ? read_text_list(input, text, true, out)
			  : read_scalar(input, text, true, out);
}

bool field_read_operand(struct field_input *input, struct str text, struct str *out)
{
	const struct field_type *type = field_type_of(input->field->field);

	INVARIANT(type->parse != NULL);
	return read_scalar(input, text, false, out);
}

void field_write_json(struct json *json, const struct resource_field *field, struct str value)
{
	if (value.ptr)
		types[field->field->kind].write(json, value);
	else
		json_null(json);
}
