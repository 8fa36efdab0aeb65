/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in to the organisation, person by person. */
import { queryOptions } from '@tanstack/react-query';
import { getPage, remove } from '@/api/client';
import type { RecordData } from '@/api/types';

export type OpenSession = RecordData & {
  userId: string;
  address: string | null;
  userAgent: string | null;
  lastSeenAt: string;
  user?: { id: string; firstName?: string | null; lastName?: string | null } | null;
};

export const openSessionsQuery = queryOptions({
  queryKey: ['list', 'session', 'all'],
  queryFn: async ({ signal }) =>
    (await getPage<OpenSession>('/api/v1/sessions?limit=200&sort=-lastSeenAt&include=user', signal)).data,
  // Whoever looks wants to know who is here now.
  staleTime: 0,
});

export const endSession = (id: string) => remove(`/api/v1/sessions/${id}`);

export type Person = { id: string; name: string; sessions: OpenSession[] };

/** Who was here last comes first, and so does the last session of each. */
export function peopleOf(sessions: OpenSession[]): Person[] {
  const people = new Map<string, Person>();
  for (const session of sessions) {
    const name = [session.user?.firstName, session.user?.lastName].filter(Boolean).join(' ');
    const person = people.get(session.userId) ?? { id: session.userId, name, sessions: [] };
    person.sessions.push(session);
    people.set(session.userId, person);
  }
  return [...people.values()];
}
