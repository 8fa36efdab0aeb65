/* SPDX-License-Identifier: Apache-2.0 */
/* Keys by which programs are to sign in. The secret is answered once, when the key is made. */
import { queryOptions } from '@tanstack/react-query';
import { getPage, post } from '@/api/client';
import type { RecordData } from '@/api/types';

export type ApiKey = RecordData & {
  name: string;
  prefix: string;
  role: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
  createdAt: string;
  createdBy: string | null;
};

/** Revoked ones stay to be seen. */
export const keysQuery = queryOptions({
  queryKey: ['list', 'api_key', 'all'],
  queryFn: async ({ signal }) =>
    (await getPage<ApiKey>('/api/v1/api-keys?limit=200&sort=-createdAt&deleted=with', signal)).data,
});

export type State = 'active' | 'expired' | 'revoked';

export function stateOf(key: ApiKey, now = Date.now()): State {
  if (key.revokedAt || key['deletedAt']) return 'revoked';
  return key.expiresAt && Date.parse(key.expiresAt) <= now ? 'expired' : 'active';
}

export const lifetimes = [30, 90, 365, 0] as const;
const DAY = 86_400_000;

/** Null for a key that never expires. */
export const expiryOf = (days: number, now = Date.now()): string | null =>
  days ? new Date(now + days * DAY).toISOString() : null;

export const makeKey = (name: string, role: string, expiresAt: string | null) =>
  post<ApiKey & { secret: string }>('/api/v1/api-keys', { name, role, ...(expiresAt ? { expiresAt } : {}) });
