/* SPDX-License-Identifier: Apache-2.0 */
/* Names of time zones: PostgreSQL's list, read once by the process. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct app;

/* On a fiber. Reads the list unless it is there; a failure is logged and may be tried again. */
void time_zones_load(struct app *app);
/* True for a name of the list in its own spelling; true as well for any name while the list is not read,
 * since the database refuses what it does not know. */
bool time_zone_is_known(struct str name);
