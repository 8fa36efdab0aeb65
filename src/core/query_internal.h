/* SPDX-License-Identifier: Apache-2.0 */
/* Inside queries: what reading parameters and reading cursors share. */
#pragma once

#include "core/query.h"

#define QUERY_REFUSE(query, ...) problem_set(&(query)->req->problem, ERR_BAD_PARAMETER, __VA_ARGS__)

/* query->cursor into query->after; the query's sorts are set. ERR_BAD_PARAMETER when it is not ours. */
MUST_CHECK enum err query_read_cursor(struct query *query);

/* By name, `custom.<key>` as well; NULL when the caller does not see it. */
const struct resource_field *query_field_find(const struct query *query, struct str name);
bool query_refers_to_users(const struct resource_field *field);
/* A condition. Several texts of OP_IN only. ERR_BAD_PARAMETER names what is wrong. */
MUST_CHECK enum err query_read_filter(struct query *query, struct query_filter *filter,
	struct str name, enum filter_op op, const struct str *texts, size_t count);
/* `field=value` or `field[op]=value` into the query's filters. */
MUST_CHECK enum err query_add_parameter_filter(
	struct query *query, struct str parameter, struct str value);
struct json_value;
MUST_CHECK enum err query_read_where_value(struct query *query, const struct json_value *value);
/* The parameter `where` into the query's terms. */
MUST_CHECK enum err query_read_where(struct query *query, struct str text);
/* A parameter that there is, whatever the kind of the query. */
MUST_CHECK enum err query_set(struct query *query, struct str name, struct str value);
