/* SPDX-License-Identifier: Apache-2.0 */
/* The log, a page at a time, put together by what was done in one go. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, getPage, post } from '@/api/client';
import type { Change, ErrorDetail, Meta } from '@/api/types';
import { auditSearch, type Filters } from './filters';

export type Logged = Omit<Change, 'diff'> & {
  diff: Change['diff'] | null;
  entity: string;
  recordId: string;
  parentId: string | null;
  changesetId: string | null;
};

/** All that was done in one go, the latest of it first. */
export type Group = { key: string; changesetId: string | null; changes: [Logged, ...Logged[]] };

export function groupsOf(changes: Logged[]): Group[] {
  const groups = new Map<string, Group>();
  for (const change of changes) {
    const key = change.changesetId ?? change.id;
    const group = groups.get(key);
    if (group) group.changes.push(change);
    else groups.set(key, { key, changesetId: change.changesetId, changes: [change] });
  }
  return [...groups.values()];
}

const LIMIT = 50;
/** So many changes of one import are enough to read; the log goes on with what was before it. */
export const MOST_OF_ONE = 20;
/** The server takes a hundred conditions. */
const MOST_SKIPPED = 90;

export const skipped = (changes: Logged[]): string[] =>
  groupsOf(changes)
    .filter((group) => group.changesetId && group.changes.length >= MOST_OF_ONE)
    .map((group) => group.key)
    .slice(-MOST_SKIPPED);

type At = { cursor: string; without: string[] };

export const auditQuery = (meta: Meta, filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['timeline', 'audit', filters],
    initialPageParam: { cursor: '', without: [] } as At,
    queryFn: ({ pageParam, signal }) => {
      const params = auditSearch(meta, filters, pageParam.without);
      params.set('limit', String(LIMIT));
      if (pageParam.cursor) params.set('cursor', pageParam.cursor);
      return getPage<Logged>(`/api/v1/audit-logs?${params}`, signal);
    },
    getNextPageParam: (last, pages): At | undefined => {
      const cursor = last.pagination.nextCursor;
      if (!cursor) return undefined;
      return { cursor, without: filters.changeset ? [] : skipped(pages.flatMap((page) => page.data)) };
    },
    // Whoever opens the log looks for what happened a moment ago.
    staleTime: 0,
  });

export type Counted = { entity: string; action: string; records: number };
export type Changeset = {
  id: string;
  at: string;
  actorId: string | null;
  revertOf: string | null;
  revertedBy: string | null;
  revertible: boolean;
  whyNot: string | null;
  counts: Counted[];
  countsAreWhole: boolean;
};

const MOST_TOLD = 100;

/** What the groups on the page did in all, and whether that can be taken back. */
export const changesetsQuery = (ids: string[]) =>
  queryOptions({
    queryKey: ['timeline', 'changesets', ids],
    queryFn: async ({ signal }) => {
      const told = new Map<string, Changeset>();
      for (let at = 0; at < ids.length; at += MOST_TOLD) {
        const part = ids.slice(at, at + MOST_TOLD).join(',');
        const { changesets } = await get<{ changesets: Changeset[] }>(
          `/api/v1/changesets?id[in]=${part}`,
          signal,
        );
        for (const changeset of changesets) told.set(changeset.id, changeset);
      }
      return told;
    },
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });

export type Left = {
  entity: string;
  id: string;
  reason: string;
  message: string;
  details?: ErrorDetail[];
  changes: { field: string }[];
};
export type Revert = {
  changesetId: string | null;
  reverted: { entity: string; records: number }[];
  leftCount: number;
  left: Left[];
  notLogged: { entity: string; id: string; fields: string[] }[];
};

/** What taking it back would do; nothing is written. */
export const rehearsalQuery = (id: string) =>
  queryOptions({
    queryKey: ['rehearsal', id],
    queryFn: () => post<Revert>(`/api/v1/changesets/${id}/revert?dryRun=true`),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
