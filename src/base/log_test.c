/* SPDX-License-Identifier: Apache-2.0 */
/* Log: the line, the fiber's ids, masking, cutting; every line is read back as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#include "base/fiber.h"
#include "base/json_read.h"
#include "base/loop.h"
#include "base/time.h"

static char line[65536];
static size_t line_len;
static struct arena arena;

/* Runs `emit` with standard error going to a pipe, and keeps what arrives there. */
static void capture(void (*emit)(void))
{
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
	dup2(ends[1], STDERR_FILENO);
	emit();
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(ends[1]);
	line_len = 0;
	while ((n = read(ends[0], line + line_len, sizeof(line) - line_len)) > 0)
		line_len += (size_t)n;
	close(ends[0]);
}

static const struct json_value *captured(void (*emit)(void))
{
	struct problem problem;
	struct json_value *value = NULL;

	problem_init(&problem, &arena);
	capture(emit);
	assert_true(line_len > 0 && line_len <= 16384);
	assert_ptr_equal(memchr(line, '\n', line_len), line + line_len - 1);
	if (json_read(&arena, (struct str){line, line_len}, &problem, &value) != ERR_OK)
		fail_msg("%.*s\n%.*s", STR_ARG(problem.message), (int)line_len, line);
	return value;
}

static void assert_text(const struct json_value *object, const char *key, const char *expected)
{
	assert_true(str_is(json_get_str(object, key), expected));
}

static int setup(void **state)
{
	(void)state;
	arena_init(&arena);
	log_set_level(LOG_LEVEL_INFO);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_deinit(&arena);
	return 0;
}

static void emit_fields(void)
{
	errno = ENOENT;
	log_warn("it \"broke\"", LOG_STR("lane", STR("fast\n")), LOG_CSTR("none", NULL),
		LOG_INT("n", -3), LOG_FLOAT("ms", 1.25), LOG_FLOAT("nan", (double)NAN));
	assert_int_equal(errno, ENOENT);
}

static void test_line(void **state)
{
	(void)state;
	time_set_clock(1795173660123456);
	capture(emit_fields);
	time_set_clock(0);
	line[line_len] = '\0';
	assert_string_equal(line,
		"{\"time\":\"2026-11-20T11:21:00.123Z\",\"level\":\"warn\",\"message\":\"it "
		"\\\"broke\\\"\","
		"\"lane\":\"fast\\n\",\"none\":null,\"n\":-3,\"ms\":1.25,\"nan\":null}\n");
}

static void emit_numbers(void)
{
	log_info("n", LOG_FLOAT("a", 7), LOG_FLOAT("b", 12.3456789), LOG_FLOAT("c", 0.001),
		LOG_FLOAT("d", 0.0005), LOG_FLOAT("e", 999999.25), LOG_FLOAT("f", 1e12),
		LOG_FLOAT("g", -2.5), LOG_FLOAT("h", 0.999999999));
}

static void test_numbers(void **state)
{
	(void)state;
	time_set_clock(1795173660123456);
	capture(emit_numbers);
	time_set_clock(0);
	line[line_len] = '\0';
	assert_string_equal(strstr(line, ",\"a\""),
		",\"a\":7,\"b\":12.345679,\"c\":0.001,\"d\":0.0005,\"e\":999999.25,\"f\":1e+12,"
		"\"g\":-2.5,\"h\":1}\n");
}

static void emit_secrets(void)
{
	log_info("in", LOG_STR("newPassword", STR("hunter2")),
		LOG_STR("Set-Cookie", STR("hunter2")), LOG_STR("clientSecret", STR("hunter2")),
		LOG_STR("AUTHORIZATION", STR("hunter2")), LOG_INT("token", 42),
		LOG_STR("user", STR("ann")));
}

static void test_secrets_are_masked(void **state)
{
	const struct json_value *read = captured(emit_secrets);

	(void)state;
	assert_text(read, "newPassword", "***");
	assert_text(read, "clientSecret", "***");
	assert_text(read, "AUTHORIZATION", "***");
	assert_text(read, "token", "***");
	assert_text(read, "user", "ann");
	assert_null(memmem(line, line_len, "hunter2", 7));
}

