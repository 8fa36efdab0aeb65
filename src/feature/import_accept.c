/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: proposals that the caller agrees to become values of their column's rule. */
#include "feature/import_inspect.h"

enum { MAP_BYTES_MAX = 4 * 1024 * 1024 };

struct acceptance {
	const struct json_value *proposals, *ids;
};

static bool is_all(const struct json_value *ids)
{
	return ids->type == JSON_STRING && str_is(ids->text, "all");
}

static bool is_accepted(const struct acceptance *acceptance, const struct json_value *proposal)
{
	const struct json_value *suggestion = json_get(proposal, "suggestion");

	if (!suggestion || suggestion->type != JSON_STRING)
		return false;
	if (is_all(acceptance->ids))
		return true;
	for (const struct json_value *id = acceptance->ids->first; id; id = id->next)
		if (str_eq(import_literal(id), json_get_str(proposal, "id")))
			return true;
	return false;
}

/* --- writing the mapping anew ----------------------------------------------------------------- */

static bool concerns(const struct acceptance *acceptance, const struct json_value *proposal,
	struct str column, struct str field)
{
	return str_eq_nocase(json_get_str(proposal, "column"), str_trim(column)) &&
		str_eq(json_get_str(proposal, "field"), field) && is_accepted(acceptance, proposal);
}

static void write_values(const struct acceptance *acceptance, struct json *json, struct str column,
	struct str field, const struct json_value *values)
{
	json_key(json, STR("values"));
	json_object(json);
	for (const struct json_value *v = values ? values->first : NULL; v; v = v->next) {
		json_key(json, v->key);
		json_write_value(json, v);
	}
	for (const struct json_value *p = acceptance->proposals->first; p; p = p->next) {
		struct str value = json_get_str(p, "value");

		if (!concerns(acceptance, p, column, field) || json_get(values, value.ptr))
			continue;
		json_member_str(json, value.ptr, json_get_str(p, "suggestion"));
	}
	json_end(json);
}

static bool is_concerned(const struct acceptance *acceptance, struct str column, struct str field)
{
	for (const struct json_value *p = acceptance->proposals->first; p; p = p->next)
		if (concerns(acceptance, p, column, field))
			return true;
	return false;
}

static void write_rule(const struct acceptance *acceptance, struct json *json, struct str column,
	const struct json_value *rule)
{
	struct str field = rule->type == JSON_OBJECT ? json_get_str(rule, "field")
						     : import_literal(rule);

	if (!is_concerned(acceptance, column, field)) {
		json_write_value(json, rule);
		return;
	}
	json_object(json);
	if (rule->type != JSON_OBJECT)
		json_member_str(json, "field", field);
	for (const struct json_value *m = rule->type == JSON_OBJECT ? rule->first : NULL; m;
		m = m->next) {
		if (str_is(m->key, "values"))
			continue;
		json_key(json, m->key);
		json_write_value(json, m);
	}
	write_values(acceptance, json, column, field, json_get(rule, "values"));
	json_end(json);
}

static void write_columns(
	const struct acceptance *acceptance, struct json *json, const struct json_value *columns)
{
	json_object(json);
	for (const struct json_value *c = columns->first; c; c = c->next) {
		json_key(json, c->key);
		if (c->type != JSON_ARRAY) {
			write_rule(acceptance, json, c->key, c);
			continue;
		}
		json_array(json);
		for (const struct json_value *r = c->first; r; r = r->next)
			write_rule(acceptance, json, c->key, r);
		json_end(json);
	}
	json_end(json);
}

static struct str write_map(
	struct request *req, const struct acceptance *acceptance, const struct json_value *map)
{
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, MAP_BYTES_MAX);
	json_init(&json, &text);
	json_object(&json);
	for (const struct json_value *m = map->first; m; m = m->next) {
		json_key(&json, m->key);
		if (str_is(m->key, "columns") && m->type == JSON_OBJECT)
			write_columns(acceptance, &json, m);
		else
			json_write_value(&json, m);
	}
	json_end(&json);
	out = arena_str(req->arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

/* --- the request ------------------------------------------------------------------------------ */

static bool is_known(const struct json_value *proposals, struct str id)
{
	for (const struct json_value *p = proposals->first; p; p = p->next)
		if (str_eq(json_get_str(p, "id"), id))
			return true;
	return false;
}

static enum err check_ids(struct request *req, const struct acceptance *acceptance)
{
	const struct json_value *ids = acceptance->ids;

	if (is_all(ids))
		return ERR_OK;
	if (ids->type != JSON_ARRAY)
		problem_add(&req->problem, STR("accept"), "WRONG_TYPE",
			"Must be an array of ids of proposals, or \"all\".");
	for (const struct json_value *id = ids->first; id; id = id->next)
		if (!is_known(acceptance->proposals, import_literal(id)))
			problem_add(&req->problem, STR("accept"), "UNKNOWN_REFERENCE",
				"There is no proposal \"%.*s\".", STR_ARG(import_literal(id)));
	return problem_has_details(&req->problem) ? ERR_INVALID : ERR_OK;
}

enum err import_accept(struct request *req, struct str map, struct str proposals,
	const struct json_value *ids, struct str *out)
{
	struct acceptance acceptance = {.ids = ids};
	struct json_value *list, *tree;
	enum err err = json_read(req->arena, proposals, &req->problem, &list);

	acceptance.proposals = list;
	if (!err)
		err = json_read(req->arena, map, &req->problem, &tree);
	if (!err)
		err = check_ids(req, &acceptance);
	if (!err)
		*out = write_map(req, &acceptance, tree);
	return err;
}
