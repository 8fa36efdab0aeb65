/* SPDX-License-Identifier: Apache-2.0 */
/* Reports: parameters in, rows out. */
#include "core/report.h"

#include "base/time.h"
#include "base/uuid.h"
#include "core/caller.h"
#include "core/sign_in.h"

/* --- parameters --------------------------------------------------------------------------------- */

static const struct report_param *param_find(const struct report_param *params, struct str name)
{
	while (params->name && !str_is(name, params->name))
		params++;
	return params->name ? params : NULL;
}

static enum err read_value(
	struct request *req, const struct report_param *param, struct str text, struct str *out)
{
	struct date day;

	*out = text;
	if (param->kind == REPORT_DAY)
		return date_parse(text, &day)
			? ERR_OK
			: problem_set(&req->problem, ERR_BAD_PARAMETER,
				  "%s must be a date such as 2026-11-20.", param->name);
	if (param->kind == REPORT_PERSON && str_is(text, "me"))
		*out = req->caller->user_id;
	return uuid_is_valid(*out)
		? ERR_OK
		: problem_set(&req->problem, ERR_BAD_PARAMETER, "%s must be an id.", param->name);
}

static enum err check_order(
	struct request *req, const struct report_param *params, const struct str *values)
{
	const struct report_param *from = param_find(params, STR("from"));
	const struct report_param *to = param_find(params, STR("to"));

	if (!from || !to || !values[from - params].ptr || !values[to - params].ptr ||
		str_cmp(values[from - params], values[to - params]) <= 0)
		return ERR_OK;
	return problem_set(&req->problem, ERR_BAD_PARAMETER, "to must not be before from.");
}

enum err report_read(struct request *req, const struct report_param *params, struct str *values)
{
	struct str rest = req->query;
	struct str name, value;
	bool more = true;
	enum err err = ERR_OK;

	for (size_t i = 0; params[i].name; i++)
		values[i] = STR_NONE;
	while (!err && more) {
		const struct report_param *param;

		err = request_next_param(req, &rest, &name, &value, &more);
		if (err || !more)
			break;
		param = param_find(params, name);
		err = param ? read_value(req, param, value, &values[param - params])
			    : problem_set(&req->problem, ERR_BAD_PARAMETER,
				      "There is no parameter \"%.*s\" here.", STR_ARG(name));
	}
	return err ? err : check_order(req, params, values);
}

/* --- rows --------------------------------------------------------------------------------------- */

static void write_member(struct json *json, const struct report_member *member, struct str value)
{
	if (!value.ptr)
		json_member_str(json, member->name, STR_NONE);
	else if (member->kind == REPORT_RAW)
		json_member_raw(json, member->name, value);
	else if (member->kind == REPORT_BOOL)
		json_member_bool(json, member->name, str_is(value, "t"));
	else if (member->kind == REPORT_MOMENT)
		json_member_moment(json, member->name, value);
	else
		json_member_str(json, member->name, value);
}

void report_write_members(struct json *json, const struct db_result *rows, int row,
	const struct report_member *members)
{
	for (; members->name; members++)
		write_member(json, members, db_value(rows, row, members->column));
}

static bool is_kind(const struct db_result *rows, int row, int kind)
{
	return db_value(rows, row, 0).ptr[0] == '0' + kind;
}

void report_write_rows(struct json *json, const char *key, const struct db_result *rows, int kind,
	const struct report_member *members)
{
	json_key(json, str_of(key));
	json_array(json);
	for (int i = 0; i < rows->rows; i++) {
		if (!is_kind(rows, i, kind))
			continue;
		json_object(json);
		report_write_members(json, rows, i, members);
		json_end(json);
	}
	json_end(json);
}

int report_find(const struct db_result *rows, int kind)
{
	for (int i = 0; i < rows->rows; i++)
		if (is_kind(rows, i, kind))
			return i;
	return -1;
}
