/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports: what routes that answer figures have in common. A report declares its parameters and, for each
 * kind of row of its one statement, the members that a row becomes; the first column tells the kind.
 */
#pragma once

#include "base/err.h"
#include "base/json_write.h"
#include "db/db.h"
#include "http/request.h"

enum report_param_kind {
	REPORT_DAY,    /* 2026-11-20 */
	REPORT_ID,     /* a UUID */
	REPORT_PERSON, /* a UUID, or `me` */
};

struct report_param {
	const char *name; /* NULL ends the list */
	enum report_param_kind kind;
};

/* Fills values in the order of the parameters, STR_NONE for what is not said. ERR_BAD_PARAMETER that names what
 * is unknown or of the wrong form, or says that `to` is before `from`. */
MUST_CHECK enum err report_read(
	struct request *req, const struct report_param *params, struct str *values);

enum report_member_kind {
	REPORT_TEXT,
	REPORT_RAW, /* numbers, as PostgreSQL writes them */
	REPORT_BOOL,
	REPORT_MOMENT,
};

struct report_member {
	const char *name; /* NULL ends the list */
	int column;
	enum report_member_kind kind;
};

/* The members of one row, into the object that is open. */
void report_write_members(struct json *json, const struct db_result *rows, int row,
	const struct report_member *members);
/* `key`: an array of the rows of a kind, in their order. */
void report_write_rows(struct json *json, const char *key, const struct db_result *rows, int kind,
	const struct report_member *members);
/* The first row of a kind, -1 when there is none. */
int report_find(const struct db_result *rows, int kind);