static char long_text[100000];

static void emit_long_field(void)
{
	log_info("long", LOG_STR("before", STR("b")),
		LOG_STR("body", ((struct str){long_text, sizeof(long_text)})), LOG_INT("after", 1));
}

static void test_long_text_is_cut(void **state)
{
	const struct json_value *read;
	struct str body;

	(void)state;
	for (size_t i = 0; i + 3 <= sizeof(long_text); i += 3)
		memcpy(long_text + i, "\xE2\x82\xAC", 3);
	read = captured(emit_long_field);
	body = json_get_str(read, "body");
	assert_true(body.len > 8000 && body.len % 3 == 0);
	assert_text(read, "before", "b");
	assert_true(json_get(read, "truncated")->boolean);
	/* Text that grows sixfold when escaped. */
	memset(long_text, 1, sizeof(long_text));
	read = captured(emit_long_field);
	assert_true(json_get_str(read, "body").len > 1000);
	assert_true(json_get(read, "truncated")->boolean);
}

static void emit_many_fields(void)
{
	static struct log_field fields[3001];

	for (size_t i = 0; i < 3000; i++)
		fields[i] = LOG_INT(arena_printf(&arena, "field%zu", i).ptr, i);
	log_emit(LOG_LEVEL_ERROR, "many", fields);
}

static void test_too_many_fields(void **state)
{
	const struct json_value *read = captured(emit_many_fields);

	(void)state;
	assert_true(json_get(read, "truncated")->boolean);
	assert_true(str_is(json_get(read, "field500")->text, "500"));
}

static void emit_bad_bytes(void)
{
	log_info("bytes", LOG_STR("agent", STR("curl\xFF/8")));
}

static void test_bytes_that_are_no_text(void **state)
{
	const struct json_value *read = captured(emit_bad_bytes);

	(void)state;
	assert_text(read, "agent", "curl");
	assert_true(json_get(read, "truncated")->boolean);
}

static void emit_all_levels(void)
{
	log_debug("d");
	log_info("i");
	log_error("e");
}

static void test_levels(void **state)
{
	enum log_level level = LOG_LEVEL_DEBUG;

	(void)state;
	assert_true(log_parse_level(STR("error"), &level));
	assert_int_equal(level, LOG_LEVEL_ERROR);
	assert_false(log_parse_level(STR("ERROR"), &level));
	assert_false(log_parse_level(STR_NONE, &level));
	assert_false(log_enabled(LOG_LEVEL_DEBUG));
	log_set_level(LOG_LEVEL_ERROR);
	assert_text(captured(emit_all_levels), "message", "e");
}

static struct loop loop;

static void log_on_fiber(void *arg)
{
	struct log_context context = {.request_id = STR("r-1"), .org_id = STR("o-1")};

	(void)arg;
	fiber_set_log_context(&context);
	log_info("served");
	fiber_set_log_context(NULL);
	loop_stop(&loop);
}

static void emit_on_fiber(void)
{
	loop_init(&loop, 0);
	loop_bind(&loop);
	fiber_spawn(log_on_fiber, NULL);
	loop_run(&loop);
	loop_deinit(&loop);
}

static void test_ids_come_from_the_fiber(void **state)
{
	const struct json_value *read = captured(emit_on_fiber);

	(void)state;
	assert_text(read, "requestId", "r-1");
	assert_text(read, "orgId", "o-1");
	assert_null(json_get(read, "userId"));
}

static void emit_to_nobody(void)
{
	close(STDERR_FILENO);
	log_error("nobody reads this");
}

static void test_closed_standard_error_is_survived(void **state)
{
	(void)state;
	capture(emit_to_nobody);
	assert_int_equal(line_len, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_line),
		TEST(test_numbers),
		TEST(test_secrets_are_masked),
		TEST(test_long_text_is_cut),
		TEST(test_too_many_fields),
		TEST(test_bytes_that_are_no_text),
		TEST(test_levels),
		TEST(test_ids_come_from_the_fiber),
		TEST(test_closed_standard_error_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
