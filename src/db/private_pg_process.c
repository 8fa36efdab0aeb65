/* SPDX-License-Identifier: Apache-2.0 */
/* The private PostgreSQL's processes: who they are, how they start and how they end. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "db/private_pg_internal.h"

/* Nothing of ours reaches PostgreSQL: a stray PGDATA, PGOPTIONS or LC_* would change the cluster. */
static char *const environment[] = {
	"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "LANG=C.UTF-8", "TZ=UTC", NULL};

/* --- the user ------------------------------------------------------------------------------------ */

enum err pg_user_find(struct pg_user *user, struct problem *problem)
{
	struct passwd *entry;

	*user = (struct pg_user){.uid = geteuid(), .gid = getegid()};
	if (user->uid != 0)
		return ERR_OK;
	entry = getpwnam("postgres");
	if (!entry)
		return problem_set(problem, ERR_INTERNAL,
			"PostgreSQL refuses to run as root and there is no user `postgres`: "
			"install "
			"the package postgresql, or start Cairn as another user.");
	user->change = true;
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	snprintf(user->name, sizeof(user->name), "%s", entry->pw_name);
	/* Looked up here, because after fork only async-signal-safe calls are allowed. */
	user->group_count = PG_GROUPS_MAX;
	if (getgrouplist(user->name, user->gid, user->groups, &user->group_count) < 0)
		user->group_count = 0;
	return ERR_OK;
}

static bool become(const struct pg_user *user)
{
	if (!user->change)
		return true;
	return setgroups((size_t)user->group_count, user->groups) == 0 && setgid(user->gid) == 0 &&
		setuid(user->uid) == 0;
}

/* --- children ------------------------------------------------------------------------------------ */

int pg_run_as(const struct pg_user *user, int (*fn)(void *), void *arg)
{
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return -1;
	if (pid == 0)
		_exit(become(user) ? fn(arg) : 255);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) == 255)
		return -1;
	return WEXITSTATUS(status);
}

static void reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* What is ignored stays ignored across exec. */
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
}

static void redirect(int output)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(output >= 0 ? output : null, STDOUT_FILENO);
	dup2(output >= 0 ? output : null, STDERR_FILENO);
	closefrom(STDERR_FILENO + 1);
}

NORETURN static void child(const struct pg_user *user, const char *dir, const char *const *argv,
	int output, int death_signal, pid_t parent)
{
	/* A session of its own: Ctrl-C in the terminal is for Cairn, which shuts PostgreSQL down last. */
	setsid();
	reset_signals();
	redirect(output);
	if (!become(user) || chdir(dir) != 0)
		_exit(126);
	/* A change of user clears it, so it comes after; the parent may have died in between. */
	if (prctl(PR_SET_PDEATHSIG, death_signal) != 0 || getppid() != parent)
		_exit(126);
	execve(argv[0], (char *const *)(uintptr_t)argv, environment);
	_exit(127);
}

pid_t pg_spawn(const struct pg_user *user, const char *dir, const char *const *argv, int output,
	int death_signal)
{
	pid_t parent = getpid();
	sigset_t all, before;
	pid_t pid;

	/* No handler of ours may run in the child. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		child(user, dir, argv, output, death_signal, parent);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return pid;
}

void pg_nap(unsigned ms)
{
	struct timespec wait = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	nanosleep(&wait, NULL);
}

bool pg_wait(pid_t pid, unsigned ms, int *status_out)
{
	enum { STEP_MS = 5 };

	for (unsigned waited = 0;; waited += STEP_MS) {
		if (waitpid(pid, status_out, WNOHANG) != 0)
			return true;
		if (waited >= ms)
			return false;
		pg_nap(STEP_MS);
	}
}

/* --- orphans ------------------------------------------------------------------------------------- */

static pid_t read_pid(const struct private_pg *pg)
{
	char path[PATH_MAX + 32];
	FILE *file;
	long pid = 0;

	snprintf(path, sizeof(path), "%s/postmaster.pid", pg->cluster);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%ld", &pid) != 1)
		pid = 0;
	fclose(file);
	return (pid_t)pid;
}

bool pg_was_killed(const struct private_pg *pg)
{
	return read_pid(pg) > 0;
}

/* A number in a stale file may by now be anybody's: a postmaster stands in its cluster. */
static bool is_postmaster_of(const struct private_pg *pg, pid_t pid)
{
	char link[64], target[PATH_MAX + 1], cluster[PATH_MAX];
	ssize_t len;

	if (pid <= 1)
		return false;
	snprintf(link, sizeof(link), "/proc/%d/cwd", (int)pid);
	len = readlink(link, target, sizeof(target) - 1);
	if (len <= 0 || !realpath(pg->cluster, cluster))
		return false;
	target[len] = '\0';
	return strcmp(target, cluster) == 0;
}

static bool wait_for_end(pid_t pid, unsigned ms)
{
	for (unsigned waited = 0; waited < ms; waited += 10) {
		if (kill(pid, 0) != 0)
			return true;
		pg_nap(10);
	}
	return false;
}

enum err pg_stop_orphan(struct private_pg *pg, struct problem *problem)
{
	pid_t pid = read_pid(pg);

	if (!is_postmaster_of(pg, pid))
		return ERR_OK;
	log_warn("stopping the PostgreSQL that an earlier run left behind", LOG_INT("pid", pid));
	kill(pid, SIGINT);
	if (wait_for_end(pid, 30000))
		return ERR_OK;
	/* Immediate shutdown: recovery follows at the start. */
	kill(pid, SIGQUIT);
	if (wait_for_end(pid, 10000))
		return ERR_OK;
	return problem_set(problem, ERR_INTERNAL,
		"A PostgreSQL of an earlier run (process %d) uses %s and does not end: stop it and "
		"start Cairn again.",
		(int)pid, pg->cluster);
}

/* --- the postmaster ------------------------------------------------------------------------------ */

static int open_output(const struct private_pg *pg)
{
	char path[PATH_MAX];

	/* Only what PostgreSQL says before its own log file is open. In our directory, not the
	 * cluster's, so that root follows no link that the cluster's user could have made. */
	snprintf(path, sizeof(path), "%s/postgres.start.log", pg->data);
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
}

enum err pg_spawn_postmaster(struct private_pg *pg, struct problem *problem)
{
	char program[PATH_MAX + 16], sockets[SOCKET_DIR_MAX + 32];
	const char *argv[] = {program, "-D", pg->cluster, "-c", "listen_addresses=", "-c", sockets,
		"-c", "port=5432", NULL};
	int output = open_output(pg);

	snprintf(program, sizeof(program), "%s/postgres", pg->bin);
	snprintf(sockets, sizeof(sockets), "unix_socket_directories=%s", pg->socket_dir);
	/* SIGINT is the fast shutdown: clean, and it does not wait for clients. */
	pg->pid = pg_spawn(&pg->user, pg->cluster, argv, output, SIGINT);
	if (output >= 0)
		close(output);
	if (pg->pid > 0)
		return ERR_OK;
	pg->pid = 0;
	return problem ? problem_set(problem, ERR_INTERNAL, "PostgreSQL cannot be started: %s.",
				 strerror(errno))
		       : ERR_INTERNAL;
}
