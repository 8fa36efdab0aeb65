/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/meta: the entities as the caller may see them, from which the UI draws itself. */
#include "core/ability.h"
#include "core/feature.h"
#include "core/field_type.h"
#include "core/sign_in.h"
#include "core/tenant.h"
#include "http/conditional.h"
#include "http/request.h"

struct meta {
	struct json json;
	struct request *req;
	const struct caller *caller;
	const struct tenant *tenant;
};

/* --- who ---------------------------------------------------------------------------------------- */

static void write_user(struct json *json, const struct caller *caller)
{
	json_key(json, STR("user"));
	json_object(json);
	json_member_str(json, "id", caller->user_id);
	json_member_str(json, "email", caller->email);
	json_member_str(json, "firstName", caller->first_name);
	json_member_str(json, "lastName", caller->last_name);
	json_member_str(json, "role", caller->role);
	json_member_str(json, "partnerId", caller->partner_id);
	json_end(json);
}

static void write_abilities(struct json *json, const struct caller *caller)
{
	json_key(json, STR("can"));
	json_object(json);
	json_member_bool(json, "import", caller_can(caller, ABILITY_IMPORT));
	json_member_bool(json, "export", caller_can(caller, ABILITY_EXPORT));
	json_member_bool(json, "bulk", caller_can(caller, ABILITY_BULK));
	json_member_bool(json, "merge", caller_can(caller, ABILITY_MERGE));
	json_member_bool(json, "administer", caller_can(caller, ABILITY_ADMINISTER));
	json_member_bool(
		json, "invite", caller_scope(caller, user_resource(), VERB_CREATE) != SCOPE_NONE);
	json_end(json);
}

/* --- fields ------------------------------------------------------------------------------------- */

static void write_option(
	struct json *json, struct str key, struct str label, struct str color, bool archived)
{
	json_object(json);
	json_member_str(json, "key", key);
	json_member_str(json, "label", label);
	json_member_str(json, "color", color);
	json_member_bool(json, "archived", archived);
	json_end(json);
}

static void write_enum_options(struct json *json, const struct field *field)
{
	json_array(json);
	for (const struct field_option *o = field->options; o->key; o++)
		write_option(json, str_of(o->key), str_of(o->label), STR_NONE, false);
	json_end(json);
}

static void write_picklist_options(struct meta *meta, const struct field *field)
{
	json_array(&meta->json);
	for (size_t i = 0; i < meta->tenant->option_count; i++) {
		const struct tenant_option *o = &meta->tenant->options[i];

		if (str_is(o->picklist, field->picklist))
			write_option(&meta->json, o->key, o->label, o->color, o->archived);
	}
	json_end(&meta->json);
}

static void write_options(struct meta *meta, const struct field *field)
{
	json_key(&meta->json, STR("options"));
	if (field->options)
		write_enum_options(&meta->json, field);
	else if (field->picklist)
		write_picklist_options(meta, field);
	else
		json_null(&meta->json);
	json_member_str(&meta->json, "picklist", str_of(field->picklist));
}

static void write_operators(struct json *json, const struct field *field)
{
	json_key(json, STR("operators"));
	json_array(json);
	for (enum filter_op op = OP_EQ; op < OP__COUNT; op++)
		if (field_allows_op(field, op))
			json_cstr(json, filter_op_name(op));
	json_end(json);
}

static bool can_filter(const struct field *field)
{
	return !(field->flags & FIELD_NO_FILTER) && field_type_of(field)->operators;
}

static void member_limit(struct json *json, const char *key, bool there, int64_t limit)
{
	if (there)
		json_member_int(json, key, limit);
	else
		json_member_null(json, key);
}

static void write_limits(struct json *json, const struct field *field)
{
	const struct field_type *type = field_type_of(field);
	int max_len = field->max_len ? field->max_len : type->max_len;
	bool amount = field->kind == FIELD_MONEY && !(field->flags & FIELD_SIGNED);
	bool percent = field->kind == FIELD_PERCENT;
	int scale = field->scale ? field->scale : type->scale;

	member_limit(json, "minLength", field->min_len > 0, field->min_len);
	member_limit(json, "maxLength", field_is_prose(field) && max_len > 0, max_len);
	if (field->least)
		json_member_raw(json, "min", str_of(field->least));
	else
		member_limit(json, "min", field->has_min || amount || percent,
			field->has_min ? field->min : 0);
	if (field->most)
		json_member_raw(json, "max", str_of(field->most));
	else
		member_limit(
			json, "max", field->has_max || percent, field->has_max ? field->max : 100);
	member_limit(json, "scale", scale > 0, scale);
	json_member_bool(json, "positive", field->flags & FIELD_POSITIVE);
}

