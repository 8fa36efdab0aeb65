/* SPDX-License-Identifier: Apache-2.0 */
/* cairn backup FILE|-, and cairn restore FILE [--overwrite]. */
#pragma once

struct config;

/* Exit status. `argv` without the name of the command. */
int backup_main(struct config *config, int argc, char **argv);
int restore_main(struct config *config, int argc, char **argv);
