/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: whatever JSON is sent as a record of any entity (a view with its definition among them), it is
 * refused with the fields that fail, or every value of it is text that a column can hold.
 */
#include "core/external_ids.h"
#include "core/field_parse.h"
#include "core/validate.h"
#include "core/view.h"
#include "test/fuzz/whole.h"

static void check_values(const struct record_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (values[i].text.ptr)
			INVARIANT(str_is_utf8(values[i].text) &&
				str_find_char(values[i].text, '\0') == values[i].text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int modes[] = {RECORD_CREATE, RECORD_UPDATE, RECORD_REPLACE};
	struct record_write *write;
	struct json_value *json;
	struct request req;
	struct arena arena;
	struct str text;
	enum err err;

	if (size < 2)
		return -1;
	text = whole_copy(data + 2, size - 2);
	whole_request(&req, &arena);
	write = ARENA_NEW(&arena, struct record_write);
	write->req = &req;
	write->resource = whole_resource(data[0]);
	write->mode = (unsigned)modes[data[1] % ARRAY_LEN(modes)];
	write->id = STR("0192f0c0-0000-7000-8000-000000000003");
	err = json_read(&arena, text, &req.problem, &json);
	if (!err)
		err = validate_members(write, json);
	if (err == ERR_INVALID)
		INVARIANT(req.problem.first || req.problem.message.ptr);
	if (!err) {
		check_values(write->values, write->count);
		check_values(write->custom_values, write->custom_count);
	}
	arena_deinit(&arena);
	free((char *)(uintptr_t)text.ptr);
	return 0;
}
