/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of lists as JSON: a table by hash, and how it stays within its bytes. */
#include "core/row_cache.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

enum { TEXT_SLOTS = 4096, LIST_SLOTS = 1024 };

static _Atomic uint64_t hits, misses;

/* Direct-mapped: another row with the same slot takes its place. */
struct kept {
	struct row_key key;
	char *text; /* NULL: free */
	size_t len;
};

struct row_cache {
	size_t bytes, most;
	size_t hand; /* where room is made next */
	struct kept kept[TEXT_SLOTS];
	struct row_key lists[LIST_SLOTS];
};

struct row_cache *row_cache_new(size_t bytes)
{
	struct row_cache *cache = calloc(1, sizeof(*cache));

	INVARIANT(cache != NULL);
	cache->most = bytes;
	return cache;
}

static void drop(struct row_cache *cache, struct kept *kept)
{
	cache->bytes -= kept->len;
	free(kept->text);
	*kept = (struct kept){0};
}

void row_cache_free(struct row_cache *cache)
{
	for (size_t i = 0; i < TEXT_SLOTS; i++)
		drop(cache, &cache->kept[i]);
	free(cache);
}

/* --- keys ------------------------------------------------------------------------------------------- */

struct row_key row_key_of(struct str whole)
{
	return (struct row_key){{str_hash(whole), str_hash_keyed(whole)}};
}

/* An id and the number of a transaction are short: one text of both, with the key of all before it. */
struct row_key row_key_in(struct row_key whole, struct str id, struct str written)
{
	char text[sizeof(whole) + 64];
	size_t len = sizeof(whole);

	INVARIANT(id.len + written.len <= sizeof(text) - len);
	memcpy(text, &whole, len);
	memcpy(text + len, id.ptr, id.len);
	len += id.len;
	memcpy(text + len, written.ptr, written.len);
	return row_key_of((struct str){text, len + written.len});
}

static bool is_key(const struct row_key *a, const struct row_key *b)
{
	return a->of[0] == b->of[0] && a->of[1] == b->of[1];
}

/* --- texts ------------------------------------------------------------------------------------------ */

static struct kept *slot_of(struct row_cache *cache, struct row_key key)
{
	return &cache->kept[key.of[1] % TEXT_SLOTS];
}

struct str row_cache_get(struct row_cache *cache, struct row_key key, struct arena *arena)
{
	const struct kept *kept = slot_of(cache, key);

	if (!kept->text || !is_key(&kept->key, &key))
		return STR_NONE;
	return arena_str(arena, (struct str){kept->text, kept->len});
}

static void make_room(struct row_cache *cache, size_t len)
{
	while (cache->bytes + len > cache->most) {
		drop(cache, &cache->kept[cache->hand]);
		cache->hand = (cache->hand + 1) % TEXT_SLOTS;
	}
}

void row_cache_put(struct row_cache *cache, struct row_key key, struct str text)
{
	struct kept *kept = slot_of(cache, key);

	if (text.len > ROW_CACHE_MOST || text.len > cache->most)
		return;
	drop(cache, kept);
	make_room(cache, text.len);
	*kept = (struct kept){key, malloc(text.len), text.len};
	INVARIANT(kept->text != NULL);
	memcpy(kept->text, text.ptr, text.len);
	cache->bytes += text.len;
}

/* --- lists ------------------------------------------------------------------------------------------ */

bool row_cache_expects(const struct row_cache *cache, struct row_key list)
{
	return is_key(&cache->lists[list.of[1] % LIST_SLOTS], &list);
}

void row_cache_expect(struct row_cache *cache, struct row_key list, bool expect)
{
	cache->lists[list.of[1] % LIST_SLOTS] = expect ? list : (struct row_key){0};
}

void row_cache_count(bool hit)
{
	atomic_fetch_add(hit ? &hits : &misses, 1);
}

void row_cache_stats(struct row_cache_stats *out)
{
	*out = (struct row_cache_stats){atomic_load(&hits), atomic_load(&misses)};
}
