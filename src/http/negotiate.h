/* SPDX-License-Identifier: Apache-2.0 */
/* Accept and Accept-Encoding: lists of tokens with weights (RFC 9110 §12). */
#pragma once

#include <stdbool.h>

#include "base/str.h"

/* Weight in thousandths that a list gives to exactly this token, case ignored; -1 when it is not named. */
int negotiate_weight(struct str list, struct str token);
/* The media type is named literally (wildcards do not count) with a weight above 0. */
bool negotiate_accepts(struct str accept, struct str media_type);
