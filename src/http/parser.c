/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP/1.1 request parser: the message's framing. The head's lines are in parser_head.c. */
#include "http/parser_internal.h"

void http_parser_reset(struct http_parser *p)
{
	p->content_length = -1;
	p->field_count = 0;
	p->host = p->target = (struct http_span){0};
	p->http_1_0 = p->keep_alive = p->expect_continue = p->chunked = false;
	p->saw_request_line = p->saw_blank = p->saw_transfer_encoding = false;
	p->saw_close = p->saw_keep_alive = p->absolute = false;
	p->host_count = p->line = p->scanned = 0;
	p->left = 0;
	p->digits = p->line_bytes = p->trailer_bytes = 0;
	p->error = ERR_OK;
	p->reason = NULL;
	p->state = STATE_HEAD;
}

bool http_parser_has_body(const struct http_parser *p)
{
	return p->chunked || p->content_length > 0;
}

bool http_parser_is_done(const struct http_parser *p)
{
	return p->state == STATE_DONE;
}

bool parser_refuse(struct http_parser *p, enum err error, const char *reason)
{
	p->error = error;
	p->reason = reason;
	p->state = STATE_REFUSED;
	return false;
}

/* --- chunked bodies ----------------------------------------------------------------------------- */

static int hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool bad_chunk(struct http_parser *p)
{
	return parser_refuse(p, ERR_BAD_FRAMING, "bad chunk");
}

/* 12 digits are 256 TiB: far over any limit of ours and far below an overflow. */
static bool take_chunk_size(struct http_parser *p, unsigned char c)
{
	int value = hex_value(c);

	if (value >= 0) {
		p->left = p->left * 16 + (unsigned)value;
		return ++p->digits <= 12 || bad_chunk(p);
	}
	if (p->digits == 0 || (c != ';' && c != '\r'))
		return bad_chunk(p);
	p->state = c == ';' ? STATE_CHUNK_EXTENSION : STATE_CHUNK_SIZE_LF;
	return true;
}

static bool take_chunk_extension(struct http_parser *p, unsigned char c)
{
	if (c == '\r')
		p->state = STATE_CHUNK_SIZE_LF;
	else if (!byte_is(c, BYTE_VALUE))
		return bad_chunk(p);
	return true;
}

static bool expect_byte(struct http_parser *p, unsigned char c, char wanted, int next)
{
	if (c != (unsigned char)wanted)
		return bad_chunk(p);
	p->state = next;
	return true;
}

static bool take_chunk_line(struct http_parser *p, unsigned char c)
{
	if (++p->line_bytes > HTTP_MAX_CHUNK_LINE)
		return bad_chunk(p);
	if (p->state == STATE_CHUNK_SIZE)
		return take_chunk_size(p, c);
	if (p->state == STATE_CHUNK_EXTENSION)
		return take_chunk_extension(p, c);
	p->line_bytes = p->digits = 0;
	return expect_byte(p, c, '\n', p->left ? STATE_CHUNK_DATA : STATE_TRAILER);
}

/* Trailers are checked like header fields and dropped. */
static bool take_trailer(struct http_parser *p, unsigned char c)
{
	if (++p->trailer_bytes > HTTP_MAX_TRAILERS)
		return parser_refuse(p, ERR_HEAD_TOO_LARGE, "trailers too large");
	switch (p->state) {
	case STATE_TRAILER:
		if (c == '\r')
			p->state = STATE_LAST_LF;
		else if (byte_is(c, BYTE_TOKEN))
			p->state = STATE_TRAILER_NAME;
		else
			return bad_chunk(p);
		return true;
	case STATE_TRAILER_NAME:
		if (c == ':')
			p->state = STATE_TRAILER_VALUE;
		else if (!byte_is(c, BYTE_TOKEN))
			return bad_chunk(p);
		return true;
	case STATE_TRAILER_VALUE:
		if (c == '\r')
			p->state = STATE_TRAILER_LF;
		else if (!byte_is(c, BYTE_VALUE))
			return bad_chunk(p);
		return true;
	case STATE_TRAILER_LF:
		return expect_byte(p, c, '\n', STATE_TRAILER);
	default:
		return expect_byte(p, c, '\n', STATE_DONE);
	}
}

static bool take_framing(struct http_parser *p, unsigned char c)
{
	switch (p->state) {
	case STATE_CHUNK_SIZE:
	case STATE_CHUNK_EXTENSION:
	case STATE_CHUNK_SIZE_LF:
		return take_chunk_line(p, c);
	case STATE_CHUNK_DATA_CR:
		return expect_byte(p, c, '\r', STATE_CHUNK_DATA_LF);
	case STATE_CHUNK_DATA_LF:
		return expect_byte(p, c, '\n', STATE_CHUNK_SIZE);
	default:
		return take_trailer(p, c);
	}
}

static bool in_data(const struct http_parser *p)
{
	return p->state == STATE_LENGTH || p->state == STATE_CHUNK_DATA;
}

static struct str take_data(struct http_parser *p, struct str input, size_t at)
{
	size_t len = input.len - at < p->left ? input.len - at : (size_t)p->left;

	p->left -= len;
	if (p->left == 0)
		p->state = p->state == STATE_LENGTH ? STATE_DONE : STATE_CHUNK_DATA_CR;
	return str_slice(input, at, at + len);
}

static enum parser_event step_body(
	struct http_parser *p, struct str input, size_t *consumed, struct str *piece)
{
	size_t at = 0;

	while (at < input.len && p->state != STATE_DONE && !in_data(p)) {
		if (!take_framing(p, (unsigned char)input.ptr[at++])) {
			*consumed = at;
			return PARSER_REFUSED;
		}
	}
	if (at < input.len && in_data(p)) {
		*piece = take_data(p, input, at);
		*consumed = at + piece->len;
		return PARSER_BODY;
	}
	*consumed = at;
	return p->state == STATE_DONE ? PARSER_END : PARSER_MORE;
}

enum parser_event http_parser_step(
	struct http_parser *p, struct str input, size_t *consumed_out, struct str *piece_out)
{
	*consumed_out = 0;
	*piece_out = STR_NONE;
	if (p->state == STATE_REFUSED)
		return PARSER_REFUSED;
	if (p->state == STATE_HEAD)
		return parser_step_head(p, input, consumed_out);
	return step_body(p, input, consumed_out, piece_out);
}
