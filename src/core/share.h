/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links by which people without an account open one document. The token is made of the server's key and a
 * nonce, so that the link can be told again to who may share the document, and the database keeps the nonce
 * and the token's hash only. With another key the old links open nothing.
 */
#pragma once

#include "http/request.h"

/* Hexadecimal digits. */
enum { SHARE_TOKEN_LEN = 64 };

struct str share_token(struct request *req, struct str nonce);
/* Where the document is found: https://…/share/<token>. Finishes a field whose value is the nonce. */
struct str share_link(struct request *req, struct str nonce);
