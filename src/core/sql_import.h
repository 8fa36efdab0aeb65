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
 * With a key, the rows that name a record by it are that record's: c1 is its id, the column `state` holds
 * `u`, and they update it where `given` says that the file has a value (one character, 0 or 1, by column).
 * All others make records.
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

enum { IMPORT_KEYS_MAX = 4 };

enum import_mode { IMPORT_UPSERT, IMPORT_CREATE, IMPORT_UPDATE };

/* By what a row's record is known. Of externalIds any of those given will do. */
struct import_key {
	const struct resource_field *field;
	unsigned column;
};

struct import_plan {
	struct arena *arena;
	struct str org_id;
	const struct resource *into;
	struct import_part *parts;
	size_t part_count;
	struct import_link **links; /* inner ones before those that use them */
	size_t link_count;
	unsigned columns;         /* of the stage */
	unsigned custom;          /* column of the document of custom fields; 0 = none */
	unsigned custom_defaults; /* of those that the file does not have: of new records only */
	struct import_key keys[IMPORT_KEYS_MAX];
	size_t key_count; /* 0: every row makes a record */
	enum import_mode mode;
	bool keyless_creates;  /* a row without a key makes a record, else it is refused */
	unsigned state, given; /* columns, of a plan with a key */
	bool people; /* into is user: made by a function, the rest of the fields set afterwards */
	bool trial; /* the rows go where they are refused as in the real table, and leave nothing */
};

bool import_is_people(const struct resource *resource);

/* What records of the link's target are known by, as far as they are not in the trash. */
struct db_stmt sql_import_names(
	const struct import_plan *plan, const struct import_link *link, int most);

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

/* --- keys (sql_import_key.c), in this order, before the links --------------------------------- */

/* Statements that refuse or skip answer as link_refuse; an empty sql where there is nothing to do. */
struct db_stmt sql_import_key_make(const struct import_plan *plan);
struct db_stmt sql_import_key_missing(const struct import_plan *plan, int most);
/* Rows whose key an earlier one has; `given` is that one's line. */
struct db_stmt sql_import_key_twice(const struct import_plan *plan, int most);
struct db_stmt sql_import_key_match(const struct import_plan *plan);
struct db_stmt sql_import_key_ambiguous(const struct import_plan *plan, int most);
/* Rows whose record another row names by another of its ids. */
struct db_stmt sql_import_key_shared(const struct import_plan *plan, int most);
/* What the mode passes over: rows whose record is there, or is not. */
struct db_stmt sql_import_key_pass(const struct import_plan *plan, int most);
struct db_stmt sql_import_key_settle(const struct import_plan *plan);
/* New records that lack what they must have; `column` is the stage's. */
struct db_stmt sql_import_key_lacking(const struct import_plan *plan, unsigned column, int most);
/* New records of which none of these columns is filled. */
struct db_stmt sql_import_key_unnamed(
	const struct import_plan *plan, const unsigned *columns, size_t count, int most);
/* Updates what differs: answers the number of updated and of unchanged rows, and the lines, separated by
 * commas, of rows whose record may be read and not written. */
struct db_stmt sql_import_update(const struct import_plan *plan, int64_t from, int64_t to);

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
/* Number of rows that make a record. */
struct db_stmt sql_import_created(const struct import_plan *plan);
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
/* Makes the table of rows on trial: answers whether what may refuse them does so there too. An empty sql when
 * it does not. */
struct db_stmt sql_import_trial(const struct import_plan *plan);
struct db_stmt sql_import_rows(const struct import_plan *plan, int64_t from, int64_t to);
/* Sets the late links; an empty sql when there are none. */
struct db_stmt sql_import_late(const struct import_plan *plan, int64_t from, int64_t to);
