/* SPDX-License-Identifier: Apache-2.0 */
/* Inside queries: what reading parameters and reading cursors share. */
#pragma once

#include "core/query.h"

#define QUERY_REFUSE(query, ...) problem_set(&(query)->req->problem, ERR_BAD_PARAMETER, __VA_ARGS__)

/* query->cursor into query->after; the query's sorts are set. ERR_BAD_PARAMETER when it is not ours. */
MUST_CHECK enum err query_read_cursor(struct query *query);
