/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /api/v1/roles/{id}/access: what a role allows in the end, preset and differences together, for every
 * entity and verb, and its rule for every field: what its administration shows.
 */
#include "core/caller.h"
#include "core/feature.h"
#include "core/records.h"
#include "core/tenant.h"
#include "core/unit.h"

#define SQL_ROLE "select key, preset, access, fields from roles where org_id = $1 and id = $2"

enum { KEY, PRESET, ACCESS, FIELDS };

struct answer {
	struct request *req;
	struct json json;
	struct caller role;   /* a caller of this role */
	struct caller preset; /* and one of its preset */
	const struct tenant *tenant;
};

static void write_scopes(
	struct answer *answer, const char *key, const struct caller *of, const struct resource *r)
{
	struct json *json = &answer->json;

	json_key(json, str_of(key));
	json_object(json);
	for (enum verb verb = 0; verb < VERB__COUNT; verb++)
		json_member_cstr(json, verb_name(verb), scope_name(caller_scope(of, r, verb)));
	json_end(json);
}

static void write_rule(struct answer *answer, const struct resource_field *field, struct str name)
{
	struct json *json = &answer->json;

	json_object(json);
	json_member_str(json, "name", name);
	json_member_str(json, "label", field->label);
	json_member_cstr(json, "rule", field_rule_name(caller_rule(&answer->role, field)));
	json_member_cstr(json, "preset", field_rule_name(caller_rule(&answer->preset, field)));
	json_end(json);
}

static void write_rules(struct answer *answer, const struct resource *r)
{
	const struct tenant_fields *custom = &answer->tenant->custom[r->index];

	json_key(&answer->json, STR("fields"));
	json_array(&answer->json);
	for (size_t i = 0; i < r->field_count; i++)
		write_rule(answer, &r->fields[i], r->fields[i].name);
	for (size_t i = 0; i < custom->count; i++)
		write_rule(answer, &custom->fields[i],
			arena_printf(answer->req->arena, "custom.%.*s",
				STR_ARG(custom->fields[i].name)));
	json_end(&answer->json);
}

static void write_entity(struct answer *answer, const struct resource *r)
{
	struct json *json = &answer->json;

	json_object(json);
	json_member_cstr(json, "name", r->entity->name);
	json_member_cstr(json, "label", r->entity->label_plural);
	json_member_cstr(json, "group", r->entity->group);
	json_member_bool(json, "locked", r->entity->flags & ENTITY_LOCKED);
	write_scopes(answer, "access", &answer->role, r);
	write_scopes(answer, "preset", &answer->preset, r);
	write_rules(answer, r);
	json_end(json);
}

static void write_answer(struct answer *answer, const struct db_result *row)
{
	struct json *json = &answer->json;
	size_t count;
	const struct resource *const *all = resources_all(&count);

	json_object(json);
	json_member_bool(json, "success", true);
	json_key(json, STR("data"));
	json_object(json);
	json_member_str(json, "key", db_value(row, 0, KEY));
	json_member_str(json, "preset", db_value(row, 0, PRESET));
	json_key(json, STR("entities"));
	json_array(json);
	for (size_t i = 0; i < count; i++)
		write_entity(answer, all[i]);
	json_end(json);
	json_end(json);
	json_end(json);
}

static enum err as_caller(struct answer *answer, const struct db_result *row)
{
	struct arena *arena = answer->req->arena;
	enum err err;

	if (!preset_parse(db_value(row, 0, PRESET), &answer->preset.preset))
		return ERR_INTERNAL;
	answer->role.preset = answer->preset.preset;
	err = caller_set_access(&answer->preset, arena, STR_NONE, STR_NONE);
	return err ? err
		   : caller_set_access(&answer->role, arena, db_value(row, 0, ACCESS),
			     db_value(row, 0, FIELDS));
}

static enum err handle_get(struct request *req)
{
	struct answer *answer = ARENA_NEW(req->arena, struct answer);
	const struct resource *roles = resource_find(STR("role"));
	struct db_result row;
	struct str id;
	enum err err = record_may(req, roles, VERB_READ);

	*answer = (struct answer){.req = req};
	if (!err)
		err = record_id(req, req->params[0], &id);
	if (!err)
		err = tenant_of(req, &answer->tenant);
	if (!err)
		err = unit_query(
			req, DB_FAST, roles, &SQL(SQL_ROLE, req->caller->org_id, id), &row);
	if (!err && row.rows == 0)
		err = ERR_NOT_FOUND;
	if (!err)
		err = as_caller(answer, &row);
	if (err)
		return err;
	answer->json = response_json(req, 200);
	write_answer(answer, &row);
	return ERR_OK;
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
#define TEXT "{\"type\":\"string\"}"
#define SCOPE "{\"enum\":[\"none\",\"own\",\"team\",\"partner\",\"all\"]}"
#define RULE "{\"enum\":[\"none\",\"read\",\"write\"]}"
#define VERBS "{\"type\":\"object\",\"additionalProperties\":" SCOPE "}"

static const struct route_doc doc = {
	.summary = "What a role allows in the end, and what its preset would, for every entity and field",
	.tag = "Roles",
	.response =
		"{\"type\":\"object\",\"required\":[\"key\",\"preset\",\"entities\"],\"properties\":{"
		"\"key\":" TEXT ",\"preset\":" TEXT ",\"entities\":{\"type\":\"array\",\"items\":{"
		"\"type\":\"object\",\"required\":[\"name\",\"label\",\"group\",\"locked\",\"access\",\"preset\","
		"\"fields\"],\"properties\":{\"name\":" TEXT ",\"label\":" TEXT ",\"group\":" TEXT ","
		"\"locked\":{\"type\":\"boolean\"},\"access\":" VERBS ",\"preset\":" VERBS ","
		"\"fields\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
		"\"required\":[\"name\",\"label\",\"rule\",\"preset\"],\"properties\":{\"name\":" TEXT ","
		"\"label\":" TEXT ",\"rule\":" RULE ",\"preset\":" RULE "}}}}}}}}",
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
};

static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/api/v1/roles/{id}/access", .handle = handle_get, .doc = &doc},
	{.method = HTTP_GET, .pattern = "/api/roles/{id}/access", .handle = handle_get, .flags = ROUTE_UNDOCUMENTED},
	{0},
};
/* clang-format on */

const struct feature feature_role_access = {
	.name = "role_access",
	.routes = routes,
};
