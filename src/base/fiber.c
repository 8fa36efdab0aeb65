/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fibers: stacks, switching and the ready queue.
 *
 * A stack is entered once by makecontext/swapcontext; afterwards every switch is _setjmp/_longjmp, which
 * costs no system call. That trick is why this file is compiled without _FORTIFY_SOURCE: its longjmp
 * check refuses to jump to another stack. A finished fiber keeps its stack and waits in the pool with
 * its entry loop still running, so a reused stack is switched to like any other.
 */
#include "base/fiber.h"

#include <setjmp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/time.h"

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif
#ifdef FIBER_ASAN
#include <sanitizer/common_interface_defs.h>
/* Red zones make frames several times larger. */
enum { STACK_SIZE = 512 * 1024 };
#else
enum { STACK_SIZE = 64 * 1024 };
#endif

/* Idle stacks kept per loop; beyond that they are unmapped. */
enum { POOL_MAX = 256 };

struct fiber {
	struct fiber *next; /* in the ready queue or the pool */
	fiber_main *main;
	void *arg;
	uint64_t deadline;
	const struct log_context *log_context;
	char *stack; /* the mapping, guard page first */
	bool started, finished;
	jmp_buf here;
#ifdef FIBER_ASAN
	void *fake_stack;
#endif
};

struct fiber_queue {
	struct fiber *first, **last; /* ready */
	struct fiber *pool;
	size_t pooled, alive;
	struct fiber *running;
	jmp_buf loop_here;
#ifdef FIBER_ASAN
	void *loop_fake_stack;
	const void *loop_stack;
	size_t loop_stack_size;
#endif
};

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static struct fiber_queue *queue_of(struct loop *loop)
{
	if (!loop->fibers) {
		loop->fibers = calloc(1, sizeof(*loop->fibers));
		INVARIANT(loop->fibers != NULL);
		loop->fibers->last = &loop->fibers->first;
	}
	return loop->fibers;
}

static struct fiber_queue *queue(void)
{
	struct loop *loop = loop_self();

	INVARIANT(loop != NULL);
	return queue_of(loop);
}

/* --- switching -------------------------------------------------------------------------------- */

#ifdef FIBER_ASAN
static void leave_to(void **keep, const void *stack, size_t size)
{
	__sanitizer_start_switch_fiber(keep, stack, size);
}

static void arrived(void *kept, const void **from, size_t *from_size)
{
	__sanitizer_finish_switch_fiber(kept, from, from_size);
}
#endif

static void switch_to_loop(struct fiber_queue *q, struct fiber *self)
{
	if (_setjmp(self->here) == 0) {
#ifdef FIBER_ASAN
		leave_to(&self->fake_stack, q->loop_stack, q->loop_stack_size);
#endif
		_longjmp(q->loop_here, 1);
	}
#ifdef FIBER_ASAN
	arrived(self->fake_stack, &q->loop_stack, &q->loop_stack_size);
#endif
}

/* The bottom frame of every stack: runs one main after another, parked in the pool between them. */
static void entry(void)
{
	struct fiber_queue *q = queue();
	struct fiber *self = q->running;

#ifdef FIBER_ASAN
	arrived(NULL, &q->loop_stack, &q->loop_stack_size);
#endif
	for (;;) {
		self->main(self->arg);
		self->finished = true;
		switch_to_loop(q, self);
	}
}

/* Its frame is left by a jump and never unwound, so it must hold nothing that ASan would poison. */
static void first_switch(struct fiber *fiber)
{
	static _Thread_local ucontext_t context;

	fiber->started = true;
	INVARIANT(getcontext(&context) == 0);
	context.uc_stack.ss_sp = fiber->stack + page_size();
	context.uc_stack.ss_size = STACK_SIZE;
	context.uc_link = NULL;
	makecontext(&context, entry, 0);
	setcontext(&context);
	invariant_failed("setcontext does not return", __FILE__, __LINE__);
}

static void switch_to_fiber(struct fiber_queue *q, struct fiber *fiber)
{
	q->running = fiber;
	if (_setjmp(q->loop_here) == 0) {
#ifdef FIBER_ASAN
		leave_to(&q->loop_fake_stack, fiber->stack + page_size(), STACK_SIZE);
#endif
		if (fiber->started)
			_longjmp(fiber->here, 1);
		first_switch(fiber);
	}
#ifdef FIBER_ASAN
	arrived(q->loop_fake_stack, NULL, NULL);
#endif
	q->running = NULL;
}

/* --- life ------------------------------------------------------------------------------------- */

