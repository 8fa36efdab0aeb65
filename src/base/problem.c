/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a request. */
#include "base/problem.h"

#include <stdarg.h>
#include <stdio.h>

void problem_init(struct problem *problem, struct arena *arena)
{
	*problem = (struct problem){.arena = arena};
	problem->last = &problem->first;
}

PRINTF_LIKE(2, 0)
PRINTF_LIKE(2, 0) static struct str print(struct arena *arena, const char *format, va_list args)
{
	/* Long enough for any sentence of ours; a longer one is cut, not refused. */
	char text[512];
	int len = vsnprintf(text, sizeof(text), format, args);
	struct str all;

	INVARIANT(len >= 0);
	all = (struct str){text, MIN((size_t)len, sizeof(text) - 1)};
	/* The cut may fall within a character. */
	return arena_str(arena, str_slice(all, 0, str_utf8_prefix(all)));
}

void problem_add(
	struct problem *problem, struct str field, const char *code, const char *format, ...)
{
	struct problem_detail *detail = ARENA_NEW(problem->arena, struct problem_detail);
	va_list args;

	va_start(args, format);
	detail->message = print(problem->arena, format, args);
	va_end(args);
	detail->field = field.ptr ? arena_str(problem->arena, field) : STR("");
	detail->code = arena_str(problem->arena, str_of(code));
	*problem->last = detail;
	problem->last = &detail->next;
	problem->count++;
}

enum err problem_set(struct problem *problem, enum err err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	problem->message = print(problem->arena, format, args);
	va_end(args);
	return err;
}

enum err problem_log(struct problem *problem, enum err err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	problem->log = print(problem->arena, format, args);
	va_end(args);
	return err;
}
