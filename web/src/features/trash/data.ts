/* SPDX-License-Identifier: Apache-2.0 */
/* What was deleted, of all entities, the latest first. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';

export type Trashed = {
  entity: string;
  id: string;
  title: string | null;
  deletedAt: string;
  deletedById: string | null;
  changesetId: string | null;
  /** When it goes for good; null for never. */
  purgeAt: string | null;
};

type Page = { records: Trashed[]; nextCursor: string | null };

const LIMIT = 50;

export const trashQuery = (entity: string) =>
  infiniteQueryOptions({
    queryKey: ['trash', entity],
    queryFn: ({ pageParam, signal }) => {
      const query = new URLSearchParams({ limit: String(LIMIT) });
      if (entity) query.set('entity', entity);
      if (pageParam) query.set('cursor', pageParam);
      return get<Page>(`/api/v1/trash?${query}`, signal);
    },
    initialPageParam: '',
    getNextPageParam: (page: Page) => page.nextCursor,
    // Whoever opens the trash looks for what went a moment ago.
    staleTime: 0,
  });
