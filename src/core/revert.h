/* SPDX-License-Identifier: Apache-2.0 */
/* Reverts: what the database is told of entities when a changeset is taken back (migrations, changesets). */
#pragma once

#include "base/json_read.h"
#include "http/request.h"

/* What no revert takes back, of all entities (entity.h, finals). */
struct str revert_finals(struct request *req);
/* How to take back what was written of these entities, an array of their names; those that the server alone
 * writes are left out. */
struct str revert_tables(struct request *req, const struct json_value *entities);
