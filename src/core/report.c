/* SPDX-License-Identifier: Apache-2.0 */
/* Reports: parameters in, rows out. */
#include "core/report.h"

#include "base/time.h"
#include "base/uuid.h"
#include "core/caller.h"
#include "core/records.h"
#include "core/sign_in.h"
#include "core/unit.h"

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

/* Text that may stand in a query string, byte by byte (RFC 3986, 2.3). */
static void append_encoded(struct buf *out, struct str text)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~,";

	for (size_t i = 0; i < text.len; i++)
		if (memchr(plain, text.ptr[i], sizeof(plain) - 1))
			buf_append_char(out, text.ptr[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)text.ptr[i]);
}

void report_write_filter(struct json *json, const char *name, struct str lines)
{
	struct buf text;

	buf_init(&text, 3 * lines.len + 1);
	while (lines.len) {
		struct str value = str_cut(&lines, '\n');
		struct str field = str_cut(&value, '=');

		if (text.len)
			buf_append_char(&text, '&');
		buf_append(&text, field);
		buf_append_char(&text, '=');
		append_encoded(&text, value);
	}
	json_member_str(json, name, buf_str(&text));
	buf_deinit(&text);
}

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
	else if (member->kind == REPORT_FILTER)
		report_write_filter(json, member->name, value);
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

/* --- a report as data ------------------------------------------------------------------------------ */

static void write_part(
	struct json *json, const struct db_result *rows, const struct report_part *part)
{
	int first = part->one ? report_find(rows, part->kind) : -1;

	if (!part->one) {
		report_write_rows(json, part->key, rows, part->kind, part->members);
		return;
	}
	INVARIANT(first >= 0);
	if (part->key) {
		json_key(json, str_of(part->key));
		json_object(json);
	}
	report_write_members(json, rows, first, part->members);
	if (part->key)
		json_end(json);
}

static void answer(struct request *req, const struct report *report, const struct db_result *rows)
{
	struct json json = response_json(req, 200);

	json_object(&json);
	json_member_bool(&json, "success", true);
	json_key(&json, STR("data"));
	json_object(&json);
	if (report->money)
		json_member_str(&json, "currency", req->caller->currency);
	for (const struct report_part *part = report->parts; part->members; part++)
		write_part(&json, rows, part);
	json_end(&json);
	json_end(&json);
}

static enum err check_rights(struct request *req, const struct report *report)
{
	enum err err = ERR_OK;

	for (const char *const *entity = report->reads; *entity && !err; entity++)
		err = record_may(req, resource_find(str_of(*entity)), VERB_READ);
	return err ? err : record_needs(req, RULE_READ, report->figured);
}

static size_t count_params(const struct report *report)
{
	size_t n = 0;

	while (report->params[n].name)
		n++;
	INVARIANT(n <= REPORT_MAX_PARAMS);
	return n;
}

enum err report_handle(struct request *req)
{
	const struct report *report = req->route->data;
	const struct resource *first = resource_find(str_of(report->reads[0]));
	struct str values[1 + REPORT_MAX_PARAMS + 1];
	size_t count = count_params(report);
	struct db_stmt stmt = {.sql = str_of(report->sql), .params = values};
	struct db_result rows;
	enum err err = check_rights(req, report);

	if (!err)
		err = report_read(req, report->params, values + 1);
	if (err)
		return err;
	values[0] = req->caller->org_id;
	if (report->own_param >= 0 && !values[1 + report->own_param].ptr &&
		caller_scope(req->caller, first, VERB_READ) == SCOPE_OWN)
		values[1 + report->own_param] = req->caller->user_id;
	values[1 + count] = req->caller->currency;
	stmt.param_count = 1 + count + (report->money ? 1 : 0);
	err = unit_query(req, DB_SLOW, NULL, &stmt, &rows);
	if (!err)
		answer(req, report, &rows);
	return err;
}
