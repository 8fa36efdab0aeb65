/* SPDX-License-Identifier: Apache-2.0 */
/* The pool of exchanges. */
#include <stdlib.h>

#include "http/http_internal.h"

/* A loop keeps as many as it is likely to need at once, and of each no more than a usual request needs. */
enum { POOL_MAX = 256, KEEP = 32 * 1024 };

static struct http_exchange *exchange_new(void)
{
	struct http_exchange *ex = calloc(1, sizeof(*ex));

	INVARIANT(ex != NULL);
	arena_init(&ex->arena);
	buf_init(&ex->in, HTTP_MAX_HEAD + BODY_WINDOW);
	buf_init(&ex->out, SIZE_MAX / 2);
	buf_init(&ex->req.body, 0);
	return ex;
}

static void exchange_free(struct http_exchange *ex)
{
	arena_deinit(&ex->arena);
	buf_deinit(&ex->in);
	buf_deinit(&ex->out);
	buf_deinit(&ex->req.body);
	free(ex);
}

static void forget_request(struct http_exchange *ex)
{
	arena_reset(&ex->arena);
	ex->head_len = ex->at = 0;
	ex->received = ex->body_waited_ms = 0;
	ex->continued = ex->begun = false;
	http_parser_reset(&ex->parser);
}

struct http_exchange *exchange_take(struct http_loop *hl)
{
	struct http_exchange *ex = hl->pool;

	if (!ex) {
		ex = exchange_new();
	} else {
		hl->pool = ex->next;
		hl->pooled--;
	}
	forget_request(ex);
	return ex;
}

void exchange_give_back(struct http_loop *hl, struct http_exchange *ex)
{
	arena_reset(&ex->arena);
	if (hl->pooled >= POOL_MAX) {
		exchange_free(ex);
		return;
	}
	buf_reset(&ex->in, KEEP);
	buf_reset(&ex->out, KEEP);
	buf_reset(&ex->req.body, KEEP);
	ex->out_at = 0;
	ex->next = hl->pool;
	hl->pool = ex;
	hl->pooled++;
}

void exchange_pool_deinit(struct http_loop *hl)
{
	while (hl->pool) {
		struct http_exchange *ex = hl->pool;

		hl->pool = ex->next;
		exchange_free(ex);
	}
	hl->pooled = 0;
}

static void free_buf(void *buf)
{
	buf_deinit(buf);
}

struct buf *exchange_buf(struct http_exchange *ex, size_t max)
{
	struct buf *buf = ARENA_NEW(&ex->arena, struct buf);

	buf_init(buf, max);
	arena_defer(&ex->arena, free_buf, buf);
	return buf;
}

void exchange_next(struct http_exchange *ex)
{
	buf_consume(&ex->in, ex->at);
	forget_request(ex);
}
