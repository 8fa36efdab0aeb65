/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records: the generic routes of every entity. GET and POST /contacts, GET, PUT, PATCH and DELETE
 * /contacts/{id}, POST /contacts/{id}/restore, GET /contacts/{id}/timeline; GET /deals/board.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/caller.h"
#include "core/resource.h"
#include "db/db.h"
#include "http/request.h"
#include "http/router.h"

struct query;
struct tenant;

/* One value on its way into a record: STR_NONE is NULL. */
struct record_value {
	const struct resource_field *field;
	struct str text;
};

struct record_write;

/* An array of what is nested in the record, as sent. An element that is kept has the mode RECORD_REPLACE, one
 * to be made RECORD_CREATE and an id already. */
struct record_nested {
	const struct resource_nested *nested;
	struct record_write *elements;
	size_t count;
};

/* A validated write, not yet executed. */
struct record_write {
	struct request *req;
	const struct resource *resource;
	const struct tenant *tenant;
	enum { RECORD_CREATE, RECORD_UPDATE, RECORD_REPLACE } mode;
	struct str id;
	struct record_value *values;
	size_t count, capacity;
	struct record_value *custom_values; /* of the custom fields that were sent */
	size_t custom_count;
	struct record_nested nested[RESOURCE_MAX_NESTED]; /* the arrays that are to be written */
	size_t nested_count;
	bool is_element; /* of such an array: what is computed may be sent again, and is ignored */
	struct str remark; /* what the entity's remark says; STR_NONE for nothing */
	struct str custom; /* the same as a JSON object; STR_NONE when `custom` was not sent */
	bool forbidden;    /* a field was sent that the role may only read */
	struct record_tags {
		struct str *names; /* or ids */
		size_t count;
	} tags_added, tags_removed; /* of a change of many, beside what the records have */
};

/* For entities' check functions. `get` is STR_NONE for NULL and for what was not sent. */
struct str record_write_get(const struct record_write *write, const char *field);
bool record_write_has(const struct record_write *write, const char *field);
void record_write_set(struct record_write *write, const char *field, struct str value);

/* Registers the routes of all resources under /api/v1 and /api, aliases included. */
void records_add_routes(struct router *router);

/* Handlers of the generic routes: req->route->data is the struct resource. */
MUST_CHECK enum err record_list(struct request *req);
MUST_CHECK enum err record_get(struct request *req);
MUST_CHECK enum err record_create(struct request *req);
MUST_CHECK enum err record_replace(struct request *req);
MUST_CHECK enum err record_update(struct request *req);
MUST_CHECK enum err record_delete(struct request *req);
MUST_CHECK enum err record_restore(struct request *req);
MUST_CHECK enum err record_timeline(struct request *req);
MUST_CHECK enum err record_groups(struct request *req);
MUST_CHECK enum err record_bulk(struct request *req);
MUST_CHECK enum err record_update_many(struct request *req);
MUST_CHECK enum err record_delete_many(struct request *req);
MUST_CHECK enum err record_board(struct request *req); /* where the entity has a board */
MUST_CHECK enum err record_duplicates(
	struct request *req);                          /* where it says what tells duplicates */
MUST_CHECK enum err record_merge(struct request *req); /* likewise */

/* ERR_NOT_FOUND unless the text is a UUID: ids that cannot be are not looked for. */
MUST_CHECK enum err record_id(struct request *req, struct str text, struct str *out);
/* ERR_FORBIDDEN when the caller's role does not know this verb on the resource at all. */
MUST_CHECK enum err record_may(
	struct request *req, const struct resource *resource, enum verb verb);

/* Where the route stands within another record, that one is the first parameter: ERR_FORBIDDEN for another
 * partner than the caller's, whether it exists or not, ERR_NOT_FOUND for what the caller does not see.
 * Answers its id; STR_NONE where the route stands within none. */
MUST_CHECK enum err record_enter(
	struct request *req, const struct resource *resource, struct str *within_out);
/* The id of the record that the route names, which belongs to the one it stands within. */
MUST_CHECK enum err record_named(
	struct request *req, const struct resource *resource, struct str *id_out);
/* For features whose route names a record by its first parameter: as record_enter. */
MUST_CHECK enum err record_enter_parent(
	struct request *req, const struct resource *parent, struct str *id_out);

/* For reports and flows, which read and write fields without their being named: ERR_FORBIDDEN that names the
 * first of `fields` ("deal.amount" …, ends with NULL) with which the caller's role may not do as much. */
MUST_CHECK enum err record_needs(
	struct request *req, enum field_rule rule, const char *const *fields);

/* For features that change one record, {id} of their route. Right, id and the answer's shape. */
MUST_CHECK enum err record_begin(struct request *req, const struct resource *resource,
	enum verb verb, struct str *id_out, struct query *query_out);
/* The versions that If-Match accepts, as an array literal; STR_NONE when it accepts any. A tag that is not
 * ours matches nothing. */
struct str record_versions(struct request *req);
/* Why a write found no row: it is not there, it has another version, or the caller may only read it. */
MUST_CHECK enum err record_why_not(
	struct request *req, const struct resource *resource, struct str id, struct str versions);
/* The only row of sql_get's result, which ends with the version, as the answer. */
MUST_CHECK enum err record_answer(
	struct request *req, int status, const struct query *query, const struct db_result *row);
/* Cuts rows of sql_list to the page and answers the cursor behind its last, STR_NONE when none follow. */
struct str record_cut_page(const struct query *query, struct db_result *rows);
/* Where a new record is found. */
void record_location(struct request *req, const struct resource *resource, struct str id);
/* Executes a validated update and answers the record, or 204 when it is out of the caller's sight now. */
MUST_CHECK enum err record_change(struct record_write *write, const struct query *query);
/* Puts a record into the trash with all that the entity says, as far as the request allows it; for features
 * as well. */
MUST_CHECK enum err record_trash(struct request *req, const struct resource *resource,
	struct str id, struct str versions, const struct query *said);
/* The caches learn of all that a record of the resource may have taken along. */
void record_tell_trash(struct request *req, const struct resource *resource);
/* The new owner, when the write gives the record to somebody else and the caller's right to change records
 * ends with the own or the team's ones: row security would refuse it. NULL otherwise. */
struct record_value *record_handed_over(const struct record_write *write);
/* Makes the record of a validated write, whose id it sets. */
MUST_CHECK enum err record_insert(struct record_write *write);
/* The same, and answers it as POST does. */
MUST_CHECK enum err record_insert_answer(struct record_write *write, const struct query *query);
