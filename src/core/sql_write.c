/* SPDX-License-Identifier: Apache-2.0 */
/* SQL: inserts, updates, deletes and what is checked before them. */
#include "core/sql_internal.h"

static bool is_tags(const struct resource_field *field)
{
	return field->field->kind == FIELD_MULTI_REFERENCE && str_is(field->target->name, "tag");
}

/* A value on its way in: cast to its type, text brought to NFC, tags resolved. What is never null takes
 * NULL as a wish for its default. */
static void put_input(
	struct sql *sql, const struct record_write *write, const struct record_value *value)
{
	const struct field_type *type = field_type_of(value->field->field);

	if (!value->text.ptr && field_never_null(value->field->field)) {
		sql_put(sql, "default");
	} else if (resource_field_is(value->field, FIELD_MERGED)) {
		sql_put(sql, "merge_patch(");
		if (write->mode == RECORD_UPDATE)
			sql_put_column(sql, value->field->column);
		else
			sql_put(sql, "'{}'");
		sql_put(sql, ", ");
		sql_put_typed(sql, value->text, type->sql);
		sql_put(sql, ")");
	} else if (is_tags(value->field)) {
		sql_put(sql, "resolve_tags(");
		sql_put_typed(sql, value->text, "text[]");
		sql_put(sql, ")");
	} else if (type->param) {
		struct str around = str_of(type->param);
		struct str before = str_cut(&around, '%');

		buf_append(&sql->text, before);
		sql_put_param(sql, value->text);
		buf_append(&sql->text, str_slice(around, 1, around.len));
	} else {
		sql_put_typed(sql, value->text, type->sql);
	}
}

void sql_put_returning(struct sql *sql, const struct query *returned)
{
	sql_put(sql, " returning ");
	sql_put_columns(sql, returned);
	sql_put_version(sql, returned->resource);
}

struct db_stmt sql_insert(const struct record_write *write, const struct query *returned)
{
	struct sql sql = sql_begin(write->req->arena);

	sql_put(&sql, "insert into ");
	sql_put_name(&sql, write->resource->table);
	sql_put(&sql, " as t (org_id, id");
	for (size_t i = 0; i < write->count; i++) {
		sql_put(&sql, ", ");
		sql_put_name(&sql, write->values[i].field->column);
	}
	sql_put(&sql, write->custom.ptr ? ", custom) values (" : ") values (");
	sql_put_typed(&sql, sql_caller_org(write->req), "uuid");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, write->id, "uuid");
	for (size_t i = 0; i < write->count; i++) {
		sql_put(&sql, ", ");
		put_input(&sql, write, &write->values[i]);
	}
	if (write->custom.ptr) {
		sql_put(&sql, ", jsonb_strip_nulls(");
		sql_put_typed(&sql, write->custom, "jsonb");
		sql_put(&sql, ")");
	}
	sql_put(&sql, ")");
	sql_put_returning(&sql, returned);
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
	return !resource_field_is(field, FIELD_READ_ONLY) &&
		!resource_field_is(field, FIELD_IMMUTABLE) && !str_is(field->name, "custom");
}

/* A replacement gives what was not sent its default back, but for what the caller may not write. */
static void put_defaults(struct sql *sql, const struct record_write *write)
{
	for (size_t i = 0; i < write->resource->field_count; i++) {
		const struct resource_field *field = &write->resource->fields[i];

		if (!is_writable(field) || is_written(write, field) ||
			!caller_writes(write->req->caller, field))
			continue;
		sql_put_name(sql, field->column);
		sql_put(sql, " = default, ");
	}
}

/* An immutable field may be sent again with the value that it has. */
static void put_change(
	struct sql *sql, const struct record_write *write, const struct record_value *value)
{
	sql_put_name(sql, value->field->column);
	sql_put(sql, " = ");
	if (resource_field_is(value->field, FIELD_IMMUTABLE)) {
		sql_put(sql, "unchanged(");
		sql_put_typed(sql, value->field->name, "text");
		sql_put(sql, ", ");
		sql_put_column(sql, value->field->column);
		sql_put(sql, ", ");
		sql_put_typed(sql, value->text, sql_type_of(value->field));
		sql_put(sql, ")");
	} else {
		put_input(sql, write, value);
	}
	sql_put(sql, ", ");
}

/* A replacement puts the document in the place of the old one, but for what the caller may not write. */
static void put_custom(struct sql *sql, const struct record_write *write)
{
	bool replace = write->mode == RECORD_REPLACE &&
		(write->resource->entity->flags & ENTITY_CUSTOM) &&
		caller_writes(
			write->req->caller, resource_field_find(write->resource, STR("custom")));

	struct str kept = caller_custom_keys(
		write->req->caller, write->req->arena, write->resource, RULE_READ);

	if (!write->custom.ptr && !replace)
		return;
	sql_put(sql, "custom = jsonb_strip_nulls(");
	if (!replace)
		sql_put(sql, "t.custom || ");
	else if (kept.ptr) {
		sql_put(sql,
			"(select coalesce(jsonb_object_agg(k, t.custom -> k), '{}') from unnest(");
		sql_put_typed(sql, kept, "text[]");
		sql_put(sql, ") as k) || ");
	}
	sql_put_typed(sql, write->custom.ptr ? write->custom : STR("{}"), "jsonb");
	sql_put(sql, "), ");
}

