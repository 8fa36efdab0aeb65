/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: progress, reasons and the end. */
#include "feature/import_report.h"

#include "base/fiber.h"
#include "base/time.h"
#include "base/uuid.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/unit.h"

enum { SHOW_EVERY_MS = 500, VALUE_MAX = 200, REASONS_A_STATEMENT = 1000, DETAILS_MAX = 64 * 1024 };

void import_report_init(
	struct import_report *report, struct request *req, enum import_step step, struct str id)
{
	char changeset[UUID_LEN + 1];

	*report = (struct import_report){.req = req,
		.step = step,
		.status = "reading",
		.counts.bytes_total = -1,
		.links = STR("[]")};
	if (id.ptr)
		memcpy(report->id, id.ptr, MIN(id.len, sizeof(report->id) - 1));
	else
		uuid_format(uuid_new(), report->id);
	uuid_format(uuid_new(), changeset);
	report->context = caller_context(
		req->caller, req->id, arena_str(req->arena, str_of(changeset)));
	arena_init(&report->arena);
	buf_init(&report->details, DETAILS_MAX);
	report->reasons = ARENA_ARRAY(&report->arena, struct import_reason, IMPORT_REASONS_MAX);
}

void import_report_deinit(struct import_report *report)
{
	buf_deinit(&report->details);
	arena_deinit(&report->arena);
}

static struct str number(struct arena *arena, int64_t n)
{
	return arena_printf(arena, "%lld", (long long)n);
}

/* --- while it runs ---------------------------------------------------------------------------- */

/* On a connection of its own, in an arena of its own: an import may show itself thousands of times. */
static enum err run_beside(struct import_report *report, struct arena *arena,
	const struct db_stmt *stmt, struct db_result *out)
{
	struct db_error error = {0};
	enum err err = db_query(
		report->req->app->db, DB_WRITE, arena, &report->context, stmt, out, &error);

	return err == ERR_DB_REFUSED ? unit_refused(report->req, NULL, &error) : err;
}

/* Whoever holds the lock finds no other run, whatever the status says. */
static enum err claim(struct import_report *report)
{
	struct request *req = report->req;
	bool commit = report->step == IMPORT_COMMIT;
	struct db_result row;
	enum err err = run_beside(report, req->arena,
		&SQL("update imports set status = 'reading', step = $2, message = null,"
		     " cancelled = false, rows_total = 0, rows_created = 0, rows_updated = 0,"
		     " rows_unchanged = 0, rows_linked = 0, rows_skipped = 0, rows_refused = 0,"
		     " bytes_read = 0, changeset_id = app_changeset(), started_at = now(),"
		     " finished_at = null, updated_at = now(),"
		     " rehearsal = case when $2 = 'commit' then rehearsal end"
		     " where id = $1::uuid and org_id = $3::uuid and version = $4::int"
		     " and status in ('ready', 'reading', 'linking', 'writing', 'rehearsed')"
		     " and ($2 = 'rehearse' or rehearsal is not null) returning bytes_total",
			str_of(report->id), commit ? STR("commit") : STR("rehearse"),
			report->context.org_id, report->version),
		&row);

	if (err)
		return err;
	if (row.rows == 0)
		return problem_set(&req->problem, ERR_CONFLICT,
			commit ? "The import has changed; rehearse it again."
			       : "The import has changed or is over.");
	if (!str_to_int64(db_value(&row, 0, 0), &report->counts.bytes_total))
		report->counts.bytes_total = -1;
	return ERR_OK;
}

enum err import_report_begin(
	struct import_report *report, const struct import_map *map, struct str file_name)
{
	struct arena *arena = report->req->arena;
	int64_t total = report->counts.bytes_total;
	struct db_result none;

	report->shown_ms = time_monotonic_ms();
	if (report->step == IMPORT_TRY)
		return ERR_OK;
	if (report->step != IMPORT_ONCE)
		return claim(report);
	return run_beside(report, arena,
		&SQL("insert into imports (id, entity, file_name, mapping, bytes_total)"
		     " values ($1::uuid, $2, $3, $4::jsonb, $5::bigint)",
			str_of(report->id), map->plan.into->name, file_name, map->text,
			total < 0 ? STR_NONE : number(arena, total)),
		&none);
}

