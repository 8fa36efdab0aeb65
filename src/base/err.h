/* SPDX-License-Identifier: Apache-2.0 */
/* Errors: one enumeration for the whole server, described in err.def. */
#pragma once

#include "base/base.h"

enum err {
	ERR_OK = 0,
#define ERR(name, status, code, message) ERR_##name,
#include "base/err.def"
#undef ERR
	ERR__COUNT
};

struct err_info {
	const char *name;    /* for the log */
	int status;          /* HTTP */
	const char *code;    /* for programs, part of the API */
	const char *message; /* for people */
};

const struct err_info *err_info(enum err err);
