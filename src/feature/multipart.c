/* SPDX-License-Identifier: Apache-2.0 */
/* multipart/form-data, part by part. */
#include "feature/multipart.h"

enum { HEAD_MAX = 8 * 1024, BOUNDARY_MAX = 70 };

static enum err malformed(struct multipart *multipart, const char *what)
{
	return problem_set(&multipart->req->problem, ERR_BAD_REQUEST,
		"The multipart body is malformed: %s.", what);
}

/* --- parameters of headers -------------------------------------------------------------------- */

/* The value of `name` in `form-data; name="file"; filename="a.csv"`; STR_NONE when absent. */
static struct str parameter(struct arena *arena, struct str header, const char *name)
{
	for (struct str rest = header; rest.ptr;) {
		struct str value = str_trim(str_cut(&rest, ';'));
		struct str key = str_trim(str_cut(&value, '='));

		if (!value.ptr || !str_eq_nocase(key, str_of(name)))
			continue;
		value = str_trim(value);
		if (value.len >= 2 && value.ptr[0] == '"')
			value = str_slice(
				value, 1, str_find_char(str_slice(value, 1, value.len), '"') + 1);
		return arena_str(arena, value);
	}
	return STR_NONE;
}

enum err multipart_init(struct multipart *multipart, struct request *req)
{
	struct str type = request_header(req, "Content-Type"), rest = type;
	struct str boundary = parameter(req->arena, type, "boundary");

	if (!str_eq_nocase(str_trim(str_cut(&rest, ';')), STR("multipart/form-data")) ||
		boundary.len == 0 || boundary.len > BOUNDARY_MAX)
		return ERR_BAD_MEDIA_TYPE;
	*multipart = (struct multipart){
		.req = req,
		.delimiter = arena_printf(req->arena, "\r\n--%.*s", STR_ARG(boundary)),
		.read = request_read,
	};
	buf_init(&multipart->in, SIZE_MAX / 2);
	/* The first boundary has no line before it. */
	buf_append(&multipart->in, STR("\r\n"));
	/* What precedes the first boundary is passed over like a part. */
	multipart->in_part = true;
	return ERR_OK;
}

void multipart_deinit(struct multipart *multipart)
{
	buf_deinit(&multipart->in);
}

/* --- bytes ------------------------------------------------------------------------------------ */

static struct str left(const struct multipart *multipart)
{
	return str_slice(buf_str(&multipart->in), multipart->at, multipart->in.len);
}

static enum err fill(struct multipart *multipart)
{
	struct str piece;
	enum err err = multipart->read(multipart->req, &piece);

	if (err)
		return err;
	if (piece.len == 0)
		return malformed(multipart, "it ends before its last boundary");
	buf_consume(&multipart->in, multipart->at);
	multipart->at = 0;
	buf_append(&multipart->in, piece);
	return ERR_OK;
}

static size_t find(struct str text, struct str needle)
{
	const char *hit = text.len ? memmem(text.ptr, text.len, needle.ptr, needle.len) : NULL;

	return hit ? (size_t)(hit - text.ptr) : text.len;
}

/* --- parts ------------------------------------------------------------------------------------ */

enum err multipart_read(struct multipart *multipart, struct str *piece_out)
{
	size_t keep = multipart->delimiter.len - 1;

	*piece_out = STR("");
	multipart->at += multipart->given;
	multipart->given = 0;
	while (multipart->in_part) {
		struct str rest = left(multipart);
		size_t end = find(rest, multipart->delimiter);
		enum err err;

		if (end < rest.len) {
			multipart->in_part = end > 0;
			multipart->given = end;
			multipart->at += end ? 0 : multipart->delimiter.len;
			*piece_out = str_slice(rest, 0, end);
			return ERR_OK;
		}
		/* The end of what has come may be the beginning of a boundary. */
		if (rest.len > keep) {
			multipart->given = rest.len - keep;
			*piece_out = str_slice(rest, 0, multipart->given);
			return ERR_OK;
		}
		err = fill(multipart);
		if (err)
			return err;
	}
	return ERR_OK;
}

static enum err pass_over(struct multipart *multipart)
{
	struct str piece;
	enum err err = ERR_OK;

	while (multipart->in_part && !err)
		err = multipart_read(multipart, &piece);
	return err;
}

/* At least `n` bytes, or up to the needle when it is not NULL. */
static enum err need(struct multipart *multipart, size_t n, struct str needle, size_t *at_out)
{
	for (;;) {
		struct str rest = left(multipart);
		enum err err;

		*at_out = needle.len ? find(rest, needle) : 0;
		if (needle.len ? *at_out < rest.len : rest.len >= n)
			return ERR_OK;
		if (needle.len && rest.len > HEAD_MAX)
			return malformed(multipart, "the head of a part is too long");
		err = fill(multipart);
		if (err)
			return err;
	}
}

static struct str header_value(struct str head, const char *name)
{
	for (struct str rest = head; rest.ptr;) {
		struct str value = str_trim(str_cut(&rest, '\n'));
		struct str key = str_cut(&value, ':');

		if (value.ptr && str_eq_nocase(str_trim(key), str_of(name)))
			return str_trim(value);
	}
	return STR_NONE;
}

static enum err read_head(struct multipart *multipart, struct multipart_part *part_out)
{
	struct arena *arena = multipart->req->arena;
	struct str disposition;
	size_t end;
	enum err err = need(multipart, 0, STR("\r\n\r\n"), &end);

	if (err)
		return err;
	disposition = header_value(str_slice(left(multipart), 0, end), "Content-Disposition");
	part_out->name = parameter(arena, disposition, "name");
	part_out->file_name = parameter(arena, disposition, "filename");
	if (!part_out->name.ptr || !str_is_utf8(part_out->name) ||
		!str_is_utf8(part_out->file_name))
		return malformed(multipart, "a part has no name");
	multipart->at += end + 4;
	multipart->in_part = true;
	return ERR_OK;
}

enum err multipart_next(
	struct multipart *multipart, struct multipart_part *part_out, bool *more_out)
{
	size_t at;
	enum err err;

	*more_out = false;
	if (multipart->finished)
		return ERR_OK;
	err = pass_over(multipart);
	if (!err)
		err = need(multipart, 2, STR_NONE, &at);
	if (err)
		return err;
	multipart->finished = str_starts_with(left(multipart), STR("--"));
	if (multipart->finished)
		return ERR_OK;
	*more_out = true;
	return read_head(multipart, part_out);
}

enum err multipart_text(struct multipart *multipart, size_t max, struct str *out)
{
	struct buf text;
	struct str piece;
	enum err err;

	buf_init(&text, max);
	do {
		err = multipart_read(multipart, &piece);
		buf_append(&text, piece);
	} while (!err && piece.len && !text.full);
	*out = arena_str(multipart->req->arena, text.len ? buf_str(&text) : STR(""));
	err = err ? err : text.full ? ERR_TOO_LARGE : ERR_OK;
	buf_deinit(&text);
	return err;
}
