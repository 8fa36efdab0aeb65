/* SPDX-License-Identifier: Apache-2.0 */
/* DELETE /api/v1/sessions/{id}: ends a session, one's own or, for who administers, anybody's of the
 * organisation. Its access tokens are worth nothing from here on. */
#include "core/feature.h"
#include "core/records.h"
#include "core/unit.h"

static enum err handle_delete(struct request *req)
{
	const struct resource *sessions = resource_find(STR("session"));
	struct db_result row;
	struct str id;
	enum err err = record_may(req, sessions, VERB_DELETE);

	if (!err)
		err = record_id(req, req->params[0], &id);
	if (!err)
		err = unit_query(req, DB_WRITE, sessions, &SQL("select session_end($1)", id), &row);
	if (!err && !str_is(db_value(&row, 0, 0), "t"))
		err = ERR_NOT_FOUND;
	if (err)
		return err;
	unit_changed(req, sessions);
	response_empty(req, 204);
	return ERR_OK;
}

static const struct route_doc doc = {
	.summary = "End a session of yours; administrators end anybody's of the organisation",
	.tag = "Sessions",
	.status = 204,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
};

/* clang-format off */
static const struct route routes[] = {
	{.method = HTTP_DELETE, .pattern = "/api/v1/sessions/{id}", .handle = handle_delete, .doc = &doc},
	{.method = HTTP_DELETE, .pattern = "/api/sessions/{id}", .handle = handle_delete, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_session = {
	.name = "session",
	.routes = routes,
};
