/* SPDX-License-Identifier: Apache-2.0 */
/* GET /api/v1/openapi.json: the document, made once when the first loop starts. */
#include <pthread.h>
#include <stdio.h>

#include "core/app.h"
#include "core/feature.h"
#include "core/openapi.h"
#include "http/conditional.h"

enum { DOCUMENT_MAX = 16 * 1024 * 1024 };

static struct {
	pthread_mutex_t lock; /* for the start only; afterwards nothing changes */
	struct buf text;
	char etag[24];
	unsigned users;
} document = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void make(const struct router *router)
{
	int len;

	buf_init(&document.text, DOCUMENT_MAX);
	openapi_write(&document.text, router);
	INVARIANT(!document.text.full);
	len = snprintf(document.etag, sizeof(document.etag), "\"%016llx\"",
		(unsigned long long)str_hash(buf_str(&document.text)));
	INVARIANT(len > 0 && (size_t)len < sizeof(document.etag));
}

static void start(struct app *app)
{
	pthread_mutex_lock(&document.lock);
	if (document.users++ == 0)
		make(app->router);
	pthread_mutex_unlock(&document.lock);
}

static void stop(struct app *app)
{
	(void)app;
	pthread_mutex_lock(&document.lock);
	if (--document.users == 0)
		buf_deinit(&document.text);
	pthread_mutex_unlock(&document.lock);
}

static enum err handle_get(struct request *req)
{
	struct str etag = str_of(document.etag);

	response_header(req, "Cache-Control", STR("public, no-cache"));
	if (request_has_current(req, etag)) {
		response_not_modified(req, etag);
		return ERR_OK;
	}
	response_header(req, "ETag", etag);
	response_text(req, 200, "application/json; charset=utf-8", buf_str(&document.text));
	return ERR_OK;
}

static const struct route_doc doc = {
	.summary = "This document",
	.tag = "Server",
	.response = "{\"type\":\"object\",\"properties\":{\"openapi\":{\"const\":\"3.1.0\"}},"
		    "\"required\":[\"openapi\",\"info\",\"paths\",\"components\"],"
		    "\"additionalProperties\":true}",
	.status = 200,
	.plain = true,
};

static const struct route routes[] = {
	{.method = HTTP_GET,
		.pattern = "/api/v1/openapi.json",
		.handle = handle_get,
		.flags = ROUTE_PUBLIC | ROUTE_NO_AUTH_FAILURE,
		.doc = &doc},
	{.method = HTTP_GET,
		.pattern = "/api/openapi.json",
		.handle = handle_get,
		.flags = ROUTE_PUBLIC | ROUTE_NO_AUTH_FAILURE | ROUTE_UNDOCUMENTED},
	{0},
};

const struct feature feature_openapi = {
	.name = "openapi",
	.routes = routes,
	.start = start,
	.stop = stop,
};