static enum err show(struct import_report *report, struct arena *arena)
{
	const struct import_counts *c = &report->counts;
	struct db_result row;
	enum err err = run_beside(report, arena,
		&SQL("update imports set status = $2, rows_total = $3::bigint, rows_created = "
		     "$4::bigint, rows_skipped = $5::bigint, rows_refused = $6::bigint,"
		     " bytes_read = $7::bigint, rows_updated = $8::bigint, rows_unchanged ="
		     " $9::bigint, updated_at = now() where id = $1::uuid and org_id = $10::uuid"
		     " returning cancelled",
			str_of(report->id), str_of(report->status), number(arena, c->rows),
			number(arena, c->created), number(arena, c->skipped),
			number(arena, c->refused), number(arena, c->bytes_read),
			number(arena, c->updated), number(arena, c->unchanged),
			report->context.org_id),
		&row);

	if (!err && row.rows && str_is(db_value(&row, 0, 0), "t"))
		return problem_set(
			&report->req->problem, ERR_CONFLICT, "The import was cancelled.");
	return err;
}

enum err import_report_show(struct import_report *report, const char *status)
{
	uint64_t now = time_monotonic_ms();
	struct arena arena;
	enum err err;

	if (strcmp(status, report->status) == 0 && now - report->shown_ms < SHOW_EVERY_MS)
		return ERR_OK;
	report->status = status;
	report->shown_ms = now;
	if (report->on_progress)
		report->on_progress(report);
	if (report->step == IMPORT_TRY)
		return ERR_OK;
	arena_init(&arena);
	err = show(report, &arena);
	arena_deinit(&arena);
	return err;
}

/* --- reasons ---------------------------------------------------------------------------------- */

void import_report_add(struct import_report *report, const struct import_reason *reason)
{
	struct import_reason *copy = &report->reasons[report->reason_count];
	struct str value = str_slice(reason->value, 0, MIN(reason->value.len, (size_t)VALUE_MAX));

	if (report->reason_count == IMPORT_REASONS_MAX)
		return;
	value.len = str_utf8_prefix(value);
	*copy = (struct import_reason){
		.line = reason->line,
		.part = reason->part,
		.outcome = reason->outcome ? reason->outcome : "refused",
		.column = reason->column.ptr ? arena_str(&report->arena, reason->column) : STR_NONE,
		.field = arena_str(&report->arena, reason->field),
		.code = arena_str(&report->arena, reason->code),
		.message = arena_str(&report->arena, reason->message),
		.value = value.ptr ? arena_str(&report->arena, value) : STR_NONE,
	};
	report->reason_count++;
}

