/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: statements assembled from entity tables. */
#include "core/sql.h"

#include "base/buf.h"

/* The longest statement names each of the 3,000 custom fields that a tenant may have. */
enum { SQL_MAX = 1024 * 1024, PARAMS_FIRST = 64, PARAMS_MAX = 65535 };

/* A statement being written. */
struct sql {
	struct arena *arena;
	struct buf text;
	struct str *params;
	size_t count, room;
};

static struct sql sql_begin(struct arena *arena)
{
	struct sql sql = {
		.arena = arena, .params = ARENA_ARRAY(arena, struct str, PARAMS_FIRST), .room = PARAMS_FIRST};

	buf_init(&sql.text, SQL_MAX);
	return sql;
}

static struct db_stmt sql_end(struct sql *sql)
{
	struct db_stmt stmt = {
		.sql = arena_str(sql->arena, buf_str(&sql->text)),
		.param_count = sql->count,
		.params = sql->params,
	};

	INVARIANT(!sql->text.full);
	buf_deinit(&sql->text);
	return stmt;
}

static void put(struct sql *sql, const char *text)
{
	buf_append_cstr(&sql->text, text);
}

static void grow_params(struct sql *sql)
{
	struct str *params = ARENA_ARRAY(sql->arena, struct str, sql->room * 2);

	memcpy(params, sql->params, sql->count * sizeof(*params));
	sql->params = params;
	sql->room *= 2;
}

/* A parameter as "$n". */
static void put_param(struct sql *sql, struct str value)
{
	INVARIANT(sql->count < PARAMS_MAX);
	if (sql->count == sql->room)
		grow_params(sql);
	sql->params[sql->count++] = value;
	buf_append_char(&sql->text, '$');
	buf_append_int(&sql->text, (long long)sql->count);
}

static void put_typed(struct sql *sql, struct str value, const char *type)
{
	put_param(sql, value);
	put(sql, "::");
	put(sql, type);
}

/* Names stand in quotes, since some are words of SQL ("default", "group"). */
static void put_name(struct sql *sql, struct str name)
{
	buf_append_char(&sql->text, '"');
	buf_append(&sql->text, name);
	buf_append_char(&sql->text, '"');
}

static void put_column(struct sql *sql, struct str column)
{
	put(sql, "t.");
	put_name(sql, column);
}

static bool is_custom(const struct resource_field *field)
{
	return resource_field_is(field, FIELD_CUSTOM);
}

static const char *type_of(const struct resource_field *field)
{
	return field_type_of(field->field)->sql;
}

static bool is_list(const struct resource_field *field)
{
	return field_type_of(field->field)->list;
}

/* The value of a field in row t; a custom one is cut out of the document. */
static void put_value(struct sql *sql, const struct resource_field *field)
{
	if (!is_custom(field)) {
		put_column(sql, field->column);
		return;
	}
	put(sql, is_list(field) ? "(t.custom->" : "(t.custom->>");
	put_typed(sql, field->name, "text");
	put(sql, is_list(field) ? ")" : ")::");
	if (!is_list(field))
		put(sql, type_of(field));
}

/* --- reading ------------------------------------------------------------------------------------ */

static struct str caller_org(const struct request *req)
{
	return req->caller->org_id;
}

static void put_columns(struct sql *sql, const struct query *query)
{
	for (size_t i = 0; i < query->field_count; i++) {
		struct str column = query->fields[i]->selected;

		buf_append(&sql->text, i ? column : str_slice(column, 2, column.len));
	}
}

static void put_from(struct sql *sql, const struct resource *resource)
{
	put(sql, " from ");
	put_name(sql, resource->table);
	put(sql, " t");
}

static void put_org(struct sql *sql, const struct request *req)
{
	put(sql, " where t.org_id = ");
	put_typed(sql, caller_org(req), "uuid");
}

static void put_id(struct sql *sql, struct str id)
{
	put(sql, " and t.id = ");
	put_typed(sql, id, "uuid");
}

static void put_deleted(struct sql *sql, const struct query *query)
{
	if (query->resource->has_deleted && query->deleted != DELETED_WITH)
		put(sql, query->deleted == DELETED_ONLY ? " and t.deleted_at is not null"
							: " and t.deleted_at is null");
}

