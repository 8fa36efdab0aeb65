/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resources: entities as served. The run-time half of an entity: its fields together with the common
 * ones, columns, routes. Made once at start, checked, then shared by all loops and never changed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/problem.h"
#include "base/str.h"
#include "core/entity.h"

enum {
	RESOURCE_MAX = 64,
	RESOURCE_MAX_COUNTS = 4,
	RESOURCE_MAX_NESTED = 4,
	RESOURCE_MAX_FIELDS = 2048
};

/* A field with what is derived from it. Custom fields get one as well (core/tenant.h). */
struct resource_field {
	const struct field *field;
	struct str name;   /* JSON */
	struct str key;    /* the name as a member's beginning: "name": */
	struct str column; /* snake_case */
	struct str
		selected; /* the value in a list of columns: , t."column" or, computed, , "function"(t) */
	struct str label; /* for people */
	struct str
		include; /* of a reference: "company" for companyId, "createdByUser" for createdBy */
	const struct resource *target; /* of a reference or multiReference */
	const struct resource *of;     /* whose field it is */
	unsigned number;               /* among the built-in fields of all resources */
	bool in_lists;
};

/* Records of `of` that refer to one of the resource by the field `by`. */
struct resource_count {
	struct str name;
	const struct resource *of;
	const struct resource_field *by;
};

/* Rows of `of` that are part of a record of the resource. */
struct resource_nested {
	struct str name, label;
	const struct resource *of;
	const struct resource_field *by, *position;
	const struct resource_field *
		*fields; /* of an element: the id, then what is declared but `by` */
	size_t field_count;
	int most;
};

struct resource {
	const struct entity *entity;
	unsigned index;               /* into caller's scopes */
	struct str name, table, path; /* contact, contacts, contacts (kebab) */
	struct str
		names; /* where a reference is looked up: the entity's view of names, or the table */
	struct resource_field
		*fields; /* id first, then declared, tags, custom, then the common ones */
	size_t field_count;
	const struct resource_field *titles[4];
	size_t title_count;
	const struct resource_field *owner;   /* of owner_field, or NULL */
	const struct resource_field *partner; /* of partner_field, or NULL */
	bool has_deleted, has_version, has_computed;
	const struct resource_field *remark; /* of entity->remark, or NULL */
	const struct resource_count *counts; /* of entity->counts */
	size_t count_count;
	/* What goes to the trash with a record, as the database is told (migrations, trash): */
	struct str trash_rules;
	uint64_t
		own_reach; /* bit i: rows of the resource with index i may be own through this one's */
	uint64_t trash_reach; /* bit i: rows of the resource with index i may be written as well */
	bool trash_asks, trash_moves; /* takes cascade=true, moveTo=<id> */
	struct str merge_rules; /* what merging does, likewise; STR_NONE where nothing is merged */
	struct resource_nested *nested; /* of entity->nested */
	size_t nested_count;
	/* Of an entity that is nested: the resource that its rows are part of, and the reference to it. */
	const struct resource *parent;
	const struct resource_field *parent_field;
	/* The same resource by its other routes: copies that differ in `alias` only. NULL in the resource itself. */
	const struct entity_alias *alias;
	const struct resource_field *within; /* of alias->within, or NULL */
	struct resource *aliases;
	size_t alias_count;
};

/* Builds all resources from entity_registry and checks them: names unique, references known, limits
 * sane, options present … The message names the entity and the field. */
MUST_CHECK enum err resources_init(struct problem *problem);
void resources_deinit(void);

const struct resource *const *resources_all(size_t *count_out);
/* By entity name ("contact"), NULL when unknown. */
const struct resource *resource_find(struct str name);
/* The entity's name, of a table that the database names; the table's own where it is no entity's. */
struct str resource_name_of_table(struct str table);
/* By the first segment of a route, aliases included ("contacts", "clients"). */
const struct resource *resource_find_path(struct str path);
/* By JSON name, NULL when unknown. Built-in fields only; tenant_field_find knows custom ones as well. */
const struct resource_field *resource_field_find(const struct resource *resource, struct str name);
/* By column, for translating what PostgreSQL says. */
const struct resource_field *resource_field_by_column(
	const struct resource *resource, struct str column);
bool resource_field_is(const struct resource_field *field, enum field_flag flag);
/* Whether a record must have the field, asked by this route. */
bool resource_requires(const struct resource *resource, const struct resource_field *field);
/* What this route gives a new record when the field is not sent, STR_NONE for nothing. */
struct str resource_default(const struct resource *resource, const struct resource_field *field);

/* By the array's name, NULL when unknown. */
const struct resource_nested *resource_nested_find(
	const struct resource *resource, struct str name);

/* camelCase to snake_case; the inverse. Terminated. */
struct str name_to_column(struct arena *arena, struct str name);
struct str column_to_name(struct arena *arena, struct str column);
