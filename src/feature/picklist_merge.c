/* SPDX-License-Identifier: Apache-2.0 */
/* Merging options of a picklist: every record that has the one has the other from then on. */
#include "core/feature.h"
#include "core/form.h"
#include "core/record_flow.h"
#include "core/sql.h"
#include "core/unit.h"

#define SQL_MERGE "select picklist_merge($1, $2, $3, $4::jsonb)"

static const struct form form = {
	.fields =
		(const struct form_field[]){
			{{.name = "into", .kind = FIELD_UUID, .flags = FIELD_REQUIRED}, false},
			{{0}, false},
		},
};

static bool picks(const struct resource *resource)
{
	for (size_t i = 0; i < resource->field_count; i++)
		if (resource->fields[i].field->picklist)
			return true;
	return false;
}

/* Whatever picks from some picklist may have been written. */
static void tell(struct request *req, const struct resource *options)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	unit_changed(req, options);
	for (size_t i = 0; i < count; i++)
		if (picks(all[i]))
			unit_changed(req, all[i]);
}

static enum err run(const struct record_flow *flow, struct str into)
{
	struct request *req = flow->req;
	const struct resource *options = flow->query.resource;
	struct db_stmt stmts[] = {
		SQL(SQL_MERGE, flow->id, into, flow->versions, options->trash_rules),
		sql_get(&flow->query, into),
	};
	struct db_result results[ARRAY_LEN(stmts)];
	enum err err = unit_run(req, DB_WRITE, options, stmts, ARRAY_LEN(stmts), results);

	if (!err && !str_is(db_value(&results[0], 0, 0), "t"))
		err = record_why_not(req, options, flow->id, flow->versions);
	if (err)
		return err;
	tell(req, options);
	return record_answer(req, 200, &flow->query, &results[1]);
}

static enum err handle_merge(struct request *req)
{
	struct str into;
	struct record_flow flow;
	enum err err = record_flow_begin(
		req, resource_find(STR("picklist_option")), VERB_DELETE, &flow);

	if (!err)
		err = form_read(req, &form, &into);
	return err ? err : run(&flow, into);
}

/* clang-format off */
static const struct route_doc merge_doc = {
	.summary = "Merge an option into another",
	.tag = "Picklist options",
	.request = "{\"type\":\"object\",\"required\":[\"into\"],\"properties\":{\"into\":{"
		   "\"type\":\"string\",\"format\":\"uuid\",\"description\":"
		   "\"The option of the same picklist that records have from then on\"}}}",
	.response = "{\"$ref\":\"#/components/schemas/PicklistOption\"}",
	.status = 200,
	.parameters = "[{\"$ref\":\"#/components/parameters/IfMatch\"}]",
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_STALE |
		ROUTE_ERR_INVALID | ROUTE_ERR_BODY,
};

static const struct route routes[] = {
	{.method = HTTP_POST, .pattern = "/api/v1/picklist-options/{id}/merge", .handle = handle_merge,
	 .doc = &merge_doc},
	{.method = HTTP_POST, .pattern = "/api/picklist-options/{id}/merge", .handle = handle_merge,
	 .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_picklist_merge = {
	.name = "picklist_merge",
	.routes = routes,
};
