/* SPDX-License-Identifier: Apache-2.0 */
/* Prepared statements of one connection: found by text, the least recently used evicted. */
#include <stdlib.h>

#include "db/db_internal.h"

struct stmt_entry {
	struct stmt_entry *chain; /* in its bucket */
	struct stmt_entry *newer, *older;
	uint64_t hash, id;
	size_t len;
	char sql[];
};

static struct stmt_entry **place_of(struct stmt_cache *cache, struct str sql, uint64_t hash)
{
	struct stmt_entry **place = &cache->buckets[hash % STMT_CACHE_BUCKETS];

	while (*place &&
		((*place)->hash != hash || (*place)->len != sql.len ||
			memcmp((*place)->sql, sql.ptr, sql.len) != 0))
		place = &(*place)->chain;
	return place;
}

/* --- order of use ------------------------------------------------------------------------------------- */

static void unlink_entry(struct stmt_cache *cache, struct stmt_entry *entry)
{
	*(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
	*(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
}

static void link_newest(struct stmt_cache *cache, struct stmt_entry *entry)
{
	entry->newer = NULL;
	entry->older = cache->newest;
	*(entry->older ? &entry->older->newer : &cache->oldest) = entry;
	cache->newest = entry;
}

static void remove_at(struct stmt_cache *cache, struct stmt_entry **place)
{
	struct stmt_entry *entry = *place;

	*place = entry->chain;
	unlink_entry(cache, entry);
	cache->count--;
	free(entry);
}

static void evict_oldest(struct stmt_cache *cache)
{
	struct stmt_entry *entry = cache->oldest;
	struct str sql = {entry->sql, entry->len};

	stmt_drop_later(cache, entry->id);
	remove_at(cache, place_of(cache, sql, entry->hash));
}

/* --- interface ------------------------------------------------------------------------------------------ */

uint64_t stmt_use(struct stmt_cache *cache, struct str sql, bool *is_new)
{
	uint64_t hash = str_hash(sql);
	struct stmt_entry *entry = *place_of(cache, sql, hash), **bucket;

	*is_new = entry == NULL;
	if (entry) {
		if (cache->newest != entry) {
			unlink_entry(cache, entry);
			link_newest(cache, entry);
		}
		return entry->id;
	}
	if (cache->count == STMT_CACHE_MAX)
		evict_oldest(cache);
	entry = malloc(sizeof(*entry) + sql.len);
	INVARIANT(entry != NULL);
	bucket = &cache->buckets[hash % STMT_CACHE_BUCKETS];
	*entry = (struct stmt_entry){
		.chain = *bucket, .hash = hash, .id = ++cache->last_id, .len = sql.len};
	memcpy(entry->sql, sql.ptr, sql.len);
	*bucket = entry;
	link_newest(cache, entry);
	cache->count++;
	return entry->id;
}

void stmt_forget(struct stmt_cache *cache, struct str sql, uint64_t id, bool on_server)
{
	struct stmt_entry **place = place_of(cache, sql, str_hash(sql));

	/* Another one may have been prepared meanwhile. */
	if (!*place || (*place)->id != id)
		return;
	if (on_server)
		stmt_drop_later(cache, id);
	remove_at(cache, place);
}

void stmt_drop_later(struct stmt_cache *cache, uint64_t id)
{
	if (cache->dropped_count == cache->dropped_cap) {
		cache->dropped_cap = MAX(16u, cache->dropped_cap * 2);
		cache->dropped = realloc(
			cache->dropped, cache->dropped_cap * sizeof(*cache->dropped));
		INVARIANT(cache->dropped != NULL);
	}
	cache->dropped[cache->dropped_count++] = id;
}

void stmt_cache_reset(struct stmt_cache *cache)
{
	uint64_t last_id = cache->last_id;

	while (cache->newest) {
		struct stmt_entry *entry = cache->newest;
		cache->newest = entry->older;
		free(entry);
	}
	free(cache->dropped);
	*cache = (struct stmt_cache){.last_id = last_id};
}
