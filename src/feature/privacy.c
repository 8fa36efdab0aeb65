/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Privacy: GET /contacts/{id}/dossier, everything that is held about a person, as one document; and
 * POST /contacts/{id}/erase, which takes the person out of the records and the log for good (migrations, privacy).
 *
 * What a dossier looks at follows from the entities: whatever refers to a contact is about the person, and so
 * are leads with the same e-mail address.
 */
#include "base/json_read.h"
#include "core/feature.h"
#include "core/form.h"
#include "core/query.h"
#include "core/record_json.h"
#include "core/records.h"
#include "core/sql.h"
#include "core/unit.h"

enum { SECTION_MOST = 5000, COLUMNS_MAX = 16 * 1024 };

#define SQL_ERASE "select erase_contact($1::uuid, $2::jsonb)"
#define SQL_EMAILS                                                                     \
	"select email, secondary_email from contacts where org_id = $1::uuid and id =" \
	" $2::uuid"

/* --- dossier: a section --------------------------------------------------------------------------- */

struct dossier {
	struct request *req;
	const struct resource *contacts;
	struct str id;
	struct str emails[2];
	struct json json;
};

/* All fields that the caller sees, of all records, those of the trash as well. */
static enum err all_of(struct dossier *dossier, const struct resource *of, struct query *query)
{
	enum err err = query_parse(dossier->req, of, QUERY_ONE, query);

	query->page = 1;
	query->limit = SECTION_MOST;
	query->deleted = DELETED_WITH;
	return err;
}

static enum err write_rows(struct dossier *dossier, struct query *query, enum db_lane lane)
{
	struct record_includes includes = {.has_nested = false};
	struct db_stmt stmt = sql_list(query, false);
	struct db_result rows;
	enum err err = unit_query(dossier->req, lane, query->resource, &stmt, &rows);
	bool complete = !err && rows.rows <= query->limit;

	if (!err && !complete)
		rows.rows = query->limit;
	if (!err)
		err = record_includes_load(query, &rows, &includes);
	if (err)
		return err;
	json_member_bool(&dossier->json, "complete", complete);
	json_key(&dossier->json, STR("records"));
	json_array(&dossier->json);
	for (int row = 0; row < rows.rows; row++)
		record_write_json(&dossier->json, query, &includes, &rows, row);
	json_end(&dossier->json);
	return ERR_OK;
}

/* Records of `of` whose field has the value. */
static enum err write_section(struct dossier *dossier, const struct resource *of,
	const struct resource_field *by, struct str value)
{
	struct query query;
	enum err err = all_of(dossier, of, &query);

	if (err)
		return err;
	query_add_filter(&query, by->field->name, value);
	json_object(&dossier->json);
	json_member_str(&dossier->json, "entity", of->name);
	json_member_str(&dossier->json, "by", by->name);
	err = write_rows(dossier, &query, DB_SLOW);
	json_end(&dossier->json);
	return err;
}

static bool tells(const struct dossier *dossier, const struct resource_field *field)
{
	return field->target == dossier->contacts && field->field->kind == FIELD_REFERENCE &&
		!resource_field_is(field, FIELD_COMPUTED) &&
		caller_sees(dossier->req->caller, field);
}

static bool may_read(const struct dossier *dossier, const struct resource *r)
{
	return caller_scope(dossier->req->caller, r->parent ? r->parent : r, VERB_READ) !=
		SCOPE_NONE;
}

static enum err write_references(struct dossier *dossier)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);
	enum err err = ERR_OK;

	for (size_t i = 0; i < count; i++)
		for (size_t f = 0; f < all[i]->field_count && !err && may_read(dossier, all[i]);
			f++)
			if (tells(dossier, &all[i]->fields[f]))
				err = write_section(
					dossier, all[i], &all[i]->fields[f], dossier->id);
	return err;
}

static enum err write_leads(struct dossier *dossier)
{
	const struct resource *leads = resource_find(STR("lead"));
	const struct resource_field *email = resource_field_find(leads, STR("email"));
	enum err err = ERR_OK;

	for (size_t i = 0; i < ARRAY_LEN(dossier->emails) && !err; i++)
		if (dossier->emails[i].ptr && may_read(dossier, leads) &&
			caller_sees(dossier->req->caller, email))
			err = write_section(dossier, leads, email, dossier->emails[i]);
	return err;
}

/* Entities that may hold something which the caller may not read. */
static void write_withheld(struct dossier *dossier)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	json_key(&dossier->json, STR("withheld"));
	json_array(&dossier->json);
	for (size_t i = 0; i < count; i++)
		for (size_t f = 0; f < all[i]->field_count; f++)
			if (all[i]->fields[f].target == dossier->contacts &&
				!may_read(dossier, all[i])) {
				json_str(&dossier->json, all[i]->name);
				break;
			}
	json_end(&dossier->json);
}

