/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: what a rehearsal promises, and whether a commit keeps it. */
#include "core/app.h"
#include "core/unit.h"
#include "feature/import_job.h"

static const struct {
	const char *name;
	size_t at;
} counts[] = {
	{"rows", offsetof(struct import_counts, rows)},
	{"created", offsetof(struct import_counts, created)},
	{"updated", offsetof(struct import_counts, updated)},
	{"unchanged", offsetof(struct import_counts, unchanged)},
	{"linked", offsetof(struct import_counts, linked)},
	{"skipped", offsetof(struct import_counts, skipped)},
	{"refused", offsetof(struct import_counts, refused)},
};

static int64_t count_at(const struct import_report *report, size_t i)
{
	int64_t n;

	memcpy(&n, (const char *)&report->counts + counts[i].at, sizeof(n));
	return n;
}

struct str import_report_counts(const struct import_report *report, struct arena *arena)
{
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, 128 * 1024);
	json_init(&json, &text);
	json_object(&json);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		json_member_int(&json, counts[i].name, count_at(report, i));
	json_member_raw(&json, "links", report->links);
	json_end(&json);
	out = arena_str(arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

/* --- differences ------------------------------------------------------------------------------ */

static struct str text_of(const struct json_value *object, const char *member)
{
	const struct json_value *value = json_get(object, member);

	return value && value->type == JSON_NUMBER ? value->text : STR("0");
}

static void differ_number(
	struct problem *problem, struct str field, const char *what, struct str was, struct str is)
{
	if (!str_eq(was, is))
		problem_add(problem, field, "CHANGED",
			"The rehearsal said %.*s%s, it would be %.*s now.", STR_ARG(was), what,
			STR_ARG(is));
}

static void differ_links(
	struct problem *problem, const struct json_value *was, const struct json_value *is)
{
	const struct json_value *w = was ? was->first : NULL;

	for (const struct json_value *i = is ? is->first : NULL; i && w; i = i->next, w = w->next) {
		struct str field = json_get_str(i, "field");

		differ_number(problem, field, " found", text_of(w, "found"), text_of(i, "found"));
		differ_number(
			problem, field, " created", text_of(w, "created"), text_of(i, "created"));
	}
}

bool import_report_differs(const struct import_report *report, const struct json_value *rehearsal)
{
	struct request *req = report->req;
	struct json_value *links = NULL;

	for (size_t i = 0; i < ARRAY_LEN(counts); i++)
		differ_number(&req->problem, str_of(counts[i].name), "",
			text_of(rehearsal, counts[i].name),
			arena_printf(req->arena, "%lld", (long long)count_at(report, i)));
	if (json_read(req->arena, report->links, &req->problem, &links) == ERR_OK)
		differ_links(&req->problem, json_get(rehearsal, "links"), links);
	return problem_has_details(&req->problem);
}

/* --- what was changed since ------------------------------------------------------------------- */

/* Everything that decides what becomes of a row. */
static struct str entities(struct import_job *job)
{
	const struct import_plan *plan = &job->map->plan;
	struct str text = arena_printf(job->req->arena, "{tag,picklist_option,custom_field,%.*s",
		STR_ARG(plan->into->name));

	for (size_t i = 0; i < plan->link_count; i++)
		text = arena_printf(job->req->arena, "%.*s,%.*s", STR_ARG(text),
			STR_ARG(plan->links[i]->target->name));
	return arena_printf(job->req->arena, "%.*s}", STR_ARG(text));
}

static enum err tell_changes(struct import_job *job)
{
	struct request *req = job->req;
	struct db_result rows;
	struct db_error error = {0};
	enum err err = db_query(req->app->db, DB_SLOW, req->arena, &job->report->context,
		&SQL("select c.entity, c.action, count(*) from changes c join imports i"
		     " on i.org_id = c.org_id and i.id = $1::uuid where c.org_id = $2::uuid"
		     " and c.at > i.rehearsed_at and c.entity = any($3::text[])"
		     " group by 1, 2 order by 1, 2",
			str_of(job->report->id), job->report->context.org_id, entities(job)),
		&rows, &error);

	for (int i = 0; !err && i < rows.rows; i++)
		problem_add(&req->problem, db_value(&rows, i, 0), "CHANGED",
			"Since the rehearsal: %.*s of %.*s.", STR_ARG(db_value(&rows, i, 2)),
			STR_ARG(db_value(&rows, i, 1)));
	return err == ERR_DB_REFUSED ? unit_refused(req, NULL, &error) : err;
}

enum err import_rehearsal_compare(struct import_job *job)
{
	enum err err;

	if (!import_report_differs(job->report, job->rehearsal))
		return ERR_OK;
	err = tell_changes(job);
	return err ? err
		   : problem_set(&job->req->problem, ERR_CONFLICT,
			     "The import would not do what its rehearsal said; rehearse it again.");
}
