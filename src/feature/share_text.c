/* SPDX-License-Identifier: Apache-2.0 */
/* Text, numbers and dates on the customer's page. */
#include "feature/share_html_internal.h"

/* --- text --------------------------------------------------------------------------------------- */

void put(struct page *page, const char *html)
{
	buf_append_cstr(&page->out, html);
}

static void put_char(struct page *page, char c)
{
	switch (c) {
	case '&':
		put(page, "&amp;");
		break;
	case '<':
		put(page, "&lt;");
		break;
	case '>':
		put(page, "&gt;");
		break;
	case '"':
		put(page, "&quot;");
		break;
	case '\'':
		put(page, "&#39;");
		break;
	default:
		buf_append_char(&page->out, c);
	}
}

void put_text(struct page *page, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		put_char(page, text.ptr[i]);
}

/* Inside an element; nothing for an absent text. Line breaks are kept by the style sheet. */
void put_in(struct page *page, const char *open, struct str text, const char *close)
{
	if (!text.len)
		return;
	put(page, open);
	put_text(page, text);
	put(page, close);
}

struct str text_of(const struct json_value *object, const char *key)
{
	const struct json_value *value = json_get(object, key);

	return value && (value->type == JSON_STRING || value->type == JSON_NUMBER) ? value->text
										   : STR_NONE;
}

bool flag_of(const struct json_value *object, const char *key)
{
	const struct json_value *value = json_get(object, key);

	return value && value->type == JSON_BOOL && value->boolean;
}

bool is_kind(const struct page *page, const char *kind)
{
	return str_is(text_of(page->doc, "kind"), kind);
}

bool has_status(const struct page *page, const char *status)
{
	return str_is(text_of(page->doc, "status"), status);
}

/* --- numbers and dates -------------------------------------------------------------------------- */

/* How languages write numbers: what parts thousands, and what decimals. */
void set_numbers(struct page *page)
{
	const struct {
		const char *language, *group, *point;
	} ways[] = {
		{"de-CH", "\u2019", "."},
		{"de", ".", ","},
		{"es", ".", ","},
		{"it", ".", ","},
		{"nl", ".", ","},
		{"pt", ".", ","},
		{"da", ".", ","},
		{"tr", ".", ","},
		{"id", ".", ","},
		{"fr", "\u202f", ","},
		{"cs", "\u00a0", ","},
		{"sk", "\u00a0", ","},
		{"pl", "\u00a0", ","},
		{"sv", "\u00a0", ","},
		{"nb", "\u00a0", ","},
		{"fi", "\u00a0", ","},
		{"hu", "\u00a0", ","},
		{"ru", "\u00a0", ","},
		{"uk", "\u00a0", ","},
	};
	struct str locale = text_of(json_get(page->doc, "seller"), "locale");

	page->group = STR(",");
	page->point = STR(".");
	for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
		if (!str_starts_with(locale, str_of(ways[i].language)))
			continue;
		page->group = str_of(ways[i].group);
		page->point = str_of(ways[i].point);
		return;
	}
}

/* A number of the database; `digits` cuts decimals that the currency does not have, < 0 keeps all. */
void put_number(struct page *page, struct str number, int digits)
{
	bool negative = str_starts_with(number, STR("-"));
	struct str decimals = negative ? str_slice(number, 1, number.len) : number;
	struct str whole = str_cut(&decimals, '.');

	put(page, negative ? "\u2212" : "");
	for (size_t i = 0; i < whole.len; i++) {
		if (i && (whole.len - i) % 3 == 0)
			buf_append(&page->out, page->group);
		buf_append_char(&page->out, whole.ptr[i]);
	}
	if (!decimals.len || digits == 0)
		return;
	buf_append(&page->out, page->point);
	buf_append(&page->out, decimals);
}

void put_money(struct page *page, struct str amount)
{
	put_number(page, amount, str_is(text_of(page->doc, "digits"), "0") ? 0 : 2);
}

void put_money_in(struct page *page, const char *open, struct str amount, const char *close)
{
	put(page, open);
	put_money(page, amount);
	put(page, close);
}

/* 2026-11-20 as 20 November 2026. */
void put_date(struct page *page, struct str date)
{
	const char *const months[] = {"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December"};
	int64_t month = 0, day = 0;

	if (date.len != 10 || !str_to_int64(str_slice(date, 5, 7), &month) || month < 1 ||
		month > 12 || !str_to_int64(str_slice(date, 8, 10), &day)) {
		put_text(page, date);
		return;
	}
	buf_printf(&page->out, "%d\u00a0%s\u00a0%.*s", (int)day, months[month - 1], 4, date.ptr);
}

/* 20.000 is 20, 5.500 is 5.5. */
void put_percent(struct page *page, struct str percent)
{
	bool decimals = str_find_char(percent, '.') < percent.len;

	while (decimals && percent.len && strchr("0.", percent.ptr[percent.len - 1])) {
		decimals = percent.ptr[percent.len - 1] != '.';
		percent.len--;
	}
	put_number(page, percent, -1);
	put(page, "\u00a0%");
}

bool is_zero(struct str amount)
{
	for (size_t i = 0; i < amount.len; i++)
		if (amount.ptr[i] >= '1' && amount.ptr[i] <= '9')
			return false;
	return true;
}
