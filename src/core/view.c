/* SPDX-License-Identifier: Apache-2.0 */
/* Views: held against the fields of their entity, and used. */
#include "core/view.h"

#include "base/json_read.h"
#include "core/query_groups.h"
#include "core/query_internal.h"
#include "core/unit.h"

#define QUERIES (1u << QUERY_LIST | 1u << QUERY_EXPORT)

/* A field of a view and the parameter it stands for. */
static const struct part {
	const char *field, *parameter;
	unsigned kinds; /* of queries that take it */
} parts[] = {
	{"filters", "where", QUERIES | 1u << QUERY_BOARD | 1u << QUERY_GROUPS},
	{"columns", "fields", QUERIES | 1u << QUERY_BOARD},
	{"sorts", "sort", QUERIES},
	{"groupBy", "by", 1u << QUERY_GROUPS},
	{"sums", "sum", 1u << QUERY_GROUPS},
};

#define SQL_FIND                                                                            \
	"select v.id, v.version, v.name, v.filters, v.columns, v.sorts, v.group_by, v.sums" \
	" from view_find($1, $2) v"
enum { COLUMN_ID, COLUMN_VERSION, COLUMN_NAME, COLUMN_PARTS };

/* --- writing -------------------------------------------------------------------------------------- */

/* What a view is of does not change, so a PATCH need not say it. */
static struct str entity_of(struct record_write *write)
{
	struct db_stmt stmt = SQL("select v.entity from view_named($1::uuid) v", write->id);
	struct db_result row;

	if (record_write_has(write, "entity") || write->mode != RECORD_UPDATE)
		return record_write_get(write, "entity");
	if (unit_query(write->req, DB_FAST, NULL, &stmt, &row) != ERR_OK || row.rows == 0)
		return STR_NONE;
	return db_value(&row, 0, 0);
}

/* The message of a parameter that is refused becomes that of the field. */
static void check_part(
	struct record_write *write, const struct resource *resource, const struct part *part)
{
	struct problem *problem = &write->req->problem;
	struct str value = record_write_get(write, part->field);
	enum query_kind kind = part->kinds & 1u << QUERY_EXPORT ? QUERY_EXPORT : QUERY_GROUPS;
	struct query query;

	if (!value.ptr || query_begin(write->req, resource, kind, &query) != ERR_OK)
		return;
	if (query_set(&query, str_of(part->parameter), value) != ERR_OK)
		problem_add(
			problem, str_of(part->field), "INVALID", "%.*s", STR_ARG(problem->message));
	problem->message = STR_NONE;
}

void view_check(struct record_write *write)
{
	struct str entity = entity_of(write);
	const struct resource *resource = entity.ptr ? resource_find(entity) : NULL;

	if (!entity.ptr)
		return; /* required, or the view is not there: told elsewhere */
	if (!resource || caller_scope(write->req->caller, resource, VERB_READ) == SCOPE_NONE) {
		problem_add(&write->req->problem, STR("entity"), "UNKNOWN_ENTITY",
			"There is no such entity.");
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		check_part(write, resource, &parts[i]);
}

/* --- using ---------------------------------------------------------------------------------------- */

static enum err apply_part(
	struct query *query, const struct part *part, struct str value, struct str name)
{
	struct request *req = query->req;
	bool said = request_param(req, part->parameter).ptr;
	enum err err;

	if (said || !value.ptr || !(part->kinds & 1u << query->kind))
		return ERR_OK;
	err = query_set(query, str_of(part->parameter), value);
	if (err == ERR_BAD_PARAMETER)
		return problem_set(&req->problem, err, "The view \"%.*s\" cannot be used: %.*s",
			STR_ARG(name), STR_ARG(req->problem.message));
	return err;
}

enum err view_apply(struct query *query, struct str name)
{
	struct request *req = query->req;
	struct db_stmt stmt = SQL(SQL_FIND, query->resource->name, name);
	struct db_result row;
	enum err err = unit_query(req, DB_FAST, NULL, &stmt, &row);

	if (err)
		return err;
	if (row.rows == 0)
		return str_is(name, "default")
			? ERR_OK
			: problem_set(&req->problem, ERR_BAD_PARAMETER,
				  "view: there is no view of %s called \"%.*s\".",
				  query->resource->entity->label_plural, STR_ARG(name));
	for (size_t i = 0; i < ARRAY_LEN(parts) && !err; i++)
		err = apply_part(query, &parts[i], db_value(&row, 0, COLUMN_PARTS + (int)i),
			db_value(&row, 0, COLUMN_NAME));
	query->shape = arena_printf(req->arena, "%.*s&view=%.*s.%.*s", STR_ARG(query->shape),
		STR_ARG(db_value(&row, 0, COLUMN_ID)), STR_ARG(db_value(&row, 0, COLUMN_VERSION)));
	return err;
}
