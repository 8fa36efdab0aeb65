/* SPDX-License-Identifier: Apache-2.0 */
/* A growing run of bytes with a stated maximum. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CAP_MIN = 256 };

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){.max = max};
}

void buf_deinit(struct buf *buf)
{
	free(buf->ptr);
	*buf = (struct buf){.max = buf->max};
}

void buf_reset(struct buf *buf, size_t keep)
{
	if (buf->cap > keep)
		buf_deinit(buf);
	buf->len = 0;
	buf->full = false;
}

char *buf_grow(struct buf *buf, size_t n)
{
	size_t cap = MAX(buf->cap, (size_t)CAP_MIN);

	if (buf->full || n > buf->max - buf->len) {
		buf->full = true;
		return NULL;
	}
	if (buf->ptr && n <= buf->cap - buf->len)
		return buf->ptr + buf->len;
	while (cap < buf->len + n)
		cap *= 2;
	cap = MIN(cap, buf->max);
	/* A byte more than it says: where buf_printf puts the NUL of a text that fits exactly. */
	buf->ptr = realloc(buf->ptr, cap + 1);
	INVARIANT(buf->ptr != NULL);
	buf->cap = cap;
	return buf->ptr + buf->len;
}

void buf_append_cstr(struct buf *buf, const char *s)
{
	buf_append(buf, str_of(s));
}

void buf_append_int(struct buf *buf, long long n)
{
	char digits[24];
	char *p = digits + sizeof(digits);
	unsigned long long rest = n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n;

	do {
		*--p = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (n < 0)
		*--p = '-';
	buf_append(buf, (struct str){p, (size_t)(digits + sizeof(digits) - p)});
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	int len;
	char *room;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	INVARIANT(len >= 0);
	room = buf_reserve(buf, (size_t)len);
	if (room) {
		vsnprintf(room, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	}
	va_end(again);
	va_end(args);
}

void buf_consume(struct buf *buf, size_t n)
{
	INVARIANT(n <= buf->len);
	if (n == 0)
		return;
	buf->len -= n;
	memmove(buf->ptr, buf->ptr + n, buf->len);
}
