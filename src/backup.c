/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subcommands backup and restore: which database, then db/backup.h.
 *
 * With CAIRN_BACKUP_URL that one; else the private PostgreSQL: of the server that is running, or started for as
 * long as it takes. A restore wants that nobody serves.
 */
#include "backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/embedded.h"
#include "core/config.h"
#include "db/backup.h"
#include "db/private_pg.h"

enum { TEXT_MAX = 4096 };

typedef enum err work_fn(const struct backup *backup, struct problem *problem);

/* The socket of the running server's cluster: "" when none answers there. */
static void find_running(const struct config *config, char *conninfo)
{
	char path[TEXT_MAX], folder[TEXT_MAX / 2], socket[TEXT_MAX];
	FILE *file;

	conninfo[0] = '\0';
	snprintf(path, sizeof(path), "%s/postgres.socket", config->data_dir);
	file = fopen(path, "re");
	if (!file)
		return;
	if (fgets(folder, sizeof(folder), file)) {
		folder[strcspn(folder, "\n")] = '\0';
		snprintf(socket, sizeof(socket), "%s/.s.PGSQL.5432", folder);
		if (access(socket, F_OK) == 0)
			snprintf(conninfo, TEXT_MAX, "host=%s user=postgres dbname=cairn", folder);
	}
	fclose(file);
}

static enum err run_private(const struct config *config, struct backup *backup,
	struct problem *problem, work_fn *work, bool alone)
{
	struct private_pg_config pg_config = {
		.data_dir = config->data_dir, .bootstrap_sql = backup->bootstrap};
	char conninfo[TEXT_MAX];
	struct private_pg *pg;
	enum err err;

	find_running(config, conninfo);
	if (conninfo[0] && !alone) {
		backup->conninfo = conninfo;
		return work(backup, problem);
	}
	err = private_pg_start(&pg_config, problem, &pg);
	if (err)
		return err;
	backup->conninfo = private_pg_conninfo(pg, "postgres");
	err = work(backup, problem);
	private_pg_stop(pg);
	return err;
}

static int run(struct config *config, struct backup *backup, work_fn *work, bool alone)
{
	struct arena arena;
	struct problem problem;
	enum err err;

	arena_init(&arena);
	problem_init(&problem, &arena);
	backup->bootstrap = (const char *)embedded_bootstrap_sql.data;
	backup->conninfo = config->backup_url;
	if (config->database_url && !config->backup_url)
		err = problem_set(&problem, ERR_INTERNAL,
			"With DATABASE_URL, CAIRN_BACKUP_URL must name the same database as a "
			"superuser (to back up, BYPASSRLS will do).");
	else
		err = backup->conninfo ? work(backup, &problem)
				       : run_private(config, backup, &problem, work, alone);
	if (err)
		fprintf(stderr, "cairn: %.*s\n", STR_ARG(problem.message));
	arena_deinit(&arena);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

int backup_main(struct config *config, int argc, char **argv)
{
	struct backup backup = {.file = argc == 2 ? argv[1] : NULL};

	/* The log of a cluster that is started for it does not belong into the file. */
	if (backup.file && strcmp(backup.file, "-") == 0) {
		backup.output = dup(STDOUT_FILENO);
		dup2(STDERR_FILENO, STDOUT_FILENO);
	}
	if (backup.file)
		return run(config, &backup, backup_make, false);
	fprintf(stderr, "usage: cairn backup FILE, or - for standard output\n");
	return EXIT_FAILURE;
}

int restore_main(struct config *config, int argc, char **argv)
{
	struct backup backup = {.file = NULL};
	bool good = true;

	for (int i = 1; i < argc; i++) {
		bool overwrite = strcmp(argv[i], "--overwrite") == 0;

		good = good && (overwrite || (!backup.file && argv[i][0] != '-'));
		backup.overwrite |= overwrite;
		if (!overwrite)
			backup.file = argv[i];
	}
	if (good && backup.file)
		return run(config, &backup, backup_restore, true);
	fprintf(stderr, "usage: cairn restore FILE [--overwrite]\n");
	return EXIT_FAILURE;
}
