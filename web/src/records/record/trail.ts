/* SPDX-License-Identifier: Apache-2.0 */
/* The list one came from: its rows, so that one can go on to the next record without going back. */
import type { QueryClient } from '@tanstack/react-query';

type Row = { id: string };
type Shown = { data?: Row[]; pages?: { data?: Row[] }[] };
export type Trail = { entity: string; ids: string[] };

/** However a list is kept: a page of it, or the pages read so far. */
export function idsOf(data: unknown): string[] {
  const shown = (data ?? {}) as Shown;
  const rows = shown.pages ? shown.pages.flatMap((page) => page.data ?? []) : (shown.data ?? []);
  return Array.isArray(rows) ? rows.map((row) => row.id) : [];
}

/** The rows of the list that was read last and holds the record; a list of one row leads nowhere. */
export function findTrail(client: QueryClient, entity: string, id: string): Trail | null {
  const lists = client
    .getQueryCache()
    .findAll({ predicate: ({ queryKey: [kind, of] }) => kind === 'list' && of === entity })
    .sort((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt)
    .map((query) => idsOf(query.state.data));
  const ids = lists.find((list) => list.length > 1 && list.includes(id));
  return ids ? { entity, ids } : null;
}

export type Neighbours = { place: number; count: number; before: string | null; after: string | null };

export function neighboursOf(trail: Trail | null, id: string): Neighbours | null {
  const place = trail ? trail.ids.indexOf(id) : -1;
  if (!trail || place === -1) return null;
  return {
    place: place + 1,
    count: trail.ids.length,
    before: trail.ids[place - 1] ?? null,
    after: trail.ids[place + 1] ?? null,
  };
}
