/* SPDX-License-Identifier: Apache-2.0 */
/* Callers by session and organisation. Entries are counted: the table, requests and waiters hold them. */
#include "core/caller_cache.h"

#include <stdlib.h>

#include "base/fiber.h"
#include "base/loop.h"
#include "base/time.h"
#include "base/uuid.h"

enum { BUCKETS = 1024 };

struct waiter {
	struct waiter *next;
	struct fiber *fiber;
};

struct entry {
	struct entry *chain;         /* in its bucket */
	struct entry *newer, *older; /* by use */
	struct caller_cache *cache;
	unsigned holders;
	bool listed, loading;
	enum err err;
	uint64_t asked_ms; /* before the query, so that its answer is not older */
	struct waiter *waiters;
	struct caller caller;
	char session_id[UUID_LEN + 1], org_id[UUID_LEN + 1], user_id[UUID_LEN + 1];
	char *text; /* what the caller's strings point to */
};

struct caller_cache {
	caller_lookup *lookup;
	size_t count, max;
	struct entry *newest, *oldest;
	struct entry *buckets[BUCKETS];
};

struct caller_cache *caller_cache_new(caller_lookup *lookup, size_t max)
{
	struct caller_cache *cache = calloc(1, sizeof(*cache));

	INVARIANT(cache != NULL);
	cache->lookup = lookup;
	cache->max = max;
	return cache;
}

/* --- entries ------------------------------------------------------------------------------------ */

static void release(void *arg)
{
	struct entry *entry = arg;

	if (--entry->holders > 0)
		return;
	free(entry->text);
	free(entry);
}

/* Session ids are random and known to their owners only, so nobody can aim at a bucket. */
static struct entry **bucket_of(struct caller_cache *cache, struct str session_id)
{
	return &cache->buckets[str_hash(session_id) % BUCKETS];
}

static void use_link(struct entry *entry)
{
	struct caller_cache *cache = entry->cache;

	entry->newer = NULL;
	entry->older = cache->newest;
	if (cache->newest)
		cache->newest->newer = entry;
	else
		cache->oldest = entry;
	cache->newest = entry;
}

