/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target for the HTTP parser. The first byte is a step: the message is fed whole and in steps,
 * and both ways must come to the same end, with the same head and body.
 */
#include <stdlib.h>
#include <string.h>

#include "http/parser.h"

struct outcome {
	enum { OPEN, COMPLETE, REFUSED } end;
	struct http_parser parser;
	uint64_t body_hash;
	size_t body_len, head_len, used;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void take_body(struct outcome *out, struct str piece)
{
	must(piece.len > 0);
	for (size_t i = 0; i < piece.len; i++)
		out->body_hash = out->body_hash * 1099511628211u + (unsigned char)piece.ptr[i];
	out->body_len += piece.len;
}

/* Steps once; false when the parser wants bytes that are not known yet, or is at its end. */
static bool step(struct outcome *out, struct str known)
{
	struct str piece;
	size_t consumed;
	enum parser_event event = http_parser_step(
		&out->parser, str_slice(known, out->used, known.len), &consumed, &piece);

	must(consumed <= known.len - out->used);
	out->used += consumed;
	if (event == PARSER_HEAD)
		out->head_len = consumed;
	if (event == PARSER_BODY)
		take_body(out, piece);
	if (event == PARSER_END)
		out->end = COMPLETE;
	if (event == PARSER_REFUSED)
		out->end = REFUSED;
	return event == PARSER_HEAD || event == PARSER_BODY;
}

static void feed(struct str message, size_t width, struct outcome *out)
{
	size_t known = 0;

	*out = (struct outcome){.end = OPEN};
	http_parser_reset(&out->parser);
	while (out->end == OPEN) {
		if (step(out, str_slice(message, 0, known)))
			continue;
		if (known == message.len)
			return;
		known = MIN(message.len, known + width);
	}
}

/* What a complete head promises to those who read it. */
static void check_head(const struct outcome *out, struct str message)
{
	const struct http_parser *p = &out->parser;

	if (out->head_len == 0)
		return;
	must(out->head_len <= HTTP_MAX_HEAD && p->field_count <= HTTP_MAX_FIELDS);
	must(!memchr(message.ptr, '\0', out->head_len));
	must((size_t)p->target.at + p->target.len <= out->head_len);
	must((size_t)p->host.at + p->host.len <= out->head_len);
	must(!(p->chunked && p->content_length >= 0));
	for (size_t i = 0; i < p->field_count; i++) {
		struct http_field f = p->fields[i];

		must(f.name.len > 0 && (size_t)f.name.at + f.name.len <= out->head_len);
		must((size_t)f.value.at + f.value.len <= out->head_len);
		must(!memchr(message.ptr + f.value.at, '\r', f.value.len));
		must(!memchr(message.ptr + f.value.at, '\n', f.value.len));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct outcome whole, pieces;
	struct str message;

	if (size == 0)
		return 0;
	message = (struct str){(const char *)data + 1, size - 1};
	feed(message, SIZE_MAX / 2, &whole);
	feed(message, data[0] + 1u, &pieces);
	must(whole.end == pieces.end);
	check_head(&whole, message);
	if (whole.end == REFUSED) {
		must(whole.parser.error != ERR_OK && whole.parser.reason);
		return 0;
	}
	must(whole.used == pieces.used && whole.head_len == pieces.head_len);
	must(whole.body_len == pieces.body_len && whole.body_hash == pieces.body_hash);
	must(whole.parser.field_count == pieces.parser.field_count);
	if (whole.end == COMPLETE && whole.parser.content_length >= 0)
		must(whole.body_len == (uint64_t)whole.parser.content_length);
	return 0;
}
