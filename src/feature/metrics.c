/* SPDX-License-Identifier: Apache-2.0 */
/* GET /metrics, and what the database pools and caches have to tell. */
#include "http/metrics.h"

#include <stdio.h>

#include "core/app.h"
#include "core/count.h"
#include "core/feature.h"
#include "core/row_cache.h"
#include "db/db.h"

static const char *const lanes[DB_LANE__COUNT] = {"fast", "slow", "write"};

/* One number of each lane, summed over the loops. The loops' counters are read from here without a lock:
 * a figure may be a moment old, never torn. */
static void collect_lanes(struct metric_writer *writer, const struct app *app,
	double (*number)(const struct db_stats *stats))
{
	for (int lane = 0; lane < DB_LANE__COUNT; lane++) {
		char label[32];
		double sum = 0;

		for (size_t i = 0; i < app->count; i++) {
			struct db_stats stats;

			db_stats(app->all[i]->db, (enum db_lane)lane, &stats);
			sum += number(&stats);
		}
		snprintf(label, sizeof(label), "lane=\"%s\"", lanes[lane]);
		metric_sample(writer, label, sum);
	}
}

#define LANE_METRIC(name)                                                   \
	static double number_##name(const struct db_stats *stats)           \
	{                                                                   \
		return (double)stats->name;                                 \
	}                                                                   \
	static void collect_##name(struct metric_writer *writer, void *app) \
	{                                                                   \
		collect_lanes(writer, app, number_##name);                  \
	}

LANE_METRIC(connections)
LANE_METRIC(connected)
LANE_METRIC(in_flight)
LANE_METRIC(waiting)
LANE_METRIC(segments)
LANE_METRIC(refusals)
LANE_METRIC(losses)

static void collect_hits(struct metric_writer *writer, void *app)
{
	struct count_stats counts;
	struct row_cache_stats rows;

	(void)app;
	count_stats(&counts);
	metric_sample(writer, "cache=\"count\",result=\"hit\"", (double)counts.hits);
	metric_sample(writer, "cache=\"count\",result=\"miss\"", (double)counts.misses);
	row_cache_stats(&rows);
	metric_sample(writer, "cache=\"rows\",result=\"hit\"", (double)rows.hits);
	metric_sample(writer, "cache=\"rows\",result=\"miss\"", (double)rows.misses);
}

/* clang-format off */
static struct metric table[] = {
	{"cairn_db_connections", "Connections wanted, by lane.", METRIC_GAUGE, collect_connections, NULL},
	{"cairn_db_connected", "Connections that are up, by lane.", METRIC_GAUGE, collect_connected, NULL},
	{"cairn_db_in_flight", "Segments sent and not answered, by lane.", METRIC_GAUGE, collect_in_flight, NULL},
	{"cairn_db_waiting", "Batches that wait for a connection, by lane.", METRIC_GAUGE, collect_waiting, NULL},
	{"cairn_db_segments_total", "Segments answered, by lane.", METRIC_COUNTER, collect_segments, NULL},
	{"cairn_db_refusals_total", "Segments that PostgreSQL refused, by lane.", METRIC_COUNTER, collect_refusals,
	 NULL},
	{"cairn_db_losses_total", "Connections lost, by lane.", METRIC_COUNTER, collect_losses, NULL},
	{"cairn_cache_lookups_total", "Lookups in caches, by result.", METRIC_COUNTER, collect_hits, NULL},
	{0},
};
/* clang-format on */

static void start(struct app *app)
{
	if (app != app->all[0])
		return;
	for (struct metric *metric = table; metric->name; metric++)
		metric->arg = app;
	metrics_register(table);
}

static const struct route_doc doc = {
	.summary = "Metrics in Prometheus' text format",
	.tag = "system",
	.status = 200,
	.content_type = "text/plain",
	.response = "{\"type\":\"string\"}",
	.plain = true,
};

static const struct route routes[] = {
	{HTTP_GET, "/metrics", metrics_handle, .flags = ROUTE_PUBLIC, .doc = &doc},
	{0},
};

const struct feature feature_metrics = {.name = "metrics", .routes = routes, .start = start};