/* After the fields stands what the ETag is made of. */
static void put_version(struct sql *sql, const struct resource *resource)
{
	put(sql, resource->has_version ? ", t.version" : ", 0");
}

struct db_stmt sql_get(const struct query *query, struct str id)
{
	struct sql sql = sql_begin(query->req->arena);

	put(&sql, "select ");
	put_columns(&sql, query);
	put_version(&sql, query->resource);
	put_from(&sql, query->resource);
	put_org(&sql, query->req);
	put_id(&sql, id);
	put_deleted(&sql, query);
	return sql_end(&sql);
}

struct db_stmt sql_version(const struct resource *resource, struct request *req, struct str id)
{
	struct sql sql = sql_begin(req->arena);

	put(&sql, "select t.version, t.deleted_at is not null");
	put_from(&sql, resource);
	put_org(&sql, req);
	put_id(&sql, id);
	return sql_end(&sql);
}

/* --- filters ------------------------------------------------------------------------------------ */

static const char *const op_sql[OP__COUNT] = {
	[OP_EQ] = " = ", [OP_GT] = " > ", [OP_GTE] = " >= ", [OP_LT] = " < ", [OP_LTE] = " <= ",
	[OP_NE] = " is distinct from ",
};

/* Pattern for ILIKE that finds `text` itself: %, _ and \ lose their meaning. */
static struct str like_pattern(struct arena *arena, struct str text, bool anywhere)
{
	char *pattern = arena_bytes(arena, text.len * 2 + 3);
	size_t n = 0;

	if (anywhere)
		pattern[n++] = '%';
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '%' || text.ptr[i] == '_' || text.ptr[i] == '\\')
			pattern[n++] = '\\';
		pattern[n++] = text.ptr[i];
	}
	pattern[n++] = '%';
	pattern[n] = '\0';
	return (struct str){pattern, n};
}

static void append_element(struct buf *literal, struct str value)
{
	buf_append_char(literal, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '"' || value.ptr[i] == '\\')
			buf_append_char(literal, '\\');
		buf_append_char(literal, value.ptr[i]);
	}
	buf_append_char(literal, '"');
}

/* The values as one parameter, so that their number does not make another statement. */
static struct str array_literal(struct arena *arena, const struct query_filter *filter)
{
	struct buf literal;
	struct str text;

	buf_init(&literal, SQL_MAX);
	for (size_t i = 0; i < filter->count; i++) {
		buf_append_char(&literal, i ? ',' : '{');
		if (filter->values[i].ptr)
			append_element(&literal, filter->values[i]);
		else
			buf_append_cstr(&literal, "NULL");
	}
	buf_append_char(&literal, '}');
	text = arena_str(arena, buf_str(&literal));
	buf_deinit(&literal);
	return text;
}

/* `type` is that of an array or, for the fields that hold one value, of an element. */
static void put_array(struct sql *sql, const struct query_filter *filter, const char *type)
{
	put_typed(sql, array_literal(sql->arena, filter), type);
	if (!str_ends_with(str_of(type), STR("[]")))
		put(sql, "[]");
}

static void put_null(struct sql *sql, const struct query_filter *filter)
{
	bool wanted = str_is(filter->values[0], "true");

	put_value(sql, filter->field);
	if (is_list(filter->field) && !is_custom(filter->field))
		put(sql, wanted ? " = '{}'" : " <> '{}'");
	else
		put(sql, wanted ? " is null" : " is not null");
}

static void put_like(struct sql *sql, const struct query_filter *filter)
{
	put_value(sql, filter->field);
	put(sql, " ilike ");
	put_typed(sql, like_pattern(sql->arena, filter->values[0], filter->op == OP_CONTAINS), "text");
}

/* Tags by id or by name; an unknown one finds nothing. */
static void put_tags(struct sql *sql, const struct query *query, const struct query_filter *filter)
{
	put(sql, "array(select g.id from tags g where g.org_id = ");
	put_typed(sql, caller_org(query->req), "uuid");
	put(sql, " and g.deleted_at is null and (g.id::text = any(");
	put_array(sql, filter, "text");
	put(sql, ") or lower(g.name) = any(select lower(v) from unnest(");
	put_array(sql, filter, "text");
	put(sql, ") as given (v))))");
}

