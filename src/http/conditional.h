/* SPDX-License-Identifier: Apache-2.0 */
/* Conditional requests: entity tags in If-None-Match and If-Match (RFC 9110 §13). */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "http/request.h"

/*
 * The next tag of a list like `"a", W/"b"`: what stands between the quotes, or `*`. False at the end and at
 * what is not a tag. A weak mark is dropped: compressing a response weakens its tag on the way, and the
 * version that a tag of ours stands for is the same in every coding.
 */
MUST_CHECK bool etag_next(struct str *rest, struct str *tag_out);

/* `tag` is the ETag header's value, with quotes. True when If-None-Match names it or is `*`: a GET or HEAD
 * is then answered by response_not_modified. */
bool request_has_current(const struct request *req, struct str tag);
/* Sets ETag and 304. */
void response_not_modified(struct request *req, struct str tag);
/* ERR_STALE when If-Match is there and does not name `tag`. */
MUST_CHECK enum err request_check_match(struct request *req, struct str tag);
