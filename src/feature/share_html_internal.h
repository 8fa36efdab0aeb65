/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the customer's page: the page being written, and what puts text into it. */
#pragma once

#include "base/buf.h"
#include "feature/share_html.h"

struct page {
	struct buf out;
	const struct json_value *doc;
	struct str group, point; /* of numbers */
	struct str token;
	bool answerable; /* the customer may accept or decline */
};

/* HTML of ours. */
void put(struct page *page, const char *html);
/* What people wrote, escaped. */
void put_text(struct page *page, struct str text);
/* Inside an element; nothing for an absent text. The style sheet keeps line breaks. */
void put_in(struct page *page, const char *open, struct str text, const char *close);

/* A member that is a text or a number, STR_NONE for none. */
struct str text_of(const struct json_value *object, const char *key);
bool flag_of(const struct json_value *object, const char *key);
bool is_kind(const struct page *page, const char *kind);
bool has_status(const struct page *page, const char *status);
bool is_zero(struct str amount);

/* Chooses how the seller's language writes numbers. */
void set_numbers(struct page *page);
/* A number of the database; `digits` cuts decimals that the currency does not have, < 0 keeps all. */
void put_number(struct page *page, struct str number, int digits);
void put_money(struct page *page, struct str amount);
void put_money_in(struct page *page, const char *open, struct str amount, const char *close);
void put_percent(struct page *page, struct str percent);
void put_date(struct page *page, struct str date);
