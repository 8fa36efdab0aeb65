/* SPDX-License-Identifier: Apache-2.0 */
/* What a record is called. */
import type { EntityMeta, Json, RecordData } from '@/api/types';

type Loose = { [field: string]: Json | undefined };

export function titleOf(entity: EntityMeta, record: Loose | null | undefined): string {
  if (!record) return '';
  const parts = entity.titleFields
    .map((name) => record[name])
    .filter((part) => typeof part === 'string' && part !== '');
  if (parts.length) return parts.join(' ');
  const fallback = record['name'] ?? record['title'] ?? record['subject'] ?? record['email'];
  return typeof fallback === 'string' ? fallback : '';
}

export function shortId(record: RecordData): string {
  return record.id.slice(-6);
}
