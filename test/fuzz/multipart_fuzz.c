/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: no body crashes the multipart reader, and its parts do not depend on the pieces in
 * which the body arrives.
 */
#include <stdint.h>
#include <stdlib.h>

#include "feature/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str body;
static size_t at, piece_len;
static char *piece;

/* A copy of just its size, so that a byte read too far is noticed. */
static enum err read_body(struct request *req, struct str *piece_out)
{
	size_t n = MIN(piece_len, body.len - at);

	(void)req;
	free(piece);
	piece = malloc(n + !n);
	memcpy(piece, body.ptr + at, n);
	at += n;
	*piece_out = (struct str){piece, n};
	return ERR_OK;
}

/* Names and contents of all parts, and how the reading ended. */
static void read_parts(struct str text, size_t len, struct buf *out)
{
	static const struct http_header type = {
		{"Content-Type", 12}, {"multipart/form-data; boundary=b", 31}};
	struct multipart multipart;
	struct multipart_part part;
	struct request req;
	struct arena arena;
	bool more = true;
	enum err err;

	arena_init(&arena);
	request_init(&req, &arena);
	req.headers = &type;
	req.header_count = 1;
	body = text;
	at = 0;
	piece_len = len;
	err = multipart_init(&multipart, &req);
	INVARIANT(err == ERR_OK);
	multipart.read = read_body;
	while (!err && (err = multipart_next(&multipart, &part, &more)) == ERR_OK && more) {
		struct str content = STR("x");

		buf_printf(out, "%.*s=", STR_ARG(part.name));
		while (!err && content.len) {
			err = multipart_read(&multipart, &content);
			if (!err)
				buf_append(out, content);
		}
	}
	buf_printf(out, "|%d", err);
	multipart_deinit(&multipart);
	arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data + 1, size ? size - 1 : 0};
	struct buf whole, pieces;

	if (size == 0)
		return 0;
	buf_init(&whole, 1024 * 1024);
	buf_init(&pieces, 1024 * 1024);
	read_parts(text, text.len + 1, &whole);
	read_parts(text, data[0] % 32 + 1u, &pieces);
	INVARIANT(str_eq(buf_str(&whole), buf_str(&pieces)));
	buf_deinit(&whole);
	buf_deinit(&pieces);
	free(piece);
	piece = NULL;
	return 0;
}
