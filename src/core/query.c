/* SPDX-License-Identifier: Apache-2.0 */
/* Queries: reading the parameters of lists. */
#include "core/query_groups.h"
#include "core/query_internal.h"

#include "base/buf.h"
#include "base/time.h"
#include "base/uuid.h"
#include "core/records.h"
#include "core/view.h"

enum { SEARCH_MAX = 200 };

static const struct resource_field *built_in_find(const struct query *query, struct str name)
{
	const struct resource_field *field = resource_field_find(query->resource, name);

	return field && caller_sees(query->req->caller, field) ? field : NULL;
}

static const struct resource_field *custom_find(const struct query *query, struct str key)
{
	const struct resource_field *field = tenant_field_find(query->tenant, query->resource, key);

	return field && built_in_find(query, STR("custom")) &&
			caller_sees(query->req->caller, field)
		? field
		: NULL;
}

const struct resource_field *query_field_find(const struct query *query, struct str name)
{
	if (str_starts_with(name, STR("custom.")))
		return custom_find(query, str_slice(name, 7, name.len));
	return built_in_find(query, name);
}

/* --- the plain parameters ------------------------------------------------------------------------- */

static enum err read_number(
	struct query *query, struct str name, struct str value, int max, int *out)
{
	int64_t n;

	if (!str_to_int64(value, &n) || n < 1 || n > max)
		return QUERY_REFUSE(
			query, "%.*s must be a number from 1 to %d.", STR_ARG(name), max);
	*out = (int)n;
	return ERR_OK;
}

static enum err set_page(struct query *query, struct str value)
{
	return read_number(query, STR("page"), value, 1000000, &query->page);
}

static enum err set_limit(struct query *query, struct str value)
{
	return read_number(query, STR("limit"), value,
		query->kind == QUERY_FEED ? QUERY_FEED_MAX_LIMIT : QUERY_MAX_LIMIT, &query->limit);
}

static enum err set_cursor(struct query *query, struct str value)
{
	query->cursor = value;
	return ERR_OK;
}

static enum err set_wait(struct query *query, struct str value)
{
	return str_is(value, "0")
		? ERR_OK
		: read_number(query, STR("wait"), value, QUERY_FEED_MAX_WAIT, &query->wait);
}

static enum err set_search(struct query *query, struct str value)
{
	if (!(query->resource->entity->flags & ENTITY_SEARCH))
		return QUERY_REFUSE(
			query, "%s cannot be searched.", query->resource->entity->label_plural);
	if (value.len > SEARCH_MAX)
		return QUERY_REFUSE(query, "q must have at most %d characters.", SEARCH_MAX);
	query->search = str_trim(value);
	return ERR_OK;
}

static enum err set_sort(struct query *query, struct str value)
{
	if (query->kind == QUERY_GROUPS)
		return query_group_sort(query, value);
	query->sort_count = 0;
	for (struct str rest = value; rest.ptr;) {
		struct str name = str_trim(str_cut(&rest, ','));
		bool descending = str_starts_with(name, STR("-"));
		const struct resource_field *field;

		name = str_slice(name, descending, name.len);
		field = query_field_find(query, name);
		if (!field)
			return QUERY_REFUSE(
				query, "sort: there is no field \"%.*s\".", STR_ARG(name));
		if (!field_can_sort(field->field))
			return QUERY_REFUSE(
				query, "sort: \"%.*s\" cannot be sorted by.", STR_ARG(name));
		if (query->sort_count == QUERY_MAX_SORTS)
			return QUERY_REFUSE(query, "sort: at most %d fields.", QUERY_MAX_SORTS);
		query->sorts[query->sort_count++] = (struct query_sort){field, descending};
	}
	return ERR_OK;
}

static bool is_selected(const struct query *query, const struct resource_field *field)
{
	for (size_t i = 0; i < query->field_count; i++)
		if (query->fields[i] == field)
			return true;
	return false;
}

