/* SPDX-License-Identifier: Apache-2.0 */
/* Which records a reference may point to: a booking of this event, a milestone of this project. */
import type { EntityMeta, Json } from '@/api/types';

/** What the target belongs to for good, where the record at hand names the same. */
export function scopeOf(
  target: EntityMeta | undefined,
  record: { [field: string]: Json | undefined },
): Record<string, string> {
  const scope: Record<string, string> = {};
  // Of a stage it is the other way round: the pipeline of a deal follows from it.
  if (!target || target.name === 'stage') return scope;
  for (const field of target.fields) {
    const value = record[field.name];
    const belongs = field.type === 'reference' && field.required && field.immutable && field.filterable;
    if (belongs && typeof value === 'string' && value) scope[field.name] = value;
  }
  return scope;
}