static void use_unlink(struct entry *entry)
{
	struct caller_cache *cache = entry->cache;

	*(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
	*(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
}

/* Off the table; whoever holds it keeps it. */
static void drop(struct entry *entry)
{
	struct entry **place = bucket_of(entry->cache, str_of(entry->session_id));

	if (!entry->listed)
		return;
	while (*place != entry)
		place = &(*place)->chain;
	*place = entry->chain;
	use_unlink(entry);
	entry->listed = false;
	entry->cache->count--;
	release(entry);
}

void caller_cache_free(struct caller_cache *cache)
{
	if (!cache)
		return;
	while (cache->newest)
		drop(cache->newest);
	free(cache);
}

static void set_id(char out[UUID_LEN + 1], struct str id)
{
	INVARIANT(id.len == UUID_LEN);
	memcpy(out, id.ptr, UUID_LEN);
	out[UUID_LEN] = '\0';
}

static struct entry *add(struct caller_cache *cache, const struct token_claims *claims)
{
	struct entry *entry = calloc(1, sizeof(*entry));
	struct entry **bucket = bucket_of(cache, claims->session_id);

	INVARIANT(entry != NULL);
	if (cache->count == cache->max)
		drop(cache->oldest);
	*entry = (struct entry){.cache = cache, .chain = *bucket, .holders = 1, .listed = true};
	entry->asked_ms = time_monotonic_ms();
	set_id(entry->session_id, claims->session_id);
	set_id(entry->org_id, claims->org_id);
	set_id(entry->user_id, claims->user_id);
	*bucket = entry;
	use_link(entry);
	cache->count++;
	return entry;
}

static struct entry *find(struct caller_cache *cache, const struct token_claims *claims)
{
	struct entry *entry = *bucket_of(cache, claims->session_id);

	while (entry &&
		!(str_is(claims->session_id, entry->session_id) &&
			str_is(claims->org_id, entry->org_id) &&
			str_is(claims->user_id, entry->user_id)))
		entry = entry->chain;
	if (entry && !entry->loading && time_monotonic_ms() - entry->asked_ms >= CALLER_CACHE_MS) {
		drop(entry);
		return NULL;
	}
	return entry;
}

/* --- loading ------------------------------------------------------------------------------------ */

static const size_t texts[] = {
	offsetof(struct caller, user_id),
	offsetof(struct caller, org_id),
	offsetof(struct caller, session_id),
	offsetof(struct caller, email),
	offsetof(struct caller, first_name),
	offsetof(struct caller, last_name),
	offsetof(struct caller, role),
	offsetof(struct caller, team_id),
	offsetof(struct caller, partner_id),
	offsetof(struct caller, team_users),
	offsetof(struct caller, org_name),
	offsetof(struct caller, currency),
	offsetof(struct caller, time_zone),
	offsetof(struct caller, locale),
	offsetof(struct caller, week_start),
	offsetof(struct caller, access),
	offsetof(struct caller, custom_rules),
};

static struct str *text_at(struct caller *caller, size_t i)
{
	return (struct str *)(void *)((char *)caller + texts[i]);
}

/* One block for all texts: from the request's arena into the entry's own memory. */
static void keep(struct entry *entry, const struct caller *found)
{
	size_t size = 1;
	char *end;

	entry->caller = *found;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		size += text_at(&entry->caller, i)->len + 1;
	end = entry->text = malloc(size);
	INVARIANT(end != NULL);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct str *text = text_at(&entry->caller, i);

		if (!text->ptr)
			continue;
		memcpy(end, text->ptr, text->len);
		end[text->len] = '\0';
		text->ptr = end;
		end += text->len + 1;
	}
}

static void load(struct entry *entry, struct request *req, const struct token_claims *claims)
{
	struct caller found = {0};

	entry->loading = true;
	entry->err = entry->cache->lookup(req, claims, &found);
	entry->loading = false;
	if (!entry->err)
		keep(entry, &found);
	else if (entry->err != ERR_BAD_TOKEN)
		drop(entry);
	for (struct waiter *waiter = entry->waiters; waiter; waiter = waiter->next)
		fiber_wake(waiter->fiber);
	entry->waiters = NULL;
}

static void wait_for(struct entry *entry)
{
	struct waiter waiter = {entry->waiters, fiber_self()};

	entry->waiters = &waiter;
	fiber_suspend();
}

enum err caller_cache_get(struct caller_cache *cache, struct request *req,
	const struct token_claims *claims, const struct caller **out)
{
	struct entry *entry = find(cache, claims);
	bool made = !entry;

	if (made)
		entry = add(cache, claims);
	entry->holders++;
	arena_defer(req->arena, release, entry);
	if (made)
		load(entry, req, claims);
	else if (entry->loading)
		wait_for(entry);
	if (entry->listed && cache->newest != entry) {
		use_unlink(entry);
		use_link(entry);
	}
	*out = &entry->caller;
	return entry->err;
}

/* --- forgetting --------------------------------------------------------------------------------- */

enum key { KEY_SESSION, KEY_USER, KEY_ORG, KEY__COUNT };

static const size_t key_at[KEY__COUNT] = {
	[KEY_SESSION] = offsetof(struct entry, session_id),
	[KEY_USER] = offsetof(struct entry, user_id),
	[KEY_ORG] = offsetof(struct entry, org_id),
};

struct message {
	struct app *app;
	enum key key;
	char id[UUID_LEN + 1];
};

static void forget_here(struct caller_cache *cache, enum key key, const char *id)
{
	struct entry *entry = cache ? cache->newest : NULL;

	while (entry) {
		struct entry *older = entry->older;

		if (strcmp((const char *)entry + key_at[key], id) == 0)
			drop(entry);
		entry = older;
	}
}

static void on_forget(void *arg)
{
	struct message *message = arg;

	forget_here(message->app->callers, message->key, message->id);
	free(message);
}

static void forget(struct app *app, enum key key, struct str id)
{
	struct message message = {.key = key};

	if (id.len != UUID_LEN)
		return;
	set_id(message.id, id);
	forget_here(app->callers, key, message.id);
	for (size_t i = 0; i < app->count; i++) {
		struct message *copy;

		if (app->all[i] == app)
			continue;
		copy = malloc(sizeof(*copy));
		INVARIANT(copy != NULL);
		*copy = message;
		copy->app = app->all[i];
		loop_post(app->all[i]->loop, on_forget, copy);
	}
}

void caller_cache_forget_session(struct app *app, struct str session_id)
{
	forget(app, KEY_SESSION, session_id);
}

void caller_cache_forget_user(struct app *app, struct str user_id)
{
	forget(app, KEY_USER, user_id);
}

void caller_cache_forget_org(struct app *app, struct str org_id)
{
	forget(app, KEY_ORG, org_id);
}
