/* SPDX-License-Identifier: Apache-2.0 */
/* Proxies in front of us: whom to believe about the client's address and scheme. */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/base.h"
#include "base/str.h"

enum { PROXY_MAX = 64 };

/* Addresses are kept as IPv6, IPv4 as ::ffff:a.b.c.d. */
struct proxy_list {
	size_t count;
	struct {
		struct in6_addr net;
		unsigned bits;
	} at[PROXY_MAX];
};

/* `10.0.0.0/8, 127.0.0.1, ::1`; absent is an empty list. False when an entry is not an address or there
 * are more than PROXY_MAX. */
MUST_CHECK bool proxy_list_parse(struct str text, struct proxy_list *out);
bool proxy_list_has(const struct proxy_list *list, const struct in6_addr *address);
MUST_CHECK bool proxy_parse_address(struct str text, struct in6_addr *out);
/* The client as X-Forwarded-For tells it: from the right, the first address that is no proxy of ours;
 * STR_NONE when the list says nothing usable. Only to be asked when the peer itself is in the list. */
struct str proxy_client(const struct proxy_list *list, struct str forwarded_for);
