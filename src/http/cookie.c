/* SPDX-License-Identifier: Apache-2.0 */
/* Cookies: reading those of a request, setting ours (RFC 6265). */
#include "http/request.h"

static struct str unquote(struct str value)
{
	if (value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"')
		return str_slice(value, 1, value.len - 1);
	return value;
}

/* The first of that name counts: browsers send the one with the longest path first. */
static struct str find_cookie(struct str list, struct str name)
{
	while (list.ptr) {
		struct str value = str_trim(str_cut(&list, ';'));

		if (str_eq(str_cut(&value, '='), name) && value.ptr)
			return unquote(value);
	}
	return STR_NONE;
}

struct str request_cookie(const struct request *req, const char *name)
{
	for (size_t i = 0; i < req->header_count; i++) {
		struct str found;

		if (!str_eq_nocase(req->headers[i].name, STR("Cookie")))
			continue;
		found = find_cookie(req->headers[i].value, str_of(name));
		if (found.ptr)
			return found;
	}
	return STR_NONE;
}

/* RFC 6265 cookie-octet. */
static bool is_cookie_value(struct str value)
{
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];

		if (c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\')
			return false;
	}
	return true;
}

void response_cookie(struct request *req, const struct cookie *cookie)
{
	INVARIANT(is_cookie_value(cookie->value));
	response_header_add(req, "Set-Cookie",
		arena_printf(req->arena, "%s=%.*s; Path=%s; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
			cookie->name, STR_ARG(cookie->value), cookie->path ? cookie->path : "/",
			(long long)cookie->max_age, cookie->secure ? "; Secure" : ""));
	/* What comes with credentials is not compressed together with them. */
	req->no_compression = true;
}