static struct str reasons_json(
	struct arena *arena, const struct import_reason *reasons, size_t count)
{
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, 8 * 1024 * 1024);
	json_init(&json, &text);
	json_array(&json);
	for (size_t i = 0; i < count; i++) {
		json_object(&json);
		json_member_int(&json, "line", reasons[i].line);
		json_member_int(&json, "part", reasons[i].part);
		json_member_cstr(&json, "outcome", reasons[i].outcome);
		json_member_str(&json, "column_name", reasons[i].column);
		json_member_str(&json, "field", reasons[i].field);
		json_member_str(&json, "code", reasons[i].code);
		json_member_str(&json, "message", reasons[i].message);
		json_member_str(&json, "value", reasons[i].value);
		json_end(&json);
	}
	json_end(&json);
	out = arena_str(arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

static struct db_stmt reasons_stmt(
	struct import_report *report, struct arena *arena, size_t from, size_t count)
{
	struct str *params = ARENA_ARRAY(arena, struct str, 2);

	params[0] = str_of(report->id);
	params[1] = reasons_json(arena, &report->reasons[from], count);
	return (struct db_stmt){
		.sql = STR("insert into import_rows (import_id, line, part, outcome, column_name,"
			   " field, code, message, value) select $1::uuid, line, part, outcome,"
			   " column_name, field, code, message, value"
			   " from jsonb_to_recordset($2::jsonb) as r (line bigint, part int,"
			   " outcome text, column_name text, field text, code text, message text,"
			   " value text) on conflict do nothing"),
		.param_count = 2,
		.params = params,
	};
}

static enum err run_either(struct import_report *report, struct db_stage *stage,
	struct arena *arena, const struct db_stmt *stmt)
{
	struct db_result none;

	return stage ? db_stage_query(stage, arena, stmt, &none, NULL)
		     : run_beside(report, arena, stmt, &none);
}

/* Within the stage's transaction, or beside it when there is none; in the place of an earlier run's. */
static enum err store_reasons(struct import_report *report, struct db_stage *stage)
{
	enum err err = ERR_OK;

	if (report->step != IMPORT_ONCE)
		err = run_either(report, stage, report->req->arena,
			&SQL("select import_forget_rows($1::uuid)", str_of(report->id)));

	for (size_t i = 0; i < report->reason_count && !err; i += REASONS_A_STATEMENT) {
		size_t count = MIN(report->reason_count - i, (size_t)REASONS_A_STATEMENT);
		struct arena arena;
		struct db_stmt stmt;

		arena_init(&arena);
		stmt = reasons_stmt(report, &arena, i, count);
		err = run_either(report, stage, &arena, &stmt);
		arena_deinit(&arena);
	}
	return err;
}

/* --- the end ---------------------------------------------------------------------------------- */

static struct db_stmt end_stmt(
	struct import_report *report, struct str status, struct str rehearsal)
{
	struct arena *arena = report->req->arena;
	const struct import_counts *c = &report->counts;
	struct str *params = ARENA_ARRAY(arena, struct str, 13);
	const struct str values[] = {str_of(report->id), number(arena, c->rows),
		number(arena, c->created), number(arena, c->linked), number(arena, c->skipped),
		number(arena, c->refused), number(arena, c->bytes_read),
		report->details.len ? buf_str(&report->details) : STR("{}"), report->context.org_id,
		number(arena, c->updated), number(arena, c->unchanged), status, rehearsal};

	memcpy(params, values, sizeof(values));
	return (struct db_stmt){
		.sql = STR(
			"update imports set status = $12, rows_total = $2::bigint, rows_created ="
			" $3::bigint, rows_linked = $4::bigint, rows_skipped = $5::bigint,"
			" rows_refused = $6::bigint, bytes_read = $7::bigint, details = $8::jsonb,"
			" rows_updated = $10::bigint, rows_unchanged = $11::bigint,"
			" rehearsal = coalesce($13::jsonb, rehearsal), rehearsed_at ="
			" case when $13 is null then rehearsed_at else clock_timestamp() end,"
			" updated_at = now(), finished_at = clock_timestamp()"
			" where id = $1::uuid and org_id = $9::uuid"),
		.param_count = ARRAY_LEN(values),
		.params = params,
	};
}

static enum err forget_file(struct import_report *report, struct db_stage *stage)
{
	if (report->step == IMPORT_ONCE)
		return ERR_OK;
	return run_either(report, stage, report->req->arena,
		&SQL("select import_forget_file($1::uuid)", str_of(report->id)));
}

enum err import_report_done(struct import_report *report, struct db_stage *stage)
{
	struct db_stmt end = end_stmt(report, STR("done"), STR_NONE);
	enum err err = store_reasons(report, stage);

	if (!err)
		err = forget_file(report, stage);
	return err ? err : run_either(report, stage, report->req->arena, &end);
}

enum err import_report_rehearsed(struct import_report *report)
{
	struct arena *arena = report->req->arena;
	struct db_stmt end = end_stmt(
		report, STR("rehearsed"), import_report_counts(report, arena));
	enum err err;

	if (report->step == IMPORT_TRY)
		return ERR_OK;
	err = store_reasons(report, NULL);
	return err ? err : run_either(report, NULL, arena, &end);
}

void import_report_fail(struct import_report *report, struct str message, bool stale)
{
	struct arena *arena = report->req->arena;
	bool once = report->step == IMPORT_ONCE;
	enum err err;

	report->counts.created = report->counts.linked = 0;
	if (report->step == IMPORT_TRY)
		return;
	if (store_reasons(report, NULL) != ERR_OK)
		log_warn("import: reasons not stored", LOG_CSTR("import", report->id));
	err = run_either(report, NULL, arena,
		&SQL("update imports set status = case when $6 = 'once' then 'failed'"
		     " when cancelled then 'cancelled'"
		     " when rehearsal is null or $7::boolean then 'ready' else 'rehearsed' end,"
		     " rehearsal = case when $7::boolean then null else rehearsal end,"
		     " rows_created = 0, rows_updated = 0, rows_unchanged = 0, rows_linked = 0,"
		     " rows_total = $2::bigint, rows_refused = $3::bigint, message = left($4, "
		     "2000), updated_at = now(), finished_at = now() where id = $1::uuid and"
		     " org_id = $5::uuid",
			str_of(report->id), number(arena, report->counts.rows),
			number(arena, report->counts.refused), message, report->context.org_id,
			once ? STR("once") : STR("step"), stale ? STR("t") : STR("f")));
	if (err)
		log_warn("import: failure not stored", LOG_CSTR("import", report->id));
}