/* A list has any of the values. */
static void put_overlap(struct sql *sql, const struct query *query, const struct query_filter *filter)
{
	bool tags = filter->field->target && str_is(filter->field->target->name, "tag");

	put(sql, filter->op == OP_NE ? "not coalesce(" : "");
	put_value(sql, filter->field);
	put(sql, is_custom(filter->field) ? " ?| " : " && ");
	if (tags)
		put_tags(sql, query, filter);
	else
		put_array(sql, filter, is_custom(filter->field) ? "text" : type_of(filter->field));
	put(sql, filter->op == OP_NE ? ", false)" : "");
}

/* The moment at which the given day, or the one after it, begins in the organisation's time zone. */
static void put_midnight(struct sql *sql, const struct query *query, struct str day, bool next)
{
	put(sql, "(");
	put_typed(sql, day, "date");
	put(sql, next ? " + 1)" : ")");
	put(sql, "::timestamp at time zone ");
	put_typed(sql, query->req->caller->time_zone, "text");
}

/* A day is the span from its midnight up to the next. */
static void put_day(struct sql *sql, const struct query *query, const struct query_filter *filter)
{
	bool from_next = filter->op == OP_GT || filter->op == OP_LTE;

	if (filter->op == OP_EQ || filter->op == OP_NE) {
		put(sql, filter->op == OP_NE ? "not coalesce(" : "(");
		put_value(sql, filter->field);
		put(sql, " >= ");
		put_midnight(sql, query, filter->values[0], false);
		put(sql, " and ");
		put_value(sql, filter->field);
		put(sql, " < ");
		put_midnight(sql, query, filter->values[0], true);
		put(sql, filter->op == OP_NE ? ", false)" : ")");
		return;
	}
	put_value(sql, filter->field);
	put(sql, filter->op == OP_GT || filter->op == OP_GTE ? " >= " : " < ");
	put_midnight(sql, query, filter->values[0], from_next);
}

static void put_filter(struct sql *sql, const struct query *query, const struct query_filter *filter)
{
	if (filter->op == OP_NULL) {
		put_null(sql, filter);
	} else if (is_list(filter->field)) {
		put_overlap(sql, query, filter);
	} else if (filter->op == OP_CONTAINS || filter->op == OP_STARTS_WITH) {
		put_like(sql, filter);
	} else if (filter->op == OP_IN) {
		put_value(sql, filter->field);
		put(sql, " = any(");
		put_array(sql, filter, type_of(filter->field));
		put(sql, ")");
	} else if (filter->day) {
		put_day(sql, query, filter);
	} else {
		put_value(sql, filter->field);
		put(sql, op_sql[filter->op]);
		put_typed(sql, filter->values[0], type_of(filter->field));
	}
}

/* What is the caller's own is said here too, although row security says it again: as a plain predicate it
 * finds the index. */
static void put_own(struct sql *sql, const struct query *query)
{
	const struct caller *caller = query->req->caller;
	const struct resource *resource = query->resource;

	if (caller_scope(caller, resource, VERB_READ) != SCOPE_OWN)
		return;
	if (resource->owner) {
		put(sql, " and ");
		put_column(sql, resource->owner->column);
		put(sql, " = ");
		put_typed(sql, caller->user_id, "uuid");
	} else if (resource->entity->flags & ENTITY_OWN_IDS) {
		put(sql, " and t.own_ids @> array[");
		put_typed(sql, caller->user_id, "uuid");
		put(sql, "]");
	}
}

static bool by_candidates;

void sql_search_by_candidates(bool yes)
{
	by_candidates = yes;
}

static void put_search(struct sql *sql, const struct query *query)
{
	if (by_candidates) {
		put(sql, " and t.id in (select c from search_candidates(");
		put_typed(sql, query->resource->table, "text");
		put(sql, ", ");
	} else {
		put(sql, " and t.search @@ search_query(");
	}
	put_typed(sql, query->search, "text");
	put(sql, by_candidates ? ") as c)" : ")");
}