/* Whether the name is that of nested rows, which then are asked for. A file of rows has no place for them. */
static bool ask_nested(const struct query *query, struct str name, unsigned *asked)
{
	const struct resource_nested *nested = resource_nested_find(query->resource, name);

	if (!nested || query->kind == QUERY_EXPORT)
		return false;
	*asked |= 1u << (nested - query->resource->nested);
	return true;
}

static enum err set_fields(struct query *query, struct str value)
{
	query->chosen = true;
	query->field_count = 0;
	query->nested = 0;
	query->fields[query->field_count++] =
		&query->resource->fields[0]; /* the id is always answered */
	for (struct str rest = value; rest.ptr;) {
		struct str name = str_trim(str_cut(&rest, ','));
		const struct resource_field *field = built_in_find(query, name);

		if (ask_nested(query, name, &query->nested))
			continue;
		if (!field)
			return QUERY_REFUSE(
				query, "fields: there is no field \"%.*s\".", STR_ARG(name));
		if (!is_selected(query, field))
			query->fields[query->field_count++] = field;
	}
	return ERR_OK;
}

static const struct resource_field *include_find(const struct resource *resource, struct str name)
{
	for (size_t i = 0; i < resource->field_count; i++)
		if (resource->fields[i].field->kind == FIELD_REFERENCE &&
			str_eq(resource->fields[i].include, name))
			return &resource->fields[i];
	return NULL;
}

static bool is_included(const struct query *query, const struct resource_field *field)
{
	for (size_t i = 0; i < query->include_count; i++)
		if (query->includes[i] == field)
			return true;
	return false;
}

static enum err set_include(struct query *query, struct str value)
{
	for (struct str rest = value; rest.ptr;) {
		struct str name = str_trim(str_cut(&rest, ','));
		const struct resource_field *field = include_find(query->resource, name);

		if (query->resource->count_count && str_is(name, "counts")) {
			query->counts = true;
			continue;
		}
		if (ask_nested(query, name, &query->nested_included))
			continue;
		if (!field || !caller_sees(query->req->caller, field))
			return QUERY_REFUSE(
				query, "include: there is nothing called \"%.*s\".", STR_ARG(name));
		if (is_included(query, field))
			continue;
		if (query->include_count == QUERY_MAX_INCLUDES)
			return QUERY_REFUSE(query, "include: at most %d.", QUERY_MAX_INCLUDES);
		query->includes[query->include_count++] = field;
	}
	return ERR_OK;
}

/* Who includes a company is answered its id as well. */
static void select_included(struct query *query)
{
	for (size_t i = 0; i < query->include_count; i++)
		if (!is_selected(query, query->includes[i]))
			query->fields[query->field_count++] = query->includes[i];
}

static enum err set_count(struct query *query, struct str value)
{
	query->count_exact = str_is(value, "exact");
	return query->count_exact ? ERR_OK : QUERY_REFUSE(query, "count must be \"exact\".");
}

static enum err set_deleted(struct query *query, struct str value)
{
	if (!query->resource->has_deleted || !(str_is(value, "only") || str_is(value, "with")))
		return QUERY_REFUSE(query, "deleted must be \"only\" or \"with\".");
	query->deleted = str_is(value, "only") ? DELETED_ONLY : DELETED_WITH;
	return ERR_OK;
}

static bool is_delete(const struct query *query)
{
	return query->req->method == HTTP_DELETE;
}

static enum err set_cascade(struct query *query, struct str value)
{
	if (!is_delete(query) || !query->resource->trash_asks)
		return QUERY_REFUSE(query, "There is no parameter \"cascade\" here.");
	query->cascade = str_is(value, "true");
	return query->cascade || str_is(value, "false")
		? ERR_OK
		: QUERY_REFUSE(query, "cascade must be true or false.");
}

