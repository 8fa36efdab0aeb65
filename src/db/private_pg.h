/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The private PostgreSQL: a cluster in Cairn's data directory, run as a supervised child.
 *
 * initdb on first start, Unix socket only, in a short 0700 directory. As root the child runs as Debian's
 * `postgres` user, because PostgreSQL refuses root. The child dies with its parent; an orphan of an
 * earlier crash is adopted or stopped. See DESIGN §2.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"

struct private_pg;

struct private_pg_config {
	const char *data_dir;           /* absolute; created when missing */
	const char *bin_dir;            /* NULL: the newest under /usr/lib/postgresql */
	const char *bootstrap_sql;      /* run as superuser after initdb and at each change of its text */
};

/* Blocking, before the loops run. On failure the problem's message tells what to do. */
MUST_CHECK enum err private_pg_start(const struct private_pg_config *config, struct problem *problem,
				     struct private_pg **out);
/* conninfo of a role over the socket, valid as long as the cluster. Roles: "cairn_app", "cairn_owner". */
const char *private_pg_conninfo(const struct private_pg *pg, const char *role);
/* Watches the child from the loop of the calling thread: when it dies it is started again, with
 * back-off. */
struct loop;
void private_pg_supervise(struct private_pg *pg, struct loop *loop);
/* Fast shutdown (checkpoint), waits for the end. Also ends the supervision. */
void private_pg_stop(struct private_pg *pg);
