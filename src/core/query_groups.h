/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Groups: what a list adds up to. GET /<entity>/groups takes the filters of the list and `by`, one or two
 * fields; dates are grouped by what follows a colon (createdAt:month), in the organisation's time zone.
 * `sum` names numbers to be added up.
 *
 * Money of several currencies is never one sum: what the entity keeps in the organisation's currency is added
 * up in that, and the rest by its own.
 */
#pragma once

#include "core/query.h"

enum { GROUPS_MAX_BY = 2, GROUPS_MAX_SUMS = 5, GROUPS_DEFAULT_LIMIT = 200 };

enum group_unit {
	UNIT_NONE,
	UNIT_DAY,
	UNIT_WEEK,
	UNIT_MONTH,
	UNIT_QUARTER,
	UNIT_YEAR,
	UNIT__COUNT
};

struct group_by {
	const struct resource_field *field;
	enum group_unit unit; /* of dates and moments, which have one */
};

/* A number that is added up. Of money `currency` says which, or the field of that name of the record that
 * `through` refers to; NULL both for the organisation's. `base` is the same amount in the organisation's
 * currency where the entity keeps it, else NULL. */
struct group_sum {
	const struct resource_field *field, *base, *currency, *through;
};

struct query_groups {
	struct group_by by[GROUPS_MAX_BY];
	size_t by_count;
	struct group_sum sums[GROUPS_MAX_SUMS];
	size_t sum_count;
	bool by_number,
		descending; /* the order of the groups: by how many records, or by their keys */
};

/* "month"; NULL for UNIT_NONE. */
const char *group_unit_name(enum group_unit unit);
/* The parameters; ERR_BAD_PARAMETER names what is wrong. `sort` is key, -key, count or -count. */
MUST_CHECK enum err query_group_by(struct query *query, struct str value);
MUST_CHECK enum err query_group_sum(struct query *query, struct str value);
MUST_CHECK enum err query_group_sort(struct query *query, struct str value);
