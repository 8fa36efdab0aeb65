/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing run of bytes with a stated maximum.
 *
 * Appending past the maximum appends nothing and sets `full`; it stays set, so a writer checks once
 * at the end instead of after every append. The bytes are on the heap and belong to the buffer.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/base.h"
#include "base/str.h"

struct buf {
	char *ptr;
	size_t len, cap, max;
	bool full; /* something did not fit */
};

void buf_init(struct buf *buf, size_t max);
void buf_deinit(struct buf *buf);
/* Empties it and keeps the memory up to `keep` bytes. */
void buf_reset(struct buf *buf, size_t keep);

void buf_append_cstr(struct buf *buf, const char *s);
void buf_append_int(struct buf *buf, long long n);
void buf_printf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* buf_reserve where there is no room yet. */
char *buf_grow(struct buf *buf, size_t n);
/* Drops the first `n` bytes. */
void buf_consume(struct buf *buf, size_t n);

/* The next four are most of what writing an answer is, hence here. */

/* Room for `n` more bytes, to be filled by the caller and claimed by buf_claim; NULL when full. */
static inline char *buf_reserve(struct buf *buf, size_t n)
{
	if (!buf->full && n < buf->cap - buf->len && n <= buf->max - buf->len)
		return buf->ptr + buf->len;
	return buf_grow(buf, n);
}

static inline void buf_claim(struct buf *buf, size_t n)
{
	INVARIANT(n <= buf->cap - buf->len);
	buf->len += n;
}

static inline void buf_append(struct buf *buf, struct str s)
{
	char *room = s.len ? buf_reserve(buf, s.len) : NULL;

	if (!room)
		return;
	memcpy(room, s.ptr, s.len);
	buf->len += s.len;
}

static inline void buf_append_char(struct buf *buf, char c)
{
	buf_append(buf, (struct str){&c, 1});
}

static inline struct str buf_str(const struct buf *buf)
{
	return (struct str){buf->ptr, buf->len};
}
