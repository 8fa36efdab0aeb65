/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays of rows that are part of a record: lines of a deal, people of an event. */
import type { ErrorDetail, FieldMeta, Json, NestedMeta, RecordData } from '@/api/types';
import { schemaOf } from '@/fields/schema';

type Loose = { [field: string]: Json | undefined };

/** A row being edited; `key` tells it from others while it has no id yet. */
export type Row = { key: string; values: Loose };
/** What is wrong, by the row's key and the field's name; '' concerns the whole row. */
export type RowErrors = Record<string, Record<string, string>>;

export const rowsOf = (nested: NestedMeta, record: RecordData): Loose[] => {
  const rows = record[nested.name];
  return Array.isArray(rows) ? (rows as Loose[]) : [];
};

/** The place is the row's own place; the id is nobody's business. */
export const shownFieldsOf = (nested: NestedMeta): FieldMeta[] =>
  nested.fields.filter((field) => field.name !== 'id' && field.name !== 'position');

export const editableFieldsOf = (nested: NestedMeta): FieldMeta[] =>
  shownFieldsOf(nested).filter((field) => !field.readOnly);

export function newRow(nested: NestedMeta, key: string): Row {
  const values = Object.fromEntries(
    editableFieldsOf(nested).map((field) => [field.name, field.default ?? null]),
  );
  return { key, values };
}

export function moved<T>(list: T[], from: number, by: number): T[] {
  const to = from + by;
  const item = list[from];
  if (item === undefined || to < 0 || to >= list.length) return list;
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), item, ...rest.slice(to)];
}

/** What is sent for the rows, or what is wrong with them. */
export function elementsOf(
  nested: NestedMeta,
  rows: Row[],
): { elements: Record<string, Json>[]; errors: RowErrors } {
  const fields = editableFieldsOf(nested);
  const schema = schemaOf(fields);
  const elements: Record<string, Json>[] = [];
  const errors: RowErrors = {};
  for (const { key, values } of rows) {
    const read = schema.safeParse(Object.fromEntries(fields.map((f) => [f.name, values[f.name] ?? null])));
    if (read.success) {
      const id = values['id'];
      elements.push({ ...(id ? { id } : {}), ...(read.data as Record<string, Json>) });
    } else {
      errors[key] = Object.fromEntries(read.error.issues.map((i) => [String(i.path[0] ?? ''), i.message]));
    }
  }
  return { elements, errors };
}

/** The server's complaints at their rows (`lines[2].quantity`); those that are none of a row's are left over. */
export function placeDetails(
  nested: NestedMeta,
  rows: Row[],
  details: ErrorDetail[],
): { errors: RowErrors; loose: ErrorDetail[] } {
  const errors: RowErrors = {};
  const loose: ErrorDetail[] = [];
  for (const detail of details) {
    const match = /^(\w+)\[(\d+)\](?:\.(\w+))?$/.exec(detail.field ?? '');
    const row = match?.[1] === nested.name ? rows[Number(match[2])] : undefined;
    if (row) errors[row.key] = { ...errors[row.key], [match?.[3] ?? '']: detail.message };
    else loose.push(detail);
  }
  return { errors, loose };
}
