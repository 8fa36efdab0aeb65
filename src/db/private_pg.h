/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The private PostgreSQL: a cluster in Cairn's data directory, run as a supervised child.
 *
 *   <data>/lock             held by the server that uses the directory
 *   <data>/postgres/        the cluster (0700), made by initdb on first start
 *   <data>/postgres.socket  text: the directory of the socket
 *
 * The cluster listens on a Unix socket only, in a short 0700 directory below /run or /tmp. As root the
 * child runs as Debian's `postgres` user, because PostgreSQL refuses root; <data> and its parents must
 * then be enterable by that user. The child gets a fast shutdown when its parent dies; an orphan that
 * survived is stopped before the start. See DESIGN §2.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"

struct loop;
struct private_pg;

struct private_pg_config {
	const char *data_dir; /* Cairn's, absolute; made (0711) when missing */
	const char
		*bin_dir; /* NULL: the cluster's version under /usr/lib/postgresql, or the newest */
	const char
		*bootstrap_sql; /* run as superuser in database cairn at every start; NULL: none */
};

/* Blocking, before the loops run, on a thread that lives as long as the process (the child dies with
 * it). Makes the cluster and the database `cairn` when missing. On failure the problem's message tells
 * what to do. */
MUST_CHECK enum err private_pg_start(
	const struct private_pg_config *config, struct problem *problem, struct private_pg **out);
/* conninfo of a role over the socket, valid until private_pg_stop. Roles: "cairn_app", "cairn_owner";
 * "postgres" is the superuser. NULL for any other. */
const char *private_pg_conninfo(const struct private_pg *pg, const char *role);
/* Process id of the running postmaster, 0 while there is none. */
int private_pg_pid(const struct private_pg *pg);
/* Watches the child from `loop`, which must belong to the thread that started it: when it dies it is
 * started again, with back-off. */
void private_pg_supervise(struct private_pg *pg, struct loop *loop);
/* Ends the supervision, shuts down fast (a checkpoint) and waits for the end; frees `pg`. On the
 * supervising thread, before its loop is stopped. */
void private_pg_stop(struct private_pg *pg);
