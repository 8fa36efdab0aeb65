/* SPDX-License-Identifier: Apache-2.0 */
/* The customer's page of a document as HTML: no script, everything that people wrote escaped. */
#pragma once

#include "base/json_read.h"
#include "http/request.h"

/* `document` is what share_open answers (migrations, shared_documents); `token` that of the link. */
struct str share_html_document(
	struct request *req, const struct json_value *document, struct str token);
/* A page with one sentence, for links that open nothing. */
struct str share_html_message(struct request *req, const char *title, const char *message);
/* The style sheet of both. */
extern const char share_html_style[];
