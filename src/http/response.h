/* SPDX-License-Identifier: Apache-2.0 */
/* What the server needs of a response beyond what handlers do (request.h). */
#pragma once

#include "http/request.h"

/* "200 OK". Aborts on a status that nobody here answers with. */
struct str http_status_line(int status);
/* Value of a response header set so far, STR_NONE when there is none. */
struct str response_header_find(const struct request *req, const char *name);
/* Takes back every header of that name. */
void response_header_drop(struct request *req, const char *name);
/* The whole body that was set. */
struct str response_body(const struct request *req);
/* Neither HEAD nor 204 nor 304. */
bool response_may_have_body(const struct request *req);
/* Appends status line and headers. `length` of the body, -1 for chunked (or until close in HTTP/1.0). */
void response_put_head(struct request *req, int64_t length, struct str date, struct buf *out);