/* Templates are no work to be done: who wants them asks for them. */
static void put_no_templates(struct sql *sql, const struct query *query)
{
	if (!(query->resource->entity->flags & ENTITY_TEMPLATES))
		return;
	for (size_t i = 0; i < query->filter_count; i++)
		if (str_is(query->filters[i].field->name, "isTemplate"))
			return;
	put(sql, " and not t.is_template");
}

/* Everything that decides the set of rows. */
static void put_where(struct sql *sql, const struct query *query)
{
	put_org(sql, query->req);
	put_deleted(sql, query);
	put_own(sql, query);
	put_no_templates(sql, query);
	for (size_t i = 0; i < query->filter_count; i++) {
		put(sql, " and ");
		put_filter(sql, query, &query->filters[i]);
	}
	if (query->search.len)
		put_search(sql, query);
}

/* --- order and pages ---------------------------------------------------------------------------- */

static bool id_descends(const struct query *query)
{
	return query->sort_count && query->sorts[query->sort_count - 1].descending;
}

static void put_order(struct sql *sql, const struct query *query)
{
	put(sql, " order by ");
	for (size_t i = 0; i < query->sort_count; i++) {
		const struct query_sort *sort = &query->sorts[i];

		put_value(sql, sort->field);
		put(sql, sort->descending ? " desc" : "");
		/* Said only where it matters: NULLS LAST would keep an index from being used. */
		put(sql, sort->descending && !field_never_null(sort->field->field) ? " nulls last" : "");
		put(sql, ", ");
	}
	put(sql, id_descends(query) ? "t.id desc" : "t.id");
}

static void put_equal_to_last(struct sql *sql, const struct query *query, size_t i)
{
	put_value(sql, query->sorts[i].field);
	if (query->after[i].ptr) {
		put(sql, " = ");
		put_typed(sql, query->after[i], type_of(query->sorts[i].field));
	} else {
		put(sql, " is null");
	}
}

/* Rows whose i-th sort value comes later than the last one's; NULL comes last and nothing after it. */
static void put_later(struct sql *sql, const struct query *query, size_t i)
{
	const struct query_sort *sort = &query->sorts[i];

	if (!query->after[i].ptr) {
		put(sql, "false");
		return;
	}
	put(sql, "(");
	put_value(sql, sort->field);
	put(sql, sort->descending ? " < " : " > ");
	put_typed(sql, query->after[i], type_of(sort->field));
	if (!field_never_null(sort->field->field)) {
		put(sql, " or ");
		put_value(sql, sort->field);
		put(sql, " is null");
	}
	put(sql, ")");
}

/* One sort that is never NULL: a row comparison, which an index answers. */
static void put_after_row(struct sql *sql, const struct query *query)
{
	put(sql, " and (");
	put_value(sql, query->sorts[0].field);
	put(sql, query->sorts[0].descending ? ", t.id) < (" : ", t.id) > (");
	put_typed(sql, query->after[0], type_of(query->sorts[0].field));
	put(sql, ", ");
	put_typed(sql, query->after[1], "uuid");
	put(sql, ")");
}

/* s1 later, or s1 equal and (s2 later, or s2 equal and (… id later)). */
static void put_after(struct sql *sql, const struct query *query)
{
	size_t n = query->sort_count;

	if (n == 1 && field_never_null(query->sorts[0].field->field)) {
		put_after_row(sql, query);
		return;
	}
	put(sql, " and ");
	for (size_t i = 0; i < n; i++) {
		put(sql, "(");
		put_later(sql, query, i);
		put(sql, " or ");
		put_equal_to_last(sql, query, i);
		put(sql, " and ");
	}
	put(sql, id_descends(query) ? "t.id < " : "t.id > ");
	put_typed(sql, query->after[n], "uuid");
	for (size_t i = 0; i < n; i++)
		put(sql, ")");
}

static void put_select(struct sql *sql, const struct query *query)
{
	put(sql, "select ");
	put_columns(sql, query);
	for (size_t i = 0; i < query->sort_count; i++) {
		put(sql, ", ");
		put_value(sql, query->sorts[i].field);
	}
	put(sql, ", t.id");
	put_from(sql, query->resource);
	put_where(sql, query);
}

