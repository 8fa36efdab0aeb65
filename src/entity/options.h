/* SPDX-License-Identifier: Apache-2.0 */
/* Options that several entities share. */
#pragma once

#include <stddef.h>

#include "core/entity.h"

/* A language tag, RFC 5646 without its rarities: en, de-AT, zh-Hant-TW. */
#define LANGUAGE_PATTERN "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"

/* Colours are names: each theme of the UI has its own shade of them. */
static const struct field_option palette[] = {
	{"gray", "Gray"},
	{"red", "Red"},
	{"orange", "Orange"},
	{"amber", "Amber"},
	{"green", "Green"},
	{"teal", "Teal"},
	{"cyan", "Cyan"},
	{"blue", "Blue"},
	{"violet", "Violet"},
	{"pink", "Pink"},
	{NULL, NULL},
};
