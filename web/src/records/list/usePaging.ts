/* SPDX-License-Identifier: Apache-2.0 */
/* Turning pages: by number as far as the server counts, by cursor beyond. */

import { useRef } from 'react';
import type { Pagination } from '@/api/types';
import { deepestPage, filterQuery, type ListState } from '../filters';

export type Turn = { page: number; cursor: string };
export type Paging = { previous: Turn | null; next: Turn | null };

export function turnsOf(
  state: ListState,
  shown: number,
  pagination: Pagination,
  known: ReadonlyMap<number, string>,
): Paging {
  const { page, limit } = state;
  const deepest = deepestPage(limit);
  const turnTo = (to: number, cursor: string | null | undefined): Turn | null =>
    to <= deepest ? { page: to, cursor: '' } : cursor ? { page: to, cursor } : null;
  const isLast =
    pagination.nextCursor === undefined
      ? shown < limit || page * limit >= pagination.total
      : pagination.nextCursor === null;
  return {
    next: isLast ? null : turnTo(page + 1, pagination.nextCursor),
    // Whoever came by a link knows no cursor of the page before; the deepest counted one is the nearest.
    previous: page > 1 ? (turnTo(page - 1, known.get(page - 1)) ?? { page: deepest, cursor: '' }) : null,
  };
}

/** Remembers the cursors of the pages gone through, for the way back. */
export function usePaging(state: ListState, shown: number, pagination: Pagination | undefined): Paging {
  const key = `${filterQuery(state)}&${state.limit}`;
  const known = useRef({ key, cursors: new Map<number, string>() });
  if (known.current.key !== key) known.current = { key, cursors: new Map() };
  if (state.cursor) known.current.cursors.set(state.page, state.cursor);
  return pagination
    ? turnsOf(state, shown, pagination, known.current.cursors)
    : { previous: null, next: null };
}
