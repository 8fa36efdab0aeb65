/* SPDX-License-Identifier: Apache-2.0 */
/* Which lists belong on a record's page: whatever refers to it. */
import { may, slugOf } from '@/api/meta';
import type { EntityMeta, FieldMeta, Meta } from '@/api/types';

export type Related = { key: string; entity: EntityMeta; field: FieldMeta; label: string };

const skipped = new Set(['change', 'notification', 'custom_field', 'picklist_option', 'organization']);

/** First what is part of the record, then what is about it. */
const order = [
  'event_vendor',
  'schedule_item',
  'budget_line',
  'milestone',
  'contact',
  'deal',
  'quote',
  'invoice',
  'event',
  'project',
  'task',
  'lead',
  'payment',
  'delivery_note',
  'activity',
];

/** "Companies · Parent", as against "Contacts": worth a tab only when there are any. */
export const isParticular = (related: Related): boolean => related.key.includes('.');

function rank(related: Related): number {
  const place = order.indexOf(related.entity.name);
  return (isParticular(related) ? 100 : 0) + (place === -1 ? order.length : place);
}

export function relatedOf(meta: Meta, entity: EntityMeta): Related[] {
  const found: Related[] = [];
  for (const other of meta.entities) {
    if (skipped.has(other.name) || other.nestedIn === entity.name || !may(other, 'read')) continue;
    const fields = other.fields.filter(
      (f) => f.type === 'reference' && f.references === entity.name && f.filterable && f.name.endsWith('Id'),
    );
    const plain =
      fields.find((f) => f.name === `${entity.name}Id`) ?? (fields.length === 1 ? fields[0] : undefined);
    for (const field of fields) {
      const isPlain = field === plain && other.name !== entity.name;
      found.push({
        key: isPlain ? slugOf(other) : `${slugOf(other)}.${field.name}`,
        entity: other,
        field,
        label: isPlain ? other.labelPlural : `${other.labelPlural} · ${field.label}`,
      });
    }
  }
  return found.sort((a, b) => rank(a) - rank(b));
}
