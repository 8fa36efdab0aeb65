/* SPDX-License-Identifier: Apache-2.0 */
/* Units of work: transactions, idempotency, and PostgreSQL's refusals in the client's words. */
#include "core/unit.h"

#include <openssl/sha.h>

#include "base/json_read.h"
#include "base/uuid.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/caller_cache.h"
#include "core/count.h"
#include "core/news.h"
#include "core/resource.h"
#include "core/tenant.h"
#include "http/response.h"
#include "http/router.h"

enum { WORK_MAX_MS = 10 * 60 * 1000 };

struct unit {
	struct db_tx *tx;
	struct db_context
		context; /* travels with the first statement, after unit_begin has returned */
	bool idempotent; /* the end of the request commits, not unit_commit */
	struct str key;
	uint64_t changed; /* bit i: rows of the resource with index i were written */
};

_Static_assert(RESOURCE_MAX <= 64, "struct unit.changed has a bit for each resource");

/* What a request writes is one changeset, whose id it answers, so that whoever asked can take it back. */
static struct str changeset_of(struct request *req)
{
	struct str id = response_header_find(req, "X-Changeset-Id");
	char text[UUID_LEN + 1];

	if (id.ptr)
		return id;
	uuid_format(uuid_new(), text);
	id = arena_str(req->arena, (struct str){text, UUID_LEN});
	if (req->method != HTTP_GET && req->method != HTTP_HEAD)
		response_header(req, "X-Changeset-Id", id);
	return id;
}

static struct db_context context_of(struct request *req)
{
	return caller_context(req->caller, req->id, changeset_of(req));
}

/* --- statements ------------------------------------------------------------------------------------- */

static enum err run(struct request *req, enum db_lane lane, const struct resource *resource,
	struct db_batch *batch)
{
	struct db_context context = req->caller ? context_of(req)
						: (struct db_context){.request_id = req->id};
	enum err err;

	batch->arena = req->arena;
	batch->context = &context;
	err = req->unit ? db_tx_run(req->unit->tx, batch) : db_run(req->app->db, lane, batch);
	return err == ERR_DB_REFUSED ? unit_refused(req, resource, &batch->error) : err;
}

enum err unit_run(struct request *req, enum db_lane lane, const struct resource *resource,
	struct db_stmt *stmts, size_t count, struct db_result *results)
{
	struct db_batch batch = {.stmts = stmts, .count = count, .results = results};

	return run(req, lane, resource, &batch);
}

enum err unit_write_one(struct request *req, const struct resource *resource, struct db_stmt *stmts,
	size_t count, struct db_result *results)
{
	struct db_batch batch = {
		.stmts = stmts, .count = count, .results = results, .may_share = true};

	return run(req, DB_WRITE, resource, &batch);
}

enum err unit_query(struct request *req, enum db_lane lane, const struct resource *resource,
	const struct db_stmt *stmt, struct db_result *out)
{
	struct db_stmt copy = *stmt;

	return unit_run(req, lane, resource, &copy, 1, out);
}

enum err unit_work(struct request *req, const struct resource *resource, const struct db_stmt *stmt,
	struct db_result *out)
{
	struct db_stmt copy = *stmt;
	struct db_batch batch = {
		.stmts = &copy, .count = 1, .results = out, .timeout_ms = WORK_MAX_MS};

	INVARIANT(req->unit != NULL);
	return run(req, DB_WRITE, resource, &batch);
}

enum err unit_begin(struct request *req)
{
	struct unit *unit;
	enum err err;

	if (req->unit)
		return ERR_OK;
	unit = ARENA_NEW(req->arena, struct unit);
	unit->context = context_of(req);
	err = db_begin(req->app->db, DB_WRITE, req->arena, &unit->context, &unit->tx);
	if (!err)
		req->unit = unit;
	return err;
}

static void tell_caches(struct request *req, const struct resource *resource)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	count_changed(req, resource);
	count_changed(req, resource_find(STR("change"))); /* every write leaves a row there */
	news_written();
	for (size_t i = 0; i < count; i++)
		if (resource->own_reach >> i & 1)
			count_changed(req, all[i]);
	if (resource->entity->flags & ENTITY_SHAPES) {
		tenant_forget(req->app, req->caller->org_id);
		caller_cache_forget_org(req->app, req->caller->org_id);
	}
}

