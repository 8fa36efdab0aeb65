/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exports: GET /<entity>/export.csv, export.jsonl and export.xlsx, the list as a file.
 *
 * The parameters are those of the list without paging; all rows come, in slices from a cursor, so memory
 * does not grow with them. Of tables, columns are the fields by name, `custom.<key>` for custom fields; behind a
 * reference such as companyId stands `company` with the name. What a spreadsheet would take for a formula
 * gets a ' before it, or is text. Each leaves a row in `exports` (core/export_log.h).
 */
#pragma once

#include "base/err.h"
#include "http/request.h"

/* req->route->data is the struct resource. */
MUST_CHECK enum err record_export_csv(struct request *req);
MUST_CHECK enum err record_export_jsonl(struct request *req);
MUST_CHECK enum err record_export_xlsx(struct request *req);
