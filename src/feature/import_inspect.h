/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports: what a file seems to mean. A profile (import_profile.h) becomes what is shown of the file, a
 * mapping guessed from names and values (import_guess.c), and proposals for values that are nearly an option
 * or an existing name (import_proposal.c), which the caller may accept.
 */
#pragma once

#include "feature/import_job.h"
#include "feature/import_map.h"
#include "feature/import_profile.h"
#include "feature/import_similar.h"

/* Names of records, as they are compared. `whole`: all that the caller sees. */
struct import_names {
	const struct resource *resource;
	const struct resource_field *by;
	struct import_form *forms;
	size_t count;
	bool whole;
};

/* Names of a resource's records by a field, or by title when it is NULL; asked for once. */
struct import_catalogue {
	struct request *req;
	struct import_names loaded[20];
	size_t count;
};

/* NULL when the caller may not read them, or too many were asked for already. */
MUST_CHECK enum err import_names_of(struct import_catalogue *catalogue,
	const struct resource *resource, const struct resource_field *by,
	const struct import_names **out);

/* --- guessing --------------------------------------------------------------------------------- */

/* A mapping for what is to be `into`, or for what the columns fit best when it is NULL; STR_NONE when they
 * fit nothing. `into_out` is what it is for. */
MUST_CHECK enum err import_guess(struct import_catalogue *catalogue,
	const struct import_profile *profile, struct str file_name, const struct resource *into,
	struct str *map_out, const struct resource **into_out);

/* --- proposals -------------------------------------------------------------------------------- */

/* As a JSON array; `map` is bound to no file. */
MUST_CHECK enum err import_propose(struct import_catalogue *catalogue, const struct import_map *map,
	const struct import_column *columns, size_t count, struct str *out);
/* The mapping with the proposals of these ids taken in, all that suggest something when `ids` is the
 * string "all". Unknown ids go to the problem. */
MUST_CHECK enum err import_accept(struct request *req, struct str map, struct str proposals,
	const struct json_value *ids, struct str *out);

/* --- the whole -------------------------------------------------------------------------------- */

/* JSON texts, as the import's row keeps them; what there is none of is STR_NONE. */
struct import_finding {
	struct str detection, profile, map, proposals;
	const struct resource *into;
};

/* ERR_INVALID when the file has no header that can be read. */
MUST_CHECK enum err import_find(struct request *req, const struct import_profile *profile,
	struct str file_name, const struct resource *into, struct import_finding *out);
/* The same in one go: for the mapping in `out` or, when there is none, one that is guessed; with `accept` what is
 * suggested is taken into it. `source` is read to its end. */
MUST_CHECK enum err import_prepare(struct request *req, const struct import_source *source,
	struct str into, bool accept, struct import_finding *out);
/* Proposals for another mapping of the file whose profile was kept. */
MUST_CHECK enum err import_proposals(
	struct request *req, const struct import_map *map, struct str profile, struct str *out);
