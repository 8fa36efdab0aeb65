/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: no text crashes the reader of access tokens, and none that we did not sign is valid.
 * With an odd first byte the rest is put into a token of ours as its payload, signed, so that the claims'
 * reader is reached.
 */
#include <openssl/hmac.h>
#include <stdint.h>

#include "base/base64url.h"
#include "core/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char secret[] = "0123456789abcdef0123456789abcdef";

static struct str signed_by_us(struct arena *arena, struct str payload)
{
	struct str head = base64url_encode(arena, STR("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"));
	struct str claims = base64url_encode(arena, payload);
	struct str text = arena_printf(arena, "%.*s.%.*s", STR_ARG(head), STR_ARG(claims));
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len;
	struct str signature;

	HMAC(EVP_sha256(), secret, sizeof(secret) - 1, (const unsigned char *)text.ptr, text.len,
		mac, &len);
	signature = base64url_encode(arena, (struct str){(const char *)mac, len});
	return arena_printf(arena, "%.*s.%.*s", STR_ARG(text), STR_ARG(signature));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct token_keys *keys;
	struct token_claims claims;
	struct arena arena;
	struct str text;
	bool ours;

	if (size == 0)
		return 0;
	if (!keys)
		keys = token_keys_new(STR("0123456789abcdef0123456789abcdef"),
			STR("fedcba9876543210fedcba9876543210"));
	arena_init(&arena);
	ours = data[0] & 1;
	text = (struct str){(const char *)data + 1, size - 1};
	if (ours)
		text = signed_by_us(&arena, text);
	if (token_verify(keys, &arena, text, &claims) == ERR_OK)
		INVARIANT(ours);
	arena_deinit(&arena);
	return 0;
}
