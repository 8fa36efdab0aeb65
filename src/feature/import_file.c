/* SPDX-License-Identifier: Apache-2.0 */
/* Imports: the file in the database. */
#include "feature/import_file.h"

#include "core/app.h"
#include "core/caller.h"
#include "core/unit.h"

enum { PIECE_BYTES = 256 * 1024 };

void import_file_init(struct import_file *file, struct request *req, struct str id)
{
	*file = (struct import_file){.req = req, .id = id};
	file->context = caller_context(req->caller, req->id, STR_NONE);
	buf_init(&file->piece, (size_t)PIECE_BYTES * 4);
	arena_init(&file->arena);
}

void import_file_deinit(struct import_file *file)
{
	buf_deinit(&file->piece);
	arena_deinit(&file->arena);
}

static enum err run(struct import_file *file, enum db_lane lane, const struct db_stmt *stmt,
	struct db_result *out)
{
	struct db_error error = {0};
	enum err err = db_query(
		file->req->app->db, lane, &file->arena, &file->context, stmt, out, &error);

	return err == ERR_DB_REFUSED ? unit_refused(file->req, NULL, &error) : err;
}

/* --- writing ---------------------------------------------------------------------------------- */

static struct str hex_of(struct arena *arena, struct str bytes)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_bytes(arena, 2 * bytes.len + 3);

	text[0] = '\\';
	text[1] = 'x';
	for (size_t i = 0; i < bytes.len; i++) {
		text[2 + 2 * i] = digits[(unsigned char)bytes.ptr[i] >> 4];
		text[3 + 2 * i] = digits[bytes.ptr[i] & 15];
	}
	text[2 + 2 * bytes.len] = '\0';
	return (struct str){text, 2 + 2 * bytes.len};
}

/* The row shows that the upload lives, and how far it is. */
static enum err store(struct import_file *file)
{
	struct db_result none;
	enum err err;

	if (file->piece.len == 0)
		return ERR_OK;
	file->bytes += (int64_t)file->piece.len;
	err = run(file, DB_WRITE,
		&SQL("with piece as (insert into import_pieces (import_id, number, bytes)"
		     " values ($1::uuid, $2::int, $3::bytea)) update imports set bytes_read ="
		     " $4::bigint, updated_at = now() where id = $1::uuid and org_id = $5::uuid",
			file->id, arena_printf(&file->arena, "%d", file->number++),
			hex_of(&file->arena, buf_str(&file->piece)),
			arena_printf(&file->arena, "%lld", (long long)file->bytes),
			file->context.org_id),
		&none);
	buf_reset(&file->piece, PIECE_BYTES);
	arena_reset(&file->arena);
	return err;
}

enum err import_file_write(struct import_file *file, struct str bytes)
{
	enum err err = ERR_OK;

	while (bytes.len && !err) {
		size_t n = MIN(bytes.len, PIECE_BYTES - file->piece.len);

		buf_append(&file->piece, str_slice(bytes, 0, n));
		bytes = str_slice(bytes, n, bytes.len);
		if (file->piece.len == PIECE_BYTES)
			err = store(file);
	}
	return err;
}

enum err import_file_end(struct import_file *file)
{
	return store(file);
}

/* --- reading ---------------------------------------------------------------------------------- */

static unsigned nibble(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static void put_hex(struct buf *out, struct str hex)
{
	for (size_t i = 2; i + 1 < hex.len; i += 2)
		buf_append_char(out, (char)(nibble(hex.ptr[i]) << 4 | nibble(hex.ptr[i + 1])));
}

enum err import_file_read(void *arg, struct str *piece_out)
{
	struct import_file *file = arg;
	struct db_result row;
	enum err err = run(file, DB_SLOW,
		&SQL("select bytes from import_pieces where import_id = $1::uuid and number ="
		     " $2::int and org_id = $3::uuid",
			file->id, arena_printf(&file->arena, "%d", file->number++),
			file->context.org_id),
		&row);

	buf_reset(&file->piece, PIECE_BYTES);
	if (!err && row.rows)
		put_hex(&file->piece, db_value(&row, 0, 0));
	arena_reset(&file->arena);
	*piece_out = buf_str(&file->piece);
	return err;
}

enum err import_file_forget(struct import_file *file)
{
	struct db_result none;

	return run(file, DB_WRITE, &SQL("select import_forget_file($1::uuid)", file->id), &none);
}