static enum err set_move_to(struct query *query, struct str value)
{
	if (!is_delete(query) || !query->resource->trash_moves)
		return QUERY_REFUSE(query, "There is no parameter \"moveTo\" here.");
	return record_id(query->req, value, &query->move_to) == ERR_OK
		? ERR_OK
		: QUERY_REFUSE(query, "moveTo must be an id.");
}

static enum err set_confirm(struct query *query, struct str value)
{
	if (!is_delete(query) || !(query->resource->entity->flags & ENTITY_CONFIRM))
		return QUERY_REFUSE(query, "There is no parameter \"confirm\" here.");
	query->confirm = value;
	return ERR_OK;
}

static enum err set_expected(struct query *query, struct str value)
{
	return str_to_int64(value, &query->expected) && query->expected >= 0
		? ERR_OK
		: QUERY_REFUSE(query, "expectedCount must be a number of records.");
}

static enum err set_ids(struct query *query, struct str value)
{
	struct buf list;
	struct str id;

	buf_init(&list, (size_t)QUERY_MAX_BULK * (UUID_LEN + 2));
	for (struct str rest = value; rest.ptr && !list.full; query->id_count++) {
		if (record_id(query->req, str_trim(str_cut(&rest, ',')), &id) != ERR_OK) {
			buf_deinit(&list);
			return QUERY_REFUSE(query, "ids must be ids of records.");
		}
		buf_append_char(&list, query->id_count ? ',' : '{');
		buf_append(&list, id);
	}
	buf_append_char(&list, '}');
	query->ids = arena_str(query->req->arena, buf_str(&list));
	buf_deinit(&list);
	return query->id_count <= QUERY_MAX_BULK
		? ERR_OK
		: QUERY_REFUSE(query, "ids: at most %d records at once.", QUERY_MAX_BULK);
}

/* Beside the filter of that name, which not every entity with stages has. */
static enum err set_pipeline(struct query *query, struct str value)
{
	return record_id(query->req, value, &query->pipeline) == ERR_OK
		? ERR_OK
		: QUERY_REFUSE(query, "pipelineId must be an id.");
}

/* Is applied before all others, which say otherwise. */
static enum err set_view(struct query *query, struct str value)
{
	(void)query;
	(void)value;
	return ERR_OK;
}

enum {
	LISTS = 1 << QUERY_LIST,
	FILES = 1 << QUERY_EXPORT,
	BOARDS = 1 << QUERY_BOARD,
	GROUPS = 1 << QUERY_GROUPS,
	ONES = 1 << QUERY_ONE,
	FEEDS = 1 << QUERY_FEED,
	BULKS = 1 << QUERY_BULK,
	MANY = LISTS | FILES | BOARDS | GROUPS,
};

static const struct parameter {
	const char *name;
	unsigned kinds; /* 1 << enum query_kind */
	enum err (*set)(struct query *query, struct str value);
} parameters[] = {
	/* clang-format off */
	{"page", LISTS, set_page},
	{"limit", LISTS | BOARDS | GROUPS | FEEDS, set_limit},
	{"cursor", LISTS, set_cursor},
	{"after", FEEDS, set_cursor},
	{"wait", FEEDS, set_wait},
	{"count", LISTS, set_count},
	{"sort", MANY, set_sort},
	{"q", MANY | BULKS, set_search},
	{"search", MANY | BULKS, set_search},
	{"where", MANY | BULKS, query_read_where},
	{"view", MANY, set_view},
	{"deleted", LISTS | FILES | GROUPS | ONES, set_deleted},
	{"ids", BULKS, set_ids},
	{"expectedCount", BULKS, set_expected},
	{"cascade", ONES | BULKS, set_cascade},
	{"moveTo", ONES | BULKS, set_move_to},
	{"confirm", ONES, set_confirm},
	{"fields", LISTS | FILES | BOARDS | ONES | FEEDS, set_fields},
	{"include", LISTS | FILES | BOARDS | ONES | FEEDS, set_include},
	{"by", GROUPS, query_group_by},
	{"sum", GROUPS, query_group_sum},
	/* clang-format on */
};

