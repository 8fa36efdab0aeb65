/* SPDX-License-Identifier: Apache-2.0 */
/* Which columns a list shows: the title first, then the chosen fields or the entity's own choice. */
import { findField, systemFields } from '@/api/meta';
import type { EntityMeta, FieldMeta } from '@/api/types';
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
      !['json', 'uuid', 'externalIds'].includes(field.type) &&
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
