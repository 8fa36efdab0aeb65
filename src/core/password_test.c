/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: hashes match their password only, cost time also for nobody, and queue within bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fiber.h"
#include "base/loop.h"
#include "base/time.h"
#include "core/password.h"

static struct loop loop;
static struct arena arena;
static struct problem problem;

static void run(fiber_main *main, int times)
{
	arena_init(&arena);
	problem_init(&problem, &arena);
	loop_init(&loop, 0);
	loop_bind(&loop);
	for (int i = 0; i < times; i++)
		fiber_spawn(main, NULL);
	loop_run(&loop);
	loop_deinit(&loop);
	arena_deinit(&arena);
}

static struct str hash_of(struct str password)
{
	struct str hash;

	assert_int_equal(password_hash(&problem, &arena, password, &hash), ERR_OK);
	return hash;
}

static bool matches(struct str password, struct str hash)
{
	bool match;

	assert_int_equal(password_verify(&problem, password, hash, &match), ERR_OK);
	return match;
}

static void hash_and_verify(void *arg)
{
	struct str password = STR("correct horse battery");
	struct str hash = hash_of(password);

	(void)arg;
	assert_true(str_starts_with(hash, STR("$2b$12$")));
	assert_int_equal(hash.len, 60);
	assert_false(str_eq(hash, hash_of(password)));
	assert_true(matches(password, hash));
	assert_false(matches(STR("correct horse batterz"), hash));
	assert_false(matches(STR(""), hash));
	assert_false(matches(password, STR("$2b$12$short")));
	assert_false(matches(password, STR("*0")));
	loop_stop(&loop);
}

static void test_hashes(void **state)
{
	(void)state;
	run(hash_and_verify, 1);
}

/* bcrypt alone would take these for the same. */
static void hash_long(void *arg)
{
	char one[201], two[201];
	struct str hash;

	(void)arg;
	memset(one, 'x', sizeof(one));
	memset(two, 'x', sizeof(two));
	two[199] = 'y';
	hash = hash_of((struct str){one, 200});
	assert_true(matches((struct str){one, 200}, hash));
	assert_false(matches((struct str){two, 200}, hash));
	assert_false(matches((struct str){one, 72}, hash));
	loop_stop(&loop);
}

static void test_long_passwords_count_whole(void **state)
{
	(void)state;
	run(hash_long, 1);
}

static uint64_t time_of(struct str hash)
{
	uint64_t began = time_monotonic_ms();

	assert_false(matches(STR("not the password"), hash));
	return time_monotonic_ms() - began;
}

static void compare_times(void *arg)
{
	struct str hash = hash_of(STR("correct horse battery"));
	uint64_t known = time_of(hash), nobody = time_of(STR_NONE);

	(void)arg;
	assert_true(nobody > known / 4);
	loop_stop(&loop);
}

static void test_nobody_takes_as_long(void **state)
{
	(void)state;
	run(compare_times, 1);
}

static int done, refused;

static void hash_one(void *arg)
{
	struct problem mine;
	struct str hash;
	enum err err;

	(void)arg;
	problem_init(&mine, &arena);
	err = password_hash(&mine, &arena, STR("correct horse battery"), &hash);
	assert_true(err == ERR_OK || err == ERR_UNAVAILABLE);
	if (err) {
		refused++;
		assert_true(mine.retry_after > 0);
	}
	if (++done == 5)
		loop_stop(&loop);
}

static void test_queue_is_bounded(void **state)
{
	(void)state;
	done = refused = 0;
	password_set_limits(1, 2);
	run(hash_one, 5);
	password_set_limits(0, 0);
	assert_int_equal(refused, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hashes),
		cmocka_unit_test(test_long_passwords_count_whole),
		cmocka_unit_test(test_nobody_takes_as_long),
		cmocka_unit_test(test_queue_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
