/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords: bcrypt with cost 12 over base64(HMAC-SHA-256(application key, password)).
 *
 * bcrypt alone reads 72 bytes and stops at a NUL; the HMAC makes every password 44 characters. Its key
 * is a constant: it separates our hashes from other uses of SHA-256, it is no secret.
 *
 * Hashing takes a quarter of a second of a core. It runs on the thread pool, at most cores − 1 at once
 * over all loops; a bounded queue waits before it, in order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"
#include "base/str.h"

enum {
	PASSWORD_MIN = 8, /* code points */
	PASSWORD_MAX = 200,
	PASSWORD_COST = 12,
};

/* From a fiber. ERR_UNAVAILABLE with problem->retry_after when the queue is full. */
MUST_CHECK enum err password_hash(
	struct problem *problem, struct arena *arena, struct str password, struct str *hash_out);
/* An absent `hash` (no such account) takes the same time and never matches. */
MUST_CHECK enum err password_verify(
	struct problem *problem, struct str password, struct str hash, bool *match_out);

/* For tests, while nothing is hashed: how many at once, and how many may wait. 0 = the defaults. */
void password_set_limits(unsigned slots, unsigned queue);
