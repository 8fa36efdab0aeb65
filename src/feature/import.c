/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports over HTTP (docs/import.md).
 *
 * POST /api/v1/imports takes multipart/form-data with the parts `map` and then `file`, or text/csv with
 * ?map=, streams it and answers with the report when everything is written. Without a map the file is kept,
 * for PATCH, rehearse, commit or cancel (import_steps.h). GET /api/v1/imports lists, GET
 * /api/v1/imports/{id} shows one, also while it runs, GET /api/v1/imports/{id}/report.csv gives all reasons.
 */
#include "core/ability.h"
#include "core/caller.h"
#include "core/feature.h"
#include "core/records.h"
#include "feature/import_steps.h"
#include "feature/multipart.h"

enum { MAP_MAX = 1024 * 1024, INTO_MAX = 100, FILE_NAME_MAX = 255 };

static enum err may_import(struct request *req)
{
	return caller_can(req->caller, ABILITY_IMPORT)
		? ERR_OK
		: problem_set(&req->problem, ERR_FORBIDDEN, "Your role may not import.");
}

static struct str short_name(struct str name)
{
	name = str_slice(name, 0, MIN(name.len, (size_t)FILE_NAME_MAX));
	name.len = str_utf8_prefix(name);
	return str_find_char(name, '\0') < name.len ? STR_NONE : name;
}

static enum err import_file(struct request *req, struct str map_text, struct str into,
	const struct import_source *source)
{
	struct import_map *map = ARENA_NEW(req->arena, struct import_map);
	struct import_report report;
	enum err err;

	if (!map_text.ptr)
		return import_upload(req, into, request_param(req, "mappingId"), source);
	if (map_text.len > MAP_MAX)
		return problem_set(&req->problem, ERR_TOO_LARGE, "The map has more than 1 MiB.");
	err = import_map_read(req, map_text, into, STR_NONE, map);
	if (err)
		return err;
	import_report_init(&report, req, IMPORT_ONCE, STR_NONE);
	err = import_run(req, map, source, NULL, &report);
	if (!err) {
		struct str id = arena_str(req->arena, str_of(report.id));

		response_header(req, "Location",
			arena_printf(req->arena, "/api/v1/imports/%.*s", STR_ARG(id)));
		err = import_answer(req, 201, id);
	}
	import_report_deinit(&report);
	return err;
}

/* --- text/csv --------------------------------------------------------------------------------- */

static enum err read_body(void *arg, struct str *piece_out)
{
	return request_read(arg, piece_out);
}

static int64_t content_length(const struct request *req)
{
	int64_t length;

	return str_to_int64(request_header(req, "Content-Length"), &length) ? length : -1;
}

static enum err import_body(struct request *req)
{
	struct import_source source = {
		.read = read_body,
		.arg = req,
		.bytes_total = content_length(req),
		.file_name = short_name(request_param(req, "fileName")),
	};

	return import_file(req, request_param(req, "map"), request_param(req, "into"), &source);
}

/* --- multipart/form-data ---------------------------------------------------------------------- */

static enum err read_part(void *arg, struct str *piece_out)
{
	return multipart_read(arg, piece_out);
}

static enum err import_parts(struct request *req, struct multipart *multipart)
{
	struct str map = STR_NONE, into = request_param(req, "into");
	struct multipart_part part = {.name = STR_NONE};
	bool more = true;
	enum err err = ERR_OK;

	while (!err && more) {
		struct import_source source = {
			.read = read_part, .arg = multipart, .bytes_total = content_length(req)};

		err = multipart_next(multipart, &part, &more);
		if (err || !more)
			break;
		if (str_is(part.name, "file")) {
			source.file_name = short_name(part.file_name);
			return import_file(req, map, into, &source);
		}
		if (str_is(part.name, "map"))
			err = multipart_text(multipart, MAP_MAX, &map);
		else if (str_is(part.name, "into"))
			err = multipart_text(multipart, INTO_MAX, &into);
	}
	return err ? err : problem_set(&req->problem, ERR_INVALID, "There is no file in the form.");
}

static enum err import_form(struct request *req)
{
	struct multipart multipart;
	enum err err = multipart_init(&multipart, req);

	if (err)
		return problem_set(&req->problem, err,
			"Send multipart/form-data with the parts map and file, or text/csv.");
	err = import_parts(req, &multipart);
	multipart_deinit(&multipart);
	return err;
}

/* --- routes ----------------------------------------------------------------------------------- */

static bool is_csv(struct str content_type)
{
	static const char *const types[] = {
		"text/csv", "application/csv", "text/tab-separated-values", "text/plain"};
	struct str type = str_trim(str_cut(&content_type, ';'));

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_eq_nocase(type, str_of(types[i])))
			return true;
	return false;
}

static enum err handle_post(struct request *req)
{
	enum err err = may_import(req);

	if (err)
		return err;
	return is_csv(request_header(req, "Content-Type")) ? import_body(req) : import_form(req);
}

