/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of configuration values. */
#include "core/config_kind.h"

#include <arpa/inet.h>
#include <unistd.h>

#define FIELD_AT(config, option, type) ((type *)(void *)((char *)(config) + (option)->offset))

static bool refuse(const char **message_out, const char *message)
{
	*message_out = message;
	return false;
}

static bool keep(struct config *config, const struct config_option *option, const char *text)
{
	*FIELD_AT(config, option, const char *) = arena_cstr(&config->arena, str_of(text));
	return true;
}

static bool read_text(struct config *config, const struct config_option *option, const char *text,
	const char **message_out)
{
	(void)message_out;
	return keep(config, option, text);
}

static bool read_number(struct config *config, const struct config_option *option, const char *text,
	const char **message_out)
{
	int64_t n;

	if (!str_to_int64(str_of(text), &n) || n < option->min || n > option->max)
		return refuse(message_out,
			arena_printf(&config->arena, "must be a number from %ld to %ld",
				option->min, option->max)
				.ptr);
	*FIELD_AT(config, option, int) = (int)n;
	return true;
}

/* One of `accepts`. */
static bool read_word(struct config *config, const struct config_option *option, const char *text,
	const char **message_out)
{
	struct str rest = str_of(option->accepts);

	while (rest.ptr)
		if (str_is(str_cut(&rest, ' '), text))
			return keep(config, option, text);
	return refuse(message_out,
		arena_printf(&config->arena, "must be one of: %s", option->accepts).ptr);
}

/* A URL with one of the schemes in `accepts`. */
static bool read_address(struct config *config, const struct config_option *option,
	const char *text, const char **message_out)
{
	struct str rest = str_of(option->accepts);

	while (rest.ptr) {
		struct str scheme = str_cut(&rest, ' ');
		struct str after = str_of(text);

		if (!str_starts_with(after, scheme))
			continue;
		after = str_slice(after, scheme.len, after.len);
		if (str_starts_with(after, STR("://")) && after.len > 3)
			return keep(config, option, text);
	}
	return refuse(message_out,
		arena_printf(&config->arena, "must be an address that begins with one of: %s",
			option->accepts)
			.ptr);
}

static bool is_authority(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    (c && strchr("-._:[]", c))))
			return false;
	}
	return s.len > 0;
}

/* scheme://authority; a slash at the end is forgiven. */
static bool cut_origin(struct str text, struct str *out)
{
	size_t scheme = str_starts_with(text, STR("https://")) ? 8
		: str_starts_with(text, STR("http://"))        ? 7
							       : 0;

	if (text.len && text.ptr[text.len - 1] == '/')
		text.len--;
	*out = text;
	return scheme && text.len > scheme && is_authority(str_slice(text, scheme, text.len));
}

static bool read_origin(struct config *config, const struct config_option *option, const char *text,
	const char **message_out)
{
	struct str origin;

	if (!cut_origin(str_of(text), &origin))
		return refuse(message_out, "must be an origin such as https://crm.example.com");
	return keep(config, option, arena_cstr(&config->arena, origin));
}

static bool read_origins(struct config *config, const struct config_option *option,
	const char *text, const char **message_out)
{
	struct str rest = str_of(text);
	struct str list = STR("");

	while (rest.ptr) {
		struct str origin;

		if (!cut_origin(str_trim(str_cut(&rest, ',')), &origin))
			return refuse(message_out,
				"must be origins such as https://app.example.com, "
				"separated by commas");
		list = arena_printf(&config->arena, "%.*s%s%.*s", STR_ARG(list),
			list.len ? "," : "", STR_ARG(origin));
	}
	return keep(config, option, list.ptr);
}

static bool is_network(struct str s)
{
	struct in6_addr address;
	struct str bits = s;
	struct str host = str_cut(&bits, '/');
	char text[INET6_ADDRSTRLEN];
	int64_t length = 0;
	bool v4, v6;

	if (host.len == 0 || host.len >= sizeof(text))
		return false;
	memcpy(text, host.ptr, host.len);
	text[host.len] = '\0';
	v4 = inet_pton(AF_INET, text, &address) == 1;
	v6 = inet_pton(AF_INET6, text, &address) == 1;
	if (bits.ptr && (!str_to_int64(bits, &length) || length < 0 || length > (v4 ? 32 : 128)))
		return false;
	return v4 || v6;
}

static bool read_networks(struct config *config, const struct config_option *option,
	const char *text, const char **message_out)
{
	struct str rest = str_of(text);

	while (rest.ptr)
		if (!is_network(str_trim(str_cut(&rest, ','))))
			return refuse(message_out,
				"must be addresses or networks such as 10.0.0.0/8, "
				"separated by commas");
	return keep(config, option, text);
}

static bool read_secret(struct config *config, const struct config_option *option, const char *text,
	const char **message_out)
{
	if (strlen(text) < CONFIG_SECRET_MIN)
		return refuse(message_out, "must have at least 32 bytes");
	return keep(config, option, text);
}

/* "off" or "100/15m": requests, then a time in s, m or h. */
static bool read_rate(struct config *config, const struct config_option *option, const char *text,
	const char **message_out)
{
	struct config_rate *rate = FIELD_AT(config, option, struct config_rate);
	struct str window = str_of(text);
	struct str limit = str_cut(&window, '/');
	int64_t n = 0, length = 0;
	int unit;

	*rate = (struct config_rate){0};
	if (str_is(limit, "off") && !window.ptr)
		return true;
	unit = window.len < 2                       ? 0
		: window.ptr[window.len - 1] == 's' ? 1
		: window.ptr[window.len - 1] == 'm' ? 60
		: window.ptr[window.len - 1] == 'h' ? 3600
						    : 0;
	if (!unit || !str_to_int64(limit, &n) || n < 1 || n > 1000000000 ||
		!str_to_int64(str_slice(window, 0, window.len - 1), &length) || length < 1 ||
		length * unit > 86400)
		return refuse(message_out,
			"must be \"off\" or requests per time such as 100/15m, "
			"of at most 24 hours");
	*rate = (struct config_rate){n, (int)length * unit};
	return true;
}

static bool read_level(struct config *config, const struct config_option *option, const char *text,
	const char **message_out)
{
	if (!log_parse_level(str_of(text), FIELD_AT(config, option, enum log_level)))
		return refuse(message_out, "must be one of: debug info warn error");
	return true;
}

/* Made absolute, since the private PostgreSQL runs elsewhere. */
static bool read_path(struct config *config, const struct config_option *option, const char *text,
	const char **message_out)
{
	char here[4096];

	if (text[0] == '/')
		return keep(config, option, text);
	if (!getcwd(here, sizeof(here)))
		return refuse(message_out, "must be absolute, since the working directory is gone");
	return keep(config, option, arena_printf(&config->arena, "%s/%s", here, text).ptr);
}

const struct config_kind config_text = {read_text, false};
const struct config_kind config_number = {read_number, false};
const struct config_kind config_word = {read_word, false};
const struct config_kind config_address = {read_address, true};
const struct config_kind config_origin = {read_origin, false};
const struct config_kind config_origins = {read_origins, false};
const struct config_kind config_networks = {read_networks, false};
const struct config_kind config_secret = {read_secret, false};
const struct config_kind config_rate = {read_rate, false};
const struct config_kind config_level = {read_level, false};
const struct config_kind config_path = {read_path, false};
