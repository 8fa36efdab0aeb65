/* SPDX-License-Identifier: Apache-2.0 */
/* The parse functions of the field types. Rules and limits: FIELDS, "Common to every entity". */
#include "core/field_parse.h"

#include <regex.h>

#include "base/time.h"
#include "base/uuid.h"
#include "core/tenant.h"
#include "core/time_zone.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct str lower_copy(struct arena *arena, struct str s)
{
	char *copy = arena_bytes(arena, s.len + 1);

	for (size_t i = 0; i < s.len; i++)
		copy[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32 : s.ptr[i]);
	copy[s.len] = '\0';
	return (struct str){copy, s.len};
}

/* strchr, which also finds the terminator, is the wrong question for text that may hold a NUL. */
static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* --- text --------------------------------------------------------------------------------------- */

/* Control characters (C0, DEL, and C1 in its UTF-8 form C2 80..9F) other than those in `allowed`. */
static bool has_control(struct str text, const char *allowed)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		unsigned char after = i + 1 < text.len ? (unsigned char)text.ptr[i + 1] : 0;

		if ((c < 0x20 || c == 0x7F) && !is_one_of((char)c, allowed))
			return true;
		if (c == 0xC2 && after >= 0x80 && after <= 0x9F)
			return true;
	}
	return false;
}

/* POSIX regular expressions recurse on input, so patterns stand only on fields of stated length. */
static bool matches(struct field_input *input, const char *pattern, struct str text)
{
	regex_t regex;
	bool hit;

	INVARIANT(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) == 0);
	hit = regexec(&regex, arena_cstr(input->arena, text), 0, NULL, 0) == 0;
	regfree(&regex);
	return hit;
}

bool parse_text(struct field_input *input, struct str text, struct str *out)
{
	const char *pattern = input->field->field->pattern;

	if (has_control(text, ""))
		return field_refuse(input, "INVALID", "Control characters are not allowed.");
	if (pattern && (text.len > 256 || !matches(input, pattern, text)))
		return field_refuse(input, "INVALID", "Does not have the expected form.");
	*out = text;
	return true;
}

/* Line ends become \n. */
static struct str unix_lines(struct arena *arena, struct str text)
{
	char *copy = arena_bytes(arena, text.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '\r' || i + 1 == text.len || text.ptr[i + 1] != '\n')
			copy[n++] = text.ptr[i] == '\r' ? '\n' : text.ptr[i];
	copy[n] = '\0';
	return (struct str){copy, n};
}

bool parse_long_text(struct field_input *input, struct str text, struct str *out)
{
	struct str lines = str_find_char(text, '\r') < text.len ? unix_lines(input->arena, text)
								: text;

	if (has_control(lines, "\n\t"))
		return field_refuse(input, "INVALID", "Control characters are not allowed.");
	*out = lines;
	return true;
}

/* RFC 5321's dot-string, and letters beyond ASCII (RFC 6531). */
static bool is_local_part(struct str s)
{
	if (s.len == 0 || s.len > 64 || s.ptr[0] == '.' || s.ptr[s.len - 1] == '.')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '.' && s.ptr[i + 1] == '.')
			return false;
		if (!is_alpha(c) && !is_digit(c) && !(c & 0x80) &&
			!is_one_of(c, "!#$%&'*+/=?^_`{|}~.-"))
			return false;
	}
	return true;
}

static bool is_label(struct str label)
{
	if (label.len == 0 || label.len > 63 || label.ptr[0] == '-' ||
		label.ptr[label.len - 1] == '-')
		return false;
	for (size_t i = 0; i < label.len; i++)
		if (!is_alpha(label.ptr[i]) && !is_digit(label.ptr[i]) && !(label.ptr[i] & 0x80) &&
			label.ptr[i] != '-')
			return false;
	return true;
}

static bool is_domain(struct str domain)
{
	size_t labels = 0;
	struct str rest = domain;

	if (domain.len == 0 || domain.ptr[domain.len - 1] == '.')
		return false;
	for (; rest.ptr; labels++)
		if (!is_label(str_cut(&rest, '.')))
			return false;
	return labels >= 2;
}

bool parse_email(struct field_input *input, struct str text, struct str *out)
{
	struct str domain = text;
	struct str local = str_cut(&domain, '@');

	if (has_control(text, "") || !is_local_part(local) || !is_domain(domain))
		return field_refuse(input, "INVALID_EMAIL", "Must be an e-mail address.");
	*out = lower_copy(input->arena, text);
	return true;
}

