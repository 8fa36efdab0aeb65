/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forms: small JSON bodies that are no record (sign-in, invitations …), declared like an entity's fields
 * and checked by the same field types. Every failing member is reported at once, unknown ones too.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "core/entity.h"
#include "http/request.h"

enum { FORM_MAX_FIELDS = 16 };

struct form_field {
	struct field field;
	bool secret; /* a text taken as it is, spaces and all; wiped when the request is over */
};

struct form {
	const struct form_field *fields; /* ends with a field of kind 0 */
	bool may_be_empty;               /* no body is a body without members */
};

/* Fills values in the order of the fields; STR_NONE for what is absent or empty. The body is wiped.
 * ERR_INVALID with all details, ERR_BAD_JSON, ERR_BAD_MEDIA_TYPE and what request_body answers. */
MUST_CHECK enum err form_read(struct request *req, const struct form *form, struct str *values);
