/* SPDX-License-Identifier: Apache-2.0 */
/* The serving process: database, loops, server, signals. */
#pragma once

struct config;

/* The subcommand: runs until SIGTERM or SIGINT, then drains. Exit status. */
int serve(struct config *config, int argc, char **argv);
