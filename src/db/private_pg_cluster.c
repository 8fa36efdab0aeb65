/* SPDX-License-Identifier: Apache-2.0 */
/* The private PostgreSQL on disk: data directory, programs, cluster, socket directory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "db/private_pg_config.h"
#include "db/private_pg_internal.h"

#define PROGRAMS "/usr/lib/postgresql"

/* --- the data directory --------------------------------------------------------------------------- */

static bool make_dirs(const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", dir);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			return false;
		*slash = '/';
	}
	/* Enterable, because the cluster's user passes through; what is secret in it is 0600. */
	return mkdir(path, 0711) == 0 || errno == EEXIST;
}

/* Ends with the depth of the first directory that the child's user cannot enter; 0 when it can. */
static int try_to_enter(void *arg)
{
	char path[PATH_MAX];
	int depth = 1;

	snprintf(path, sizeof(path), "%s", (const char *)arg);
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/'), depth++) {
		*slash = '\0';
		if (chdir(path) != 0)
			return depth;
		*slash = '/';
	}
	return chdir(path) == 0 ? 0 : depth;
}

static enum err check_enterable(struct private_pg *pg, struct problem *problem)
{
	int depth = pg_run_as(&pg->user, try_to_enter, pg->data);
	const char *end = pg->data;

	if (depth == 0)
		return ERR_OK;
	if (depth < 0)
		return problem_set(
			problem, ERR_INTERNAL, "Cannot become user `%s`.", pg->user.name);
	while (depth-- && end)
		end = strchr(end + 1, '/');
	return problem_set(problem, ERR_INTERNAL,
		"As root Cairn runs PostgreSQL as user `%s`, who may not enter %.*s: choose "
		"another data "
		"directory (/var/lib/cairn is the default), or allow it with `chmod o+x`.",
		pg->user.name, end ? (int)(end - pg->data) : (int)strlen(pg->data), pg->data);
}

static enum err take_lock(struct private_pg *pg, struct problem *problem)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/lock", pg->data);
	pg->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (pg->lock_fd < 0)
		return problem_set(problem, ERR_INTERNAL,
			"Cannot write to the data directory %s: %s.", pg->data, strerror(errno));
	if (flock(pg->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return problem_set(problem, ERR_INTERNAL,
			"Another Cairn serves from the data directory %s.", pg->data);
	return ERR_OK;
}

enum err pg_prepare_data_dir(struct private_pg *pg, struct problem *problem)
{
	enum err err;

	if (pg->data[0] != '/')
		return problem_set(
			problem, ERR_INTERNAL, "The data directory must be an absolute path.");
	if (!make_dirs(pg->data))
		return problem_set(problem, ERR_INTERNAL, "Cannot make the data directory %s: %s.",
			pg->data, strerror(errno));
	err = take_lock(pg, problem);
	return err ? err : check_enterable(pg, problem);
}

/* --- programs --------------------------------------------------------------------------------------- */

static int cluster_major(const struct private_pg *pg)
{
	char path[PATH_MAX + 16];
	FILE *file;
	int major = 0;

	snprintf(path, sizeof(path), "%s/PG_VERSION", pg->cluster);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%d", &major) != 1)
		major = -1;
	fclose(file);
	return major;
}

static bool has_programs(const char *bin)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/initdb", bin);
	if (access(path, X_OK) != 0)
		return false;
	snprintf(path, sizeof(path), "%s/postgres", bin);
	return access(path, X_OK) == 0;
}

static int newest_installed(void)
{
	DIR *dir = opendir(PROGRAMS);
	struct dirent *entry;
	int newest = 0;

	if (!dir)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		int major = (int)strtol(entry->d_name, NULL, 10);
		char bin[PATH_MAX];

		snprintf(bin, sizeof(bin), PROGRAMS "/%s/bin", entry->d_name);
		if (major > newest && has_programs(bin))
			newest = major;
	}
	closedir(dir);
	return newest;
}

