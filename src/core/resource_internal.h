/* SPDX-License-Identifier: Apache-2.0 */
/* Inside resources: what building and checking them share between files. */
#pragma once

#include "base/arena.h"
#include "core/resource.h"

/* Of all resources, for as long as they are there. */
extern struct arena resource_memory;

/* A fault of ours, named precisely: ERR_INTERNAL. */
MUST_CHECK enum err resource_refuse(
	struct problem *problem, const struct resource *r, const char *field, const char *what);
/* "jobTitle" to "Job title". */
struct str resource_label(struct str name);
/* Builds and checks what is nested in the resource, and tells those entities whose they are. */
MUST_CHECK enum err resource_link_nested(struct problem *problem, struct resource *r);
/* An entity that is nested must be so in one other. */
MUST_CHECK enum err resource_check_parent(struct problem *problem, const struct resource *r);
