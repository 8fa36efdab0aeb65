/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks: the authenticated member of an organisation and what the role allows.
 *
 * A caller is looked up by session and organisation, kept at most 5 seconds, and dropped at once when
 * this process changes a session, a membership, a role or a team. Its strings live as long as the
 * request that holds it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "core/entity.h"
#include "core/resource.h"
#include "db/db.h"

/* Ordered by reach. The letters are n, o, p, t, a. */
enum scope { SCOPE_NONE, SCOPE_OWN, SCOPE_PARTNER, SCOPE_TEAM, SCOPE_ALL };

struct caller {
	struct str user_id, org_id, session_id;
	struct str email, first_name, last_name;
	struct str role;    /* key of the role */
	enum preset preset; /* the role's */
	struct str team_id, partner_id;
	struct str team_users; /* {uuid,…} */
	struct str org_name, currency, time_zone, locale;
	struct str access;                               /* as app.access wants it */
	unsigned char scopes[RESOURCE_MAX][VERB__COUNT]; /* enum scope by resource index */
};

static inline enum scope caller_scope(
	const struct caller *caller, const struct resource *resource, enum verb verb)
{
	return (enum scope)caller->scopes[resource->index][verb];
}

/* Whether the field is there for this caller, to be read or written. */
static inline bool caller_sees(const struct caller *caller, const struct resource_field *field)
{
	return !(field->field->hidden_from & HIDDEN_FROM(caller->preset));
}

/* Fills scopes and access from the preset and the overrides `{"contacts":"aona",…}` (JSON text, may be
 * absent) of the role. `access` is made in the arena. */
MUST_CHECK enum err caller_set_access(
	struct caller *caller, struct arena *arena, struct str overrides);
/* Reads a preset's key ("partner_admin"); false when unknown. */
MUST_CHECK bool preset_parse(struct str key, enum preset *out);
const char *preset_key(enum preset preset);

/* The database context of a request by this caller. */
struct db_context caller_context(
	const struct caller *caller, struct str request_id, struct str changeset_id);

/* The caller's organisation as an object: what every answer about who one is says of it. */
struct json;
void caller_write_organization(struct json *json, const struct caller *caller);
