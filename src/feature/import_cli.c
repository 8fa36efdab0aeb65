/* SPDX-License-Identifier: Apache-2.0 */
/* Imports from the command line. */
#include "feature/import_cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fiber.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/time.h"
#include "core/app.h"
#include "core/caller.h"
#include "core/config.h"
#include "core/unit.h"
#include "feature/import_cli_show.h"

enum { PIECE = 64 * 1024, MAP_MAX = 1024 * 1024, CONNECT_MS = 10000 };

struct options {
	const char *file, *into, *map, *org, *as, *report, *key;
	bool rehearse, accept;
};

struct cli {
	const struct config *config;
	struct options options;
	struct arena arena;
	struct request req;
	struct caller caller;
	struct loop loop;
	struct app app;
	struct app *apps[1];
	struct db *owner; /* asks who the caller is; the serving role may not */
	int fd;
	char *piece;
	int status;
	unsigned open;
};

static enum err complain(struct cli *cli, const char *what, const char *about)
{
	return problem_set(&cli->req.problem, ERR_INVALID, "%s%s", what, about);
}

/* --- arguments -------------------------------------------------------------------------------- */

static const char **option_place(struct options *options, const char *name)
{
	const struct {
		const char *name;
		const char **place;
	} places[] = {
		{"--into", &options->into},
		{"--map", &options->map},
		{"--org", &options->org},
		{"--as", &options->as},
		{"--report", &options->report},
		{"--key", &options->key},
	};

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if (strcmp(places[i].name, name) == 0)
			return places[i].place;
	return NULL;
}

static enum err read_arguments(struct cli *cli, int argc, char **argv)
{
	struct options *options = &cli->options;

	for (int i = 1; i < argc; i++) {
		const char **place = option_place(options, argv[i]);

		if (strcmp(argv[i], "--rehearse") == 0)
			options->rehearse = true;
		else if (strcmp(argv[i], "--accept") == 0)
			options->accept = true;
		else if (place && i + 1 == argc)
			return complain(cli, "a value must follow ", argv[i]);
		else if (place)
			*place = argv[++i];
		else if (argv[i][0] == '-' && argv[i][1])
			return complain(cli, "there is no option ", argv[i]);
		else if (options->file)
			return complain(cli, "one file at a time, not also ", argv[i]);
		else
			options->file = argv[i];
	}
	if (!options->file || !options->org)
		return complain(cli,
			"usage: cairn import FILE --org NAME_OR_ID [--map MAP.json] [--into deals]"
			" [--as E-MAIL] [--key FIELD] [--accept] [--rehearse]"
			" [--report REFUSED.csv]",
			"");
	return ERR_OK;
}

/* A file, or the JSON itself. */
static enum err read_map(struct cli *cli, struct str *out)
{
	const char *path = cli->options.map;
	char *text = arena_bytes(&cli->arena, MAP_MAX + 1);
	FILE *file;

	*out = path ? str_of(path) : STR_NONE;
	if (!path || path[0] == '{')
		return ERR_OK;
	file = fopen(path, "r");
	if (!file)
		return complain(cli, "cannot read the map: ", strerror(errno));
	*out = (struct str){text, fread(text, 1, MAP_MAX + 1, file)};
	fclose(file);
	return out->len > MAP_MAX ? complain(cli, "the map has more than 1 MiB", "") : ERR_OK;
}

static enum err open_file(struct cli *cli, struct import_source *source)
{
	struct stat stat;
	const char *slash = strrchr(cli->options.file, '/');

	cli->fd = strcmp(cli->options.file, "-") == 0
		? STDIN_FILENO
		: open(cli->options.file, O_RDONLY | O_CLOEXEC);
	if (cli->fd < 0 || fstat(cli->fd, &stat) != 0)
		return complain(cli, "cannot read the file: ", strerror(errno));
	source->bytes_total = S_ISREG(stat.st_mode) ? (int64_t)stat.st_size : -1;
	source->file_name = str_of(slash ? slash + 1 : cli->options.file);
	return ERR_OK;
}

static enum err read_piece(void *arg, struct str *piece_out)
{
	struct cli *cli = arg;
	ssize_t n = read(cli->fd, cli->piece, PIECE);

	*piece_out = (struct str){cli->piece, n > 0 ? (size_t)n : 0};
	return n < 0 ? complain(cli, "cannot read the file: ", strerror(errno)) : ERR_OK;
}

