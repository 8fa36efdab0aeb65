/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: whatever JSON is sent as the mapping of an import, it is refused with what is wrong, or becomes
 * a plan within its limits, which is then held against a header of any names.
 */
#include "feature/import_map.h"
#include "test/fuzz/whole.h"

enum { HEADERS = 8 };

static size_t cut_headers(struct str text, struct str *headers)
{
	size_t count = 0;

	while (text.ptr && count < HEADERS)
		headers[count++] = str_cut(&text, ',');
	return count;
}

static void check_map(struct import_map *map, struct str names)
{
	struct str headers[HEADERS], ignored;
	size_t count = cut_headers(names, headers);

	INVARIANT(map->plan.into != NULL && map->rule_count <= IMPORT_RULES_MAX);
	INVARIANT(map->skip_count <= IMPORT_SKIPS_MAX);
	INVARIANT(map->plan.link_count <= IMPORT_LINKS_MAX);
	for (size_t i = 0; i < map->rule_count; i++)
		INVARIANT(map->rules[i].header.ptr || map->rules[i].constant.ptr ||
			map->rules[i].initial.ptr || map->rules[i].main || map->rules[i].key);
	if (import_map_bind(map, headers, count, &ignored) != ERR_OK)
		return;
	for (size_t i = 0; i < map->rule_count; i++)
		INVARIANT(map->rules[i].source == SIZE_MAX || map->rules[i].source < count);
}

/* A line of column names, then the mapping. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str into[] = {STR("contacts"), STR("companies"), STR("deals"),
		STR("users"), STR("tasks"), STR_NONE};
	struct str text, names, rest;
	struct import_map *map;
	struct request req;
	struct arena arena;
	enum err err;

	if (size < 1)
		return -1;
	text = whole_copy(data + 1, size - 1);
	rest = text;
	names = str_cut(&rest, '\n');
	if (rest.ptr && str_is_utf8(names)) {
		whole_request(&req, &arena);
		map = ARENA_NEW(&arena, struct import_map);
		err = import_map_read(&req, rest, into[data[0] % ARRAY_LEN(into)], STR_NONE, map);
		INVARIANT(!err || err == ERR_UNAVAILABLE || req.problem.first ||
			req.problem.message.ptr);
		if (!err)
			check_map(map, names);
		arena_deinit(&arena);
	}
	free((char *)(uintptr_t)text.ptr);
	return 0;
}
