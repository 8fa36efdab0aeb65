/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing the customer's page. The document comes as one JSON value; amounts are texts with a point, which
 * are grouped as the seller's language does.
 */
#include "feature/share_html_internal.h"

/* The longest document, every character of it escaped. */
enum { PAGE_MAX = 16 * 1024 * 1024 };

/* --- head --------------------------------------------------------------------------------------- */

static const char *title_of(const struct page *page)
{
	return is_kind(page, "quote")          ? "Quote"
		: is_kind(page, "credit_note") ? "Credit note"
		: is_kind(page, "deposit")     ? "Deposit invoice"
					       : "Invoice";
}

static void put_begin(struct page *page, const char *title, struct str number, struct str name)
{
	put(page,
		"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"robots\" content=\"noindex, nofollow\">\n<title>");
	put_text(page, str_of(title));
	put_in(page, " ", number, "");
	put_in(page, " \u00b7 ", name, "");
	put(page,
		"</title>\n<link rel=\"stylesheet\" "
		"href=\"/share/document.css\">\n</head>\n<body>\n"
		"<main class=\"sheet\">\n");
}

static void put_end(struct page *page)
{
	put(page, "</main>\n</body>\n</html>\n");
}

static bool is_domestic(const struct page *page)
{
	return str_eq(text_of(json_get(page->doc, "seller"), "country"),
		text_of(json_get(page->doc, "buyer"), "country"));
}

/* Street, then code and city, then region and, between countries, the country. */
static void put_address(struct page *page, const struct json_value *party)
{
	struct str code = text_of(party, "postalCode"), city = text_of(party, "city");
	struct str region = text_of(party, "region");
	struct str country = is_domestic(page) ? STR_NONE : text_of(party, "country");

	put_in(page, "<span>", text_of(party, "street"), "</span>\n");
	if (code.len || city.len) {
		put(page, "<span>");
		put_text(page, code);
		put(page, code.len && city.len ? " " : "");
		put_text(page, city);
		put(page, "</span>\n");
	}
	if (region.len || country.len) {
		put(page, "<span>");
		put_text(page, region);
		put(page, region.len && country.len ? ", " : "");
		put_text(page, country);
		put(page, "</span>\n");
	}
}

static void put_head(struct page *page)
{
	const struct json_value *seller = json_get(page->doc, "seller");
	struct str name = text_of(seller, "name"), brand = text_of(seller, "brand");

	put(page, "<header class=\"head\">\n<div class=\"seller\">\n");
	put_in(page, "<strong>", brand, "</strong>\n");
	if (!str_eq(name, brand))
		put_in(page, "<span>", name, "</span>\n");
	put_address(page, seller);
	put(page, "</div>\n<div class=\"what\">\n<h1>");
	put(page, title_of(page));
	put(page, "</h1>\n");
	put_in(page, "<p class=\"number\">", text_of(page->doc, "number"), "</p>\n");
	put(page, "</div>\n</header>\n");
}

static void put_fact(struct page *page, const char *label, struct str value)
{
	if (!value.len)
		return;
	put(page, "<div><dt>");
	put(page, label);
	put_in(page, "</dt><dd>", value, "</dd></div>\n");
}

static void put_day(struct page *page, const char *label, struct str date)
{
	if (!date.len)
		return;
	put(page, "<div><dt>");
	put(page, label);
	put(page, "</dt><dd>");
	put_date(page, date);
	put(page, "</dd></div>\n");
}

static void put_parties(struct page *page)
{
	const struct json_value *buyer = json_get(page->doc, "buyer");
	bool quote = is_kind(page, "quote");

	put(page, "<section class=\"parties\">\n<address>\n<span class=\"label\">");
	put(page, quote ? "For" : "Billed to");
	put(page, "</span>\n");
	put_in(page, "<strong>", text_of(buyer, "name"), "</strong>\n");
	put_address(page, buyer);
	put_in(page, "<span>Tax ID ", text_of(buyer, "taxId"), "</span>\n");
	put(page, "</address>\n<dl class=\"facts\">\n");
	put_day(page, "Date", text_of(page->doc, "date"));
	put_day(page, quote ? "Valid until" : "Due", text_of(page->doc, "until"));
	put_day(page, "Supplied", text_of(page->doc, "supplied"));
	put_fact(page, "Credits invoice", text_of(page->doc, "credits"));
	put_fact(page, "Your order", text_of(page->doc, "purchaseOrder"));
	put_fact(page, "Currency", text_of(page->doc, "currency"));
	put(page, "</dl>\n</section>\n");
}