static struct str name_of(struct meta *meta, const struct resource_field *f)
{
	return resource_field_is(f, FIELD_CUSTOM)
		? arena_printf(meta->req->arena, "custom.%.*s", STR_ARG(f->name))
		: f->name;
}

static void write_field(struct meta *meta, const struct resource_field *f)
{
	const struct field *field = f->field;
	struct json *json = &meta->json;

	json_object(json);
	json_member_str(json, "name", name_of(meta, f));
	json_member_str(json, "label", f->label);
	json_member_cstr(json, "type", field_type_of(field)->name);
	json_member_bool(json, "required", field->flags & FIELD_REQUIRED);
	json_member_bool(json, "readOnly",
		(field->flags & FIELD_READ_ONLY) || !caller_writes(meta->caller, f));
	json_member_bool(json, "immutable", field->flags & FIELD_IMMUTABLE);
	json_member_bool(json, "sortable", field_can_sort(field));
	json_member_bool(json, "filterable", can_filter(field));
	json_member_bool(json, "searchable", field->flags & FIELD_SEARCHED);
	write_limits(json, field);
	json_member_raw(json, "default", str_of(field->initial));
	json_member_str(json, "help", str_of(field->help));
	json_member_str(json, "section", str_of(field->section));
	write_options(meta, field);
	json_member_str(json, "references", str_of(field->references));
	json_member_str(json, "include", f->include);
	write_operators(json, field);
	json_member_bool(json, "custom", field->flags & FIELD_CUSTOM);
	json_member_bool(json, "computed", field->flags & FIELD_COMPUTED);
	json_end(json);
}

static bool sees_custom(
	const struct meta *meta, const struct resource *r, const struct resource_field *f)
{
	return caller_sees(meta->caller, resource_field_find(r, STR("custom"))) &&
		caller_sees(meta->caller, f);
}

static void write_fields(struct meta *meta, const struct resource *r)
{
	const struct tenant_fields *custom = &meta->tenant->custom[r->index];

	json_key(&meta->json, STR("fields"));
	json_array(&meta->json);
	for (size_t i = 0; i < r->field_count; i++)
		if (caller_sees(meta->caller, &r->fields[i]))
			write_field(meta, &r->fields[i]);
	for (size_t i = 0; i < custom->count; i++)
		if (sees_custom(meta, r, &custom->fields[i]))
			write_field(meta, &custom->fields[i]);
	json_end(&meta->json);
}

/* --- entities ----------------------------------------------------------------------------------- */

/* A letter that no route serves is worth nothing: who may invite still cannot POST a user. */
static enum scope scope_of(const struct meta *meta, const struct resource *r, enum verb verb)
{
	static const unsigned closed_by[VERB__COUNT] = {
		[VERB_CREATE] = ENTITY_READ_ONLY | ENTITY_NO_CREATE,
		[VERB_UPDATE] = ENTITY_READ_ONLY,
		[VERB_DELETE] = ENTITY_READ_ONLY | ENTITY_NO_DELETE,
		[VERB_ASSIGN] = ENTITY_READ_ONLY,
		[VERB_ISSUE] = ENTITY_READ_ONLY,
		[VERB_CORRECT] = ENTITY_READ_ONLY,
		[VERB_IMPORT] = ENTITY_READ_ONLY | ENTITY_NO_IMPORT | ENTITY_NO_CREATE,
		[VERB_BULK] = ENTITY_READ_ONLY,
		[VERB_MERGE] = ENTITY_READ_ONLY,
	};

	if (verb == VERB_DELETE && (r->entity->flags & ENTITY_ENDED))
		return caller_scope(meta->caller, r, verb);
	return r->entity->flags & closed_by[verb] ? SCOPE_NONE
						  : caller_scope(meta->caller, r, verb);
}

static void write_access(struct meta *meta, const struct resource *r)
{
	json_key(&meta->json, STR("access"));
	json_object(&meta->json);
	for (enum verb verb = VERB_READ; verb < VERB__COUNT; verb++)
		json_member_cstr(&meta->json, verb_name(verb), scope_name(scope_of(meta, r, verb)));
	json_end(&meta->json);
}

static void write_titles(struct meta *meta, const struct resource *r)
{
	struct json *json = &meta->json;

	json_key(json, STR("titleFields"));
	json_array(json);
	for (size_t i = 0; i < r->title_count; i++)
		if (caller_sees(meta->caller, r->titles[i]))
			json_str(json, r->titles[i]->name);
	json_end(json);
}

