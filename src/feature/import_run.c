/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: the run, and the rows on their way into the tables. */
#include "base/fiber.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/unit.h"
#include "feature/import_job.h"

enum {
	SLICE_LINES = 20000,
	REFUSALS_MAX =
		1000, /* by the database, one by one: beyond that the file does not fit the mapping */
};

enum err import_query(struct import_job *job, struct arena *arena, const struct resource *resource,
	const struct db_stmt *stmt, struct db_result *out)
{
	struct db_error error = {0};
	enum err err = db_stage_query(job->stage, arena, stmt, out, &error);

	return err == ERR_DB_REFUSED ? unit_refused(job->req, resource, &error) : err;
}

static enum err run_text(struct import_job *job, const char *sql)
{
	struct db_result none;
	struct db_stmt stmt = {.sql = str_of(sql), .unprepared = true};

	return import_query(job, job->req->arena, NULL, &stmt, &none);
}

/* --- slices ----------------------------------------------------------------------------------- */

/* What the database refuses is looked for by halves, so that one bad row costs some statements and not
 * the import. */
struct slices {
	struct import_job *job;
	struct db_stmt (*make)(const struct import_plan *plan, int64_t from, int64_t to);
	/* What to do about the one row that was refused. */
	enum err (*on_refused)(
		struct import_job *job, int64_t line, const struct import_reason *reason);
	/* What to do with the answer; NULL for nothing. */
	enum err (*on_done)(struct slices *slices, const struct db_result *result);
	bool undo; /* each slice is undone at once: a rehearsal holds no rows that others use */
	int refused;
};

static void keep_error(struct import_job *job, struct db_error *error)
{
	error->message = arena_str(job->req->arena, error->message);
	error->detail = arena_str(job->req->arena, error->detail);
	error->sqlstate = arena_str(job->req->arena, error->sqlstate);
	error->constraint = arena_str(job->req->arena, error->constraint);
	error->column = arena_str(job->req->arena, error->column);
}

static enum err try_lines(struct slices *slices, int64_t from, int64_t to, struct db_error *error)
{
	struct import_job *job = slices->job;
	struct import_plan plan = job->map->plan;
	struct db_result result = {0};
	struct db_stmt stmt;
	struct arena arena;
	enum err err = run_text(job, "savepoint slice");

	if (err)
		return err;
	arena_init(&arena);
	plan.arena = &arena;
	stmt = slices->make(&plan, from, to);
	err = db_stage_query(job->stage, &arena, &stmt, &result, error);
	if (err == ERR_DB_REFUSED) {
		keep_error(job, error);
		if (run_text(job, "rollback to savepoint slice") != ERR_OK)
			err = ERR_INTERNAL;
	}
	if (!err)
		err = run_text(job,
			slices->undo ? "rollback to savepoint slice" : "release savepoint slice");
	if (!err && slices->on_done)
		err = slices->on_done(slices, &result);
	arena_deinit(&arena);
	return err;
}

/* Tells about one row in the words that a single write would be answered with. */
static enum err refuse_line(struct slices *slices, int64_t line, const struct db_error *error)
{
	struct import_job *job = slices->job;
	struct request scratch = {
		.arena = job->req->arena, .id = job->req->id, .caller = job->req->caller};
	struct import_reason reason = {.line = line};
	const struct problem_detail *detail;
	const struct import_rule *rule;
	enum err err;

	problem_init(&scratch.problem, job->req->arena);
	err = unit_refused(&scratch, job->map->plan.into, error);
	if (err == ERR_INTERNAL)
		return problem_log(&job->req->problem, err, "%.*s", STR_ARG(scratch.problem.log));
	detail = scratch.problem.first;
	reason.field = detail ? detail->field : STR("");
	rule = import_rule_labelled(job->map, reason.field);
	reason.column = rule ? rule->header : STR_NONE;
	reason.code = detail ? detail->code : str_of(err_info(err)->code);
	reason.message = detail               ? detail->message
		: scratch.problem.message.ptr ? scratch.problem.message
					      : str_of(err_info(err)->message);
	if (++slices->refused > REFUSALS_MAX)
		return problem_set(&job->req->problem, ERR_INVALID,
			"More than %d rows do not fit; line %lld: %.*s", REFUSALS_MAX,
			(long long)line, STR_ARG(reason.message));
	return slices->on_refused(job, line, &reason);
}

