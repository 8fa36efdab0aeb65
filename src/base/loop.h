/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loops: one libuv loop and thread per core, each with its own fibers, connections and database pool.
 * Loops share nothing; they talk by loop_post.
 *
 * A turn is: callbacks (timers, I/O, posts), then the ready fibers, then the turn-end hooks (flush the
 * database pipelines, write the responses), again until nothing is ready, then wait.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/base.h"

struct fiber_queue;

struct loop_hook {
	struct loop_hook *next;
	void (*run)(struct loop_hook *hook);
	bool queued;
};

struct loop {
	uv_loop_t uv;
	unsigned index; /* 0 is the main thread's */
	uv_prepare_t prepare;
	uv_check_t check;
	uv_idle_t idle;
	uv_async_t posted;
	uv_mutex_t posts_lock;
	struct loop_post *posts, **posts_last;
	struct loop_hook *hooks, **hooks_last;
	struct fiber_queue *fibers;
	bool running, stopping;
};

/* Binds to the calling thread when run. Aborts when the system refuses (start-up only). */
void loop_init(struct loop *loop, unsigned index);
/* Runs until loop_stop; then closes the loop's own handles. Others must be closed before. */
void loop_run(struct loop *loop);
void loop_deinit(struct loop *loop);
/* From any thread. Posts that are queued before the stop still run. */
void loop_stop(struct loop *loop);
/* The loop of the calling thread (bound by loop_run or loop_bind); NULL elsewhere. */
struct loop *loop_self(void);
/* Whether the calling thread is within loop_run, so that a turn's end will come. */
bool loop_is_running(void);
void loop_bind(struct loop *loop);

/* Runs fn(arg) on `to`, soon, in order of posting; from any thread. */
void loop_post(struct loop *to, void (*fn)(void *), void *arg);
/* Runs the hook once at the end of the present turn; queuing it again before that does nothing. */
void loop_at_turn_end(struct loop *loop, struct loop_hook *hook);
/* Suspends the calling fiber while fn(arg) runs on the thread pool. */
void loop_work(void (*fn)(void *), void *arg);
/* Runs run(arg) on a new fiber, after `first_ms` and then every `every_ms`, until stopped. The timer's
 * memory must outlive the loop's last turn. */
struct loop_timer {
	uv_timer_t uv;
	void (*run)(void *);
	void *arg;
};
void loop_every(struct loop *loop, struct loop_timer *timer, uint64_t first_ms, uint64_t every_ms,
	void (*run)(void *), void *arg);
void loop_timer_stop(struct loop_timer *timer);

/* For fiber.c: something is ready, do not wait for I/O. */
void loop_has_ready(struct loop *loop);
