/* SPDX-License-Identifier: Apache-2.0 */
/* base64url without padding (RFC 4648 §5): tokens and cursors. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct str base64url_encode(struct arena *arena, struct str bytes);
/* Strict: no padding, no white space, no bits left over. */
MUST_CHECK bool base64url_decode(struct arena *arena, struct str text, struct str *out);
