/* SPDX-License-Identifier: Apache-2.0 */
/* What a partner's people read: their firm, its figures, its leads and where these stand. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, getPage, getWithEtag } from '@/api/client';
import { useMeta } from '@/api/meta';
import type { RecordData } from '@/api/types';

export type Lead = RecordData & {
  firstName: string | null;
  lastName: string;
  company: string | null;
  email: string | null;
  stageId: string;
  status: string;
  unqualifiedReason: string | null;
  convertedAt: string | null;
  dealStatus: 'open' | 'won' | 'lost' | null;
  wonAmount: number | null;
  wonCurrency: string | null;
  createdAt: string;
  createdBy: string | null;
};

export type Stage = RecordData & {
  name: string;
  key: string;
  category: 'open' | 'won' | 'lost';
  color: string | null;
  position: number;
  pipelineId: string;
};

export type Move = RecordData & {
  oldStatus: string | null;
  newStatus: string;
  oldStageId: string | null;
  newStageId: string | null;
  changedBy: string | null;
  changedAt: string;
  comment: string | null;
};

export type Stats = {
  totalLeads: number;
  leadsByStatus: Record<string, number>;
  leadsThisMonth: number;
  convertedLeads: number;
  conversionRate: number | null;
  wonDeals: number;
  wonAmount: number;
  currency: string;
};

export type Person = RecordData & {
  firstName: string | null;
  lastName: string | null;
  email: string;
  role: string;
  active: boolean;
  lastLoginAt: string | null;
};

/** What somebody else moves is seen within this time, without a word from anybody. */
const FOLLOW_MS = 5_000;
const LOOK_MS = 15_000;

/** Of the caller, who is one of a partner's people wherever this is asked. */
export const usePartnerId = (): string => useMeta().user.partnerId ?? '';
export const pathOf = (partnerId: string): string => `/api/v1/partners/${partnerId}`;

export const partnerQuery = (id: string) =>
  queryOptions({
    queryKey: ['portal', 'partner', id],
    queryFn: ({ signal }) => get<RecordData>(pathOf(id), signal),
    staleTime: 60_000,
  });

export const statsQuery = (id: string) =>
  queryOptions({
    queryKey: ['portal', 'stats', id],
    queryFn: ({ signal }) => get<Stats>(`${pathOf(id)}/stats`, signal),
    refetchInterval: LOOK_MS,
  });

/** Stages of the pipelines that leads go through, in their order. */
export const stagesQuery = queryOptions({
  queryKey: ['portal', 'stages'],
  queryFn: async ({ signal }) => {
    const pipelines = await getPage<RecordData>('/api/v1/pipelines?entity=lead&limit=50&fields=id', signal);
    const ids = pipelines.data.map((pipeline) => pipeline.id).join(',');
    const search = `pipelineId[in]=${ids}&sort=pipelineId,position&limit=200`;
    return (await getPage<Stage>(`/api/v1/stages?${search}`, signal)).data;
  },
  staleTime: 5 * 60_000,
});

const PAGE = 25;

/** `search` is that of the address, which the list takes as it stands. */
export const leadsQuery = (id: string, search: string) =>
  infiniteQueryOptions({
    queryKey: ['portal', 'leads', id, search],
    initialPageParam: '',
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams(search);
      query.set('limit', String(PAGE));
      query.set('sort', '-createdAt');
      if (pageParam) query.set('cursor', pageParam);
      return getPage<Lead>(`${pathOf(id)}/leads?${query}`, signal);
    },
    getNextPageParam: (last) => last.pagination.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
  });

export const leadQuery = (id: string, leadId: string) =>
  queryOptions({
    queryKey: ['portal', 'lead', leadId],
    queryFn: ({ signal }) => getWithEtag<Lead>(`${pathOf(id)}/leads/${leadId}`, signal),
    refetchInterval: FOLLOW_MS,
  });

/** Asked for anew whenever the lead has another version. */
export const historyQuery = (leadId: string, version: number) =>
  queryOptions({
    queryKey: ['portal', 'history', leadId, version],
    queryFn: async ({ signal }) =>
      (await getPage<Move>(`/api/v1/leads/${leadId}/history?sort=-changedAt&limit=200`, signal)).data,
    placeholderData: keepPreviousData,
  });

/** Those of the firm whom the caller may see: all to its administrator, oneself to the others. */
export const peopleQuery = (id: string) =>
  queryOptions({
    queryKey: ['portal', 'people', id],
    queryFn: async ({ signal }) =>
      (await getPage<Person>(`${pathOf(id)}/users?sort=lastName,firstName&limit=200`, signal)).data,
  });

export const personName = (person: Person): string =>
  [person.firstName, person.lastName].filter(Boolean).join(' ') || person.email;

export const leadName = (lead: Lead): string => [lead.firstName, lead.lastName].filter(Boolean).join(' ');

/** Those of the lead's pipeline that it goes through: its open ones, and how it ended or may end. */
export function pathOfLead(stages: Stage[], lead: Pick<Lead, 'stageId'>): Stage[] {
  const here = stages.find((stage) => stage.id === lead.stageId);
  const own = stages.filter((stage) => stage.pipelineId === here?.pipelineId);
  const open = own.filter((stage) => stage.category === 'open');
  const won = own.filter((stage) => stage.category === 'won');
  return here?.category === 'lost' ? [...open, here] : [...open, ...won];
}

/** When the lead last came into each stage. */
export function reachedAt(history: Move[]): Map<string, string> {
  const at = new Map<string, string>();
  for (const { newStageId, changedAt } of history)
    if (newStageId && (at.get(newStageId) ?? '') < changedAt) at.set(newStageId, changedAt);
  return at;
}

export type StatusCount = { key: string; label: string; color: string | null; count: number };

/** Each status once, in the order of the stages; one whose stage is gone stands last, by its key. */
export function statusCounts(stages: Stage[], byStatus: Record<string, number>): StatusCount[] {
  const seen = new Map<string, StatusCount>();
  for (const { key, name, color } of stages)
    if (!seen.has(key)) seen.set(key, { key, label: name, color, count: byStatus[key] ?? 0 });
  for (const [key, count] of Object.entries(byStatus))
    if (!seen.has(key)) seen.set(key, { key, label: key, color: null, count });
  return [...seen.values()];
}

/** The keys of what is still open, as a filter of the list takes them. */
export const openKeys = (stages: Stage[]): string =>
  [...new Set(stages.filter((stage) => stage.category === 'open').map((stage) => stage.key))].join(',');

export const sumOf = (counts: StatusCount[], keys: string): number =>
  counts.filter(({ key }) => keys.split(',').includes(key)).reduce((sum, { count }) => sum + count, 0);
