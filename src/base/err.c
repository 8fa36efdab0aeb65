/* SPDX-License-Identifier: Apache-2.0 */
/* Errors: the table behind the enumeration. */
#include "base/err.h"

static const struct err_info infos[ERR__COUNT] = {
	[ERR_OK] = {"OK", 200, "OK", ""},
#define ERR(name, status, code, message) [ERR_##name] = {#name, status, code, message},
#include "base/err.def"
#undef ERR
};

const struct err_info *err_info(enum err err)
{
	INVARIANT((unsigned)err < ERR__COUNT);
	return &infos[err];
}
