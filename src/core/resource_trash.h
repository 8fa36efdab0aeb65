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
