/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration: where values come from, what is refused and how it is said, what is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/config.h"

static struct arena arena;
static struct problem problem;
static struct config config;
static char folder[64];

static void clear_environment(void)
{
	size_t count;
	const struct config_option *options = config_options(&count);

	for (size_t i = 0; i < count; i++)
		unsetenv(options[i].variable);
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	problem_init(&problem, &arena);
	clear_environment();
	snprintf(folder, sizeof(folder), "/tmp/cairn-config-XXXXXX");
	assert_non_null(mkdtemp(folder));
	setenv("CAIRN_DATA", folder, 1);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"jwt_secret", "jwt_refresh_secret"};

	(void)state;
	config_deinit(&config);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		(void)unlink(arena_printf(&arena, "%s/%s", folder, names[i]).ptr);
	(void)rmdir(folder);
	clear_environment();
	arena_deinit(&arena);
	return 0;
}

static enum err load(int argc, char **argv)
{
	config_deinit(&config);
	problem_init(&problem, &arena);
	return config_load(&config, &argc, argv, &problem);
}

static void test_defaults(void **state)
{
	(void)state;
	assert_int_equal(load(0, NULL), ERR_OK);
	assert_int_equal(config.port, 3000);
	assert_null(config.host);
	assert_null(config.database_url);
	assert_string_equal(config.data_dir, folder);
	assert_int_equal(config.log_level, LOG_LEVEL_INFO);
	assert_int_equal(config.rate_limit.limit, 1000000);
	assert_int_equal(config.rate_limit.window_seconds, 900);
}

static void test_flags_win(void **state)
{
	char *argv[] = {"serve", "--port=4000", "--demo", "--host", "127.0.0.1", "file.csv", NULL};
	int argc = 6;

	(void)state;
	setenv("PORT", "5000", 1);
	setenv("HOST", "", 1);
	assert_int_equal(config_load(&config, &argc, argv, &problem), ERR_OK);
	assert_int_equal(config.port, 4000);
	assert_string_equal(config.host, "127.0.0.1");
	assert_int_equal(argc, 3);
	assert_string_equal(argv[0], "serve");
	assert_string_equal(argv[1], "--demo");
	assert_string_equal(argv[2], "file.csv");
	assert_int_equal(load(0, NULL), ERR_OK);
	assert_int_equal(config.port, 5000);
	assert_null(config.host);
}

struct wrong {
	const char *variable, *value, *message;
};

static const struct wrong wrongs[] = {
	{"PORT", "65536", "PORT must be a number from 0 to 65535."},
	{"PORT", "80x", "PORT must be a number from 0 to 65535."},
	{"CAIRN_LOOPS", "-1", "CAIRN_LOOPS must be a number from 0 to 64."},
	{"DATABASE_URL", "mysql://x",
		"DATABASE_URL must be an address that begins with one of: postgres "
		"postgresql."},
	{"REDIS_URL", "localhost:6379",
		"REDIS_URL must be an address that begins with one of: redis "
		"rediss."},
	{"JWT_SECRET", "short", "JWT_SECRET must have at least 32 bytes."},
	{"CAIRN_PUBLIC_URL", "crm.example.com",
		"CAIRN_PUBLIC_URL must be an origin such as "
		"https://crm.example.com."},
	{"CAIRN_PUBLIC_URL", "https://crm.example.com/app",
		"CAIRN_PUBLIC_URL must be an origin such as "
		"https://crm.example.com."},
	{"CORS_ORIGIN", "https://a.example,*",
		"CORS_ORIGIN must be origins such as "
		"https://app.example.com, separated by commas."},
	{"CAIRN_TRUSTED_PROXIES", "10.0.0.0/33",
		"CAIRN_TRUSTED_PROXIES must be addresses or networks such "
		"as 10.0.0.0/8, separated by commas."},
	{"CAIRN_TRUSTED_PROXIES", "10.0.0",
		"CAIRN_TRUSTED_PROXIES must be addresses or networks such as "
		"10.0.0.0/8, separated by commas."},
	{"CAIRN_RATE_LIMIT", "100",
		"CAIRN_RATE_LIMIT must be \"off\" or requests per time such as 100/15m, "
		"of at most 24 hours."},
	{"CAIRN_RATE_LIMIT", "0/1m",
		"CAIRN_RATE_LIMIT must be \"off\" or requests per time such as "
		"100/15m, of at most 24 hours."},
	{"CAIRN_RATE_LIMIT", "5/25h",
		"CAIRN_RATE_LIMIT must be \"off\" or requests per time such as "
		"100/15m, of at most 24 hours."},
	{"CAIRN_LOG_LEVEL", "loud", "CAIRN_LOG_LEVEL must be one of: debug info warn error."},
	{"NODE_ENV", "prod", "NODE_ENV must be one of: development production test."},
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrongs); i++) {
		setenv(wrongs[i].variable, wrongs[i].value, 1);
		assert_int_equal(load(0, NULL), ERR_INVALID);
		assert_string_equal(problem.message.ptr, wrongs[i].message);
		unsetenv(wrongs[i].variable);
	}
}