/* "postgres (PostgreSQL) 15.18 (Debian …)" */
static int major_of_programs(struct private_pg *pg)
{
	char program[PATH_MAX + 16], text[128] = "";
	const char *argv[] = {program, "--version", NULL}, *number;
	int ends[2], status = 0;
	ssize_t len;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return 0;
	snprintf(program, sizeof(program), "%s/postgres", pg->bin);
	pid = pg_spawn(&pg->user, "/", argv, ends[1], SIGKILL);
	close(ends[1]);
	len = read(ends[0], text, sizeof(text) - 1);
	close(ends[0]);
	if (pid < 0 || !pg_wait(pid, 5000, &status) || len <= 0)
		return 0;
	number = strstr(text, ") ");
	return number ? (int)strtol(number + 2, NULL, 10) : 0;
}

static enum err check_versions(struct private_pg *pg, int cluster, struct problem *problem)
{
	if (!has_programs(pg->bin) || (pg->major = major_of_programs(pg)) == 0)
		return problem_set(
			problem, ERR_INTERNAL, "There are no PostgreSQL programs in %s.", pg->bin);
	if (pg->major < 15)
		return problem_set(problem, ERR_INTERNAL,
			"PostgreSQL %d in %s is too old: Cairn needs 15 or later.", pg->major,
			pg->bin);
	if (cluster && cluster != pg->major)
		return problem_set(problem, ERR_INTERNAL,
			"The cluster in %s was made by PostgreSQL %d and %s holds %d: install "
			"postgresql-%d, or move the cluster with pg_upgrade as docs/operations.md "
			"says.",
			pg->cluster, cluster, pg->bin, pg->major, cluster);
	return ERR_OK;
}

enum err pg_find_programs(struct private_pg *pg, const char *bin_dir, struct problem *problem)
{
	int cluster = cluster_major(pg), newest;

	if (bin_dir) {
		snprintf(pg->bin, sizeof(pg->bin), "%s", bin_dir);
		return check_versions(pg, cluster, problem);
	}
	snprintf(pg->bin, sizeof(pg->bin), PROGRAMS "/%d/bin", cluster);
	if (cluster > 0 && has_programs(pg->bin))
		return check_versions(pg, cluster, problem);
	newest = newest_installed();
	if (!newest)
		return problem_set(problem, ERR_INTERNAL,
			"PostgreSQL is not installed: install the package postgresql, or set "
			"DATABASE_URL to "
			"a server.");
	snprintf(pg->bin, sizeof(pg->bin), PROGRAMS "/%d/bin", newest);
	return check_versions(pg, cluster, problem);
}

/* --- the cluster ------------------------------------------------------------------------------------ */

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
	(void)info;
	(void)kind;
	/* The top stands in a directory that is not the child's to change. */
	return walk->level == 0 ? 0 : remove(path);
}

