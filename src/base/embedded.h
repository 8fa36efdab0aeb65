/* SPDX-License-Identifier: Apache-2.0 */
/* Files compiled into the binary: migrations, the database bootstrap and the built UI. */
#ifndef CAIRN_BASE_EMBEDDED_H
#define CAIRN_BASE_EMBEDDED_H

#include <stddef.h>

/*
 * `name` is the path below the embedded folder ("0001_foundation.sql", "assets/app.js",
 * "assets/app.js.br"). `data` lives as long as the process and has one NUL after its last byte
 * which `size` does not count, so SQL can be handed on as a C string.
 */
struct embedded_file {
	const char *name;
	const unsigned char *data;
	size_t size;
};

/* Both are sorted by name (bytewise) and end with an element whose name is NULL. */
extern const struct embedded_file embedded_migrations[];
extern const struct embedded_file embedded_web[];

/* deploy/postgres/bootstrap.sql; its name is NULL when the tree has none. */
extern const struct embedded_file embedded_bootstrap_sql;

#endif
