/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: the statement being written and the parts that most statements share. */
#include "core/sql_internal.h"

enum { PARAMS_FIRST = 64, PARAMS_MAX = 65535 };

struct sql sql_begin(struct arena *arena)
{
	struct sql sql = {.arena = arena,
		.params = ARENA_ARRAY(arena, struct str, PARAMS_FIRST),
		.room = PARAMS_FIRST};

	buf_init(&sql.text, SQL_MAX);
	return sql;
}

struct db_stmt sql_end(struct sql *sql)
{
	struct db_stmt stmt = {
		.sql = arena_str(sql->arena, buf_str(&sql->text)),
		.param_count = sql->count,
		.params = sql->params,
		.unprepared = sql->varies,
	};

	INVARIANT(!sql->text.full);
	buf_deinit(&sql->text);
	return stmt;
}

void sql_put(struct sql *sql, const char *text)
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

/* A parameter as "$n", or as "$2[n]". */
void sql_put_param(struct sql *sql, struct str value)
{
	INVARIANT(sql->count < PARAMS_MAX);
	if (sql->count == sql->room)
		grow_params(sql);
	sql->params[sql->count++] = value;
	buf_append_cstr(&sql->text, sql->in_array ? "$2[" : "$");
	buf_append_int(&sql->text, (long long)sql->count);
	buf_append_cstr(&sql->text, sql->in_array ? "]" : "");
}

void sql_put_typed(struct sql *sql, struct str value, const char *type)
{
	sql_put_param(sql, value);
	sql_put(sql, "::");
	sql_put(sql, type);
}

/* Names stand in quotes, since some are words of SQL ("default", "group"). */
void sql_put_name(struct sql *sql, struct str name)
{
	buf_append_char(&sql->text, '"');
	buf_append(&sql->text, name);
	buf_append_char(&sql->text, '"');
}

void sql_put_column(struct sql *sql, struct str column)
{
	sql_put(sql, "t.");
	sql_put_name(sql, column);
}

bool sql_is_custom(const struct resource_field *field)
{
	return resource_field_is(field, FIELD_CUSTOM);
}

const char *sql_type_of(const struct resource_field *field)
{
	return field_type_of(field->field)->sql;
}

bool sql_is_list(const struct resource_field *field)
{
	return field_type_of(field->field)->list;
}

/* What is computed is a call, or a column of the rows that were found. */
static void put_built_in(struct sql *sql, const struct resource_field *field)
{
	if (resource_field_is(field, FIELD_COMPUTED) && sql->found)
		sql_put_column(sql, field->column);
	else
		buf_append(&sql->text, str_slice(field->selected, 2, field->selected.len));
}

/* The value of a field in row t; a custom one is cut out of the document. */
void sql_put_value(struct sql *sql, const struct resource_field *field)
{
	if (!sql_is_custom(field)) {
		put_built_in(sql, field);
		return;
	}
	sql_put(sql, sql_is_list(field) ? "(t.custom->" : "(t.custom->>");
	sql_put_typed(sql, field->name, "text");
	sql_put(sql, sql_is_list(field) ? ")" : ")::");
	if (!sql_is_list(field))
		sql_put(sql, sql_type_of(field));
}

/* --- what most statements say --------------------------------------------------------------- */

struct str sql_caller_org(const struct request *req)
{
	return req->caller->org_id;
}

/* --- columns, as the caller sees them --------------------------------------------------------- */

/* The columns of a resource that the caller does not see, as a text[] literal; STR_NONE for none. */
static struct str unseen_columns(
	struct arena *arena, const struct caller *caller, const struct resource *resource)
{
	struct str columns = STR_NONE;

	for (size_t i = 0; i < resource->field_count; i++)
		if (!caller_sees(caller, &resource->fields[i]))
			columns = arena_printf(arena, "%.*s%s%.*s", STR_ARG(columns),
				columns.ptr ? "," : "{", STR_ARG(resource->fields[i].column));
	return columns.ptr ? arena_printf(arena, "%.*s}", STR_ARG(columns)) : STR_NONE;
}

