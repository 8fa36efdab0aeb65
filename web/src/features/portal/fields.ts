/* SPDX-License-Identifier: Apache-2.0 */
/* Which fields of a lead a partner fills in: few, in the order in which one tells of somebody. */
import { findField } from '@/api/meta';
import type { EntityMeta, FieldMeta } from '@/api/types';

const who = ['firstName', 'lastName', 'company', 'jobTitle', 'email', 'phone', 'source'];
const what = ['description', 'eventType', 'eventDate', 'guestsExpected', 'estimatedValue'];

/** What a partner's lead must tell, whatever the organisation asks of its own. */
const needed = new Set(['firstName', 'lastName', 'company', 'email', 'source']);

export type Part = { key: 'who' | 'what'; fields: FieldMeta[] };

const present = (entity: EntityMeta, names: string[]): FieldMeta[] =>
  names.flatMap((name) => {
    const field = findField(entity, name);
    return field && !field.readOnly
      ? [{ ...field, required: needed.has(name) || field.required === true }]
      : [];
  });

/** Fields of the organisation's own stand at the end. */
export function partsOf(entity: EntityMeta): Part[] {
  const custom = entity.fields.filter((field) => field.custom && !field.readOnly);
  const parts: Part[] = [
    { key: 'who', fields: present(entity, who) },
    { key: 'what', fields: [...present(entity, what), ...custom] },
  ];
  return parts.filter(({ fields }) => fields.length > 0);
}
