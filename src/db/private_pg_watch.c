/* SPDX-License-Identifier: Apache-2.0 */
/* Supervision of the private PostgreSQL: when it dies it is started again, with back-off. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/time.h"
#include "db/private_pg_internal.h"

enum { BACKOFF_FIRST_MS = 100, BACKOFF_MAX_MS = 10000, STABLE_MS = 60000 };

/* The loop may outlive the cluster's struct by a turn, so the watch closes its handles by itself. */
struct pg_watch {
	struct private_pg *pg; /* NULL once it is over */
	struct loop *loop;
	uv_poll_t *poll; /* on a pidfd, which becomes readable when the child ends */
	int pidfd;
	uv_timer_t timer;
	unsigned backoff_ms;
	uint64_t started_at;
};

static void on_exit_seen(uv_poll_t *poll, int status, int events);

static void on_poll_closed(uv_handle_t *handle)
{
	free(handle);
}

static void stop_polling(struct pg_watch *watch)
{
	if (!watch->poll)
		return;
	uv_close((uv_handle_t *)watch->poll, on_poll_closed);
	watch->poll = NULL;
	close(watch->pidfd);
}

static void watch_child(struct pg_watch *watch)
{
	watch->started_at = time_monotonic_ms();
	watch->pidfd = pidfd_open(watch->pg->pid, 0);
	INVARIANT(watch->pidfd >= 0);
	watch->poll = calloc(1, sizeof(*watch->poll));
	INVARIANT(watch->poll != NULL);
	INVARIANT(uv_poll_init(&watch->loop->uv, watch->poll, watch->pidfd) == 0);
	watch->poll->data = watch;
	uv_unref((uv_handle_t *)watch->poll);
	uv_poll_start(watch->poll, UV_READABLE, on_exit_seen);
}

static void wait_before_restart(struct pg_watch *watch);

static void on_restart(uv_timer_t *timer)
{
	struct pg_watch *watch = timer->data;

	if (pg_spawn_postmaster(watch->pg, NULL) != ERR_OK) {
		log_error("PostgreSQL cannot be started", LOG_CSTR("error", strerror(errno)));
		wait_before_restart(watch);
		return;
	}
	log_info("PostgreSQL started again", LOG_INT("pid", watch->pg->pid));
	watch_child(watch);
}

static void wait_before_restart(struct pg_watch *watch)
{
	uv_timer_start(&watch->timer, on_restart, watch->backoff_ms, 0);
	watch->backoff_ms = MIN(watch->backoff_ms * 2, (unsigned)BACKOFF_MAX_MS);
}

static void on_exit_seen(uv_poll_t *poll, int status, int events)
{
	struct pg_watch *watch = poll->data;
	int how = 0;

	(void)status;
	(void)events;
	if (waitpid(watch->pg->pid, &how, WNOHANG) == 0)
		return;
	log_error("PostgreSQL died", LOG_INT("pid", watch->pg->pid),
		LOG_INT("signal", WIFSIGNALED(how) ? WTERMSIG(how) : 0),
		LOG_INT("status", WIFEXITED(how) ? WEXITSTATUS(how) : 0));
	watch->pg->pid = 0;
	stop_polling(watch);
	if (time_monotonic_ms() - watch->started_at > STABLE_MS)
		watch->backoff_ms = BACKOFF_FIRST_MS;
	wait_before_restart(watch);
}

void private_pg_supervise(struct private_pg *pg, struct loop *loop)
{
	struct pg_watch *watch = calloc(1, sizeof(*watch));

	INVARIANT(watch != NULL && pg->pid > 0 && !pg->watch);
	*watch = (struct pg_watch){.pg = pg, .loop = loop, .backoff_ms = BACKOFF_FIRST_MS};
	uv_timer_init(&loop->uv, &watch->timer);
	watch->timer.data = watch;
	/* Supervision never keeps a loop alive. */
	uv_unref((uv_handle_t *)&watch->timer);
	pg->watch = watch;
	watch_child(watch);
}

static void on_timer_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void pg_watch_end(struct private_pg *pg)
{
	struct pg_watch *watch = pg->watch;

	if (!watch)
		return;
	pg->watch = NULL;
	watch->pg = NULL;
	stop_polling(watch);
	uv_close((uv_handle_t *)&watch->timer, on_timer_closed);
}
