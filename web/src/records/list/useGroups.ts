/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of a list: what they are called, hold and add up to, and the rows of those that are open. */

import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, getPage } from '@/api/client';
import { includesOf } from '@/api/records';
import type { EntityMeta, FieldMeta, Json, RecordData } from '@/api/types';
import { queryName } from '@/fields/value';
import { fieldByQuery, type ListState, orderedQuery, setQuery } from '../filters';

export type Total = {
  field: string;
  currency: string | null;
  count: number;
  sum: number;
  average: number | null;
};
export type GroupRow = {
  keys: { value: Json; label: string | null }[];
  count: number;
  totals: Total[];
  filter: string;
};
export type Groups = {
  by: { field: string; unit: string | null }[];
  count: number;
  totals: Total[];
  groups: GroupRow[];
  more: boolean;
};

/** Rows of a group at a time. */
const STEP = 50;
const MOST_SUMS = 5;

const sumTypes = new Set(['money', 'integer', 'decimal']);
export const summable = (fields: FieldMeta[]): FieldMeta[] =>
  fields.filter((field) => sumTypes.has(field.type) && field.filterable && !field.custom).slice(0, MOST_SUMS);

export const groupUnits = ['day', 'week', 'month', 'quarter', 'year'] as const;
export const hasDays = (field: FieldMeta): boolean => field.type === 'date' || field.type === 'datetime';

export const groupable = (entity: EntityMeta): FieldMeta[] =>
  entity.fields.filter(
    (field) =>
      field.sortable &&
      field.filterable &&
      [
        'enum',
        'picklist',
        'boolean',
        'reference',
        'date',
        'datetime',
        'country',
        'currency',
        'text',
      ].includes(field.type) &&
      !entity.titleFields.includes(field.name) &&
      !['deletedAt', 'position'].includes(field.name),
  );

export function groupField(entity: EntityMeta, group: string): FieldMeta | undefined {
  return fieldByQuery(entity, group.split(':')[0] ?? '');
}

export function groupsSearch(state: ListState, fields: FieldMeta[]): string {
  const params = setQuery(state);
  params.set('by', state.group);
  const sums = summable(fields).map(queryName);
  if (sums.length) params.set('sum', sums.join(','));
  return params.toString();
}

function memberSearch(state: ListState, group: GroupRow, fields: FieldMeta[], page: number): string {
  const params = orderedQuery(state);
  for (const [key, value] of new URLSearchParams(group.filter)) params.append(key, value);
  const include = includesOf(fields);
  if (include) params.set('include', include);
  params.set('limit', String(STEP));
  params.set('page', String(page));
  return params.toString();
}

export type GroupItem =
  | { kind: 'group'; key: string; group: GroupRow; open: boolean }
  | { kind: 'row'; key: string; record: RecordData | undefined; index: number }
  | { kind: 'more'; key: string; group: GroupRow; left: number };

export function useGroups(entity: EntityMeta, state: ListState, fields: FieldMeta[]) {
  const search = groupsSearch(state, fields);
  const enabled = state.group !== '' && state.look === 'table';
  const answer = useQuery({
    queryKey: ['groups', entity.name, search],
    queryFn: ({ signal }) => get<Groups>(`${entity.path}/groups?${search}`, signal),
    enabled,
    placeholderData: keepPreviousData,
  });
  // How many pages of each open group are shown; of another grouping none is open.
  const [opened, setOpened] = useState<{ by: string; pages: ReadonlyMap<string, number> }>({
    by: '',
    pages: new Map(),
  });
  const pages = opened.by === state.group ? opened.pages : new Map<string, number>();
  const set = (key: string, count: number) => {
    const next = new Map(pages);
    if (count) next.set(key, count);
    else next.delete(key);
    setOpened({ by: state.group, pages: next });
  };
  const groups = enabled ? (answer.data?.groups ?? []) : [];
  const wanted = groups.flatMap((group) =>
    Array.from({ length: pages.get(group.filter) ?? 0 }, (_, page) => ({
      group,
      search: memberSearch(state, group, fields, page + 1),
    })),
  );
  const answers = useQueries({
    queries: wanted.map(({ search: own }) => ({
      queryKey: ['list', entity.name, 'group', own],
      queryFn: ({ signal }: { signal: AbortSignal }) => getPage<RecordData>(`${entity.path}?${own}`, signal),
    })),
  });

  const items: GroupItem[] = [];
  let index = 0;
  for (const group of groups) {
    const open = pages.has(group.filter);
    items.push({ kind: 'group', key: `g:${group.filter}`, group, open });
    if (!open) continue;
    let shown = 0;
    wanted.forEach((one, place) => {
      if (one.group !== group) return;
      const rows = answers[place]?.data?.data;
      const expected = Math.min(STEP, group.count - shown);
      for (let row = 0; row < (rows?.length ?? expected); row++) {
        const record = rows?.[row];
        items.push({ kind: 'row', key: record?.id ?? `${group.filter}:${shown}`, record, index: index++ });
        shown++;
      }
    });
    if (shown < group.count)
      items.push({ kind: 'more', key: `m:${group.filter}`, group, left: group.count - shown });
  }
  return {
    data: enabled ? answer.data : undefined,
    error: enabled ? answer.error : null,
    isPending: enabled && answer.isPending,
    retry: () => void answer.refetch(),
    items,
    toggle: (group: GroupRow) => set(group.filter, pages.has(group.filter) ? 0 : 1),
    more: (group: GroupRow) => set(group.filter, (pages.get(group.filter) ?? 0) + 1),
    openAll: (open: boolean) =>
      setOpened({
        by: state.group,
        pages: new Map(open ? groups.slice(0, 20).map((group) => [group.filter, 1]) : []),
      }),
  };
}
