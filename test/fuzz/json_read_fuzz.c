/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: no bytes crash the JSON reader, and what it takes comes back the same.
 *
 *   clang -g -O1 -std=gnu17 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined -Isrc \
 *     test/fuzz/json_read_fuzz.c src/base/{arena,buf,str,err,problem,json_read,json_value,json_write}.c -lyajl
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/json_read.h"
#include "base/json_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str write_back(struct buf *buf, const struct json_value *value)
{
	struct json json;

	json_init(&json, buf);
	json_write_value(&json, value);
	INVARIANT(!buf->full && json.depth == 0);
	return buf_str(buf);
}

/* Everything read is valid UTF-8 without NUL, terminated, counted and free of duplicate keys. */
static void check_value(const struct json_value *value)
{
	size_t count = 0;

	INVARIANT(!value->text.ptr || value->text.ptr[value->text.len] == '\0');
	INVARIANT(str_is_utf8(value->text) && str_is_utf8(value->key));
	INVARIANT(str_find_char(value->text, '\0') == value->text.len);
	for (const struct json_value *child = value->first; child; child = child->next, count++) {
		for (const struct json_value *other = child->next; other; other = other->next)
			INVARIANT(value->type != JSON_OBJECT || !str_eq(child->key, other->key));
		check_value(child);
	}
	INVARIANT(count == value->count);
}

static void check_round_trip(
	struct arena *arena, struct problem *problem, const struct json_value *value)
{
	struct json_value *again;
	struct buf once, twice;
	struct str text;

	buf_init(&once, SIZE_MAX / 4);
	buf_init(&twice, SIZE_MAX / 4);
	text = write_back(&once, value);
	INVARIANT(json_read(arena, text, problem, &again) == ERR_OK);
	INVARIANT(str_eq(write_back(&twice, again), text));
	buf_deinit(&once);
	buf_deinit(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct problem problem;
	struct json_value *value;
	/* A copy of just this size, so that a byte read too far is noticed. */
	char *copy = malloc(size);

	if (size)
		memcpy(copy, data, size);
	arena_init(&arena);
	problem_init(&problem, &arena);
	if (json_read(&arena, (struct str){copy, size}, &problem, &value) == ERR_OK) {
		check_value(value);
		check_round_trip(&arena, &problem, value);
	} else {
		INVARIANT(str_starts_with(problem.message, STR("line ")));
	}
	arena_deinit(&arena);
	free(copy);
	return 0;
}
