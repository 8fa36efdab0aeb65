/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The caller's context and the session's settings. Nothing else in Cairn sets them.
 *
 * The settings are local: PostgreSQL takes them back when the implicit transaction of the pipeline
 * segment ends, so a segment without a context cannot see an older one. Setting them stands in a WHERE
 * clause that is never true: every set_config runs (each differs from NULL, so OR goes on) and the
 * answer carries neither rows nor columns, instead of a copy of what was sent.
 */
#include <stdio.h>

#include "db/db_internal.h"

#define SET(name, param) "set_config('" name "', " param ", true) is null"
#define CONTEXT                                                                             \
	"select where " SET("app.org_id", "$1") " or " SET("app.user_id", "$2") " or " SET( \
		"app.access", "$3") " or " SET("app.team_users",                            \
		"$4") " or " SET("app.partner_id", "$5") " or " SET("app.request_id",       \
		"$6") " or " SET("app.changeset_id", "$7")

static const struct db_context nobody;

static struct str or_empty(struct str s)
{
	return s.ptr ? s : STR("");
}

static struct str milliseconds(char out[16], unsigned ms)
{
	/* 0 would mean no timeout at all. */
	int len = snprintf(out, 16, "%u", MAX(ms, 1u));

	return (struct str){out, (size_t)len};
}

void context_make(struct context_stmt *out, const struct db_context *context, unsigned timeout_ms)
{
	const struct db_context *c = context ? context : &nobody;

	out->params[0] = or_empty(c->org_id);
	out->params[1] = or_empty(c->user_id);
	out->params[2] = or_empty(c->access);
	out->params[3] = or_empty(c->team_users);
	out->params[4] = or_empty(c->partner_id);
	out->params[5] = or_empty(c->request_id);
	out->params[6] = or_empty(c->changeset_id);
	out->stmt = (struct db_stmt){.sql = STR(CONTEXT), .param_count = 7, .params = out->params};
	if (!timeout_ms)
		return;
	out->params[7] = milliseconds(out->timeout, timeout_ms);
	out->stmt.sql = STR(CONTEXT " or " SET("statement_timeout", "$8"));
	out->stmt.param_count = 8;
}

void context_make_shared(struct context_stmt *out, const struct db_context *context)
{
	context_make(out, context, 0);
	out->params[7] = milliseconds(out->lock, DB_SHARED_LOCK_MS);
	out->stmt.sql = STR(CONTEXT " or " SET("lock_timeout", "$8") " or " SET(
		"app.comment", "''") " or " SET("app.action", "''"));
	out->stmt.param_count = 8;
}

static bool is_same(struct str a, struct str b)
{
	return (a.ptr == b.ptr && a.len == b.len) || str_eq(or_empty(a), or_empty(b));
}

bool context_has_same_caller(const struct db_context *a, const struct db_context *b)
{
	return is_same(a->org_id, b->org_id) && is_same(a->user_id, b->user_id) &&
		is_same(a->access, b->access) && is_same(a->team_users, b->team_users) &&
		is_same(a->partner_id, b->partner_id);
}

void context_make_timeout(struct context_stmt *out, unsigned timeout_ms)
{
	out->params[0] = milliseconds(out->timeout, timeout_ms);
	out->stmt = (struct db_stmt){
		.sql = STR("select where " SET("statement_timeout", "$1")),
		.param_count = 1,
		.params = out->params,
	};
}

void context_make_session(struct context_stmt *out, unsigned timeout_ms, unsigned idle_ms,
	bool read_only, bool one_plan)
{
	static const char sql[] =
		"select set_config('statement_timeout', $1, false),"
		" set_config('idle_in_transaction_session_timeout', $2, false),"
		" set_config('default_transaction_read_only', $3, false),"
		" set_config('timezone', 'UTC', false), set_config('datestyle', 'iso, ymd', false),"
		" set_config('bytea_output', 'hex', false), set_config('jit', 'off', false),"
		" set_config('plan_cache_mode', $4, false)";

	out->params[0] = milliseconds(out->timeout, timeout_ms);
	out->params[1] = milliseconds(out->idle, idle_ms);
	out->params[2] = read_only ? STR("on") : STR("off");
	out->params[3] = one_plan ? STR("force_generic_plan") : STR("auto");
	out->stmt = (struct db_stmt){.sql = {sql, sizeof(sql) - 1},
		.param_count = 4,
		.params = out->params,
		.unprepared = true};
}
