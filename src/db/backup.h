/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Backups: one file of the whole database, made by pg_dump and read by pg_restore of PostgreSQL's own version.
 *
 * A backup is consistent while others write: it is one snapshot. A restore fills a new database beside the old
 * one, and takes its place when it is whole. Numbers of transactions mean nothing there, so the log begins
 * anew: its rows count as older than all to come, and cursors of the feed are refused.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "base/problem.h"

struct backup {
	const char *conninfo;  /* of a superuser; for a backup, of a role with BYPASSRLS at least */
	const char *file;      /* "-" of a backup: standard output */
	int output;            /* where standard output is, when it is elsewhere by now; else 0 */
	const char *bootstrap; /* text of deploy/postgres/bootstrap.sql */
	bool overwrite;        /* a database that holds organisations */
};

/* Blocking. On failure the message tells what to do, and nothing is left but what there was. */
MUST_CHECK enum err backup_make(const struct backup *backup, struct problem *problem);
MUST_CHECK enum err backup_restore(const struct backup *backup, struct problem *problem);
