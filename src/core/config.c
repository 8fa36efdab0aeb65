/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration: the table of options, reading it, printing it. */
#include "core/config.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/config_kind.h"

#define AT(member) .offset = offsetof(struct config, member)

/* clang-format off */
static const struct config_option options[] = {
	{.name = "port", .variable = "PORT", .initial = "3000", .kind = &config_number, AT(port),
	 .max = 65535, .help = "Port of the HTTP server; 0 takes any free one."},
	{.name = "host", .variable = "HOST", .kind = &config_text, AT(host),
	 .help = "Address to listen on; all when not set."},
	{.name = "data", .variable = "CAIRN_DATA", .kind = &config_path, AT(data_dir),
	 .help = "Directory of the private PostgreSQL and of secrets that Cairn makes. Default: "
		 "/var/lib/cairn as root, else ~/.local/share/cairn."},
	{.name = "database-url", .variable = "DATABASE_URL", .kind = &config_address, AT(database_url),
	 .accepts = "postgres postgresql",
	 .help = "PostgreSQL to use, as the role cairn_app; a private one is run when not set."},
	{.name = "migrate-url", .variable = "CAIRN_MIGRATE_URL", .kind = &config_address,
	 AT(migrate_url), .accepts = "postgres postgresql",
	 .help = "The same database as the role cairn_owner, for migrations; DATABASE_URL when not set."},
	{.name = "backup-url", .variable = "CAIRN_BACKUP_URL", .kind = &config_address,
	 AT(backup_url), .accepts = "postgres postgresql",
	 .help = "The same database as a superuser, for cairn backup and cairn restore."},
	{.name = "redis-url", .variable = "REDIS_URL", .kind = &config_address, AT(redis_url),
	 .accepts = "redis rediss", .help = "Redis, needed only with several nodes."},
	{.name = "jwt-secret", .variable = "JWT_SECRET", .kind = &config_secret, AT(jwt_secret),
	 .secret = true,
	 .help = "Signs access tokens; at least 32 bytes. Made and kept in the data directory when not set."},
	{.name = "jwt-refresh-secret", .variable = "JWT_REFRESH_SECRET", .kind = &config_secret,
	 AT(jwt_refresh_secret), .secret = true,
	 .help = "Hashes refresh tokens; at least 32 bytes. Made and kept in the data directory when not "
		 "set."},
	{.name = "public-url", .variable = "CAIRN_PUBLIC_URL", .kind = &config_origin, AT(public_url),
	 .help = "Where people reach Cairn, such as https://crm.example.com: for links, the Origin check "
		 "and Secure cookies."},
	{.name = "cors-origin", .variable = "CORS_ORIGIN", .kind = &config_origins, AT(cors_origin),
	 .help = "Other origins whose pages may call the API, separated by commas."},
	{.name = "trusted-proxies", .variable = "CAIRN_TRUSTED_PROXIES", .kind = &config_networks,
	 AT(trusted_proxies),
	 .help = "Networks whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas."},
	{.name = "rate-limit", .variable = "CAIRN_RATE_LIMIT", .initial = "1000000/15m",
	 .kind = &config_rate, AT(rate_limit),
	 .help = "API requests per user and per address, such as 100/15m, or off."},
	{.name = "loops", .variable = "CAIRN_LOOPS", .initial = "0", .kind = &config_number, AT(loops),
	 .max = 64, .help = "Event loops; 0 is one per core."},
	{.name = "db-connections", .variable = "CAIRN_DB_CONNECTIONS", .initial = "24",
	 .kind = &config_number, AT(db_connections), .min = 3, .max = 1000,
	 .help = "Database connections of the process, divided among its loops."},
	{.name = "db-acquire-timeout", .variable = "CAIRN_DB_ACQUIRE_TIMEOUT", .initial = "30000",
	 .kind = &config_number, AT(db_acquire_timeout), .min = 10, .max = 60000,
	 .help = "Milliseconds that a request waits for a database connection before it is answered 503."},
	{.name = "db-query-timeout", .variable = "CAIRN_DB_QUERY_TIMEOUT", .initial = "30000",
	 .kind = &config_number, AT(db_query_timeout), .min = 100, .max = 600000,
	 .help = "Milliseconds that a search, a report or a write may run in the database."},
	{.name = "log-level", .variable = "CAIRN_LOG_LEVEL", .initial = "info", .kind = &config_level,
	 AT(log_level), .help = "debug, info, warn or error."},
	{.name = "oauth-google-client-id", .variable = "OAUTH_GOOGLE_CLIENT_ID", .kind = &config_text,
	 AT(oauth_google_client_id), .help = "Client id of the sign-in with Google."},
	{.name = "oauth-google-client-secret", .variable = "OAUTH_GOOGLE_CLIENT_SECRET",
	 .kind = &config_text, AT(oauth_google_client_secret), .secret = true,
	 .help = "Its secret."},
	{.name = "oauth-github-client-id", .variable = "OAUTH_GITHUB_CLIENT_ID", .kind = &config_text,
	 AT(oauth_github_client_id), .help = "Client id of the sign-in with GitHub."},
	{.name = "oauth-github-client-secret", .variable = "OAUTH_GITHUB_CLIENT_SECRET",
	 .kind = &config_text, AT(oauth_github_client_secret), .secret = true,
	 .help = "Its secret."},
	{.name = "smtp-url", .variable = "SMTP_URL", .kind = &config_address, AT(smtp_url),
	 .accepts = "smtp smtps", .help = "Mail server, such as smtps://user:password@mail.example.com."},
	{.name = "node-env", .variable = "NODE_ENV", .initial = "production", .kind = &config_word,
	 AT(node_env), .accepts = "development production test",
	 .help = "Accepted for compatibility; nothing depends on it."},
};
/* clang-format on */