static void write_listed(struct meta *meta, const struct resource *r)
{
	struct json *json = &meta->json;

	json_key(json, STR("listFields"));
	json_array(json);
	for (size_t i = 0; i < r->field_count; i++)
		if (resource_field_is(&r->fields[i], FIELD_LISTED) &&
			caller_sees(meta->caller, &r->fields[i]))
			json_str(json, r->fields[i].name);
	json_end(json);
}

/* What an editor of the arrays needs: the elements' fields. */
static void write_nested(struct meta *meta, const struct resource *r)
{
	struct json *json = &meta->json;

	json_key(json, STR("nested"));
	json_array(json);
	for (size_t i = 0; i < r->nested_count; i++) {
		const struct resource_nested *nested = &r->nested[i];

		json_object(json);
		json_member_str(json, "name", nested->name);
		json_member_str(json, "label", nested->label);
		json_member_str(json, "entity", nested->of->name);
		json_member_str(json, "by", nested->by->name);
		json_member_int(json, "most", nested->most);
		json_key(json, STR("fields"));
		json_array(json);
		for (size_t f = 0; f < nested->field_count; f++)
			if (caller_sees(meta->caller, nested->fields[f]))
				write_field(meta, nested->fields[f]);
		json_end(json);
		json_end(json);
	}
	json_end(json);
}

static void write_entity(struct meta *meta, const struct resource *r)
{
	const struct entity *entity = r->entity;
	struct json *json = &meta->json;

	json_object(json);
	json_member_cstr(json, "name", entity->name);
	json_member_cstr(json, "plural", entity->plural);
	json_member_str(
		json, "path", arena_printf(meta->req->arena, "/api/v1/%.*s", STR_ARG(r->path)));
	json_member_cstr(json, "label", entity->label);
	json_member_cstr(json, "labelPlural", entity->label_plural);
	json_member_cstr(json, "icon", entity->icon);
	json_member_cstr(json, "group", entity->group);
	write_titles(meta, r);
	json_member_cstr(
		json, "defaultSort", entity->default_sort ? entity->default_sort : "-createdAt");
	write_listed(meta, r);
	json_member_bool(json, "searchable", entity->flags & ENTITY_SEARCH);
	json_member_str(json, "ownThrough", str_of(entity->own_through));
	json_member_cstr(json, "boardBy", entity->board ? entity->board->by : NULL);
	json_member_str(json, "nestedIn", r->parent ? r->parent->name : STR_NONE);
	write_access(meta, r);
	write_fields(meta, r);
	write_nested(meta, r);
	json_end(json);
}

static void write_entities(struct meta *meta)
{
	const struct resource *const *all;
	size_t count;

	json_key(&meta->json, STR("entities"));
	json_array(&meta->json);
	all = resources_all(&count);
	for (size_t i = 0; i < count; i++)
		if (caller_scope(meta->caller, all[i], VERB_READ) != SCOPE_NONE)
			write_entity(meta, all[i]);
	json_end(&meta->json);
}

/* --- the whole ---------------------------------------------------------------------------------- */

static void write_meta(struct meta *meta)
{
	struct json *json = &meta->json;

	json_object(json);
	json_member_bool(json, "success", true);
	json_key(json, STR("data"));
	json_object(json);
	json_member_cstr(json, "version", CAIRN_VERSION);
	write_user(json, meta->caller);
	json_key(json, STR("organization"));
	caller_write_organization(json, meta->caller);
	write_abilities(json, meta->caller);
	write_entities(meta);
	json_end(json);
	json_end(json);
}

static enum err handle_get(struct request *req)
{
	struct meta meta = {.req = req, .caller = req->caller};
	enum err err = tenant_of(req, &meta.tenant);
	struct str etag;

	if (err)
		return err;
	meta.json = response_json(req, 200);
	write_meta(&meta);
	etag = arena_printf(
		req->arena, "\"%016llx\"", (unsigned long long)str_hash(buf_str(&req->body)));
	response_header(req, "Cache-Control", STR("private, no-cache"));
	if (request_has_current(req, etag))
		response_not_modified(req, etag);
	else
		response_header(req, "ETag", etag);
	return ERR_OK;
}

/* clang-format off */
#define TEXT           "{\"type\":\"string\"}"
#define TEXT_OR_NULL   "{\"type\":[\"string\",\"null\"]}"
#define NUMBER_OR_NULL "{\"type\":[\"integer\",\"null\"]}"
#define LIMIT_OR_NULL  "{\"type\":[\"number\",\"null\"]}"
#define FLAG           "{\"type\":\"boolean\"}"
#define TEXTS          "{\"type\":\"array\",\"items\":" TEXT "}"
#define SCOPE          "{\"enum\":[\"all\",\"team\",\"partner\",\"own\",\"none\"]}"
#define OBJECT(...)    "{\"type\":\"object\",\"properties\":{" __VA_ARGS__ "}}"

