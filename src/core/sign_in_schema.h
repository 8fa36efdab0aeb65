/* SPDX-License-Identifier: Apache-2.0 */
/* OpenAPI's view of what identity answers: pieces of schemas, as JSON text. */
#pragma once

/* clang-format off */
#define SCHEMA_ID "{\"type\":\"string\",\"format\":\"uuid\"}"
#define SCHEMA_ID_OR_NULL "{\"type\":[\"string\",\"null\"],\"format\":\"uuid\"}"
#define SCHEMA_TEXT "{\"type\":\"string\"}"
#define SCHEMA_TEXT_OR_NULL "{\"type\":[\"string\",\"null\"]}"
#define SCHEMA_TIME "{\"type\":\"string\",\"format\":\"date-time\"}"
#define SCHEMA_USER                                                                                \
	"{\"type\":\"object\",\"required\":[\"id\",\"email\",\"firstName\",\"lastName\",\"role\"]," \
	"\"properties\":{\"id\":" SCHEMA_ID ",\"email\":{\"type\":\"string\",\"format\":\"email\"}," \
	"\"firstName\":" SCHEMA_TEXT ",\"lastName\":" SCHEMA_TEXT ",\"role\":" SCHEMA_TEXT ","      \
	"\"teamId\":" SCHEMA_ID_OR_NULL ",\"partnerId\":" SCHEMA_ID_OR_NULL "}}"
#define SCHEMA_ORGANIZATION                                                                        \
	"{\"type\":\"object\",\"required\":[\"id\",\"name\",\"currency\",\"timeZone\",\"locale\"]," \
	"\"properties\":{\"id\":" SCHEMA_ID ",\"name\":" SCHEMA_TEXT ",\"currency\":" SCHEMA_TEXT "," \
	"\"timeZone\":" SCHEMA_TEXT ",\"locale\":" SCHEMA_TEXT ",\"weekStart\":{\"type\":\"integer\"}}}"
#define SCHEMA_ORGANIZATIONS                                                                       \
	"{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"name\",\"role\"]," \
	"\"properties\":{\"id\":" SCHEMA_ID ",\"name\":" SCHEMA_TEXT ",\"role\":" SCHEMA_TEXT ","   \
	"\"roleName\":" SCHEMA_TEXT "}}}"
#define SCHEMA_SIGN_IN                                                                             \
	"{\"type\":\"object\",\"required\":[\"user\",\"organization\",\"organizations\"," \
	"\"accessToken\",\"tokenType\",\"expiresIn\"],\"properties\":{\"user\":" SCHEMA_USER ","    \
	"\"organization\":" SCHEMA_ORGANIZATION ",\"organizations\":" SCHEMA_ORGANIZATIONS ","      \
	"\"accessToken\":" SCHEMA_TEXT ",\"refreshToken\":" SCHEMA_TEXT ","                         \
	"\"tokenType\":{\"const\":\"Bearer\"},\"expiresIn\":{\"type\":\"integer\"}}}"
/* clang-format on */
