/* SPDX-License-Identifier: Apache-2.0 */
/* Loops: the turn, posts between threads, work on the thread pool. */
#include "base/loop.h"

#include <stdlib.h>

#include "base/fiber.h"

struct loop_post {
	struct loop_post *next;
	void (*fn)(void *);
	void *arg;
};

static _Thread_local struct loop *self;

struct loop *loop_self(void)
{
	return self;
}

bool loop_is_running(void)
{
	return self && self->running;
}

void loop_bind(struct loop *loop)
{
	self = loop;
}

/* --- the turn ----------------------------------------------------------------------------------- */

static bool run_hooks(struct loop *loop)
{
	struct loop_hook *hook = loop->hooks;
	bool ran = hook != NULL;

	loop->hooks = NULL;
	loop->hooks_last = &loop->hooks;
	while (hook) {
		struct loop_hook *next = hook->next;
		hook->queued = false;
		hook->run(hook);
		hook = next;
	}
	return ran;
}

static void finish_turn(struct loop *loop)
{
	bool more;

	do {
		more = fiber_run_ready(loop);
		more |= run_hooks(loop);
	} while (more);
	uv_idle_stop(&loop->idle);
}

static void on_prepare(uv_prepare_t *handle)
{
	finish_turn(handle->data);
}

static void on_check(uv_check_t *handle)
{
	finish_turn(handle->data);
}

/* An active idle handle keeps the loop from waiting; the work itself is done in finish_turn. */
static void on_idle(uv_idle_t *handle)
{
	(void)handle;
}

void loop_has_ready(struct loop *loop)
{
	if (!uv_is_active((uv_handle_t *)&loop->idle))
		uv_idle_start(&loop->idle, on_idle);
}

void loop_at_turn_end(struct loop *loop, struct loop_hook *hook)
{
	if (hook->queued)
		return;
	hook->queued = true;
	hook->next = NULL;
	*loop->hooks_last = hook;
	loop->hooks_last = &hook->next;
	loop_has_ready(loop);
}

/* --- posts -------------------------------------------------------------------------------------- */

static struct loop_post *take_posts(struct loop *loop)
{
	struct loop_post *posts;

	uv_mutex_lock(&loop->posts_lock);
	posts = loop->posts;
	loop->posts = NULL;
	loop->posts_last = &loop->posts;
	uv_mutex_unlock(&loop->posts_lock);
	return posts;
}

static void on_posted(uv_async_t *async)
{
	struct loop_post *post = take_posts(async->data);

	while (post) {
		struct loop_post *next = post->next;
		post->fn(post->arg);
		free(post);
		post = next;
	}
}

void loop_post(struct loop *to, void (*fn)(void *), void *arg)
{
	struct loop_post *post = malloc(sizeof(*post));

	INVARIANT(post != NULL);
	*post = (struct loop_post){NULL, fn, arg};
	uv_mutex_lock(&to->posts_lock);
	*to->posts_last = post;
	to->posts_last = &post->next;
	uv_mutex_unlock(&to->posts_lock);
	uv_async_send(&to->posted);
}

/* --- work --------------------------------------------------------------------------------------- */

struct work {
	uv_work_t req;
	void (*fn)(void *);
	void *arg;
	struct fiber *fiber;
};

static void on_work(uv_work_t *req)
{
	struct work *work = req->data;

	work->fn(work->arg);
}

static void on_work_done(uv_work_t *req, int status)
{
	struct work *work = req->data;

	INVARIANT(status == 0);
	fiber_wake(work->fiber);
}

void loop_work(void (*fn)(void *), void *arg)
{
	struct work work = {.fn = fn, .arg = arg, .fiber = fiber_self()};

	work.req.data = &work;
	INVARIANT(uv_queue_work(&loop_self()->uv, &work.req, on_work, on_work_done) == 0);
	fiber_suspend();
}

/* --- timers --------------------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *uv)
{
	struct loop_timer *timer = CONTAINER_OF(uv, struct loop_timer, uv);

	fiber_spawn(timer->run, timer->arg);
}

void loop_every(struct loop *loop, struct loop_timer *timer, uint64_t first_ms, uint64_t every_ms,
	void (*run)(void *), void *arg)
{
	timer->run = run;
	timer->arg = arg;
	uv_timer_init(&loop->uv, &timer->uv);
	uv_timer_start(&timer->uv, on_timer, first_ms, every_ms);
}

void loop_timer_stop(struct loop_timer *timer)
{
	uv_close((uv_handle_t *)&timer->uv, NULL);
}

/* --- life --------------------------------------------------------------------------------------- */

void loop_init(struct loop *loop, unsigned index)
{
	*loop = (struct loop){.index = index};
	loop->posts_last = &loop->posts;
	loop->hooks_last = &loop->hooks;
	INVARIANT(uv_loop_init(&loop->uv) == 0);
	INVARIANT(uv_mutex_init(&loop->posts_lock) == 0);
	INVARIANT(uv_async_init(&loop->uv, &loop->posted, on_posted) == 0);
	uv_prepare_init(&loop->uv, &loop->prepare);
	uv_check_init(&loop->uv, &loop->check);
	uv_idle_init(&loop->uv, &loop->idle);
	loop->posted.data = loop->prepare.data = loop->check.data = loop;
	uv_prepare_start(&loop->prepare, on_prepare);
	uv_check_start(&loop->check, on_check);
	uv_unref((uv_handle_t *)&loop->prepare);
	uv_unref((uv_handle_t *)&loop->check);
}

static void close_own_handles(struct loop *loop)
{
	uv_close((uv_handle_t *)&loop->posted, NULL);
	uv_close((uv_handle_t *)&loop->prepare, NULL);
	uv_close((uv_handle_t *)&loop->check, NULL);
	uv_close((uv_handle_t *)&loop->idle, NULL);
}

void loop_run(struct loop *loop)
{
	loop_bind(loop);
	loop->running = true;
	while (!loop->stopping)
		uv_run(&loop->uv, UV_RUN_ONCE);
	finish_turn(loop);
	loop->running = false;
	close_own_handles(loop);
	uv_run(&loop->uv, UV_RUN_DEFAULT);
}

static void stop_now(void *arg)
{
	((struct loop *)arg)->stopping = true;
}

void loop_stop(struct loop *loop)
{
	loop_post(loop, stop_now, loop);
}

void loop_deinit(struct loop *loop)
{
	fiber_pool_deinit(loop);
	uv_loop_close(&loop->uv);
	uv_mutex_destroy(&loop->posts_lock);
	loop_bind(NULL);
}