/* In the text: not knowing a parameter's value, a plan for any value expects a tenth of the table, and
 * looks so dear that PostgreSQL plans every single time instead. */
static void put_limit(struct sql *sql, int rows)
{
	put(sql, " limit ");
	buf_append_int(&sql->text, rows);
}

struct db_stmt sql_list(const struct query *query)
{
	struct sql sql = sql_begin(query->req->arena);

	put_select(&sql, query);
	if (query->cursor.ptr)
		put_after(&sql, query);
	put_order(&sql, query);
	put_limit(&sql, query->limit + 1);
	if (query->page > 1) {
		put(&sql, " offset ");
		put_typed(&sql, arena_int(sql.arena, (query->page - 1) * query->limit), "int");
	}
	return sql_end(&sql);
}

struct db_stmt sql_export(const struct query *query)
{
	struct sql sql = sql_begin(query->req->arena);

	put_select(&sql, query);
	put_order(&sql, query);
	return sql_end(&sql);
}

static void put_set(struct sql *sql, const struct query *query)
{
	put(sql, "select 1");
	put_from(sql, query->resource);
	put_where(sql, query);
}

struct db_stmt sql_count(const struct query *query, int most)
{
	struct sql sql = sql_begin(query->req->arena);

	put(&sql, "select count(*) from (");
	put_set(&sql, query);
	if (most)
		put_limit(&sql, most);
	put(&sql, ") as counted");
	return sql_end(&sql);
}

struct db_stmt sql_estimate(const struct query *query)
{
	struct sql sql = sql_begin(query->req->arena);
	struct db_stmt stmt;

	put(&sql, "explain (format json) ");
	put_set(&sql, query);
	stmt = sql_end(&sql);
	stmt.unprepared = true;
	return stmt;
}

struct db_stmt sql_include(struct request *req, const struct resource *target, struct str ids)
{
	struct sql sql = sql_begin(req->arena);

	put(&sql, "select t.id");
	for (size_t i = 0; i < target->title_count; i++) {
		put(&sql, ", ");
		put_column(&sql, target->titles[i]->column);
	}
	put(&sql, " from ");
	put_name(&sql, target->names);
	put(&sql, " t");
	put_org(&sql, req);
	put(&sql, " and t.id = any(");
	put_typed(&sql, ids, "uuid[]");
	put(&sql, ")");
	return sql_end(&sql);
}

struct db_stmt sql_counts(struct request *req, const struct resource_count *count, struct str ids)
{
	struct sql sql = sql_begin(req->arena);

	put(&sql, "select ");
	put_column(&sql, count->by->column);
	put(&sql, ", count(*)");
	put_from(&sql, count->of);
	put_org(&sql, req);
	put(&sql, count->of->has_deleted ? " and t.deleted_at is null and " : " and ");
	put_column(&sql, count->by->column);
	put(&sql, " = any(");
	put_typed(&sql, ids, "uuid[]");
	put(&sql, ") group by 1");
	return sql_end(&sql);
}

/* --- writing ------------------------------------------------------------------------------------ */

static bool is_tags(const struct resource_field *field)
{
	return field->field->kind == FIELD_MULTI_REFERENCE && str_is(field->target->name, "tag");
}

/* A value on its way in: cast to its type, text brought to NFC, tags resolved. What is never null takes
 * NULL as a wish for its default. */
static void put_input(struct sql *sql, const struct record_value *value)
{
	const struct field_type *type = field_type_of(value->field->field);

	if (!value->text.ptr && field_never_null(value->field->field)) {
		put(sql, "default");
	} else if (is_tags(value->field)) {
		put(sql, "resolve_tags(");
		put_typed(sql, value->text, "text[]");
		put(sql, ")");
	} else if (type->param) {
		struct str around = str_of(type->param);
		struct str before = str_cut(&around, '%');

		buf_append(&sql->text, before);
		put_param(sql, value->text);
		buf_append(&sql->text, str_slice(around, 1, around.len));
	} else {
		put_typed(sql, value->text, type->sql);
	}
}

