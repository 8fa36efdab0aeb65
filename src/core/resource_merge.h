/* SPDX-License-Identifier: Apache-2.0 */
/* Resources: what merging does, from the entities' tables to the document that the database's functions read. */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"
#include "core/resource.h"

/* Fills merge_rules of all resources, which are complete but for that. Refuses what names unknown fields. */
MUST_CHECK enum err resource_merge_init(
	struct problem *problem, struct arena *arena, struct resource *resources, size_t count);

/* The name of a kind of likeness: "email". */
const char *duplicate_kind_name(enum duplicate_kind kind);