/* Seed 002: ^\+?[\d\s\-\(\)]+$ ; FIELDS: 3–32 characters, at least 3 digits. */
bool parse_phone(struct field_input *input, struct str text, struct str *out)
{
	size_t digits = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		digits += is_digit(c);
		if (!is_digit(c) && c != ' ' && c != '-' && c != '(' && c != ')' &&
			!(c == '+' && i == 0))
			return field_refuse(input, "INVALID_PHONE",
				"Must be a phone number: digits, spaces, - ( ) and a leading +.");
	}
	if (digits < 3 || text.len > 32)
		return field_refuse(input, "INVALID_PHONE",
			"Must have 3 digits at least, 32 characters at most.");
	*out = text;
	return true;
}

bool parse_url(struct field_input *input, struct str text, struct str *out)
{
	struct str lower = lower_copy(input->arena, str_slice(text, 0, MIN(text.len, (size_t)8)));
	size_t scheme = str_starts_with(lower, STR("https://")) ? 8
		: str_starts_with(lower, STR("http://"))        ? 7
								: 0;
	bool bad = scheme == 0 || text.len == scheme || is_one_of(text.ptr[scheme], "/?#:.");

	for (size_t i = 0; i < text.len; i++)
		bad |= (unsigned char)text.ptr[i] <= ' ' || text.ptr[i] == 0x7F ||
			is_one_of(text.ptr[i], "\"<>\\^`{|}");
	if (bad)
		return field_refuse(input, "INVALID_URL",
			"Must be an address that begins with http:// or https://.");
	*out = text;
	return true;
}

/* --- numbers ------------------------------------------------------------------------------------ */

/* A decimal cut at its point, without leading zeros of the whole and trailing zeros of the fraction. */
struct decimal {
	bool negative;
	struct str whole, fraction;
};

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.ptr[i]))
			return false;
	return true;
}

static bool decimal_read(struct str text, struct decimal *out)
{
	struct decimal d = {.negative = text.len && text.ptr[0] == '-'};
	struct str rest = str_slice(text, d.negative, text.len);
	bool point = str_find_char(rest, '.') < rest.len;

	d.whole = str_cut(&rest, '.');
	d.fraction = rest;
	if (d.whole.len == 0 || (point && d.fraction.len == 0))
		return false;
	if (!all_digits(d.whole) || !all_digits(d.fraction))
		return false;
	while (d.whole.len > 1 && d.whole.ptr[0] == '0')
		d.whole = str_slice(d.whole, 1, d.whole.len);
	while (d.fraction.len && d.fraction.ptr[d.fraction.len - 1] == '0')
		d.fraction.len--;
	*out = d;
	return true;
}

static bool decimal_is_zero(const struct decimal *d)
{
	return str_is(d->whole, "0") && d->fraction.len == 0;
}

/* Compares with a whole number: < 0, 0 or > 0. The whole part has 15 digits at most. */
static int decimal_compare(const struct decimal *d, int64_t limit)
{
	int64_t whole = 0;
	int beyond = d->fraction.len ? 1 : 0;

	if (!str_to_int64(d->whole, &whole))
		return d->negative ? -1 : 1;
	if (d->negative) {
		whole = -whole;
		beyond = -beyond;
	}
	return whole != limit ? (whole > limit ? 1 : -1) : beyond;
}

/* As texts of digits: the longer whole is the greater, and of the fractions the one that sorts behind. */
static int magnitude_order(const struct decimal *a, const struct decimal *b)
{
	size_t common = MIN(a->fraction.len, b->fraction.len);
	int order;

	if (a->whole.len != b->whole.len)
		return a->whole.len < b->whole.len ? -1 : 1;
	order = memcmp(a->whole.ptr, b->whole.ptr, a->whole.len);
	if (order == 0 && common)
		order = memcmp(a->fraction.ptr, b->fraction.ptr, common);
	if (order == 0)
		order = (a->fraction.len > common) - (b->fraction.len > common);
	return order;
}

static int decimal_order(const struct decimal *a, const struct decimal *b)
{
	if (decimal_is_zero(a) && decimal_is_zero(b))
		return 0;
	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	return a->negative ? -magnitude_order(a, b) : magnitude_order(a, b);
}

/* A tenant's own limits. */
static bool decimal_within(struct field_input *input, const struct decimal *d)
{
	const struct field *field = input->field->field;
	struct decimal limit;

	if (field->least && decimal_read(str_of(field->least), &limit) &&
		decimal_order(d, &limit) < 0)
		return field_refuse(input, "OUT_OF_RANGE", "Must be at least %s.", field->least);
	if (field->most && decimal_read(str_of(field->most), &limit) &&
		decimal_order(d, &limit) > 0)
		return field_refuse(input, "OUT_OF_RANGE", "Must be at most %s.", field->most);
	return true;
}