_Static_assert(ARRAY_LEN(options) <= CONFIG_OPTION_MAX, "raise CONFIG_OPTION_MAX");

const struct config_option *config_options(size_t *count_out)
{
	*count_out = ARRAY_LEN(options);
	return options;
}

/* --- reading ------------------------------------------------------------------------------------ */

static void set(struct config *config, size_t i, const char *text, enum config_source source)
{
	if (!text || !*text)
		return;
	config->text[i] = arena_cstr(&config->arena, str_of(text));
	config->source[i] = source;
}

/* Index of the option that `arg` is a flag of, or the number of options; *value_out is what follows '='. */
static size_t find_flag(const char *arg, const char **value_out)
{
	size_t i = 0;

	*value_out = NULL;
	if (strncmp(arg, "--", 2) != 0)
		return ARRAY_LEN(options);
	for (; i < ARRAY_LEN(options); i++) {
		size_t len = strlen(options[i].name);

		if (strncmp(arg + 2, options[i].name, len) != 0)
			continue;
		if (arg[2 + len] == '=')
			*value_out = arg + 3 + len;
		if (arg[2 + len] == '\0' || arg[2 + len] == '=')
			break;
	}
	return i;
}

static enum err take_flags(struct config *config, int *argc, char **argv, struct problem *problem)
{
	int kept = 0;

	for (int i = 0; i < *argc; i++) {
		const char *value;
		size_t option = find_flag(argv[i], &value);

		if (option == ARRAY_LEN(options)) {
			argv[kept++] = argv[i];
			continue;
		}
		if (!value && i + 1 == *argc)
			return problem_set(
				problem, ERR_INVALID, "--%s needs a value.", options[option].name);
		set(config, option, value ? value : argv[++i], CONFIG_FLAG);
	}
	*argc = kept;
	return ERR_OK;
}

static const char *default_data_dir(struct arena *arena)
{
	const char *xdg = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (geteuid() == 0)
		return "/var/lib/cairn";
	if (xdg && xdg[0] == '/')
		return arena_printf(arena, "%s/cairn", xdg).ptr;
	return home && *home ? arena_printf(arena, "%s/.local/share/cairn", home).ptr : NULL;
}

static void set_defaults(struct config *config)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		set(config, i, options[i].initial, CONFIG_DEFAULT);
		if (options[i].offset == offsetof(struct config, data_dir))
			set(config, i, default_data_dir(&config->arena), CONFIG_DEFAULT);
		set(config, i, getenv(options[i].variable), CONFIG_ENVIRONMENT);
	}
}

static enum err read_all(struct config *config, struct problem *problem)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++) {
		const char *message = NULL;

		if (!config->text[i] ||
			options[i].kind->read(config, &options[i], config->text[i], &message))
			continue;
		/* The value itself is not repeated: it may be a secret. */
		return config->source[i] == CONFIG_FLAG
			? problem_set(problem, ERR_INVALID, "--%s %s.", options[i].name, message)
			: problem_set(problem, ERR_INVALID, "%s %s.", options[i].variable, message);
	}
	if (!config->data_dir)
		return problem_set(
			problem, ERR_INVALID, "CAIRN_DATA must be set, since HOME is not.");
	if (!config->migrate_url)
		config->migrate_url = config->database_url;
	return ERR_OK;
}

enum err config_load(struct config *config, int *argc, char **argv, struct problem *problem)
{
	enum err err;

	*config = (struct config){0};
	arena_init(&config->arena);
	set_defaults(config);
	err = take_flags(config, argc, argv, problem);
	return err ? err : read_all(config, problem);
}

void config_deinit(struct config *config)
{
	arena_deinit(&config->arena);
}

/* --- printing ----------------------------------------------------------------------------------- */

/* What follows password= up to the next parameter becomes ***. */
static void put_parameters(struct buf *out, struct str text)
{
	size_t password = str_find(text, STR("password="));
	struct str rest;

	if (password == text.len) {
		buf_append(out, text);
		return;
	}
	buf_append(out, str_slice(text, 0, password + 9));
	buf_append_cstr(out, "***");
	rest = str_slice(text, password + 9, text.len);
	buf_append(out, str_slice(rest, str_find_char(rest, '&'), rest.len));
}

/* The password of scheme://user:password@host becomes *** as well. */
static void put_address(struct buf *out, struct str text)
{
	size_t begin = MIN(str_find(text, STR("://")) + 3, text.len);
	struct str rest = str_slice(text, begin, text.len);
	struct str authority = str_slice(rest, 0, str_find_char(rest, '/'));
	size_t at = authority.len;
	size_t colon = str_find_char(authority, ':');

	while (at > 0 && authority.ptr[at - 1] != '@')
		at--;
	if (colon < at) {
		buf_append(out, str_slice(text, 0, begin + colon + 1));
		buf_append_cstr(out, "***@");
		rest = str_slice(rest, at, rest.len);
	} else {
		buf_append(out, str_slice(text, 0, begin));
	}
	put_parameters(out, rest);
}

static void print_option(const struct config *config, size_t i, struct buf *out)
{
	static const char *const sources[] = {"default", "environment", "flag"};
	const struct config_option *option = &options[i];

	if (!config->text[i]) {
		buf_printf(out, "# %s is not set\n", option->variable);
		return;
	}
	buf_printf(out, "%s=", option->variable);
	if (option->secret)
		buf_append_cstr(out, "***");
	else if (option->kind->masked)
		put_address(out, str_of(config->text[i]));
	else
		buf_append_cstr(out, config->text[i]);
	buf_printf(out, "  # %s\n", sources[config->source[i]]);
}

void config_print(const struct config *config, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		print_option(config, i, out);
}
