/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL: the only place that assembles statements. Names come from entity tables, values are parameters.
 */
#pragma once

#include <stddef.h>

#include "core/query.h"
#include "core/records.h"
#include "db/db.h"

/* Said once, before the first statement: where full-text search is not LEAKPROOF, the ids of candidates
 * come from a function that may use the index (migrations, search_candidates). */
void sql_search_by_candidates(bool yes);

/* One record by id: the fields, then the version. With DELETED_WITHOUT only live ones. */
struct db_stmt sql_get(const struct query *query, struct str id);
/* A page: query->limit + 1 rows, so that the caller knows whether more follow. After the fields stand
 * the sort values that are not among them. */
struct db_stmt sql_list(const struct query *query, bool narrow);
/* The same in the default order; the last column is the transaction that wrote the row. */
struct db_stmt sql_list_stamped(const struct query *query);
/* The columns of a list as text, with their parameters: what tells whether two lists say the same of a row. */
struct str sql_columns(const struct query *query);
/* The column of the i-th sort value, after the last one the id's: what a cursor is made of. */
int sql_sort_column(const struct query *query, size_t i);
/* Where the feed of changes stands: which database it is of, and the first transaction that may be open still. */
struct db_stmt sql_feed_horizon(void);
/* Changes behind (txid, id) of transactions that are over, as are all before them: their fields, then txid
 * and id; one more than the limit. In the order of transactions, within one in that of ids. */
struct db_stmt sql_feed(const struct query *query, struct str txid, struct str id);
/* All rows in the query's order, without limit: for cursors and exports. */
struct db_stmt sql_export(const struct query *query);
/* Number of rows of the set, counting no further than `most` (0 = all of them). */
struct db_stmt sql_count(const struct query *query, int most);
/* The planner's plan of that count, as JSON. */
struct db_stmt sql_estimate(const struct query *query);
/* Records of `target` by ids (a uuid array literal): id and title fields, for who may name them. */
struct db_stmt sql_include(struct request *req, const struct resource *target, struct str ids);
/* How many live records refer to each of the ids: id and number; none of those that nothing refers to. */
struct db_stmt sql_counts(struct request *req, const struct resource_count *count, struct str ids);

/* What is found by query->search, best first: id, title, rank (3 the title is that, 2 begins with it, 1 holds
 * the words, 0 another field does), number of that field in the resource, what it says. query->limit + 1 rows. */
struct db_stmt sql_search(const struct query *query);

/* Columns of a board: id, name, category and color of the stages of a pipeline of these records, in their
 * order; of the default one for STR_NONE. */
struct db_stmt sql_stages(
	struct request *req, const struct resource *resource, struct str pipeline);
/* Of the columns that hold any record: key, count and, with `sums`, the sum, the weighted sum and how many
 * records have an amount that is not in them. */
struct db_stmt sql_board_totals(
	const struct query *query, const struct entity_board *board, bool sums);
/* Whether the board's table of totals tells them: that is quick. */
bool sql_board_is_kept(const struct query *query, const struct entity_board *board);
/* What groups add up to. Kind (0 a group, 1 a figure of a group, 2 the whole, 3 a figure of the whole), number of
 * the group, keys, how many records, which of the sums, currency, sum, average, least, most. One group
 * beyond the limit tells that there are more. */
struct db_stmt sql_groups(const struct query *query);
/* The rows nested in records whose ids are given, by record and position: the record's id, then those of the
 * element's fields that the caller sees. */
struct db_stmt sql_nested(
	struct request *req, const struct resource_nested *nested, struct str ids);
/* Tells the record's triggers how many elements of which arrays are to follow (nested_to_come). No array: an
 * empty sql. */
struct db_stmt sql_nested_announce(const struct record_write *write);
/* Replaces an array, behind the record's own insert or update; before it, raises CR422 for ids of elements
 * that are none of the record's. */