/* --- how it stands ------------------------------------------------------------------------------ */

static void put_note(struct page *page, const char *tone, const char *text, const char *by,
	struct str who, struct str day)
{
	put(page, "<p class=\"note ");
	put(page, tone);
	put(page, "\" role=\"status\"><strong>");
	put(page, text);
	put(page, "</strong>");
	put_in(page, by, who, "");
	if (day.len) {
		put(page, " on ");
		put_date(page, day);
	}
	put(page, "</p>\n");
}

static void put_standing(struct page *page)
{
	static const struct {
		const char *status, *tone, *text;
	} notes[] = {
		{"expired", "warn", "This offer has expired. Please ask us for a new one."},
		{"cancelled", "warn", "This offer has been withdrawn."},
		{"void", "warn", "This invoice is void and need not be paid."},
		{"credited", "good", "This invoice has been credited in full."},
		{"paid", "good", "Paid. Thank you."},
		{"overdue", "warn", "Payment of this invoice is overdue."},
	};

	if (has_status(page, "accepted"))
		put_note(page, "good", "Accepted", " by ", text_of(page->doc, "acceptedBy"),
			text_of(page->doc, "acceptedOn"));
	if (has_status(page, "declined"))
		put_note(page, "warn", "Declined", "", STR_NONE, text_of(page->doc, "declinedOn"));
	for (size_t i = 0; i < ARRAY_LEN(notes); i++)
		if (has_status(page, notes[i].status))
			put_note(page, notes[i].tone, notes[i].text, "", STR_NONE, STR_NONE);
}

/* --- lines -------------------------------------------------------------------------------------- */

static void put_quantity(struct page *page, const struct json_value *line)
{
	put_number(page, text_of(line, "quantity"), -1);
	put_in(page, " ", text_of(line, "unit"), "");
}

static bool has_discount(const struct json_value *line)
{
	return !str_is(text_of(line, "discount"), "0");
}

static void put_discount(struct page *page, const struct json_value *line)
{
	if (!has_discount(line))
		return;
	put(page, " <span class=\"discount\">\u2212");
	put_percent(page, text_of(line, "discount"));
	put(page, "</span>");
}

/* What an optional line is, or the box to choose it by. */
static void put_option(struct page *page, const struct json_value *line)
{
	if (!flag_of(line, "optional"))
		return;
	if (page->answerable) {
		put(page,
			"<label class=\"option\"><input type=\"checkbox\" form=\"accept\" "
			"name=\"line\" value=\"");
		put_text(page, text_of(line, "id"));
		put(page,
			"\"> <span>Add this option</span></label>\n"
			"<span class=\"printed\">Option, not in the total</span>\n");
		return;
	}
	put(page,
		flag_of(line, "chosen") ? "<span class=\"option\">Option, chosen</span>\n"
					: "<span class=\"option\">Option, not chosen</span>\n");
}

static void put_item(struct page *page, const struct json_value *line)
{
	bool counts = !flag_of(line, "optional") || flag_of(line, "chosen");

	put(page,
		counts ? "<tr>\n<th scope=\"row\">"
		       : "<tr class=\"optional\">\n<th scope=\"row\">");
	put_text(page, text_of(line, "name"));
	put_in(page, "<span class=\"more\">", text_of(line, "description"), "</span>");
	put(page, "<span class=\"meta\">");
	put_quantity(page, line);
	put(page, " \u00d7 ");
	put_money(page, text_of(line, "price"));
	put_discount(page, line);
	put(page, "</span>");
	put_option(page, line);
	put(page, "</th>\n<td class=\"quantity\">");
	put_quantity(page, line);
	put(page, "</td>\n<td class=\"price\">");
	put_money(page, text_of(line, "price"));
	put_discount(page, line);
	put(page, "</td>\n<td class=\"rate\">");
	put_percent(page, text_of(line, "rate"));
	put_money_in(
		page, "</td>\n<td class=\"amount\">", text_of(line, "amount"), "</td>\n</tr>\n");
}