/* --- the database ----------------------------------------------------------------------------- */

/* The socket of the private PostgreSQL stands in the data directory while a server runs. */
static enum err private_conninfo(struct cli *cli, const char *role, const char **out)
{
	struct str path = arena_printf(&cli->arena, "%s/postgres.socket", cli->config->data_dir);
	char dir[256] = "";
	FILE *file = fopen(path.ptr, "r");
	bool found = file && fgets(dir, sizeof(dir), file) != NULL;

	if (file)
		fclose(file);
	if (!found)
		return complain(cli, "no server uses ",
			arena_printf(&cli->arena,
				"%s: start one (cairn serve), or set DATABASE_URL",
				cli->config->data_dir)
				.ptr);
	dir[strcspn(dir, "\n")] = '\0';
	*out = arena_printf(&cli->arena, "host=%s port=5432 dbname=cairn user=%s", dir, role).ptr;
	return ERR_OK;
}

static struct db *open_db(struct cli *cli, const char *conninfo)
{
	struct db_config config = {
		.conninfo = conninfo,
		.connections = {[DB_FAST] = 1, [DB_SLOW] = 1, [DB_WRITE] = 1},
		.queue_max = 16,
	};

	cli->open++;
	return db_new(&cli->loop, &config);
}

static enum err open_databases(struct cli *cli)
{
	const struct config *config = cli->config;
	const char *app = config->database_url;
	const char *owner = config->migrate_url ? config->migrate_url : app;
	enum err err = ERR_OK;

	if (!app && (err = private_conninfo(cli, "cairn_app", &app)) == ERR_OK)
		err = private_conninfo(cli, "cairn_owner", &owner);
	if (err)
		return err;
	cli->app.db = open_db(cli, app);
	cli->owner = open_db(cli, owner);
	return ERR_OK;
}

/* --- the caller ------------------------------------------------------------------------------- */

static enum err read_caller(struct cli *cli, const struct db_result *row)
{
	struct caller *caller = &cli->caller;

	*caller = (struct caller){
		.user_id = db_value(row, 0, 0),
		.org_id = db_value(row, 0, 1),
		.email = db_value(row, 0, 2),
		.first_name = db_value(row, 0, 3),
		.last_name = db_value(row, 0, 4),
		.role = db_value(row, 0, 5),
		.team_id = db_value(row, 0, 9),
		.team_users = db_value(row, 0, 10),
		.partner_id = db_value(row, 0, 11),
		.org_name = db_value(row, 0, 12),
		.currency = db_value(row, 0, 13),
		.time_zone = db_value(row, 0, 14),
		.locale = db_value(row, 0, 15),
	};
	if (!preset_parse(db_value(row, 0, 6), &caller->preset))
		return ERR_INTERNAL;
	cli->req.caller = caller;
	return caller_set_access(caller, &cli->arena, db_value(row, 0, 7), db_value(row, 0, 8));
}

static enum err find_caller(struct cli *cli)
{
	struct db_error error = {0};
	struct db_result row;
	enum err err;

	fiber_set_deadline(time_monotonic_ms() + CONNECT_MS);
	err = db_query(cli->owner, DB_FAST, &cli->arena, NULL,
		&SQL("select user_id, org_id, email, first_name, last_name, role, preset, access, "
		     "fields, "
		     "team_id,"
		     " team_users, partner_id, org_name, currency, time_zone, locale from "
		     "import_caller($1, $2)",
			str_of(cli->options.org), str_of(cli->options.as)),
		&row, &error);
	if (err == ERR_DB_REFUSED)
		return complain(cli, "cannot look the organisation up: ",
			arena_cstr(&cli->arena, error.message));
	if (err)
		return complain(cli, "the database cannot be reached: ", err_info(err)->message);
	if (row.rows == 0)
		return complain(cli,
			"there is no such organisation, or nobody in it to import as: ",
			cli->options.org);
	if (row.rows > 1 && !str_eq_nocase(str_of(cli->options.org), db_value(&row, 0, 1)))
		return complain(cli,
			"several organisations have this name, give the id: ", cli->options.org);
	return read_caller(cli, &row);
}

/* --- telling ------------------------------------------------------------------------------------ */

