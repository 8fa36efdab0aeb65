/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the flows of quotes and invoices share: further rights, running and answering, the customer's link.
 */
#pragma once

#include "core/record_flow.h"

enum { DOCUMENT_MAX_LINES = 500 };

/* Right, id and versions of a flow about {id} of this entity; its transaction is open. A flow that writes the
 * document asks for the right to change it as well, as far as `verb` reaches. */
MUST_CHECK enum err document_begin(
	struct request *req, const char *entity, enum verb verb, struct record_flow *flow);
/* Runs a call that answers whether it was done. */
MUST_CHECK enum err document_call(const struct record_flow *flow, struct db_stmt call);
/* Answers a document as GET would, and commits. */
MUST_CHECK enum err document_answer(
	struct request *req, const char *entity, struct str id, int status);

/* Sees that the document has a link; `renew` gives it another one, and the old one opens nothing more. */
MUST_CHECK enum err document_share(const struct record_flow *flow, bool renew);
/* A JSON array of ids as an array literal; false when it is none. */
MUST_CHECK bool document_ids(struct request *req, struct str json, struct str *out);
