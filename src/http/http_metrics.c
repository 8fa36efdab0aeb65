/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's own metrics: how many requests, how long, how much.
 *
 * Each loop has a hash table of series, one for every method, route and status it has answered. Only the
 * loop itself adds to it; a reader on another loop sees slots that are filled once and numbers that only
 * grow, so relaxed atomics are all it takes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/loop.h"
#include "http/metrics.h"
#include "http/middleware.h"

enum { SLOTS = 4096, MAX_SERIES = SLOTS / 2, BUCKETS = 13 };

static const double bounds[BUCKETS] = {
	0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

struct series {
	const struct route *route; /* NULL: no route knew the path */
	enum http_method method;
	int status;
	_Atomic uint64_t buckets[BUCKETS + 1]; /* not cumulative; the last is what took longer */
	_Atomic uint64_t sum_ns;
};

struct table {
	size_t count;
	struct series *_Atomic slots[SLOTS];
};

static struct table *_Atomic tables[METRIC_CELLS];
static struct metric_counter response_bytes;

/* --- counting ----------------------------------------------------------------------------------- */

static void add(_Atomic uint64_t *cell, uint64_t n)
{
	uint64_t old = atomic_load_explicit(cell, memory_order_relaxed);

	atomic_store_explicit(cell, old + n, memory_order_relaxed);
}

static struct table *own_table(void)
{
	unsigned index = loop_self()->index % METRIC_CELLS;
	struct table *table = atomic_load_explicit(&tables[index], memory_order_acquire);

	if (table)
		return table;
	table = calloc(1, sizeof(*table));
	INVARIANT(table != NULL);
	atomic_store_explicit(&tables[index], table, memory_order_release);
	return table;
}

static struct series *series_new(const struct series *key)
{
	struct series *series = calloc(1, sizeof(*series));

	INVARIANT(series != NULL);
	series->route = key->route;
	series->method = key->method;
	series->status = key->status;
	return series;
}

/* NULL when the table is full, which takes more routes than there are. */
static struct series *find_series(const struct request *req)
{
	struct table *table = own_table();
	struct series key = {.route = req->route, .method = req->method, .status = req->status};
	size_t slot = ((uintptr_t)key.route >> 4) * 31 + (size_t)key.method * 7919 +
		(size_t)key.status;

	for (;; slot++) {
		struct series *s = atomic_load_explicit(
			&table->slots[slot % SLOTS], memory_order_relaxed);

		if (s && s->route == key.route && s->method == key.method &&
			s->status == key.status)
			return s;
		if (!s && table->count == MAX_SERIES)
			return NULL;
		if (!s) {
			s = series_new(&key);
			table->count++;
			atomic_store_explicit(&table->slots[slot % SLOTS], s, memory_order_release);
			return s;
		}
	}
}

static void count_request(struct request *req)
{
	struct series *series = find_series(req);
	uint64_t ns = uv_hrtime() - req->started_ns;
	size_t bucket = 0;

	metric_count(&response_bytes, req->body_bytes);
	if (!series)
		return;
	while (bucket < BUCKETS && (double)ns > bounds[bucket] * 1e9)
		bucket++;
	add(&series->buckets[bucket], 1);
	add(&series->sum_ns, ns);
}

const struct middleware middleware_metrics = {
	.name = "metrics",
	.after = count_request,
};

/* --- reading ------------------------------------------------------------------------------------ */

struct sum {
	const struct series *series;
	uint64_t buckets[BUCKETS + 1], count, sum_ns;
};

static const char *route_name(const struct series *series)
{
	return series->route ? series->route->pattern : "";
}

static int compare(const void *a, const void *b)
{
	const struct series *x = *(const struct series *const *)a;
	const struct series *y = *(const struct series *const *)b;
	int order = strcmp(route_name(x), route_name(y));

	if (order == 0)
		order = (int)x->method - (int)y->method;
	return order ? order : x->status - y->status;
}

static size_t gather(const struct series **out, size_t max)
{
	size_t count = 0;

	for (size_t t = 0; t < METRIC_CELLS; t++) {
		struct table *table = atomic_load_explicit(&tables[t], memory_order_acquire);

		for (size_t i = 0; table && i < SLOTS; i++) {
			const struct series *s = atomic_load_explicit(
				&table->slots[i], memory_order_acquire);
			if (s && count < max)
				out[count++] = s;
		}
	}
	return count;
}

static size_t count_tables(void)
{
	size_t count = 0;

	for (size_t t = 0; t < METRIC_CELLS; t++)
		count += atomic_load_explicit(&tables[t], memory_order_acquire) != NULL;
	return count;
}

static void add_up(struct sum *sum, const struct series *s)
{
	for (size_t b = 0; b <= BUCKETS; b++) {
		uint64_t n = atomic_load_explicit(&s->buckets[b], memory_order_relaxed);

		sum->buckets[b] += n;
		sum->count += n;
	}
	sum->sum_ns += atomic_load_explicit(&s->sum_ns, memory_order_relaxed);
}

/* Calls `each` for every set of labels with the sum over the loops. */
static void for_each_sum(struct metric_writer *writer,
	void (*each)(struct metric_writer *writer, const struct sum *sum, const char *labels))
{
	size_t max = count_tables() * MAX_SERIES;
	const struct series **all = calloc(max + 1, sizeof(*all));
	size_t count, i = 0;

	INVARIANT(all != NULL);
	count = gather(all, max);
	qsort(all, count, sizeof(*all), compare);
	while (i < count) {
		struct sum sum = {.series = all[i]};
		char labels[256];

		for (; i < count && compare(&all[i], &sum.series) == 0; i++)
			add_up(&sum, all[i]);
		snprintf(labels, sizeof(labels), "method=\"%s\",route=\"%s\",status=\"%d\"",
			http_method_name(sum.series->method).ptr, route_name(sum.series),
			sum.series->status);
		each(writer, &sum, labels);
	}
	free(all);
}

static void write_count(struct metric_writer *writer, const struct sum *sum, const char *labels)
{
	metric_sample(writer, labels, (double)sum->count);
}

static void write_histogram(struct metric_writer *writer, const struct sum *sum, const char *labels)
{
	char text[300];
	uint64_t so_far = 0;

	for (size_t b = 0; b < BUCKETS; b++) {
		so_far += sum->buckets[b];
		snprintf(text, sizeof(text), "%s,le=\"%g\"", labels, bounds[b]);
		metric_sample_of(writer, "_bucket", text, (double)so_far);
	}
	snprintf(text, sizeof(text), "%s,le=\"+Inf\"", labels);
	metric_sample_of(writer, "_bucket", text, (double)sum->count);
	metric_sample_of(writer, "_sum", labels, (double)sum->sum_ns / 1e9);
	metric_sample_of(writer, "_count", labels, (double)sum->count);
}

static void collect_requests(struct metric_writer *writer, void *arg)
{
	(void)arg;
	for_each_sum(writer, write_count);
}

static void collect_durations(struct metric_writer *writer, void *arg)
{
	(void)arg;
	for_each_sum(writer, write_histogram);
}

static struct http_stats stats_of(struct http_server *const *server)
{
	struct http_stats stats;

	http_server_stats(*server, &stats);
	return stats;
}

static void collect_in_flight(struct metric_writer *writer, void *server)
{
	metric_sample(writer, NULL, (double)stats_of(server).requests_in_flight);
}

static void collect_connections(struct metric_writer *writer, void *server)
{
	metric_sample(writer, NULL, (double)stats_of(server).connections);
}

static void collect_accepted(struct metric_writer *writer, void *server)
{
	metric_sample(writer, NULL, (double)stats_of(server).accepted);
}

static void collect_refused(struct metric_writer *writer, void *server)
{
	metric_sample(writer, NULL, (double)stats_of(server).refused);
}

/* One server a process. */
static struct http_server *measured;

static const struct metric http_metrics[] = {
	{"http_requests_total", "Requests answered.", METRIC_COUNTER, collect_requests, NULL},
	{"http_request_duration_seconds", "From the complete head to the queued answer.",
		METRIC_HISTOGRAM, collect_durations, NULL},
	{"http_requests_in_flight", "Requests being served.", METRIC_GAUGE, collect_in_flight,
		&measured},
	{"http_connections", "Open connections.", METRIC_GAUGE, collect_connections, &measured},
	{"http_connections_accepted_total", "Connections accepted.", METRIC_COUNTER,
		collect_accepted, &measured},
	{"http_connections_refused_total", "Connections over the limit.", METRIC_COUNTER,
		collect_refused, &measured},
	{"http_response_bytes_total", "Bytes of response bodies as sent.", METRIC_COUNTER,
		metric_collect_counter, &response_bytes},
	{0},
};

void http_metrics_register(struct http_server *server)
{
	if (!measured)
		metrics_register(http_metrics);
	measured = server;
}