/* What the log says of a record says no more of it than the record would. */
static void put_redacted_diff(struct sql *sql, const struct caller *caller)
{
	size_t count, cut = 0;
	const struct resource *const *all = resources_all(&count);

	for (size_t i = 0; i < count; i++) {
		struct str columns = unseen_columns(sql->arena, caller, all[i]);
		struct str keys = caller_custom_keys(caller, sql->arena, all[i], RULE_NONE);

		if (!columns.ptr && !keys.ptr)
			continue;
		sql_put(sql, cut++ ? " when " : "case t.entity when ");
		sql_put_typed(sql, all[i]->name, "text");
		sql_put(sql, " then redact_diff(t.diff, ");
		sql_put_typed(sql, columns.ptr ? columns : STR("{}"), "text[]");
		sql_put(sql, ", ");
		sql_put_typed(sql, keys.ptr ? keys : STR("{}"), "text[]");
		sql_put(sql, ")");
	}
	sql_put(sql, cut ? " else t.diff end" : "t.diff");
}

/* Custom fields that are kept from the caller are cut out of their document. */
static void put_seen(struct sql *sql, const struct query *query, const struct resource_field *field)
{
	const struct caller *caller = query->req->caller;
	bool document = field->field->kind == FIELD_JSON &&
		(query->resource->entity->flags & ENTITY_CUSTOM) && str_is(field->name, "custom");
	struct str keys = document && caller
		? caller_custom_keys(caller, sql->arena, query->resource, RULE_NONE)
		: STR_NONE;

	if (field->field->kind == FIELD_DIFF) {
		put_redacted_diff(sql, caller);
	} else if (keys.ptr) {
		sql_put(sql, "t.custom - ");
		sql_put_typed(sql, keys, "text[]");
	} else {
		put_built_in(sql, field);
	}
}

void sql_put_columns(struct sql *sql, const struct query *query)
{
	for (size_t i = 0; i < query->field_count; i++) {
		if (i)
			sql_put(sql, ", ");
		put_seen(sql, query, query->fields[i]);
	}
}

void sql_put_from(struct sql *sql, const struct resource *resource)
{
	sql_put(sql, " from ");
	sql_put_name(sql, resource->table);
	sql_put(sql, " t");
}

void sql_put_guarded(struct sql *sql)
{
	sql_put(sql, " where true");
}

void sql_put_org(struct sql *sql, const struct request *req)
{
	sql_put(sql, " where t.org_id = ");
	sql_put_typed(sql, sql_caller_org(req), "uuid");
}

void sql_put_id(struct sql *sql, struct str id)
{
	sql_put(sql, " and t.id = ");
	sql_put_typed(sql, id, "uuid");
}

void sql_put_deleted(struct sql *sql, const struct query *query)
{
	if (query->resource->has_deleted && query->deleted != DELETED_WITH)
		sql_put(sql,
			query->deleted == DELETED_ONLY ? " and t.deleted_at is not null"
						       : " and t.deleted_at is null");
}

void sql_put_parent_live(struct sql *sql, const struct resource *resource)
{
	if (!resource->parent || !resource->parent->has_deleted)
		return;
	sql_put(sql, " and exists (select from ");
	sql_put_name(sql, resource->parent->table);
	sql_put(sql, " p where p.org_id = t.org_id and p.id = ");
	sql_put_column(sql, resource->parent_field->column);
	sql_put(sql, " and p.deleted_at is null)");
}

/* After the fields stands what the ETag is made of. */
void sql_put_version(struct sql *sql, const struct resource *resource)
{
	sql_put(sql, resource->has_version ? ", t.version" : ", 0");
}

void sql_put_accepted(struct sql *sql, const struct resource *resource, struct str versions)
{
	if (!resource->has_version) {
		sql_put(sql, "false");
		return;
	}
	sql_put(sql, "t.version = any(");
	sql_put_typed(sql, versions, "int[]");
	sql_put(sql, ")");
}

static void append_element(struct buf *literal, struct str value)
{
	if (!value.ptr) {
		buf_append_cstr(literal, "NULL");
		return;
	}
	buf_append_char(literal, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '"' || value.ptr[i] == '\\')
			buf_append_char(literal, '\\');
		buf_append_char(literal, value.ptr[i]);
	}
	buf_append_char(literal, '"');
}

struct str sql_array_literal(struct arena *arena, const struct str *values, size_t count)
{
	struct buf literal;
	struct str text;

	buf_init(&literal, SQL_ARRAY_MAX);
	buf_append_char(&literal, '{');
	for (size_t i = 0; i < count; i++) {
		buf_append_cstr(&literal, i ? "," : "");
		append_element(&literal, values[i]);
	}
	buf_append_char(&literal, '}');
	INVARIANT(!literal.full);
	text = arena_str(arena, buf_str(&literal));
	buf_deinit(&literal);
	return text;
}
