/* SPDX-License-Identifier: Apache-2.0 */
/*
 * News: that something was committed, for those who read the change log behind the requests.
 *
 * A write says so by one store, and waits for nobody. Readers look now and then whether there is news, and
 * less often without: another process may have written.
 */
#pragma once

#include <stdbool.h>

/* After a commit that left changes; from any thread. */
void news_written(void);
/* Whether there was any since the last time it was asked. */
bool news_taken(void);
/* How often it was taken: for readers that wait for the next time. */
unsigned news_count(void);