static const struct parameter *parameter_find(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(parameters); i++)
		if (str_is(name, parameters[i].name))
			return &parameters[i];
	return NULL;
}

enum err query_set(struct query *query, struct str name, struct str value)
{
	return parameter_find(name)->set(query, value);
}

/* --- filters ------------------------------------------------------------------------------------- */

void query_add_filter_in(struct query *query, const char *field, struct str *values, size_t count)
{
	struct query_filter *filter = &query->filters[query->filter_count++];

	INVARIANT(query->filter_count <= ARRAY_LEN(query->filters));
	*filter = (struct query_filter){
		.field = resource_field_find(query->resource, str_of(field)),
		.op = count == 1 ? OP_EQ : OP_IN,
		.values = values,
		.count = count,
	};
	INVARIANT(filter->field != NULL);
}

void query_add_filter(struct query *query, const char *field, struct str value)
{
	struct str *values = ARENA_ARRAY(query->req->arena, struct str, 1);

	values[0] = value;
	query_add_filter_in(query, field, values, 1);
}

void query_add_within(struct query *query, struct str within)
{
	const struct resource_field *field = query->resource->within;

	if (!within.ptr)
		return;
	query_add_filter(query, field->field->name, within);
	query->shape = arena_printf(
		query->req->arena, "%.*s&within=%.*s", STR_ARG(query->shape), STR_ARG(within));
}

/* --- the whole ------------------------------------------------------------------------------------ */

/* Whom the field of the default order is hidden from gets the order of ids, which ascend in time: an order
 * tells what it is made by, and so does a cursor. */
static struct str default_sort(const struct query *query)
{
	const char *stated = query->resource->entity->default_sort;
	struct str sort = str_of(stated ? stated : "-createdAt");
	bool descending = str_starts_with(sort, STR("-"));

	return built_in_find(query, str_slice(sort, descending, sort.len)) ? sort : STR("-id");
}

static void set_defaults(struct query *query, enum query_kind kind)
{
	const struct resource *resource = query->resource;

	query->page = 1;
	query->expected = -1;
	query->counts = resource->alias && resource->alias->counts;
	query->nested = kind == QUERY_ONE ? (1u << resource->nested_count) - 1 : 0;
	query->limit = kind == QUERY_FEED ? QUERY_FEED_LIMIT
		: kind == QUERY_GROUPS    ? GROUPS_DEFAULT_LIMIT
					  : QUERY_DEFAULT_LIMIT;
	query->fields = ARENA_ARRAY(
		query->req->arena, const struct resource_field *, resource->field_count);
	for (size_t i = 0; i < resource->field_count; i++)
		if ((kind == QUERY_ONE || resource->fields[i].in_lists) &&
			caller_sees(query->req->caller, &resource->fields[i]))
			query->fields[query->field_count++] = &resource->fields[i];
}

static enum err set_default_sort(struct query *query, enum query_kind kind)
{
	const struct entity_board *board = query->resource->entity->board;

	if (query->sort_count)
		return ERR_OK;
	if (kind == QUERY_BOARD && board->order && built_in_find(query, str_of(board->order)))
		return set_sort(query, str_of(board->order));
	return set_sort(query, default_sort(query));
}

static enum err check_paging(struct query *query)
{
	if (query->cursor.ptr && query->page > 1)
		return QUERY_REFUSE(query, "page and cursor exclude each other.");
	if ((int64_t)query->page * query->limit > QUERY_MAX_OFFSET)
		return QUERY_REFUSE(query,
			"page reaches no further than %d records; use cursor beyond that.",
			QUERY_MAX_OFFSET);
	return query->cursor.ptr ? query_read_cursor(query) : ERR_OK;
}

static bool kind_allows_filters(enum query_kind kind)
{
	return kind != QUERY_ONE;
}

