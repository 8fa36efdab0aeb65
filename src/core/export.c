/* SPDX-License-Identifier: Apache-2.0 */
/* Exports: rows of a cursor, named, in slices. What a file looks like says its format. */
#include "core/export_internal.h"

#include "base/fiber.h"
#include "base/json_read.h"
#include "base/time.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/records.h"
#include "core/sql.h"
#include "core/unit.h"

enum { SLICE_ROWS = 1000, WRITE_BYTES = 32 * 1024 };

/* --- the file --------------------------------------------------------------------------------- */

/* A link that opens a document does so for whoever gets the file: it is asked for by name. */
static bool belongs_in_files(const struct export *export, const struct resource_field *field)
{
	return caller_sees(export->req->caller, field) && !field->field->finish;
}

static void choose_columns(struct export *export)
{
	struct query *query = &export->query;

	/* A list leaves long documents out; a file is wanted whole. */
	if (!query->chosen) {
		query->field_count = 0;
		for (size_t i = 0; i < query->resource->field_count; i++)
			if (belongs_in_files(export, &query->resource->fields[i]))
				query->fields[query->field_count++] = &query->resource->fields[i];
	}
	export->columns = ARENA_ARRAY(export->req->arena, struct export_column, query->field_count);
	for (size_t i = 0; i < query->field_count; i++)
		export->columns[i] = (struct export_column){.field = query->fields[i],
			.at = (int)i,
			.named = export_is_named(query->fields[i])};
}

enum err export_send(struct export *export, struct str bytes)
{
	export_log_bytes(&export->log, bytes);
	return response_write(export->req, bytes);
}

enum err export_flush(struct export *export, size_t at_least)
{
	enum err err = ERR_OK;

	if (export->out.len > at_least) {
		err = export_send(export, buf_str(&export->out));
		buf_reset(&export->out, 2 * WRITE_BYTES);
	}
	return err;
}

static enum err put_rows(struct export *export, const struct db_result *rows)
{
	enum err err = export_names_load(export, rows);

	for (int i = 0; i < rows->rows && !err; i++) {
		err = export->format->row(export, rows, i);
		export->log.rows += !err;
		if (!err && export->format->streams)
			err = export_flush(export, WRITE_BYTES);
	}
	if (!err && export->format->slice)
		err = export->format->slice(export);
	return err ? err : export_log_beat(&export->log, export->req);
}

enum err export_answer(struct export *export)
{
	struct request *req = export->req;
	struct date today = date_from_days(time_now_us() / TIME_US_PER_DAY);

	response_header(req, "Content-Disposition",
		arena_printf(req->arena, "attachment; filename=\"%.*s-%04d-%02d-%02d.%s\"",
			STR_ARG(export->query.resource->path), today.year, today.month, today.day,
			export->format->name));
	response_header(req, "X-Export-Id", export->log.id);
	return response_begin(req, 200, export->format->content_type);
}

/* An error behind the first bytes leaves the stream without its end, so nobody takes it for whole. */
static enum err stream(struct export *export, struct db_cursor *cursor)
{
	struct db_result rows;
	enum err err = db_cursor_next(cursor, SLICE_ROWS, &rows);

	if (!err && export->format->streams)
		err = export_answer(export);
	if (!err)
		err = export->format->begin(export);
	while (!err && rows.rows) {
		err = put_rows(export, &rows);
		arena_reset(&export->slice);
		if (!err)
			err = db_cursor_next(cursor, SLICE_ROWS, &rows);
	}
	if (!err && export->format->end)
		err = export->format->end(export);
	return err ? err : export_flush(export, 0);
}

/* The row says that it is done before the file ends: whoever has the end can rely on it. */
static enum err end(struct export *export)
{
	enum err err = export_log_done(&export->log, export->req);

	return err ? err : response_end(export->req);
}

static enum err run(struct export *export)
{
	struct request *req = export->req;
	struct db_stmt stmt = sql_export(&export->query);
	struct db_context context = caller_context(req->caller, req->id, STR_NONE);
	struct db_cursor *cursor;
	struct db_error error = {0};
	enum err err = db_cursor_open(req->app->db, req->arena, &context, &stmt, &cursor, &error);

	if (err)
		return err == ERR_DB_REFUSED ? unit_refused(req, export->query.resource, &error)
					     : err;
	/* As many rows as there are: each slice and each write has its own limit of time. */
	fiber_set_deadline(0);
	err = stream(export, cursor);
	db_cursor_close(cursor);
	return err ? err : end(export);
}

static enum err run_logged(struct export *export)
{
	const char *name = export->format->name;
	enum err err = export_log_begin(&export->log, export->req, export->query.resource, name);

	if (err)
		return err;
	err = run(export);
	if (export->format->drop)
		export->format->drop(export);
	if (err)
		export_log_failed(&export->log, export->req, err);
	export_log_deinit(&export->log);
	return err;
}

/* Who may export reads, for this once, only what may be exported. */
static enum err may_export(struct request *req, const struct resource *resource)
{
	enum err err = record_may(req, resource, VERB_READ);

	if (err)
		return err;
	if (caller_scope(req->caller, resource, VERB_EXPORT) == SCOPE_NONE)
		return problem_set(&req->problem, ERR_FORBIDDEN, "Your role may not export %s.",
			resource->entity->label_plural);
	req->caller = caller_narrow(req->caller, req->arena, resource, VERB_READ, VERB_EXPORT);
	return ERR_OK;
}

static enum err export_as(struct request *req, const struct export_format *format)
{
	const struct resource *resource = req->route->data;
	struct export export = {.req = req, .format = format};
	struct str within;
	enum err err = may_export(req, resource);

	if (!err)
		err = record_enter(req, resource, &within);
	if (!err)
		err = query_parse(req, resource, QUERY_EXPORT, &export.query);
	if (err)
		return err;
	query_add_within(&export.query, within);
	export.scratch = *req;
	choose_columns(&export);
	arena_init(&export.slice);
	arena_init(&export.names);
	export.scratch.arena = &export.names;
	buf_init(&export.out, 64 * 1024 * 1024);
	err = run_logged(&export);
	buf_deinit(&export.out);
	arena_deinit(&export.names);
	arena_deinit(&export.slice);
	return err;
}

enum err record_export_csv(struct request *req)
{
	return export_as(req, &export_csv);
}

enum err record_export_jsonl(struct request *req)
{
	return export_as(req, &export_jsonl);
}

enum err record_export_xlsx(struct request *req)
{
	return export_as(req, &export_xlsx);
}
