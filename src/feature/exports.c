/* SPDX-License-Identifier: Apache-2.0 */
/* The log of exports, as long as a loop runs. */
#include "core/export_log.h"
#include "core/feature.h"

const struct feature feature_exports = {
	.name = "exports",
	.start = export_log_start,
	.stop = export_log_stop,
};