static void test_flag_refusals(void **state)
{
	char *bad[] = {"--port", "many", NULL};
	char *none[] = {"--port", NULL};

	(void)state;
	assert_int_equal(load(2, bad), ERR_INVALID);
	assert_string_equal(problem.message.ptr, "--port must be a number from 0 to 65535.");
	assert_int_equal(load(1, none), ERR_INVALID);
	assert_string_equal(problem.message.ptr, "--port needs a value.");
}

static void test_good_values(void **state)
{
	(void)state;
	setenv("CAIRN_RATE_LIMIT", "100/15m", 1);
	setenv("CORS_ORIGIN", "http://localhost:5173/, https://app.example.com", 1);
	setenv("CAIRN_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8,fd00::/8", 1);
	setenv("CAIRN_PUBLIC_URL", "https://crm.example.com/", 1);
	setenv("DATABASE_URL", "postgres://app@db/cairn", 1);
	assert_int_equal(load(0, NULL), ERR_OK);
	assert_int_equal(config.rate_limit.limit, 100);
	assert_int_equal(config.rate_limit.window_seconds, 900);
	assert_string_equal(config.cors_origin, "http://localhost:5173,https://app.example.com");
	assert_string_equal(config.public_url, "https://crm.example.com");
	assert_string_equal(config.migrate_url, "postgres://app@db/cairn");
	setenv("CAIRN_RATE_LIMIT", "off", 1);
	assert_int_equal(load(0, NULL), ERR_OK);
	assert_int_equal(config.rate_limit.limit, 0);
}

static void test_secrets_are_made_and_kept(void **state)
{
	char *path = arena_cstr(&arena, arena_printf(&arena, "%s/jwt_secret", folder));
	struct stat stat_buf;
	char *first;

	(void)state;
	assert_int_equal(load(0, NULL), ERR_OK);
	assert_null(config.jwt_secret);
	assert_int_equal(config_secrets(&config, &problem), ERR_OK);
	assert_int_equal(strlen(config.jwt_secret), 64);
	assert_string_not_equal(config.jwt_secret, config.jwt_refresh_secret);
	assert_int_equal(stat(path, &stat_buf), 0);
	assert_int_equal(stat_buf.st_mode & 0777, 0600);
	first = arena_cstr(&arena, str_of(config.jwt_secret));
	assert_int_equal(load(0, NULL), ERR_OK);
	assert_int_equal(config_secrets(&config, &problem), ERR_OK);
	assert_string_equal(config.jwt_secret, first);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(load(0, NULL), ERR_OK);
	assert_int_equal(config_secrets(&config, &problem), ERR_INVALID);
	assert_true(str_ends_with(problem.message, STR("make its mode 0600.")));
}

static void test_secrets_must_differ(void **state)
{
	(void)state;
	setenv("JWT_SECRET", "0123456789abcdef0123456789abcdef", 1);
	setenv("JWT_REFRESH_SECRET", "0123456789abcdef0123456789abcdef", 1);
	assert_int_equal(load(0, NULL), ERR_OK);
	assert_int_equal(config_secrets(&config, &problem), ERR_INVALID);
}

static struct str printed(void)
{
	struct buf buf;
	struct str text;

	buf_init(&buf, 65536);
	config_print(&config, &buf);
	text = arena_str(&arena, buf_str(&buf));
	buf_deinit(&buf);
	return text;
}

static bool shows(struct str text, const char *line)
{
	return str_find(text, str_of(line)) < text.len;
}

static void test_print_masks(void **state)
{
	struct str text;

	(void)state;
	setenv("DATABASE_URL", "postgres://app:sesame@db:5432/cairn?x=1", 1);
	setenv("CAIRN_MIGRATE_URL", "postgresql://db/cairn?password=sesame&x=1", 1);
	setenv("SMTP_URL", "smtps://u:ses:am@e@mail.example.com", 1);
	setenv("REDIS_URL", "redis://cache", 1);
	setenv("JWT_SECRET", "sesame_sesame_sesame_sesame_sesame", 1);
	assert_int_equal(load(0, NULL), ERR_OK);
	text = printed();
	assert_true(shows(text, "PORT=3000  # default\n"));
	assert_true(
		shows(text, "DATABASE_URL=postgres://app:***@db:5432/cairn?x=1  # environment\n"));
	assert_true(shows(text, "CAIRN_MIGRATE_URL=postgresql://db/cairn?password=***&x=1  #"));
	assert_true(shows(text, "SMTP_URL=smtps://u:***@mail.example.com"));
	assert_true(shows(text, "REDIS_URL=redis://cache  #"));
	assert_true(shows(text, "JWT_SECRET=***  # environment\n"));
	assert_true(shows(text, "# JWT_REFRESH_SECRET is not set\n"));
	assert_false(shows(text, "sesame"));
	assert_false(shows(text, "ses:am"));
}

/* The documentation is checked against this table; it must be able to say something of each. */
static void test_table(void **state)
{
	size_t count;
	const struct config_option *options = config_options(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_non_null(options[i].help);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(options[i].name, options[j].name);
			assert_string_not_equal(options[i].variable, options[j].variable);
			assert_int_not_equal(options[i].offset, options[j].offset);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_defaults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_flags_win, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_flag_refusals, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_good_values, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_secrets_are_made_and_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_secrets_must_differ, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_print_masks, set_up, tear_down),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
