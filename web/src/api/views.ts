/* SPDX-License-Identifier: Apache-2.0 */
/* Saved views: all that one sees are asked for once a session; they are few. */
import { queryOptions } from '@tanstack/react-query';
import { get, getPage, patch, post, remove } from './client';
import type { Json, Page } from './types';

export type SharedWith = 'private' | 'team' | 'all';
export type ViewDisplay = {
  /** All columns in their order, the tenant's own among them. */
  columns?: string[];
  widths?: Record<string, number>;
  pipeline?: string;
  by?: string;
  span?: string;
};
export type View = {
  id: string;
  name: string;
  entity: string;
  look: 'table' | 'board' | 'calendar';
  shared: SharedWith;
  filters: Json;
  columns: string | null;
  sorts: string | null;
  groupBy: string | null;
  display: ViewDisplay | null;
  ownerId: string | null;
  isDefault: boolean;
};

const MOST = 200;

async function readAll(signal?: AbortSignal): Promise<View[]> {
  const views: View[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const place: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: Page<View> = await getPage<View>(`/api/v1/views?sort=name&limit=${MOST}${place}`, signal);
    views.push(...page.data);
    cursor = page.pagination.nextCursor ?? null;
  }
  return views;
}

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: ({ signal }) => readAll(signal),
  staleTime: 60_000,
});

/** One that a link names and the list does not have yet. */
export const viewQuery = (id: string) =>
  queryOptions({
    queryKey: ['views', id],
    queryFn: ({ signal }) => get<View>(`/api/v1/views/${id}`, signal),
    staleTime: 60_000,
  });

type ViewBody = Record<string, Json>;
export const createView = (body: ViewBody) => post<View>('/api/v1/views', body);
export const changeView = (id: string, body: ViewBody) => patch<View>(`/api/v1/views/${id}`, body);
export const deleteView = (id: string) => remove(`/api/v1/views/${id}`);
export const setDefaultView = (id: string) => post<View>(`/api/v1/views/${id}/default`);
export const unsetDefaultView = (id: string) => remove(`/api/v1/views/${id}/default`);