void unit_changed(struct request *req, const struct resource *resource)
{
	if (req->unit)
		req->unit->changed |= UINT64_C(1) << resource->index;
	else
		tell_caches(req, resource);
}

static enum err commit(struct request *req)
{
	struct unit *unit = req->unit;
	size_t count;
	const struct resource *const *all = resources_all(&count);
	enum err err;

	req->unit = NULL;
	err = db_commit(unit->tx);
	for (size_t i = 0; i < count && !err; i++)
		if (unit->changed >> i & 1)
			tell_caches(req, all[i]);
	return err;
}

enum err unit_commit(struct request *req)
{
	return req->unit && !req->unit->idempotent ? commit(req) : ERR_OK;
}

void unit_rollback(struct request *req)
{
	struct unit *unit = req->unit;

	req->unit = NULL;
	if (unit)
		db_rollback(unit->tx);
}

/* --- refusals --------------------------------------------------------------------------------------- */

static struct str field_name(
	struct request *req, const struct resource *resource, struct str column)
{
	const struct resource_field *field = resource ? resource_field_by_column(resource, column)
						      : NULL;

	return field ? field->name : column_to_name(req->arena, column);
}

static enum err invalid(
	struct request *req, struct str field, const char *code, const char *message)
{
	problem_add(&req->problem, field, code, "%s", message);
	return ERR_INVALID;
}

static bool begins_small(struct str text)
{
	return text.len && text.ptr[0] >= 'a' && text.ptr[0] <= 'z';
}

/* PostgreSQL's habit is a small letter and no stop; ours is a sentence. */
static struct str sentence(struct request *req, struct str said)
{
	struct str text = arena_printf(
		req->arena, "%.*s%s", STR_ARG(said), str_ends_with(said, STR(".")) ? "" : ".");
	char *first = (char *)(uintptr_t)text.ptr;

	if (begins_small(text))
		first[0] = (char)(first[0] - 32);
	return text;
}

/* CR422 carries its details as JSON: [{"field","code","message"}], and CR409 may. Codes are upper case to the
 * client. */
static bool add_details(struct request *req, struct str text)
{
	struct problem ignored;
	struct json_value *list;

	problem_init(&ignored, req->arena);
	if (!text.ptr || json_read(req->arena, text, &ignored, &list) != ERR_OK)
		return false;
	for (const struct json_value *d = list->first; d; d = d->next) {
		struct str code = arena_str(req->arena, json_get_str(d, "code"));
		struct str message = json_get_str(d, "message");

		/* What begins otherwise, such as "2 deals", is no clause. */
		if (begins_small(message))
			message = sentence(req, message);
		for (size_t i = 0; i < code.len; i++)
			if (code.ptr[i] >= 'a' && code.ptr[i] <= 'z')
				((char *)(uintptr_t)code.ptr)[i] = (char)(code.ptr[i] - 32);
		problem_add(&req->problem, json_get_str(d, "field"), code.ptr, "%.*s",
			STR_ARG(message));
	}
	return true;
}

static enum err refused_details(struct request *req, const struct db_error *error)
{
	if (!add_details(req, error->detail))
		return problem_set(&req->problem, ERR_INVALID, "%.*s", STR_ARG(error->message));
	return ERR_INVALID;
}

static enum err said_by_us(struct request *req, enum err err, const struct db_error *error)
{
	struct str text = sentence(req, error->message);

	return problem_set(&req->problem, err, "%.*s", STR_ARG(text));
}

static const struct entity_constraint *constraint_of(
	const struct resource *resource, struct str name)
{
	const struct entity_constraint *c = resource->entity->constraints;

	while (c && c->constraint && !str_is(name, c->constraint))
		c++;
	return c && c->constraint ? c : NULL;
}

/* Constraints have names of their own in the whole schema, and a write may touch other tables as well. */
static const struct entity_constraint *constraint_find(
	struct str name, const struct resource **of_out)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);
	const struct entity_constraint *found = NULL;

	for (size_t i = 0; i < count && !found; i++) {
		found = constraint_of(all[i], name);
		*of_out = all[i];
	}
	return found;
}

