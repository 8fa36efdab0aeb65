/* SPDX-License-Identifier: Apache-2.0 */
/* Search: all entities that can be searched, by words, in one round trip. */
#include "core/caller.h"
#include "core/feature.h"
#include "core/query.h"
#include "core/records.h"
#include "core/report.h"
#include "core/sql.h"
#include "core/unit.h"

enum { TEXT_MAX = 200, DEFAULT_LIMIT = 5, LIMIT_MAX = 20, RANKS = 4 };
enum { COLUMN_ID, COLUMN_TITLE, COLUMN_RANK, COLUMN_FIELD, COLUMN_SNIPPET };

struct search {
	struct request *req;
	struct str text;
	int limit;
	const struct resource *among[RESOURCE_MAX];
	size_t count;
	struct db_result results[RESOURCE_MAX];
};

/* --- what is asked -------------------------------------------------------------------------------- */

static bool can_search(const struct request *req, const struct resource *resource)
{
	return (resource->entity->flags & ENTITY_SEARCH) &&
		caller_scope(req->caller, resource, VERB_READ) != SCOPE_NONE;
}

/* People come before documents, when both are found alike. */
static void add_group(struct search *search, const char *group, bool others)
{
	static const char *const named[] = {"crm", "sales", "work"};
	size_t count;
	const struct resource *const *all = resources_all(&count);

	for (size_t i = 0; i < count; i++) {
		bool is_named = false;

		for (size_t g = 0; g < ARRAY_LEN(named); g++)
			is_named |= str_is(str_of(all[i]->entity->group), named[g]);
		if (can_search(search->req, all[i]) &&
			(others ? !is_named : str_is(str_of(all[i]->entity->group), group)))
			search->among[search->count++] = all[i];
	}
}

static bool is_among(const struct search *search, const struct resource *resource)
{
	for (size_t i = 0; i < search->count; i++)
		if (search->among[i] == resource)
			return true;
	return false;
}

static enum err read_entities(struct search *search, struct str list)
{
	for (struct str rest = list; rest.ptr;) {
		struct str name = str_trim(str_cut(&rest, ','));
		const struct resource *resource = resource_find(name);

		if (!resource || !can_search(search->req, resource))
			return problem_set(&search->req->problem, ERR_BAD_PARAMETER,
				"entities: there is nothing to search called \"%.*s\".",
				STR_ARG(name));
		if (!is_among(search, resource))
			search->among[search->count++] = resource;
	}
	return ERR_OK;
}

static enum err read_limit(struct search *search, struct str value)
{
	int64_t n;

	if (!str_to_int64(value, &n) || n < 1 || n > LIMIT_MAX)
		return problem_set(&search->req->problem, ERR_BAD_PARAMETER,
			"limit must be a number from 1 to %d.", LIMIT_MAX);
	search->limit = (int)n;
	return ERR_OK;
}

static enum err read_text(struct search *search, struct str value)
{
	search->text = str_trim(value);
	return search->text.len && value.len <= TEXT_MAX
		? ERR_OK
		: problem_set(&search->req->problem, ERR_BAD_PARAMETER,
			  "q says what to search, in at most %d characters.", TEXT_MAX);
}

static const struct {
	const char *name;
	enum err (*read)(struct search *search, struct str value);
} parameters[] = {{"q", read_text}, {"entities", read_entities}, {"limit", read_limit}};

static enum err read_parameter(struct search *search, struct str name, struct str value)
{
	for (size_t i = 0; i < ARRAY_LEN(parameters); i++)
		if (str_is(name, parameters[i].name))
			return parameters[i].read(search, value);
	return problem_set(&search->req->problem, ERR_BAD_PARAMETER,
		"There is no parameter \"%.*s\" here.", STR_ARG(name));
}

static enum err read_parameters(struct search *search)
{
	struct str rest = search->req->query, name, value;
	bool more = true;
	enum err err = ERR_OK;

	while (!err && more) {
		err = request_next_param(search->req, &rest, &name, &value, &more);
		if (!err && more)
			err = read_parameter(search, name, value);
	}
	if (!err && !search->text.ptr)
		err = read_text(search, STR(""));
	if (!err && search->count == 0) {
		add_group(search, "crm", false);
		add_group(search, "sales", false);
		add_group(search, "work", false);
		add_group(search, NULL, true);
	}
	return err;
}

