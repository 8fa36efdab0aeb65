/* SPDX-License-Identifier: Apache-2.0 */
/* Totals of lists: the cache and its versions. */
#include "core/count.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/fiber.h"
#include "base/json_read.h"
#include "base/time.h"
#include "core/app.h"
#include "core/sql.h"
#include "core/unit.h"

/* A total may be this old when others have written since, and at most that old in any case, because
 * another process may have written. */
enum { STALE_MS = 1000, MAX_AGE_MS = 5000 };
enum { VERSION_SLOTS = 4096, ENTRY_SLOTS = 4096 };

/* --- versions: process-wide ------------------------------------------------------------------------ */

/* One counter gives versions; a slot holds the version of the last write that hashed to it. Two tables
 * that share a slot count once more than needed, never less. */
static _Atomic uint64_t last_version = 1;
static _Atomic uint64_t table_versions[VERSION_SLOTS];
static _Atomic uint64_t writer_versions[VERSION_SLOTS];
static _Atomic uint64_t hits, misses;

static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ (b + 0x9E3779B97F4A7C15u + (a << 6) + (a >> 2))) * 0xBF58476D1CE4E5B9u;

	return h ^ h >> 31;
}

static uint64_t table_slot(const struct caller *caller, const struct resource *resource)
{
	return mix(str_hash(caller->org_id), resource->index) % VERSION_SLOTS;
}

static uint64_t writer_slot(const struct caller *caller, const struct resource *resource)
{
	return mix(mix(str_hash(caller->org_id), str_hash(caller->user_id)), resource->index) %
		VERSION_SLOTS;
}

void count_changed(const struct request *req, const struct resource *resource)
{
	uint64_t version = atomic_fetch_add(&last_version, 1) + 1;

	atomic_store(&table_versions[table_slot(req->caller, resource)], version);
	atomic_store(&writer_versions[writer_slot(req->caller, resource)], version);
}

void count_stats(struct count_stats *out)
{
	*out = (struct count_stats){atomic_load(&hits), atomic_load(&misses)};
}

/* --- the cache of a loop ---------------------------------------------------------------------------- */

struct waiter {
	struct waiter *next;
	struct fiber *fiber;
};

/* Direct-mapped: another set of rows with the same slot takes its place. */
struct entry {
	uint64_t key[2];  /* two hashes of what is counted: 128 bits, no strings kept */
	uint64_t version; /* of the process, read before counting */
	uint64_t at_ms;
	struct count count;
	bool counting;
	struct waiter *waiters;
};

struct count_cache {
	enum err (*count)(const struct query *query, struct count *out);
	struct entry entries[ENTRY_SLOTS];
};

struct count_cache *count_cache_new(enum err (*count)(const struct query *, struct count *))
{
	struct count_cache *cache = calloc(1, sizeof(*cache));

	INVARIANT(cache != NULL);
	cache->count = count;
	return cache;
}

void count_cache_free(struct count_cache *cache)
{
	free(cache);
}

/* What may be seen is part of what is counted: own and team scopes differ by caller, and so does every
 * scope of what has private rows. */
static struct str viewer_of(const struct query *query, enum scope scope)
{
	const struct caller *caller = query->req->caller;

	if (query->about_caller || (query->resource->entity->flags & ENTITY_PRIVATE))
		return caller->user_id;
	switch (scope) {
	case SCOPE_ALL:
		return STR("");
	case SCOPE_TEAM:
		return caller->team_users;
	case SCOPE_PARTNER:
		return caller->partner_id;
	default:
		return caller->user_id;
	}
}

static void key_of(const struct query *query, uint64_t key[2])
{
	const struct caller *caller = query->req->caller;
	enum scope scope = caller_scope(caller, query->resource, VERB_READ);
	struct str viewer = viewer_of(query, scope);
	/* The letters and field rules as well: a role that was edited counts anew. */
	struct str whole = arena_printf(query->req->arena,
		"%.*s|%u|%d|%.*s|%.*s|%016llx%016llx|%.*s", STR_ARG(caller->org_id),
		query->resource->index, scope, STR_ARG(viewer), STR_ARG(caller->time_zone),
		(unsigned long long)str_hash(caller->access), (unsigned long long)caller->rules,
		STR_ARG(query->shape));

	key[0] = str_hash(whole);
	key[1] = str_hash_keyed(whole);
}

/* What is computed may follow from rows of other tables: then every write counts, and each of them leaves
 * a change. */
