/* SPDX-License-Identifier: Apache-2.0 */
/* Records: into the trash and out of it, with what goes along. */
#include "core/query.h"
#include "core/records.h"
#include "core/sql.h"
#include "core/unit.h"

void record_tell_trash(struct request *req, const struct resource *resource)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	unit_changed(req, resource);
	for (size_t i = 0; i < count; i++)
		if (resource->trash_reach >> all[i]->index & 1)
			unit_changed(req, all[i]);
}

static bool has_rules(const struct resource *resource)
{
	return resource->entity->on_delete != NULL;
}

enum err record_trash(struct request *req, const struct resource *resource, struct str id,
	struct str versions, const struct query *said)
{
	struct db_stmt stmts[3];
	struct db_result results[ARRAY_LEN(stmts)];
	size_t count = 0;
	enum err err;

	if (said->confirm.ptr)
		stmts[count++] = sql_confirm(req, said->confirm);
	stmts[count++] = has_rules(resource)
		? sql_trash(resource, req, id, versions, said->cascade, said->move_to)
		: sql_hold(resource, req, id);
	stmts[count++] = sql_delete(resource, req, id, versions);
	err = unit_run(req, DB_WRITE, resource, stmts, count, results);
	if (!err && results[count - 1].rows == 0)
		err = record_why_not(req, resource, id, versions);
	if (!err)
		record_tell_trash(req, resource);
	return err;
}

enum err record_delete(struct request *req)
{
	const struct resource *resource = req->route->data;
	struct query query;
	struct str id;
	enum err err = record_begin(req, resource, VERB_DELETE, &id, &query);

	if (!err)
		err = record_trash(req, resource, id, record_versions(req), &query);
	if (!err)
		response_empty(req, 204);
	return err;
}

enum err record_restore(struct request *req)
{
	struct query query;
	struct db_stmt stmts[2];
	struct db_result results[ARRAY_LEN(stmts)];
	struct str id;
	enum err err = record_begin(req, req->route->data, VERB_DELETE, &id, &query);

	if (err)
		return err;
	stmts[0] = sql_untrash(query.resource, req, id);
	stmts[1] = sql_restore(query.resource, id, &query);
	err = unit_run(req, DB_WRITE, query.resource, stmts, ARRAY_LEN(stmts), results);
	if (!err && results[1].rows == 0)
		err = ERR_NOT_FOUND;
	if (err)
		return err;
	record_tell_trash(req, query.resource);
	return record_answer(req, 200, &query, &results[1]);
}