static bool decimal_in_range(struct field_input *input, const struct decimal *d)
{
	const struct field *field = input->field->field;
	bool from_zero = field->kind == FIELD_PERCENT ||
		(field->kind == FIELD_MONEY && !(field->flags & FIELD_SIGNED));
	bool has_min = field->has_min || from_zero;
	bool has_max = field->has_max || field->kind == FIELD_PERCENT;
	int64_t max = field->has_max ? field->max : 100;

	if ((field->flags & FIELD_POSITIVE) && decimal_compare(d, 0) <= 0)
		return field_refuse(input, "OUT_OF_RANGE", "Must be more than 0.");
	if (has_min && decimal_compare(d, field->has_min ? field->min : 0) < 0)
		return field_refuse(input, "OUT_OF_RANGE", "Must be at least %lld.",
			(long long)(field->has_min ? field->min : 0));
	if (has_max && decimal_compare(d, max) > 0)
		return field_refuse(input, "OUT_OF_RANGE", "Must be at most %lld.", (long long)max);
	return decimal_within(input, d);
}

bool parse_integer(struct field_input *input, struct str text, struct str *out)
{
	const struct field *field = input->field->field;
	struct decimal d;
	int64_t value;
	int64_t min = field->has_min ? field->min : INT32_MIN;
	int64_t max = field->has_max ? field->max : INT32_MAX;

	if (!str_to_int64(text, &value))
		return field_refuse(input, "INVALID_INTEGER", "Must be a whole number.");
	if (value < min || value > max)
		return field_refuse(input, "OUT_OF_RANGE", "Must be from %lld to %lld.",
			(long long)min, (long long)max);
	*out = arena_printf(input->arena, "%lld", (long long)value);
	return !decimal_read(*out, &d) || decimal_within(input, &d);
}

/* All decimals have 14 digits in the database; what does not fit before the point is out of range. */
bool parse_decimal(struct field_input *input, struct str text, struct str *out)
{
	const struct field_type *type = field_type_of(input->field->field);
	int scale = input->field->field->scale ? input->field->field->scale : type->scale;
	struct decimal d;

	if (!decimal_read(text, &d))
		return field_refuse(input, "INVALID_NUMBER",
			"Must be a number such as 1234.5, without an exponent.");
	if (d.fraction.len > (size_t)scale)
		return field_refuse(input, "TOO_PRECISE", "Must have at most %d decimals.", scale);
	if (d.whole.len > (size_t)(14 - scale))
		return field_refuse(input, "OUT_OF_RANGE",
			"Must have at most %d digits before the point.", 14 - scale);
	if (decimal_is_zero(&d))
		d.negative = false;
	if (!decimal_in_range(input, &d))
		return false;
	*out = arena_printf(input->arena, "%s%.*s%s%.*s", d.negative ? "-" : "", STR_ARG(d.whole),
		d.fraction.len ? "." : "", STR_ARG(d.fraction));
	return true;
}

bool parse_boolean(struct field_input *input, struct str text, struct str *out)
{
	static const char *const yes[] = {"true", "yes", "y", "1", NULL};
	static const char *const no[] = {"false", "no", "n", "0", NULL};

	for (size_t i = 0; yes[i]; i++) {
		bool is_yes = str_eq_nocase(text, str_of(yes[i]));

		if (is_yes || str_eq_nocase(text, str_of(no[i]))) {
			*out = is_yes ? STR("true") : STR("false");
			return true;
		}
	}
	return field_refuse(input, "INVALID_BOOLEAN", "Must be true or false.");
}

/* --- codes -------------------------------------------------------------------------------------- */

/* ISO 4217, funds and metals left out. */
static const char currencies[] = " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF "
				 "BMD BND BOB BRL BSD BTN BWP BYN BZD"
				 " CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN "
				 "ETB EUR FJD FKP GBP GEL GHS GIP GMD"
				 " GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY "
				 "KES KGS KHR KMF KPW KRW KWD KYD KZT"
				 " LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
				 "MWK MXN MYR MZN NAD NGN NIO NOK NPR"
				 " NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD "
				 "SCR SDG SEK SGD SHP SLE SOS SRD SSP"
				 " STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD "
				 "UYU UZS VED VES VND VUV WST XAF XCD"
				 " XOF XPF YER ZAR ZMW ZWL ";

