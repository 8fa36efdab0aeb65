/* SPDX-License-Identifier: Apache-2.0 */
/* Sign-in, sign-out and what belongs to the session. Answers also carry tokens; they are not kept. */
import { queryOptions } from '@tanstack/react-query';
import { get, post, postAuth, remove } from './client';
import type { MetaOrganization, MetaUser, OrganizationChoice } from './types';

export type Registration = {
  email: string;
  password: string;
  firstName: string;
  lastName: string;
  organization: string;
  timeZone?: string;
};

export const signIn = (email: string, password: string) =>
  postAuth<unknown>('/api/v1/auth/login', { email, password });
export const register = (values: Registration) => postAuth<unknown>('/api/v1/auth/register', values);
export const acceptInvitation = (values: {
  token: string;
  password: string;
  firstName: string;
  lastName: string;
}) => postAuth<unknown>('/api/v1/auth/accept-invitation', values);
export const signOut = () => postAuth<unknown>('/api/v1/auth/logout', {});
export const switchOrganization = (organizationId: string) =>
  post<unknown>('/api/v1/auth/switch', { organizationId });

type Me = { user: MetaUser; organization?: MetaOrganization; organizations?: OrganizationChoice[] };

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => get<Me>('/api/v1/auth/me', signal),
  staleTime: 5 * 60_000,
});

export const changePassword = (currentPassword: string, newPassword: string) =>
  post<{ sessionsRevoked: number }>('/api/v1/auth/change-password', { currentPassword, newPassword });

export type Session = {
  id: string;
  organization: { id: string; name: string };
  address: string | null;
  userAgent: string | null;
  lastSeenAt: string;
  current: boolean;
};

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => get<Session[]>('/api/v1/auth/sessions', signal),
});

export const revokeSession = (id: string) => remove(`/api/v1/auth/sessions/${id}`);
export const signOutEverywhere = () => post<unknown>('/api/v1/auth/logout-all');
