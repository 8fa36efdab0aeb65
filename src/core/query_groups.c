/* SPDX-License-Identifier: Apache-2.0 */
/* Queries: by what a list is grouped, and what is added up. */
#include "core/query_groups.h"

#include "core/query_internal.h"

static const char *const units[UNIT__COUNT] = {
	[UNIT_DAY] = "day",
	[UNIT_WEEK] = "week",
	[UNIT_MONTH] = "month",
	[UNIT_QUARTER] = "quarter",
	[UNIT_YEAR] = "year",
};

const char *group_unit_name(enum group_unit unit)
{
	return units[unit];
}

static struct query_groups *groups_of(struct query *query)
{
	if (!query->groups)
		query->groups = ARENA_NEW(query->req->arena, struct query_groups);
	return query->groups;
}

/* --- by -------------------------------------------------------------------------------------------- */

static bool has_days(const struct resource_field *field)
{
	return field->field->kind == FIELD_DATE || field->field->kind == FIELD_DATETIME;
}

static bool unit_find(struct str name, enum group_unit *out)
{
	for (size_t i = UNIT_DAY; i < UNIT__COUNT; i++)
		if (str_is(name, units[i])) {
			*out = (enum group_unit)i;
			return true;
		}
	return false;
}

/* What cannot be asked for cannot be grouped by: groups would tell it. */
static bool can_group(const struct resource_field *field)
{
	return field_can_sort(field->field) && field_allows_op(field->field, OP_EQ);
}

static enum err add_by(struct query *query, struct str text)
{
	struct query_groups *groups = groups_of(query);
	struct str unit = text, name = str_trim(str_cut(&unit, ':'));
	struct group_by by = {.field = query_field_find(query, name)};

	if (!by.field)
		return QUERY_REFUSE(query, "by: there is no field \"%.*s\".", STR_ARG(name));
	if (!can_group(by.field))
		return QUERY_REFUSE(query, "by: \"%.*s\" cannot be grouped by.", STR_ARG(name));
	if (unit.ptr && !has_days(by.field))
		return QUERY_REFUSE(query, "by: \"%.*s\" has no days.", STR_ARG(name));
	if (has_days(by.field))
		by.unit = UNIT_DAY;
	if (unit.ptr && !unit_find(unit, &by.unit))
		return QUERY_REFUSE(query,
			"by: \"%.*s\" is grouped by day, week, month, quarter or year.",
			STR_ARG(name));
	if (groups->by_count == GROUPS_MAX_BY)
		return QUERY_REFUSE(query, "by: at most %d fields.", GROUPS_MAX_BY);
	groups->by[groups->by_count++] = by;
	return ERR_OK;
}

enum err query_group_by(struct query *query, struct str value)
{
	enum err err = ERR_OK;

	groups_of(query)->by_count = 0;
	for (struct str rest = value; rest.ptr && !err;)
		err = add_by(query, str_trim(str_cut(&rest, ',')));
	return err;
}

/* --- sum ------------------------------------------------------------------------------------------- */

static bool is_number(const struct resource_field *field)
{
	switch (field->field->kind) {
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_PERCENT:
	case FIELD_MONEY:
		return !(field->field->flags & FIELD_NO_FILTER);
	default:
		return false;
	}
}

static const struct resource_field *named(
	struct query *query, const struct resource *resource, struct str name, const char *suffix)
{
	struct str whole = arena_printf(query->req->arena, "%.*s%s", STR_ARG(name), suffix);

	return resource_field_find(resource, whole);
}

/* wonAmount has wonCurrency; most others the record's `currency`. */
static const struct resource_field *currency_beside(struct query *query, struct str name)
{
	const struct resource_field *own = NULL;

	if (str_ends_with(name, STR("Amount")))
		own = named(query, query->resource, str_slice(name, 0, name.len - 6), "Currency");
	return own ? own : resource_field_find(query->resource, STR("currency"));
}

static const struct resource_field *currency_behind(struct query *query, struct group_sum *sum)
{
	const struct resource *resource = query->resource;
	const char *by = resource->entity->currency_of;

	sum->through = by ? resource_field_find(resource, str_of(by)) : resource->parent_field;
	return sum->through ? resource_field_find(sum->through->target, STR("currency")) : NULL;
}

/* A sum tells its currency, and so may be told to nobody who does not see that. */
static enum err find_currency(struct query *query, struct group_sum *sum)
{
	const struct caller *caller = query->req->caller;
	struct str name = sum->field->name;

	if (sum->field->field->kind != FIELD_MONEY || str_ends_with(name, STR("Base")))
		return ERR_OK;
	sum->base = named(query, query->resource, name, "Base");
	if (sum->base && !caller_sees(caller, sum->base))
		sum->base = NULL;
	sum->currency = currency_beside(query, name);
	if (!sum->currency)
		sum->currency = currency_behind(query, sum);
	if (sum->currency && !caller_sees(caller, sum->currency))
		return QUERY_REFUSE(query, "sum: the currency of \"%.*s\" is not there for you.",
			STR_ARG(name));
	return ERR_OK;
}

static enum err add_sum(struct query *query, struct str name)
{
	struct query_groups *groups = groups_of(query);
	struct group_sum *sum = &groups->sums[groups->sum_count];

	if (groups->sum_count == GROUPS_MAX_SUMS)
		return QUERY_REFUSE(query, "sum: at most %d fields.", GROUPS_MAX_SUMS);
	*sum = (struct group_sum){.field = query_field_find(query, name)};
	if (!sum->field)
		return QUERY_REFUSE(query, "sum: there is no field \"%.*s\".", STR_ARG(name));
	if (!is_number(sum->field))
		return QUERY_REFUSE(query, "sum: \"%.*s\" is no number.", STR_ARG(name));
	groups->sum_count++;
	return find_currency(query, sum);
}

enum err query_group_sum(struct query *query, struct str value)
{
	enum err err = ERR_OK;

	groups_of(query)->sum_count = 0;
	for (struct str rest = value; rest.ptr && !err;)
		err = add_sum(query, str_trim(str_cut(&rest, ',')));
	return err;
}

/* --- order ----------------------------------------------------------------------------------------- */

enum err query_group_sort(struct query *query, struct str value)
{
	struct query_groups *groups = groups_of(query);
	bool descending = str_starts_with(value, STR("-"));
	struct str name = str_slice(value, descending, value.len);

	groups->descending = descending;
	groups->by_number = str_is(name, "count");
	return groups->by_number || str_is(name, "key")
		? ERR_OK
		: QUERY_REFUSE(query, "sort: groups are sorted by key or count.");
}