#define FIELDS         "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{" \
			"\"name\":" TEXT ",\"label\":" TEXT ",\"type\":" TEXT ",\"required\":" FLAG "," \
			"\"readOnly\":" FLAG ",\"immutable\":" FLAG ",\"sortable\":" FLAG "," \
			"\"filterable\":" FLAG ",\"searchable\":" FLAG "," \
			"\"minLength\":" NUMBER_OR_NULL ",\"maxLength\":" NUMBER_OR_NULL "," \
			"\"min\":" LIMIT_OR_NULL ",\"max\":" LIMIT_OR_NULL ",\"scale\":" NUMBER_OR_NULL "," \
			"\"positive\":" FLAG "," \
			"\"default\":{},\"help\":" TEXT_OR_NULL ",\"section\":" TEXT_OR_NULL "," \
			"\"options\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"object\",\"properties\":{" \
				"\"key\":" TEXT ",\"label\":" TEXT ",\"color\":" TEXT_OR_NULL "," \
				"\"archived\":" FLAG "}}}," \
			"\"picklist\":" TEXT_OR_NULL ",\"references\":" TEXT_OR_NULL "," \
			"\"include\":" TEXT_OR_NULL ",\"operators\":" TEXTS ",\"custom\":" FLAG "," \
			"\"computed\":" FLAG "}}}"

static const char schema[] = OBJECT(
	"\"version\":" TEXT ","
	"\"user\":" OBJECT(
		"\"id\":" TEXT ",\"email\":" TEXT ",\"firstName\":" TEXT ",\"lastName\":" TEXT ","
		"\"role\":" TEXT ",\"partnerId\":" TEXT_OR_NULL) ","
	"\"organization\":" OBJECT(
		"\"id\":" TEXT ",\"name\":" TEXT ",\"currency\":" TEXT ",\"timeZone\":" TEXT ","
		"\"locale\":" TEXT ",\"weekStart\":{\"type\":\"integer\"}") ","
	"\"can\":" OBJECT("\"import\":" FLAG ",\"export\":" FLAG ",\"bulk\":" FLAG ","
		"\"merge\":" FLAG ",\"administer\":" FLAG ",\"invite\":" FLAG) ","
	"\"entities\":{\"type\":\"array\",\"items\":" OBJECT(
		"\"name\":" TEXT ",\"plural\":" TEXT ",\"path\":" TEXT ",\"label\":" TEXT ","
		"\"labelPlural\":" TEXT ",\"icon\":" TEXT ","
		"\"group\":{\"enum\":[\"crm\",\"sales\",\"work\",\"admin\"]},"
		"\"titleFields\":" TEXTS ",\"defaultSort\":" TEXT ",\"listFields\":" TEXTS ","
		"\"searchable\":" FLAG ",\"ownThrough\":" TEXT_OR_NULL ","
		"\"boardBy\":" TEXT_OR_NULL ","
		"\"nestedIn\":" TEXT_OR_NULL ","
		"\"access\":" OBJECT(
			"\"read\":" SCOPE ",\"create\":" SCOPE ",\"update\":" SCOPE ",\"delete\":" SCOPE ","
			"\"assign\":" SCOPE ",\"issue\":" SCOPE ",\"correct\":" SCOPE ",\"export\":" SCOPE ","
			"\"import\":" SCOPE ",\"bulk\":" SCOPE ",\"merge\":" SCOPE) ","
		"\"fields\":" FIELDS ","
		"\"nested\":{\"type\":\"array\",\"items\":" OBJECT(
			"\"name\":" TEXT ",\"label\":" TEXT ",\"entity\":" TEXT ",\"by\":" TEXT ","
			"\"most\":{\"type\":\"integer\"},\"fields\":" FIELDS) "}") "}");
/* clang-format on */

static const struct route_doc doc = {
	.summary = "The entities and fields as the caller may see and change them",
	.tag = "Server",
	.response = schema,
	.status = 200,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/meta", .handle = handle_get, .doc = &doc},
	{.method = HTTP_GET,
		.pattern = "/api/meta",
		.handle = handle_get,
		.flags = ROUTE_UNDOCUMENTED},
	{0},
};

const struct feature feature_meta = {
	.name = "meta",
	.routes = routes,
};
