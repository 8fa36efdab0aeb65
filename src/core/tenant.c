/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants: loading, keeping and dropping what organisations have defined. */
#include "core/tenant.h"

#include <stdlib.h>

#include "base/json_read.h"
#include "base/loop.h"
#include "base/time.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/field_type.h"
#include "db/db.h"

enum { BUCKETS = 256, KEPT_MAX = 1000, MAX_AGE_MS = 5000 };

struct tenant_cache {
	struct tenant *buckets[BUCKETS];
	size_t kept;
	uint64_t forgotten; /* how often; what is being loaded meanwhile may be of before */
};

struct tenant_cache *tenant_cache_new(void)
{
	struct tenant_cache *cache = calloc(1, sizeof(*cache));

	INVARIANT(cache != NULL);
	return cache;
}

/* --- life ----------------------------------------------------------------------------------------- */

static void tenant_free(struct tenant *tenant)
{
	arena_deinit(&tenant->arena);
	free(tenant);
}

/* At the end of a request that used it. */
static void tenant_release(void *arg)
{
	struct tenant *tenant = arg;

	tenant->users--;
	if (tenant->dropped && tenant->users == 0)
		tenant_free(tenant);
}

/* Takes the tenant out of the cache; whoever still uses it keeps it alive. */
static void drop(struct tenant_cache *cache, struct tenant **link)
{
	struct tenant *tenant = *link;

	*link = tenant->next;
	cache->kept--;
	tenant->dropped = true;
	if (tenant->users == 0)
		tenant_free(tenant);
}

static struct tenant **bucket_of(struct tenant_cache *cache, struct str org_id)
{
	return &cache->buckets[str_hash(org_id) % BUCKETS];
}

static struct tenant **find(struct tenant_cache *cache, struct str org_id)
{
	struct tenant **link = bucket_of(cache, org_id);

	while (*link && !str_is(org_id, (*link)->org_id))
		link = &(*link)->next;
	return link;
}

static void drop_all(struct tenant_cache *cache)
{
	for (size_t i = 0; i < BUCKETS; i++)
		while (cache->buckets[i])
			drop(cache, &cache->buckets[i]);
}

void tenant_cache_free(struct tenant_cache *cache)
{
	drop_all(cache);
	free(cache);
}

struct forgetting {
	struct tenant_cache *cache;
	char org_id[40];
};

static void forget_here(void *arg)
{
	struct forgetting *forgetting = arg;
	struct tenant **link = find(forgetting->cache, str_of(forgetting->org_id));

	forgetting->cache->forgotten++;
	if (*link)
		drop(forgetting->cache, link);
	free(forgetting);
}

void tenant_forget(struct app *app, struct str org_id)
{
	for (size_t i = 0; i < app->count; i++) {
		struct forgetting *forgetting = calloc(1, sizeof(*forgetting));

		INVARIANT(forgetting != NULL && org_id.len < sizeof(forgetting->org_id));
		forgetting->cache = app->all[i]->tenants;
		memcpy(forgetting->org_id, org_id.ptr, org_id.len);
		/* At once on this loop, so that the writer's next request sees its own write. */
		if (app->all[i] == app)
			forget_here(forgetting);
		else
			loop_post(app->all[i]->loop, forget_here, forgetting);
	}
}

/* --- loading: picklist options --------------------------------------------------------------------- */

struct loading {
	struct tenant *tenant;
	struct tenant_option *options; /* room for the picklists' and 200 of each custom field */
	size_t option_room;
};

static struct str copy(struct loading *l, const struct db_result *rows, int row, int column)
{
	struct str text = db_value(rows, row, column);

	return text.ptr ? arena_str(&l->tenant->arena, text) : STR_NONE;
}

static bool is_true(const struct db_result *rows, int row, int column)
{
	return str_is(db_value(rows, row, column), "t");
}

static void add_option(struct loading *l, struct tenant_option option)
{
	if (l->tenant->option_count < l->option_room)
		l->options[l->tenant->option_count++] = option;
}

static void load_options(struct loading *l, const struct db_result *rows)
{
	for (int i = 0; i < rows->rows; i++)
		add_option(l,
			(struct tenant_option){
				.picklist = copy(l, rows, i, 0),
				.key = copy(l, rows, i, 1),
				.label = copy(l, rows, i, 2),
				.color = copy(l, rows, i, 3),
				.archived = is_true(rows, i, 4),
			});
}

/* --- loading: custom fields ------------------------------------------------------------------------ */

enum custom_column {
	C_ENTITY,
	C_KEY,
	C_LABEL,
	C_TYPE,
	C_REQUIRED,
	C_OPTIONS,
	C_REFERENCE,
	C_MIN,
	C_MAX,
	C_MAX_LENGTH,
	C_SCALE,
	C_HELP,
	C_GROUP,
	C_FILTERABLE,
	C_DEFAULT,
	C_ID
};

