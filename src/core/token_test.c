/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: what is signed is read back, and nothing else is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/base64url.h"
#include "base/time.h"
#include "core/token.h"

#define USER "0192f0c0-0000-7000-8000-000000000001"
#define ORG "0192f0c0-0000-7000-8000-000000000002"
#define SESSION "0192f0c0-0000-7000-8000-000000000003"
#define NOW_S 1790000000LL

static const char secret[] = "0123456789abcdef0123456789abcdef";
static struct arena arena;
static struct token_keys *keys;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	keys = token_keys_new(str_of(secret), STR("another secret of thirty-two bytes"));
	time_set_clock(NOW_S * 1000000);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	time_set_clock(0);
	token_keys_free(keys);
	arena_deinit(&arena);
	return 0;
}

static struct str signed_now(void)
{
	struct token_claims claims = {
		.user_id = STR(USER),
		.org_id = STR(ORG),
		.session_id = STR(SESSION),
		.email = STR("ada@example.com"),
		.role = STR("admin"),
	};

	return token_sign(keys, &arena, &claims);
}

static enum err verify(struct str token)
{
	struct token_claims claims;

	return token_verify(keys, &arena, token, &claims);
}

/* A token with any header and payload, signed with our secret. */
static struct str forge(const char *header, const char *payload)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len;
	struct str body = arena_printf(&arena, "%s.%s",
		base64url_encode(&arena, str_of(header)).ptr,
		base64url_encode(&arena, str_of(payload)).ptr);

	HMAC(EVP_sha256(), secret, sizeof(secret) - 1, (const unsigned char *)body.ptr, body.len,
		mac, &len);
	return arena_printf(&arena, "%s.%s", body.ptr,
		base64url_encode(&arena, (struct str){(char *)mac, len}).ptr);
}

static struct str payload(const char *iat, const char *exp)
{
	return arena_printf(&arena,
		"{\"sub\":\"%s\",\"org\":\"%s\",\"sid\":\"%s\",\"iat\":%s,\"exp\":%s}", USER, ORG,
		SESSION, iat, exp);
}

#define HS256 "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define GOOD_TIMES "1790000000", "1790000900"

static void test_signs_and_reads(void **state)
{
	struct token_claims claims;

	(void)state;
	assert_int_equal(token_verify(keys, &arena, signed_now(), &claims), ERR_OK);
	assert_true(str_is(claims.user_id, USER));
	assert_true(str_is(claims.org_id, ORG));
	assert_true(str_is(claims.session_id, SESSION));
	assert_true(str_is(claims.email, "ada@example.com"));
	assert_true(str_is(claims.role, "admin"));
	assert_int_equal(claims.issued_at, NOW_S);
	assert_int_equal(claims.expires_at, NOW_S + 900);
}

static void test_other_headers_of_hs256(void **state)
{
	(void)state;
	assert_int_equal(
		verify(forge("{\"typ\":\"JWT\",\"alg\":\"HS256\"}", payload(GOOD_TIMES).ptr)),
		ERR_OK);
	assert_int_equal(verify(forge("{\"alg\":\"HS256\"}", payload(GOOD_TIMES).ptr)), ERR_OK);
}

static void test_refuses_other_algorithms(void **state)
{
	static const char *const headers[] = {
		"{\"alg\":\"none\",\"typ\":\"JWT\"}",
		"{\"alg\":\"None\"}",
		"{\"alg\":\"HS512\",\"typ\":\"JWT\"}",
		"{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"hs256\"}",
		"{\"alg\":[\"HS256\"]}",
		"{\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"alg\":\"none\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWE\"}",
		"{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
		"[]",
		"",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(headers); i++)
		assert_int_equal(verify(forge(headers[i], payload(GOOD_TIMES).ptr)), ERR_BAD_TOKEN);
}

