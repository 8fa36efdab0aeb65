/* SPDX-License-Identifier: Apache-2.0 */
/* The request line and the header fields, line by line. */
#include "http/parser_internal.h"

#include <string.h>

#define TVUH (BYTE_TOKEN | BYTE_VALUE | BYTE_TARGET | BYTE_HOST)
#define TVU (BYTE_TOKEN | BYTE_VALUE | BYTE_TARGET)
#define VUH (BYTE_VALUE | BYTE_TARGET | BYTE_HOST)
#define VU (BYTE_VALUE | BYTE_TARGET)

/* Targets may hold what browsers leave unescaped in a query ({ } | \ ^ `) but never ", <, > or #. */
const uint8_t parser_bytes[256] = {
	['\t'] = BYTE_VALUE,
	[' '] = BYTE_VALUE,
	['0' ... '9'] = TVUH,
	['A' ... 'Z'] = TVUH,
	['a' ... 'z'] = TVUH,
	['!'] = TVUH,
	['$'] = TVUH,
	['%'] = TVUH,
	['&'] = TVUH,
	['\''] = TVUH,
	['*'] = TVUH,
	['+'] = TVUH,
	['-'] = TVUH,
	['.'] = TVUH,
	['_'] = TVUH,
	['~'] = TVUH,
	['^'] = TVU,
	['`'] = TVU,
	['|'] = TVU,
	['('] = VUH,
	[')'] = VUH,
	[','] = VUH,
	[':'] = VUH,
	[';'] = VUH,
	['='] = VUH,
	['['] = VUH,
	[']'] = VUH,
	['/'] = VU,
	['?'] = VU,
	['@'] = VU,
	['\\'] = VU,
	['{'] = VU,
	['}'] = VU,
	['#'] = BYTE_TOKEN | BYTE_VALUE,
	['"'] = BYTE_VALUE,
	['<'] = BYTE_VALUE,
	['>'] = BYTE_VALUE,
	[0x80 ... 0xff] = BYTE_VALUE,
};

static struct http_span span_of(struct str s, const char *base)
{
	return (struct http_span){(uint16_t)(s.ptr - base), (uint16_t)s.len};
}

static bool bad(struct http_parser *p, const char *reason)
{
	return parser_refuse(p, ERR_BAD_FRAMING, reason);
}

/* --- request line ------------------------------------------------------------------------------- */

static bool find_method(struct str name, enum http_method *out)
{
	for (int m = 0; m < HTTP_METHOD__COUNT; m++) {
		if (str_eq(name, http_method_name((enum http_method)m))) {
			*out = (enum http_method)m;
			return true;
		}
	}
	return false;
}

static bool take_version(struct http_parser *p, struct str version)
{
	bool digits = version.len == 8 && version.ptr[5] >= '0' && version.ptr[5] <= '9' &&
		version.ptr[6] == '.' && version.ptr[7] >= '0' && version.ptr[7] <= '9';

	if (!digits || !str_starts_with(version, STR("HTTP/")))
		return bad(p, "bad request line");
	if (version.ptr[5] != '1' || version.ptr[7] > '1')
		return parser_refuse(p, ERR_BAD_VERSION, "unknown version");
	p->http_1_0 = version.ptr[7] == '0';
	return true;
}

static bool host_is_valid(struct str host)
{
	return host.len > 0 && host.ptr[0] != ':' && bytes_are(host, BYTE_HOST);
}

/* `http://host/path` from a client that takes us for a proxy: the host counts, the path remains. */
static bool reduce_absolute(struct http_parser *p, struct str *target, const char *base)
{
	size_t scheme = str_eq_nocase(
				str_slice(*target, 0, MIN(target->len, (size_t)7)), STR("http://"))
		? 7
		: str_eq_nocase(str_slice(*target, 0, MIN(target->len, (size_t)8)), STR("https://"))
		? 8
		: 0;
	size_t end = scheme;

	if (!scheme)
		return bad(p, "bad target");
	while (end < target->len && target->ptr[end] != '/' && target->ptr[end] != '?')
		end++;
	if (!host_is_valid(str_slice(*target, scheme, end)))
		return bad(p, "bad host in target");
	p->absolute = true;
	p->host = span_of(str_slice(*target, scheme, end), base);
	*target = str_slice(*target, end, target->len);
	return true;
}

static bool take_target(struct http_parser *p, struct str target, const char *base)
{
	if (target.len == 0 || !bytes_are(target, BYTE_TARGET))
		return bad(p, "bad target");
	if (target.len > HTTP_MAX_TARGET)
		return parser_refuse(p, ERR_URI_TOO_LONG, "target too long");
	if (str_is(target, "*") ? p->method != HTTP_OPTIONS : target.ptr[0] != '/')
		if (!reduce_absolute(p, &target, base))
			return false;
	p->target = span_of(target, base);
	return true;
}

static bool take_request_line(struct http_parser *p, struct str line, const char *base)
{
	struct str rest = line;
	struct str method = str_cut(&rest, ' ');
	struct str target = str_cut(&rest, ' ');

	p->saw_request_line = true;
	if (method.len == 0 || !bytes_are(method, BYTE_TOKEN))
		return bad(p, "bad request line");
	if (!take_version(p, rest))
		return false;
	if (!find_method(method, &p->method))
		return parser_refuse(p, ERR_BAD_METHOD, "unknown method");
	return take_target(p, target, base);
}

/* --- fields that frame the message -------------------------------------------------------------- */

static bool take_content_length(struct http_parser *p, struct str value)
{
	int64_t n = 0;

	if (p->content_length >= 0)
		return bad(p, "repeated Content-Length");
	if (value.len == 0 || value.len > 18)
		return bad(p, "bad Content-Length");
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] < '0' || value.ptr[i] > '9')
			return bad(p, "bad Content-Length");
		n = n * 10 + (value.ptr[i] - '0');
	}
	p->content_length = n;
	return true;
}