static int to_int(struct str text)
{
	int64_t n = 0;

	return text.ptr && str_to_int64(str_slice(text, 0, str_find_char(text, '.')), &n) ? (int)n
											  : 0;
}

static void load_custom_options(
	struct loading *l, struct field *field, struct str entity, struct str json)
{
	struct arena *arena = &l->tenant->arena;
	struct problem problem;
	struct json_value *list;

	problem_init(&problem, arena);
	field->picklist = arena_printf(arena, "custom.%.*s.%s", STR_ARG(entity), field->name).ptr;
	if (!json.ptr || json_read(arena, json, &problem, &list) != ERR_OK ||
		list->type != JSON_ARRAY)
		return;
	for (const struct json_value *o = list->first; o; o = o->next) {
		const struct json_value *archived = json_get(o, "archived");

		add_option(l,
			(struct tenant_option){
				.picklist = str_of(field->picklist),
				.key = json_get_str(o, "key"),
				.label = json_get_str(o, "label"),
				.color = json_get_str(o, "color"),
				.archived = archived && archived->boolean,
			});
	}
}

/* A multi reference among custom fields does not exist; a single one refers like any other. */
static const struct field *make_field(
	struct loading *l, const struct db_result *rows, int i, enum field_kind kind)
{
	struct arena *arena = &l->tenant->arena;
	struct field *field = ARENA_NEW(arena, struct field);

	*field = (struct field){
		.name = copy(l, rows, i, C_KEY).ptr,
		.kind = kind,
		.flags = FIELD_CUSTOM | (is_true(rows, i, C_REQUIRED) ? FIELD_REQUIRED : 0u) |
			(is_true(rows, i, C_FILTERABLE) ? 0u : FIELD_NO_FILTER),
		.label = copy(l, rows, i, C_LABEL).ptr,
		.section = copy(l, rows, i, C_GROUP).ptr,
		.help = copy(l, rows, i, C_HELP).ptr,
		.max_len = to_int(db_value(rows, i, C_MAX_LENGTH)),
		.scale = to_int(db_value(rows, i, C_SCALE)),
		.least = copy(l, rows, i, C_MIN).ptr,
		.most = copy(l, rows, i, C_MAX).ptr,
		.references = copy(l, rows, i, C_REFERENCE).ptr,
		.initial = str_is(db_value(rows, i, C_DEFAULT), "null")
			? NULL
			: copy(l, rows, i, C_DEFAULT).ptr,
	};
	if (kind == FIELD_PICKLIST || kind == FIELD_MULTI_PICKLIST)
		load_custom_options(
			l, field, db_value(rows, i, C_ENTITY), db_value(rows, i, C_OPTIONS));
	return field;
}

static void make_resource_field(struct loading *l, const struct db_result *rows, int i,
	const struct resource *of, enum field_kind kind, struct resource_field *out)
{
	const struct field *field = make_field(l, rows, i, kind);

	*out = (struct resource_field){
		.field = field,
		.name = str_of(field->name),
		.column = str_of(field->name),
		.label = str_of(field->label),
		.target = field->references ? resource_find(str_of(field->references)) : NULL,
		.of = of,
		.in_lists = true,
	};
}

static void load_custom(struct loading *l, const struct db_result *rows)
{
	struct resource_field *next = ARENA_ARRAY(
		&l->tenant->arena, struct resource_field, rows->rows);
	struct str *next_id = ARENA_ARRAY(&l->tenant->arena, struct str, rows->rows);

	for (int i = 0; i < rows->rows; i++) {
		const struct resource *resource = resource_find(db_value(rows, i, C_ENTITY));
		struct tenant_fields *of;
		enum field_kind kind;

		if (!resource || !field_type_find(db_value(rows, i, C_TYPE), &kind))
			continue;
		make_resource_field(l, rows, i, resource, kind, next);
		of = &l->tenant->custom[resource->index];
		/* Rows come ordered by entity, so an entity's fields stand side by side. */
		if (!of->fields)
			*of = (struct tenant_fields){.fields = next, .ids = next_id};
		of->count++;
		next++;
		*next_id++ = copy(l, rows, i, C_ID);
	}
}

static enum err load_settings(
	struct loading *l, const struct db_result *rows, struct problem *problem)
{
	struct str text = rows->rows ? db_value(rows, 0, 0) : STR_NONE;

	return text.ptr ? json_read(&l->tenant->arena, text, problem, &l->tenant->settings)
			: ERR_OK;
}