static enum err handle_list(struct request *req)
{
	enum err err = may_import(req);

	return err ? err : import_answer_list(req);
}

static enum err with_id(struct request *req, enum err (*answer)(struct request *req, struct str id))
{
	struct str id;
	enum err err = may_import(req);

	if (!err)
		err = record_id(req, req->params[0], &id);
	return err ? err : answer(req, id);
}

static enum err handle_change(struct request *req)
{
	return with_id(req, import_change);
}

static enum err handle_rehearse(struct request *req)
{
	return with_id(req, import_rehearse);
}

static enum err handle_commit(struct request *req)
{
	return with_id(req, import_commit);
}

static enum err handle_cancel(struct request *req)
{
	return with_id(req, import_cancel);
}

static enum err answer_one(struct request *req, struct str id)
{
	return import_answer(req, 200, id);
}

static enum err handle_get(struct request *req)
{
	return with_id(req, answer_one);
}

static enum err handle_report(struct request *req)
{
	return with_id(req, import_answer_csv);
}

/* --- documentation ---------------------------------------------------------------------------- */

#define TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"
#define COUNT "{\"type\":\"integer\",\"minimum\":0}"
#define IMPORT_PROPERTIES                                                                        \
	"\"id\":{\"type\":\"string\",\"format\":\"uuid\"},\"into\":" TEXT_OR_NULL                \
	",\"fileName\":" TEXT_OR_NULL                                                            \
	",\"status\":{\"type\":\"string\",\"enum\":[\"uploading\",\"ready\",\"reading\","        \
	"\"linking\",\"writing\",\"rehearsed\",\"done\",\"failed\",\"cancelled\"]},"             \
	"\"step\":{\"type\":[\"string\",\"null\"],\"enum\":[\"upload\",\"rehearse\","            \
	"\"commit\",null]},"                                                                     \
	"\"progress\":{\"type\":\"number\",\"minimum\":0,"                                       \
	"\"maximum\":1},"                                                                        \
	"\"rows\":" COUNT ",\"created\":" COUNT ",\"updated\":" COUNT ",\"unchanged\":" COUNT    \
	",\"linked\":" COUNT ",\"skipped\":" COUNT ",\"refused\":" COUNT ",\"bytesRead\":" COUNT \
	",\"bytesTotal\":{\"type\":[\"integer\",\"null\"]},"                                     \
	"\"details\":{\"type\":\"object\"},\"error\":" TEXT_OR_NULL                              \
	",\"changesetId\":" TEXT_OR_NULL ",\"createdBy\":" TEXT_OR_NULL                          \
	",\"startedAt\":{\"type\":\"string\",\"format\":\"date-time\"},"                         \
	"\"finishedAt\":{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}"
#define IMPORT_REQUIRED                                                                       \
	"\"id\",\"into\",\"fileName\",\"status\",\"step\",\"progress\",\"rows\",\"created\"," \
	"\"updated\",\"unchanged\",\"linked\","                                               \
	"\"skipped\","                                                                        \
	"\"refused\",\"bytesRead\",\"bytesTotal\",\"details\",\"error\",\"changesetId\","     \
	"\"createdBy\","                                                                      \
	"\"startedAt\",\"finishedAt\""
#define PROBLEM                                                                                 \
	"{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"row\",\"column\"," \
	"\"field\",\"code\","                                                                   \
	"\"message\",\"value\",\"outcome\",\"refused\"],\"properties\":{\"row\":{\"type\":"     \
	"\"integer\"},\"column\":" TEXT_OR_NULL ",\"outcome\":{\"type\":\"string\",\"enum\":["  \
	"\"refused\",\"skipped\",\"created\"]},"                                                \
	"\"field\":" TEXT_OR_NULL ",\"code\":" TEXT_OR_NULL ",\"message\":" TEXT_OR_NULL        \
	",\"value\":" TEXT_OR_NULL ",\"refused\":{\"type\":\"boolean\"}}}"

static const char import_schema[] =
	"{\"type\":\"object\",\"additionalProperties\":false,\"required\":[" IMPORT_REQUIRED
	",\"map\",\"detection\",\"proposals\",\"rehearsal\",\"problems\"],\"properties\":"
	"{" IMPORT_PROPERTIES ",\"map\":{\"type\":[\"object\",\"null\"]},\"detection\":{\"type\":"
	"\"object\"},\"proposals\":{\"type\":\"array\",\"items\":{\"type\":\"object\"}},"
	"\"rehearsal\":{\"type\":[\"object\",\"null\"]},\"problems\":{\"type\":\"array\","
	"\"items\":" PROBLEM "}}}";
static const char list_schema[] =
	"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"additionalProperties\":false,"
	"\"required\":[" IMPORT_REQUIRED "],\"properties\":{" IMPORT_PROPERTIES "}}}";

