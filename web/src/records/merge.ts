/* SPDX-License-Identifier: Apache-2.0 */
/* Two people changed one record: which fields must a person decide on? */
import type { FieldMeta, Json, RecordData } from '@/api/types';
import { formKey, readValue, sameValue } from '@/fields/value';

type Loose = { [field: string]: Json | undefined };
export type Conflict = { field: FieldMeta; mine: Json | undefined; theirs: Json | undefined };

/** The part of `values` that differs from the record they were read from. */
export function changedValues(fields: FieldMeta[], base: RecordData, values: Loose): Loose {
  const changed: Loose = {};
  for (const field of fields) {
    const key = formKey(field);
    if (key in values && !sameValue(values[key], readValue(base, field))) changed[key] = values[key];
  }
  return changed;
}

/** Fields both sides changed, and to different values. What only one side changed merges by itself. */
export function conflictsOf(
  fields: FieldMeta[],
  base: RecordData,
  theirs: RecordData,
  mine: Loose,
): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const field of fields) {
    const key = formKey(field);
    if (!(key in mine)) continue;
    const their = readValue(theirs, field);
    if (sameValue(their, readValue(base, field)) || sameValue(their, mine[key])) continue;
    conflicts.push({ field, mine: mine[key], theirs: their });
  }
  return conflicts;
}
