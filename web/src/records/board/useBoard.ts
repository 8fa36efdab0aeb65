/* SPDX-License-Identifier: Apache-2.0 */
/* The board's cards, asked for again while one looks at it, since others move them too. */

import { keepPreviousData, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { get, getPage } from '@/api/client';
import { includesOf } from '@/api/records';
import type { EntityMeta, FieldMeta, RecordData } from '@/api/types';
import { type ListState, setQuery } from '../filters';
import { type BoardData, boardSearch, boardSort, joined, steps } from './model';

const AGAIN_MS = 10_000;
const PAGE = 100;

type More = { key: string; cursors: string[] };

export function useBoard(entity: EntityMeta, state: ListState, shown: FieldMeta[], still: boolean) {
  const client = useQueryClient();
  const [step, setStep] = useState(0);
  const [more, setMore] = useState<More[]>([]);
  const include = includesOf(shown);
  const search = boardSearch(entity, state, steps[step] ?? steps[0], include);
  const queryKey = useMemo(() => ['board', entity.name, search], [entity.name, search]);
  const answer = useQuery({
    queryKey,
    queryFn: ({ signal }) => get<BoardData>(`${entity.path}/board?${search}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: still ? AGAIN_MS : false,
    refetchOnWindowFocus: still,
  });
  const columnSearch = (key: string, cursor: string) => {
    const params = setQuery(state);
    params.set(entity.boardBy ?? '', key);
    params.set('sort', boardSort(entity, state));
    params.set('limit', String(PAGE));
    params.set('cursor', cursor);
    if (include) params.set('include', include);
    return params.toString();
  };
  const wanted = more.flatMap(({ key, cursors }) =>
    cursors.map((cursor) => ({ key, own: columnSearch(key, cursor) })),
  );
  const pages = useQueries({
    queries: wanted.map(({ own }) => ({
      queryKey: ['board', entity.name, 'more', own],
      queryFn: ({ signal }: { signal: AbortSignal }) => getPage<RecordData>(`${entity.path}?${own}`, signal),
    })),
  });
  const data = useMemo(() => {
    if (!answer.data) return undefined;
    const { by, columns } = answer.data;
    return {
      ...answer.data,
      columns: columns.map((column) => {
        const later = wanted.flatMap((one, at) => (one.key === column.key ? [pages[at]?.data] : []));
        const last = later.at(-1);
        return {
          ...column,
          records: joined(
            column.records,
            later.flatMap((page) => page?.data ?? []),
            by,
            column.key,
          ),
          nextCursor: later.length ? (last?.pagination.nextCursor ?? null) : column.nextCursor,
        };
      }),
    };
  }, [answer.data, pages, wanted]);

  const showMore = (key: string) => {
    if (step < steps.length - 1) {
      setStep(step + 1);
      return;
    }
    const cursor = data?.columns.find((column) => column.key === key)?.nextCursor;
    if (!cursor) return;
    setMore((now) => [
      ...now.filter((one) => one.key !== key),
      { key, cursors: [...(now.find((one) => one.key === key)?.cursors ?? []), cursor] },
    ]);
  };
  return {
    data,
    error: answer.data ? null : answer.error,
    isPending: answer.isPending,
    isFetching: answer.isFetching,
    retry: () => void answer.refetch(),
    showMore,
    /** Changes what is shown now; the server's answer replaces it. */
    put: async (change: (old: BoardData) => BoardData) => {
      await client.cancelQueries({ queryKey });
      client.setQueryData<BoardData>(queryKey, (old) => (old ? change(old) : old));
    },
  };
}
