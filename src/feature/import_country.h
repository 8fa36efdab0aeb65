/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: countries as files write them. A code of two or three letters, or what a country is called in one
 * of many languages, says which one is meant for certain, whatever its case, marks and signs; a name with a
 * mistake in it, or that is commonly said of a country, is for a person to confirm.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* The code of two letters; STR_NONE when the text means no country for certain. */
struct str import_country_code(struct str text);
/* What the country is called in English that the text nearly means; STR_NONE when there is none. */
struct str import_country_near(struct str text);
