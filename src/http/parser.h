/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 request parser: bytes in, events out. It does no I/O, allocates nothing and keeps no pointers.
 *
 * What is not exactly a request is refused, because whatever stands in front of us may read it in another
 * way: contradictory or repeated framing, bare LF or CR, NUL, folded lines, white space before a colon,
 * names, values, targets and chunk sizes outside their grammar (RFC 9112), a missing or second Host.
 *
 * While the head is incomplete the caller keeps all bytes of the message from the first one on and passes
 * them again; the parser remembers how far it has looked. Spans are offsets into that head.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "http/request.h"

enum {
	HTTP_MAX_HEAD = 16 * 1024,
	HTTP_MAX_TARGET = 8 * 1024,
	HTTP_MAX_FIELDS = 100,
	HTTP_MAX_CHUNK_LINE = 256, /* size and extensions */
	HTTP_MAX_TRAILERS = 4096,
};

struct http_span {
	uint16_t at, len;
};

struct http_field {
	struct http_span name, value; /* value without white space at its ends */
};

enum parser_event {
	PARSER_MORE,    /* needs bytes that are not there yet */
	PARSER_HEAD,    /* the head is complete; `consumed` is its length */
	PARSER_BODY,    /* `piece` is the next part of the body */
	PARSER_END,     /* the message is complete; reset before the next */
	PARSER_REFUSED, /* `error` and `reason` say why; the connection is beyond repair */
};

struct http_parser {
	/* After PARSER_HEAD. */
	enum http_method method;
	struct http_span target; /* path and query, or `*`; empty or `?…` after an absolute-form */
	struct http_span host;   /* the absolute-form's when there is one; may be empty in 1.0 */
	bool http_1_0;
	bool keep_alive;
	bool expect_continue;
	bool chunked;
	int64_t content_length; /* -1 without */
	size_t field_count;
	struct http_field fields[HTTP_MAX_FIELDS];

	/* After PARSER_REFUSED. */
	enum err error;
	const char *reason;

	/* The parser's own. */
	int state;
	bool saw_request_line, saw_blank, saw_transfer_encoding, saw_close, saw_keep_alive;
	bool absolute; /* the target named the host */
	size_t host_count;
	size_t line, scanned; /* start of the present line, end of what was searched for its LF */
	uint64_t left;        /* bytes of the body or chunk still to come */
	size_t digits, line_bytes, trailer_bytes;
};

/* For a new message. */
void http_parser_reset(struct http_parser *parser);
/* Looks at `input`, which begins at the message's first byte until PARSER_HEAD and at the first byte not
 * yet consumed afterwards. Call again until PARSER_MORE. */
MUST_CHECK enum parser_event http_parser_step(
	struct http_parser *parser, struct str input, size_t *consumed_out, struct str *piece_out);
/* The message has a body, possibly an empty chunked one. */
bool http_parser_has_body(const struct http_parser *parser);
/* Nothing of the message is left to read. */
bool http_parser_is_done(const struct http_parser *parser);
