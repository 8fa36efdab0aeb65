/* SPDX-License-Identifier: Apache-2.0 */
/* Flows: one call of a function about one record. */
#include "core/record_flow.h"

#include "core/sql.h"
#include "core/unit.h"

const struct form record_flow_reason = {
	.fields =
		(const struct form_field[]){
			{{.name = "reason",
				 .kind = FIELD_TEXT,
				 .max_len = 500,
				 .flags = FIELD_REQUIRED},
				false},
			{{0}, false},
		},
};

enum err record_flow_begin(struct request *req, const struct resource *resource, enum verb verb,
	struct record_flow *flow)
{
	*flow = (struct record_flow){.req = req, .versions = record_versions(req)};
	return record_begin(req, resource, verb, &flow->id, &flow->query);
}

enum err record_flow_run(const struct record_flow *flow, struct db_stmt call)
{
	struct request *req = flow->req;
	const struct resource *resource = flow->query.resource;
	struct db_stmt stmts[] = {call, sql_get(&flow->query, flow->id)};
	struct db_result results[ARRAY_LEN(stmts)];
	enum err err = unit_run(req, DB_WRITE, resource, stmts, ARRAY_LEN(stmts), results);

	if (!err && !str_is(db_value(&results[0], 0, 0), "t"))
		err = record_why_not(req, resource, flow->id, flow->versions);
	if (err)
		return err;
	unit_changed(req, resource);
	return results[1].rows ? record_answer(req, 200, &flow->query, &results[1]) : ERR_NOT_FOUND;
}
