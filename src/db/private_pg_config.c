/* SPDX-License-Identifier: Apache-2.0 */
/* The private cluster's configuration file, by the size of the machine. */
#include "db/private_pg_config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "db/private_pg_internal.h"

struct config_files {
	const char *cluster, *bin;
};

static const char fixed[] =
	"# Written by Cairn at every start. Put your own settings into postgresql.conf, below the\n"
	"# line that includes this file, or use ALTER SYSTEM.\n"
	"fsync = on\n"
	"full_page_writes = on\n"
	"synchronous_commit = on\n"
	/* After a crash: one call a file system instead of one a file. */
	"recovery_init_sync_method = syncfs\n"
	"wal_level = replica\n"
	"wal_compression = on\n"
	"max_wal_senders = 4\n"
	"min_wal_size = 128MB\n"
	"max_wal_size = 2GB\n"
	"checkpoint_timeout = 10min\n"
	"max_connections = 100\n"
	/* Many small statements on solid-state disks: compiling plans only costs. */
	"jit = off\n"
	"random_page_cost = 1.1\n"
	/* A long search keeps to one process, which the slow lane makes nice; helpers would not be. */
	"max_parallel_workers_per_gather = 0\n"
	"autovacuum_naptime = 20s\n"
	"autovacuum_vacuum_scale_factor = 0.05\n"
	"autovacuum_analyze_scale_factor = 0.02\n"
	"timezone = 'UTC'\n"
	"datestyle = 'iso, ymd'\n"
	"default_text_search_config = 'pg_catalog.simple'\n"
	/* Seven files that overwrite each other: the log never fills the disk. */
	"logging_collector = on\n"
	"log_directory = 'log'\n"
	"log_filename = 'postgresql-%a.log'\n"
	"log_rotation_age = 1d\n"
	"log_rotation_size = 0\n"
	"log_truncate_on_rotation = on\n"
	"log_timezone = 'UTC'\n"
	"log_line_prefix = '%m [%p] %q%u %a '\n"
	"log_min_duration_statement = 1s\n"
	"log_lock_waits = on\n"
	"log_checkpoints = off\n"
	/* Values belong to the tenants: neither parameters nor failing rows (DETAIL) are logged. */
	"log_parameter_max_length = 0\n"
	"log_parameter_max_length_on_error = 0\n"
	"log_error_verbosity = terse\n";

static long clamp(long value, long low, long high)
{
	return value < low ? low : value > high ? high : value;
}

/* Of the container when it has a limit, else of the machine. */
static long memory_mb(void)
{
	long machine = sysconf(_SC_PHYS_PAGES) / 1024 * (sysconf(_SC_PAGESIZE) / 1024);
	FILE *file = fopen("/sys/fs/cgroup/memory.max", "re");
	unsigned long long limit;

	if (!file)
		return machine;
	if (fscanf(file, "%llu", &limit) == 1 && limit >> 20 < (unsigned long long)machine)
		machine = (long)(limit >> 20);
	fclose(file);
	return machine;
}

static void write_by_memory(FILE *out)
{
	long mb = memory_mb();

	fprintf(out, "shared_buffers = %ldMB\n", clamp(mb / 8, 32, 1024));
	fprintf(out, "effective_cache_size = %ldMB\n", clamp(mb / 2, 128, 65536));
	fprintf(out, "work_mem = %ldMB\n", clamp(mb / 512, 4, 32));
	fprintf(out, "maintenance_work_mem = %ldMB\n", clamp(mb / 16, 64, 512));
}

/* The library is in a package of its own in some distributions; without it PostgreSQL would not start. */
static void write_preloads(FILE *out, const char *bin)
{
	char path[PATH_MAX + 40];

	snprintf(path, sizeof(path), "%s/../lib/pg_stat_statements.so", bin);
	if (access(path, R_OK) == 0)
		fputs("shared_preload_libraries = 'pg_stat_statements'\n", out);
}

static FILE *create(const char *path, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);

	return fd < 0 ? NULL : fdopen(fd, "w");
}

/* These run as the cluster's user: root writes nothing where another user could plant a link. */
static int write_file(void *arg)
{
	const struct config_files *files = arg;
	char path[PATH_MAX + 16], fresh[PATH_MAX + 24];
	FILE *out;

	snprintf(path, sizeof(path), "%s/cairn.conf", files->cluster);
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	out = create(fresh, O_TRUNC);
	if (!out)
		return 1;
	fputs(fixed, out);
	write_by_memory(out);
	write_preloads(out, files->bin);
	if (fflush(out) != 0 || fsync(fileno(out)) != 0)
		return 1;
	return fclose(out) == 0 && rename(fresh, path) == 0 ? 0 : 1;
}

static int append_include(void *arg)
{
	const struct config_files *files = arg;
	char path[PATH_MAX + 24];
	FILE *out;

	snprintf(path, sizeof(path), "%s/postgresql.conf", files->cluster);
	out = create(path, O_APPEND);
	if (!out)
		return 1;
	fputs("\ninclude 'cairn.conf'\n", out);
	return fclose(out) == 0 ? 0 : 1;
}

bool pg_config_include(const struct pg_user *user, const char *cluster)
{
	struct config_files files = {.cluster = cluster};

	return pg_run_as(user, append_include, &files) == 0;
}

bool pg_config_write(const struct pg_user *user, const char *cluster, const char *bin)
{
	struct config_files files = {.cluster = cluster, .bin = bin};

	return pg_run_as(user, write_file, &files) == 0;
}
