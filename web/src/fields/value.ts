/* SPDX-License-Identifier: Apache-2.0 */
/* Where a field's value lives in a record (custom fields live in `custom`) and what it is called in a form. */
import type { FieldMeta, Json } from '@/api/types';

type Loose = { [field: string]: Json | undefined };

export const isEmpty = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

const customKey = (field: FieldMeta): string => field.name.replace(/^custom\./, '');

/** Unique in a form and free of dots, which the form library would read as a path. */
export const formKey = (field: FieldMeta): string =>
  field.custom ? `custom:${customKey(field)}` : field.name;

/** As filters, sorts and `fields=` name it. */
export const queryName = (field: FieldMeta): string =>
  field.custom ? `custom.${customKey(field)}` : field.name;

export function readValue(record: Loose, field: FieldMeta): Json | undefined {
  if (!field.custom) return record[field.name];
  const custom = record['custom'];
  return custom && typeof custom === 'object' && !Array.isArray(custom)
    ? custom[customKey(field)]
    : undefined;
}

/** Builds the body of a POST or PATCH out of form values. */
export function toBody(fields: FieldMeta[], values: Loose): Record<string, Json> {
  const body: Record<string, Json> = {};
  const custom: Record<string, Json> = {};
  for (const field of fields) {
    const value = values[formKey(field)];
    if (value === undefined) continue;
    if (field.custom) custom[customKey(field)] = value;
    else body[field.name] = value;
  }
  if (Object.keys(custom).length) body['custom'] = custom;
  return body;
}

/** Which form field a server's complaint belongs to: `email`, `custom.tier`, `tags[3]`, `tags.3`. */
export function fieldOfDetail(fields: FieldMeta[], name: string): FieldMeta | undefined {
  const plain = name.replace(/\[\d+\].*$/, '').replace(/\.\d+(\..*)?$/, '');
  return fields.find((f) => queryName(f) === plain || f.name === plain || f.name === name);
}

export const sameValue = (a: Json | undefined, b: Json | undefined): boolean =>
  (isEmpty(a) && isEmpty(b)) || JSON.stringify(a) === JSON.stringify(b);
