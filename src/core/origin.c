/* SPDX-License-Identifier: Apache-2.0 */
/* Where a request that carries cookies comes from. */
#include "core/origin.h"

#include "core/app.h"
#include "core/config.h"

/* scheme://authority of a URL, STR_NONE when it has none. */
static struct str origin_of(struct str url)
{
	size_t authority = str_find(url, STR("://")) + 3;
	size_t end;

	if (authority >= url.len)
		return STR_NONE;
	end = authority;
	while (end < url.len && url.ptr[end] != '/' && url.ptr[end] != '?' && url.ptr[end] != '#')
		end++;
	return str_slice(url, 0, end);
}

/* Behind a proxy that says nothing of TLS the scheme is not known, so http passes for https there. */
static bool is_host(struct str origin, struct str host, bool secure)
{
	struct str rest = origin;

	if (str_starts_with(rest, STR("https://")))
		rest = str_slice(rest, 8, rest.len);
	else if (!secure && str_starts_with(rest, STR("http://")))
		rest = str_slice(rest, 7, rest.len);
	else
		return false;
	return rest.len > 0 && str_eq_nocase(rest, host);
}

static bool is_listed(struct str origin, struct str list)
{
	while (list.ptr)
		if (str_eq_nocase(origin, str_trim(str_cut(&list, ','))))
			return true;
	return false;
}

bool origin_is_ours(const struct origin_check *check)
{
	struct str origin = check->origin;

	if (!origin.ptr && check->referer.ptr)
		origin = origin_of(check->referer);
	if (!origin.ptr && !check->referer.ptr)
		return str_is(check->fetch_site, "same-origin") ||
			str_is(check->fetch_site, "none");
	return origin.len > 0 &&
		(is_host(origin, check->host, check->secure) ||
			is_listed(origin, check->public_url) ||
			is_listed(origin, check->cors_origin));
}

enum err origin_check(struct request *req)
{
	struct origin_check check = {
		.origin = request_header(req, "Origin"),
		.referer = request_header(req, "Referer"),
		.fetch_site = request_header(req, "Sec-Fetch-Site"),
		.host = req->host,
		.secure = req->secure,
		.public_url = str_of(req->app->config->public_url),
		.cors_origin = str_of(req->app->config->cors_origin),
	};

	return origin_is_ours(&check)
		? ERR_OK
		: problem_set(&req->problem, ERR_FORBIDDEN,
			  "A request with cookies must come from this site: send its Origin.");
}