static const char post_parameters[] =
	"[{\"name\":\"map\",\"in\":\"query\",\"description\":\"The mapping as JSON, when the body "
	"is the file\","
	"\"schema\":{\"type\":\"string\"}},"
	"{\"name\":\"into\",\"in\":\"query\",\"description\":\"What the rows become, unless the "
	"mapping says it\","
	"\"schema\":{\"type\":\"string\"}},"
	"{\"name\":\"mappingId\",\"in\":\"query\",\"description\":\"A mapping that is kept, for a "
	"file "
	"that is kept\",\"schema\":{\"type\":\"string\",\"format\":\"uuid\"}},"
	"{\"name\":\"fileName\",\"in\":\"query\",\"schema\":{\"type\":\"string\"}}]";

static const struct route_doc post_doc = {
	.summary = "Import a CSV file: multipart/form-data with the parts map and file, or "
		   "text/csv with ?map=; without a map it is kept for the next steps",
	.tag = "Imports",
	.parameters = post_parameters,
	.response = import_schema,
	.status = 201,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_INVALID | ROUTE_ERR_BODY,
};
static const struct route_doc list_doc = {
	.summary = "List the last 100 imports",
	.tag = "Imports",
	.response = list_schema,
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN,
};
static const struct route_doc get_doc = {
	.summary = "Get an import with the first reasons of refused rows, also while it runs",
	.tag = "Imports",
	.response = import_schema,
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
};
static const struct route_doc change_doc = {
	.summary =
		"Say what becomes of the columns of a file that is kept: a mapping, proposals to "
		"be taken in, or another entity to guess for",
	.tag = "Imports",
	.request = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"map\":{"
		   "\"type\":\"object\"},\"into\":{\"type\":\"string\"},\"mappingId\":{\"type\":"
		   "\"string\",\"format\":\"uuid\"},\"accept\":{\"anyOf\":["
		   "{\"const\":\"all\"},{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]}}}",
	.response = import_schema,
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT |
		ROUTE_ERR_INVALID | ROUTE_ERR_BODY,
};
static const struct route_doc rehearse_doc = {
	.summary = "Count what an import would do, writing nothing",
	.tag = "Imports",
	.response = import_schema,
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT |
		ROUTE_ERR_INVALID,
};
static const struct route_doc commit_doc = {
	.summary = "Do exactly what the rehearsal counted, or nothing",
	.tag = "Imports",
	.response = import_schema,
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT |
		ROUTE_ERR_INVALID,
};
static const struct route_doc cancel_doc = {
	.summary = "Cancel an import, also while it runs",
	.tag = "Imports",
	.response = import_schema,
	.status = 200,
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND | ROUTE_ERR_CONFLICT,
};
static const struct route_doc report_doc = {
	.summary = "Download the reasons of all refused rows",
	.tag = "Imports",
	.response = "{\"type\":\"string\"}",
	.status = 200,
	.content_type = "text/csv",
	.errors = ROUTE_ERR_FORBIDDEN | ROUTE_ERR_NOT_FOUND,
	.plain = true,
};

enum { UPLOAD_FLAGS = ROUTE_STREAMS_BODY | ROUTE_NOT_IDEMPOTENT };
#define UPLOAD_MAX ((size_t)1 << 40)

static const struct route routes[] = {
	{HTTP_POST, "/api/v1/imports", handle_post, NULL, UPLOAD_FLAGS, UPLOAD_MAX, &post_doc},
	{HTTP_GET, "/api/v1/imports", handle_list, NULL, 0, 0, &list_doc},
	{HTTP_GET, "/api/v1/imports/{id}", handle_get, NULL, 0, 0, &get_doc},
	{HTTP_PATCH, "/api/v1/imports/{id}", handle_change, NULL, 0, 2 * MAP_MAX, &change_doc},
	{HTTP_POST, "/api/v1/imports/{id}/rehearse", handle_rehearse, NULL, ROUTE_NOT_IDEMPOTENT, 0,
		&rehearse_doc},
	{HTTP_POST, "/api/v1/imports/{id}/commit", handle_commit, NULL, ROUTE_NOT_IDEMPOTENT, 0,
		&commit_doc},
	{HTTP_POST, "/api/v1/imports/{id}/cancel", handle_cancel, NULL, 0, 0, &cancel_doc},
	{HTTP_GET, "/api/v1/imports/{id}/report.csv", handle_report, NULL, 0, 0, &report_doc},
	{HTTP_POST, "/api/imports", handle_post, NULL, UPLOAD_FLAGS | ROUTE_UNDOCUMENTED,
		UPLOAD_MAX, NULL},
	{HTTP_GET, "/api/imports", handle_list, NULL, ROUTE_UNDOCUMENTED, 0, NULL},
	{HTTP_GET, "/api/imports/{id}", handle_get, NULL, ROUTE_UNDOCUMENTED, 0, NULL},
	{0},
};

const struct feature feature_import = {.name = "import", .routes = routes};
