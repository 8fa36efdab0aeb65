/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip and brotli for bodies. Encoders are kept per loop and used again: making one costs more than
 * compressing a list of records with it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

enum coding { CODING_IDENTITY, CODING_GZIP, CODING_BROTLI, CODING__COUNT };

/* Content-Encoding's word for it; STR_NONE for identity. */
struct str coding_name(enum coding coding);
/* What the client would rather have, per Accept-Encoding; ours counts when the weights are equal. */
enum coding coding_choose(struct str accept_encoding);
/* Text, JSON, scripts and the like shrink; images and archives do not. */
bool content_type_is_compressible(struct str content_type);

struct compressor;
struct compressor_pool {
	struct compressor *free[CODING__COUNT];
	size_t kept[CODING__COUNT];
};
void compressor_pool_deinit(struct compressor_pool *pool);

/* Never for CODING_IDENTITY. `size_hint` of the body, 0 when unknown. */
struct compressor *compressor_take(
	struct compressor_pool *pool, enum coding coding, size_t size_hint);
void compressor_give_back(struct compressor_pool *pool, struct compressor *compressor);

enum compressor_step { COMPRESSOR_GO_ON, COMPRESSOR_FLUSH, COMPRESSOR_FINISH };
/* Appends what comes out to `out`; with FLUSH all of the input so far can be read from it. */
void compressor_run(
	struct compressor *compressor, struct str in, enum compressor_step step, struct buf *out);
