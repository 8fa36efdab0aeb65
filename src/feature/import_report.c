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

void import_report_init(struct import_report *report, struct request *req)
{
	char changeset[UUID_LEN + 1];

	*report = (struct import_report){.req = req, .status = "reading", .counts.bytes_total = -1};
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
static enum err run_beside(
	struct import_report *report, struct arena *arena, const struct db_stmt *stmt)
{
	struct db_result none;
	struct db_error error = {0};
	enum err err = db_query(
		report->req->app->db, DB_WRITE, arena, &report->context, stmt, &none, &error);

	return err == ERR_DB_REFUSED ? unit_refused(report->req, NULL, &error) : err;
}

enum err import_report_begin(
	struct import_report *report, const struct import_map *map, struct str file_name)
{
	struct arena *arena = report->req->arena;
	int64_t total = report->counts.bytes_total;

	report->shown_ms = time_monotonic_ms();
	return run_beside(report, arena,
		&SQL("insert into imports (id, entity, file_name, mapping, bytes_total)"
		     " values ($1::uuid, $2, $3, $4::jsonb, $5::bigint)",
			str_of(report->id), map->plan.into->name, file_name, map->text,
			total < 0 ? STR_NONE : number(arena, total)));
}

enum err import_report_show(struct import_report *report, const char *status)
{
	uint64_t now = time_monotonic_ms();
	const struct import_counts *c = &report->counts;
	struct arena arena;
	enum err err;

	if (strcmp(status, report->status) == 0 && now - report->shown_ms < SHOW_EVERY_MS)
		return ERR_OK;
	report->status = status;
	report->shown_ms = now;
	if (report->on_progress)
		report->on_progress(report);
	arena_init(&arena);
	err = run_beside(report, &arena,
		&SQL("update imports set status = $2, rows_total = $3::bigint, rows_created = "
		     "$4::bigint,"
		     " rows_skipped = $5::bigint, rows_refused = $6::bigint, bytes_read = "
		     "$7::bigint,"
		     " updated_at = now() where id = $1::uuid and org_id = $8::uuid",
			str_of(report->id), str_of(status), number(&arena, c->rows),
			number(&arena, c->created), number(&arena, c->skipped),
			number(&arena, c->refused), number(&arena, c->bytes_read),
			report->context.org_id));
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
		.sql = STR(
			"insert into import_rows (import_id, line, part, outcome, field, code, "
			"message, value)"
			" select $1::uuid, line, part, outcome, field, code, message, value"
			" from jsonb_to_recordset($2::jsonb) as r (line bigint, part int, outcome "
			"text,"
			" field text, code text, message text, value text) on conflict do nothing"),
		.param_count = 2,
		.params = params,
	};
}

/* Within the stage's transaction, or beside it when there is none. */
static enum err store_reasons(struct import_report *report, struct db_stage *stage)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < report->reason_count && !err; i += REASONS_A_STATEMENT) {
		size_t count = MIN(report->reason_count - i, (size_t)REASONS_A_STATEMENT);
		struct db_result none;
		struct arena arena;
		struct db_stmt stmt;

		arena_init(&arena);
		stmt = reasons_stmt(report, &arena, i, count);
		err = stage ? db_stage_query(stage, &arena, &stmt, &none, NULL)
			    : run_beside(report, &arena, &stmt);
		arena_deinit(&arena);
	}
	return err;
}

/* --- the end ---------------------------------------------------------------------------------- */

enum err import_report_done(struct import_report *report, struct db_stage *stage)
{
	struct arena *arena = report->req->arena;
	const struct import_counts *c = &report->counts;
	struct str details = report->details.len ? buf_str(&report->details) : STR("{}");
	struct db_result none;
	enum err err = store_reasons(report, stage);

	if (err)
		return err;
	return db_stage_query(stage, arena,
		&SQL("update imports set status = 'done', rows_total = $2::bigint, rows_created = "
		     "$3::bigint,"
		     " rows_linked = $4::bigint, rows_skipped = $5::bigint, rows_refused = "
		     "$6::bigint,"
		     " bytes_read = $7::bigint, details = $8::jsonb, updated_at = now(),"
		     " finished_at = clock_timestamp() where id = $1::uuid and org_id = $9::uuid",
			str_of(report->id), number(arena, c->rows), number(arena, c->created),
			number(arena, c->linked), number(arena, c->skipped),
			number(arena, c->refused), number(arena, c->bytes_read), details,
			report->context.org_id),
		&none, NULL);
}

void import_report_fail(struct import_report *report, struct str message)
{
	struct arena *arena = report->req->arena;
	enum err err;

	report->counts.created = report->counts.linked = 0;
	if (store_reasons(report, NULL) != ERR_OK)
		log_warn("import: reasons not stored", LOG_CSTR("import", report->id));
	err = run_beside(report, arena,
		&SQL("update imports set status = 'failed', rows_created = 0, rows_linked = 0,"
		     " rows_total = $2::bigint, rows_refused = $3::bigint, message = left($4, "
		     "2000),"
		     " updated_at = now(), finished_at = now() where id = $1::uuid and org_id = "
		     "$5::uuid",
			str_of(report->id), number(arena, report->counts.rows),
			number(arena, report->counts.refused), message, report->context.org_id));
	if (err)
		log_warn("import: failure not stored", LOG_CSTR("import", report->id));
}