/* --- dossier: the whole --------------------------------------------------------------------------- */

static enum err write_contact(struct dossier *dossier, const struct query *query)
{
	struct record_includes includes = {.has_nested = false};
	struct db_stmt stmts[] = {sql_get(query, dossier->id),
		SQL(SQL_EMAILS, dossier->req->caller->org_id, dossier->id)};
	struct db_result results[ARRAY_LEN(stmts)];
	enum err err = unit_run(
		dossier->req, DB_FAST, query->resource, stmts, ARRAY_LEN(stmts), results);

	if (!err && results[0].rows == 0)
		err = ERR_NOT_FOUND;
	if (!err)
		err = record_includes_load(query, &results[0], &includes);
	if (err)
		return err;
	for (size_t i = 0; i < ARRAY_LEN(dossier->emails); i++)
		dossier->emails[i] = db_value(&results[1], 0, (int)i);
	dossier->json = response_json(dossier->req, 200);
	json_object(&dossier->json);
	json_member_bool(&dossier->json, "success", true);
	json_key(&dossier->json, STR("data"));
	json_object(&dossier->json);
	json_key(&dossier->json, STR("contact"));
	record_write_json(&dossier->json, query, &includes, &results[0], 0);
	return ERR_OK;
}

static enum err write_changes(struct dossier *dossier)
{
	const struct resource *changes = resource_find(STR("change"));
	struct query query;
	enum err err = all_of(dossier, changes, &query);

	if (err)
		return err;
	query_add_filter(&query, "recordId", dossier->id);
	json_key(&dossier->json, STR("changes"));
	json_object(&dossier->json);
	err = write_rows(dossier, &query, DB_SLOW);
	json_end(&dossier->json);
	return err;
}

/* Who takes so much out of the house at once may export. */
static enum err begin(struct request *req, struct dossier *dossier, struct query *query)
{
	enum err err;

	*dossier = (struct dossier){.req = req, .contacts = resource_find(STR("contact"))};
	err = record_begin(req, dossier->contacts, VERB_READ, &dossier->id, query);
	if (!err && req->query.len)
		err = problem_set(
			&req->problem, ERR_BAD_PARAMETER, "A dossier takes no parameters.");
	if (!err)
		err = record_may(req, dossier->contacts, VERB_EXPORT);
	if (!err)
		req->caller = caller_narrow(
			req->caller, req->arena, dossier->contacts, VERB_READ, VERB_EXPORT);
	query->deleted = DELETED_WITH;
	return err;
}

static enum err handle_dossier(struct request *req)
{
	struct dossier dossier;
	struct query query;
	enum err err = begin(req, &dossier, &query);

	if (!err)
		err = write_contact(&dossier, &query);
	if (err)
		return err;
	json_key(&dossier.json, STR("sections"));
	json_array(&dossier.json);
	err = write_references(&dossier);
	if (!err)
		err = write_leads(&dossier);
	json_end(&dossier.json);
	if (!err && may_read(&dossier, resource_find(STR("change"))))
		err = write_changes(&dossier);
	if (err)
		return err;
	write_withheld(&dossier);
	json_end(&dossier.json);
	json_end(&dossier.json);
	return ERR_OK;
}

/* --- erasing ---------------------------------------------------------------------------------------- */

/* What a person is told by: texts, dates, places; not what the business says of it (whose, which stage). */
static bool is_personal(const struct resource_field *field)
{
	enum field_kind kind = field->field->kind;
	const unsigned not = FIELD_READ_ONLY | FIELD_COMPUTED;

	if ((field->field->flags & not ) || str_is(field->name, "status"))
		return false;
	return field_is_prose(field->field) || kind == FIELD_DATE || kind == FIELD_COUNTRY ||
		str_is(field->name, "salutation") || str_is(field->name, "consentAt");
}

static void write_columns(struct json *json, struct str entity)
{
	const struct resource *r = resource_find(entity);

	json_key(json, r->table);
	json_array(json);
	for (size_t i = 0; i < r->field_count; i++)
		if (is_personal(&r->fields[i]))
			json_str(json, r->fields[i].column);
	json_end(json);
}

static struct str personal_columns(struct request *req)
{
	struct buf text;
	struct json json;
	struct str out;

	buf_init(&text, COLUMNS_MAX);
	json_init(&json, &text);
	json_object(&json);
	write_columns(&json, STR("contact"));
	write_columns(&json, STR("lead"));
	json_end(&json);
	INVARIANT(!text.full);
	out = arena_str(req->arena, buf_str(&text));
	buf_deinit(&text);
	return out;
}

static void write_found(struct json *json, const struct json_value *found)
{
	json_key(json, STR("found"));
	json_array(json);
	for (const struct json_value *hit = found ? found->first : NULL; hit; hit = hit->next) {
		json_object(json);
		json_member_str(json, "entity", resource_name_of_table(json_get_str(hit, "table")));
		json_member_str(json, "id", json_get_str(hit, "id"));
		json_end(json);
	}
	json_end(json);
}

