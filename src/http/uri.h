/* SPDX-License-Identifier: Apache-2.0 */
/* Request targets: path and query, percent-decoding. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Splits a target. The path comes out decoded, valid UTF-8, without dot segments, and begins with '/' (or
 * is `*`); it is a view of `target` when there was nothing to do. ERR_BAD_REQUEST on bad escapes, encoded
 * slashes and control characters (a route could not tell them from real ones) and on backslashes.
 */
MUST_CHECK enum err uri_split(
	struct arena *arena, struct str target, struct str *path_out, struct str *query_out);
/* Decodes a name or value of a query: %xx, and '+' is a space. False on a bad escape, NUL or bad UTF-8. */
MUST_CHECK bool uri_decode_param(struct arena *arena, struct str raw, struct str *out);
