/* SPDX-License-Identifier: Apache-2.0 */
/* Request id, security headers and the access log. */
#include "http/middleware.h"

#include <uv.h>

#include "base/log.h"
#include "base/uuid.h"

/* --- request id --------------------------------------------------------------------------------- */

static bool id_is_sane(struct str id)
{
	if (id.len == 0 || id.len > 64)
		return false;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_' && c != '.')
			return false;
	}
	return true;
}

void request_assign_id(struct request *req)
{
	req->id = request_header(req, "X-Request-Id");
	if (!id_is_sane(req->id)) {
		char *text = arena_bytes(req->arena, UUID_LEN + 1);

		uuid_format(uuid_new(), text);
		req->id = (struct str){text, UUID_LEN};
	}
	req->log_context.request_id = req->id;
}

static enum err answer_request_id(struct request *req)
{
	response_header(req, "X-Request-Id", req->id);
	return ERR_OK;
}

const struct middleware middleware_request_id = {
	.name = "request id",
	.before = answer_request_id,
};

/* --- security headers --------------------------------------------------------------------------- */

/* The UI is built without inline scripts and styles; charts set styles through the DOM, which CSP allows.
 * data: and blob: serve pictures that the user has just chosen. */
#define CSP                                                                                     \
	"default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " \
	"font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "             \
	"form-action 'self'; frame-ancestors 'none'"

static enum err set_security_headers(struct request *req)
{
	/* What is shown depends on who asks; an ETag still saves the transfer. */
	response_header(req, "Cache-Control", STR("private, no-cache"));
	response_header(req, "Content-Security-Policy", STR(CSP));
	response_header(req, "X-Content-Type-Options", STR("nosniff"));
	response_header(req, "X-Frame-Options", STR("DENY"));
	response_header(req, "Referrer-Policy", STR("same-origin"));
	response_header(req, "Cross-Origin-Opener-Policy", STR("same-origin"));
	response_header(req, "Cross-Origin-Resource-Policy", STR("same-origin"));
	response_header(req, "Permissions-Policy",
		STR("camera=(), geolocation=(), microphone=(), payment=(), usb=()"));
	if (req->secure)
		response_header(req, "Strict-Transport-Security",
			STR("max-age=31536000; includeSubDomains"));
	return ERR_OK;
}

const struct middleware middleware_security = {
	.name = "security headers",
	.before = set_security_headers,
};

/* --- access log --------------------------------------------------------------------------------- */

/* A path that is a secret itself stays out of the log. */
static struct str loggable_path(const struct request *req)
{
	bool secret = req->route && (req->route->flags & ROUTE_SECRET_PATH);

	return secret ? str_of(req->route->pattern) : req->path;
}

static void log_request(struct request *req)
{
	if (!log_enabled(LOG_LEVEL_INFO))
		return;
	log_info("request", LOG_STR("method", http_method_name(req->method)),
		LOG_STR("path", loggable_path(req)), LOG_INT("status", req->status),
		LOG_INT("bytes", req->body_bytes),
		LOG_FLOAT("ms", (double)(uv_hrtime() - req->started_ns) / 1e6),
		LOG_STR("ip", req->remote_ip));
}

const struct middleware middleware_log = {
	.name = "log",
	.after = log_request,
};
