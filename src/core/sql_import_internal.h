/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the SQL of imports: the statement being written, and what both of its files put into it. */
#pragma once

#include "base/buf.h"
#include "core/sql_import.h"

struct import_sql {
	const struct import_plan *plan;
	struct buf text;
	struct str *params;
	size_t count;
};

#define PUT(sql, ...) buf_printf(&(sql)->text, __VA_ARGS__)

struct import_sql import_sql_begin(const struct import_plan *plan);
/* The statement, in the plan's arena. */
struct db_stmt import_sql_end(struct import_sql *sql);
/* There is nothing to do: an empty sql. */
struct db_stmt import_sql_none(struct import_sql *sql);
void import_sql_param(struct import_sql *sql, struct str value, const char *type);
void import_sql_org(struct import_sql *sql);
void import_sql_number(struct import_sql *sql, int64_t n);
/* Both sides of a comparison of names fold case alike, whatever the column's collation. */
void import_sql_fold_open(struct import_sql *sql);
void import_sql_fold_close(struct import_sql *sql);
/* The row's own value of that field; NULL when the file does not have it. */
const struct import_part *import_sql_part(
	const struct import_plan *plan, const struct resource_field *field);
/* A part's value, of the row s and the link tables joined to it. */
void import_sql_value(struct import_sql *sql, const struct import_part *part);
/* Joins the link tables of these parts to the row s. */
void import_sql_joins(struct import_sql *sql, const struct import_part *parts, size_t count);
/* First and last name out of an expression for the whole one. */
void import_sql_first_name(struct import_sql *sql, const char *name);
void import_sql_last_name(struct import_sql *sql, const char *name);
/* A call of import_members with arrays out of `from`; `name`, when not NULL, holds both names. */
void import_sql_members(struct import_sql *sql, const char *id, const char *name, const char *first,
	const char *last, const char *email, const char *from);
/* `column = value` for each part; what is null stays as it is. */
void import_sql_sets(struct import_sql *sql, const struct import_part *parts, size_t count);
/* The document of custom fields, as an expression without a bracket around; `defaults`: of a new record,
 * with a comma before. */
void import_sql_custom(struct import_sql *sql, bool defaults);
/* ` || {key: id}` for each of a tenant's own references; whether there are any. */
void import_sql_custom_links(
	struct import_sql *sql, const struct import_part *parts, size_t count, bool late);
bool import_sql_has_custom_links(const struct import_part *parts, size_t count, bool late);
/* ` and …`: rows that make a record. */
void import_sql_new(struct import_sql *sql);
void import_sql_lines(struct import_sql *sql, int64_t from, int64_t to);
