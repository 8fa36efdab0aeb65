/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs: a list for the process, behind one lock. */
#include "core/job.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/fiber.h"
#include "base/loop.h"
#include "base/time.h"
#include "core/app.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct job *first; /* by name */

void job_add(struct app *app, struct job *job)
{
	struct job **place = &first;

	pthread_mutex_lock(&lock);
	while (*place && strcmp((*place)->name, job->name) < 0)
		place = &(*place)->next;
	job->app = app;
	job->next = *place;
	*place = job;
	pthread_mutex_unlock(&lock);
}

bool job_begin(struct job *job)
{
	bool free;

	pthread_mutex_lock(&lock);
	free = !job->running;
	if (free) {
		job->running = true;
		job->runs++;
		job->started_us = time_now_us();
		job->ended_us = 0;
	}
	pthread_mutex_unlock(&lock);
	return free;
}

void job_end(struct job *job, enum err outcome, struct str sqlstate)
{
	pthread_mutex_lock(&lock);
	job->running = false;
	job->ended_us = time_now_us();
	job->outcome = outcome;
	job->failures += outcome != ERR_OK;
	snprintf(job->sqlstate, sizeof(job->sqlstate), "%.*s", (int)sqlstate.len,
		sqlstate.ptr ? sqlstate.ptr : "");
	pthread_mutex_unlock(&lock);
}

size_t job_list(struct job *out, size_t most)
{
	size_t count = 0;

	pthread_mutex_lock(&lock);
	for (struct job *job = first; job; job = job->next, count++)
		if (count < most)
			out[count] = *job;
	pthread_mutex_unlock(&lock);
	return count;
}

/* Under the lock. */
static struct job *find(struct str name)
{
	struct job *job = first;

	while (job && !str_is(name, job->name))
		job = job->next;
	return job;
}

bool job_find(struct str name, struct job *out)
{
	struct job *job;

	pthread_mutex_lock(&lock);
	job = find(name);
	if (job)
		*out = *job;
	pthread_mutex_unlock(&lock);
	return job != NULL;
}

static void work(void *arg)
{
	struct job *job = arg;

	job->work(job->app, job);
}

/* On the job's loop. */
static void spawn(void *job)
{
	fiber_spawn(work, job);
}

enum err job_start(struct str name)
{
	struct job *job;
	bool can;

	pthread_mutex_lock(&lock);
	job = find(name);
	can = job && job->work && !job->running;
	pthread_mutex_unlock(&lock);
	if (!job)
		return ERR_NOT_FOUND;
	if (!can)
		return ERR_CONFLICT;
	loop_post(job->app->loop, spawn, job);
	return ERR_OK;
}
