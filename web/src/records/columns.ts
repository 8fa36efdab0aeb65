/* SPDX-License-Identifier: Apache-2.0 */
/* Which columns a list shows: the title first, then the chosen fields or the entity's own choice. */
import { findField, systemFields } from '@/api/meta';
import type { EntityMeta, FieldMeta } from '@/api/types';
import { kindOf } from '@/fields';
import { queryName } from '@/fields/value';
import { fieldByQuery } from './filters';

export const TITLE = '$title';

export function titleField(entity: EntityMeta): FieldMeta | undefined {
  const name = entity.titleFields[0];
  return name ? findField(entity, name) : undefined;
}

/** Fields a column can show: all but the parts of the title and the machinery. */
export function columnChoices(entity: EntityMeta): FieldMeta[] {
  return entity.fields.filter(
    (field) =>
      !entity.titleFields.includes(field.name) &&
      !['json', 'uuid', 'externalIds', 'longText'].includes(field.type) &&
      (!systemFields.has(field.name) || field.name === 'createdAt' || field.name === 'updatedAt'),
  );
}

export function shownFields(entity: EntityMeta, chosen: string[] | null): FieldMeta[] {
  const names = chosen ?? entity.listFields;
  return names
    .map((name) => fieldByQuery(entity, name))
    .filter((field) => field !== undefined)
    .filter((field) => !entity.titleFields.includes(field.name));
}

/** Filters people reach for first: what the list shows, then the rest, then who and when. */
export function filterChoices(entity: EntityMeta): FieldMeta[] {
  const rank = (field: FieldMeta) => {
    if (entity.titleFields.includes(field.name) || entity.listFields.includes(queryName(field))) return 0;
    return systemFields.has(field.name) ? 2 : 1;
  };
  return entity.fields
    .filter((f) => f.filterable && !['id', 'orgId', 'version', 'deletedAt'].includes(f.name))
    .sort((a, b) => rank(a) - rank(b));
}

const storageKey = (entity: EntityMeta) => `cairn.columns.${entity.name}`;

export function storedColumns(entity: EntityMeta): string[] | null {
  try {
    const stored = localStorage.getItem(storageKey(entity));
    return stored ? stored.split(',').filter((name) => fieldByQuery(entity, name)) : null;
  } catch {
    return null;
  }
}

export function storeColumns(entity: EntityMeta, columns: string[] | null) {
  try {
    if (columns) localStorage.setItem(storageKey(entity), columns.join(','));
    else localStorage.removeItem(storageKey(entity));
  } catch {
    // Without storage the choice lives in the address only.
  }
}

export const columnNames = (fields: FieldMeta[]): string[] => fields.map(queryName);

/** A column of the table: the title is the first one and stays in sight. */
export type Column = {
  id: string;
  label: string;
  field: FieldMeta | undefined;
  width: number;
  isTitle: boolean;
};
export type Widths = Record<string, number>;

export const TITLE_WIDTH = 260;
export const LEAST_WIDTH = 64;
export const MOST_WIDTH = 800;

export function columnsOf(entity: EntityMeta, fields: FieldMeta[], widths: Widths): Column[] {
  const title = titleField(entity);
  const label = entity.titleFields.length === 1 && title ? title.label : entity.label;
  return [
    { id: TITLE, label, field: title, width: widths[TITLE] ?? TITLE_WIDTH, isTitle: true },
    ...fields.map((field) => ({
      id: queryName(field),
      label: field.label,
      field,
      width: widths[queryName(field)] ?? kindOf(field).width,
      isTitle: false,
    })),
  ];
}

export const clampWidth = (width: number): number =>
  Math.round(Math.min(Math.max(width, LEAST_WIDTH), MOST_WIDTH));

const widthsKey = (entity: EntityMeta, view: string) => `cairn.widths.${entity.name}.${view}`;

export function storedWidths(entity: EntityMeta, view: string): Widths {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(widthsKey(entity, view)) ?? '{}');
    const entries = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
    return Object.fromEntries(
      entries.filter(([, width]) => typeof width === 'number').map(([id, w]) => [id, clampWidth(w)]),
    );
  } catch {
    return {};
  }
}

export function storeWidths(entity: EntityMeta, view: string, widths: Widths) {
  try {
    if (Object.keys(widths).length) localStorage.setItem(widthsKey(entity, view), JSON.stringify(widths));
    else localStorage.removeItem(widthsKey(entity, view));
  } catch {
    // Without storage the widths last as long as the page.
  }
}