static void put_line(struct page *page, const struct json_value *line)
{
	struct str kind = text_of(line, "kind");

	if (str_is(kind, "item") || str_is(kind, "deposit")) {
		put_item(page, line);
		return;
	}
	put(page,
		str_is(kind, "heading") ? "<tr class=\"heading\"><th colspan=\"5\">"
					: "<tr class=\"text\"><td colspan=\"5\">");
	put_text(page, text_of(line, "name"));
	put_in(page, "<span class=\"more\">", text_of(line, "description"), "</span>");
	put(page, str_is(kind, "heading") ? "</th></tr>\n" : "</td></tr>\n");
}

static void put_lines(struct page *page)
{
	put(page,
		"<table class=\"lines\">\n<thead><tr><th scope=\"col\">Description</th>"
		"<th scope=\"col\" class=\"quantity\">Quantity</th><th scope=\"col\" "
		"class=\"price\">");
	put(page, flag_of(page->doc, "inclusive") ? "Price incl. tax" : "Price");
	put(page,
		"</th><th scope=\"col\" class=\"rate\">Tax</th>"
		"<th scope=\"col\" class=\"amount\">Amount</th></tr></thead>\n<tbody>\n");
	for (const struct json_value *l = json_get(page->doc, "lines")->first; l; l = l->next)
		put_line(page, l);
	put(page, "</tbody>\n</table>\n");
}

/* --- sums --------------------------------------------------------------------------------------- */

static void put_sum(struct page *page, const char *class, const char *label, struct str amount)
{
	put(page, "<tr");
	put_in(page, " class=\"", str_of(class), "\"");
	put(page, "><th scope=\"row\">");
	put(page, label);
	put_money_in(page, "</th><td>", amount, "</td></tr>\n");
}

static void put_tax(struct page *page, const struct json_value *tax)
{
	struct str kind = text_of(tax, "kind");

	put(page, "<tr><th scope=\"row\">");
	if (str_is(kind, "reverse_charge"))
		put(page, "Reverse charge: the recipient is liable for the tax");
	else if (str_is(kind, "exempt"))
		put(page, "Exempt from tax");
	else {
		put(page, "Tax ");
		put_percent(page, text_of(tax, "rate"));
	}
	put_money_in(page, " on ", text_of(tax, "net"), "</th>");
	put_money_in(page, "<td>", text_of(tax, "tax"), "</td></tr>\n");
}

static void put_sums(struct page *page)
{
	const struct json_value *doc = page->doc;

	put(page, "<table class=\"sums\">\n<tbody>\n");
	put_sum(page, NULL, "Subtotal", text_of(doc, "subtotal"));
	for (const struct json_value *t = json_get(doc, "taxes")->first; t; t = t->next)
		put_tax(page, t);
	put(page, "<tr class=\"total\"><th scope=\"row\">Total</th><td><span class=\"currency\">");
	put_text(page, text_of(doc, "currency"));
	put_money_in(page, "</span> ", text_of(doc, "total"), "</td></tr>\n");
	if (!is_zero(text_of(doc, "paid")))
		put_sum(page, NULL, "Paid", text_of(doc, "paid"));
	if (!is_zero(text_of(doc, "credited")))
		put_sum(page, NULL, "Credited", text_of(doc, "credited"));
	if (!is_zero(text_of(doc, "paid")) || !is_zero(text_of(doc, "credited")))
		put_sum(page, "balance", "To be paid", text_of(doc, "balance"));
	put(page, "</tbody>\n</table>\n");
	if (!is_zero(text_of(doc, "discount"))) {
		put(page, "<p class=\"saved\">Discounts of ");
		put_money(page, text_of(doc, "discount"));
		put(page, " are taken off already.</p>\n");
	}
}

/* --- below --------------------------------------------------------------------------------------- */

