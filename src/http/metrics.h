/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metrics in Prometheus' text format.
 *
 * A module declares a table of metrics and registers it once at start-up; each is read through a callback
 * when somebody asks. Counters have one cell per loop, so that counting never contends, and are summed when
 * read.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "base/buf.h"
#include "http/request.h"

struct http_server;
struct metric_writer;

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric {
	const char *name, *help;
	enum metric_kind kind;
	/* Calls metric_sample once for each set of labels; on whatever loop serves /metrics. */
	void (*collect)(struct metric_writer *writer, void *arg);
	void *arg;
};

/* Ends with a NULL name; borrowed. At start-up only; at most 32 tables. */
void metrics_register(const struct metric *table);
/* `labels` as in `lane="fast",loop="0"`, or NULL. `suffix` of a histogram's series (_bucket …), else "". */
void metric_sample(struct metric_writer *writer, const char *labels, double value);
void metric_sample_of(
	struct metric_writer *writer, const char *suffix, const char *labels, double value);
/* Everything that is registered. */
void metrics_write(struct buf *out);
/* A handler for /metrics. */
MUST_CHECK enum err metrics_handle(struct request *req);

enum { METRIC_CELLS = 64 };

struct metric_counter {
	struct {
		_Alignas(64) _Atomic uint64_t n;
	} cells[METRIC_CELLS];
};

/* From any thread. */
void metric_count(struct metric_counter *counter, uint64_t n);
uint64_t metric_counter_read(const struct metric_counter *counter);
/* `collect` for a metric whose arg is a struct metric_counter. */
void metric_collect_counter(struct metric_writer *writer, void *counter);

/* The server's own metrics; middleware_metrics feeds them. */
void http_metrics_register(struct http_server *server);