static const struct resource *written_with(const struct query *query)
{
	for (size_t i = 0; i < query->filter_count; i++)
		if (resource_field_is(query->filters[i].field, FIELD_COMPUTED))
			return resource_find(STR("change"));
	for (size_t i = 0; i < query->where_count; i++)
		if (query->where[i].kind == TERM_FILTER &&
			resource_field_is(query->where[i].filter.field, FIELD_COMPUTED))
			return resource_find(STR("change"));
	return query->resource;
}

static bool serves(const struct entry *entry, const uint64_t key[2], const struct query *query)
{
	const struct resource *resource = written_with(query);
	uint64_t age = time_monotonic_ms() - entry->at_ms;
	uint64_t table = atomic_load(&table_versions[table_slot(query->req->caller, resource)]);
	uint64_t own = atomic_load(&writer_versions[writer_slot(query->req->caller, resource)]);

	if (entry->key[0] != key[0] || entry->key[1] != key[1] || age > MAX_AGE_MS)
		return false;
	return entry->version >= own && (entry->version >= table || age <= STALE_MS);
}

/* --- counting --------------------------------------------------------------------------------------- */

static enum err query_number(const struct query *query, const struct db_stmt *stmt, int64_t *out)
{
	struct db_result result;
	enum err err = unit_query(query->req, DB_SLOW, query->resource, stmt, &result);

	if (!err && !str_to_int64(db_value(&result, 0, 0), out))
		err = ERR_INTERNAL;
	return err;
}

/* [{"Plan": {"Plan Rows": n, …}}] */
static enum err estimate(const struct query *query, int64_t *out)
{
	struct db_stmt stmt = sql_estimate(query);
	struct problem problem;
	struct db_result result;
	struct json_value *plan;
	const struct json_value *rows;
	enum err err = unit_query(query->req, DB_SLOW, query->resource, &stmt, &result);

	if (err)
		return err;
	problem_init(&problem, query->req->arena);
	err = json_read(query->req->arena, db_value(&result, 0, 0), &problem, &plan);
	rows = err ? NULL : json_get(json_get(plan->first, "Plan"), "Plan Rows");
	return rows && str_to_int64(rows->text, out) ? ERR_OK : ERR_INTERNAL;
}

enum err count_by_query(const struct query *query, struct count *out)
{
	struct db_stmt stmt = sql_count(query, query->count_exact ? 0 : COUNT_EXACT_MAX + 1);
	int64_t guess;
	enum err err = query_number(query, &stmt, &out->total);

	out->estimated = !err && !query->count_exact && out->total > COUNT_EXACT_MAX;
	if (!out->estimated)
		return err;
	err = estimate(query, &guess);
	/* The planner takes the policy's CASE, of which it knows nothing, to let through half of the rows. */
	out->total = MAX(out->total, 2 * guess);
	return err;
}

static void wake_all(struct entry *entry)
{
	struct waiter *waiter = entry->waiters;

	entry->waiters = NULL;
	while (waiter) {
		struct waiter *next = waiter->next; /* it stands on the waiter's stack */
		fiber_wake(waiter->fiber);
		waiter = next;
	}
}

static enum err count_into(
	struct entry *entry, const uint64_t key[2], const struct query *query, struct count *out)
{
	uint64_t version = atomic_load(&last_version);
	enum err err;

	entry->counting = true;
	atomic_fetch_add(&misses, 1);
	err = query->req->app->counts->count(query, out);
	entry->counting = false;
	if (!err)
		*entry = (struct entry){.key = {key[0], key[1]},
			.version = version,
			.at_ms = time_monotonic_ms(),
			.count = *out,
			.waiters = entry->waiters};
	wake_all(entry);
	return err;
}

static void wait_for(struct entry *entry)
{
	struct waiter waiter = {.next = entry->waiters, .fiber = fiber_self()};

	entry->waiters = &waiter;
	fiber_suspend();
}

enum err count_rows(const struct query *query, struct count *out)
{
	struct entry *entry;
	uint64_t key[2];

	if (query->count_exact)
		return query->req->app->counts->count(query, out);
	key_of(query, key);
	entry = &query->req->app->counts->entries[key[0] % ENTRY_SLOTS];
	while (!serves(entry, key, query)) {
		if (!entry->counting)
			return count_into(entry, key, query, out);
		wait_for(entry);
	}
	atomic_fetch_add(&hits, 1);
	*out = entry->count;
	return ERR_OK;
}
