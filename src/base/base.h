/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes and arithmetic helpers small enough to belong to no module. */
#pragma once

#include <stddef.h>
#include <sys/param.h> /* MIN, MAX: libuv includes it as well */

/* The caller must look at the result. */
#define MUST_CHECK __attribute__((warn_unused_result))
/* printf-like: `fmt` and `args` are the 1-based positions of the format and its first argument. */
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args), nonnull(fmt)))
#define NORETURN __attribute__((noreturn))
#define UNUSED __attribute__((unused))

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

/* Prints the broken invariant with its place and aborts. For what cannot happen, never for input. */
#define INVARIANT(cond) ((cond) ? (void)0 : invariant_failed(#cond, __FILE__, __LINE__))
NORETURN void invariant_failed(const char *what, const char *file, int line);