static enum err read_parameter(
	struct query *query, enum query_kind kind, struct str name, struct str value)
{
	const struct parameter *parameter = parameter_find(name);

	if (kind == QUERY_BOARD && str_is(name, "pipelineId"))
		return set_pipeline(query, value);
	if (parameter && (parameter->kinds & (1u << kind)))
		return parameter->set(query, value);
	if (parameter || !kind_allows_filters(kind))
		return QUERY_REFUSE(query, "There is no parameter \"%.*s\" here.", STR_ARG(name));
	return query_add_parameter_filter(query, name, value);
}

/* What decides the set, in the order given: two orders of the same filters count twice, no more. */
static void note_shape(struct query *query, struct str name, struct str value)
{
	const struct parameter *parameter = parameter_find(name);
	bool decides = !parameter || parameter->set == set_search ||
		parameter->set == set_deleted || parameter->set == query_read_where;

	if (decides)
		query->shape = arena_printf(query->req->arena, "%.*s&%.*s=%.*s",
			STR_ARG(query->shape), STR_ARG(name), STR_ARG(value));
}

enum err query_begin(struct request *req, const struct resource *resource, enum query_kind kind,
	struct query *out)
{
	enum err err;

	*out = (struct query){.req = req, .kind = kind, .resource = resource, .shape = STR("")};
	err = tenant_of(req, &out->tenant);
	if (!err)
		set_defaults(out, kind);
	return err || kind == QUERY_GROUPS ? err : set_default_sort(out, kind);
}

enum err query_parse(struct request *req, const struct resource *resource, enum query_kind kind,
	struct query *out)
{
	struct str rest = req->query;
	enum err err;

	*out = (struct query){.req = req, .kind = kind, .resource = resource, .shape = STR("")};
	err = tenant_of(req, &out->tenant);
	if (err)
		return err;
	set_defaults(out, kind);
	if (MANY & 1u << kind && request_param(req, "view").ptr)
		err = view_apply(out, request_param(req, "view"));
	while (!err) {
		struct str name, value;
		bool more;

		err = request_next_param(req, &rest, &name, &value, &more);
		if (err || !more)
			break;
		err = read_parameter(out, kind, name, value);
		if (err)
			break;
		note_shape(out, name, value);
	}
	if (!err && kind != QUERY_ONE && kind != QUERY_FEED && kind != QUERY_GROUPS)
		err = set_default_sort(out, kind);
	if (!err && kind == QUERY_GROUPS && (!out->groups || !out->groups->by_count))
		err = QUERY_REFUSE(out, "by says by which fields to group.");
	if (!err && kind == QUERY_LIST)
		err = check_paging(out);
	select_included(out);
	out->nested |= out->nested_included;
	return err;
}

bool query_in_default_order(const struct query *query)
{
	struct str name = default_sort(query);
	bool descending = str_starts_with(name, STR("-"));

	return query->sort_count == 1 && query->sorts[0].descending == descending &&
		str_eq(query->sorts[0].field->name, str_slice(name, descending, name.len));
}

/* Every reference has an index behind it, and so has the record of a change. */
static bool names_a_record(const struct query_filter *filter)
{
	enum field_kind kind = filter->field->field->kind;

	return filter->op == OP_EQ &&
		(kind == FIELD_REFERENCE || kind == FIELD_UUID || kind == FIELD_EXTERNAL_IDS) &&
		!resource_field_is(filter->field, FIELD_CUSTOM) &&
		!resource_field_is(filter->field, FIELD_COMPUTED);
}

bool query_is_fast(const struct query *query)
{
	bool all = true;

	if (query->search.len || !query_in_default_order(query))
		return false;
	if (query->about.ptr)
		return true;
	for (size_t i = 0; i < query->filter_count; i++) {
		if (names_a_record(&query->filters[i]) &&
			!query_refers_to_users(query->filters[i].field))
			return true;
		all = all && names_a_record(&query->filters[i]);
	}
	return all && !query->where_count;
}