static bool take_transfer_encoding(struct http_parser *p, struct str value)
{
	if (p->saw_transfer_encoding)
		return bad(p, "repeated Transfer-Encoding");
	p->saw_transfer_encoding = true;
	p->chunked = str_eq_nocase(value, STR("chunked"));
	return p->chunked || parser_refuse(p, ERR_BAD_TRANSFER, "unknown transfer coding");
}

static bool take_connection(struct http_parser *p, struct str value)
{
	while (value.ptr) {
		struct str option = str_trim(str_cut(&value, ','));

		if (str_eq_nocase(option, STR("close")))
			p->saw_close = true;
		else if (str_eq_nocase(option, STR("keep-alive")))
			p->saw_keep_alive = true;
	}
	return true;
}

static bool take_expect(struct http_parser *p, struct str value)
{
	if (!str_eq_nocase(value, STR("100-continue")))
		return bad(p, "unknown expectation");
	p->expect_continue = true;
	return true;
}

static bool take_host(struct http_parser *p, struct str value, const char *base)
{
	if (++p->host_count > 1)
		return bad(p, "repeated Host");
	if (!host_is_valid(value))
		return bad(p, "bad Host");
	if (!p->absolute)
		p->host = span_of(value, base);
	return true;
}

static bool take_known(struct http_parser *p, struct str name, struct str value, const char *base)
{
	switch (name.len) {
	case 4:
		return !str_eq_nocase(name, STR("Host")) || take_host(p, value, base);
	case 6:
		return !str_eq_nocase(name, STR("Expect")) || take_expect(p, value);
	case 10:
		return !str_eq_nocase(name, STR("Connection")) || take_connection(p, value);
	case 14:
		return !str_eq_nocase(name, STR("Content-Length")) || take_content_length(p, value);
	case 17:
		return !str_eq_nocase(name, STR("Transfer-Encoding")) ||
			take_transfer_encoding(p, value);
	default:
		return true;
	}
}

/* --- lines -------------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct str trim_blanks(struct str s)
{
	while (s.len && is_blank(s.ptr[0]))
		s = str_slice(s, 1, s.len);
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

static bool take_field(struct http_parser *p, struct str line, const char *base)
{
	size_t colon = str_find_char(line, ':');
	struct str name = str_slice(line, 0, colon), value;

	if (is_blank(line.ptr[0]))
		return bad(p, "folded line");
	if (colon == line.len || name.len == 0 || !bytes_are(name, BYTE_TOKEN))
		return bad(p, "bad field name");
	value = trim_blanks(str_slice(line, colon + 1, line.len));
	if (!bytes_are(value, BYTE_VALUE))
		return bad(p, "bad field value");
	if (p->field_count == HTTP_MAX_FIELDS)
		return parser_refuse(p, ERR_HEAD_TOO_LARGE, "too many fields");
	p->fields[p->field_count++] = (struct http_field){
		span_of(name, base), span_of(value, base)};
	return take_known(p, name, value, base);
}

static bool finish_head(struct http_parser *p)
{
	if (p->host_count == 0 && !p->http_1_0)
		return bad(p, "missing Host");
	if (p->chunked && (p->content_length >= 0 || p->http_1_0))
		return bad(p, "contradictory framing");
	p->keep_alive = !p->saw_close && (!p->http_1_0 || p->saw_keep_alive);
	p->expect_continue = p->expect_continue && !p->http_1_0;
	p->left = p->content_length > 0 ? (uint64_t)p->content_length : 0;
	p->state = p->chunked ? STATE_CHUNK_SIZE : p->left ? STATE_LENGTH : STATE_DONE;
	return true;
}

/* One empty line before the request line is tolerated, as RFC 9112 §2.2 asks. */
static bool take_empty_line(struct http_parser *p)
{
	if (p->saw_request_line)
		return finish_head(p);
	if (p->saw_blank)
		return bad(p, "empty lines");
	p->saw_blank = true;
	return true;
}

static bool take_line(struct http_parser *p, struct str line, const char *base)
{
	if (line.len == 0 || line.ptr[line.len - 1] != '\r')
		return bad(p, "bare LF");
	line.len--;
	if (line.len == 0)
		return take_empty_line(p);
	return p->saw_request_line ? take_field(p, line, base) : take_request_line(p, line, base);
}

static bool within_limits(struct http_parser *p, size_t len)
{
	/* The longest method and the version leave the target less than 32 bytes of company. */
	if (!p->saw_request_line && len - p->line > HTTP_MAX_TARGET + 32)
		return parser_refuse(p, ERR_URI_TOO_LONG, "target too long");
	return len < HTTP_MAX_HEAD || parser_refuse(p, ERR_HEAD_TOO_LARGE, "head too large");
}

enum parser_event parser_step_head(struct http_parser *p, struct str input, size_t *consumed)
{
	struct str head = {input.ptr, MIN(input.len, (size_t)HTTP_MAX_HEAD)};

	while (p->scanned < head.len) {
		struct str fresh = str_slice(head, p->scanned, head.len);
		size_t lf = p->scanned + str_find_char(fresh, '\n');

		if (lf == head.len) {
			p->scanned = lf;
			break;
		}
		p->scanned = lf + 1;
		if (!take_line(p, str_slice(head, p->line, lf), head.ptr))
			return PARSER_REFUSED;
		p->line = p->scanned;
		if (p->state != STATE_HEAD) {
			*consumed = p->scanned;
			return PARSER_HEAD;
		}
	}
	return within_limits(p, input.len) ? PARSER_MORE : PARSER_REFUSED;
}
