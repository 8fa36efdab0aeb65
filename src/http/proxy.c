/* SPDX-License-Identifier: Apache-2.0 */
/* Trusted proxies. */
#include "http/proxy.h"

#include <arpa/inet.h>
#include <string.h>

static void map_ipv4(const unsigned char ipv4[4], struct in6_addr *out)
{
	memset(out, 0, sizeof(*out));
	out->s6_addr[10] = out->s6_addr[11] = 0xff;
	memcpy(out->s6_addr + 12, ipv4, 4);
}

/* `1.2.3.4:5678` and `[::1]:5678`, as some proxies write them, lose their port. */
static struct str without_port(struct str text)
{
	size_t colon = str_find_char(text, ':');

	if (text.len && text.ptr[0] == '[')
		return str_slice(text, 1, MAX(str_find_char(text, ']'), (size_t)1));
	if (colon < text.len &&
		str_find_char(str_slice(text, colon + 1, text.len), ':') == text.len - colon - 1)
		return str_slice(text, 0, colon);
	return text;
}

bool proxy_parse_address(struct str text, struct in6_addr *out)
{
	char terminated[INET6_ADDRSTRLEN];
	unsigned char ipv4[4];

	text = without_port(text);
	if (text.len == 0 || text.len >= sizeof(terminated))
		return false;
	memcpy(terminated, text.ptr, text.len);
	terminated[text.len] = '\0';
	if (inet_pton(AF_INET, terminated, ipv4) == 1) {
		map_ipv4(ipv4, out);
		return true;
	}
	return inet_pton(AF_INET6, terminated, out) == 1;
}

static bool parse_entry(struct str entry, struct in6_addr *net, unsigned *bits)
{
	struct str address = str_cut(&entry, '/');
	bool ipv4 = str_find_char(address, ':') == address.len;
	int64_t prefix = ipv4 ? 32 : 128;

	if (!proxy_parse_address(address, net))
		return false;
	if (entry.ptr &&
		(!str_to_int64(entry, &prefix) || prefix < 0 || prefix > (ipv4 ? 32 : 128)))
		return false;
	*bits = (unsigned)prefix + (ipv4 ? 96 : 0);
	return true;
}

bool proxy_list_parse(struct str text, struct proxy_list *out)
{
	out->count = 0;
	while (text.ptr) {
		struct str entry = str_trim(str_cut(&text, ','));

		if (entry.len == 0)
			continue;
		if (out->count == PROXY_MAX ||
			!parse_entry(entry, &out->at[out->count].net, &out->at[out->count].bits))
			return false;
		out->count++;
	}
	return true;
}

static bool is_within(const struct in6_addr *address, const struct in6_addr *net, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(address->s6_addr, net->s6_addr, whole) != 0)
		return false;
	return rest == 0 || (address->s6_addr[whole] ^ net->s6_addr[whole]) >> (8 - rest) == 0;
}

bool proxy_list_has(const struct proxy_list *list, const struct in6_addr *address)
{
	for (size_t i = 0; i < list->count; i++)
		if (is_within(address, &list->at[i].net, list->at[i].bits))
			return true;
	return false;
}

static struct str last_item(struct str *list)
{
	size_t at = list->len;
	struct str item;

	while (at > 0 && list->ptr[at - 1] != ',')
		at--;
	item = str_trim(str_slice(*list, at, list->len));
	*list = at > 0 ? str_slice(*list, 0, at - 1) : STR_NONE;
	return item;
}

struct str proxy_client(const struct proxy_list *list, struct str forwarded_for)
{
	struct str client = STR_NONE;

	while (forwarded_for.ptr) {
		struct str item = last_item(&forwarded_for);
		struct in6_addr address;

		if (!proxy_parse_address(item, &address))
			return client;
		client = without_port(item);
		if (!proxy_list_has(list, &address))
			return client;
	}
	return client;
}
