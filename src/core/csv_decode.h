/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: the encodings. Everything behind this is ASCII-compatible bytes. */
#pragma once

#include "base/buf.h"
#include "core/csv.h"

/* Bytes on their way in; UTF-16 turns into UTF-8 here, 8-bit encodings pass as they are. */
struct csv_decoder {
	enum csv_encoding encoding; /* CSV_DETECT until something tells */
	bool begun;                 /* the byte order mark, if any, is behind us */
	unsigned char held[4];      /* of a mark or of a UTF-16 unit that is not complete */
	size_t held_len;
	unsigned lead; /* high surrogate that waits for the low one */
};

/* Appends what `bytes` mean. What is no valid UTF-16 becomes the byte 0xFF, which no UTF-8 holds, so that
 * the record it stands in is refused. */
void csv_decode(struct csv_decoder *decoder, struct str bytes, bool last, struct buf *out);
/* Makes the tables of the encodings, once; before the functions below. */
void csv_encodings_init(void);
/* Appends text of one byte a character as UTF-8. */
void csv_decode_byte_text(enum csv_encoding encoding, struct str text, struct buf *out);
/* The encoding of one byte a character that a text is most likely in. */
enum csv_encoding csv_guess_encoding(struct str text);

static inline bool csv_is_byte_encoding(enum csv_encoding encoding)
{
	return encoding >= CSV_WINDOWS_1252;
}
