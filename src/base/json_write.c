/* SPDX-License-Identifier: Apache-2.0 */
/* JSON writer. Every response passes through put_string, so text is looked at eight bytes a time. */
#include "base/json_write.h"

void json_init(struct json *json, struct buf *out)
{
	*json = (struct json){.out = out};
}

/* --- strings ------------------------------------------------------------------------------------ */

#define EVERY_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/* Non-zero when one of the eight bytes is zero. */
static uint64_t zero_bytes(uint64_t word)
{
	return (word - EVERY_BYTE(1)) & ~word & EVERY_BYTE(0x80);
}

static bool word_needs_escape(uint64_t word)
{
	uint64_t control = (word - EVERY_BYTE(0x20)) & ~word & EVERY_BYTE(0x80);

	return control | zero_bytes(word ^ EVERY_BYTE('"')) | zero_bytes(word ^ EVERY_BYTE('\\'));
}

static bool needs_escape(char c)
{
	return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

/* How many bytes from the start stand for themselves. */
static size_t clean_run(const char *p, size_t len)
{
	size_t i = 0;

	for (; len - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, p + i, sizeof(word));
		if (word_needs_escape(word))
			break;
	}
	while (i < len && !needs_escape(p[i]))
		i++;
	return i;
}

static void put_escaped_char(struct buf *out, char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char letters[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	unsigned char code = (unsigned char)c;
	char letter = code < sizeof(letters) ? letters[code] : c;

	if (letter)
		buf_append(out, (struct str){(char[]){'\\', letter}, 2});
	else
		buf_append(out,
			(struct str){
				(char[]){'\\', 'u', '0', '0', hex[code >> 4], hex[code & 15]}, 6});
}

static void put_escaped(struct buf *out, struct str s, size_t clean)
{
	for (;;) {
		buf_append(out, str_slice(s, 0, clean));
		if (clean == s.len)
			return;
		put_escaped_char(out, s.ptr[clean]);
		s = str_slice(s, clean + 1, s.len);
		clean = clean_run(s.ptr, s.len);
	}
}

/* One reservation for the usual case; `before` and `after` are punctuation or 0. */
static void put_clean(struct buf *out, char before, struct str s, char after)
{
	size_t n = s.len + 2 + (before != 0) + (after != 0);
	char *p = buf_reserve(out, n);

	if (!p)
		return;
	if (before)
		*p++ = before;
	*p++ = '"';
	if (s.len)
		memcpy(p, s.ptr, s.len);
	p += s.len;
	*p++ = '"';
	if (after)
		*p = after;
	buf_claim(out, n);
}

static void put_string(struct buf *out, char before, struct str s, char after)
{
	size_t clean = clean_run(s.ptr, s.len);

	if (clean == s.len) {
		put_clean(out, before, s, after);
		return;
	}
	if (before)
		buf_append_char(out, before);
	buf_append_char(out, '"');
	put_escaped(out, s, clean);
	buf_append_char(out, '"');
	if (after)
		buf_append_char(out, after);
}

/* --- structure ---------------------------------------------------------------------------------- */

static bool in_array(const struct json *json)
{
	int bit = json->depth - 1;

	return json->depth && json->arrays[bit / 64] >> (bit % 64) & 1;
}

/* The comma that belongs before the value that comes now, or 0. */
static char separator(struct json *json)
{
	bool comma = json->filled && !json->after_key;

	INVARIANT(json->after_key || in_array(json) || (json->depth == 0 && !json->filled));
	json->after_key = false;
	json->filled = true;
	return comma ? ',' : 0;
}

static void begin_value(struct json *json)
{
	char comma = separator(json);

	if (comma)
		buf_append_char(json->out, comma);
}

static void open_container(struct json *json, char bracket, bool array)
{
	int bit = json->depth;
	uint64_t mask = UINT64_C(1) << (bit % 64);

	INVARIANT(json->depth < JSON_WRITE_MAX_DEPTH);
	begin_value(json);
	buf_append_char(json->out, bracket);
	json->arrays[bit / 64] = array ? json->arrays[bit / 64] | mask
				       : json->arrays[bit / 64] & ~mask;
	json->depth++;
	json->filled = false;
}

void json_object(struct json *json)
{
	open_container(json, '{', false);
}

void json_array(struct json *json)
{
	open_container(json, '[', true);
}

void json_end(struct json *json)
{
	INVARIANT(json->depth > 0 && !json->after_key);
	buf_append_char(json->out, in_array(json) ? ']' : '}');
	json->depth--;
	json->filled = true;
}

void json_key(struct json *json, struct str key)
{
	INVARIANT(json->depth > 0 && !json->after_key && !in_array(json));
	put_string(json->out, json->filled ? ',' : 0, key, ':');
	json->filled = true;
	json->after_key = true;
}

void json_key_quoted(struct json *json, struct str key)
{
	bool comma = json->filled;
	char *p = buf_reserve(json->out, key.len + comma);

	INVARIANT(json->depth > 0 && !json->after_key && !in_array(json));
	if (p) {
		p[0] = ',';
		memcpy(p + comma, key.ptr, key.len);
		buf_claim(json->out, key.len + comma);
	}
	json->filled = true;
	json->after_key = true;
}

void json_key_quoted_null(struct json *json, struct str key)
{
	static const char null[] = {'n', 'u', 'l', 'l'};
	bool comma = json->filled;
	size_t len = key.len + comma;
	char *p = buf_reserve(json->out, len + sizeof(null));

	INVARIANT(json->depth > 0 && !json->after_key && !in_array(json));
	if (p) {
		p[0] = ',';
		memcpy(p + comma, key.ptr, key.len);
		memcpy(p + len, null, sizeof(null));
		buf_claim(json->out, len + sizeof(null));
	}
	json->filled = true;
}

/* --- values ------------------------------------------------------------------------------------- */

void json_str(struct json *json, struct str s)
{
	if (s.ptr)
		put_string(json->out, separator(json), s, 0);
	else
		json_null(json);
}

void json_cstr(struct json *json, const char *s)
{
	json_str(json, str_of(s));
}

void json_int(struct json *json, int64_t n)
{
	begin_value(json);
	buf_append_int(json->out, n);
}

void json_bool(struct json *json, bool b)
{
	json_raw(json, b ? STR("true") : STR("false"));
}

void json_null(struct json *json)
{
	json_raw(json, STR("null"));
}

void json_raw(struct json *json, struct str text)
{
	begin_value(json);
	buf_append(json->out, text.ptr ? text : STR("null"));
}

/* --- members ------------------------------------------------------------------------------------ */

void json_member_str(struct json *json, const char *key, struct str s)
{
	json_key(json, str_of(key));
	json_str(json, s);
}

void json_member_cstr(struct json *json, const char *key, const char *s)
{
	json_key(json, str_of(key));
	json_cstr(json, s);
}

void json_member_int(struct json *json, const char *key, int64_t n)
{
	json_key(json, str_of(key));
	json_int(json, n);
}

void json_member_bool(struct json *json, const char *key, bool b)
{
	json_key(json, str_of(key));
	json_bool(json, b);
}

void json_member_raw(struct json *json, const char *key, struct str text)
{
	json_key(json, str_of(key));
	json_raw(json, text);
}

void json_member_null(struct json *json, const char *key)
{
	json_key(json, str_of(key));
	json_null(json);
}
