/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the OpenAPI document that no table decides. */
#include <stddef.h>

#include "core/openapi_internal.h"

const struct openapi_part openapi_shared_schemas[] = {
	{"Pagination",
		"{\"type\":\"object\",\"properties\":{"
		"\"page\":{\"type\":[\"integer\",\"null\"],\"minimum\":1,\"description\":\"null "
		"after a cursor\"},"
		"\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":200},"
		"\"total\":{\"type\":\"integer\",\"minimum\":0},"
		"\"pages\":{\"type\":\"integer\",\"minimum\":0},"
		"\"nextCursor\":{\"type\":[\"string\",\"null\"]},"
		"\"totalIsEstimate\":{\"const\":true,"
		"\"description\":\"Present when total is an estimate; count=exact counts.\"}},"
		"\"required\":[\"page\",\"limit\",\"total\",\"pages\",\"nextCursor\"],"
		"\"additionalProperties\":false}"},
	{"Error",
		"{\"type\":\"object\","
		"\"description\":\"Our envelope and RFC 9457's problem details in "
		"one.\",\"properties\":{"
		"\"success\":{\"const\":false},"
		"\"error\":{\"type\":\"object\",\"properties\":{"
		"\"code\":{\"type\":\"string\"},"
		"\"message\":{\"type\":\"string\",\"minLength\":1},"
		"\"details\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/"
		"ErrorDetail\"}},"
		"\"requestId\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":64}},"
		"\"required\":[\"code\",\"message\",\"details\",\"requestId\"],"
		"\"additionalProperties\":false},"
		"\"type\":{\"type\":\"string\",\"format\":\"uri\"},"
		"\"title\":{\"type\":\"string\",\"minLength\":1},"
		"\"status\":{\"type\":\"integer\"},"
		"\"detail\":{\"type\":\"string\",\"minLength\":1},"
		"\"instance\":{\"type\":\"string\",\"format\":\"uri\"}},"
		"\"required\":[\"success\",\"error\",\"type\",\"title\",\"status\",\"detail\","
		"\"instance\"],"
		"\"additionalProperties\":false}"},
	{"ErrorDetail",
		"{\"type\":\"object\",\"properties\":{"
		"\"field\":{\"type\":[\"string\",\"null\"]},"
		"\"code\":{\"type\":\"string\",\"pattern\":\"^[A-Z][A-Z0-9_]*$\"},"
		"\"message\":{\"type\":\"string\",\"minLength\":1}},"
		"\"required\":[\"field\",\"code\",\"message\"],\"additionalProperties\":false}"},
	{NULL, NULL},
};