static void put_returning(struct sql *sql, const struct query *returned)
{
	put(sql, " returning ");
	put_columns(sql, returned);
	put_version(sql, returned->resource);
}

struct db_stmt sql_insert(const struct record_write *write, const struct query *returned)
{
	struct sql sql = sql_begin(write->req->arena);

	put(&sql, "insert into ");
	put_name(&sql, write->resource->table);
	put(&sql, " as t (org_id, id");
	for (size_t i = 0; i < write->count; i++) {
		put(&sql, ", ");
		put_name(&sql, write->values[i].field->column);
	}
	put(&sql, write->custom.ptr ? ", custom) values (" : ") values (");
	put_typed(&sql, caller_org(write->req), "uuid");
	put(&sql, ", ");
	put_typed(&sql, write->id, "uuid");
	for (size_t i = 0; i < write->count; i++) {
		put(&sql, ", ");
		put_input(&sql, &write->values[i]);
	}
	if (write->custom.ptr) {
		put(&sql, ", jsonb_strip_nulls(");
		put_typed(&sql, write->custom, "jsonb");
		put(&sql, ")");
	}
	put(&sql, ")");
	put_returning(&sql, returned);
	return sql_end(&sql);
}

static bool is_written(const struct record_write *write, const struct resource_field *field)
{
	for (size_t i = 0; i < write->count; i++)
		if (write->values[i].field == field)
			return true;
	return false;
}

static bool is_writable(const struct resource_field *field)
{
	return !resource_field_is(field, FIELD_READ_ONLY) && !resource_field_is(field, FIELD_IMMUTABLE) &&
	       !str_is(field->name, "custom");
}

/* A replacement gives what was not sent its default back, but for what the caller does not know of. */
static void put_defaults(struct sql *sql, const struct record_write *write)
{
	for (size_t i = 0; i < write->resource->field_count; i++) {
		const struct resource_field *field = &write->resource->fields[i];

		if (!is_writable(field) || is_written(write, field) ||
			!caller_sees(write->req->caller, field))
			continue;
		put_name(sql, field->column);
		put(sql, " = default, ");
	}
}

/* An immutable field may be sent again with the value that it has. */
static void put_change(struct sql *sql, const struct record_value *value)
{
	put_name(sql, value->field->column);
	put(sql, " = ");
	if (resource_field_is(value->field, FIELD_IMMUTABLE)) {
		put(sql, "unchanged(");
		put_typed(sql, value->field->name, "text");
		put(sql, ", ");
		put_column(sql, value->field->column);
		put(sql, ", ");
		put_typed(sql, value->text, type_of(value->field));
		put(sql, ")");
	} else {
		put_input(sql, value);
	}
	put(sql, ", ");
}

/* `set` items each end with a comma; the table's own key closes the list, which changes nothing. */
static void put_sets(struct sql *sql, const struct record_write *write)
{
	bool replace = write->mode == RECORD_REPLACE;

	for (size_t i = 0; i < write->count; i++)
		put_change(sql, &write->values[i]);
	if (replace)
		put_defaults(sql, write);
	if (write->custom.ptr || (replace && (write->resource->entity->flags & ENTITY_CUSTOM))) {
		put(sql, replace ? "custom = jsonb_strip_nulls(" : "custom = jsonb_strip_nulls(t.custom || ");
		put_typed(sql, write->custom.ptr ? write->custom : STR("{}"), "jsonb");
		put(sql, "), ");
	}
	put(sql, "org_id = t.org_id");
}

static void put_live_version(struct sql *sql, struct str version)
{
	put(sql, " and t.deleted_at is null");
	if (version.ptr) {
		put(sql, " and t.version = ");
		put_typed(sql, version, "int");
	}
}

struct db_stmt sql_update(const struct record_write *write, struct str version, const struct query *returned)
{
	struct sql sql = sql_begin(write->req->arena);

	put(&sql, "update ");
	put_name(&sql, write->resource->table);
	put(&sql, " t set ");
	put_sets(&sql, write);
	put_org(&sql, write->req);
	put_id(&sql, write->id);
	put_live_version(&sql, version);
	put_returning(&sql, returned);
	return sql_end(&sql);
}

