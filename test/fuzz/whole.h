/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the targets of upper layers share: the request of an administrator, without a database. Such a target is
 * linked with the whole server; the modules whose headers it includes are watched, the others are as they are.
 */
#pragma once

#include <stdint.h>
#include <stdlib.h>

#include "base/problem.h"
#include "core/caller.h"
#include "core/tenant.h"
#include "core/unit.h"
#include "http/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* What test/fuzz/run has the linker put in the place of those that ask the database. */
enum err __wrap_tenant_of(struct request *req, const struct tenant **out);
enum err __wrap_unit_query(struct request *req, enum db_lane lane, const struct resource *resource,
	const struct db_stmt *stmt, struct db_result *out);

static const struct tenant_option whole_options[] = {
	{.picklist = STR("industry"), .key = STR("Technology"), .label = STR("Technology")},
	{.picklist = STR("industry"), .key = STR("Retail"), .label = STR("Shops")},
};

enum err __wrap_tenant_of(struct request *req, const struct tenant **out)
{
	static const struct tenant tenant = {
		.options = whole_options, .option_count = ARRAY_LEN(whole_options)};

	(void)req;
	*out = &tenant;
	return ERR_OK;
}

enum err __wrap_unit_query(struct request *req, enum db_lane lane, const struct resource *resource,
	const struct db_stmt *stmt, struct db_result *out)
{
	(void)req;
	(void)lane;
	(void)resource;
	(void)stmt;
	(void)out;
	return ERR_UNAVAILABLE;
}

static const struct caller *whole_caller(void)
{
	static struct caller caller = {
		.org_id = STR("0192f0c0-0000-7000-8000-000000000002"),
		.user_id = STR("0192f0c0-0000-7000-8000-000000000001"),
		.preset = PRESET_ADMIN,
		.time_zone = STR("Europe/Berlin"),
		.currency = STR("EUR"),
		.locale = STR("en"),
	};
	static struct arena arena;
	struct problem problem;

	if (caller.access.ptr)
		return &caller;
	arena_init(&arena);
	problem_init(&problem, &arena);
	INVARIANT(resources_init(&problem) == ERR_OK);
	INVARIANT(caller_set_access(&caller, &arena, STR_NONE, STR_NONE) == ERR_OK);
	INVARIANT(caller.access.ptr != NULL);
	return &caller;
}

static void whole_request(struct request *req, struct arena *arena)
{
	*req = (struct request){0};
	arena_init(arena);
	request_init(req, arena);
	problem_init(&req->problem, arena);
	req->caller = whole_caller();
	req->id = STR("fuzz");
}

/* A copy of just this size, so that a byte read too far is noticed. */
static struct str whole_copy(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + !size);

	memcpy(copy, data, size);
	return (struct str){copy, size};
}

static const struct resource *whole_resource(uint8_t which)
{
	size_t count;
	const struct resource *const *all = resources_all(&count);

	return all[which % count];
}
