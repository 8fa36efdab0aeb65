/* SPDX-License-Identifier: Apache-2.0 */
/* The words that the rows of the tables are made of. */
import type { FieldMeta, Json, RecordData } from '@/api/types';
import { word } from '@/i18n';

export const is =
  (field: string, ...values: string[]) =>
  (record: RecordData): boolean =>
    values.includes(String(record[field]));
export const all =
  (...tests: ((record: RecordData) => boolean)[]) =>
  (record: RecordData): boolean =>
    tests.every((test) => test(record));
export const has = (field: string) => (record: RecordData) => Boolean(record[field]);
export const lacks = (field: string) => (record: RecordData) => !record[field];
export const positive = (field: string) => (record: RecordData) => Number(record[field] ?? 0) > 0;

/** A field that no entity has; its words are of the catalogue, so they are read when the dialog opens: the label, and
    whatever else the field gets then. */
export const own = (field: Omit<FieldMeta, 'label'>): FieldMeta =>
  Object.defineProperties({} as FieldMeta, {
    ...Object.getOwnPropertyDescriptors(field),
    label: { get: () => word(`flow.field.${field.name}`), enumerable: true },
  });
export const note = own({ name: 'note', type: 'longText', maxLength: 1000 });
export const reason = (required: boolean) =>
  own({ name: 'reason', type: 'longText', maxLength: 500, required });
export const template = (entity: string): FieldMeta =>
  own({ name: 'templateId', type: 'reference', references: entity, include: 'template' });

export const given = (values: Record<string, Json | undefined>): Record<string, Json> =>
  Object.fromEntries(
    Object.entries(values).filter(
      (pair): pair is [string, Json] => pair[1] !== null && pair[1] !== undefined,
    ),
  );
