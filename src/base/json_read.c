/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict JSON reading.
 *
 * yajl finds the tokens and keeps the nesting on the heap. What it lets through is refused here: before
 * it runs, wrong UTF-8 (it takes overlong forms and surrogates) and the escapes of NUL and of lone
 * surrogates (it writes '?' or a character nobody meant); while it runs, depth and duplicate keys.
 */
#include "base/json_read.h"

#include <yajl/yajl_parse.h>

#include "base/json_write.h"

/* Up to so many members a new key is compared with all of them; with more there is a hash table. */
enum { MEMBERS_COMPARED = 8, SLOTS_MIN = 32, KEY_SHOWN_MAX = 64, EXPONENT_DIGITS_MAX = 3 };

struct key_set {
	struct str *slots; /* a power of two of them, at most half in use; NULL ptr = empty */
	size_t size, used;
};

struct frame {
	struct json_value *container, *last;
	struct key_set keys;
};

struct reader {
	struct arena *arena;
	struct problem *problem;
	struct str text;
	yajl_handle yajl;
	struct json_value *root;
	struct str key; /* of the value that comes next; absent in arrays */
	size_t depth;
	struct frame frames[JSON_MAX_DEPTH];
};

/* --- errors ------------------------------------------------------------------------------------- */

/* Fills the problem; `at` is the byte that is wrong. */
static enum err refuse(const struct reader *reader, size_t at, struct str what)
{
	struct str before = str_slice(reader->text, 0, MIN(at, reader->text.len));
	size_t line = 1, column;

	for (size_t end; (end = str_find_char(before, '\n')) < before.len; line++)
		before = str_slice(before, end + 1, before.len);
	column = str_utf8_length(before) + 1;
	return problem_set(reader->problem, ERR_BAD_JSON, "line %zu, column %zu: %.*s", line,
		column, STR_ARG(what));
}

/* For yajl's callbacks: fills the problem with the place of the last token, and stops the parser. */
static int stop(const struct reader *reader, struct str what)
{
	size_t end = yajl_get_bytes_consumed(reader->yajl);

	return refuse(reader, end ? end - 1 : 0, what) == ERR_OK;
}

