/* SPDX-License-Identifier: Apache-2.0 */
/* The built UI. */
#include "http/static.h"

#include <stdlib.h>
#include <string.h>

#include "http/compress.h"
#include "http/conditional.h"
#include "http/negotiate.h"
#include "http/response.h"

struct asset {
	struct str name, body;
	char tag[20]; /* with quotes */
};

/* Written once, before there are threads; sorted by name like the embedded files. */
static struct asset *assets;
static size_t asset_count;

static struct asset asset_of(const struct embedded_file *file)
{
	static const char digits[] = "0123456789abcdef";
	struct asset asset = {
		.name = str_of(file->name),
		.body = {(const char *)file->data, file->size},
	};
	uint64_t hash = str_hash(asset.body);

	asset.tag[0] = asset.tag[17] = '"';
	for (int i = 0; i < 16; i++)
		asset.tag[1 + i] = digits[hash >> (60 - 4 * i) & 15];
	return asset;
}

void static_configure(const struct embedded_file *files)
{
	free(assets);
	assets = NULL;
	asset_count = 0;
	while (files[asset_count].name)
		asset_count++;
	if (asset_count == 0)
		return;
	assets = calloc(asset_count, sizeof(*assets));
	INVARIANT(assets != NULL);
	for (size_t i = 0; i < asset_count; i++)
		assets[i] = asset_of(&files[i]);
}

static int compare(const void *name, const void *asset)
{
	return str_cmp(*(const struct str *)name, ((const struct asset *)asset)->name);
}

static const struct asset *find(struct str name)
{
	return asset_count ? bsearch(&name, assets, asset_count, sizeof(*assets), compare) : NULL;
}

/* --- what the client takes ---------------------------------------------------------------------- */

static const char *content_type(struct str name)
{
	static const struct {
		struct str suffix;
		const char *type;
	} types[] = {
		{STR(".html"), "text/html; charset=utf-8"},
		{STR(".js"), "text/javascript; charset=utf-8"},
		{STR(".css"), "text/css; charset=utf-8"},
		{STR(".json"), "application/json; charset=utf-8"},
		{STR(".webmanifest"), "application/manifest+json"},
		{STR(".map"), "application/json; charset=utf-8"},
		{STR(".svg"), "image/svg+xml"},
		{STR(".png"), "image/png"},
		{STR(".jpg"), "image/jpeg"},
		{STR(".webp"), "image/webp"},
		{STR(".ico"), "image/x-icon"},
		{STR(".woff2"), "font/woff2"},
		{STR(".woff"), "font/woff"},
		{STR(".txt"), "text/plain; charset=utf-8"},
	};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_ends_with(name, types[i].suffix))
			return types[i].type;
	return "application/octet-stream";
}

static const struct asset *find_coded(struct str name, const char *suffix)
{
	char text[512];
	size_t len = strlen(suffix);

	if (name.len + len > sizeof(text))
		return NULL;
	memcpy(text, name.ptr, name.len);
	memcpy(text + name.len, suffix, len);
	return find((struct str){text, name.len + len});
}

/* The compressed form that the client would rather have; the next best when it was not built. */
static const struct asset *choose_form(struct request *req, const struct asset *plain)
{
	static const char *const suffixes[CODING__COUNT] = {
		[CODING_GZIP] = ".gz",
		[CODING_BROTLI] = ".br",
	};
	struct str accept = request_header(req, "Accept-Encoding");
	enum coding coding = coding_choose(accept);
	const struct asset *form = NULL;

	if (coding == CODING_BROTLI && !find_coded(plain->name, ".br") &&
		negotiate_weight(accept, STR("gzip")) > 0)
		coding = CODING_GZIP;
	if (suffixes[coding])
		form = find_coded(plain->name, suffixes[coding]);
	if (!form)
		return plain;
	response_header(req, "Content-Encoding", coding_name(coding));
	return form;
}

static enum err send_asset(struct request *req, const struct asset *plain)
{
	bool hashed = str_starts_with(plain->name, STR("assets/"));
	const struct asset *form = choose_form(req, plain);
	struct str tag = str_of(form->tag);

	response_vary(req, STR("Accept-Encoding"));
	response_header(req, "Cache-Control",
		hashed ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
	if (request_has_current(req, tag)) {
		response_not_modified(req, tag);
		return ERR_OK;
	}
	response_header(req, "ETag", tag);
	response_view(req, 200, content_type(plain->name), form->body);
	return ERR_OK;
}

/* --- what is asked for -------------------------------------------------------------------------- */

static bool is_api(struct str path)
{
	return str_is(path, "/api") || str_starts_with(path, STR("/api/"));
}

static bool is_page(const struct request *req)
{
	return negotiate_accepts(request_header(req, "Accept"), STR("text/html"));
}

enum err static_serve(struct request *req)
{
	const struct asset *asset = NULL;

	if ((req->method != HTTP_GET && req->method != HTTP_HEAD) || is_api(req->path))
		return ERR_NOT_FOUND;
	if (req->path.len > 1)
		asset = find(str_slice(req->path, 1, req->path.len));
	if (!asset && (req->path.len == 1 || is_page(req)))
		asset = find(STR("index.html"));
	return asset ? send_asset(req, asset) : ERR_NOT_FOUND;
}