static void print_problem(const struct cli *cli, enum err err)
{
	const struct problem *problem = &cli->req.problem;
	struct str message = problem->message.ptr ? problem->message
						  : str_of(err_info(err)->message);

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r\033[K");
	fprintf(stderr, "cairn: %.*s\n", STR_ARG(message));
	for (const struct problem_detail *d = problem->first; d; d = d->next)
		fprintf(stderr, "  %.*s: %.*s\n", STR_ARG(d->field), STR_ARG(d->message));
}

/* --- before the run ----------------------------------------------------------------------------- */

/* What the mapping lacks is found in the file, which is read once more for it. */
static enum err prepare(struct cli *cli, const struct import_source *source, struct str *map)
{
	struct import_finding finding = {.map = *map, .proposals = STR("[]")};
	enum err err;

	if (cli->options.map && !cli->options.accept)
		return ERR_OK;
	if (source->bytes_total < 0)
		return complain(cli,
			"without --map, or with --accept, the file is read twice: it must be a "
			"file, "
			"not a pipe",
			"");
	err = import_prepare(
		&cli->req, source, str_of(cli->options.into), cli->options.accept, &finding);
	if (!err)
		err = import_cli_finding(
			&cli->req, &finding, !cli->options.map, cli->options.accept);
	*map = finding.map;
	if (!err && lseek(cli->fd, 0, SEEK_SET) != 0)
		err = complain(cli, "cannot read the file: ", strerror(errno));
	return err;
}

/* --- the run ---------------------------------------------------------------------------------- */

static enum err import(struct cli *cli)
{
	struct import_source source = {.read = read_piece, .arg = cli};
	struct import_map *map = ARENA_NEW(&cli->arena, struct import_map);
	struct import_report report;
	struct str text;
	enum err err;

	if ((err = read_map(cli, &text)) || (err = open_file(cli, &source)) ||
		(err = find_caller(cli)) || (err = prepare(cli, &source, &text)) ||
		(err = import_map_read(&cli->req, text, str_of(cli->options.into),
			 str_of(cli->options.key), map)))
		return err;
	import_report_init(
		&report, &cli->req, cli->options.rehearse ? IMPORT_TRY : IMPORT_ONCE, STR_NONE);
	report.on_progress = import_cli_progress;
	err = import_run(&cli->req, map, &source, NULL, &report);
	if (!err)
		import_cli_print(&report);
	if (cli->options.report)
		import_cli_write(&cli->arena, &report, cli->options.report);
	import_report_deinit(&report);
	return err;
}

static void on_closed(void *arg)
{
	struct cli *cli = arg;

	if (--cli->open == 0)
		loop_stop(&cli->loop);
}

static void run(void *arg)
{
	struct cli *cli = arg;
	enum err err = import(cli);

	if (err)
		print_problem(cli, err);
	cli->status = err ? EXIT_FAILURE : EXIT_SUCCESS;
	db_close(cli->app.db, on_closed, cli);
	db_close(cli->owner, on_closed, cli);
}

static void run_loop(struct cli *cli)
{
	cli->piece = arena_bytes(&cli->arena, PIECE);
	cli->apps[0] = &cli->app;
	cli->app = (struct app){.loop = &cli->loop,
		.config = cli->config,
		.tenants = tenant_cache_new(),
		.all = cli->apps,
		.count = 1};
	loop_init(&cli->loop, 0);
	loop_bind(&cli->loop);
	if (open_databases(cli) == ERR_OK) {
		fiber_spawn(run, cli);
		loop_run(&cli->loop);
		loop_bind(&cli->loop);
	} else {
		print_problem(cli, ERR_INVALID);
	}
	loop_deinit(&cli->loop);
	loop_bind(NULL);
	tenant_cache_free(cli->app.tenants);
}

int import_main(struct config *config, int argc, char **argv)
{
	struct cli *cli = calloc(1, sizeof(*cli));
	enum err err;
	int status;

	INVARIANT(cli != NULL);
	arena_init(&cli->arena);
	request_init(&cli->req, &cli->arena);
	cli->config = config;
	cli->req.app = &cli->app;
	cli->req.id = STR("import");
	cli->fd = -1;
	cli->status = EXIT_FAILURE;
	log_set_level(LOG_LEVEL_WARN);
	err = read_arguments(cli, argc, argv);
	if (!err)
		err = resources_init(&cli->req.problem);
	if (err)
		print_problem(cli, err);
	else
		run_loop(cli);
	if (cli->fd > STDERR_FILENO)
		close(cli->fd);
	status = cli->status;
	arena_deinit(&cli->arena);
	free(cli);
	return status;
}
