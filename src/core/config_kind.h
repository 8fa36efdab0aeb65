/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of configuration values: how a text is checked, stored and shown. Private to core/config. */
#pragma once

#include "core/config.h"

struct config_kind {
	/* Stores the text in the field at `offset`; false with `message` filled ("must be …"). */
	bool (*read)(struct config *config, const struct config_option *option, const char *text,
		const char **message_out);
	bool masked; /* may hold a password within (addresses) */
};

extern const struct config_kind config_text, config_number, config_word, config_address,
	config_origin, config_origins, config_networks, config_secret, config_rate, config_level,
	config_path;
