/* SPDX-License-Identifier: Apache-2.0 */
/* OpenAPI of requests about many records: what is sent and answered. */
#include "core/openapi_internal.h"

#define IDS                                                                                  \
	"\"ids\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":10000,\"items\":{\"type\":" \
	"\"string\",\"format\":\"uuid\"}}"
#define WHICH                                                                              \
	IDS ",\"filter\":{\"type\":[\"object\",\"string\"],\"additionalProperties\":true," \
	    "\"description\":\"The parameters of a list that filter: "                     \
	    "{\\\"status\\\":\\\"open\\\"}.\"},"                                           \
	    "\"expectedCount\":{\"type\":\"integer\",\"minimum\":0,\"description\":"       \
	    "\"How many records the filter is to find; required with one.\"}"
#define ERROR_MEMBERS                                                                    \
	"\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"},\"details\":{" \
	"\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"field\":{"  \
	"\"type\":\"string\"},\"code\":{\"type\":\"string\"},\"message\":{\"type\":"     \
	"\"string\"}}}}"
#define CHANGESET                                                                              \
	"\"changesetId\":{\"type\":[\"string\",\"null\"],\"format\":\"uuid\",\"description\":" \
	"\"What POST /changesets/{id}/revert takes back; null when nothing was written.\"}"
#define COUNTS                                                                            \
	"\"counts\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"  \
	"\"entity\":{\"type\":\"string\"},\"action\":{\"type\":\"string\"},\"records\":{" \
	"\"type\":\"integer\"}}}}"
#define REFUSED                                                                           \
	"\"refused\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{" \
	"\"id\":{\"type\":\"string\",\"format\":\"uuid\"}," ERROR_MEMBERS "}}}"

#define TAGS                                                                    \
	"{\"type\":\"array\",\"maxItems\":100,\"items\":{\"type\":\"string\"}," \
	"\"description\":\"Names or ids of tags; what else the records have stays.\"}"

static const struct many {
	/* %.*s: the entity's type */
	const char *request, *answer;
} shapes[] = {
	[OPENAPI_UPDATE_MANY] = {"{\"type\":\"object\",\"properties\":{" WHICH ",\"addTags\":" TAGS
				 ",\"removeTags\":" TAGS
				 ",\"changes\":{\"$ref\":\"#/components/schemas/%.*sUpdate\"}}}",
		"{\"type\":\"object\",\"properties\":{" CHANGESET
		",\"changed\":{\"type\":\"integer\"},\"unchanged\":{\"type\":\"integer\"},"
		"\"refusedCount\":{\"type\":\"integer\"}," REFUSED "," COUNTS "}}"},
	[OPENAPI_DELETE_MANY] = {"{\"type\":\"object\",\"properties\":{" WHICH
				 ",\"cascade\":{\"type\":\"boolean\"},"
				 "\"moveTo\":{\"type\":\"string\",\"format\":\"uuid\"}}}",
		"{\"type\":\"object\",\"properties\":{" CHANGESET
		",\"changed\":{\"type\":\"integer\"},\"unchanged\":{\"type\":\"integer\"},"
		"\"refusedCount\":{\"type\":\"integer\"}," REFUSED "," COUNTS "}}"},
	[OPENAPI_BULK] =
		{"{\"type\":\"object\",\"required\":[\"rows\"],\"properties\":{"
		 "\"rows\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":10000,\"items\":{"
		 "\"anyOf\":[{\"$ref\":\"#/components/schemas/%.*sCreate\"},"
		 "{\"$ref\":\"#/components/schemas/%.*sUpdate\"}]}},"
		 "\"key\":{\"type\":\"string\",\"description\":\"The field by which a row finds "
		 "its record: email, externalIds.zoho, custom.code, id. Without it every row is "
		 "created.\"},"
		 "\"partial\":{\"type\":\"boolean\",\"default\":false,\"description\":\"Keep the "
		 "good rows when others are refused.\"}}}",
			"{\"type\":\"object\",\"properties\":{" CHANGESET
			",\"created\":{\"type\":\"integer\"},\"updated\":{\"type\":\"integer\"},"
			"\"unchanged\":{\"type\":\"integer\"},\"errors\":{\"type\":\"integer\"},"
			"\"results\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
			"\"required\":[\"row\",\"status\"],\"properties\":{"
			"\"row\":{\"type\":\"integer\",\"description\":\"Counted from 0.\"},"
			"\"status\":{\"enum\":[\"created\",\"updated\",\"unchanged\",\"error\"]},"
			"\"id\":{\"type\":\"string\",\"format\":\"uuid\"}," ERROR_MEMBERS
			"}}}," COUNTS "}}"},
};

bool openapi_is_of_many(enum openapi_shape shape)
{
	return shape < ARRAY_LEN(shapes) && shapes[shape].answer;
}

void openapi_many_request(
	struct openapi *doc, const struct resource *resource, enum openapi_shape shape)
{
	struct str name = openapi_type_name(doc, resource->entity->name);
	struct str rest = str_of(shapes[shape].request);
	struct str text = STR("");

	while (rest.ptr) {
		struct str part = str_slice(rest, 0, str_find(rest, STR("%.*s")));
		bool more = part.len < rest.len;

		text = arena_printf(&doc->arena, "%.*s%.*s%.*s", STR_ARG(text), STR_ARG(part),
			more ? (int)name.len : 0, name.ptr);
		rest = more ? str_slice(rest, part.len + 4, rest.len) : STR_NONE;
	}
	openapi_stated_schema(doc, text.ptr, false);
}

void openapi_many_answer(struct openapi *doc, enum openapi_shape shape)
{
	openapi_stated_schema(doc, shapes[shape].answer, true);
}
