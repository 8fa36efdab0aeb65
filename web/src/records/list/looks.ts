/* SPDX-License-Identifier: Apache-2.0 */
/* By which fields the records of an entity have a place in a calendar, the likeliest first. */
import type { EntityMeta, FieldMeta } from '@/api/types';
import { queryName } from '@/fields/value';

const usual = [
  'startAt',
  'dueAt',
  'dueDate',
  'expectedCloseDate',
  'startDate',
  'eventDate',
  'date',
  'issueDate',
];
const machinery = new Set([
  'createdAt',
  'updatedAt',
  'deletedAt',
  'stageChangedAt',
  'lastActivityAt',
  'remindAt',
]);

export function dateFields(entity: EntityMeta): FieldMeta[] {
  const rank = (field: FieldMeta) => {
    const at = usual.indexOf(field.name);
    return at < 0 ? usual.length : at;
  };
  return entity.fields
    .filter(
      (field) =>
        (field.type === 'date' || field.type === 'datetime') &&
        field.filterable &&
        !machinery.has(field.name) &&
        !/^(birthday|validUntil)$/.test(field.name),
    )
    .sort((a, b) => rank(a) - rank(b));
}

/** A calendar is offered where records are about days, not merely carry some. */
export const hasCalendar = (entity: EntityMeta): boolean => {
  const first = dateFields(entity)[0];
  return first !== undefined && usual.includes(first.name);
};

/** The end of what begins in a field, where the entity has one. */
export function endField(entity: EntityMeta, start: FieldMeta): FieldMeta | undefined {
  const name = start.name.replace(/^start/, 'end');
  return name === start.name ? undefined : entity.fields.find((field) => queryName(field) === name);
}
