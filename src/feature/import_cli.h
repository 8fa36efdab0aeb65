/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cairn import FILE --map MAP.json --org NAME_OR_ID [--into deals] [--as E-MAIL] [--key FIELD]
 *     [--rehearse] [--report REFUSED.csv]
 *
 * Works on the database itself, beside a running server: with DATABASE_URL on that one, else on the
 * private PostgreSQL of the server that uses the data directory. Acts as the member that --as names, else
 * as the organisation's first administrator, with what that member may do.
 */
#pragma once

struct config;

/* Exit status: 0 when the import is committed, 1 otherwise. `argv` without the name of the command. */
int import_main(struct config *config, int argc, char **argv);
