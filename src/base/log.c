/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structured log.
 *
 * The line is built in a buffer that belongs to the thread (fibers have small stacks, and none gives up
 * control in here). Every line is valid JSON: text that does not fit is halved until it does, and what
 * still does not fit is left out; "truncated":true then ends the line, for which room is kept.
 */
#include "base/log.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fiber.h"
#include "base/json_write.h"
#include "base/loop.h"
#include "base/time.h"

enum { LINE_MAX_LEN = 16 * 1024, ROOM_FOR_END = 32 };

static const char *const level_names[LOG_LEVEL__COUNT] = {
	[LOG_LEVEL_DEBUG] = "debug",
	[LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_WARN] = "warn",
	[LOG_LEVEL_ERROR] = "error",
};

static _Atomic enum log_level threshold = LOG_LEVEL_INFO;

void log_set_level(enum log_level level)
{
	atomic_store_explicit(&threshold, level, memory_order_relaxed);
}

bool log_parse_level(struct str s, enum log_level *out)
{
	for (int i = 0; i < LOG_LEVEL__COUNT; i++) {
		if (!str_is(s, level_names[i]))
			continue;
		*out = (enum log_level)i;
		return true;
	}
	return false;
}

bool log_enabled(enum log_level level)
{
	return level >= atomic_load_explicit(&threshold, memory_order_relaxed);
}

/* --- one line ----------------------------------------------------------------------------------- */

struct line {
	struct buf buf; /* over memory of the thread's: never grows */
	struct json json;
	bool truncated;
};

static bool is_secret(struct str name)
{
	static const char *const words[] = {
		"password", "secret", "token", "cookie", "authorization"};

	for (size_t w = 0; w < ARRAY_LEN(words); w++) {
		struct str word = str_of(words[w]);

		for (size_t i = 0; i + word.len <= name.len; i++)
			if (str_eq_nocase(str_slice(name, i, i + word.len), word))
				return true;
	}
	return false;
}

/* What a client sent may be any bytes, and a line that is no UTF-8 would be lost to its reader: only the
 * valid beginning is written. */
static struct str printable(struct line *line, struct str text)
{
	size_t valid = str_utf8_prefix(text);

	line->truncated |= valid < text.len;
	return text.ptr ? str_slice(text, 0, valid) : text;
}

static void forget_since(struct line *line, size_t len, struct json json)
{
	line->buf.len = len;
	line->buf.full = false;
	line->json = json;
	line->truncated = true;
}

static void put_text(struct line *line, const char *name, struct str text)
{
	const struct json json = line->json;
	size_t len = line->buf.len;

	text = printable(line, text);
	json_member_str(&line->json, name, text);
	while (line->buf.full && text.len) {
		forget_since(line, len, json);
		text = printable(line, str_slice(text, 0, text.len / 2));
		json_member_str(&line->json, name, text);
	}
	if (line->buf.full)
		forget_since(line, len, json);
}

static void put_raw(struct line *line, const char *name, struct str text)
{
	const struct json json = line->json;
	size_t len = line->buf.len;

	json_member_raw(&line->json, name, text);
	if (line->buf.full)
		forget_since(line, len, json);
}

/* Every request says how long it took: to the nanosecond without printf, which takes longer than that line. */
static int put_decimal(char text[32], double real)
{
	uint64_t rest = (uint64_t)(real * 1e6 + 0.5);
	struct buf out = {.ptr = text, .cap = 32, .max = 32};
	size_t len;

	buf_append_int(&out, (long long)(rest / 1000000));
	len = out.len;
	text[len++] = '.';
	for (uint64_t unit = 100000, part = rest % 1000000; part; part %= unit, unit /= 10)
		text[len++] = (char)('0' + part / unit);
	return (int)(text[len - 1] == '.' ? len - 1 : len);
}

static void put_number(struct line *line, const struct log_field *field)
{
	char text[32];
	int len;

	if (field->kind == LOG_FIELD_INT)
		len = snprintf(text, sizeof(text), "%lld", (long long)field->integer);
	else if (field->real >= 1e-3 && field->real < 1e6)
		len = put_decimal(text, field->real);
	else if (isfinite(field->real))
		len = snprintf(text, sizeof(text), "%.9g", field->real);
	else
		len = snprintf(text, sizeof(text), "null");
	put_raw(line, field->name, (struct str){text, (size_t)len});
}

static void put_field(struct line *line, const struct log_field *field)
{
	if (is_secret(str_of(field->name)))
		put_text(line, field->name, STR("***"));
	else if (field->kind == LOG_FIELD_STR)
		put_text(line, field->name, field->text);
	else
		put_number(line, field);
}

static void put_context(struct line *line, const struct log_context *context)
{
	if (!context)
		return;
	if (context->request_id.ptr)
		put_text(line, "requestId", context->request_id);
	if (context->user_id.ptr)
		put_text(line, "userId", context->user_id);
	if (context->org_id.ptr)
		put_text(line, "orgId", context->org_id);
}

static void put_head(struct line *line, enum log_level level)
{
	char now[TIME_ISO_LEN + 1];

	time_format_iso(time_now_us(), now);
	json_object(&line->json);
	json_member_cstr(&line->json, "time", now);
	json_member_cstr(&line->json, "level", level_names[level]);
}

static void put_end(struct line *line)
{
	line->buf.max = LINE_MAX_LEN;
	if (line->truncated)
		json_member_bool(&line->json, "truncated", true);
	json_end(&line->json);
	buf_append_char(&line->buf, '\n');
}

/* A pipe takes a long line in parts when it is nearly full; a reader that is gone costs the line only. */
static void write_out(struct str text)
{
	int before = errno;

	while (text.len) {
		ssize_t n = write(STDERR_FILENO, text.ptr, text.len);

		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			text = str_slice(text, (size_t)n, text.len);
	}
	errno = before;
}

/* --- lines of one turn leave in one write ---------------------------------------------------------- */

enum { PENDING_MAX = 64 * 1024 };

/* What a loop's thread has to say below warning; a warning takes it along, so that order is kept. */
static _Thread_local struct {
	struct loop_hook hook;
	size_t len;
	char lines[PENDING_MAX];
} pending;

static void write_pending(void)
{
	if (pending.len)
		write_out((struct str){pending.lines, pending.len});
	pending.len = 0;
}

static void on_turn_end(struct loop_hook *hook)
{
	(void)hook;
	write_pending();
}

static void keep_for_turn_end(struct str line)
{
	if (line.len > PENDING_MAX - pending.len)
		write_pending();
	memcpy(pending.lines + pending.len, line.ptr, line.len);
	pending.len += line.len;
	pending.hook.run = on_turn_end;
	loop_at_turn_end(loop_self(), &pending.hook);
}

static void put_out(enum log_level level, struct str line)
{
	if (level < LOG_LEVEL_WARN && loop_is_running()) {
		keep_for_turn_end(line);
		return;
	}
	write_pending();
	write_out(line);
}

void log_emit(enum log_level level, const char *message, const struct log_field *fields)
{
	static _Thread_local char memory[LINE_MAX_LEN + 1]; /* see buf_printf */
	struct line line = {
		.buf = {.ptr = memory, .cap = LINE_MAX_LEN, .max = LINE_MAX_LEN - ROOM_FOR_END}};

	if (!log_enabled(level))
		return;
	json_init(&line.json, &line.buf);
	put_head(&line, level);
	put_text(&line, "message", str_of(message));
	put_context(&line, fiber_log_context());
	for (; fields->kind != LOG_FIELD_END; fields++)
		put_field(&line, fields);
	put_end(&line);
	put_out(level, buf_str(&line.buf));
}
