/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics: tables, counters, the text format. */
#include "http/metrics.h"

#include <math.h>

#include "base/loop.h"

enum { MAX_TABLES = 32, MAX_OUTPUT = 8 * 1024 * 1024 };

struct metric_writer {
	struct buf *out;
	const struct metric *metric;
};

/* Written at start-up, before there are threads. */
static const struct metric *tables[MAX_TABLES];
static size_t table_count;

void metrics_register(const struct metric *table)
{
	INVARIANT(table_count < MAX_TABLES);
	tables[table_count++] = table;
}

/* --- counters ----------------------------------------------------------------------------------- */

void metric_count(struct metric_counter *counter, uint64_t n)
{
	const struct loop *loop = loop_self();
	unsigned cell = loop ? loop->index % METRIC_CELLS : 0;

	atomic_fetch_add_explicit(&counter->cells[cell].n, n, memory_order_relaxed);
}

uint64_t metric_counter_read(const struct metric_counter *counter)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < METRIC_CELLS; i++)
		sum += atomic_load_explicit(&counter->cells[i].n, memory_order_relaxed);
	return sum;
}

void metric_collect_counter(struct metric_writer *writer, void *counter)
{
	metric_sample(writer, NULL, (double)metric_counter_read(counter));
}

/* --- writing ------------------------------------------------------------------------------------ */

static void put_value(struct buf *out, double value)
{
	if (value == floor(value) && fabs(value) < 1e15)
		buf_append_int(out, (long long)value);
	else
		buf_printf(out, "%.9g", value);
}

void metric_sample_of(struct metric_writer *w, const char *suffix, const char *labels, double value)
{
	buf_append_cstr(w->out, w->metric->name);
	buf_append_cstr(w->out, suffix);
	if (labels && labels[0])
		buf_printf(w->out, "{%s}", labels);
	buf_append_char(w->out, ' ');
	put_value(w->out, value);
	buf_append_char(w->out, '\n');
}

void metric_sample(struct metric_writer *writer, const char *labels, double value)
{
	metric_sample_of(writer, "", labels, value);
}

static void write_metric(const struct metric *metric, struct buf *out)
{
	static const char *const kinds[] = {
		[METRIC_COUNTER] = "counter",
		[METRIC_GAUGE] = "gauge",
		[METRIC_HISTOGRAM] = "histogram",
	};
	struct metric_writer writer = {out, metric};

	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name,
		kinds[metric->kind]);
	metric->collect(&writer, metric->arg);
}

void metrics_write(struct buf *out)
{
	for (size_t i = 0; i < table_count; i++)
		for (const struct metric *m = tables[i]; m->name; m++)
			write_metric(m, out);
}

enum err metrics_handle(struct request *req)
{
	response_text(req, 200, "text/plain; version=0.0.4; charset=utf-8", STR(""));
	req->body.max = MAX_OUTPUT;
	metrics_write(&req->body);
	return ERR_OK;
}
