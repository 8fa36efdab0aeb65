/* SPDX-License-Identifier: Apache-2.0 */
/* The general limit of API requests. */
#include "core/rate_limit.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/time.h"
#include "core/app.h"
#include "core/caller.h"

enum { SETS = 8192, WAYS = 4 };

struct counter {
	uint64_t key;   /* 0 = free */
	int64_t window; /* number of the window that `now` counts */
	int64_t before, now;
};

struct rate_limit {
	int64_t limit, window_us;
	uint64_t seed; /* so that nobody can choose addresses that share a counter */
	struct counter counters[SETS][WAYS];
};

struct rate_limit *rate_limit_new(struct config_rate rate)
{
	struct rate_limit *limits;

	if (rate.limit == 0)
		return NULL;
	limits = calloc(1, sizeof(*limits));
	INVARIANT(limits != NULL);
	INVARIANT(getrandom(&limits->seed, sizeof(limits->seed), 0) == sizeof(limits->seed));
	limits->limit = rate.limit;
	limits->window_us = (int64_t)rate.window_seconds * 1000000;
	return limits;
}

void rate_limit_free(struct rate_limit *limits)
{
	free(limits);
}

/* Addresses are strangers' to choose: the seed goes in first and the end is mixed (Murmur3's finish). */
static uint64_t hash_of(const struct rate_limit *limits, char kind, struct str key)
{
	uint64_t hash = limits->seed ^ (unsigned char)kind;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.ptr[i]) * 0x100000001b3ULL;
	hash ^= hash >> 33;
	hash *= 0xff51afd7ed558ccdULL;
	hash ^= hash >> 33;
	hash *= 0xc4ceb9fe1a85ec53ULL;
	hash ^= hash >> 33;
	return hash | 1;
}

static struct counter *find(struct rate_limit *limits, uint64_t key)
{
	struct counter *set = limits->counters[(key >> 1) % SETS];
	struct counter *idle = &set[0];

	for (size_t i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (set[i].window < idle->window)
			idle = &set[i];
	}
	*idle = (struct counter){.key = key};
	return idle;
}

static void slide(struct counter *counter, int64_t window)
{
	if (counter->window == window)
		return;
	counter->before = counter->window == window - 1 ? counter->now : 0;
	counter->now = 0;
	counter->window = window;
}

/* What of the window before counts, `passed` into this one. */
static int64_t carried(const struct rate_limit *limits, int64_t before, int64_t passed)
{
	return (int64_t)((double)before * (double)(limits->window_us - passed) /
		(double)limits->window_us);
}

/* Seconds until `before` has faded enough to leave room for one more beside `now`. */
static int fade_seconds(
	const struct rate_limit *limits, int64_t before, int64_t now, int64_t passed)
{
	double part = 1.0 - (double)(limits->limit - now) / (double)MAX(before, 1);
	double wait = part * (double)limits->window_us - (double)passed;

	return wait > 0 ? (int)(wait / 1000000) + 1 : 1;
}

static int retry_seconds(
	const struct rate_limit *limits, const struct counter *counter, int64_t passed)
{
	int rest = (int)((limits->window_us - passed + 999999) / 1000000);

	return counter->now < limits->limit
		? fade_seconds(limits, counter->before, counter->now, passed)
		: rest + fade_seconds(limits, counter->now, 0, 0);
}

struct rate_verdict rate_limit_take(struct rate_limit *limits, char kind, struct str key)
{
	int64_t now = time_now_us();
	int64_t passed = now % limits->window_us;
	struct counter *counter = find(limits, hash_of(limits, kind, key));
	struct rate_verdict verdict = {0};
	int64_t used;

	slide(counter, now / limits->window_us);
	used = counter->now + carried(limits, counter->before, passed);
	verdict.allowed = used < limits->limit;
	verdict.reset_seconds = (int)((limits->window_us - passed + 999999) / 1000000);
	if (verdict.allowed) {
		counter->now++;
		verdict.remaining = limits->limit - used - 1;
	} else {
		verdict.retry_seconds = retry_seconds(limits, counter, passed);
	}
	return verdict;
}

/* --- in the chain ------------------------------------------------------------------------------- */

static bool is_limited(const struct request *req)
{
	return (str_starts_with(req->path, STR("/api/")) ||
		       str_starts_with(req->path, STR("/auth/"))) &&
		!str_is(req->path, "/api/health");
}

/* An IPv6 customer has a /64 at least: the four groups in front are one client. */
static struct str client_of(struct str address)
{
	size_t groups = 0;

	for (size_t i = 0; i < address.len; i++) {
		groups += address.ptr[i] == ':';
		if (groups == 4 || (i > 0 && address.ptr[i] == ':' && address.ptr[i - 1] == ':'))
			return str_find_char(address, '.') < address.len ? address
									 : str_slice(address, 0, i);
	}
	return address;
}

static void set_headers(struct request *req, const struct rate_verdict *verdict)
{
	struct str remaining = arena_int(req->arena, verdict->remaining);

	response_header(req, "RateLimit-Limit", arena_int(req->arena, req->app->limits->limit));
	response_header(req, "RateLimit-Remaining", remaining);
	response_header(req, "RateLimit-Reset", arena_int(req->arena, verdict->reset_seconds));
	response_header(req, "X-RateLimit-Remaining", remaining);
}

static enum err take(struct request *req, char kind, struct str key)
{
	struct rate_verdict verdict = rate_limit_take(req->app->limits, kind, key);

	set_headers(req, &verdict);
	if (verdict.allowed)
		return ERR_OK;
	req->problem.retry_after = verdict.retry_seconds;
	return ERR_RATE_LIMITED;
}

enum err rate_limit_address(struct request *req)
{
	if (!req->app->limits || !is_limited(req))
		return ERR_OK;
	return take(req, 'a', client_of(req->remote_ip));
}

/* A signed-in request shows the user's counter; that of the address is the larger crowd's. */
enum err rate_limit_user(struct request *req)
{
	if (!req->app->limits || !req->caller || !is_limited(req))
		return ERR_OK;
	return take(req, 'u', req->caller->user_id);
}
