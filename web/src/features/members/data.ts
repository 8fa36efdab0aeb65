/* SPDX-License-Identifier: Apache-2.0 */
/* People of the organisation. Nobody is deleted: who leaves is deactivated, and the work goes to somebody else. */
import { queryOptions } from '@tanstack/react-query';
import { getPage, patch } from '@/api/client';
import type { RecordData } from '@/api/types';

export type Member = RecordData & {
  firstName: string | null;
  lastName: string | null;
  email: string;
  role: string;
  active: boolean;
  jobTitle: string | null;
  lastLoginAt: string | null;
  team?: { id: string; name: string } | null;
  partner?: { id: string; name: string } | null;
};

export const membersQuery = queryOptions({
  queryKey: ['list', 'user', 'members'],
  queryFn: async ({ signal }) =>
    (await getPage<Member>('/api/v1/users?limit=200&sort=lastName,firstName&include=team,partner', signal))
      .data,
  // Who was invited may have joined since one looked last.
  staleTime: 0,
});

export const nameOf = (member: Member): string =>
  [member.firstName, member.lastName].filter(Boolean).join(' ') || member.email;

export const setRole = (id: string, role: string) => patch(`/api/v1/users/${id}`, { role });

/** Without `reassignTo` the records stay with who leaves, or go to whom the organisation's settings name. */
export const deactivate = (id: string, reassignTo: string) =>
  patch(`/api/v1/users/${id}`, { active: false, ...(reassignTo ? { reassignTo } : {}) });

export const reactivate = (id: string) => patch(`/api/v1/users/${id}`, { active: true });

/** Those who work here first, then partners' people, then who has left; each by name. */
export function sections(members: Member[]): { key: 'own' | 'partner' | 'left'; members: Member[] }[] {
  const of = { own: [] as Member[], partner: [] as Member[], left: [] as Member[] };
  for (const member of members) of[!member.active ? 'left' : member.partner ? 'partner' : 'own'].push(member);
  return (['own', 'partner', 'left'] as const)
    .map((key) => ({ key, members: of[key] }))
    .filter((section) => section.members.length > 0);
}
