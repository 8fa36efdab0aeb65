/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The customer's page: GET /share/{token} shows a document, and the forms on it accept or decline a quote.
 *
 * Who has the link is the customer; the token in the address is what a form of another site cannot know.
 * Answers are counted per link and address.
 */
#include "core/app.h"
#include "core/feature.h"
#include "core/share.h"
#include "core/sign_in.h"
#include "core/token.h"
#include "core/unit.h"
#include "feature/document.h"
#include "feature/share_html.h"
#include "http/uri.h"

#define SQL_OPEN "select share_open($1::bytea, $2::boolean)"
#define SQL_ANSWER "select share_answer($1::bytea, $2::boolean, $3, $4, $5, $6::uuid[])"
#define CSP                                                                           \
	"default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; " \
	"frame-ancestors 'none'"

/* Options of a quote are few: a form of hundreds is none of ours. */
enum { LINES_MAX = 100, FORM_MAX = 32 * 1024, NAME_MAX_LEN = 100, REASON_MAX_LEN = 1000 };

static void answer_html(struct request *req, int status, struct str html)
{
	response_header(req, "Content-Security-Policy", STR(CSP));
	response_header(req, "Referrer-Policy", STR("no-referrer"));
	response_header(req, "Cache-Control", STR("private, no-store"));
	response_header(req, "X-Robots-Tag", STR("noindex, nofollow"));
	req->no_compression = true;
	response_view(req, status, "text/html; charset=utf-8", html);
}

static enum err answer_message(
	struct request *req, int status, const char *title, const char *message)
{
	answer_html(req, status, share_html_message(req, title, message));
	return ERR_OK;
}

static enum err not_found(struct request *req)
{
	return answer_message(req, 404, "There is nothing here",
		"This link opens no document. Please check that it is complete.");
}

static bool token_of(struct request *req, struct str *hash_out)
{
	struct str token = req->params[0];
	bool good = token.len == SHARE_TOKEN_LEN;

	for (size_t i = 0; i < token.len && good; i++)
		good = (token.ptr[i] >= '0' && token.ptr[i] <= '9') ||
			(token.ptr[i] >= 'a' && token.ptr[i] <= 'f');
	if (good)
		*hash_out = token_hash(req->app->keys, req->arena, token);
	return good;
}

static enum err open_document(struct request *req, struct str hash, struct json_value **out)
{
	struct str look = req->method == HTTP_HEAD ? STR("false") : STR("true");
	struct db_result row;
	enum err err = unit_query(req, DB_WRITE, NULL, &SQL(SQL_OPEN, hash, look), &row);

	return err ? err : json_read(req->arena, db_value(&row, 0, 0), &req->problem, out);
}

static enum err handle_page(struct request *req)
{
	struct json_value *document;
	const struct json_value *revoked;
	struct str hash;
	enum err err;

	if (!token_of(req, &hash))
		return not_found(req);
	err = open_document(req, hash, &document);
	if (err)
		return err == ERR_NOT_FOUND ? not_found(req) : err;
	revoked = json_get(document, "revoked");
	if (revoked)
		return answer_message(req, 410, "This link is no longer valid",
			"The document has been withdrawn, or you were sent a newer link to it.");
	answer_html(req, 200, share_html_document(req, document, req->params[0]));
	return ERR_OK;
}

static enum err handle_style(struct request *req)
{
	response_header(req, "Cache-Control", STR("public, max-age=3600"));
	response_view(req, 200, "text/css; charset=utf-8", str_of(share_html_style));
	return ERR_OK;
}

/* --- answers ------------------------------------------------------------------------------------ */

struct answer {
	struct str name, reason;
	struct str lines; /* a uuid array literal, without its end */
	size_t count;
	bool good;
};

static struct str tidy(struct str text, size_t most)
{
	text = str_trim(text);
	return str_utf8_length(text) > most ? STR_NONE : text;
}

static void take_member(
	struct request *req, struct answer *answer, struct str name, struct str value)
{
	struct str id;

	if (str_is(name, "name"))
		answer->name = tidy(value, NAME_MAX_LEN);
	else if (str_is(name, "reason"))
		answer->reason = tidy(value, REASON_MAX_LEN);
	else if (str_is(name, "line") && answer->count++ < LINES_MAX &&
		record_id(req, value, &id) == ERR_OK)
		answer->lines = arena_printf(req->arena, "%.*s%s%.*s", STR_ARG(answer->lines),
			answer->lines.len > 1 ? "," : "", STR_ARG(id));
	else
		answer->good = false;
}

