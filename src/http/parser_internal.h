/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the parser share: its states and the classes of bytes. */
#pragma once

#include "http/parser.h"

enum parser_state {
	STATE_HEAD,
	STATE_LENGTH, /* body of a known length */
	STATE_CHUNK_SIZE,
	STATE_CHUNK_EXTENSION,
	STATE_CHUNK_SIZE_LF,
	STATE_CHUNK_DATA,
	STATE_CHUNK_DATA_CR,
	STATE_CHUNK_DATA_LF,
	STATE_TRAILER, /* at the start of a line after the last chunk */
	STATE_TRAILER_NAME,
	STATE_TRAILER_VALUE,
	STATE_TRAILER_LF,
	STATE_LAST_LF,
	STATE_DONE,
	STATE_REFUSED,
};

enum {
	BYTE_TOKEN = 1 << 0,  /* RFC 9110 token: methods and field names */
	BYTE_VALUE = 1 << 1,  /* field values: visible, obs-text, space and tab */
	BYTE_TARGET = 1 << 2, /* request targets, as browsers send them */
	BYTE_HOST = 1 << 3,   /* host and port */
};
extern const uint8_t parser_bytes[256];

static inline bool byte_is(unsigned char c, int class)
{
	return (parser_bytes[c] & class) != 0;
}

static inline bool bytes_are(struct str s, int class)
{
	for (size_t i = 0; i < s.len; i++)
		if (!byte_is((unsigned char)s.ptr[i], class))
			return false;
	return true;
}

/* Always false, so that `return parser_refuse(…)` ends a check. */
bool parser_refuse(struct http_parser *p, enum err error, const char *reason);
enum parser_event parser_step_head(struct http_parser *p, struct str input, size_t *consumed);
