/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs: what the process does by itself, and how it went the last time.
 *
 * Whoever does such work declares a struct job, which lives as long as the process, adds it when its loop
 * starts, and says when a run begins and ends. Everybody may ask from any loop.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct app;

struct job {
	const char *name; /* in addresses: expired-holds */
	const char *title;
	unsigned seconds; /* from one run to the next; 0: whenever there is something to do */
	/* Does it now, on a fiber of the loop that added it, saying begin and end. NULL: not by hand. */
	void (*work)(struct app *app, struct job *job);

	/* Of job.c. */
	struct job *next;
	struct app *app;
	bool running;
	uint64_t runs, failures;
	int64_t started_us, ended_us; /* 0: never */
	enum err outcome;             /* of the last run */
	char sqlstate[6];             /* of its refusal */
};

/* On the job's own loop. Once each. */
void job_add(struct app *app, struct job *job);
/* False while another run has not ended. */
MUST_CHECK bool job_begin(struct job *job);
/* `sqlstate` of what the database refused, STR_NONE for none. */
void job_end(struct job *job, enum err outcome, struct str sqlstate);

/* Copies of them all as they are now, at most `most`, in the order of their names; how many there are. */
size_t job_list(struct job *out, size_t most);
/* A copy of the job of this name. */
MUST_CHECK bool job_find(struct str name, struct job *out);
/* Begins a run soon. ERR_NOT_FOUND; ERR_CONFLICT while it runs, or when it is nothing to be begun by hand. */
MUST_CHECK enum err job_start(struct str name);
