/* SPDX-License-Identifier: Apache-2.0 */
/* Imports in steps: upload, mapping, rehearsal, commit. Handlers of the routes in import.c. */
#pragma once

#include "feature/import_job.h"

/* Keeps the file and answers 201 with what was found in it. `into` and `mapping`, the id of one that is kept,
 * may be absent. */
MUST_CHECK enum err import_upload(struct request *req, struct str into, struct str mapping,
	const struct import_source *source);
/* `into` by route or name; none at all is none. */
MUST_CHECK enum err import_find_into(
	struct request *req, struct str into, const struct resource **out);
/* The mapping of this id that the organisation keeps; ERR_INVALID that names mappingId. */
MUST_CHECK enum err import_saved_map(struct request *req, struct str id, struct str *out);

/* An import whose file is kept. */
struct import_kept {
	struct str into, mapping, file_name, version, status, rehearsal, proposals, profile;
};

MUST_CHECK enum err import_find_kept(struct request *req, struct str id, struct import_kept *out);
/* It may be changed and run. */
bool import_is_open(const struct import_kept *kept);
MUST_CHECK enum err import_why_closed(struct request *req, const struct import_kept *kept);

/* Handlers of /imports/{id}…; `id` is one. */
MUST_CHECK enum err import_change(struct request *req, struct str id);
MUST_CHECK enum err import_rehearse(struct request *req, struct str id);
MUST_CHECK enum err import_commit(struct request *req, struct str id);
MUST_CHECK enum err import_cancel(struct request *req, struct str id);
