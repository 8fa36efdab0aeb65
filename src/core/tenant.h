/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tenants: what an organisation has defined for itself, its custom fields, picklist options and settings.
 *
 * Kept per loop for at most 5 seconds and dropped at once when this process writes one of them. A tenant
 * in use by a request stays valid until the request's arena goes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json_read.h"
#include "core/resource.h"
#include "http/request.h"

struct tenant_option {
	struct str picklist, key, label, color;
	bool archived;
};

struct tenant_fields {
	const struct resource_field *fields; /* in their order; archived ones left out */
	const struct str *ids;               /* of the custom_field records, in the same order */
	size_t count;
};

struct tenant {
	const struct tenant_option *options; /* by picklist, then position */
	size_t option_count;
	struct tenant_fields custom[RESOURCE_MAX]; /* by resource index */
	struct json_value *settings; /* the organisation's, an object; NULL for none */
	/* The rest is the cache's. */
	unsigned users;
	int64_t loaded_ms;
	bool dropped;
	struct arena arena;
	char org_id[40];
	struct tenant *next;
};

/* The tenant of the request's caller. */
MUST_CHECK enum err tenant_of(struct request *req, const struct tenant **out);
/* Option by key or label, case ignored; NULL when unknown. Archived ones are found as well. */
const struct tenant_option *tenant_option_find(
	const struct tenant *tenant, const char *picklist, struct str key_or_label);
/* Custom field by key; NULL when unknown. */
const struct resource_field *tenant_field_find(
	const struct tenant *tenant, const struct resource *resource, struct str key);

/* Custom field by the id of its record; NULL when unknown or archived. */
const struct resource_field *tenant_field_by_id(const struct tenant *tenant, struct str id);
/* A member of the organisation's settings, NULL when absent. */
const struct json_value *tenant_setting(const struct tenant *tenant, const char *key);

struct tenant_cache *tenant_cache_new(void);
void tenant_cache_free(struct tenant_cache *cache);
/* Drops the organisation from the caches of all loops. */
struct app;
void tenant_forget(struct app *app, struct str org_id);