/* Not recursive: the halves that wait stand in a list, at most one for each bit of a line's number. */
static enum err run_lines(struct slices *slices, int64_t from, int64_t to)
{
	int64_t waiting[64][2] = {{from, to}};
	size_t count = 1;
	enum err err = ERR_OK;

	while (count && !err) {
		int64_t low = waiting[--count][0], high = waiting[count][1],
			middle = low + (high - low) / 2;
		struct db_error error = {0};

		err = try_lines(slices, low, high, &error);
		if (err != ERR_DB_REFUSED)
			continue;
		err = ERR_OK;
		if (low == high) {
			err = refuse_line(slices, low, &error);
			continue;
		}
		waiting[count][0] = middle + 1;
		waiting[count++][1] = high;
		waiting[count][0] = low;
		waiting[count++][1] = middle;
	}
	return err;
}

static enum err run_slices(struct slices *slices)
{
	int64_t last = slices->job->last_line;
	enum err err = ERR_OK;

	for (int64_t line = 1; line <= last && !err; line += SLICE_LINES) {
		err = run_lines(slices, line, MIN(line + SLICE_LINES - 1, last));
		if (!err)
			err = import_report_show(slices->job->report, "writing");
	}
	return err;
}

/* --- writing ---------------------------------------------------------------------------------- */

static enum err drop_row(struct import_job *job, int64_t line, const struct import_reason *reason)
{
	struct db_result none;

	job->report->counts.refused++;
	import_report_add(job->report, reason);
	return import_query(job, job->req->arena, NULL,
		&SQL("delete from stage where line = $1::bigint",
			arena_printf(job->req->arena, "%lld", (long long)line)),
		&none);
}

/* The record exists; only the reference is missing. */
static enum err note_left_out(
	struct import_job *job, int64_t line, const struct import_reason *reason)
{
	struct import_reason left = *reason;

	(void)line;
	left.part = 1000;
	left.outcome = "created";
	left.message = arena_printf(job->req->arena, "Created, but a reference was left out: %.*s",
		STR_ARG(reason->message));
	import_report_add(job->report, &left);
	return ERR_OK;
}

static enum err write_late(struct import_job *job)
{
	struct slices slices = {.job = job, .make = sql_import_late, .on_refused = note_left_out};
	struct db_stmt probe = sql_import_late(&job->map->plan, 0, 0);

	return probe.sql.ptr ? run_slices(&slices) : ERR_OK;
}

static enum err count_linked(struct import_job *job)
{
	struct db_stmt stmt = sql_import_linked(&job->map->plan);
	struct db_result row;
	enum err err = import_query(job, job->req->arena, NULL, &stmt, &row);

	if (!err && !str_to_int64(db_value(&row, 0, 0), &job->report->counts.linked))
		err = ERR_INTERNAL;
	return err;
}

/* People are made by a function, which affects what it answers about; they are those that stay staged. */
static enum err count_created(struct import_job *job)
{
	struct db_stmt stmt = sql_import_created(&job->map->plan);
	struct db_result row;
	enum err err = import_query(job, job->req->arena, NULL, &stmt, &row);

	if (!err && !str_to_int64(db_value(&row, 0, 0), &job->report->counts.created))
		err = ERR_INTERNAL;
	return err;
}

static enum err add_created(struct slices *slices, const struct db_result *result)
{
	if (!slices->job->map->plan.people)
		slices->job->report->counts.created += result->affected;
	return ERR_OK;
}

/* Records that may be read and not written; their lines, separated by commas. */
static enum err refuse_forbidden(struct import_job *job, struct str lines)
{
	const struct import_reason reason = {.field = STR(""),
		.code = STR("FORBIDDEN"),
		.message = STR("You may not change this record.")};
	enum err err = ERR_OK;

	while (lines.len && !err) {
		struct import_reason of = reason;

		if (!str_to_int64(str_cut(&lines, ','), &of.line))
			return ERR_INTERNAL;
		err = drop_row(job, of.line, &of);
	}
	return err;
}

static enum err add_updated(struct slices *slices, const struct db_result *result)
{
	struct import_counts *counts = &slices->job->report->counts;
	int64_t updated, unchanged;

	if (!str_to_int64(db_value(result, 0, 0), &updated) ||
		!str_to_int64(db_value(result, 0, 1), &unchanged))
		return ERR_INTERNAL;
	counts->updated += updated;
	counts->unchanged += unchanged;
	return refuse_forbidden(slices->job, db_value(result, 0, 2));
}

