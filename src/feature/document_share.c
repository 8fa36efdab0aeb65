/* SPDX-License-Identifier: Apache-2.0 */
/* The customer's link of a document: made by sending, renewed, revoked (core/share.h). */
#include "base/uuid.h"
#include "core/app.h"
#include "core/feature.h"
#include "core/share.h"
#include "core/token.h"
#include "core/unit.h"
#include "feature/document.h"

#define SQL_SHARE "select nonce, hash from document_share($1, $2, $3, $4::bytea, $5::boolean)"
#define SQL_DRAFT_QUOTE \
	"select sent_at is null from quotes where org_id = $1 and id = $2 and deleted_at is null"
#define SQL_DRAFT_INVOICE                                                                         \
	"select issued_at is null from invoices where org_id = $1 and id = $2 and deleted_at is " \
	"null"
#define SQL_UNSHARE "select document_unshare($1, $2)"

static bool is_quote(const struct record_flow *flow)
{
	return str_is(flow->query.resource->name, "quote");
}

/* A draft is shared by nobody; what is out, by who may send it. */
static enum err why_not(const struct record_flow *flow)
{
	struct request *req = flow->req;
	struct str draft_of = is_quote(flow) ? STR(SQL_DRAFT_QUOTE) : STR(SQL_DRAFT_INVOICE);
	struct db_stmt stmt = {.sql = draft_of,
		.param_count = 2,
		.params = (const struct str[]){req->caller->org_id, flow->id}};
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, flow->query.resource, &stmt, &row);

	if (!err && row.rows && str_is(db_value(&row, 0, 0), "t"))
		return problem_set(&req->problem, ERR_CONFLICT, "Send the document first.");
	return err ? err : record_why_not(req, flow->query.resource, flow->id, STR_NONE);
}

static enum err share(const struct record_flow *flow, bool renew, bool *current_out)
{
	struct request *req = flow->req;
	char nonce[UUID_LEN + 1];
	struct str hash;
	struct db_result row;
	enum err err;

	uuid_format(uuid_new(), nonce);
	hash = token_hash(req->app->keys, req->arena, share_token(req, str_of(nonce)));
	err = unit_query(req, DB_WRITE, flow->query.resource,
		&SQL(SQL_SHARE, is_quote(flow) ? flow->id : STR_NONE,
			is_quote(flow) ? STR_NONE : flow->id, arena_str(req->arena, str_of(nonce)),
			hash, renew ? STR("true") : STR("false")),
		&row);
	if (err)
		return err;
	if (!db_value(&row, 0, 0).ptr)
		return why_not(flow);
	hash = token_hash(req->app->keys, req->arena, share_token(req, db_value(&row, 0, 0)));
	*current_out = str_eq(hash, db_value(&row, 0, 1));
	return ERR_OK;
}

enum err document_share(const struct record_flow *flow, bool renew)
{
	bool current = false;
	enum err err = share(flow, renew, &current);

	return !err && !current ? share(flow, true, &current) : err;
}

/* --- the routes --------------------------------------------------------------------------------- */

static enum err handle_renew(struct request *req)
{
	const char *entity = req->route->data;
	struct record_flow flow;
	enum err err = document_begin(req, entity, VERB_ISSUE, &flow);

	if (!err)
		err = document_share(&flow, true);
	return err ? err : document_answer(req, entity, flow.id, 200);
}

static enum err handle_revoke(struct request *req)
{
	const char *entity = req->route->data;
	struct record_flow flow;
	struct db_result row;
	enum err err = document_begin(req, entity, VERB_ISSUE, &flow);

	if (!err)
		err = unit_query(req, DB_WRITE, flow.query.resource,
			&SQL(SQL_UNSHARE, is_quote(&flow) ? flow.id : STR_NONE,
				is_quote(&flow) ? STR_NONE : flow.id),
			&row);
	if (!err && !str_is(db_value(&row, 0, 0), "t"))
		err = ERR_NOT_FOUND;
	if (!err)
		err = unit_commit(req);
	if (!err)
		response_empty(req, 204);
	return err;
}

/* clang-format off */
#define RENEW(name, schema)                                                                        \
	{.summary = "Give a sent " name " another link; the old one opens nothing more",           \
	 .tag = "Documents", .response = "{\"$ref\":\"#/components/schemas/" schema "\"}",         \
	 .status = 200,                                                                            \
	 .errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT | ROUTE_ERR_STALE}
#define REVOKE(name)                                                                               \
	{.summary = "Revoke the link of a " name, .tag = "Documents", .status = 204,               \
	 .errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND}

static const struct route_doc renew_quote = RENEW("quote", "Quote"), revoke_quote = REVOKE("quote"),
	renew_invoice = RENEW("invoice", "Invoice"), revoke_invoice = REVOKE("invoice");

static const struct route routes[] = {
	{.method = HTTP_POST, .pattern = "/api/v1/quotes/{id}/share", .handle = handle_renew, .data = "quote", .doc = &renew_quote},
	{.method = HTTP_DELETE, .pattern = "/api/v1/quotes/{id}/share", .handle = handle_revoke, .data = "quote", .doc = &revoke_quote},
	{.method = HTTP_POST, .pattern = "/api/v1/invoices/{id}/share", .handle = handle_renew, .data = "invoice", .doc = &renew_invoice},
	{.method = HTTP_DELETE, .pattern = "/api/v1/invoices/{id}/share", .handle = handle_revoke, .data = "invoice", .doc = &revoke_invoice},
	{.method = HTTP_POST, .pattern = "/api/quotes/{id}/share", .handle = handle_renew, .data = "quote", .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_DELETE, .pattern = "/api/quotes/{id}/share", .handle = handle_revoke, .data = "quote", .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_POST, .pattern = "/api/invoices/{id}/share", .handle = handle_renew, .data = "invoice", .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_DELETE, .pattern = "/api/invoices/{id}/share", .handle = handle_revoke, .data = "invoice", .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_document_share = {
	.name = "document_share",
	.routes = routes,
};
