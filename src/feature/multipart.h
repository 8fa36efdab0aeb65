/* SPDX-License-Identifier: Apache-2.0 */
/*
 * multipart/form-data (RFC 7578), read as it arrives: part after part, each in pieces, so that a file of
 * any size passes through. Memory is that of one piece of the request's body.
 */
#pragma once

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "http/request.h"

struct multipart {
	struct request *req;
	struct str delimiter; /* CRLF, two dashes, the boundary */
	struct buf in;
	size_t at;
	size_t given; /* handed out by the last multipart_read */
	bool finished, in_part;
	/* Where bytes come from; request_read but in tests. */
	enum err (*read)(struct request *req, struct str *piece_out);
};

struct multipart_part {
	struct str name, file_name; /* file_name absent when it is no file */
};

/* ERR_BAD_MEDIA_TYPE unless the request is multipart/form-data with a boundary. */
MUST_CHECK enum err multipart_init(struct multipart *multipart, struct request *req);
void multipart_deinit(struct multipart *multipart);
/* The next part; what is left of the present one is passed over. *more_out is false at the end. */
MUST_CHECK enum err multipart_next(
	struct multipart *multipart, struct multipart_part *part_out, bool *more_out);
/* The next piece of the part: length 0 at its end. Valid until the next call. */
MUST_CHECK enum err multipart_read(struct multipart *multipart, struct str *piece_out);
/* The whole part, at most `max` bytes (ERR_TOO_LARGE), in the request's arena. */
MUST_CHECK enum err multipart_text(struct multipart *multipart, size_t max, struct str *out);
