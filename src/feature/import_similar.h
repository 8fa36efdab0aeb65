/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: names that are meant to be the same. A name's form is its letters and digits without case, marks
 * and signs; two forms are near when few typing mistakes part them and their digits are the same.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct import_form {
	struct str text; /* as it was */
	struct str form;
	uint64_t letters; /* a bit for each that occurs */
};

struct import_form import_form_of(struct arena *arena, struct str text);
/* 0: the same form. The number of mistakes otherwise, -1 when there are too many. */
int import_form_distance(const struct import_form *a, const struct import_form *b);
/* The nearest of `forms`, NULL when none is near; the first among equals. */
const struct import_form *import_form_nearest(const struct import_form *of,
	const struct import_form *forms, size_t count, int *distance_out);
