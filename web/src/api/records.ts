/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing records of any entity. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  skipToken,
} from '@tanstack/react-query';
import { getPage, getWithEtag, patch, post } from './client';
import { slugOf } from './meta';
import type { Change, EntityMeta, FieldMeta, Json, Page, RecordData } from './types';

/** What `include=` calls the record that a reference points to; who made and changed a record is not asked for. */
export const includeName = (field: FieldMeta): string | null =>
  field.type === 'reference' && !field.custom && field.name.endsWith('Id') ? (field.include ?? null) : null;

/** The server's limit; names beyond it are looked up by id. */
const MAX_INCLUDES = 10;

export function includesOf(fields: FieldMeta[]): string {
  return fields
    .map(includeName)
    .filter((name) => name !== null)
    .slice(0, MAX_INCLUDES)
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

/** The record's own changes, a page at a time, the latest first. */
export function timelineQuery(entity: EntityMeta, id: string) {
  return infiniteQueryOptions({
    queryKey: ['timeline', entity.name, id],
    initialPageParam: '',
    queryFn: async ({ signal, pageParam }): Promise<Page<Change>> => {
      const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : '';
      const path = `${entity.path}/${id}/timeline?limit=50&include=actor${cursor}`;
      const { data, pagination } = await getPage<RawChange>(path, signal);
      const changes = data.map((item) => ({
        ...item,
        actor: item.actor ?? null,
        diff: item.diff ?? item.changes ?? {},
      }));
      return { data: changes, pagination };
    },
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
  });
}

export const createRecord = (entity: EntityMeta, values: Record<string, Json>) =>
  post<RecordData>(entity.path, values);

export const updateRecord = (
  entity: EntityMeta,
  id: string,
  values: Record<string, Json>,
  etag: string | null,
) => patch<RecordData>(`${entity.path}/${id}`, values, etag ?? undefined);

export const restoreRecord = (entity: EntityMeta, id: string) =>
  post<RecordData>(`${entity.path}/${id}/restore`);

export const recordPath = (entity: EntityMeta, id: string): string => `/${slugOf(entity)}/${id}`;

/** What shows records, whichever they are: a step of one record often writes others as well. */
const shown = ['record', 'timeline', 'label', 'list', 'overview', 'account', 'duplicates'];

/** Not what is about the record that is gone, whose page may still stand there for a moment. */
export const refreshRecords = (client: QueryClient, gone?: string): Promise<unknown> =>
  client.invalidateQueries({
    predicate: ({ queryKey }) =>
      shown.includes(String(queryKey[0])) && !(gone && JSON.stringify(queryKey).includes(gone)),
  });
