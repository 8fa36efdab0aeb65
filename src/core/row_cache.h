/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of lists as JSON, kept for as long as they stay what they are.
 *
 * A list that is asked for again asks the database only which rows it has, and which transaction wrote each of them
 * (xmin). The text of a row that nobody has written since is here. So nothing is ever stale, whoever writes and
 * through which process; and row security says every time which rows there are. A text belongs to an organisation and
 * to the columns that were selected: whoever sees other columns has other texts.
 *
 * One cache per loop; the oldest make room for new ones.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum { ROW_CACHE_BYTES = 2 * 1024 * 1024, ROW_CACHE_MOST = 16 * 1024 };

struct row_cache;

/* Two hashes of a text that strangers may have a part in: 128 bits, one of them under the process's own key. */
struct row_key {
	uint64_t of[2];
};

/* Holds at most `bytes` of texts. */
struct row_cache *row_cache_new(size_t bytes);
void row_cache_free(struct row_cache *cache);

/* What is alike for all rows of a list: the organisation, the columns with their parameters. */
struct row_key row_key_of(struct str whole);
/* A row among those, as the transaction `written` left it. */
struct row_key row_key_in(struct row_key whole, struct str id, struct str written);

/* The text, in the arena; STR_NONE when it is not here. */
struct str row_cache_get(struct row_cache *cache, struct row_key key, struct arena *arena);
/* Keeps a copy, but of texts longer than ROW_CACHE_MOST. */
void row_cache_put(struct row_cache *cache, struct row_key key, struct str text);

/* Whether this list was asked for before: its rows are likely to be here. */
bool row_cache_expects(const struct row_cache *cache, struct row_key list);
void row_cache_expect(struct row_cache *cache, struct row_key list, bool expect);

/* Lists that were expected: all of whose rows were here, and others. Of all loops. */
struct row_cache_stats {
	uint64_t hits, misses;
};
void row_cache_stats(struct row_cache_stats *out);
void row_cache_count(bool hit);
