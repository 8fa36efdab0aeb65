/* SPDX-License-Identifier: Apache-2.0 */
/* UUIDs: version 7 (RFC 9562 §5.7), so that keys made later sort later. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "base/str.h"

enum { UUID_LEN = 36 };

struct uuid {
	uint8_t bytes[16];
};

/* A new one from the wall clock: unique in the process and increasing within a thread, also inside one
 * millisecond (the 12 bits after the version count). Random bits from the operating system. */
struct uuid uuid_new(void);
/* For tests: ids count up from a fixed seed; false gives the real generator back. */
void uuid_set_deterministic(bool on);
/* 36 lower-case characters and a NUL. */
void uuid_format(struct uuid uuid, char out[UUID_LEN + 1]);
/* 8-4-4-4-12 hexadecimal in either case, nothing else. */
MUST_CHECK bool uuid_parse(struct str s, struct uuid *out);
bool uuid_is_valid(struct str s);
