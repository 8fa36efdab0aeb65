/* SPDX-License-Identifier: Apache-2.0 */
/* The private cluster's configuration file, by the size of the machine. */
#pragma once

#include <stdbool.h>

#include "base/base.h"

struct pg_user;

/* Makes postgresql.conf of a new cluster include ours, so that what is added below it wins. */
MUST_CHECK bool pg_config_include(const struct pg_user *user, const char *cluster);
/* Writes cairn.conf, at every start: the machine or the version may have changed. */
MUST_CHECK bool pg_config_write(const struct pg_user *user, const char *cluster, const char *bin);