/* `set` items each end with a comma; what the version trigger writes anyway closes the list. Not a column of the key:
 * the row would be locked against whatever refers to it; nothing refers to one without a version. */
/* Once for all rows. */
static void put_tags(struct sql *sql, const struct record_tags *tags)
{
	sql_put(sql, "(select resolve_tags(");
	sql_put_typed(sql, sql_array_literal(sql->arena, tags->names, tags->count), "text[]");
	sql_put(sql, "))::uuid[]");
}

static void put_tag_changes(struct sql *sql, const struct record_write *write)
{
	if (!write->tags_added.count && !write->tags_removed.count)
		return;
	sql_put(sql, "tags = array(select unnest(t.tags || ");
	put_tags(sql, &write->tags_added);
	sql_put(sql, ") except select unnest(");
	put_tags(sql, &write->tags_removed);
	sql_put(sql, ") order by 1), ");
}

void sql_put_sets(struct sql *sql, const struct record_write *write)
{
	bool replace = write->mode == RECORD_REPLACE;

	for (size_t i = 0; i < write->count; i++)
		put_change(sql, write, &write->values[i]);
	if (replace)
		put_defaults(sql, write);
	put_custom(sql, write);
	put_tag_changes(sql, write);
	sql_put(sql,
		write->resource->has_version ? "updated_at = t.updated_at" : "org_id = t.org_id");
}

void sql_put_live_version(struct sql *sql, const struct resource *resource, struct str versions)
{
	if (resource->has_deleted)
		sql_put(sql, " and t.deleted_at is null");
	if (versions.ptr) {
		sql_put(sql, " and ");
		sql_put_accepted(sql, resource, versions);
	}
}

struct db_stmt sql_update(
	const struct record_write *write, struct str versions, const struct query *returned)
{
	struct sql sql = sql_begin(write->req->arena);

	sql_put(&sql, "update ");
	sql_put_name(&sql, write->resource->table);
	sql_put(&sql, " t set ");
	sql_put_sets(&sql, write);
	sql_put_org(&sql, write->req);
	sql_put_id(&sql, write->id);
	sql_put_live_version(&sql, write->resource, versions);
	sql_put_returning(&sql, returned);
	if (write->nested_count)
		sql_put(&sql, ", set_config('app.nested_in', t.id::text, true)");
	return sql_end(&sql);
}

bool sql_is_trashed(const struct resource *target)
{
	return target->has_deleted && str_eq(target->names, target->table);
}

/* Documents and payments lock each other in an order of their own, which a lock before all others would break;
 * what is issued or completed never goes to the trash. */
bool sql_is_held(const struct resource *target)
{
	return sql_is_trashed(target) && !(target->entity->flags & ENTITY_MONEY);
}

static void put_reference_check(
	struct sql *sql, const struct record_write *write, const struct record_value *value)
{
	const struct resource *target = value->field->target;

	sql_put(sql, "case when not exists (select from ");
	sql_put_name(sql, target->names);
	sql_put(sql, " t");
	sql_put_org(sql, write->req);
	sql_put_id(sql, value->text);
	sql_put(sql, sql_is_trashed(target) ? " and t.deleted_at is null)" : ")");
	/* Until this is written the other may neither go to the trash nor be merged away. */
	if (sql_is_held(target)) {
		sql_put(sql, " or not reference_held(");
		sql_put_typed(sql, target->table, "text");
		sql_put(sql, ", ");
		sql_put_typed(sql, value->text, "uuid");
		sql_put(sql, ")");
	}
	sql_put(sql, " then ");
	sql_put_typed(sql, value->field->name, "text");
	sql_put(sql, " end");
}

/* As above, for a list of ids: none of them may name nothing. */
static void put_list_check(
	struct sql *sql, const struct record_write *write, const struct record_value *value)
{
	const struct resource *target = value->field->target;
	bool in_table = str_eq(target->names, target->table);

	sql_put(sql, "case when exists (select from unnest(");
	sql_put_typed(sql, value->text, "uuid[]");
	sql_put(sql, ") as given (id) where not exists (select from ");
	sql_put_name(sql, target->names);
	sql_put(sql, " t");
	sql_put_org(sql, write->req);
	sql_put(sql, " and t.id = given.id");
	sql_put(sql,
		in_table && target->has_deleted ? " and t.deleted_at is null)) then " : ")) then ");
	sql_put_typed(sql, value->field->name, "text");
	sql_put(sql, " end");
}