static int empty_tree(void *arg)
{
	return nftw(arg, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : 1;
}

static bool remove_tree(const struct private_pg *pg, char *path)
{
	struct stat info;

	if (lstat(path, &info) != 0)
		return true;
	return pg_run_as(&pg->user, empty_tree, path) == 0 && rmdir(path) == 0;
}

/* The last line that initdb or the postmaster said, for the message. */
static void last_words(const struct private_pg *pg, char *out, size_t size)
{
	char path[PATH_MAX], line[400];
	FILE *file;

	snprintf(out, size, "no output");
	snprintf(path, sizeof(path), "%s/postgres.start.log", pg->data);
	file = fopen(path, "re");
	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (line[0] != '\n')
			snprintf(out, size, "%.*s", (int)strcspn(line, "\n"), line);
	fclose(file);
}

static bool run_initdb(struct private_pg *pg, const char *target)
{
	char program[PATH_MAX + 16], log_path[PATH_MAX];
	/*
	 * trust: whoever reaches the socket has passed its directory, which is 0700 and belongs to the
	 * user who also owns the data files. A password would be stored beside them and keep nobody out.
	 */
	const char *argv[] = {program, "-D", target, "-U", "postgres", "-E", "UTF8",
		"--locale=C.UTF-8", "-k", "--auth=trust", "--no-instructions", NULL};
	int output, status = -1;
	pid_t pid;

	snprintf(program, sizeof(program), "%s/initdb", pg->bin);
	snprintf(log_path, sizeof(log_path), "%s/postgres.start.log", pg->data);
	output = open(log_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	pid = pg_spawn(&pg->user, target, argv, output, SIGKILL);
	if (output >= 0)
		close(output);
	return pid > 0 && pg_wait(pid, 300000, &status) && status == 0;
}

/* Made beside its place and moved there when complete: an interrupted initdb leaves no half cluster. */
static enum err make_cluster(struct private_pg *pg, struct problem *problem)
{
	char fresh[PATH_MAX + 8], words[256];

	log_info("making the PostgreSQL cluster", LOG_CSTR("directory", pg->cluster));
	snprintf(fresh, sizeof(fresh), "%s.new", pg->cluster);
	if (!remove_tree(pg, fresh) || mkdir(fresh, 0700) != 0 ||
		(pg->user.change && chown(fresh, pg->user.uid, pg->user.gid) != 0))
		return problem_set(
			problem, ERR_INTERNAL, "Cannot make %s: %s.", fresh, strerror(errno));
	if (!run_initdb(pg, fresh)) {
		last_words(pg, words, sizeof(words));
		return problem_set(problem, ERR_INTERNAL, "initdb failed: %s", words);
	}
	if (!pg_config_include(&pg->user, fresh))
		return problem_set(
			problem, ERR_INTERNAL, "Cannot write the configuration in %s.", fresh);
	if (rename(fresh, pg->cluster) != 0)
		return problem_set(problem, ERR_INTERNAL, "Cannot move %s into place: %s.", fresh,
			strerror(errno));
	return ERR_OK;
}

enum err pg_prepare_cluster(struct private_pg *pg, struct problem *problem)
{
	struct stat info;
	enum err err = ERR_OK;

	if (cluster_major(pg) == 0) {
		if (lstat(pg->cluster, &info) == 0)
			return problem_set(problem, ERR_INTERNAL,
				"%s is there but holds no PostgreSQL cluster: move it away.",
				pg->cluster);
		err = make_cluster(pg, problem);
	}
	if (!err && !pg_config_write(&pg->user, pg->cluster, pg->bin))
		err = problem_set(problem, ERR_INTERNAL, "Cannot write the configuration in %s.",
			pg->cluster);
	return err;
}

/* --- the socket directory ----------------------------------------------------------------------------- */

static bool is_ours(const struct private_pg *pg, const char *dir)
{
	struct stat info;

	return lstat(dir, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == pg->user.uid &&
		(info.st_mode & 077) == 0;
}

static bool recorded(struct private_pg *pg, const char *record)
{
	FILE *file = fopen(record, "re");
	bool found;

	if (!file)
		return false;
	found = fgets(pg->socket_dir, sizeof(pg->socket_dir), file) != NULL;
	fclose(file);
	pg->socket_dir[strcspn(pg->socket_dir, "\n")] = '\0';
	return found && pg->socket_dir[0] == '/' && is_ours(pg, pg->socket_dir);
}

static bool make_below(struct private_pg *pg, const char *base)
{
	int len = snprintf(pg->socket_dir, sizeof(pg->socket_dir), "%s/cairn-XXXXXX", base);

	if (len < 0 || (size_t)len >= sizeof(pg->socket_dir) || !mkdtemp(pg->socket_dir))
		return false;
	return !pg->user.change || chown(pg->socket_dir, pg->user.uid, pg->user.gid) == 0;
}

static bool record_it(const struct private_pg *pg, const char *record)
{
	int fd = open(record, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool done;

	if (fd < 0)
		return false;
	done = dprintf(fd, "%s\n", pg->socket_dir) > 0;
	return close(fd) == 0 && done;
}

enum err pg_prepare_socket_dir(struct private_pg *pg, struct problem *problem)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char record[PATH_MAX];

	snprintf(record, sizeof(record), "%s/postgres.socket", pg->data);
	if (recorded(pg, record))
		return ERR_OK;
	if (!make_below(pg, "/run") && (pg->user.change || !runtime || !make_below(pg, runtime)) &&
		!make_below(pg, "/tmp"))
		return problem_set(problem, ERR_INTERNAL,
			"Cannot make a directory for PostgreSQL's socket below /run or /tmp: %s.",
			strerror(errno));
	if (!record_it(pg, record))
		return problem_set(
			problem, ERR_INTERNAL, "Cannot write %s: %s.", record, strerror(errno));
	return ERR_OK;
}
