/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exports: GET /<entity>/export.csv, the list as a CSV file.
 *
 * The parameters are those of the list without paging; all rows come, in slices from a cursor, so memory
 * does not grow with them. Columns are the fields by name, `custom.<key>` for custom fields; behind a
 * reference such as companyId stands `company` with the name. What a spreadsheet would take for a formula
 * gets a ' before it.
 */
#pragma once

#include "base/err.h"
#include "http/request.h"

/* req->route->data is the struct resource. */
MUST_CHECK enum err record_export(struct request *req);
