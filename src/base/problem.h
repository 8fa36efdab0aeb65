/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a request, in the client's words and in ours.
 *
 * `message` and `details` go to the client; `log` never does. A function that fails fills the problem
 * it was given and returns the error; whoever answers renders both. Everything stands in the arena.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct problem_detail {
	struct problem_detail *next;
	struct str field;   /* JSON name or parameter; empty when it concerns the whole */
	struct str code;    /* REQUIRED, TOO_LONG, UNKNOWN_FIELD, ... */
	struct str message; /* one sentence */
};

struct problem {
	struct arena *arena;
	struct str message; /* instead of the error's default; STR_NONE keeps that */
	struct str log;     /* for the log only */
	struct problem_detail *first, **last;
	size_t count;    /* of details */
	int retry_after; /* seconds; 0 = say nothing */
};

void problem_init(struct problem *problem, struct arena *arena);
static inline bool problem_has_details(const struct problem *problem)
{
	return problem->first != NULL;
}
/* Adds one failing field. The strings are copied. */
void problem_add(struct problem *problem, struct str field, const char *code, const char *format,
	...) PRINTF_LIKE(4, 5);
/* Sets the client's message and returns `err`, so that `return problem_set(...)` reads well. */
MUST_CHECK enum err problem_set(struct problem *problem, enum err err, const char *format, ...)
	PRINTF_LIKE(3, 4);
/* Sets the log's text and returns `err`. */
MUST_CHECK enum err problem_log(struct problem *problem, enum err err, const char *format, ...)
	PRINTF_LIKE(3, 4);
