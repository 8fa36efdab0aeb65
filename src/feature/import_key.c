/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: rows that are records which exist, found by their key. */
#include "core/unit.h"
#include "feature/import_job.h"

static struct str key_name(const struct import_job *job)
{
	return job->map->plan.keys[0].field->name;
}

static struct str key_column(const struct import_job *job)
{
	const struct import_rule *rule = import_rule_of(job->map, job->map->plan.keys[0].column);

	return rule ? rule->header : STR_NONE;
}

static enum err run(struct import_job *job, struct db_stmt stmt)
{
	struct db_result none;

	return stmt.sql.ptr ? import_query(job, job->req->arena, job->map->plan.into, &stmt, &none)
			    : ERR_OK;
}

static struct db_stmt statement(const char *sql)
{
	return (struct db_stmt){.sql = str_of(sql), .unprepared = true};
}

static enum err refuse(
	struct import_job *job, struct db_stmt stmt, const char *code, const char *message)
{
	return import_take_out(job, &stmt,
		(struct import_reason){.column = key_column(job),
			.field = key_name(job),
			.code = str_of(code),
			.message = str_of(message)},
		&job->report->counts.refused);
}

/* A record that is there is none to be created; one that is not, none to be updated. An id that names
 * nothing is a mistake. */
static enum err pass(struct import_job *job)
{
	const struct import_plan *plan = &job->map->plan;
	struct db_stmt stmt = sql_import_key_pass(plan, IMPORT_REASONS_MAX);
	struct import_reason reason = {.column = key_column(job), .field = key_name(job)};

	if (plan->keys[0].field->field->kind == FIELD_UUID)
		return refuse(job, stmt, "NOT_FOUND", "There is no record of this id.");
	reason.outcome = "skipped";
	reason.code = plan->mode == IMPORT_CREATE ? STR("EXISTS") : STR("NOT_FOUND");
	reason.message = plan->mode == IMPORT_CREATE ? STR("There is a record of this key.")
						     : STR("There is no record of this key.");
	return import_take_out(job, &stmt, reason, &job->report->counts.skipped);
}

/* What staging leaves open, because the record may be there. */
static enum err check_required(struct import_job *job)
{
	const struct import_map *map = job->map;
	enum err err = ERR_OK;

	for (size_t i = 0; i < map->rule_count && !err; i++) {
		const struct import_rule *rule = &map->rules[i];
		struct db_stmt stmt;

		if (!rule->required || !rule->column)
			continue;
		stmt = sql_import_key_lacking(&map->plan, rule->column, IMPORT_REASONS_MAX);
		err = import_take_out(job, &stmt,
			(struct import_reason){.column = rule->header,
				.field = rule->label,
				.code = STR("REQUIRED"),
				.message = STR("Must not be empty.")},
			&job->report->counts.refused);
	}
	return err;
}

static enum err check_titles(struct import_job *job)
{
	const struct import_plan *plan = &job->map->plan;
	const struct resource *into = plan->into;
	unsigned columns[4];
	size_t count = 0;
	struct db_stmt stmt;

	for (size_t i = 0; i < plan->part_count && count < ARRAY_LEN(columns); i++) {
		if (!resource_field_is(plan->parts[i].field, FIELD_TITLE))
			continue;
		if (resource_field_is(plan->parts[i].field, FIELD_REQUIRED))
			return ERR_OK;
		columns[count++] = plan->parts[i].column;
	}
	if (count == 0)
		return ERR_OK;
	stmt = sql_import_key_unnamed(plan, columns, count, IMPORT_REASONS_MAX);
	return import_take_out(job, &stmt,
		(struct import_reason){.field = into->titles[into->title_count - 1]->name,
			.code = STR("REQUIRED"),
			.message = STR("The record has no name.")},
		&job->report->counts.refused);
}

enum err import_match_rows(struct import_job *job)
{
	const struct import_plan *plan = &job->map->plan;
	enum err err;

	if (plan->key_count == 0)
		return ERR_OK;
	if ((err = run(job, sql_import_key_make(plan))) ||
		(err = run(job, statement("analyze keyed"))) ||
		(err = refuse(job, sql_import_key_missing(plan, IMPORT_REASONS_MAX), "REQUIRED",
			 "The key must not be empty.")) ||
		(err = refuse(job, sql_import_key_twice(plan, IMPORT_REASONS_MAX), "DUPLICATE_KEY",
			 "An earlier line of the file has the same key; its number is the "
			 "value.")) ||
		(err = run(job, sql_import_key_match(plan))) ||
		(err = run(job, statement("analyze matched"))) ||
		(err = refuse(job, sql_import_key_ambiguous(plan, IMPORT_REASONS_MAX), "AMBIGUOUS",
			 "There are several records of this key.")) ||
		(err = refuse(job, sql_import_key_shared(plan, IMPORT_REASONS_MAX), "DUPLICATE_KEY",
			 "An earlier line of the file is the same record; its number is the "
			 "value.")) ||
		(err = pass(job)) || (err = run(job, sql_import_key_settle(plan))))
		return err;
	err = check_required(job);
	return err ? err : check_titles(job);
}