static enum err update_rows(struct import_job *job)
{
	struct slices slices = {.job = job,
		.make = sql_import_update,
		.on_refused = drop_row,
		.on_done = add_updated,
		.undo = !import_step_writes(job->report->step)};
	struct db_stmt probe = sql_import_update(&job->map->plan, 0, 0);

	return probe.sql.ptr ? run_slices(&slices) : ERR_OK;
}

static enum err write_rows(struct import_job *job)
{
	struct slices slices = {.job = job,
		.make = sql_import_rows,
		.on_refused = drop_row,
		.on_done = add_created};
	enum err err = run_slices(&slices);

	if (!err)
		err = update_rows(job);
	if (!err)
		err = import_link_late(job);
	if (!err)
		err = write_late(job);
	if (!err)
		err = count_linked(job);
	return err ? err : count_created(job);
}

/* As many as asked for, or none. */
static enum err check_whole(const struct import_job *job)
{
	int64_t refused = job->report->counts.refused;

	if (!job->map->all_or_nothing || refused == 0 || !import_step_writes(job->report->step))
		return ERR_OK;
	return problem_set(&job->req->problem,
		job->report->step == IMPORT_COMMIT ? ERR_CONFLICT : ERR_INVALID,
		"%lld rows do not fit, and the mapping asks for all or nothing.",
		(long long)refused);
}

static enum err write_details(struct import_job *job)
{
	struct json json;

	json_init(&json, &job->report->details);
	json_object(&json);
	json_member_str(&json, "delimiter", (struct str){&job->delimiter, 1});
	json_member_cstr(&json, "encoding",
		job->encoding == CSV_DETECT ? "ascii" : csv_encoding_name(job->encoding));
	json_member_raw(&json, "ignoredColumns", job->ignored);
	json_member_raw(&json, "links", job->report->links);
	json_end(&json);
	return job->report->details.full ? ERR_INTERNAL : ERR_OK;
}

/* --- the run ---------------------------------------------------------------------------------- */

/* Rules that imports need not keep ask for app.import. Dates with a time but no zone are the organisation's. Merging many new entries into a search index at
 * once costs half of merging them by a few. */
static enum err set_up(struct import_job *job)
{
	struct db_result none;
	enum err err = import_query(job, job->req->arena, NULL,
		&SQL("select set_config('timezone', $1, true),"
		     " set_config('app.import', 'on', true),"
		     " set_config('gin_pending_list_limit', '64MB', true),"
		     " set_config('work_mem', '64MB', true)",
			job->req->caller->time_zone),
		&none);

	/* Slices are found by it. */
	return err ? err : run_text(job, "create index on stage (line)");
}

/* A rehearsal writes new rows where nothing but what may refuse them is kept, as far as that will do. */
static enum err choose_place(struct import_job *job)
{
	struct import_plan *plan = &job->map->plan;
	struct db_stmt stmt = sql_import_trial(plan);
	struct db_result row;
	enum err err;

	if (import_step_writes(job->report->step) || !stmt.sql.ptr)
		return ERR_OK;
	err = import_query(job, job->req->arena, plan->into, &stmt, &row);
	plan->trial = !err && str_is(db_value(&row, 0, 0), "t");
	return err;
}

/* Beside the import's transaction, which would hold the statistics' lock to its end. */
static enum err analyze(struct import_job *job, const struct resource *resource)
{
	struct arena arena;
	struct db_result none;
	struct db_error error = {0};
	enum err err;

	arena_init(&arena);
	err = db_query(job->req->app->db, DB_WRITE, &arena, &job->report->context,
		&SQL("select import_analyze($1)", resource->table), &none, &error);
	err = err == ERR_DB_REFUSED ? unit_refused(job->req, NULL, &error) : err;
	arena_deinit(&arena);
	return err;
}

static enum err analyze_all(struct import_job *job)
{
	const struct import_plan *plan = &job->map->plan;
	enum err err = plan->key_count ? analyze(job, plan->into) : ERR_OK;

	for (size_t i = 0; i < plan->link_count && !err; i++)
		err = analyze(job, plan->links[i]->target);
	return err;
}

static enum err run_staged(struct import_job *job)
{
	enum err err = import_stage_rows(job);