/* --- what is found -------------------------------------------------------------------------------- */

static enum err run(struct search *search)
{
	struct db_stmt stmts[RESOURCE_MAX];

	for (size_t i = 0; i < search->count; i++) {
		struct query query;
		enum err err = query_begin(search->req, search->among[i], QUERY_LIST, &query);

		if (err)
			return err;
		query.search = search->text;
		query.limit = search->limit;
		stmts[i] = sql_search(&query);
	}
	return search->count
		? unit_run(search->req, DB_SLOW, NULL, stmts, search->count, search->results)
		: ERR_OK;
}

static void write_hit(
	struct json *json, const struct resource *resource, const struct db_result *rows, int row)
{
	struct str number = db_value(rows, row, COLUMN_FIELD);
	int64_t field;
	bool named = number.ptr && str_to_int64(number, &field);

	json_object(json);
	json_member_str(json, "entity", resource->name);
	json_member_str(json, "id", db_value(rows, row, COLUMN_ID));
	json_member_str(json, "title", db_value(rows, row, COLUMN_TITLE));
	json_member_raw(json, "rank", db_value(rows, row, COLUMN_RANK));
	json_member_str(json, "field", named ? resource->fields[field].name : STR_NONE);
	json_member_str(json, "snippet", db_value(rows, row, COLUMN_SNIPPET));
	json_end(json);
}

static void write_rank(struct json *json, const struct search *search, int rank)
{
	for (size_t i = 0; i < search->count; i++) {
		const struct db_result *rows = &search->results[i];

		for (int r = 0; r < MIN(rows->rows, search->limit); r++)
			if (db_value(rows, r, COLUMN_RANK).ptr[0] == '0' + rank)
				write_hit(json, search->among[i], rows, r);
	}
}

static void answer(const struct search *search)
{
	struct json json = response_json(search->req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_key(&json, STR("results"));
	json_array(&json);
	for (int rank = RANKS - 1; rank >= 0; rank--)
		write_rank(&json, search, rank);
	json_end(&json);
	json_key(&json, STR("more"));
	json_array(&json);
	for (size_t i = 0; i < search->count; i++)
		if (search->results[i].rows > search->limit)
			json_str(&json, search->among[i]->name);
	json_end(&json);
	json_end(&json);
	json_end(&json);
}

static enum err handle_search(struct request *req)
{
	struct search search = {.req = req, .text = STR_NONE, .limit = DEFAULT_LIMIT};
	enum err err = read_parameters(&search);

	if (!err)
		err = run(&search);
	if (!err)
		answer(&search);
	return err;
}

/* --- documentation -------------------------------------------------------------------------------- */

static const struct route_doc search_doc = {
	.summary = "Search all entities by words",
	.tag = "Search",
	.status = 200,
	.parameters =
		"[{\"name\":\"q\",\"in\":\"query\",\"required\":true,\"schema\":{\"type\":"
		"\"string\","
		"\"minLength\":1,\"maxLength\":200},\"description\":\"All words, each from its "
		"beginning; accents and the punctuation of numbers do not matter.\"},"
		"{\"name\":\"entities\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"Only these, by name: contact,company.\"},"
		"{\"name\":\"limit\",\"in\":\"query\",\"schema\":{\"type\":\"integer\",\"minimum\":"
		"1,"
		"\"maximum\":20,\"default\":5},\"description\":\"Of each entity.\"}]",
	.response = "{\"type\":\"object\",\"properties\":{\"results\":" REPORT_ROWS(
		"\"entity\":{\"type\":\"string\"},"
		"\"id\":{\"type\":\"string\",\"format\":\"uuid\"},"
		"\"title\":" REPORT_TEXT_SCHEMA ","
		"\"rank\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":3,\"description\":"
		"\"3: the title is what is searched, 2: it begins so, 1: it holds the words, "
		"0: another field does.\"},"
		"\"field\":" REPORT_TEXT_SCHEMA
		",\"snippet\":" REPORT_TEXT_SCHEMA) ","
						    "\"more\":{\"type\":\"array\",\"items\":{"
						    "\"type\":\"string\"},\"description\":"
						    "\"Entities of which more was found than "
						    "limit.\"}}}",
};

static const struct route routes[] = {
	{HTTP_GET, "/api/v1/search", handle_search, .doc = &search_doc},
	{0},
};

const struct feature feature_search = {.name = "search", .routes = routes};
