/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: names become ids, set by set. */
#include "core/unit.h"
#include "feature/import_job.h"

/* The field that this column fills: of a link its reference. */
static struct str label_of(const struct import_job *job, unsigned column)
{
	const struct import_plan *plan = &job->map->plan;
	const struct import_rule *rule = import_rule_of(job->map, column);

	for (size_t i = 0; i < plan->part_count; i++)
		if (plan->parts[i].column == column &&
			!resource_field_is(plan->parts[i].field, FIELD_CUSTOM))
			return plan->parts[i].field->name;
	return rule ? rule->label : STR("");
}

static enum err run(struct import_job *job, const struct resource *resource, struct db_stmt stmt)
{
	struct db_result none;

	return import_query(job, job->req->arena, resource, &stmt, &none);
}

/* --- refusing --------------------------------------------------------------------------------- */

/* Rows that a statement took out of the stage: line, given, hits, number of all. */
static void note_gone(struct import_job *job, const struct db_result *rows,
	struct import_reason reason, int64_t *sum)
{
	int64_t all = 0;

	for (int i = 0; i < rows->rows; i++) {
		reason.value = db_value(rows, i, 1);
		if (!str_to_int64(db_value(rows, i, 0), &reason.line))
			continue;
		import_report_add(job->report, &reason);
	}
	if (rows->rows && str_to_int64(db_value(rows, 0, 3), &all))
		*sum += all;
}

enum err import_take_out(struct import_job *job, const struct db_stmt *stmt,
	struct import_reason reason, int64_t *sum)
{
	struct arena arena;
	struct db_result rows;
	enum err err;

	if (!stmt->sql.ptr)
		return ERR_OK;
	arena_init(&arena);
	err = import_query(job, &arena, NULL, stmt, &rows);
	if (!err)
		note_gone(job, &rows, reason, sum);
	arena_deinit(&arena);
	return err;
}

static enum err refuse(struct import_job *job, struct db_stmt stmt, unsigned column,
	struct str field, const char *code, struct str message)
{
	const struct import_rule *rule = import_rule_of(job->map, column);

	return import_take_out(job, &stmt,
		(struct import_reason){.column = rule ? rule->header : STR_NONE,
			.field = field,
			.code = str_of(code),
			.message = message},
		&job->report->counts.refused);
}

static enum err refuse_link(struct import_job *job, const struct import_link *link)
{
	const struct entity *entity = link->target->entity;
	struct str message = link->create
		? arena_printf(job->req->arena, "There are several %s of this name.",
			  entity->label_plural)
		: arena_printf(job->req->arena,
			  "There is no %s of this name, or there are several.", entity->label);

	return refuse(job, sql_import_link_refuse(&job->map->plan, link, IMPORT_REASONS_MAX),
		link->column, label_of(job, link->column),
		link->create ? "AMBIGUOUS" : "UNKNOWN_REFERENCE", message);
}

/* --- tags and options ------------------------------------------------------------------------- */

static struct str options_literal(struct arena *arena, const struct import_options *options)
{
	struct buf text;
	struct str literal;

	buf_init(&text, 128 * 1024);
	buf_append_char(&text, '{');
	for (size_t i = 0; i < options->count; i++) {
		buf_append(&text, i ? STR(",\"") : STR("\""));
		for (size_t k = 0; k < options->keys[i].len; k++) {
			char c = options->keys[i].ptr[k];

			if (c == '"' || c == '\\')
				buf_append_char(&text, '\\');
			buf_append_char(&text, c);
		}
		buf_append_char(&text, '"');
	}
	buf_append_char(&text, '}');
	literal = arena_str(arena, buf_str(&text));
	buf_deinit(&text);
	return literal;
}

static enum err add_options(struct import_job *job)
{
	enum err err = ERR_OK;

	for (const struct import_options *o = job->map->options; o && !err; o = o->next)
		if (o->count)
			err = run(job, NULL,
				sql_import_options(&job->map->plan, o->picklist,
					options_literal(job->req->arena, o)));
	return err;
}

static enum err settle_tags(struct import_job *job)
{
	const struct import_plan *plan = &job->map->plan;
	enum err err = ERR_OK;

