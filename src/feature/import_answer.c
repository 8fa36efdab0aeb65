/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: showing them. */
#include "base/time.h"
#include "base/uuid.h"
#include "core/csv.h"
#include "core/records.h"
#include "core/unit.h"
#include "feature/import_report.h"

/* What died with its server wrote nothing: import_status() says where it is then. */
#define COLUMNS                                                                               \
	"id, entity, file_name, import_status(i), rows_total, rows_created, rows_linked,"     \
	" rows_skipped, rows_refused, bytes_read, bytes_total, details,"                      \
	" case when import_status(i) <> status then 'The server stopped during this import. " \
	"Nothing of it was written.' else message end, changeset_id, created_by, started_at," \
	" finished_at, step, rows_updated, rows_unchanged"
#define DOCUMENTS "nullif(mapping, '{}'), detection, proposals, rehearsal"

enum {
	ID,
	ENTITY,
	FILE_NAME,
	STATUS,
	ROWS,
	CREATED,
	LINKED,
	SKIPPED,
	REFUSED,
	BYTES_READ,
	BYTES_TOTAL,
	DETAILS,
	MESSAGE,
	CHANGESET,
	CREATED_BY,
	STARTED,
	FINISHED,
	STEP,
	UPDATED,
	UNCHANGED,
	MAPPING,
	DETECTION,
	PROPOSALS,
	REHEARSAL
};

/* Where nothing goes on. */
static bool rests(struct str status)
{
	static const char *const resting[] = {"ready", "rehearsed", "done", "failed", "cancelled"};

	for (size_t i = 0; i < ARRAY_LEN(resting); i++)
		if (str_is(status, resting[i]))
			return true;
	return false;
}

/* Reading is most of the work to be seen; linking and writing are the last third. */
static void write_progress(struct json *json, const struct db_result *rows, int row)
{
	struct str status = db_value(rows, row, STATUS);
	int64_t read = 0, total = 0, created = 0, updated = 0, same = 0, all = 0;
	int64_t percent = 50;

	if (str_to_int64(db_value(rows, row, BYTES_READ), &read) && read > 0 &&
		str_to_int64(db_value(rows, row, BYTES_TOTAL), &total) && total >= read)
		percent = read * 60 / total;
	if (str_is(status, "linking"))
		percent = 65;
	if (str_is(status, "writing") && str_to_int64(db_value(rows, row, CREATED), &created) &&
		str_to_int64(db_value(rows, row, UPDATED), &updated) &&
		str_to_int64(db_value(rows, row, UNCHANGED), &same) &&
		str_to_int64(db_value(rows, row, ROWS), &all) && all > 0)
		percent = 70 + MIN(created + updated + same, all) * 29 / all;
	if (rests(status))
		percent = 100;
	json_key(json, STR("progress"));
	json_raw(json,
		percent == 100 ? STR("1")
			       : (struct str){(const char[]){'0', '.', (char)('0' + percent / 10),
						      (char)('0' + percent % 10)},
					 4});
}

static void write_time(struct json *json, const char *key, struct str pg)
{
	char text[64];
	struct buf buf = {.ptr = text, .cap = sizeof(text), .max = sizeof(text)};

	json_key(json, str_of(key));
	if (pg.ptr)
		time_append_from_pg(&buf, pg);
	json_str(json, pg.ptr ? buf_str(&buf) : STR_NONE);
}

/* Without its closing brace. */
static void write_import(struct json *json, const struct db_result *rows, int row)
{
	const struct resource *into = resource_find(db_value(rows, row, ENTITY));

	json_object(json);
	json_member_str(json, "id", db_value(rows, row, ID));
	json_member_str(json, "into", into ? into->path : db_value(rows, row, ENTITY));
	json_member_str(json, "fileName", db_value(rows, row, FILE_NAME));
	json_member_str(json, "status", db_value(rows, row, STATUS));
	json_member_str(json, "step", db_value(rows, row, STEP));
	write_progress(json, rows, row);
	json_member_raw(json, "rows", db_value(rows, row, ROWS));
	json_member_raw(json, "created", db_value(rows, row, CREATED));
	json_member_raw(json, "updated", db_value(rows, row, UPDATED));
	json_member_raw(json, "unchanged", db_value(rows, row, UNCHANGED));
	json_member_raw(json, "linked", db_value(rows, row, LINKED));
	json_member_raw(json, "skipped", db_value(rows, row, SKIPPED));
	json_member_raw(json, "refused", db_value(rows, row, REFUSED));
	json_member_raw(json, "bytesRead", db_value(rows, row, BYTES_READ));
	json_member_raw(json, "bytesTotal", db_value(rows, row, BYTES_TOTAL));
	json_member_raw(json, "details", db_value(rows, row, DETAILS));
	json_member_str(json, "error", db_value(rows, row, MESSAGE));
	json_member_str(json, "changesetId", db_value(rows, row, CHANGESET));
	json_member_str(json, "createdBy", db_value(rows, row, CREATED_BY));
	write_time(json, "startedAt", db_value(rows, row, STARTED));
	write_time(json, "finishedAt", db_value(rows, row, FINISHED));
}

