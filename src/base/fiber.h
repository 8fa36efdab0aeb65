/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fibers: code that waits reads top to bottom.
 *
 * A fiber is a function with a stack of its own (64 KiB and a guard page) on one loop. It runs until it
 * suspends; some callback later wakes it, and it goes on where it was. Waking never switches at once:
 * the fiber joins its loop's ready queue, which the loop runs after the callbacks of a turn. So what one
 * turn starts (queries, writes) leaves in one system call at its end.
 *
 * Rules: a fiber never moves to another thread; nothing that recurses on input runs on one; what may
 * need much stack goes to loop_work.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"

struct fiber;
struct loop;
struct log_context;

typedef void fiber_main(void *arg);

/* Makes a fiber on the current thread's loop and puts it in the ready queue. Stacks are reused. */
void fiber_spawn(fiber_main *main, void *arg);
/* The running fiber; NULL in a callback of the loop. */
struct fiber *fiber_self(void);
/* Gives control back to the loop until somebody calls fiber_wake. Only from within a fiber. */
void fiber_suspend(void);
/* From the same thread. One wake for one suspend; the owner of the pending operation does it. */
void fiber_wake(struct fiber *fiber);
/* Suspends for at least `ms`. */
void fiber_sleep(uint64_t ms);

/* When the work of this fiber must be done, in time_monotonic_ms; 0 = never. Adapters pass it down. */
void fiber_set_deadline(uint64_t at_ms);
uint64_t fiber_deadline(void);
/* Milliseconds left, at most `cap`; 0 when the deadline has passed. */
uint64_t fiber_time_left(uint64_t cap);

/* Borrowed until replaced; NULL for none. Callbacks of the loop have none. */
void fiber_set_log_context(const struct log_context *context);
const struct log_context *fiber_log_context(void);

/* For the loop: runs ready fibers until none is left. Returns whether any ran. */
bool fiber_run_ready(struct loop *loop);
/* For the loop: frees the pooled stacks. */
void fiber_pool_deinit(struct loop *loop);
/* Fibers alive on this thread's loop. */
size_t fiber_count(void);
