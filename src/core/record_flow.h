/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flows: what happens to one record by a function of the database, POST /<entity>/{id}/<verb>. The function
 * runs with the caller's rights and answers whether it wrote the record: it may not be there, not be the
 * caller's to change, or have none of the versions that If-Match accepts. The record is read in the same
 * transaction and answered as GET would.
 */
#pragma once

#include "core/form.h"
#include "core/query.h"
#include "core/records.h"

struct record_flow {
	struct request *req;
	struct query query;
	struct str id, versions; /* versions: a parameter of the function, int[], null for any */
};

/* The body of a flow that takes something back: why. */
extern const struct form record_flow_reason;

/* Right, id and versions of the request; {id} is the route's first parameter. */
MUST_CHECK enum err record_flow_begin(struct request *req, const struct resource *resource,
	enum verb verb, struct record_flow *flow);
/* Runs the call, a statement of one boolean, and answers the record. */
MUST_CHECK enum err record_flow_run(const struct record_flow *flow, struct db_stmt call);
