/* SPDX-License-Identifier: Apache-2.0 */
/* Running and answering the flows of documents. */
#include "feature/document.h"

#include "base/buf.h"
#include "base/json_read.h"
#include "core/sql.h"
#include "core/unit.h"

/* What a flow may write beside its document. */
static const char *const written[] = {
	"quote", "quote_line", "invoice", "invoice_line", "number_series"};

/* The functions of the database ask for the letter of changing: it says no more than the verb does. */
static enum err narrow(struct request *req, const struct resource *resource, enum verb verb)
{
	const struct caller *caller = caller_narrow(
		req->caller, req->arena, resource, VERB_UPDATE, verb);
	struct db_result row;

	if (caller == req->caller)
		return ERR_OK;
	req->caller = caller;
	return unit_query(req, DB_WRITE, NULL,
		&SQL("select set_config('app.access', $1, true)", caller->access), &row);
}

enum err document_begin(
	struct request *req, const char *entity, enum verb verb, struct record_flow *flow)
{
	const struct resource *resource = resource_find(str_of(entity));
	enum err err = record_flow_begin(req, resource, verb, flow);

	if (!err && verb != VERB_READ)
		err = record_may(req, resource, VERB_UPDATE);
	if (!err)
		err = unit_begin(req);
	return err || verb == VERB_READ ? err : narrow(req, resource, verb);
}

enum err document_call(const struct record_flow *flow, struct db_stmt call)
{
	struct request *req = flow->req;
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, flow->query.resource, &call, &row);

	if (!err && !str_is(db_value(&row, 0, 0), "t"))
		err = record_why_not(req, flow->query.resource, flow->id, flow->versions);
	return err;
}

static void tell_changed(struct request *req)
{
	for (size_t i = 0; i < ARRAY_LEN(written); i++)
		unit_changed(req, resource_find(str_of(written[i])));
}

enum err document_answer(struct request *req, const char *entity, struct str id, int status)
{
	const struct resource *resource = resource_find(str_of(entity));
	struct query query;
	struct db_stmt stmt;
	struct db_result row;
	enum err err = query_parse(req, resource, QUERY_ONE, &query);

	if (err)
		return err;
	stmt = sql_get(&query, id);
	err = unit_query(req, DB_WRITE, resource, &stmt, &row);
	if (!err && row.rows == 0)
		err = problem_set(&req->problem, ERR_CONFLICT,
			"It is there already, made by somebody whose work you do not see.");
	if (!err)
		err = record_answer(req, status, &query, &row);
	if (err)
		return err;
	if (status == 201)
		record_location(req, resource, id);
	tell_changed(req);
	return unit_commit(req);
}

bool document_ids(struct request *req, struct str json, struct str *out)
{
	struct json_value *list;
	struct problem unread;
	struct str id;
	struct buf literal;
	bool good;

	*out = STR("{}");
	if (!json.ptr)
		return true;
	problem_init(&unread, req->arena);
	if (json_read(req->arena, json, &unread, &list) || list->type != JSON_ARRAY ||
		list->count > DOCUMENT_MAX_LINES)
		return false;
	good = true;
	buf_init(&literal, DOCUMENT_MAX_LINES * 40);
	for (const struct json_value *v = list->first; v && good; v = v->next) {
		good = v->type == JSON_STRING && record_id(req, v->text, &id) == ERR_OK;
		buf_append_char(&literal, literal.len ? ',' : '{');
		buf_append(&literal, good ? id : STR(""));
	}
	buf_append_cstr(&literal, literal.len ? "}" : "{}");
	*out = arena_str(req->arena, buf_str(&literal));
	buf_deinit(&literal);
	return good;
}