struct db_stmt sql_delete(const struct resource *resource, struct request *req, struct str id,
			  struct str version)
{
	struct sql sql = sql_begin(req->arena);

	put(&sql, "update ");
	put_name(&sql, resource->table);
	put(&sql, " t set deleted_at = now()");
	put_org(&sql, req);
	put_id(&sql, id);
	put_live_version(&sql, version);
	put(&sql, " returning t.version");
	return sql_end(&sql);
}

struct db_stmt sql_restore(const struct resource *resource, struct str id, const struct query *returned)
{
	struct sql sql = sql_begin(returned->req->arena);

	put(&sql, "update ");
	put_name(&sql, resource->table);
	put(&sql, " t set deleted_at = null");
	put_org(&sql, returned->req);
	put_id(&sql, id);
	put(&sql, " and t.deleted_at is not null");
	put_returning(&sql, returned);
	return sql_end(&sql);
}

static void put_reference_check(struct sql *sql, const struct record_write *write,
				const struct record_value *value)
{
	const struct resource *target = value->field->target;
	bool in_table = str_eq(target->names, target->table);

	put(sql, "case when not exists (select from ");
	put_name(sql, target->names);
	put(sql, " t");
	put_org(sql, write->req);
	put_id(sql, value->text);
	put(sql, in_table && target->has_deleted ? " and t.deleted_at is null) then " : ") then ");
	put_typed(sql, value->field->name, "text");
	put(sql, " end");
}

/* As above, for a list of ids: none of them may name nothing. */
static void put_list_check(
	struct sql *sql, const struct record_write *write, const struct record_value *value)
{
	const struct resource *target = value->field->target;
	bool in_table = str_eq(target->names, target->table);

	put(sql, "case when exists (select from unnest(");
	put_typed(sql, value->text, "uuid[]");
	put(sql, ") as given (id) where not exists (select from ");
	put_name(sql, target->names);
	put(sql, " t");
	put_org(sql, write->req);
	put(sql, " and t.id = given.id");
	put(sql, in_table && target->has_deleted ? " and t.deleted_at is null)) then " : ")) then ");
	put_typed(sql, value->field->name, "text");
	put(sql, " end");
}

struct db_stmt sql_hand_over(const struct record_write *write, const struct record_value *owner)
{
	struct sql sql = sql_begin(write->req->arena);

	put(&sql, "select hand_over(");
	put_typed(&sql, write->resource->table, "text");
	put(&sql, ", ");
	put_typed(&sql, write->id, "uuid");
	put(&sql, ", ");
	put_typed(&sql, owner->text, "uuid");
	put(&sql, ")");
	return sql_end(&sql);
}

/* Callers are there, even those who may see no people. */
static bool names_caller(const struct record_write *write, const struct record_value *value)
{
	return str_is(value->field->target->name, "user") &&
		str_eq(value->text, write->req->caller->user_id);
}

static size_t put_reference_checks(struct sql *sql, const struct record_write *write,
				   const struct record_value *values, size_t count, size_t checks)
{
	for (size_t i = 0; i < count; i++) {
		const struct resource_field *field = values[i].field;
		bool one = field->field->kind == FIELD_REFERENCE;
		bool list = field->field->kind == FIELD_MULTI_REFERENCE && !is_tags(field);

		if (!values[i].text.ptr || (!one && !list) || names_caller(write, &values[i]))
			continue;
		put(sql, checks++ ? ", " : "");
		if (one)
			put_reference_check(sql, write, &values[i]);
		else
			put_list_check(sql, write, &values[i]);
	}
	return checks;
}

struct db_stmt sql_references(const struct record_write *write)
{
	struct sql sql = sql_begin(write->req->arena);
	size_t checks;

	put(&sql, "select require_references(array_remove(array[");
	checks = put_reference_checks(&sql, write, write->values, write->count, 0);
	checks = put_reference_checks(&sql, write, write->custom_values, write->custom_count, checks);
	put(&sql, "], null))");
	if (checks == 0) {
		buf_deinit(&sql.text);
		return (struct db_stmt){.sql = STR_NONE};
	}
	return sql_end(&sql);
}