static void write_documents(struct json *json, const struct db_result *rows)
{
	json_member_raw(json, "map", db_value(rows, 0, MAPPING));
	json_member_raw(json, "detection", db_value(rows, 0, DETECTION));
	json_member_raw(json, "proposals", db_value(rows, 0, PROPOSALS));
	json_member_raw(json, "rehearsal", db_value(rows, 0, REHEARSAL));
}

static void write_problems(struct json *json, const struct db_result *rows)
{
	json_key(json, STR("problems"));
	json_array(json);
	for (int i = 0; i < rows->rows; i++) {
		json_object(json);
		json_member_raw(json, "row", db_value(rows, i, 0));
		json_member_str(json, "column", db_value(rows, i, 6));
		json_member_str(json, "outcome", db_value(rows, i, 5));
		json_member_str(json, "field", db_value(rows, i, 1));
		json_member_str(json, "code", db_value(rows, i, 2));
		json_member_str(json, "message", db_value(rows, i, 3));
		json_member_str(json, "value", db_value(rows, i, 4));
		json_member_bool(json, "refused", str_is(db_value(rows, i, 5), "refused"));
		json_end(json);
	}
	json_end(json);
}

enum err import_answer(struct request *req, int status, struct str id)
{
	struct db_stmt stmts[] = {
		SQL("select " COLUMNS ", " DOCUMENTS
		    " from imports i where id = $1::uuid and org_id = $2::uuid",
			id, req->caller->org_id),
		SQL("select line, field, code, message, value, outcome, column_name from "
		    "import_rows"
		    " where import_id = $1::uuid and org_id = $2::uuid order by line, part limit "
		    "$3::int",
			id, req->caller->org_id,
			arena_printf(req->arena, "%d", IMPORT_PROBLEMS_SHOWN)),
	};
	struct db_result results[2];
	struct json json;
	enum err err = unit_run(req, DB_FAST, NULL, stmts, 2, results);

	if (err)
		return err;
	if (results[0].rows == 0)
		return ERR_NOT_FOUND;
	json = response_json(req, status);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	write_import(&json, &results[0], 0);
	write_documents(&json, &results[0]);
	write_problems(&json, &results[1]);
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

enum err import_answer_list(struct request *req)
{
	struct db_result rows;
	struct json json;
	enum err err = unit_query(req, DB_FAST, NULL,
		&SQL("select " COLUMNS " from imports i where org_id = $1::uuid"
		     " order by created_at desc, id desc limit 100",
			req->caller->org_id),
		&rows);

	if (err)
		return err;
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_array(&json);
	for (int i = 0; i < rows.rows; i++) {
		write_import(&json, &rows, i);
		json_end(&json);
	}
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

enum err import_answer_csv(struct request *req, struct str id)
{
	static const char *const heading[] = {
		"row", "column", "field", "value", "code", "message", "outcome"};
	struct db_stmt stmts[] = {
		SQL("select 1 from imports where id = $1::uuid and org_id = $2::uuid", id,
			req->caller->org_id),
		SQL("select line, column_name, field, value, code, message, outcome from"
		    " import_rows where import_id = $1::uuid and org_id = $2::uuid order by line,"
		    " part",
			id, req->caller->org_id),
	};
	struct db_result results[2];
	struct buf out;
	struct csv_writer writer = {.out = &out};
	enum err err = unit_run(req, DB_SLOW, NULL, stmts, 2, results);

	if (!err && results[0].rows == 0)
		err = ERR_NOT_FOUND;
	if (err)
		return err;
	buf_init(&out, 16 * 1024 * 1024);
	for (size_t i = 0; i < ARRAY_LEN(heading); i++)
		csv_write_value(&writer, str_of(heading[i]));
	csv_write_end(&writer);
	for (int row = 0; row < results[1].rows; row++) {
		for (int column = 0; column < results[1].columns; column++)
			csv_write_text(&writer, db_value(&results[1], row, column));
		csv_write_end(&writer);
	}
	response_header(
		req, "Content-Disposition", STR("attachment; filename=\"import-report.csv\""));
	response_text(req, 200, "text/csv; charset=utf-8", arena_str(req->arena, buf_str(&out)));
	buf_deinit(&out);
	return ERR_OK;
}
