/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views: what a list is asked, under a name. They hold the parameters of lists and groups as those are written,
 * are held against the entity's fields when they are written and again when they are used: a field may have gone
 * meanwhile, or may not be there for whoever uses a shared view, and then the request is refused and told of what.
 */
#pragma once

#include "core/query.h"
#include "core/records.h"

/* The check of the entity `view`. */
void view_check(struct record_write *write);
/* Says in the query what the view says, as far as the request does not. `name` is a name, an id or `default`,
 * which says nothing where the caller has none. ERR_BAD_PARAMETER names what is wrong. */
MUST_CHECK enum err view_apply(struct query *query, struct str name);