/* --- before the parser -------------------------------------------------------------------------- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The UTF-16 unit of the escape `\uXXXX` at `at`; -1 when there is none. */
static int escaped_unit(struct str text, size_t at)
{
	int unit = 0;

	if (text.len - at < 6 || text.ptr[at] != '\\' || text.ptr[at + 1] != 'u')
		return -1;
	for (size_t i = at + 2; i < at + 6; i++) {
		int digit = hex_value(text.ptr[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

static bool is_high_surrogate(int unit)
{
	return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low_surrogate(int unit)
{
	return unit >= 0xDC00 && unit <= 0xDFFF;
}

/* A backslash outside a string is the parser's to refuse, so this need not know what is a string. */
static enum err check_escapes(const struct reader *reader)
{
	struct str text = reader->text;
	size_t at = str_find_char(text, '\\');

	while (at < text.len) {
		int unit = escaped_unit(text, at);

		if (unit == 0)
			return refuse(reader, at, STR("\\u0000 is not allowed in a string"));
		if (is_high_surrogate(unit) && is_low_surrogate(escaped_unit(text, at + 6)))
			at += 12;
		else if (is_high_surrogate(unit) || is_low_surrogate(unit))
			return refuse(reader, at, STR("a surrogate without its other half"));
		else
			at += unit < 0 ? 2 : 6;
		at = MIN(at, text.len);
		at += str_find_char(str_slice(text, at, text.len), '\\');
	}
	return ERR_OK;
}

static enum err check_text(const struct reader *reader)
{
	size_t valid = str_utf8_prefix(reader->text);

	if (str_trim(reader->text).len == 0)
		return refuse(reader, 0, STR("the document is empty"));
	if (valid < reader->text.len)
		return refuse(reader, valid, STR("invalid UTF-8"));
	return check_escapes(reader);
}

/* --- keys --------------------------------------------------------------------------------------- */

/* The slot that holds the key, or the empty one where it belongs. */
static struct str *find_slot(const struct key_set *set, struct str key)
{
	size_t i = str_hash_keyed(key) & (set->size - 1);

	while (set->slots[i].ptr && !str_eq(set->slots[i], key))
		i = (i + 1) & (set->size - 1);
	return &set->slots[i];
}

static void grow_set(struct arena *arena, struct key_set *set)
{
	struct key_set grown = {.size = MAX(set->size * 2, (size_t)SLOTS_MIN), .used = set->used};

	grown.slots = ARENA_ARRAY(arena, struct str, grown.size);
	for (size_t i = 0; set->slots && i < set->size; i++)
		if (set->slots[i].ptr)
			*find_slot(&grown, set->slots[i]) = set->slots[i];
	*set = grown;
}

/* False when the set has the key already. */
static bool add_to_set(struct arena *arena, struct key_set *set, struct str key)
{
	struct str *slot;

	if (!set->slots || set->used * 2 >= set->size)
		grow_set(arena, set);
	slot = find_slot(set, key);
	if (slot->ptr)
		return false;
	*slot = key;
	set->used++;
	return true;
}

static bool has_member(const struct json_value *object, struct str key)
{
	for (const struct json_value *v = object->first; v; v = v->next)
		if (str_eq(v->key, key))
			return true;
	return false;
}

/* Whether the innermost object has no such key yet; remembers it when that takes a table. */
static bool is_new_key(struct reader *reader, struct str key)
{
	struct frame *frame = &reader->frames[reader->depth - 1];

	if (frame->container->count <= MEMBERS_COMPARED)
		return !has_member(frame->container, key);
	if (!frame->keys.slots)
		for (struct json_value *v = frame->container->first; v; v = v->next)
			(void)add_to_set(reader->arena, &frame->keys, v->key);
	return add_to_set(reader->arena, &frame->keys, key);
}

/* --- what yajl calls ---------------------------------------------------------------------------- */

static struct json_value *add_value(struct reader *reader, enum json_type type)
{
	struct json_value *value = ARENA_NEW(reader->arena, struct json_value);
	struct frame *frame = reader->depth ? &reader->frames[reader->depth - 1] : NULL;

	value->type = type;
	value->key = reader->key;
	reader->key = STR_NONE;
	if (!frame)
		reader->root = value;
	else if (frame->last)
		frame->last->next = value;
	else
		frame->container->first = value;
	if (frame) {
		frame->last = value;
		frame->container->count++;
	}
	return value;
}

static struct str copy(struct reader *reader, const void *bytes, size_t len)
{
	return arena_str(reader->arena, (struct str){bytes, len});
}

static int on_null(void *ctx)
{
	add_value(ctx, JSON_NULL);
	return 1;
}

static int on_boolean(void *ctx, int boolean)
{
	add_value(ctx, JSON_BOOL)->boolean = boolean;
	return 1;
}

/* 1e131071 is nine bytes here and 131,072 in PostgreSQL, which writes numbers out. */
static bool is_short_exponent(struct str number)
{
	size_t e = MIN(str_find_char(number, 'e'), str_find_char(number, 'E'));

	for (e++; e < number.len && !(number.ptr[e] >= '1' && number.ptr[e] <= '9'); e++)
		;
	return e >= number.len || number.len - e <= EXPONENT_DIGITS_MAX;
}

static int on_number(void *ctx, const char *digits, size_t len)
{
	if (!is_short_exponent((struct str){digits, len}))
		return stop(ctx, STR("a number beyond any use"));
	add_value(ctx, JSON_NUMBER)->text = copy(ctx, digits, len);
	return 1;
}

static int on_string(void *ctx, const unsigned char *bytes, size_t len)
{
	add_value(ctx, JSON_STRING)->text = copy(ctx, bytes, len);
	return 1;
}

static int on_key(void *ctx, const unsigned char *bytes, size_t len)
{
	struct reader *reader = ctx;
	struct str shown;

	reader->key = copy(reader, bytes, len);
	if (is_new_key(reader, reader->key))
		return 1;
	shown = str_slice(reader->key, 0, MIN(len, (size_t)KEY_SHOWN_MAX));
	shown = str_slice(shown, 0, str_utf8_prefix(shown));
	return stop(reader, arena_printf(reader->arena, "duplicate key \"%.*s\"", STR_ARG(shown)));
}

static int open_container(struct reader *reader, enum json_type type)
{
	struct json_value *container;

	if (reader->depth == JSON_MAX_DEPTH)
		return stop(reader, STR("nested more than 64 deep"));
	container = add_value(reader, type);
	reader->frames[reader->depth++] = (struct frame){.container = container};
	return 1;
}

static int on_start_object(void *ctx)
{
	return open_container(ctx, JSON_OBJECT);
}

static int on_start_array(void *ctx)
{
	return open_container(ctx, JSON_ARRAY);
}

static int on_end(void *ctx)
{
	((struct reader *)ctx)->depth--;
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_boolean,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_start_object,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_start_array,
	.yajl_end_array = on_end,
};

/* --- yajl's memory ------------------------------------------------------------------------------ */

/* An arena does not know how long its pieces are, and realloc must. */
struct sized {
	_Alignas(max_align_t) size_t size;
	_Alignas(max_align_t) char data[];
};

static void *sized_alloc(void *ctx, size_t size)
{
	struct sized *block = arena_alloc(ctx, sizeof(*block) + size);

	block->size = size;
	return block->data;
}

static void *sized_realloc(void *ctx, void *old, size_t size)
{
	void *grown = sized_alloc(ctx, size);

	if (old)
		memcpy(grown, old, MIN(size, CONTAINER_OF(old, struct sized, data)->size));
	return grown;
}

static void sized_free(void *ctx, void *block)
{
	(void)ctx;
	(void)block;
}

/* --- reading ------------------------------------------------------------------------------------ */

/* The lexer stays on the byte it could not take; the parser stands behind the token it did not want, and
 * so does the lexer when no token begins with the byte. */
static bool stands_behind(struct str words)
{
	return str_starts_with(words, STR("parse error")) ||
		str_starts_with(words, STR("lexical error: invalid char in"));
}

/* Refuses in yajl's own words, without "parse error: " and the end of the line. */
static enum err refuse_syntax(const struct reader *reader, size_t at)
{
	struct str words = str_of((const char *)yajl_get_error(reader->yajl, 0, NULL, 0));
	size_t prefix = str_find(words, STR(": "));

	if (at && stands_behind(words))
		at--;
	return refuse(
		reader, at, str_trim(str_slice(words, MIN(prefix + 2, words.len), words.len)));
}

static enum err parse(struct reader *reader)
{
	const unsigned char *bytes = (const unsigned char *)reader->text.ptr;
	yajl_status status = yajl_parse(reader->yajl, bytes, reader->text.len);

	if (status == yajl_status_error)
		return refuse_syntax(reader, yajl_get_bytes_consumed(reader->yajl));
	/* This feeds a space, so that yajl's count of bytes no longer means the text. */
	if (status == yajl_status_ok && yajl_complete_parse(reader->yajl) != yajl_status_ok)
		return refuse_syntax(reader, reader->text.len + 1);
	return status == yajl_status_ok ? ERR_OK : ERR_BAD_JSON;
}

enum err json_read(
	struct arena *arena, struct str text, struct problem *problem, struct json_value **out)
{
	yajl_alloc_funcs memory = {sized_alloc, sized_realloc, sized_free, arena};
	struct reader reader;
	enum err err;

	/* Not an initialiser: that would clear all frames, and they are filled as they open. */
	reader.arena = arena;
	reader.problem = problem;
	reader.text = text;
	reader.root = NULL;
	reader.key = STR_NONE;
	reader.depth = 0;
	err = check_text(&reader);
	if (err)
		return err;
	reader.yajl = yajl_alloc(&callbacks, &memory, &reader);
	yajl_config(reader.yajl, yajl_dont_validate_strings, 1);
	err = parse(&reader);
	*out = reader.root;
	return err;
}
