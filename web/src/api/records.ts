/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing records of any entity. */
import { keepPreviousData, queryOptions, skipToken } from '@tanstack/react-query';
import { get, getPage, getWithEtag, patch, post, remove } from './client';
import { slugOf } from './meta';
import type { Change, EntityMeta, FieldMeta, Json, RecordData } from './types';

/** `companyId` is included as `company`; a reference with another name cannot be included. */
export const includeName = (field: FieldMeta): string | null =>
  field.type === 'reference' && !field.custom && field.name.endsWith('Id') ? field.name.slice(0, -2) : null;

export function includesOf(fields: FieldMeta[]): string {
  return fields
    .map(includeName)
    .filter((name) => name !== null)
    .join(',');
}

export function listQuery(entity: EntityMeta | undefined, search: string) {
  return queryOptions({
    queryKey: ['list', entity?.name ?? '', search],
    queryFn: entity ? ({ signal }) => getPage<RecordData>(`${entity.path}?${search}`, signal) : skipToken,
    placeholderData: keepPreviousData,
  });
}

export function recordQuery(entity: EntityMeta, id: string) {
  const include = includesOf(entity.fields);
  return queryOptions({
    queryKey: ['record', entity.name, id],
    queryFn: ({ signal }) =>
      getWithEtag<RecordData>(`${entity.path}/${id}${include ? `?include=${include}` : ''}`, signal),
  });
}

type RawChange = Omit<Change, 'diff' | 'actor'> & {
  diff?: Record<string, [Json, Json]> | null;
  changes?: Record<string, [Json, Json]> | null;
  actor?: Change['actor'];
};

export function timelineQuery(entity: EntityMeta, id: string) {
  return queryOptions({
    queryKey: ['timeline', entity.name, id],
    queryFn: async ({ signal }): Promise<Change[]> => {
      const raw = await get<RawChange[]>(`${entity.path}/${id}/timeline?limit=100`, signal);
      return raw.map((item) => ({
        ...item,
        actor: item.actor ?? null,
        diff: item.diff ?? item.changes ?? {},
      }));
    },
  });
}

export const createRecord = (entity: EntityMeta, values: Record<string, Json>) =>
  post<RecordData>(entity.path, values);

export const updateRecord = (entity: EntityMeta, id: string, values: Record<string, Json>, version?: Json) =>
  patch<RecordData>(
    `${entity.path}/${id}`,
    values,
    version === undefined ? undefined : `"${String(version)}"`,
  );

export const deleteRecord = (entity: EntityMeta, id: string) => remove(`${entity.path}/${id}`);

export const restoreRecord = (entity: EntityMeta, id: string) =>
  post<RecordData>(`${entity.path}/${id}/restore`);

export const recordPath = (entity: EntityMeta, id: string): string => `/${slugOf(entity)}/${id}`;
