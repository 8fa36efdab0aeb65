/* SPDX-License-Identifier: Apache-2.0 */
/* Imports and bulk merge ids of other systems alike: by external_ids_merge. */
drop function merge_external_ids(jsonb, jsonb);
