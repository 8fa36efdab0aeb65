/* SPDX-License-Identifier: Apache-2.0 */
/* Default views: POST and DELETE /views/{id}/default, each person's own choice. */
#include "core/feature.h"
#include "core/record_flow.h"
#include "core/unit.h"

static enum err choose(struct request *req, struct str wanted)
{
	struct record_flow flow;
	enum err err = record_flow_begin(req, resource_find(STR("view")), VERB_READ, &flow);

	return err ? err
		   : record_flow_run(
			     &flow, SQL("select view_default($1, $2::boolean)", flow.id, wanted));
}

static enum err handle_set(struct request *req)
{
	return choose(req, STR("true"));
}

static enum err handle_unset(struct request *req)
{
	return choose(req, STR("false"));
}

static const struct route_doc set_doc = {
	.summary = "Make a view one's own default",
	.tag = "Views",
	.status = 200,
	.response = "{\"$ref\":\"#/components/schemas/View\"}",
};

static const struct route_doc unset_doc = {
	.summary = "Have a view no more as one's own default",
	.tag = "Views",
	.status = 200,
	.response = "{\"$ref\":\"#/components/schemas/View\"}",
};

static const struct route routes[] = {
	{HTTP_POST, "/api/v1/views/{id}/default", handle_set, .doc = &set_doc},
	{HTTP_DELETE, "/api/v1/views/{id}/default", handle_unset, .doc = &unset_doc},
	{0},
};

const struct feature feature_view_default = {.name = "view_default", .routes = routes};
