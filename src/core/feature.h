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
	void (*start)(struct app *app); /* once per loop, on a fiber, when the database is migrated */
	void (*stop)(struct app *app);
};

/* Generated from the names of the files in src/feature/; ends with NULL. */
extern const struct feature *const feature_registry[];
