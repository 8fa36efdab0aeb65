/* SPDX-License-Identifier: Apache-2.0 */
/* Request targets. */
#include "http/uri.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that the escape at s.ptr[at] stands for, -1 when it is none. */
static int escaped_byte(struct str s, size_t at)
{
	int high, low;

	if (at + 2 >= s.len)
		return -1;
	high = hex_digit(s.ptr[at + 1]);
	low = hex_digit(s.ptr[at + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool byte_fits_path(int byte, bool escaped)
{
	return byte >= 0x20 && byte != 0x7f && !(escaped && byte == '/') &&
		(escaped || byte != '\\');
}

/* --- paths -------------------------------------------------------------------------------------- */

static bool decode_path(struct str raw, char *out, size_t *len_out)
{
	size_t len = 0;

	for (size_t i = 0; i < raw.len; i++) {
		bool escaped = raw.ptr[i] == '%';
		int byte = escaped ? escaped_byte(raw, i) : (unsigned char)raw.ptr[i];

		if (!byte_fits_path(byte, escaped))
			return false;
		out[len++] = (char)byte;
		i += escaped ? 2 : 0;
	}
	*len_out = len;
	return str_is_utf8((struct str){out, len});
}

static size_t parent_of(const char *path, size_t len)
{
	while (len && path[len - 1] != '/')
		len--;
	return len ? len - 1 : 0;
}

/* RFC 3986 §5.2.4, in place. `path` begins with '/'. */
static size_t remove_dot_segments(char *path, size_t len)
{
	size_t in = 0, out = 0;

	while (in < len) {
		size_t end = in + 1;
		size_t segment;
		bool last;

		while (end < len && path[end] != '/')
			end++;
		segment = end - in - 1;
		last = end == len;
		if (segment == 1 && path[in + 1] == '.') {
			if (last)
				path[out++] = '/';
		} else if (segment == 2 && path[in + 1] == '.' && path[in + 2] == '.') {
			out = parent_of(path, out);
			if (last)
				path[out++] = '/';
		} else {
			memmove(path + out, path + in, end - in);
			out += end - in;
		}
		in = end;
	}
	return out;
}

static bool is_plain(struct str path)
{
	return str_find_char(path, '%') == path.len && str_find_char(path, '\\') == path.len &&
		str_find(path, STR("/.")) == path.len;
}

enum err uri_split(
	struct arena *arena, struct str target, struct str *path_out, struct str *query_out)
{
	size_t mark = str_find_char(target, '?');
	struct str path = str_slice(target, 0, mark);
	char *decoded;
	size_t len;

	*query_out = mark < target.len ? str_slice(target, mark + 1, target.len) : STR("");
	*path_out = path.len ? path : STR("/");
	if (path.len == 0 || str_is(path, "*") || is_plain(path))
		return ERR_OK;
	decoded = arena_bytes(arena, path.len);
	if (path.ptr[0] != '/' || !decode_path(path, decoded, &len))
		return ERR_BAD_REQUEST;
	*path_out = (struct str){decoded, remove_dot_segments(decoded, len)};
	return ERR_OK;
}

/* --- queries ------------------------------------------------------------------------------------ */

bool uri_decode_param(struct arena *arena, struct str raw, struct str *out)
{
	char *decoded;
	size_t len = 0;

	*out = raw;
	if (str_find_char(raw, '%') == raw.len && str_find_char(raw, '+') == raw.len)
		return str_is_utf8(raw);
	decoded = arena_bytes(arena, raw.len);
	for (size_t i = 0; i < raw.len; i++) {
		bool escaped = raw.ptr[i] == '%';
		int byte = escaped ? escaped_byte(raw, i) : (unsigned char)raw.ptr[i];

		if (byte <= 0)
			return false;
		decoded[len++] = byte == '+' && !escaped ? ' ' : (char)byte;
		i += escaped ? 2 : 0;
	}
	*out = (struct str){decoded, len};
	return str_is_utf8(*out);
}
