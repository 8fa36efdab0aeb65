/* SPDX-License-Identifier: Apache-2.0 */
/* Queries: reading one condition on one field. */
#include "base/time.h"
#include "core/query_internal.h"
#include "core/unit.h"

/* `name` and `op` of "name[op]"; without brackets the operator is eq. */
static enum err split_filter(
	struct query *query, struct str parameter, struct str *name, enum filter_op *op)
{
	size_t open = str_find_char(parameter, '[');
	struct str inner;

	*name = str_slice(parameter, 0, open);
	*op = OP_EQ;
	if (open == parameter.len)
		return ERR_OK;
	inner = str_slice(parameter, open + 1, parameter.len);
	if (!str_ends_with(inner, STR("]")) ||
		!filter_op_find(str_slice(inner, 0, inner.len - 1), op))
		return QUERY_REFUSE(query, "There is no operator \"%.*s\".", STR_ARG(parameter));
	return ERR_OK;
}

bool query_refers_to_users(const struct resource_field *field)
{
	return field->target && str_is(field->target->name, "user");
}

static bool refers_to_tags(const struct resource_field *field)
{
	return field->field->kind == FIELD_MULTI_REFERENCE && str_is(field->target->name, "tag");
}

/* `today-7`, `monthStart+1`: a day that moves with the calendar; anything else stays as it is. What the set is
 * then known by is the day itself, which the words are not. */
static enum err read_relative_day(struct query *query, struct str *text)
{
	static const char *const words[] = {
		"today", "weekStart", "monthStart", "quarterStart", "yearStart"};
	struct db_stmt stmt = SQL("select relative_day($1)", *text);
	struct db_result row;
	bool relative = false;
	enum err err;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		relative = relative || str_starts_with(*text, str_of(words[i]));
	if (!relative)
		return ERR_OK;
	err = unit_query(query->req, DB_FAST, NULL, &stmt, &row);
	if (err || !db_value(&row, 0, 0).ptr)
		return err; /* what is no such day is refused as any other text */
	*text = db_value(&row, 0, 0);
	query->shape = arena_printf(
		query->req->arena, "%.*s&day=%.*s", STR_ARG(query->shape), STR_ARG(*text));
	return ERR_OK;
}

static enum err read_operand(struct query *query, struct query_filter *filter, struct str text)
{
	struct field_input input = {
		.arena = query->req->arena, .field = filter->field, .tenant = query->tenant};
	struct str *out = &filter->values[filter->count++];
	bool named = refers_to_tags(filter->field) || filter->op == OP_CONTAINS ||
		filter->op == OP_STARTS_WITH;
	struct date day;

	if (str_is(text, "me") && query_refers_to_users(filter->field)) {
		*out = query->req->caller->user_id;
		query->about_caller = true;
		return ERR_OK;
	}
	if (filter->field->field->kind == FIELD_DATE ||
		filter->field->field->kind == FIELD_DATETIME) {
		enum err err = read_relative_day(query, &text);

		if (err)
			return err;
	}
	if (filter->field->field->kind == FIELD_DATETIME && date_parse(text, &day)) {
		filter->day = filter->op != OP_IN;
		*out = text;
		return ERR_OK;
	}
	if (named) {
		*out = text;
		return ERR_OK;
	}
	if (!field_read_operand(&input, text, out))
		return QUERY_REFUSE(
			query, "%.*s: %.*s", STR_ARG(filter->field->name), STR_ARG(input.message));
	return ERR_OK;
}

/* `myTeam` among the values of who: the people of the caller's team, the caller being one of them. */
static struct str *with_team(
	struct query *query, struct query_filter *filter, const struct str *texts, size_t *count)
{
	struct str team = query->req->caller->team_users;
	struct str rest = team.len > 2 ? str_slice(team, 1, team.len - 1) : STR("me");
	size_t most = *count + 1, n = 0;
	struct str *out;

	for (size_t i = 0; i < team.len; i++)
		most += team.ptr[i] == ',';
	out = ARENA_ARRAY(query->req->arena, struct str, most);
	for (size_t i = 0; i < *count; i++)
		if (!str_is(texts[i], "myTeam"))
			out[n++] = texts[i];
	while (rest.ptr)
		out[n++] = str_cut(&rest, ',');
	filter->op = OP_IN;
	query->about_caller = true;
	*count = n;
	return out;
}

static bool says_team(const struct query_filter *filter, const struct str *texts, size_t count)
{
	bool said = false;

	for (size_t i = 0; i < count; i++)
		said = said || str_is(texts[i], "myTeam");
	return said && query_refers_to_users(filter->field) &&
		(filter->op == OP_EQ || filter->op == OP_IN);
}

/* Of OP_IN the values one by one, of all others one. */
static enum err read_operands(
	struct query *query, struct query_filter *filter, const struct str *texts, size_t count)
{
	enum err err = ERR_OK;

	if (count > QUERY_MAX_VALUES)
		return QUERY_REFUSE(query, "%.*s: at most %d values.", STR_ARG(filter->field->name),
			QUERY_MAX_VALUES);
	if (says_team(filter, texts, count))
		texts = with_team(query, filter, texts, &count);
	filter->values = ARENA_ARRAY(query->req->arena, struct str, count);
	if (filter->op == OP_NULL) {
		filter->values[filter->count++] = texts[0];
		return str_is(texts[0], "true") || str_is(texts[0], "false")
			? ERR_OK
			: QUERY_REFUSE(query, "%.*s[null] must be true or false.",
				  STR_ARG(filter->field->name));
	}
	for (size_t i = 0; i < count && !err; i++)
		err = read_operand(query, filter, texts[i]);
	return err;
}

enum err query_read_filter(struct query *query, struct query_filter *filter, struct str name,
	enum filter_op op, const struct str *texts, size_t count)
{
	*filter = (struct query_filter){.field = query_field_find(query, name), .op = op};
	if (!filter->field)
		return QUERY_REFUSE(
			query, "There is no parameter or field \"%.*s\".", STR_ARG(name));
	if (!field_allows_op(filter->field->field, op))
		return QUERY_REFUSE(
			query, "%.*s cannot be filtered by %s.", STR_ARG(name), filter_op_name(op));
	if (count == 0 || (count == 1 && texts[0].len == 0))
		return QUERY_REFUSE(query,
			"%.*s has no value; to find empty fields ask for %.*s[null]=true.",
			STR_ARG(name), STR_ARG(name));
	return read_operands(query, filter, texts, count);
}

static struct str *split_values(struct query *query, struct str text, size_t *count)
{
	size_t n = 1;
	struct str *values;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == ',';
	values = ARENA_ARRAY(query->req->arena, struct str, n);
	*count = 0;
	for (struct str rest = text; rest.ptr;)
		values[(*count)++] = str_trim(str_cut(&rest, ','));
	return values;
}

enum err query_add_parameter_filter(struct query *query, struct str parameter, struct str value)
{
	struct query_filter *filter = &query->filters[query->filter_count];
	struct str *values = &value;
	size_t count = 1;
	struct str name;
	enum filter_op op;
	enum err err = split_filter(query, parameter, &name, &op);

	if (err)
		return err;
	if (query->filter_count == QUERY_MAX_FILTERS)
		return QUERY_REFUSE(query, "At most %d filters.", QUERY_MAX_FILTERS);
	if (op == OP_IN && value.len)
		values = split_values(query, value, &count);
	err = query_read_filter(query, filter, name, op, values, count);
	query->filter_count += !err;
	return err;
}