static enum err read_answer(struct request *req, struct answer *answer)
{
	struct str body, name, value;
	struct str type = request_header(req, "Content-Type");
	enum err err = request_body(req, &body);

	*answer = (struct answer){.lines = STR("{"), .good = true};
	if (err)
		return err;
	if (!str_eq_nocase(str_trim(str_cut(&type, ';')), STR("application/x-www-form-urlencoded")))
		return ERR_BAD_MEDIA_TYPE;
	while (body.len) {
		struct str pair = str_cut(&body, '&');
		struct str raw = str_cut(&pair, '=');

		if (uri_decode_param(req->arena, raw, &name) &&
			uri_decode_param(req->arena, pair, &value))
			take_member(req, answer, name, value);
		else
			answer->good = false;
	}
	answer->lines = arena_printf(req->arena, "%.*s}", STR_ARG(answer->lines));
	return ERR_OK;
}

/* Text with control characters is no name; the database would refuse them as well. */
static bool is_clean(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] < 32 && text.ptr[i] != '\n' && text.ptr[i] != '\r' &&
			text.ptr[i] != '\t')
			return false;
	return true;
}

/* Back to the page, which shows how the document stands now. */
static enum err see_other(struct request *req)
{
	response_header(
		req, "Location", arena_printf(req->arena, "/share/%.*s", STR_ARG(req->params[0])));
	response_header(req, "Referrer-Policy", STR("no-referrer"));
	response_empty(req, 303);
	return ERR_OK;
}

static enum err take_answer(
	struct request *req, struct str hash, bool accept, const struct answer *in)
{
	struct db_result row;
	enum err err = sign_in_count(
		req, sign_in_attempt_key(req, "share", str_slice(hash, 2, 34)));

	if (!err)
		err = unit_query(req, DB_WRITE, resource_find(STR("quote")),
			&SQL(SQL_ANSWER, hash, accept ? STR("true") : STR("false"), in->name,
				in->reason.len ? in->reason : STR_NONE, req->remote_ip, in->lines),
			&row);
	if (err == ERR_NOT_FOUND)
		return not_found(req);
	if (err == ERR_RATE_LIMITED)
		return answer_message(req, 429, "Too many answers", "Please try again later.");
	if (err == ERR_INVALID)
		return answer_message(req, 422, "That did not work",
			"Please go back, reload the page and answer again.");
	return err ? err : see_other(req);
}

static enum err handle_answer(struct request *req)
{
	bool accept = str_ends_with(req->path, STR("/accept"));
	struct answer answer;
	struct str hash;
	enum err err;

	if (!token_of(req, &hash))
		return not_found(req);
	err = read_answer(req, &answer);
	if (err)
		return err;
	if (!answer.good || !is_clean(answer.name) || !is_clean(answer.reason) ||
		(accept && !answer.name.len))
		return answer_message(req, 422, "Your name is missing",
			"Please go back and tell us your name, with at most 100 characters.");
	return take_answer(req, hash, accept, &answer);
}

/* --- the feature -------------------------------------------------------------------------------- */

/* clang-format off */
static const struct route routes[] = {
	{.method = HTTP_GET, .pattern = "/share/document.css", .handle = handle_style, .flags = ROUTE_PUBLIC | ROUTE_UNDOCUMENTED},
	{.method = HTTP_GET, .pattern = "/share/{token}", .handle = handle_page, .flags = ROUTE_SECRET_PATH | ROUTE_PUBLIC | ROUTE_UNDOCUMENTED},
	{.method = HTTP_POST, .pattern = "/share/{token}/accept", .handle = handle_answer, .flags = ROUTE_SECRET_PATH | ROUTE_PUBLIC | ROUTE_UNDOCUMENTED | ROUTE_NOT_IDEMPOTENT, .body_max = FORM_MAX},
	{.method = HTTP_POST, .pattern = "/share/{token}/decline", .handle = handle_answer, .flags = ROUTE_SECRET_PATH | ROUTE_PUBLIC | ROUTE_UNDOCUMENTED | ROUTE_NOT_IDEMPOTENT, .body_max = FORM_MAX},
	{0},
};
/* clang-format on */

const struct feature feature_share_page = {
	.name = "share_page",
	.routes = routes,
};
