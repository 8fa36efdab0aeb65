/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Totals of lists without counting for every request (DESIGN §4, "Totals").
 *
 * A loop keeps totals by organisation, visibility and set of rows. Every committed write of this process
 * raises a version of its table in its organisation. A kept total serves while nothing was written since,
 * or for a second more when others wrote; a caller's own writes are always counted. Up to 10,000 rows the
 * total is exact, beyond that the planner's estimate, and flagged. Many who ask at once wait for one count.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "core/query.h"

enum { COUNT_EXACT_MAX = 10000 };

struct count_cache;

struct count {
	int64_t total;
	bool estimated;
};

/* Counts now, by the database. */
MUST_CHECK enum err count_by_query(const struct query *query, struct count *out);
/* `count` counts what is not kept: count_by_query, but for tests. */
struct count_cache *count_cache_new(enum err (*count)(const struct query *, struct count *));
void count_cache_free(struct count_cache *cache);

MUST_CHECK enum err count_rows(const struct query *query, struct count *out);
/* After a commit: rows of this resource have changed in the caller's organisation. */
void count_changed(const struct request *req, const struct resource *resource);

struct count_stats {
	uint64_t hits, misses;
};
/* Of all loops. */
void count_stats(struct count_stats *out);
