/* SPDX-License-Identifier: Apache-2.0 */
/* Fibers and loops: switching, sleeping, waking, posting, working. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fiber.h"
#include "base/loop.h"
#include "base/time.h"

static struct loop loop;
static char trace[64];
static size_t traced;

static void mark(char c)
{
	trace[traced++] = c;
	trace[traced] = '\0';
}

static void begin(void)
{
	loop_init(&loop, 0);
	loop_bind(&loop);
	traced = 0;
}

static void run_all(void)
{
	loop_run(&loop);
	assert_int_equal(fiber_count(), 0);
	loop_deinit(&loop);
}

static void sleeper(void *arg)
{
	const char *name = arg;

	mark(name[0]);
	fiber_sleep(name[0] == 'a' ? 20 : 1);
	mark(name[1]);
	if (name[0] == 'a')
		loop_stop(&loop);
}

static void test_fibers_interleave(void **state)
{
	(void)state;
	begin();
	fiber_spawn(sleeper, "aA");
	fiber_spawn(sleeper, "bB");
	run_all();
	assert_string_equal(trace, "abBA");
}

static int churned;

static void short_lived(void *arg)
{
	volatile char stack_use[8192];

	stack_use[0] = 1;
	stack_use[sizeof(stack_use) - 1] = stack_use[0];
	fiber_sleep(0);
	if (++churned == *(int *)arg)
		loop_stop(&loop);
}

static void test_stacks_are_reused(void **state)
{
	static int many = 2000;

	(void)state;
	begin();
	churned = 0;
	for (int i = 0; i < many; i++)
		fiber_spawn(short_lived, &many);
	run_all();
	assert_int_equal(churned, many);
}

static void square(void *arg)
{
	*(int *)arg *= *(int *)arg;
}

static void worker(void *arg)
{
	int n = 12;

	(void)arg;
	loop_work(square, &n);
	assert_int_equal(n, 144);
	assert_ptr_equal(loop_self(), &loop);
	loop_stop(&loop);
}

static void test_work_returns_to_its_fiber(void **state)
{
	(void)state;
	begin();
	fiber_spawn(worker, NULL);
	run_all();
}

static struct fiber *waiting;

static void wakes_waiting(void *arg)
{
	(void)arg;
	mark('p');
	fiber_wake(waiting);
}

static void poster_thread(void *arg)
{
	(void)arg;
	loop_post(&loop, wakes_waiting, NULL);
}

static void waits_for_post(void *arg)
{
	uv_thread_t thread;

	(void)arg;
	waiting = fiber_self();
	uv_thread_create(&thread, poster_thread, NULL);
	mark('w');
	fiber_suspend();
	mark('d');
	uv_thread_join(&thread);
	loop_stop(&loop);
}

static void test_another_thread_posts(void **state)
{
	(void)state;
	begin();
	fiber_spawn(waits_for_post, NULL);
	run_all();
	assert_string_equal(trace, "wpd");
}

static void counts_time(void *arg)
{
	(void)arg;
	assert_int_equal(fiber_time_left(500), 500);
	fiber_set_deadline(time_monotonic_ms() + 100);
	assert_in_range(fiber_time_left(500), 1, 100);
	fiber_set_deadline(time_monotonic_ms() - 1);
	assert_int_equal(fiber_time_left(500), 0);
	loop_stop(&loop);
}

static void test_deadline(void **state)
{
	(void)state;
	begin();
	fiber_spawn(counts_time, NULL);
	run_all();
}

static void hooked(struct loop_hook *hook)
{
	(void)hook;
	mark('h');
}

static void queues_hook_twice(void *arg)
{
	loop_at_turn_end(&loop, arg);
	mark('q');
	loop_at_turn_end(&loop, arg);
	fiber_sleep(1);
	mark('e');
	loop_stop(&loop);
}

static void test_hook_runs_once_at_the_end_of_the_turn(void **state)
{
	struct loop_hook hook = {.run = hooked};

	(void)state;
	begin();
	fiber_spawn(queues_hook_twice, &hook);
	run_all();
	assert_string_equal(trace, "qhe");
}

static struct loop_timer timer;

static void ticks(void *arg)
{
	mark('t');
	fiber_sleep(0);
	if (traced < 3)
		return;
	loop_timer_stop(arg);
	loop_stop(&loop);
}

static void test_timer_spawns_until_stopped(void **state)
{
	(void)state;
	begin();
	loop_every(&loop, &timer, 1, 2, ticks, &timer);
	run_all();
	assert_string_equal(trace, "ttt");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fibers_interleave),
		cmocka_unit_test(test_stacks_are_reused),
		cmocka_unit_test(test_work_returns_to_its_fiber),
		cmocka_unit_test(test_another_thread_posts),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_hook_runs_once_at_the_end_of_the_turn),
		cmocka_unit_test(test_timer_spawns_until_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