static void put_payment(struct page *page)
{
	const struct json_value *seller = json_get(page->doc, "seller");
	struct str reference = text_of(page->doc, "reference");
	bool due = !is_zero(text_of(page->doc, "balance")) && !is_kind(page, "quote");

	if (!due || !text_of(seller, "bankAccount").len)
		return;
	put(page, "<section class=\"payment\">\n<h2>Payment</h2>\n<dl class=\"facts\">\n");
	put(page, "<div><dt>To be paid</dt><dd>");
	put_text(page, text_of(page->doc, "currency"));
	put_money_in(page, " ", text_of(page->doc, "balance"), "</dd></div>\n");
	put_day(page, "By", text_of(page->doc, "until"));
	put_fact(page, "To account", text_of(seller, "bankAccount"));
	put_fact(page, "Of", text_of(seller, "name"));
	put_fact(page, "Reference", reference.len ? reference : text_of(page->doc, "number"));
	put(page, "</dl>\n</section>\n");
}

static void put_action(struct page *page, const char *verb)
{
	put(page, " method=\"post\" action=\"/share/");
	put_text(page, page->token);
	put(page, "/");
	put(page, verb);
	put(page, "\">\n");
}

static void put_answer(struct page *page)
{
	if (!page->answerable)
		return;
	put(page, "<section class=\"answer\">\n<h2>Your answer</h2>\n<form id=\"accept\"");
	put_action(page, "accept");
	put(page,
		"<p><label for=\"name\">Your name</label>\n<input id=\"name\" name=\"name\" "
		"required maxlength=\"100\" autocomplete=\"name\">\n"
		"<button type=\"submit\">Accept this quote</button></p>\n"
		"<p class=\"small\">By accepting you order what is listed above. Options that you "
		"add "
		"are counted in. Your name, the time and your network address are recorded.</p>\n"
		"</form>\n<details>\n<summary>Decline instead</summary>\n<form");
	put_action(page, "decline");
	put(page,
		"<p><label for=\"reason\">Would you tell us why?</label>\n"
		"<textarea id=\"reason\" name=\"reason\" maxlength=\"1000\" "
		"rows=\"3\"></textarea>\n"
		"<button type=\"submit\" class=\"quiet\">Decline this quote</button></p>\n"
		"</form>\n</details>\n</section>\n");
}

static void put_foot(struct page *page)
{
	const struct json_value *seller = json_get(page->doc, "seller");

	put(page, "<footer class=\"foot\">\n");
	put_in(page, "<span>", text_of(seller, "name"), "</span>\n");
	put_in(page, "<span>Tax ID ", text_of(seller, "taxId"), "</span>\n");
	put_in(page, "<span>Registered ", text_of(seller, "registrationNumber"), "</span>\n");
	put_in(page, "<span>", text_of(seller, "email"), "</span>\n");
	put_in(page, "<span>", text_of(seller, "phone"), "</span>\n");
	put_in(page, "<span>", text_of(seller, "website"), "</span>\n");
	put(page, "</footer>\n");
}

/* --- pages -------------------------------------------------------------------------------------- */

static struct str finish(struct request *req, struct page *page)
{
	struct str html = arena_str(req->arena, buf_str(&page->out));

	buf_deinit(&page->out);
	return html;
}

struct str share_html_document(
	struct request *req, const struct json_value *document, struct str token)
{
	struct page page = {.doc = document, .token = token};

	page.answerable = is_kind(&page, "quote") && has_status(&page, "sent");
	buf_init(&page.out, PAGE_MAX);
	set_numbers(&page);
	put_begin(&page, title_of(&page), text_of(document, "number"),
		text_of(json_get(document, "seller"), "brand"));
	put_head(&page);
	put_standing(&page);
	put_parties(&page);
	put_in(&page, "<h2 class=\"title\">", text_of(document, "title"), "</h2>\n");
	put_in(&page, "<p class=\"prose\">", text_of(document, "intro"), "</p>\n");
	put_lines(&page);
	put_sums(&page);
	put_payment(&page);
	put_in(&page, "<section class=\"terms\"><h2>Terms</h2><p class=\"prose\">",
		text_of(document, "terms"), "</p></section>\n");
	put_answer(&page);
	put_foot(&page);
	put_end(&page);
	return finish(req, &page);
}

struct str share_html_message(struct request *req, const char *title, const char *message)
{
	struct page page = {.doc = NULL};

	buf_init(&page.out, PAGE_MAX);
	put_begin(&page, title, STR_NONE, STR_NONE);
	put_in(&page, "<h1>", str_of(title), "</h1>\n");
	put_in(&page, "<p class=\"prose\">", str_of(message), "</p>\n");
	put_end(&page);
	return finish(req, &page);
}
