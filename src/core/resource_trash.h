/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resources: what the trash does to other records, from the entities' on_delete to the document that the
 * database's functions walk.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"
#include "core/resource.h"

/* Fills the trash_ members of all resources, which are complete but for these. The texts stand in the arena.
 * Refuses rules that name what is not there. */
MUST_CHECK enum err resource_trash_init(
	struct problem *problem, struct arena *arena, struct resource *resources, size_t count);

struct json;
/* For what asks likewise whether others refer to a record: one rule, as an object; and a label in the middle of
 * a sentence. */
void resource_trash_write_rule(struct json *json, struct arena *arena, const struct resource *r,
	const struct entity_delete *rule);
void resource_trash_write_label(
	struct json *json, struct arena *arena, const char *key, const char *label);
