/* SPDX-License-Identifier: Apache-2.0 */
/* SQL text into statements. Lexical rules: PostgreSQL manual, 4.1. */
#include "db/sql_split.h"

#include <ctype.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

static size_t skip_line_comment(struct str s, size_t at)
{
	while (at < s.len && s.ptr[at] != '\n')
		at++;
	return at;
}

/* These nest. */
static size_t skip_block_comment(struct str s, size_t at)
{
	int depth = 0;

	while (at < s.len) {
		bool two = at + 1 < s.len;

		if (two && s.ptr[at] == '/' && s.ptr[at + 1] == '*') {
			depth++;
			at += 2;
		} else if (two && s.ptr[at] == '*' && s.ptr[at + 1] == '/') {
			at += 2;
			if (--depth == 0)
				return at;
		} else {
			at++;
		}
	}
	return at;
}

/* A doubled quote ends one string and begins the next, which comes to the same. */
static size_t skip_quoted(struct str s, size_t at, bool backslashes)
{
	char quote = s.ptr[at++];

	while (at < s.len && s.ptr[at] != quote)
		at += backslashes && s.ptr[at] == '\\' ? 2 : 1;
	return MIN(at + 1, s.len);
}

/* At a '$': past a whole $tag$…$tag$, or one character when it opens none ($1). */
static size_t skip_dollar(struct str s, size_t at)
{
	size_t end = at + 1;
	struct str tag, body;

	if (at > 0 && is_word(s.ptr[at - 1]))
		return at + 1;
	while (end < s.len && is_word(s.ptr[end]))
		end++;
	if (end == s.len || s.ptr[end] != '$' || isdigit((unsigned char)s.ptr[at + 1]))
		return at + 1;
	tag = str_slice(s, at, end + 1);
	body = str_slice(s, end + 1, s.len);
	return MIN(end + 1 + str_find(body, tag) + tag.len, s.len);
}

static size_t skip_token(struct str s, size_t at)
{
	char c = s.ptr[at], next = at + 1 < s.len ? s.ptr[at + 1] : '\0';
	bool is_e = at > 0 && (s.ptr[at - 1] == 'E' || s.ptr[at - 1] == 'e') &&
		(at == 1 || !is_word(s.ptr[at - 2]));

	if (c == '-' && next == '-')
		return skip_line_comment(s, at);
	if (c == '/' && next == '*')
		return skip_block_comment(s, at);
	if (c == '\'')
		return skip_quoted(s, at, is_e);
	if (c == '"')
		return skip_quoted(s, at, false);
	return c == '$' ? skip_dollar(s, at) : at + 1;
}

static bool is_comment(struct str s, size_t at)
{
	return at + 1 < s.len &&
		((s.ptr[at] == '-' && s.ptr[at + 1] == '-') ||
			(s.ptr[at] == '/' && s.ptr[at + 1] == '*'));
}

bool sql_split(struct str *rest, struct str *statement_out)
{
	struct str s = *rest;
	size_t at = 0, start = 0;
	bool found = false;

	while (at < s.len && !(s.ptr[at] == ';' && found)) {
		bool blank = isspace((unsigned char)s.ptr[at]) || is_comment(s, at) ||
			s.ptr[at] == ';';

		if (!found && !blank) {
			found = true;
			start = at;
		}
		at = skip_token(s, at);
	}
	*statement_out = found ? str_trim(str_slice(s, start, at)) : STR_NONE;
	*rest = str_slice(s, MIN(at + 1, s.len), s.len);
	return found;
}