/* The definitions shape every member's requests, whatever the member may administer. */
static enum err load(struct request *req, struct tenant *tenant)
{
	struct db_context context = {
		.org_id = req->caller->org_id,
		.access = STR("|custom_fields:annn|picklist_options:annn|organizations:annn|"),
		.request_id = req->id,
	};
	struct str org[] = {req->caller->org_id};
	struct db_stmt stmts[] = {
		{.sql = STR("select picklist, key, label, color, archived from picklist_options"
			    " where org_id = $1::uuid and deleted_at is null"
			    " order by picklist, position, label limit 10000"),
			.param_count = 1,
			.params = org},
		{.sql = STR("select entity, key, label, type, required, options, reference_entity, "
			    "min, max,"
			    " max_length, scale, help_text, \"group\", filterable, \"default\", id "
			    "from custom_fields"
			    " where org_id = $1::uuid and deleted_at is null and not archived"
			    " order by entity, position, label, key limit 3000"),
			.param_count = 1,
			.params = org},
		{.sql = STR("select settings from organizations where id = $1::uuid"),
			.param_count = 1,
			.params = org},
	};
	struct db_result results[3];
	struct db_batch batch = {.arena = req->arena,
		.context = &context,
		.stmts = stmts,
		.count = 3,
		.results = results};
	struct loading l = {.tenant = tenant};
	enum err err = db_run(req->app->db, DB_FAST, &batch);

	if (err)
		return err == ERR_DB_REFUSED ? problem_log(&req->problem, ERR_INTERNAL,
						       "tenant: %.*s", STR_ARG(batch.error.message))
					     : err;
	l.option_room = (size_t)results[0].rows + 200 * (size_t)results[1].rows;
	l.options = ARENA_ARRAY(&tenant->arena, struct tenant_option, l.option_room + 1);
	tenant->options = l.options;
	load_options(&l, &results[0]);
	load_custom(&l, &results[1]);
	return load_settings(&l, &results[2], &req->problem);
}

/* --- using ---------------------------------------------------------------------------------------- */

static enum err load_new(struct request *req, struct tenant **out)
{
	struct tenant_cache *cache = req->app->tenants;
	struct tenant *tenant = calloc(1, sizeof(*tenant));
	struct tenant **link;
	uint64_t forgotten = cache->forgotten;
	enum err err;

	INVARIANT(tenant != NULL && req->caller->org_id.len < sizeof(tenant->org_id));
	arena_init(&tenant->arena);
	memcpy(tenant->org_id, req->caller->org_id.ptr, req->caller->org_id.len);
	tenant->loaded_ms = (int64_t)time_monotonic_ms();
	err = load(req, tenant);
	if (err) {
		tenant_free(tenant);
		return err;
	}
	*out = tenant;
	if (cache->forgotten != forgotten) { /* good for this request, not for the next */
		tenant->dropped = true;
		return ERR_OK;
	}
	if (cache->kept >= KEPT_MAX)
		drop_all(cache);
	link = find(cache, req->caller->org_id);
	if (*link) /* another request was faster */
		drop(cache, link);
	tenant->next = *link;
	*link = tenant;
	cache->kept++;
	return ERR_OK;
}

enum err tenant_of(struct request *req, const struct tenant **out)
{
	struct tenant *tenant = *find(req->app->tenants, req->caller->org_id);
	bool fresh = tenant && (int64_t)time_monotonic_ms() - tenant->loaded_ms < MAX_AGE_MS;
	enum err err = fresh ? ERR_OK : load_new(req, &tenant);

	if (err)
		return err;
	tenant->users++;
	arena_defer(req->arena, tenant_release, tenant);
	*out = tenant;
	return ERR_OK;
}

const struct tenant_option *tenant_option_find(
	const struct tenant *tenant, const char *picklist, struct str key_or_label)
{
	const struct tenant_option *by_label = NULL;

	for (size_t i = 0; i < tenant->option_count; i++) {
		const struct tenant_option *option = &tenant->options[i];

		if (!str_is(option->picklist, picklist))
			continue;
		if (str_eq_nocase(option->key, key_or_label))
			return option;
		if (!by_label && str_eq_nocase(option->label, key_or_label))
			by_label = option;
	}
	return by_label;
}

const struct resource_field *tenant_field_find(
	const struct tenant *tenant, const struct resource *resource, struct str key)
{
	const struct tenant_fields *custom = &tenant->custom[resource->index];

	for (size_t i = 0; i < custom->count; i++)
		if (str_eq(custom->fields[i].name, key))
			return &custom->fields[i];
	return NULL;
}

const struct resource_field *tenant_field_by_id(const struct tenant *tenant, struct str id)
{
	for (size_t r = 0; r < RESOURCE_MAX; r++)
		for (size_t i = 0; i < tenant->custom[r].count; i++)
			if (str_eq(tenant->custom[r].ids[i], id))
				return &tenant->custom[r].fields[i];
	return NULL;
}

const struct json_value *tenant_setting(const struct tenant *tenant, const char *key)
{
	return tenant->settings ? json_get(tenant->settings, key) : NULL;
}
