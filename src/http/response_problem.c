/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The error body: one JSON object that is both our envelope and RFC 9457's problem details.
 *
 * {"success":false,"error":{"code","message","details":[{"field","code","message"}],"requestId"},
 *  "type","title","status","detail","instance"}
 */
#include "base/log.h"
#include "http/negotiate.h"
#include "http/response.h"

/* Busy servers recover in seconds; a client told nothing would try again at once. */
enum { RETRY_AFTER_DEFAULT = 1 };

static void put_details(struct json *json, const struct problem *problem)
{
	json_key(json, STR("details"));
	json_array(json);
	for (const struct problem_detail *d = problem->first; d; d = d->next) {
		json_object(json);
		json_member_str(json, "field", d->field);
		json_member_str(json, "code", d->code);
		json_member_str(json, "message", d->message);
		json_end(json);
	}
	json_end(json);
}

static void put_envelope(struct json *json, const struct request *req, const struct err_info *info,
	struct str message)
{
	json_member_bool(json, "success", false);
	json_key(json, STR("error"));
	json_object(json);
	json_member_cstr(json, "code", info->code);
	json_member_str(json, "message", message);
	put_details(json, &req->problem);
	json_member_str(json, "requestId", req->id);
	json_end(json);
}

static void put_rfc9457(
	struct json *json, struct request *req, const struct err_info *info, struct str message)
{
	json_member_str(json, "type", arena_printf(req->arena, "urn:cairn:error:%s", info->code));
	json_member_cstr(json, "title", info->message);
	json_member_int(json, "status", info->status);
	json_member_str(json, "detail", message);
	json_member_str(json, "instance",
		arena_printf(req->arena, "urn:cairn:request:%.*s", STR_ARG(req->id)));
}

/* The handler may have described a body that it then did not deliver. */
static void drop_description(struct request *req)
{
	static const char *const names[] = {"Content-Encoding", "Content-Disposition", "ETag",
		"Last-Modified", "Location", "Link", "X-Total-Count"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		response_header_drop(req, names[i]);
}

static void set_headers(struct request *req, int status)
{
	int wait = req->problem.retry_after;

	if (wait == 0 && (status == 503 || status == 429))
		wait = RETRY_AFTER_DEFAULT;
	if (wait > 0)
		response_header(req, "Retry-After", arena_printf(req->arena, "%d", wait));
	if (status == 401)
		response_header(req, "WWW-Authenticate", STR("Bearer"));
	response_header(req, "Cache-Control", STR("no-store"));
}

static void log_problem(const struct request *req, enum err err, const struct err_info *info)
{
	if (info->status >= 500 && err != ERR_UNAVAILABLE)
		log_error("request failed", LOG_CSTR("error", info->name),
			LOG_STR("why", req->problem.log), LOG_STR("path", req->path));
	else if (req->problem.log.ptr)
		log_info("request refused", LOG_CSTR("error", info->name),
			LOG_STR("why", req->problem.log), LOG_STR("path", req->path));
}

void response_problem(struct request *req, enum err err)
{
	const struct err_info *info = err_info(err);
	struct str accept = request_header(req, "Accept");
	struct str message = req->problem.message.ptr ? req->problem.message
						      : str_of(info->message);
	struct json json;

	log_problem(req, err, info);
	drop_description(req);
	/* 499 is for the log; nobody reads this answer. */
	json = response_json(req, err == ERR_CLIENT_GONE ? 400 : info->status);
	if (negotiate_accepts(accept, STR("application/problem+json")))
		req->content_type = STR("application/problem+json");
	json_object(&json);
	put_envelope(&json, req, info, message);
	put_rfc9457(&json, req, info, message);
	json_end(&json);
	set_headers(req, info->status);
	req->error = err;
}