/* One statement writes all elements of an array: which of them it was PostgreSQL does not say. What stands
 * twice is the array's own fault, and no conflict with another record. */
static enum err refused_nested(struct request *req, const struct resource *of,
	const struct entity_constraint *c, bool unique)
{
	for (size_t i = 0; i < of->parent->nested_count; i++)
		if (of->parent->nested[i].of == of)
			problem_add(&req->problem, of->parent->nested[i].name,
				c->code          ? c->code
					: unique ? "DUPLICATE"
						 : "INVALID",
				"%s", c->message);
	return ERR_INVALID;
}

/* Where we raised it ourselves the detail names the other record; PostgreSQL's own holds values. */
static struct str other_record(struct request *req, const struct db_error *error)
{
	if (!error->detail.len || str_starts_with(error->detail, STR("Key ")))
		return STR("");
	return arena_printf(req->arena, " It is %.*s.", STR_ARG(error->detail));
}

/* Of what all entities have. */
static const struct entity_constraint common = {
	.constraint = "external_ids_unique",
	.field = "externalIds",
	.message = "Another record has this external ID.",
};

static enum err refused_constraint(struct request *req, const struct db_error *error, bool unique)
{
	const struct resource *of = NULL;
	const struct entity_constraint *c = str_is(error->constraint, common.constraint)
		? &common
		: constraint_find(error->constraint, &of);
	struct str other = other_record(req, error);

	if (c && of && of->parent)
		return refused_nested(req, of, c, unique);
	if (!c)
		return problem_log(&req->problem, unique ? ERR_CONFLICT : ERR_INVALID,
			"constraint %.*s: %.*s", STR_ARG(error->constraint),
			STR_ARG(error->message));
	problem_add(&req->problem, str_of(c->field),
		c->code          ? c->code
			: unique ? "DUPLICATE"
				 : "INVALID",
		"%s", c->message);
	return unique
		? problem_set(&req->problem, ERR_CONFLICT, "%s%.*s", c->message, STR_ARG(other))
		: ERR_INVALID;
}

enum err unit_refused(
	struct request *req, const struct resource *resource, const struct db_error *error)
{
	struct str state = error->sqlstate;

	if (str_is(state, "CR422"))
		return refused_details(req, error);
	if (str_is(state, "CR409")) {
		add_details(req, error->detail);
		return said_by_us(req, ERR_CONFLICT, error);
	}
	if (str_is(state, "CR403"))
		return said_by_us(req, ERR_FORBIDDEN, error);
	if (str_is(state, "CR404"))
		return said_by_us(req, ERR_NOT_FOUND, error);
	if (str_is(state, "42501"))
		return problem_log(&req->problem, ERR_FORBIDDEN, "%.*s", STR_ARG(error->message));
	if (str_is(state, "23505") || str_is(state, "23P01"))
		return refused_constraint(req, error, true);
	if (str_is(state, "23514") || str_is(state, "23503"))
		return refused_constraint(req, error, false);
	if (str_is(state, "23502"))
		return invalid(req, field_name(req, resource, error->column), "REQUIRED",
			"Must not be empty.");
	if (str_is(state, "22023"))
		return said_by_us(req, ERR_INVALID, error);
	/* A value that passed our checks and not PostgreSQL's is still the client's to mend. */
	if (str_starts_with(state, STR("22")))
		return problem_log(&req->problem, ERR_INVALID, "%.*s: %.*s", STR_ARG(state),
			STR_ARG(error->message));
	return problem_log(&req->problem, ERR_INTERNAL, "%.*s: %.*s %.*s", STR_ARG(state),
		STR_ARG(error->message), STR_ARG(error->detail));
}

/* --- idempotency ------------------------------------------------------------------------------------ */

enum { KEY_MAX = 255 };

static struct str hex(struct request *req, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_bytes(req->arena, len * 2 + 3);

	text[0] = '\\';
	text[1] = 'x';
	for (size_t i = 0; i < len; i++) {
		text[2 + i * 2] = digits[bytes[i] >> 4];
		text[3 + i * 2] = digits[bytes[i] & 15];
	}
	text[2 + len * 2] = '\0';
	return (struct str){text, len * 2 + 2};
}

