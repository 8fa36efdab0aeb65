/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access as data: verbs, scopes and field rules by name, and what each preset answers.
 *
 * A role keeps only what differs from its preset (migrations, roles_as_data); caller_set_access merges the
 * two. Where an entity states fewer letters than there are verbs, the rest follows:
 *   assign         as update: who may change a record may give it to somebody
 *   issue, correct   none, unless the entity states them
 *   export, import, bulk, merge   by preset, for every entity alike
 * And none of them reaches further than what it is made of: export than read, import than create, assign,
 * bulk and merge than update.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"
#include "core/entity.h"

/* Ordered by reach. The letters are n, o, p, t, a. */
enum scope { SCOPE_NONE, SCOPE_OWN, SCOPE_PARTNER, SCOPE_TEAM, SCOPE_ALL, SCOPE__COUNT };

/* What a role may do with a field. */
enum field_rule { RULE_NONE, RULE_READ, RULE_WRITE, RULE__COUNT };

const char *verb_name(enum verb verb);
MUST_CHECK bool verb_find(struct str name, enum verb *out);
const char *scope_name(enum scope scope);
MUST_CHECK bool scope_find(struct str name, enum scope *out);
char scope_letter(enum scope scope);
const char *field_rule_name(enum field_rule rule);
MUST_CHECK bool field_rule_find(struct str name, enum field_rule *out);

/* What both allow. Of a partner's and a team's or one's own records that is nothing: neither holds the other. */
enum scope scope_narrower(enum scope a, enum scope b);
/* The verb that a scope may not reach beyond; the verb itself for those of rows. */
enum verb verb_base(enum verb verb);

/* What the preset answers. Not yet narrowed by verb_base. */
enum scope preset_scope(const struct entity *entity, enum preset preset, enum verb verb);
enum field_rule preset_rule(const struct field *field, enum preset preset);

/* Reads a preset's key ("partner_admin"); false when unknown. */
MUST_CHECK bool preset_parse(struct str key, enum preset *out);