static void write_texts(struct json *json, const struct json_value *texts)
{
	json_key(json, STR("texts"));
	json_array(json);
	for (const struct json_value *m = texts ? texts->first : NULL; m; m = m->next) {
		json_object(json);
		json_member_str(json, "entity", resource_name_of_table(m->key));
		json_member_raw(json, "count", m->text);
		json_end(json);
	}
	json_end(json);
}

static enum err answer_erased(struct request *req, struct str id, struct str text)
{
	struct json_value *done;
	struct json json;
	enum err err = json_read(req->arena, text, &req->problem, &done);

	if (err)
		return ERR_INTERNAL;
	json = response_json(req, 200);
	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	json_member_str(&json, "contactId", id);
	json_key(&json, STR("leadIds"));
	json_write_value(&json, json_get(done, "leads"));
	write_texts(&json, json_get(done, "texts"));
	write_found(&json, json_get(done, "found"));
	json_end(&json);
	json_end(&json);
	return ERR_OK;
}

static void tell(struct request *req)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	for (size_t i = 0; i < count; i++)
		unit_changed(req, all[i]);
}

/* It cannot be undone: who asks says so. */
static const struct form form = {
	.fields =
		(const struct form_field[]){
			{{.name = "confirm", .kind = FIELD_BOOLEAN, .flags = FIELD_REQUIRED},
				false},
			{{0}, false},
		},
};

static enum err read_confirmation(struct request *req)
{
	struct str confirm;
	enum err err = form_read(req, &form, &confirm);

	if (err || str_is(confirm, "true"))
		return err;
	problem_add(&req->problem, STR("confirm"), "INVALID",
		"Must be true: this cannot be taken back.");
	return ERR_INVALID;
}

static enum err handle_erase(struct request *req)
{
	const struct resource *contacts = resource_find(STR("contact"));
	struct query query;
	struct db_result row;
	struct str id;
	enum err err = record_begin(req, contacts, VERB_DELETE, &id, &query);

	if (!err)
		err = read_confirmation(req);
	if (!err)
		err = unit_query(
			req, DB_WRITE, contacts, &SQL(SQL_ERASE, id, personal_columns(req)), &row);
	if (!err && !db_value(&row, 0, 0).ptr)
		err = ERR_NOT_FOUND;
	if (err)
		return err;
	tell(req);
	return answer_erased(req, id, db_value(&row, 0, 0));
}

/* --- the feature ------------------------------------------------------------------------------------ */

/* clang-format off */
#define UUID "{\"type\":\"string\",\"format\":\"uuid\"}"
#define ROWS "\"complete\":{\"type\":\"boolean\"},\"records\":{\"type\":\"array\",\"items\":" \
	"{\"type\":\"object\",\"additionalProperties\":true}}"

static const struct route_doc dossier_doc = {
	.summary = "Everything that is held about a person",
	.tag = "Contacts",
	.response = "{\"type\":\"object\",\"required\":[\"contact\",\"sections\",\"withheld\"],\"properties\":{"
		"\"contact\":{\"type\":\"object\",\"additionalProperties\":true},"
		"\"sections\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"entity\":{\"type\":\"string\"},\"by\":{\"type\":\"string\"}," ROWS "}}},"
		"\"changes\":{\"type\":\"object\",\"properties\":{" ROWS "}},"
		"\"withheld\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},"
		"\"description\":\"Entities that you may not read.\"}}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
};

static const struct route_doc erase_doc = {
	.summary = "Erase a person's data for good; answers where it is found still",
	.tag = "Contacts",
	.request = "{\"type\":\"object\",\"required\":[\"confirm\"],\"properties\":{\"confirm\":{\"const\":true}}}",
	.response = "{\"type\":\"object\",\"properties\":{\"contactId\":" UUID ","
		"\"leadIds\":{\"type\":\"array\",\"items\":" UUID "},"
		"\"texts\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"entity\":{\"type\":\"string\"},\"count\":{\"type\":\"integer\"}}}},"
		"\"found\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
		"\"entity\":{\"type\":\"string\"},\"id\":" UUID "}}}}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_INVALID | ROUTE_ERR_BODY,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/contacts/{id}/dossier", .handle = handle_dossier, .doc = &dossier_doc},
	{.method = HTTP_GET, .pattern = "/api/contacts/{id}/dossier", .handle = handle_dossier,
	 .flags = ROUTE_UNDOCUMENTED},
	{.method = HTTP_POST, .pattern = "/api/v1/contacts/{id}/erase", .handle = handle_erase, .doc = &erase_doc},
	{.method = HTTP_POST, .pattern = "/api/contacts/{id}/erase", .handle = handle_erase,
	 .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_privacy = {
	.name = "privacy",
	.routes = routes,
};
