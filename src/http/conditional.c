/* SPDX-License-Identifier: Apache-2.0 */
/* Conditional requests. */
#include "http/conditional.h"

#include "http/response.h"

static struct str skip_separators(struct str s)
{
	while (s.len && (s.ptr[0] == ' ' || s.ptr[0] == '\t' || s.ptr[0] == ','))
		s = str_slice(s, 1, s.len);
	return s;
}

bool etag_next(struct str *rest, struct str *tag_out)
{
	struct str s = skip_separators(*rest);
	size_t end;

	*rest = STR_NONE;
	if (s.len && s.ptr[0] == '*') {
		*tag_out = STR("*");
		return true;
	}
	if (str_starts_with(s, STR("W/")))
		s = str_slice(s, 2, s.len);
	if (s.len == 0 || s.ptr[0] != '"')
		return false;
	s = str_slice(s, 1, s.len);
	end = str_find_char(s, '"');
	if (end == s.len)
		return false;
	*tag_out = str_slice(s, 0, end);
	*rest = str_slice(s, end + 1, s.len);
	return true;
}

static bool list_names(struct str list, struct str tag)
{
	struct str wanted = STR_NONE, item;

	if (!etag_next(&tag, &wanted))
		return false;
	while (etag_next(&list, &item))
		if (str_is(item, "*") || str_eq(item, wanted))
			return true;
	return false;
}

bool request_has_current(const struct request *req, struct str tag)
{
	return list_names(request_header(req, "If-None-Match"), tag);
}

void response_not_modified(struct request *req, struct str tag)
{
	response_header(req, "ETag", tag);
	response_empty(req, 304);
}

enum err request_check_match(struct request *req, struct str tag)
{
	struct str list = request_header(req, "If-Match");

	return !list.ptr || list_names(list, tag) ? ERR_OK : ERR_STALE;
}
