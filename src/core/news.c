/* SPDX-License-Identifier: Apache-2.0 */
/* News: one flag for the process. */
#include "core/news.h"

#include <stdatomic.h>

static atomic_bool written;
static atomic_uint taken;

void news_written(void)
{
	/* Looked at first, so that many writers do not take the cache line from each other. */
	if (!atomic_load_explicit(&written, memory_order_relaxed))
		atomic_store(&written, true);
}

bool news_taken(void)
{
	bool news = atomic_exchange(&written, false);

	if (news)
		atomic_fetch_add(&taken, 1);
	return news;
}

unsigned news_count(void)
{
	return atomic_load(&taken);
}
