/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the OpenAPI generator share. */
#pragma once

#include "base/arena.h"
#include "base/json_write.h"
#include "core/openapi.h"
#include "core/resource.h"

/* A document being written. */
struct openapi {
	struct json json;
	struct arena arena;
	const struct route *const *routes;
	size_t route_count;
};

/* A member whose value is JSON text; tables of them end with a NULL name. */
struct openapi_part {
	const char *name, *json;
};

extern const struct openapi_part openapi_shared_schemas[], openapi_shared_parameters[];
extern const struct openapi_part openapi_headers[], openapi_security_schemes[];

void openapi_parts(struct openapi *doc, const struct openapi_part *parts);
/* {"$ref":"#/components/<kind>/<name><suffix>"} */
void openapi_ref(struct openapi *doc, const char *kind, struct str name, const char *suffix);
/* "lead_status_history" to "LeadStatusHistory". */
struct str openapi_type_name(struct openapi *doc, const char *snake);
/* Whether the resource's lists leave fields out that its single records have. */
bool openapi_has_detail(const struct resource *resource);
/* Whether `include` can add the record that the field refers to. */
bool openapi_includes(const struct resource *resource, const struct resource_field *field);

/* A schema or parameters that documentation states as text. What a caller sends may lack members, an
 * answer may not. */
void openapi_stated_schema(struct openapi *doc, const char *text, bool answer);
void openapi_stated_parameters(struct openapi *doc, const char *text);

/* The entity of a generic route; NULL for all others. */
const struct resource *openapi_resource_of(const struct route *route);
struct str openapi_tag_of(const struct route *route);
/* A member of a path: the method and what it does. */
void openapi_operation(struct openapi *doc, const struct route *route);

/* What is written and answered where many records are (core/openapi_many.c). */
void openapi_many_request(
	struct openapi *doc, const struct resource *resource, enum openapi_shape shape);
void openapi_many_answer(struct openapi *doc, enum openapi_shape shape);

/* Members of components.schemas. */
void openapi_schemas(struct openapi *doc);
/* Members of components.parameters. */
void openapi_parameters(struct openapi *doc);
/* Elements of an operation's parameters: what a list, an export or a single record can be asked. */
void openapi_query(struct openapi *doc, const struct resource *resource, enum openapi_shape shape);
/* Members of components.responses: an error each, named by its status. */
void openapi_errors(struct openapi *doc);
/* The statuses that a route may answer with an error, ascending; ends with 0. */
enum { OPENAPI_ERRORS_MAX = 24 };
void openapi_error_statuses(const struct route *route, int out[OPENAPI_ERRORS_MAX]);