struct db_stmt sql_nested_known(
	const struct record_write *write, const struct record_nested *array);
struct db_stmt sql_nested_write(
	const struct record_write *write, const struct record_nested *array);

/* Writes answer the row as sql_get does. */
struct db_stmt sql_insert(const struct record_write *write, const struct query *returned);
/* `versions` is what If-Match accepts, an array literal, STR_NONE for any. No row: not there, not allowed,
 * or another version. */
struct db_stmt sql_update(
	const struct record_write *write, struct str versions, const struct query *returned);
struct db_stmt sql_delete(
	const struct resource *resource, struct request *req, struct str id, struct str versions);
/* Before a delete that asks for nothing else: who refers to the row has done so, or waits. */
struct db_stmt sql_hold(const struct resource *resource, struct request *req, struct str id);
/* What the caller says to a delete that asks for it (ENTITY_CONFIRM). */
struct db_stmt sql_confirm(struct request *req, struct str word);
/* Before a delete and a restore, in their transaction: holds the row, and has done with other records what
 * the entity says. `move_to` may be STR_NONE. */
struct db_stmt sql_trash(const struct resource *resource, struct request *req, struct str id,
	struct str versions, bool cascade, struct str move_to);
struct db_stmt sql_untrash(const struct resource *resource, struct request *req, struct str id);
struct db_stmt sql_restore(
	const struct resource *resource, struct str id, const struct query *returned);
/* Gives the record to somebody else, out of the caller's own scope. */
struct db_stmt sql_hand_over(const struct record_write *write, const struct record_value *owner);
/* Raises CR422 for references to what the caller cannot see; nothing to check: an empty sql. */
struct db_stmt sql_references(const struct record_write *write);
/* Puts the write's remark where triggers find it, until the transaction ends. No remark: an empty sql. */
struct db_stmt sql_remark(const struct record_write *write);
/* Whether a record that the caller sees has one of the versions, and whether it is deleted. */
struct db_stmt sql_why_no_row(
	const struct resource *resource, struct request *req, struct str id, struct str versions);
/* A row when the caller sees the record, deleted or not. */
struct db_stmt sql_visible(const struct resource *resource, struct request *req, struct str id);
/* The same when the record belongs to the one that the resource stands within. */
struct db_stmt sql_belongs(
	const struct resource *resource, struct request *req, struct str id, struct str within);

/* --- many records at once (migrations, bulk) ----------------------------------------------------- */

/* The ids, in their order, of the live records that a query of that kind is about, at most `most`; with
 * `among` (a uuid[] literal) those of them. With `hold` they are locked until the end, and those are left out
 * which the caller may not change. */
struct db_stmt sql_bulk_find(const struct query *query, struct str among, bool hold, int most);
/* Each answers the refusals of bulk_run. `rows` are the ids as a JSON array. `owner` is who gets the records
 * besides, out of the caller's own scope; NULL for nobody. */
struct db_stmt sql_bulk_update(
	const struct record_write *write, const struct record_value *owner, struct str rows);
struct db_stmt sql_bulk_delete(const struct query *query, struct str rows);
/* Records that could be the same as one, best first: as sql_get, then the score and the reasons as JSON. `rules`
 * is what duplicate_candidates compares. */
struct db_stmt sql_duplicates(const struct query *query, struct str id, struct str rules);
/* Holds the record that is kept and the others (a uuid array literal), and merges them: what was moved as JSON,
 * then the changeset. */
struct db_stmt sql_merge(
	const struct resource *resource, struct request *req, struct str keep, struct str ids);
/* What the trash holds of some resources, the latest first, `limit` rows and one more: entity, id, title, time,
 * who and by which changeset, when it is deleted for good, and the time in milliseconds. Behind (ms, id), or from
 * the latest on for STR_NONE. */
struct db_stmt sql_trash_bin(struct request *req, const struct resource *const *of, size_t count,
	struct str ms, struct str id, int limit);
