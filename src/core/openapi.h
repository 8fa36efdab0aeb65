/* SPDX-License-Identifier: Apache-2.0 */
/*
 * OpenAPI: the document of every route, made from the router and the entity tables.
 *
 * A route's struct route_doc says what is particular to it. A generic route carries its resource as
 * `data` and names its shape; parameters, bodies and answers then follow from the entity's fields. The
 * schemas are exact (nothing additional, every property named, null only where it may be), so that a
 * test can hold every answer against them.
 *
 * Where `fields=` cuts an answer down, the schema is an anyOf of the whole and the partial form, the
 * whole first.
 */
#pragma once

#include "base/buf.h"
#include "http/router.h"

enum openapi_shape {
	OPENAPI_NONE,
	OPENAPI_LIST,
	OPENAPI_GET,
	OPENAPI_CREATE,
	OPENAPI_REPLACE,
	OPENAPI_UPDATE,
	OPENAPI_DELETE,
	OPENAPI_RESTORE,
	OPENAPI_TIMELINE,
	OPENAPI_EXPORT,
	OPENAPI_EXPORT_JSONL,
	OPENAPI_EXPORT_XLSX,
	OPENAPI_BOARD,
	OPENAPI_GROUPS,
	OPENAPI_UPDATE_MANY,
	OPENAPI_DELETE_MANY,
	OPENAPI_BULK,
	OPENAPI_DUPLICATES,
	OPENAPI_MERGE,
	OPENAPI_HEALTH, /* of no resource: 503 has the body of 200 */
};

/* Requests about many records. */
bool openapi_is_of_many(enum openapi_shape shape);

/* Appends the document. Resources must be initialised. */
void openapi_write(struct buf *out, const struct router *router);