struct db_stmt sql_hand_over(const struct record_write *write, const struct record_value *owner)
{
	struct sql sql = sql_begin(write->req->arena);

	sql_put(&sql, "select hand_over(");
	sql_put_typed(&sql, write->resource->table, "text");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, write->id, "uuid");
	sql_put(&sql, ", ");
	sql_put_typed(&sql, owner->text, "uuid");
	sql_put(&sql, ")");
	return sql_end(&sql);
}

/* Who asks is a member: the session was just checked. Most records belong to whoever makes them. */
static bool is_caller(const struct record_write *write, const struct record_value *value)
{
	return str_is(value->field->target->name, "user") &&
		str_eq(value->text, write->req->caller->user_id);
}

/* Nobody is given what somebody gave them long ago: a field that keeps its value passes. */
static void put_unchanged(struct sql *sql, const struct record_write *write,
	const struct record_value *value, bool list)
{
	if (write->mode == RECORD_CREATE)
		return;
	sql_put(sql, " and not exists (select from ");
	sql_put_name(sql, write->resource->table);
	sql_put(sql, " r where r.org_id = t.org_id and r.id = ");
	sql_put_typed(sql, write->id, "uuid");
	sql_put(sql, list ? " and t.id = any(r." : " and t.id = (r.");
	sql_put_name(sql, value->field->column);
	sql_put(sql, "))");
}

/* The field's name when it gives something to a user who is not active. */
static void put_active_check(struct sql *sql, const struct record_write *write,
	const struct record_value *value, bool list)
{
	sql_put(sql, "case when exists (select from ");
	sql_put_name(sql, value->field->target->names);
	sql_put(sql, " t");
	sql_put_org(sql, write->req);
	sql_put(sql, list ? " and t.id = any(" : " and t.id = (");
	sql_put_typed(sql, value->text, list ? "uuid[]" : "uuid");
	sql_put(sql, ") and not t.active");
	put_unchanged(sql, write, value, list);
	sql_put(sql, ") then ");
	sql_put_typed(sql, value->field->name, "text");
	sql_put(sql, " end");
}

static bool is_people(const struct resource_field *field)
{
	return field->target && str_is(field->target->name, "user");
}

/* One more argument, where there is anything to be looked at. */
static void put_active_checks(struct sql *sql, const struct record_write *write)
{
	size_t checks = 0;

	for (size_t i = 0; i < write->count; i++) {
		const struct record_value *value = &write->values[i];
		bool list = value->field->field->kind == FIELD_MULTI_REFERENCE;

		if (!is_people(value->field) || !value->text.ptr || is_caller(write, value))
			continue;
		sql_put(sql, checks++ ? ", " : ", array_remove(array[");
		put_active_check(sql, write, value, list);
	}
	sql_put(sql, checks ? "], null)" : "");
}

static size_t put_reference_checks(struct sql *sql, const struct record_write *write,
	const struct record_value *values, size_t count, size_t checks)
{
	for (size_t i = 0; i < count; i++) {
		const struct resource_field *field = values[i].field;
		bool list = field->field->kind == FIELD_MULTI_REFERENCE && !is_tags(field);

		if ((field->field->kind != FIELD_REFERENCE && !list) || !values[i].text.ptr ||
			is_caller(write, &values[i]))
			continue;
		sql_put(sql, checks++ ? ", " : "");
		if (list)
			put_list_check(sql, write, &values[i]);
		else
			put_reference_check(sql, write, &values[i]);
	}
	return checks;
}

struct db_stmt sql_remark(const struct record_write *write)
{
	struct sql sql;

	if (!write->remark.ptr)
		return (struct db_stmt){.sql = STR_NONE};
	sql = sql_begin(write->req->arena);
	sql_put(&sql, "select set_config('app.comment', ");
	sql_put_param(&sql, write->remark);
	sql_put(&sql, ", true)");
	return sql_end(&sql);
}

struct db_stmt sql_references(const struct record_write *write)
{
	struct sql sql = sql_begin(write->req->arena);
	size_t checks;

	sql_put(&sql, "select require_references(array_remove(array[");
	checks = put_reference_checks(&sql, write, write->values, write->count, 0);
	checks = put_reference_checks(
		&sql, write, write->custom_values, write->custom_count, checks);
	sql_put(&sql, "]::text[], null)");
	for (size_t i = 0; i < write->nested_count; i++)
		checks += sql_put_nested_references(&sql, write, &write->nested[i]);
	put_active_checks(&sql, write);
	sql_put(&sql, ")");
	if (checks == 0) {
		buf_deinit(&sql.text);
		return (struct db_stmt){.sql = STR_NONE};
	}
	return sql_end(&sql);
}