	job->copying = err != ERR_OK;
	if (!err)
		err = set_up(job);
	if (!err)
		err = import_report_show(job->report, "linking");
	if (!err)
		err = analyze_all(job);
	if (!err)
		err = import_match_rows(job);
	if (!err)
		err = import_link_rows(job);
	if (!err)
		err = choose_place(job);
	if (!err)
		err = import_report_show(job->report, "writing");
	if (!err)
		err = write_rows(job);
	if (!err)
		err = import_link_counts(job, &job->report->links);
	if (!err)
		err = write_details(job);
	return err ? err : check_whole(job);
}

/* The lock goes before the answer does: closing the connection alone would take it away some time later. */
static void give_back(struct import_job *job)
{
	struct db_stmt rollback = {.sql = STR("rollback"), .unprepared = true};
	struct db_result none;
	int64_t rows;
	enum err err = job->copying ? db_stage_finish(job->stage, &rows) : ERR_OK;

	if (!err)
		err = db_stage_query(job->stage, job->req->arena, &rollback, &none, NULL);
	if (err)
		log_info("import: the connection goes with its lock",
			LOG_CSTR("import", job->report->id));
	db_stage_abort(job->stage);
}

/* For as long as the transaction lives, which tells others that the import runs. */
static enum err lock(struct import_job *job)
{
	struct request *req = job->req;
	struct db_result row;
	enum err err = import_query(job, req->arena, NULL,
		&SQL("select import_lock($1::uuid)", str_of(job->report->id)), &row);

	if (!err && !str_is(db_value(&row, 0, 0), "t"))
		err = problem_set(&req->problem, ERR_CONFLICT, "This import is running already.");
	return err;
}

static enum err open_stage(struct import_job *job)
{
	struct request *req = job->req;
	enum err err = db_stage_open(req->app->db, req->arena, &job->report->context, &job->stage);

	if (err == ERR_UNAVAILABLE)
		return problem_set(&req->problem, err,
			"Other imports are running. Try again when they are done.");
	if (err)
		return err;
	err = lock(job);
	if (!err)
		err = import_report_begin(job->report, job->map, job->source->file_name);
	if (err)
		give_back(job);
	return err;
}

static enum err run_open(struct import_job *job)
{
	bool writes = import_step_writes(job->report->step);
	enum err err = db_stage_copy(job->stage, job->map->plan.columns);

	job->copying = !err;
	if (!err)
		err = run_staged(job);
	if (!err && job->rehearsal)
		err = import_rehearsal_compare(job);
	if (!err && writes)
		err = import_report_done(job->report, job->stage);
	if (!err && writes)
		return db_stage_commit(job->stage);
	if (!err)
		err = import_report_rehearsed(job->report);
	give_back(job);
	return err;
}

static void tell_caches(struct import_job *job)
{
	const struct import_plan *plan = &job->map->plan;

	unit_changed(job->req, plan->into);
	for (size_t i = 0; i < plan->link_count; i++)
		if (plan->links[i]->create)
			unit_changed(job->req, plan->links[i]->target);
	if (job->map->options)
		unit_changed(job->req, resource_find(STR("picklist_option")));
	unit_changed(job->req, resource_find(STR("tag")));
}

static struct str failure(const struct import_job *job, enum err err)
{
	const struct problem *problem = &job->req->problem;
	struct str text = problem->message.ptr ? problem->message : str_of(err_info(err)->message);

	if (err == ERR_CLIENT_GONE)
		text = STR("The upload broke off.");
	for (const struct problem_detail *d = problem->first; d; d = d->next)
		text = arena_printf(job->req->arena, "%.*s %.*s: %.*s", STR_ARG(text),
			STR_ARG(d->field), STR_ARG(d->message));
	return text;
}

enum err import_run(struct request *req, struct import_map *map, const struct import_source *source,
	const struct json_value *rehearsal, struct import_report *report)
{
	struct import_job job = {.req = req,
		.map = map,
		.source = source,
		.report = report,
		.rehearsal = rehearsal,
		.ignored = STR("[]")};
	enum err err;

	/* It takes as long as the file is; each wait has a limit of its own. */
	fiber_set_deadline(0);
	report->counts.bytes_total = source->bytes_total;
	err = open_stage(&job);
	if (err)
		return err;
	err = run_open(&job);
	if (err)
		import_report_fail(
			report, failure(&job, err), err == ERR_CONFLICT || err == ERR_INVALID);
	else if (req->connection && import_step_writes(report->step))
		tell_caches(&job);
	return err;
}
