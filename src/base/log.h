/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structured log: one JSON object a line on standard error.
 *
 * {"time":…,"level":"info","message":…,"requestId":…,"userId":…,"orgId":…, fields…}. The three ids come
 * from the fiber's log context, so no caller passes them. Secrets are never fields; as a second line of
 * defence a field whose name contains password, secret, token, cookie or authorization is masked. A text
 * is written up to its first byte that is no UTF-8.
 *
 *   log_warn("connection lost", LOG_STR("lane", lane), LOG_INT("attempt", n));
 */
#pragma once

#include <stdint.h>

#include "base/base.h"
#include "base/str.h"

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR,
	LOG_LEVEL__COUNT
};

struct log_field {
	const char *name;
	enum { LOG_FIELD_END, LOG_FIELD_STR, LOG_FIELD_INT, LOG_FIELD_FLOAT } kind;
	struct str text;
	int64_t integer;
	double real;
};

#define LOG_STR(n, s) ((struct log_field){.name = (n), .kind = LOG_FIELD_STR, .text = (s)})
#define LOG_CSTR(n, s) LOG_STR(n, str_of(s))
#define LOG_INT(n, i) \
	((struct log_field){.name = (n), .kind = LOG_FIELD_INT, .integer = (int64_t)(i)})
#define LOG_FLOAT(n, f) ((struct log_field){.name = (n), .kind = LOG_FIELD_FLOAT, .real = (f)})

/* What a fiber is working on; any of them may be absent. Set by fiber_set_log_context. */
struct log_context {
	struct str request_id, user_id, org_id;
};

void log_set_level(enum log_level level);
/* Reads debug|info|warn|error; false when it is none of them. */
MUST_CHECK bool log_parse_level(struct str s, enum log_level *out);
bool log_enabled(enum log_level level);
/* `fields` ends with a zeroed one. One write(2) a line. A line is at most 16 KiB: longer texts are cut
 * and the line, valid JSON all the same, ends with "truncated":true. Leaves errno alone. */
void log_emit(enum log_level level, const char *message, const struct log_field *fields);

#define LOG_AT(level, message, ...) \
	log_emit((level), (message), (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}})
#define log_debug(message, ...) LOG_AT(LOG_LEVEL_DEBUG, message __VA_OPT__(, ) __VA_ARGS__)
#define log_info(message, ...) LOG_AT(LOG_LEVEL_INFO, message __VA_OPT__(, ) __VA_ARGS__)
#define log_warn(message, ...) LOG_AT(LOG_LEVEL_WARN, message __VA_OPT__(, ) __VA_ARGS__)
#define log_error(message, ...) LOG_AT(LOG_LEVEL_ERROR, message __VA_OPT__(, ) __VA_ARGS__)
