/* SPDX-License-Identifier: Apache-2.0 */
/* SQL text into statements, for migrations that run outside a transaction. */
#pragma once

#include "base/str.h"

/* Cuts the next statement, without its semicolon, off `rest`; false when only comments and white space
 * are left. Knows quotes ('…', E'…', "…"), dollar quotes and both kinds of comments. */
bool sql_split(struct str *rest, struct str *statement_out);
