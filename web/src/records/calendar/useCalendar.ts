/* SPDX-License-Identifier: Apache-2.0 */
/* The records of some days: those that begin in them, and those that began before and go on. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getPage } from '@/api/client';
import { includesOf } from '@/api/records';
import type { EntityMeta, FieldMeta, Page, RecordData } from '@/api/types';
import { queryName } from '@/fields/value';
import type { ListState } from '../filters';
import { type Group, type Term, writeQuery } from '../where';
import type { Range } from './days';

const PAGE = 200;
const MOST_PAGES = 5;

export function calendarSearch(
  state: ListState,
  start: FieldMeta,
  end: FieldMeta | undefined,
  range: Range,
  include: string,
): string {
  const name = queryName(start);
  const begins: Term = { field: name, op: 'gte', value: range.from };
  const reaches: Term = end
    ? { join: 'or', items: [begins, { field: queryName(end), op: 'gte', value: range.from }] }
    : begins;
  const items: Term[] = [{ field: name, op: 'lt', value: range.until }, reaches];
  if (state.where.items.length) items.push(state.where.join === 'and' ? { ...state.where } : state.where);
  const group: Group = { join: 'and', items };
  const params = new URLSearchParams();
  if (state.q) params.set('q', state.q);
  writeQuery(params, group);
  params.set('sort', name);
  params.set('limit', String(PAGE));
  if (include) params.set('include', include);
  return params.toString();
}

async function readPages(entity: EntityMeta, search: string, signal: AbortSignal) {
  const records: RecordData[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer: Page<RecordData> = await getPage<RecordData>(
      `${entity.path}?${search}&page=${page}`,
      signal,
    );
    records.push(...answer.data);
    if (!answer.pagination.nextCursor) return { records, isWhole: true };
  }
  return { records, isWhole: false };
}

export function useCalendar(
  entity: EntityMeta,
  state: ListState,
  shown: FieldMeta[],
  start: FieldMeta,
  end: FieldMeta | undefined,
  range: Range,
) {
  const search = calendarSearch(state, start, end, range, includesOf(shown));
  return useQuery({
    queryKey: ['calendar', entity.name, search],
    queryFn: ({ signal }) => readPages(entity, search, signal),
    placeholderData: keepPreviousData,
  });
}
