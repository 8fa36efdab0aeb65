/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a list by their place, read in chunks as far as they are looked at: by page as deep as the server
   counts, from there on by cursor, one chunk after the other. Chunks out of sight are forgotten, so that memory stays
   flat however far one scrolls. */

import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { getPage } from '@/api/client';
import type { EntityMeta, Page, Pagination, RecordData } from '@/api/types';

export const CHUNK = 100;
/** Beyond this many rows the server pages by cursor only. */
export const DEEPEST = 10_000;
const FORGET_MS = 20_000;

/** The part of the list that is looked at. */
export type Span = { first: number; last: number };

export type Rows = {
  /** How many rows can be scrolled to now; of very many it grows as one goes on. */
  count: number;
  at: (index: number) => RecordData | undefined;
  pagination: Pagination | undefined;
  error: unknown;
  /** Nothing has been answered yet. */
  isPending: boolean;
  isFetching: boolean;
  retry: () => void;
  /** Ids from one place to another, those that are not there yet asked for. */
  idsBetween: (from: number, to: number) => Promise<string[]>;
};

export const chunkOf = (index: number): number => Math.floor(index / CHUNK);
const PAGED = DEEPEST / CHUNK;

export function chunkSearch(search: string, chunk: number, cursor: string | undefined): string | null {
  const params = new URLSearchParams(search);
  params.set('limit', String(CHUNK));
  if (chunk < PAGED) params.set('page', String(chunk + 1));
  else if (cursor) params.set('cursor', cursor);
  else return null;
  return params.toString();
}

export function chunkQuery(entity: EntityMeta, search: string) {
  return {
    queryKey: ['list', entity.name, 'rows', search] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => getPage<RecordData>(`${entity.path}?${search}`, signal),
    gcTime: FORGET_MS,
  };
}

/** How far one can scroll: all of it, or what has an address, or one chunk beyond what is known. */
export function reachOf(
  pagination: Pagination | undefined,
  end: number | null,
  cursors: ReadonlyMap<number, string>,
): number {
  if (!pagination) return 0;
  if (pagination.total <= DEEPEST && !pagination.totalIsEstimate) return pagination.total;
  if (end !== null) return end;
  let chunk = PAGED;
  while (cursors.has(chunk)) chunk++;
  return chunk * CHUNK;
}

type Known = {
  search: string;
  cursors: Map<number, string>;
  end: number | null;
  pagination: Pagination | undefined;
};

function learn(known: Known, chunk: number, page: Page<RecordData>) {
  const next = page.pagination.nextCursor;
  if (next) known.cursors.set(chunk + 1, next);
  // Where the list once ended it may have grown since.
  if (next && known.end !== null && known.end <= (chunk + 1) * CHUNK) known.end = null;
  if (next === null) known.end = chunk * CHUNK + page.data.length;
  known.pagination = page.pagination;
}

export function useRows(entity: EntityMeta | undefined, search: string, span: Span): Rows {
  const client = useQueryClient();
  const kept = useRef<Known>({ search, cursors: new Map(), end: null, pagination: undefined });
  const before = useRef<{ rows: Map<number, RecordData[]>; count: number } | null>(null);
  if (kept.current.search !== search)
    kept.current = { search, cursors: new Map(), end: null, pagination: kept.current.pagination };
  const known = kept.current;

  const wanted: { chunk: number; search: string }[] = [];
  for (let chunk = chunkOf(Math.max(span.first, 0)); chunk <= chunkOf(Math.max(span.last, 0)); chunk++) {
    const own = chunkSearch(search, chunk, known.cursors.get(chunk));
    if (own !== null && (known.end === null || chunk * CHUNK < Math.max(known.end, 1)))
      wanted.push({ chunk, search: own });
  }
  const answers = useQueries({
    queries: entity ? wanted.map((one) => chunkQuery(entity, one.search)) : [],
  });
  const chunks = new Map<number, RecordData[]>();
  answers.forEach((answer, index) => {
    const chunk = wanted[index]?.chunk;
    if (chunk === undefined || !answer.data) return;
    learn(known, chunk, answer.data);
    chunks.set(chunk, answer.data.data);
  });

  const isPending = chunks.size === 0;
  const count = isPending ? 0 : reachOf(known.pagination, known.end, known.cursors);
  // While another search is on its way the rows of the one before stay, so that nothing flickers.
  if (!isPending) before.current = { rows: chunks, count };
  const shown = isPending && before.current ? before.current : { rows: chunks, count };

  const idsBetween = useCallback(
    async (from: number, to: number) => {
      const ids: string[] = [];
      if (!entity) return ids;
      for (let chunk = chunkOf(Math.min(from, to)); chunk <= chunkOf(Math.max(from, to)); chunk++) {
        const own = chunkSearch(search, chunk, kept.current.cursors.get(chunk));
        const page = own
          ? await client.fetchQuery({ ...chunkQuery(entity, own), staleTime: 60_000 })
          : undefined;
        page?.data.forEach((record, place) => {
          const index = chunk * CHUNK + place;
          if (index >= Math.min(from, to) && index <= Math.max(from, to)) ids.push(record.id);
        });
      }
      return ids;
    },
    [client, entity, search],
  );

  const failed = answers.find((answer) => answer.error);
  return {
    count: shown.count,
    at: (index) => shown.rows.get(chunkOf(index))?.[index % CHUNK],
    pagination: known.pagination,
    error: isPending ? failed?.error : undefined,
    isPending: isPending && !before.current,
    isFetching: answers.some((answer) => answer.isFetching),
    retry: () => {
      for (const answer of answers) if (answer.error) void answer.refetch();
    },
    idsBetween,
  };
}
