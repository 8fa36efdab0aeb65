/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Configuration: one table of options, read from flags and the environment (flags win).
 *
 * Every value is checked at start; a bad one is one sentence that names the option. An empty value is
 * an absent one, so that a compose file may leave variables blank. Everything stands in the
 * configuration's own arena and never changes while the loops run.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/problem.h"
#include "base/str.h"

enum { CONFIG_OPTION_MAX = 32, CONFIG_SECRET_MIN = 32 };

/* So many requests in so many seconds; limit 0 = off. */
struct config_rate {
	int64_t limit;
	int window_seconds;
};

enum config_source { CONFIG_DEFAULT, CONFIG_ENVIRONMENT, CONFIG_FLAG };

/* Texts are NULL when they are not set and have no default. */
struct config {
	int port;             /* 0 = any free one */
	const char *host;     /* NULL = all addresses */
	const char *data_dir; /* absolute */
	const char *database_url, *migrate_url, *backup_url, *redis_url;
	const char *jwt_secret, *jwt_refresh_secret;
	const char *public_url;      /* an origin: scheme and authority, no slash at the end */
	const char *cors_origin;     /* origins, comma separated */
	const char *trusted_proxies; /* CIDR list, comma separated */
	const char *oauth_google_client_id, *oauth_google_client_secret;
	const char *oauth_github_client_id, *oauth_github_client_secret;
	const char *smtp_url;
	const char *node_env;
	enum log_level log_level;
	int loops; /* 0 = one per core */
	int db_connections;
	int db_acquire_timeout, db_query_timeout; /* milliseconds */
	struct config_rate rate_limit;

	struct arena arena;
	const char *text[CONFIG_OPTION_MAX]; /* as given, by option */
	enum config_source source[CONFIG_OPTION_MAX];
};

/* For the documentation and its test. */
struct config_option {
	const char *name;     /* the flag without its dashes */
	const char *variable; /* of the environment */
	const char *initial;  /* NULL = not set */
	const char *help;
	bool secret; /* never printed */
	const struct config_kind *kind;
	size_t offset;       /* in struct config */
	long min, max;       /* of numbers */
	const char *accepts; /* schemes or words, separated by blanks */
};

const struct config_option *config_options(size_t *count_out);

/* Takes the flags it knows out of argv (`--port 80` and `--port=80`), leaves the rest for the subcommand
 * and lowers *argc. ERR_INVALID with the problem's message. */
MUST_CHECK enum err config_load(
	struct config *config, int *argc, char **argv, struct problem *problem);
/* Fills absent secrets from the data directory, making them at the first start (mode 0600; the directory
 * is made when missing). Blocking. */
MUST_CHECK enum err config_secrets(struct config *config, struct problem *problem);
/* `PORT=3000  # default`, one line an option; secrets and passwords in addresses are masked. */
void config_print(const struct config *config, struct buf *out);
void config_deinit(struct config *config);
