/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody should hear of: how much is unread, the latest of it, and marking it as read. */
import { queryOptions } from '@tanstack/react-query';
import { getPage, patch, post } from '@/api/client';
import { findEntity, hasPage } from '@/api/meta';
import { recordPath } from '@/api/records';
import type { Meta, RecordData } from '@/api/types';

export type Notification = RecordData & {
  type: string;
  /** Null when the record is out of one's sight. */
  title: string | null;
  body: string | null;
  entity: string;
  recordId: string | null;
  readAt: string | null;
  createdAt: string;
};

const path = '/api/v1/notifications';
const SHOWN = 30;

export const unreadQuery = queryOptions({
  queryKey: ['notifications', 'unread'],
  queryFn: async ({ signal }) =>
    (await getPage<Notification>(`${path}?readAt[null]=true&fields=id&limit=1`, signal)).pagination.total,
  refetchInterval: 30_000,
});

export const latestQuery = queryOptions({
  queryKey: ['notifications', 'latest'],
  queryFn: async ({ signal }) => (await getPage<Notification>(`${path}?limit=${SHOWN}`, signal)).data,
  // What was read a moment ago is asked for again whenever the list is opened.
  staleTime: 0,
});

export const markRead = (id: string) => patch(`${path}/${id}`, { readAt: new Date().toISOString() });
export const markAllRead = () => post(`${path}/read-all`);

/** Where a notification leads; nowhere for what has no page or is out of sight. */
export function linkOf(meta: Meta, { entity, recordId, title }: Notification): string | null {
  const known = findEntity(meta, entity);
  return known && hasPage(meta, known) && recordId && title ? recordPath(known, recordId) : null;
}

/** "99+" beyond what fits on the bell. */
export const badgeOf = (unread: number): string => (unread > 99 ? '99+' : String(unread));
