/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queries: the parameter `where`, a filter with groups, as JSON.
 *
 *   {"or": [{"field": "status", "value": "open"},
 *           {"and": [{"field": "amount", "op": "gte", "value": 100}, {"field": "ownerId", "value": "me"}]}]}
 *
 * It becomes a row of terms, each group before what it holds, so that whoever only wants the conditions need
 * not climb.
 */
#include "base/json_read.h"
#include "core/query_internal.h"

struct where {
	struct query *query;
	struct query_term *terms;
	size_t count;
};

static enum err read_term(struct where *where, const struct json_value *value, int depth);

static enum err add_term(struct where *where, struct query_term **out)
{
	if (where->count == QUERY_MAX_TERMS)
		return QUERY_REFUSE(
			where->query, "where: at most %d conditions and groups.", QUERY_MAX_TERMS);
	*out = &where->terms[where->count++];
	**out = (struct query_term){.kind = TERM_FILTER};
	return ERR_OK;
}

static enum err read_group(
	struct where *where, struct query_term *group, const struct json_value *list, int depth)
{
	enum err err = ERR_OK;

	if (list->type != JSON_ARRAY || list->count == 0)
		return QUERY_REFUSE(where->query, "where: \"%.*s\" must be a list with members.",
			STR_ARG(list->key));
	if (depth == QUERY_MAX_DEPTH)
		return QUERY_REFUSE(
			where->query, "where: at most %d groups in each other.", QUERY_MAX_DEPTH);
	group->count = list->count;
	for (const struct json_value *v = list->first; v && !err; v = v->next)
		err = read_term(where, v, depth + 1);
	return err;
}

/* The words that a value of the parameter `field=…` would be written with. */
static bool word_of(const struct json_value *value, struct str *out)
{
	switch (value->type) {
	case JSON_STRING:
	case JSON_NUMBER:
		*out = value->text;
		return true;
	case JSON_BOOL:
		*out = value->boolean ? STR("true") : STR("false");
		return true;
	default:
		return false;
	}
}

static enum err read_words(struct where *where, const struct json_value *value, struct str name,
	struct str **words, size_t *count)
{
	const struct json_value *v = value->type == JSON_ARRAY ? value->first : value;
	size_t most = value->type == JSON_ARRAY ? value->count : 1;

	*count = 0;
	*words = ARENA_ARRAY(where->query->req->arena, struct str, most + 1);
	for (; *count < most; v = v->next)
		if (!word_of(v, &(*words)[(*count)++]))
			return QUERY_REFUSE(where->query,
				"where: a value of \"%.*s\" must be a text, a number, true or "
				"false.",
				STR_ARG(name));
	return ERR_OK;
}

static enum err read_op(
	struct where *where, const struct json_value *op, struct str name, enum filter_op *out)
{
	*out = OP_EQ;
	if (op && (op->type != JSON_STRING || !filter_op_find(op->text, out)))
		return QUERY_REFUSE(where->query,
			"where: there is no operator \"%.*s\" for \"%.*s\".", STR_ARG(op->text),
			STR_ARG(name));
	return ERR_OK;
}

static enum err read_condition(
	struct where *where, struct query_term *term, const struct json_value *value)
{
	const struct json_value *field = json_get(value, "field"), *op = json_get(value, "op");
	const struct json_value *operand = json_get(value, "value");
	struct str *words;
	size_t count;
	enum filter_op operator;
	enum err err;

	if (!field || field->type != JSON_STRING || !operand || value->count != (op ? 3u : 2u))
		return QUERY_REFUSE(where->query,
			"where: a condition has \"field\", \"value\" and perhaps \"op\"; a group "
			"has "
			"\"and\" or \"or\".");
	err = read_op(where, op, field->text, &operator);
	if (!err && operand->type == JSON_ARRAY && operator!= OP_IN)
		err = QUERY_REFUSE(where->query, "where: only \"in\" takes a list, not \"%.*s\".",
			STR_ARG(field->text));
	if (!err)
		err = read_words(where, operand, field->text, &words, &count);
	return err ? err
		   : query_read_filter(
			     where->query, &term->filter, field->text, operator, words, count);
}

/* No deeper than QUERY_MAX_DEPTH, whatever is sent. */
static enum err read_term(struct where *where, const struct json_value *value, int depth)
{
	const struct json_value *all = json_get(value, "and"), *any = json_get(value, "or");
	struct query_term *term = NULL;
	enum err err = add_term(where, &term);

	if (err)
		return err;
	if (!all && !any)
		return read_condition(where, term, value);
	if (value->count != 1)
		return QUERY_REFUSE(
			where->query, "where: a group has \"and\" or \"or\", nothing else.");
	term->kind = all ? TERM_AND : TERM_OR;
	return read_group(where, term, all ? all : any, depth);
}

enum err query_read_where_value(struct query *query, const struct json_value *value)
{
	struct where where = {.query = query,
		.terms = ARENA_ARRAY(query->req->arena, struct query_term, QUERY_MAX_TERMS)};
	enum err err = read_term(&where, value, 0);

	query->where = where.terms;
	query->where_count = err ? 0 : where.count;
	return err;
}

enum err query_read_where(struct query *query, struct str text)
{
	struct problem problem;
	struct json_value *value;

	if (query->where_count)
		return QUERY_REFUSE(query, "where is given twice.");
	problem_init(&problem, query->req->arena);
	if (json_read(query->req->arena, text, &problem, &value) != ERR_OK)
		return QUERY_REFUSE(query, "where is not JSON: %.*s", STR_ARG(problem.message));
	return query_read_where_value(query, value);
}
