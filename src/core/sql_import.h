/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL of imports: a plan says which column of the stage table becomes which field, and the statements
 * below make records of all rows at once. As in core/sql_*.c, names come from entity tables only.
 *
 * The stage has `line` and the text columns c1, c2, …; c1 is the id of the row's record. The values in it
 * are valid already. A link is a column that names another record; its distinct values stand in a
 * temporary table of their own, link_<number>:
 *
 *   given  as in the stage        id     of the record it names
 *   key    given, case folded     hits   how many there are of that name
 *   line   where it comes first   fresh  the record is to be created
 *
 * A link to the entity that is imported, or one whose record refers to it, is late: its records are made,
 * and the field is set, after the rows exist.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/resource.h"
#include "db/db.h"

enum { IMPORT_PARTS_MAX = 200, IMPORT_LINKS_MAX = 30 };

struct import_link;

/* One field to be written, of a row's record or of a record that a link makes. */
struct import_part {
	const struct resource_field *field;
	unsigned column;
	struct import_link *link; /* NULL: the value itself */
};

struct import_link {
	unsigned number, column;
	const struct resource *target;
	const struct resource_field *by; /* NULL: the record's name */
	bool create, late;
	bool from_file;           /* rather than a constant: counts as a link in the report */
	struct import_part *sets; /* of created records */
	size_t set_count;
};

struct import_plan {
	struct arena *arena;
	struct str org_id;
	const struct resource *into;
	struct import_part *parts;
	size_t part_count;
	struct import_link **links; /* inner ones before those that use them */
	size_t link_count;
	unsigned columns; /* of the stage */
	unsigned custom;  /* column of the document of custom fields; 0 = none */
	bool people; /* into is user: made by a function, the rest of the fields set afterwards */
};

bool import_is_people(const struct resource *resource);

/* --- linking, in this order for each link ----------------------------------------------------- */

struct db_stmt sql_import_link_make(const struct import_plan *plan, const struct import_link *link);
/* Finds the records by name, among the rows of the file as well when it is them. */
struct db_stmt sql_import_link_find(const struct import_plan *plan, const struct import_link *link);
/* What is left may be an id. */
struct db_stmt sql_import_link_find_ids(
	const struct import_plan *plan, const struct import_link *link);
/* Takes out of the stage what names nothing (unless it shall be created) or several. Answers up to
 * `most` of them: line, given, hits; and in each row the number of all. */
struct db_stmt sql_import_link_refuse(
	const struct import_plan *plan, const struct import_link *link, int most);

/* --- then, once no more rows go --------------------------------------------------------------- */

/* Drops names that no row has any more, and finds the first line of the others. */
struct db_stmt sql_import_link_prune(
	const struct import_plan *plan, const struct import_link *link);
/* Ids for what shall be created. */
struct db_stmt sql_import_link_assign(
	const struct import_plan *plan, const struct import_link *link);
struct db_stmt sql_import_link_create(
	const struct import_plan *plan, const struct import_link *link);
/* Fields of created people beyond the name; an empty sql when there are none. */
struct db_stmt sql_import_link_update(
	const struct import_plan *plan, const struct import_link *link);
/* Of a late link to the imported entity: forgets rows that did not become records. */
struct db_stmt sql_import_link_forget(
	const struct import_plan *plan, const struct import_link *link);
/* Number of rows that have a link. */
struct db_stmt sql_import_linked(const struct import_plan *plan);
/* Number of found and of created records. */
struct db_stmt sql_import_link_count(
	const struct import_plan *plan, const struct import_link *link);

/* --- rows ------------------------------------------------------------------------------------- */

/* Takes people out who are members already or stand in the file twice; answers as link_refuse. */
struct db_stmt sql_import_refuse_members(const struct import_plan *plan, int most);
/* Tags by name that do not exist: created, or the rows taken out as in link_refuse. */
struct db_stmt sql_import_tags_create(
	const struct import_plan *plan, const struct import_part *part);
struct db_stmt sql_import_tags_refuse(
	const struct import_plan *plan, const struct import_part *part, int most);
/* Options of a picklist that the file brings; `options` is a text[] literal. */
struct db_stmt sql_import_options(
	const struct import_plan *plan, const char *picklist, struct str options);
struct db_stmt sql_import_rows(const struct import_plan *plan, int64_t from, int64_t to);
/* Sets the late links; an empty sql when there are none. */
struct db_stmt sql_import_late(const struct import_plan *plan, int64_t from, int64_t to);