/* ISO 3166-1 alpha-2, and XK (Kosovo, in common use). */
static const char countries[] = " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF "
				"BG BH BI BJ BL BM BN BO BQ BR BS BT BV"
				" BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY "
				"CZ DE DJ DK DM DO DZ EC EE EG EH ER ES"
				" ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR "
				"GS GT GU GW GY HK HM HN HR HT HU ID IE"
				" IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW "
				"KY KZ LA LB LC LI LK LR LS LT LU LV LY"
				" MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX "
				"MY MZ NA NC NE NF NG NI NL NO NP NR NU"
				" NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU "
				"RW SA SB SC SD SE SG SH SI SJ SK SL SM"
				" SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR "
				"TT TV TW TZ UA UG UM US UY UZ VA VC VE"
				" VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

/* `codes` is a list with a space before and after each. */
static bool parse_code(
	struct field_input *input, const char *codes, size_t len, struct str text, struct str *out)
{
	char needle[8] = " ";

	if (text.len != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!is_alpha(text.ptr[i]))
			return false;
		needle[i + 1] = (char)(text.ptr[i] & ~32);
	}
	*out = arena_str(input->arena, (struct str){needle + 1, len});
	needle[len + 1] = ' ';
	return strstr(codes, needle) != NULL;
}

bool parse_currency(struct field_input *input, struct str text, struct str *out)
{
	return parse_code(input, currencies, 3, text, out) ||
		field_refuse(input, "INVALID_CURRENCY",
			"Must be a currency code (ISO 4217) such as EUR.");
}

bool parse_country(struct field_input *input, struct str text, struct str *out)
{
	return parse_code(input, countries, 2, text, out) ||
		field_refuse(
			input, "INVALID_COUNTRY", "Must be a country code (ISO 3166) such as DE.");
}

bool parse_time_zone(struct field_input *input, struct str text, struct str *out)
{
	bool good = text.len > 0 && is_alpha(text.ptr[0]);

	for (size_t i = 0; i < text.len; i++)
		good &= is_alpha(text.ptr[i]) || is_digit(text.ptr[i]) ||
			is_one_of(text.ptr[i], "/_+-");
	if (!good || !time_zone_is_known(text))
		return field_refuse(
			input, "INVALID_TIME_ZONE", "Must be a time zone such as Europe/Berlin.");
	*out = text;
	return true;
}

/* --- time --------------------------------------------------------------------------------------- */

bool parse_date(struct field_input *input, struct str text, struct str *out)
{
	struct date date;

	if (!date_parse(text, &date))
		return field_refuse(input, "INVALID_DATE", "Must be a date such as 2026-11-20.");
	*out = text;
	return true;
}

bool parse_datetime(struct field_input *input, struct str text, struct str *out)
{
	int64_t us;

	if (!time_parse_iso(text, &us))
		return field_refuse(input, "INVALID_DATETIME",
			"Must be a date and time with zone such as 2026-11-20T11:21:00Z.");
	*out = text;
	return true;
}

/* --- choices ------------------------------------------------------------------------------------ */

static struct str option_keys(struct arena *arena, const struct field_option *options)
{
	struct str list = STR("");

	for (; options->key; options++)
		list = arena_printf(
			arena, "%.*s%s%s", STR_ARG(list), list.len ? ", " : "", options->key);
	return list;
}

bool parse_enum(struct field_input *input, struct str text, struct str *out)
{
	const struct field_option *options = input->field->field->options;

	for (const struct field_option *o = options; o->key; o++) {
		if (str_is(text, o->key)) {
			*out = str_of(o->key);
			return true;
		}
	}
	return field_refuse(input, "INVALID_OPTION", "Must be one of: %.*s.",
		STR_ARG(option_keys(input->arena, options)));
}

bool parse_option(struct field_input *input, struct str text, struct str *out)
{
	const char *picklist = input->field->field->picklist;
	const struct tenant_option *option = tenant_option_find(input->tenant, picklist, text);

	if (!option)
		return field_refuse(
			input, "INVALID_OPTION", "Must be an option of the picklist %s.", picklist);
	*out = option->key;
	return true;
}

/* --- ids ---------------------------------------------------------------------------------------- */

bool parse_uuid(struct field_input *input, struct str text, struct str *out)
{
	struct uuid uuid;
	char *canonical;

	if (!uuid_parse(text, &uuid))
		return field_refuse(input, "INVALID_ID", "Must be an id.");
	canonical = arena_bytes(input->arena, UUID_LEN + 1);
	uuid_format(uuid, canonical);
	*out = (struct str){canonical, UUID_LEN};
	return true;
}

/* Tags come as ids or names; the database resolves them (resolve_tags). */
bool parse_member(struct field_input *input, struct str text, struct str *out)
{
	bool tag = input->field->target && str_is(input->field->target->name, "tag");

	return tag ? parse_text(input, text, out) : parse_uuid(input, text, out);
}
