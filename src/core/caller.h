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
#include "core/access.h"
#include "core/resource.h"
#include "db/db.h"

enum { CALLER_RULE_WORDS = RESOURCE_MAX_FIELDS / 64 };

struct caller {
	struct str user_id, org_id, session_id;
	struct str email, first_name, last_name;
	struct str role;    /* key of the role */
	enum preset preset; /* the role's */
	struct str team_id, partner_id;
	struct str team_users; /* {uuid,…} */
	struct str org_name, currency, time_zone, locale;
	struct str week_start; /* 0 is Sunday; STR_NONE where nobody looked */
	struct str access;     /* as app.access wants it */
	bool log_of_money;     /* the change log is told as far as it is about ENTITY_MONEY */
	unsigned char scopes[RESOURCE_MAX][VERB__COUNT]; /* enum scope by resource index */
	/* Bits by resource_field.number: what is not seen, what is seen and not written. */
	uint64_t unseen[CALLER_RULE_WORDS], unwritten[CALLER_RULE_WORDS];
	struct str custom_rules; /* of custom fields: |contact.salary:none|deal.margin:read| */
	uint64_t rules; /* a hash of all the rules, 0 for none: equal rules, equal fields */
};

static inline enum scope caller_scope(
	const struct caller *caller, const struct resource *resource, enum verb verb)
{
	return (enum scope)caller->scopes[resource->index][verb];
}

/* What the caller's role may do with a field, a custom one as well. */
enum field_rule caller_rule(const struct caller *caller, const struct resource_field *field);

/* Whether the field is there for this caller at all. */
static inline bool caller_sees(const struct caller *caller, const struct resource_field *field)
{
	return caller_rule(caller, field) != RULE_NONE;
}

static inline bool caller_writes(const struct caller *caller, const struct resource_field *field)
{
	return caller_rule(caller, field) == RULE_WRITE;
}

/* The keys of the resource's custom fields with which the caller may do no more than `most`, as a text[]
 * literal; STR_NONE when there are none. */
struct str caller_custom_keys(const struct caller *caller, struct arena *arena,
	const struct resource *resource, enum field_rule most);

/* Fills what the role decides from the preset and what the role keeps beside it: `access`
 * `{"contact":{"update":"team"}}` and `fields` `{"product.cost":"none"}` (JSON texts, may be absent). Texts
 * are made in the arena. */
MUST_CHECK enum err caller_set_access(
	struct caller *caller, struct arena *arena, struct str access, struct str fields);
/* The same caller, whose `verb` on the resource reaches no further than `by`: who exports reads only what
 * may be exported. */
const struct caller *caller_narrow(const struct caller *caller, struct arena *arena,
	const struct resource *resource, enum verb verb, enum verb by);

/* The database context of a request by this caller. */
struct db_context caller_context(
	const struct caller *caller, struct str request_id, struct str changeset_id);

/* The caller's organisation as an object: what every answer about who one is says of it. */
struct json;
void caller_write_organization(struct json *json, const struct caller *caller);
