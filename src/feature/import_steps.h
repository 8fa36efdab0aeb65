/* SPDX-License-Identifier: Apache-2.0 */
/* Imports in steps: upload, mapping, rehearsal, commit. Handlers of the routes in import.c. */
#pragma once

#include "feature/import_job.h"

/* Keeps the file and answers 201 with what was found in it. `into` may be absent. */
MUST_CHECK enum err import_upload(
	struct request *req, struct str into, const struct import_source *source);
/* Handlers of /imports/{id}…; `id` is one. */
MUST_CHECK enum err import_change(struct request *req, struct str id);
MUST_CHECK enum err import_rehearse(struct request *req, struct str id);
MUST_CHECK enum err import_commit(struct request *req, struct str id);
MUST_CHECK enum err import_cancel(struct request *req, struct str id);
