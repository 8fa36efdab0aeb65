/* SPDX-License-Identifier: Apache-2.0 */
/* The built UI, served from the binary. */
#pragma once

#include "base/embedded.h"
#include "base/err.h"
#include "http/request.h"

/*
 * Names the files to serve: embedded_web, or a test's. Before the server starts. `name.br` and `name.gz` are
 * the compressed forms of `name`; what lies below assets/ has its hash in its name and never changes.
 */
void static_configure(const struct embedded_file *files);
/* http_config.fallback: the file, or index.html for a page of the UI (a GET outside /api that accepts
 * HTML); otherwise ERR_NOT_FOUND. */
MUST_CHECK enum err static_serve(struct request *req);
