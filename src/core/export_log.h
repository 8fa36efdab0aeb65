/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of exports: a row of `exports` for each file, written before its first byte, every few seconds, and at
 * its end. When the database is away at the end, that an export failed is said again and again until it is back.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "core/resource.h"
#include "http/request.h"

struct app;

struct export_log {
	struct str id;
	int64_t rows, bytes;
	uint64_t noted_ms;
	void *digest; /* of libcrypto */
};

MUST_CHECK enum err export_log_begin(struct export_log *log, struct request *req,
	const struct resource *resource, const char *format);
/* What leaves next. */
void export_log_bytes(struct export_log *log, struct str bytes);
/* Now and then; says how far it is when that was not said for some seconds. */
MUST_CHECK enum err export_log_beat(struct export_log *log, struct request *req);
/* The file is whole. */
MUST_CHECK enum err export_log_done(struct export_log *log, struct request *req);
void export_log_failed(struct export_log *log, struct request *req, enum err why);
void export_log_deinit(struct export_log *log);

/* Once per loop. */
void export_log_start(struct app *app);
void export_log_stop(struct app *app);
