/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Features: what a table of fields cannot say. A file in src/feature/ declares one and is found by its
 * name; it brings routes, and may hook into the start and the end of a loop.
 */
#pragma once

#include <stddef.h>

#include "http/router.h"

struct app;

struct feature {
	const char *name;
	const struct route *routes; /* ends with a NULL pattern */
	/* Once per loop, bound to it but before it runs; the database is migrated. May spawn fibers. */
	void (*start)(struct app *app);
	/* On the loop, when the last response is out. */
	void (*stop)(struct app *app);
};

/* Generated from the names of the files in src/feature/; ends with NULL. */
extern const struct feature *const feature_registry[];
