/* SPDX-License-Identifier: Apache-2.0 */
/* cairn: subcommands. */
#include <stdio.h>
#include <stdlib.h>

#include "backup.h"
#include "base/arena.h"
#include "core/config.h"
#include "feature/import_cli.h"
#include "serve.h"

static int command_config(struct config *config, int argc, char **argv)
{
	struct buf text;

	(void)argc;
	(void)argv;
	buf_init(&text, 64 * 1024);
	config_print(config, &text);
	fwrite(text.ptr, 1, text.len, stdout);
	buf_deinit(&text);
	return EXIT_SUCCESS;
}

static int command_version(struct config *config, int argc, char **argv)
{
	(void)config;
	(void)argc;
	(void)argv;
	printf("cairn %s\n", CAIRN_VERSION);
	return EXIT_SUCCESS;
}

static int command_help(struct config *config, int argc, char **argv);

static const struct command {
	const char *name;
	int (*run)(struct config *config, int argc, char **argv); /* argv without the command */
	const char *help;
} commands[] = {
	{"serve", serve, "run the server (the default)"},
	{"import", import_main, "bring a CSV file into an organisation"},
	{"backup", backup_main, "write the whole database to a file"},
	{"restore", restore_main, "replace the database by a backup"},
	{"config", command_config, "print the settings in force, secrets masked"},
	{"version", command_version, "print the version"},
	{"help", command_help, "print this"},
};

static int command_help(struct config *config, int argc, char **argv)
{
	size_t count;
	const struct config_option *options = config_options(&count);

	(void)config;
	(void)argc;
	(void)argv;
	printf("usage: cairn [command] [options]\n\ncommands:\n");
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].help);
	printf("\noptions, each also by the variable in brackets:\n");
	for (size_t i = 0; i < count; i++)
		printf("  --%s [%s]\n      %s\n", options[i].name, options[i].variable,
			options[i].help);
	return EXIT_SUCCESS;
}

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int run(int argc, char **argv)
{
	bool named = argc > 1 && argv[1][0] != '-';
	const struct command *command = command_find(named ? argv[1] : "serve");
	struct arena arena;
	struct problem problem;
	struct config config;
	int status = EXIT_FAILURE;

	if (!command) {
		fprintf(stderr, "cairn: there is no command \"%s\"; see cairn help\n", argv[1]);
		return EXIT_FAILURE;
	}
	if (named) {
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	arena_init(&arena);
	problem_init(&problem, &arena);
	if (config_load(&config, &argc, argv, &problem) == ERR_OK)
		status = command->run(&config, argc, argv);
	else
		fprintf(stderr, "cairn: %.*s\n", STR_ARG(problem.message));
	config_deinit(&config);
	arena_deinit(&arena);
	return status;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--help") == 0)
		argv[1] = "help";
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		argv[1] = "version";
	return run(argc, argv);
}