static struct str body_hash(struct request *req, struct str body)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)body.ptr, body.len, digest);
	return hex(req, digest, sizeof(digest));
}

/* Headers that belong to the stored answer, one "Name: value" a line. */
static struct str stored_headers(struct request *req)
{
	static const char *const kept[] = {"Location", "ETag"};
	struct str lines = STR("");

	for (size_t i = 0; i < req->extra_count; i++)
		for (size_t k = 0; k < ARRAY_LEN(kept); k++)
			if (str_is(req->extra[i].name, kept[k]))
				lines = arena_printf(req->arena, "%.*s%s: %.*s\n", STR_ARG(lines),
					kept[k], STR_ARG(req->extra[i].value));
	return lines;
}

static enum err replay(struct request *req, const struct db_result *row)
{
	struct str headers = db_value(row, 0, 2);
	int64_t status;

	while (headers.len) {
		struct str value = str_cut(&headers, '\n');
		struct str name = str_cut(&value, ':');

		response_header(req, arena_cstr(req->arena, name), str_trim(value));
	}
	if (!str_to_int64(db_value(row, 0, 1), &status))
		return ERR_INTERNAL;
	response_header(req, "Idempotent-Replayed", STR("true"));
	response_text(req, (int)status, "application/json", db_value(row, 0, 3));
	return ERR_OK;
}

/* Claims the key; *go_on_out says whether the handler is to run. */
static enum err claim(struct request *req, struct str body, bool *go_on_out)
{
	struct db_stmt stmt = SQL("select outcome, status, headers, convert_from(body, 'UTF8')"
				  " from idempotency_claim($1, $2, $3, $4::bytea)",
		http_method_name(req->method), req->path, req->unit->key, body_hash(req, body));
	struct db_result result;
	struct str outcome;
	enum err err = unit_query(req, DB_WRITE, NULL, &stmt, &result);

	if (err)
		return err;
	outcome = db_value(&result, 0, 0);
	*go_on_out = str_is(outcome, "new");
	if (*go_on_out)
		return ERR_OK;
	return str_is(outcome, "replay")       ? replay(req, &result)
		: str_is(outcome, "in_flight") ? ERR_IN_FLIGHT
					       : ERR_KEY_REUSED;
}

static enum err store_and_commit(struct request *req)
{
	struct str body = buf_str(&req->body);
	struct db_stmt stmt = SQL("select idempotency_store($1, $2, $3, $4::int, $5, $6::bytea)",
		http_method_name(req->method), req->path, req->unit->key,
		arena_printf(req->arena, "%d", req->status), stored_headers(req),
		hex(req, (const unsigned char *)body.ptr, body.len));
	struct db_result result;
	enum err err = unit_query(req, DB_WRITE, NULL, &stmt, &result);

	return err ? err : commit(req);
}

static enum err serve_once(struct request *req, struct str key)
{
	struct str body;
	bool go_on = false;
	enum err err = request_body(req, &body);

	if (err)
		return err;
	err = unit_begin(req);
	if (err)
		return err;
	req->unit->idempotent = true;
	req->unit->key = key;
	err = claim(req, body, &go_on);
	if (!err && go_on)
		err = req->route->handle(req);
	if (!err && go_on)
		err = store_and_commit(req);
	unit_rollback(req);
	return err;
}

enum err unit_serve(struct request *req)
{
	struct str key = request_header(req, "Idempotency-Key");
	bool applies = key.ptr && req->method == HTTP_POST &&
		!(req->route->flags & ROUTE_NOT_IDEMPOTENT);
	enum err err;

	if (applies && req->caller) {
		if (key.len == 0 || key.len > KEY_MAX || !str_is_utf8(key))
			return problem_set(&req->problem, ERR_BAD_REQUEST,
				"Idempotency-Key must have 1 to %d characters.", KEY_MAX);
		return serve_once(req, key);
	}
	err = req->route->handle(req);
	unit_rollback(req);
	return err;
}
