/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of the private PostgreSQL: paths, the user it runs as, the child. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

#include "db/private_pg.h"

/* sun_path holds 108 bytes and PostgreSQL appends "/.s.PGSQL.5432.lock". */
enum { SOCKET_DIR_MAX = 80, PG_GROUPS_MAX = 64 };

struct pg_user {
	bool change; /* we are root, the child is not */
	uid_t uid;
	gid_t gid;
	gid_t groups[PG_GROUPS_MAX];
	int group_count;
	char name[64];
};

enum pg_role { PG_ROLE_APP, PG_ROLE_OWNER, PG_ROLE_SUPERUSER, PG_ROLE__COUNT };

struct pg_watch;

struct private_pg {
	char data[PATH_MAX - 64];
	char cluster[PATH_MAX];
	char bin[PATH_MAX];
	char socket_dir[SOCKET_DIR_MAX];
	char conninfo[PG_ROLE__COUNT][256];
	struct pg_user user;
	int lock_fd;
	int major; /* of the programs in `bin` */
	pid_t pid; /* the postmaster; 0 when there is none */
	struct pg_watch *watch;
};

/* --- private_pg_process.c: children ------------------------------------------------------------- */

/* Whom the child shall be: Debian's `postgres` for root, else the caller. */
MUST_CHECK enum err pg_user_find(struct pg_user *user, struct problem *problem);
/* Runs fn(arg) in a child that is that user and waits: its return value, or -1. */
int pg_run_as(const struct pg_user *user, int (*fn)(void *), void *arg);
/* Starts `argv` (argv[0] a path) as that user in `dir`, with a scrubbed environment, no descriptor
 * but output on `output` (which stays the caller's), dying with this thread by `death_signal`.
 * Returns the process id, -1 when fork fails. */
pid_t pg_spawn(const struct pg_user *user, const char *dir, const char *const *argv, int output,
	int death_signal);
/* Waits up to `ms`; true when the child has ended, with its status. */
bool pg_wait(pid_t pid, unsigned ms, int *status_out);
void pg_nap(unsigned ms);
/* Whether the cluster's last postmaster ended without saying so; while none runs. */
bool pg_was_killed(const struct private_pg *pg);
/* Ends a postmaster that is not our child and that uses this cluster. */
MUST_CHECK enum err pg_stop_orphan(struct private_pg *pg, struct problem *problem);
MUST_CHECK enum err pg_spawn_postmaster(struct private_pg *pg, struct problem *problem);

/* --- private_pg_cluster.c: what stands on disk ----------------------------------------------------- */

MUST_CHECK enum err pg_prepare_data_dir(struct private_pg *pg, struct problem *problem);
MUST_CHECK enum err pg_find_programs(
	struct private_pg *pg, const char *bin_dir, struct problem *problem);
MUST_CHECK enum err pg_prepare_cluster(struct private_pg *pg, struct problem *problem);
MUST_CHECK enum err pg_prepare_socket_dir(struct private_pg *pg, struct problem *problem);

/* --- private_pg_watch.c: supervision --------------------------------------------------------------- */

void pg_watch_end(struct private_pg *pg);
