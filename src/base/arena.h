/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory with one lifetime: allocate as you go, free all at once.
 *
 * A request owns an arena; whatever is made while serving it comes from there and is never freed
 * singly. Chunks double from 4 KiB to 256 KiB. `arena_reset` keeps the first chunk (of 4 KiB), so a
 * connection that serves many small requests calls malloc once. Not thread-safe: an arena belongs to one loop.
 */
#pragma once

#include <stddef.h>

#include "base/base.h"
#include "base/str.h"

struct arena_chunk;
struct arena_cleanup;

struct arena {
	struct arena_chunk *chunk; /* the one allocated from; older ones hang behind it */
	struct arena_cleanup *cleanups;
	size_t used; /* bytes handed out since the last reset */
};

void arena_init(struct arena *arena);
/* Runs the cleanups (last registered first) and frees everything. */
void arena_deinit(struct arena *arena);
/* Runs the cleanups and frees all but the first chunk. */
void arena_reset(struct arena *arena);

/* Zeroed, aligned for any type; never NULL (aborts when memory is exhausted). Whoever allocates by a
 * size that a client chose has checked a stated maximum before. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));
/* The same without zeroing and without alignment: for bytes. */
char *arena_bytes(struct arena *arena, size_t size) __attribute__((returns_nonnull));
#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, n) ((type *)arena_alloc((arena), sizeof(type) * (size_t)(n)))

/* Copies; the result is also terminated by a NUL that is not counted. Absent stays absent. */
struct str arena_str(struct arena *arena, struct str s);
/* Terminated copy; NULL for an absent string. */
char *arena_cstr(struct arena *arena, struct str s);
struct str arena_printf(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
struct str arena_int(struct arena *arena, long long n);

/* Calls `free_fn(object)` at reset or deinit: for what a library allocated (a PGresult, a CURL). */
void arena_defer(struct arena *arena, void (*free_fn)(void *), void *object);
