/* SPDX-License-Identifier: Apache-2.0 */
/* What PostgreSQL answered: values, and errors by what they mean for the caller. */
#include "db/db_internal.h"

/* --- values --------------------------------------------------------------------------------------------- */

struct str db_value(const struct db_result *result, int row, int column)
{
	const PGresult *pg = result->pg;

	int len = PQgetlength(pg, row, column);

	/* NULL has no length either. */
	if (len == 0 && PQgetisnull(pg, row, column))
		return STR_NONE;
	return (struct str){PQgetvalue(pg, row, column), (size_t)len};
}

bool db_is_null(const struct db_result *result, int row, int column)
{
	return PQgetisnull(result->pg, row, column);
}

int db_row_of(const struct db_result *result, struct str value)
{
	for (int i = 0; i < result->rows; i++)
		if (str_eq(db_value(result, i, 0), value))
			return i;
	return -1;
}

static void clear_result(void *pg)
{
	PQclear(pg);
}

void result_keep(struct arena *arena, PGresult *pg, struct db_result *out)
{
	*out = (struct db_result){.rows = PQntuples(pg), .columns = PQnfields(pg), .pg = pg};
	arena_defer(arena, clear_result, pg);
	(void)!str_to_int64(str_of(PQcmdTuples(pg)), &out->affected);
}

/* --- errors --------------------------------------------------------------------------------------------- */

/* "Cached plan must not change result type" shares 0A000 with every unsupported feature, and its
 * message may be translated; the function that raises it is not. It gets a state of our own. */
#define STALE_PLAN "CRPLN"

static bool is_stale_plan(const PGresult *pg, struct str state)
{
	const char *function = PQresultErrorField(pg, PG_DIAG_SOURCE_FUNCTION);

	return str_is(state, "0A000") && function && strcmp(function, "RevalidateCachedQuery") == 0;
}

static struct str field(const PGresult *pg, int code)
{
	return str_of(PQresultErrorField(pg, code));
}

void result_keep_error(struct arena *arena, PGresult *pg, struct db_error *out)
{
	arena_defer(arena, clear_result, pg);
	*out = (struct db_error){
		.sqlstate = field(pg, PG_DIAG_SQLSTATE),
		.message = field(pg, PG_DIAG_MESSAGE_PRIMARY),
		.detail = field(pg, PG_DIAG_MESSAGE_DETAIL),
		.constraint = field(pg, PG_DIAG_CONSTRAINT_NAME),
		.column = field(pg, PG_DIAG_COLUMN_NAME),
		.table = field(pg, PG_DIAG_TABLE_NAME),
	};
	/* Errors that libpq makes itself (a lost connection) have no fields. */
	if (!out->sqlstate.ptr) {
		out->sqlstate = STR("08006");
		out->message = str_of(PQresultErrorMessage(pg));
	}
	if (is_stale_plan(pg, out->sqlstate))
		out->sqlstate = STR(STALE_PLAN);
}

/* By SQLSTATE or, when it ends in '*', by class; the first that fits. PostgreSQL, appendix A. */
static const struct {
	const char *state;
	enum sql_class class;
} classes[] = {
	{"40001", SQL_CONFLICT},
	{"40P01", SQL_CONFLICT},
	{"57014", SQL_DEADLINE},
	{"57P*", SQL_AWAY},
	{"08*", SQL_AWAY},
	{"53*", SQL_UNAVAILABLE},
	{"55P03", SQL_LOCKED},
	{"26000", SQL_NO_STMT},
	{STALE_PLAN, SQL_STALE_PLAN},
};

static bool fits(struct str state, const char *pattern)
{
	struct str p = str_of(pattern);

	if (p.ptr[p.len - 1] != '*')
		return str_eq(state, p);
	return str_starts_with(state, str_slice(p, 0, p.len - 1));
}

enum sql_class sql_class_of(const struct db_error *error)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++)
		if (fits(error->sqlstate, classes[i].state))
			return classes[i].class;
	return SQL_REFUSED;
}

enum err outcome_err(enum outcome outcome, const struct db_error *error)
{
	static const enum err by_class[] = {
		[SQL_REFUSED] = ERR_DB_REFUSED,
		[SQL_AWAY] = ERR_DATABASE_AWAY,
		[SQL_UNAVAILABLE] = ERR_UNAVAILABLE,
		[SQL_DEADLINE] = ERR_DEADLINE,
		[SQL_CONFLICT] = ERR_UNAVAILABLE,
		[SQL_LOCKED] = ERR_UNAVAILABLE,
		[SQL_STALE_PLAN] = ERR_UNAVAILABLE,
		[SQL_NO_STMT] = ERR_UNAVAILABLE,
	};

	switch (outcome) {
	case OUTCOME_OK:
		return ERR_OK;
	case OUTCOME_REFUSED:
		return by_class[sql_class_of(error)];
	case OUTCOME_EXPIRED:
		return ERR_DEADLINE;
	case OUTCOME_FULL:
		return ERR_UNAVAILABLE;
	default:
		return ERR_DATABASE_AWAY;
	}
}