	for (size_t i = 0; i < plan->part_count && !err; i++) {
		const struct import_part *part = &plan->parts[i];
		const struct import_rule *rule = import_rule_of(job->map, part->column);

		if (part->field->field->kind != FIELD_MULTI_REFERENCE)
			continue;
		if (rule && rule->add)
			err = run(job, part->field->target, sql_import_tags_create(plan, part));
		else
			err = refuse(job, sql_import_tags_refuse(plan, part, IMPORT_REASONS_MAX),
				part->column, part->field->name, "UNKNOWN_REFERENCE",
				STR("Names a tag that does not exist."));
	}
	return err;
}

/* --- links ------------------------------------------------------------------------------------ */

static enum err resolve(struct import_job *job, const struct import_link *link)
{
	const struct import_plan *plan = &job->map->plan;
	enum err err = run(job, link->target, sql_import_link_make(plan, link));

	if (!err)
		err = run(job, link->target, sql_import_link_find(plan, link));
	if (!err)
		err = run(job, link->target, sql_import_link_find_ids(plan, link));
	return err ? err : refuse_link(job, link);
}

static enum err create(struct import_job *job, const struct import_link *link)
{
	const struct import_plan *plan = &job->map->plan;
	struct db_stmt update = sql_import_link_update(plan, link);
	enum err err;

	if (!link->create)
		return ERR_OK;
	err = run(job, link->target, sql_import_link_create(plan, link));
	if (!err && update.sql.ptr)
		err = run(job, link->target, update);
	return err;
}

static enum err prepare_people(struct import_job *job)
{
	if (!job->map->plan.people)
		return ERR_OK;
	return refuse(job, sql_import_refuse_members(&job->map->plan, IMPORT_REASONS_MAX), 0,
		STR("name"), "DUPLICATE", STR("Is a user already, or stands in the file twice."));
}

enum err import_link_rows(struct import_job *job)
{
	const struct import_plan *plan = &job->map->plan;
	enum err err = prepare_people(job);

	for (size_t i = 0; i < plan->link_count && !err; i++)
		err = resolve(job, plan->links[i]);
	if (!err)
		err = settle_tags(job);
	if (!err)
		err = add_options(job);
	/* No more rows go, so what is still named is what shall exist. */
	for (size_t i = 0; i < plan->link_count && !err; i++) {
		err = run(job, plan->links[i]->target, sql_import_link_prune(plan, plan->links[i]));
		if (!err && plan->links[i]->create)
			err = run(job, plan->links[i]->target,
				sql_import_link_assign(plan, plan->links[i]));
	}
	for (size_t i = 0; i < plan->link_count && !err; i++)
		if (!plan->links[i]->late)
			err = create(job, plan->links[i]);
	return err;
}

enum err import_link_late(struct import_job *job)
{
	const struct import_plan *plan = &job->map->plan;
	enum err err = ERR_OK;

	for (size_t i = 0; i < plan->link_count && !err; i++) {
		struct db_stmt forget = sql_import_link_forget(plan, plan->links[i]);

		if (!plan->links[i]->late)
			continue;
		if (forget.sql.ptr)
			err = run(job, plan->links[i]->target, forget);
		if (!err)
			err = create(job, plan->links[i]);
	}
	return err;
}

/* --- what became of them ---------------------------------------------------------------------- */

static enum err write_link(
	struct import_job *job, struct json *json, const struct import_link *link)
{
	struct db_stmt stmt = sql_import_link_count(&job->map->plan, link);
	struct db_result row;
	enum err err = import_query(job, job->req->arena, link->target, &stmt, &row);

	if (err)
		return err;
	json_object(json);
	json_member_str(json, "field", label_of(job, link->column));
	json_member_str(json, "entity", link->target->name);
	json_member_raw(json, "found", db_value(&row, 0, 0));
	json_member_raw(json, "created", db_value(&row, 0, 1));
	json_end(json);
	return ERR_OK;
}

enum err import_link_counts(struct import_job *job, struct str *out)
{
	const struct import_plan *plan = &job->map->plan;
	struct buf text;
	struct json json;
	enum err err = ERR_OK;

	buf_init(&text, 64 * 1024);
	json_init(&json, &text);
	json_array(&json);
	for (size_t i = 0; i < plan->link_count && !err; i++)
		if (plan->links[i]->from_file)
			err = write_link(job, &json, plan->links[i]);
	json_end(&json);
	*out = arena_str(job->req->arena, buf_str(&text));
	buf_deinit(&text);
	return err;
}
