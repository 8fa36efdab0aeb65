/* SPDX-License-Identifier: Apache-2.0 */
/* Memory with one lifetime. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

enum { CHUNK_MIN = 4096, CHUNK_MAX = 256 * 1024 };

struct arena_chunk {
	struct arena_chunk *older;
	size_t size, used;
	alignas(max_align_t) char data[];
};

struct arena_cleanup {
	struct arena_cleanup *next;
	void (*free_fn)(void *);
	void *object;
};

void invariant_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: invariant broken: %s\n", file, line, what);
	abort();
}

void arena_init(struct arena *arena)
{
	*arena = (struct arena){0};
}

static void run_cleanups(struct arena *arena)
{
	/* A cleanup stands in the arena itself, so all of them run before any chunk goes. */
	for (struct arena_cleanup *c = arena->cleanups; c; c = c->next)
		c->free_fn(c->object);
	arena->cleanups = NULL;
}

static struct arena_chunk *free_chunks_until(struct arena_chunk *chunk, struct arena_chunk *last)
{
	while (chunk != last) {
		struct arena_chunk *older = chunk->older;
		free(chunk);
		chunk = older;
	}
	return chunk;
}

void arena_deinit(struct arena *arena)
{
	run_cleanups(arena);
	free_chunks_until(arena->chunk, NULL);
	arena_init(arena);
}

void arena_reset(struct arena *arena)
{
	struct arena_chunk *first = arena->chunk;

	run_cleanups(arena);
	arena->used = 0;
	if (!first)
		return;
	while (first->older)
		first = first->older;
	/* A first chunk that one large allocation made would stay with an idle connection for ever. */
	arena->chunk = free_chunks_until(arena->chunk, first->size > CHUNK_MIN ? NULL : first);
	if (arena->chunk)
		first->used = 0;
}

static void add_chunk(struct arena *arena, size_t need)
{
	size_t size = arena->chunk ? MIN(arena->chunk->size * 2, (size_t)CHUNK_MAX) : CHUNK_MIN;
	struct arena_chunk *chunk;

	size = MAX(size, need);
	INVARIANT(need < SIZE_MAX / 2);
	chunk = malloc(sizeof(*chunk) + size);
	INVARIANT(chunk != NULL);
	*chunk = (struct arena_chunk){.older = arena->chunk, .size = size};
	arena->chunk = chunk;
}

static char *take(struct arena *arena, size_t size, size_t align)
{
	struct arena_chunk *chunk = arena->chunk;
	size_t start = chunk ? (chunk->used + align - 1) & ~(align - 1) : 0;

	if (!chunk || start > chunk->size || size > chunk->size - start) {
		add_chunk(arena, size);
		chunk = arena->chunk;
		start = 0;
	}
	chunk->used = start + size;
	arena->used += size;
	return chunk->data + start;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return memset(take(arena, size, alignof(max_align_t)), 0, size);
}

char *arena_bytes(struct arena *arena, size_t size)
{
	return take(arena, size, 1);
}

char *arena_cstr(struct arena *arena, struct str s)
{
	return (char *)(uintptr_t)arena_str(arena, s).ptr;
}

struct str arena_str(struct arena *arena, struct str s)
{
	char *copy;

	if (!s.ptr)
		return STR_NONE;
	copy = arena_bytes(arena, s.len + 1);
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return (struct str){copy, s.len};
}

/* Into what is left of the chunk, where most texts fit: formatting once is half of formatting twice. */
struct str arena_printf(struct arena *arena, const char *format, ...)
{
	struct arena_chunk *chunk = arena->chunk;
	size_t room = chunk ? chunk->size - chunk->used : 0;
	va_list args, again;
	int len;
	char *text;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(room ? chunk->data + chunk->used : NULL, room, format, args);
	INVARIANT(len >= 0);
	text = arena_bytes(arena, (size_t)len + 1);
	if ((size_t)len >= room)
		vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	return (struct str){text, (size_t)len};
}

struct str arena_int(struct arena *arena, long long n)
{
	char digits[24];
	struct buf buf = {.ptr = digits, .cap = sizeof(digits), .max = sizeof(digits)};

	buf_append_int(&buf, n);
	return arena_str(arena, buf_str(&buf));
}

void arena_defer(struct arena *arena, void (*free_fn)(void *), void *object)
{
	struct arena_cleanup *cleanup = ARENA_NEW(arena, struct arena_cleanup);

	*cleanup = (struct arena_cleanup){arena->cleanups, free_fn, object};
	arena->cleanups = cleanup;
}