const struct openapi_part openapi_shared_parameters[] = {
	{"Page",
		"{\"name\":\"page\",\"in\":\"query\",\"schema\":{\"type\":\"integer\",\"minimum\":"
		"1,\"default\":1},"
		"\"description\":\"Page times limit is at most 10,000; beyond that use cursor.\"}"},
	{"Limit",
		"{\"name\":\"limit\",\"in\":\"query\",\"schema\":{\"type\":\"integer\",\"minimum\":"
		"1,"
		"\"maximum\":200,\"default\":25}}"},
	{"Cursor",
		"{\"name\":\"cursor\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"The nextCursor of the page before.\"}"},
	{"Count",
		"{\"name\":\"count\",\"in\":\"query\",\"schema\":{\"const\":\"exact\"},"
		"\"description\":\"Counts a total that would else be an estimate.\"}"},
	{"Pipeline",
		"{\"name\":\"pipelineId\",\"in\":\"query\",\"schema\":{\"type\":\"string\","
		"\"format\":\"uuid\"},"
		"\"description\":\"Whose stages are the columns; else the default pipeline's.\"}"},
	{"Deleted",
		"{\"name\":\"deleted\",\"in\":\"query\",\"schema\":{\"enum\":[\"with\",\"only\"]},"
		"\"description\":\"Records in the trash as well, or nothing else.\"}"},
	{"Search",
		"{\"name\":\"q\",\"in\":\"query\",\"schema\":{\"type\":\"string\",\"maxLength\":"
		"200},"
		"\"description\":\"Full text: all words, each from its beginning. `search` is the "
		"same.\"}"},
	{"View",
		"{\"name\":\"view\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"A saved view by name or id, or `default`: what it says holds "
		"where no "
		"parameter says otherwise.\"}"},
	{"GroupLimit",
		"{\"name\":\"limit\",\"in\":\"query\",\"schema\":{\"type\":\"integer\",\"minimum\":"
		"1,"
		"\"maximum\":200,\"default\":200},\"description\":\"Groups that are answered.\"}"},
	{"GroupBy",
		"{\"name\":\"by\",\"in\":\"query\",\"required\":true,\"schema\":{\"type\":"
		"\"string\"},"
		"\"description\":\"One or two fields; dates by day, week, month, quarter or year, "
		"which follows a colon: createdAt:month.\"}"},
	{"GroupSum",
		"{\"name\":\"sum\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"Up to five numbers to be added up. Money by currency, the "
		"organisation's first.\"}"},
	{"GroupSort",
		"{\"name\":\"sort\",\"in\":\"query\",\"schema\":{\"enum\":[\"key\",\"-key\","
		"\"count\",\"-count\"],\"default\":\"key\"}}"},
	{"Where",
		"{\"name\":\"where\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"A filter with groups, as JSON, beside the filters by name: "
		"`{\\\"or\\\":[{\\\"field\\\":\\\"status\\\",\\\"value\\\":\\\"open\\\"},"
		"{\\\"and\\\":[{\\\"field\\\":\\\"amount\\\",\\\"op\\\":\\\"gte\\\","
		"\\\"value\\\":100}]}]}`. Groups stand in each other up to 5 deep; 100 conditions "
		"and "
		"groups in all.\"}"},
	{"Cascade",
		"{\"name\":\"cascade\",\"in\":\"query\",\"schema\":{\"type\":\"boolean\"},"
		"\"description\":\"Puts into the trash as well what would else keep it from going; "
		"restore brings all of it back.\"}"},
	{"Ids",
		"{\"name\":\"ids\",\"in\":\"query\",\"style\":\"form\",\"explode\":false,"
		"\"description\":\"Instead of a filter: which records; 10,000 in the body.\","
		"\"schema\":{\"type\":\"array\",\"items\":{\"type\":\"string\","
		"\"format\":\"uuid\"}}}"},
	{"ExpectedCount",
		"{\"name\":\"expectedCount\",\"in\":\"query\",\"description\":\"How many records "
		"the "
		"filter is to find; 409 tells how many it does.\",\"schema\":{\"type\":\"integer\","
		"\"minimum\":0}}"},
	{"MoveTo",
		"{\"name\":\"moveTo\",\"in\":\"query\",\"schema\":{\"type\":\"string\","
		"\"format\":\"uuid\"},"
		"\"description\":\"Where the records go that would else keep it from going.\"}"},
	{"Confirm",
		"{\"name\":\"confirm\",\"in\":\"query\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"The key, where records hold values.\"}"},
	{"IfMatch",
		"{\"name\":\"If-Match\",\"in\":\"header\",\"schema\":{\"type\":\"string\"},"
		"\"description\":\"The ETag of the version to be changed; 412 when it is another "
		"by now.\"}"},
	{"IfNoneMatch",
		"{\"name\":\"If-None-Match\",\"in\":\"header\",\"schema\":{\"type\":\"string\"}}"},
	{"IdempotencyKey",
		"{\"name\":\"Idempotency-Key\",\"in\":\"header\","
		"\"schema\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":255},"
		"\"description\":\"Makes the request safe to repeat for 24 hours.\"}"},
	{NULL, NULL},
};

const struct openapi_part openapi_headers[] = {
	{"RequestId", "{\"schema\":{\"type\":\"string\"},\"required\":true}"},
	{"ChangesetId",
		"{\"schema\":{\"type\":\"string\",\"format\":\"uuid\"},"
		"\"description\":\"Under which the request wrote, if it wrote anything; see "
		"/changesets/{id}/revert.\"}"},
	{"Location",
		"{\"schema\":{\"type\":\"string\",\"format\":\"uri-reference\"},\"required\":"
		"true}"},
	{"ETag", "{\"schema\":{\"type\":\"string\"},\"required\":true}"},
	{"TotalCount",
		"{\"schema\":{\"type\":\"integer\",\"minimum\":0},\"required\":true,"
		"\"description\":\"pagination.total\"}"},
	{"Link",
		"{\"schema\":{\"type\":\"string\"},"
		"\"description\":\"RFC 8288: first, prev, next, last, as far as there are any.\"}"},
	{"ExportId",
		"{\"schema\":{\"type\":\"string\",\"format\":\"uuid\"},\"required\":true,"
		"\"description\":\"The export's row in /exports.\"}"},
	{"RetryAfter",
		"{\"schema\":{\"type\":\"integer\",\"minimum\":1},\"required\":true,"
		"\"description\":\"Seconds.\"}"},
	{"RateLimitLimit",
		"{\"schema\":{\"type\":\"integer\"},\"description\":\"Requests a window.\"}"},
	{"RateLimitRemaining", "{\"schema\":{\"type\":\"integer\",\"minimum\":0}}"},
	{"RateLimitReset", "{\"schema\":{\"type\":\"integer\"},\"description\":\"Seconds.\"}"},
	{"Allow", "{\"schema\":{\"type\":\"string\"},\"required\":true}"},
	{"Authenticate", "{\"schema\":{\"type\":\"string\"},\"required\":true}"},
	{NULL, NULL},
};

const struct openapi_part openapi_security_schemes[] = {
	{"bearer",
		"{\"type\":\"http\",\"scheme\":\"bearer\",\"bearerFormat\":\"JWT\","
		"\"description\":\"The accessToken of a login, valid for 15 minutes.\"}"},
	{"cookie",
		"{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"access_token\","
		"\"description\":\"Set by a login in a browser; unsafe methods also check the "
		"Origin.\"}"},
	{NULL, NULL},
};

void openapi_parts(struct openapi *doc, const struct openapi_part *parts)
{
	for (; parts->name; parts++)
		json_member_raw(&doc->json, parts->name, str_of(parts->json));
}