static void make_ready(struct fiber_queue *q, struct fiber *fiber)
{
	fiber->next = NULL;
	*q->last = fiber;
	q->last = &fiber->next;
	loop_has_ready(loop_self());
}

static struct fiber *fiber_new(void)
{
	struct fiber *fiber = calloc(1, sizeof(*fiber));
	int prot = PROT_READ | PROT_WRITE;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

	INVARIANT(fiber != NULL);
	fiber->stack = mmap(NULL, page_size() + STACK_SIZE, prot, flags, -1, 0);
	INVARIANT(fiber->stack != MAP_FAILED);
	INVARIANT(mprotect(fiber->stack, page_size(), PROT_NONE) == 0);
	return fiber;
}

static void fiber_free(struct fiber *fiber)
{
	munmap(fiber->stack, page_size() + STACK_SIZE);
	free(fiber);
}

static struct fiber *take_from_pool(struct fiber_queue *q)
{
	struct fiber *fiber = q->pool;

	if (!fiber)
		return fiber_new();
	q->pool = fiber->next;
	q->pooled--;
	return fiber;
}

static void retire(struct fiber_queue *q, struct fiber *fiber)
{
	q->alive--;
	if (q->pooled >= POOL_MAX) {
		fiber_free(fiber);
		return;
	}
	fiber->next = q->pool;
	q->pool = fiber;
	q->pooled++;
}

void fiber_spawn(fiber_main *main, void *arg)
{
	struct fiber_queue *q = queue();
	struct fiber *fiber = take_from_pool(q);

	fiber->main = main;
	fiber->arg = arg;
	fiber->deadline = 0;
	fiber->log_context = NULL;
	fiber->finished = false;
	q->alive++;
	make_ready(q, fiber);
}

bool fiber_run_ready(struct loop *loop)
{
	struct fiber_queue *q = queue_of(loop);
	bool ran = false;

	while (q->first) {
		struct fiber *fiber = q->first;

		q->first = fiber->next;
		if (!q->first)
			q->last = &q->first;
		switch_to_fiber(q, fiber);
		if (fiber->finished)
			retire(q, fiber);
		ran = true;
	}
	return ran;
}

void fiber_pool_deinit(struct loop *loop)
{
	struct fiber_queue *q = queue_of(loop);

	while (q->pool) {
		struct fiber *fiber = q->pool;
		q->pool = fiber->next;
		fiber_free(fiber);
	}
	free(q);
	loop->fibers = NULL;
}

size_t fiber_count(void)
{
	return queue()->alive;
}

/* --- for code on a fiber ------------------------------------------------------------------------ */

struct fiber *fiber_self(void)
{
	struct loop *loop = loop_self();

	return loop && loop->fibers ? loop->fibers->running : NULL;
}

void fiber_suspend(void)
{
	struct fiber_queue *q = queue();

	INVARIANT(q->running != NULL);
	switch_to_loop(q, q->running);
}

void fiber_wake(struct fiber *fiber)
{
	make_ready(queue(), fiber);
}

struct sleep {
	uv_timer_t timer;
	struct fiber *fiber;
};

static void on_sleep_closed(uv_handle_t *handle)
{
	struct sleep *sleep = handle->data;

	fiber_wake(sleep->fiber);
}

static void on_sleep_over(uv_timer_t *timer)
{
	uv_close((uv_handle_t *)timer, on_sleep_closed);
}

void fiber_sleep(uint64_t ms)
{
	struct sleep sleep = {.fiber = fiber_self()};
	struct loop *loop = loop_self();

	uv_timer_init(&loop->uv, &sleep.timer);
	sleep.timer.data = &sleep;
	uv_update_time(&loop->uv);
	uv_timer_start(&sleep.timer, on_sleep_over, ms, 0);
	fiber_suspend();
}

static struct fiber *running(void)
{
	struct fiber *fiber = fiber_self();

	INVARIANT(fiber != NULL);
	return fiber;
}

void fiber_set_deadline(uint64_t at_ms)
{
	running()->deadline = at_ms;
}

uint64_t fiber_deadline(void)
{
	return running()->deadline;
}

uint64_t fiber_time_left(uint64_t cap)
{
	uint64_t deadline = running()->deadline;
	uint64_t now = deadline ? time_monotonic_ms() : 0;

	if (!deadline)
		return cap;
	return deadline <= now ? 0 : MIN(deadline - now, cap);
}

void fiber_set_log_context(const struct log_context *context)
{
	running()->log_context = context;
}

const struct log_context *fiber_log_context(void)
{
	struct fiber *fiber = fiber_self();

	return fiber ? fiber->log_context : NULL;
}