static void test_refuses_every_altered_byte(void **state)
{
	struct str token = signed_now();
	char *copy = arena_cstr(&arena, token);

	(void)state;
	for (size_t i = 0; i < token.len; i++) {
		char was = copy[i];

		copy[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(verify((struct str){copy, token.len}), ERR_BAD_TOKEN);
		copy[i] = was;
	}
	assert_int_equal(verify((struct str){copy, token.len}), ERR_OK);
}

static void test_refuses_wrong_shapes(void **state)
{
	struct str token = signed_now();
	struct str huge = arena_printf(
		&arena, "%s.%0*d.x", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", TOKEN_MAX, 0);

	(void)state;
	for (size_t len = 0; len < token.len; len++)
		assert_int_equal(verify(str_slice(token, 0, len)), ERR_BAD_TOKEN);
	assert_int_equal(verify(STR("..")), ERR_BAD_TOKEN);
	assert_int_equal(verify(arena_printf(&arena, "%s.x", token.ptr)), ERR_BAD_TOKEN);
	assert_int_equal(verify(arena_printf(&arena, "%s=", token.ptr)), ERR_BAD_TOKEN);
	assert_int_equal(verify(arena_printf(&arena, "%s\n", token.ptr)), ERR_BAD_TOKEN);
	assert_int_equal(verify(huge), ERR_BAD_TOKEN);
}

static void test_refuses_bad_claims(void **state)
{
	static const char *const payloads[] = {
		"{}",
		"[]",
		"{\"sub\":\"" USER "\",\"org\":\"" ORG "\",\"sid\":\"" SESSION "\"}",
		"{\"sub\":\"x\",\"org\":\"" ORG "\",\"sid\":\"" SESSION
		"\",\"iat\":1790000000,\"exp\":1790000900}",
		"{\"sub\":\"" USER "\",\"userId\":\"" ORG "\",\"org\":\"" ORG
		"\",\"sid\":\"" SESSION "\",\"iat\":1790000000,\"exp\":1790000900}",
		"{\"sub\":\"" USER "\",\"sid\":\"" SESSION
		"\",\"iat\":1790000000,\"exp\":1790000900}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(payloads); i++)
		assert_int_equal(verify(forge(HS256, payloads[i])), ERR_BAD_TOKEN);
}

static void test_times(void **state)
{
	(void)state;
	assert_int_equal(verify(forge(HS256, payload(GOOD_TIMES).ptr)), ERR_OK);
	assert_int_equal(
		verify(forge(HS256, payload("1789999000", "1790000000").ptr)), ERR_BAD_TOKEN);
	assert_int_equal(verify(forge(HS256, payload("1789999000", "1790000001").ptr)), ERR_OK);
	assert_int_equal(verify(forge(HS256, payload("1790000030", "1790000900").ptr)), ERR_OK);
	assert_int_equal(
		verify(forge(HS256, payload("1790000031", "1790000900").ptr)), ERR_BAD_TOKEN);
	assert_int_equal(verify(forge(HS256, payload("1790000000", "1e12").ptr)), ERR_BAD_TOKEN);
	assert_int_equal(
		verify(forge(HS256, payload("1790000000", "\"1790000900\"").ptr)), ERR_BAD_TOKEN);
	assert_int_equal(verify(forge(HS256, payload("1790000000", "99999999999999999999").ptr)),
		ERR_BAD_TOKEN);
}

/* What is kept of a good token serves that token only. */
static void test_known_tokens(void **state)
{
	struct str token = signed_now();
	struct str altered = arena_str(&arena, token);

	(void)state;
	for (int i = 0; i < 3; i++)
		test_signs_and_reads(NULL);
	assert_int_equal(verify(token), ERR_OK);
	/* The same end, by which it is found, and another beginning. */
	((char *)(uintptr_t)altered.ptr)[60] ^= 1;
	assert_int_equal(verify(altered), ERR_BAD_TOKEN);
	assert_int_equal(verify(token), ERR_OK);
}

static void test_expires(void **state)
{
	struct str token = signed_now();

	(void)state;
	time_set_clock((NOW_S + 899) * 1000000);
	assert_int_equal(verify(token), ERR_OK);
	time_set_clock((NOW_S + 900) * 1000000);
	assert_int_equal(verify(token), ERR_BAD_TOKEN);
}

static void test_other_secret(void **state)
{
	struct token_keys *others = token_keys_new(
		STR("ffffffffffffffffffffffffffffffff"), STR("x"));
	struct token_claims claims;

	(void)state;
	assert_int_equal(token_verify(others, &arena, signed_now(), &claims), ERR_BAD_TOKEN);
	token_keys_free(others);
}

static void test_opaque(void **state)
{
	struct str one = token_opaque(&arena), two = token_opaque(&arena);
	struct str hash = token_hash(keys, &arena, one);

	(void)state;
	assert_int_equal(one.len, TOKEN_OPAQUE_LEN);
	assert_false(str_eq(one, two));
	assert_int_equal(hash.len, 2 + 64);
	assert_true(str_starts_with(hash, STR("\\x")));
	assert_true(str_eq(hash, token_hash(keys, &arena, one)));
	assert_false(str_eq(hash, token_hash(keys, &arena, two)));
}

/* RFC 4231, test case 2. */
static void test_hash_is_hmac_sha256(void **state)
{
	struct token_keys *known = token_keys_new(STR("x"), STR("Jefe"));

	(void)state;
	assert_string_equal(token_hash(known, &arena, STR("what do ya want for nothing?")).ptr,
		"\\x5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	token_keys_free(known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_signs_and_reads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_headers_of_hs256, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refuses_other_algorithms, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refuses_every_altered_byte, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refuses_wrong_shapes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refuses_bad_claims, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_times, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_known_tokens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_expires, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_other_secret, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_opaque, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hash_is_hmac_sha256, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
