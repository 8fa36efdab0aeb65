/* SPDX-License-Identifier: Apache-2.0 */
/* The reports of the server as the dashboards read them. */

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { SalesOverview } from '@/api/types';

type Of<T> = T & { filter: string | null };
export type Total = { currency: string };
type Weighed = Total & { amount: number; weightedAmount: number };
type Ended = Total & { wonAmount: number; lostAmount: number };

export type Pipeline = {
  currency: string;
  /** Null is of what has no day. */
  byMonth: Of<{ month: string | null; count: number; totals: Weighed[] }>[];
};

export type WonLost = {
  currency: string;
  byReason: Of<{ status: 'won' | 'lost'; reason: string | null; count: number; totals: Ended[] }>[];
};

export type Velocity = {
  pipeline: string | null;
  byStage: Of<{
    stageId: string;
    stage: string;
    standing: number;
    conversion: number | null;
    averageDays: number | null;
    standingDays: number | null;
  }>[];
};

export type Partners = {
  currency: string;
  partners: {
    partnerId: string;
    partner: string;
    leads: number;
    convertedLeads: number;
    wonDeals: number;
    wonAmount: number;
  }[];
};

type Load = {
  open: number;
  overdue: number;
  dueThisWeek: number;
  done: number;
  filter: string | null;
  overdueFilter: string | null;
  dueThisWeekFilter: string | null;
  doneFilter: string | null;
};
export type TaskLoad = Load & {
  from: string;
  to: string;
  byAssignee: (Load & { assigneeId: string | null; assignee: string | null })[];
};

export type ProjectLoad = {
  byProject: {
    projectId: string;
    project: string;
    status: string;
    owner: string | null;
    dueDate: string | null;
    late: boolean;
    progress: number | null;
    open: number;
    overdue: number;
    estimateMinutes: number;
  }[];
};

export type Margin = Total & {
  events: number;
  budget: number;
  planned: number;
  agreed: number;
  invoiced: number;
  margin: number;
  marginPercent: number | null;
  paidOut: number;
};
export type EventMargin = {
  byCurrency: Margin[];
  byType: (Margin & { eventType: string | null })[];
  byMonth: (Margin & { month: string })[];
  byEvent: (Omit<Margin, 'events' | 'budget' | 'invoiced' | 'margin'> & {
    eventId: string;
    event: string;
    startAt: string | null;
    budget: number | null;
    invoiced: number | null;
    margin: number | null;
  })[];
};

export type Ageing = Total & {
  invoices: number;
  total: number;
  notDue: number;
  days1To30: number;
  days31To60: number;
  days61To90: number;
  over90: number;
  filter: string | null;
};
export type InvoiceAgeing = {
  byCurrency: Ageing[];
  byCompany: (Ageing & { companyId: string | null; company: string | null })[];
};

export type Revenue = {
  currency: string;
  net: number;
  invoices: number;
  byMonth: { month: string; invoices: number; net: number }[];
  byCompany: { companyId: string | null; company: string | null; invoices: number; net: number }[];
  byProduct: { productId: string | null; product: string | null; invoices: number; net: number }[];
};

type Reports = {
  'sales-overview': SalesOverview;
  pipeline: Pipeline;
  'won-lost': WonLost;
  'stage-velocity': Velocity;
  partners: Partners;
  'task-load': TaskLoad;
  'project-load': ProjectLoad;
  'event-margin': EventMargin;
  'invoice-ageing': InvoiceAgeing;
  revenue: Revenue;
};

/** What is '' is not asked for. */
export function reportQuery<Name extends keyof Reports>(name: Name, params: Record<string, string> = {}) {
  const search = new URLSearchParams(Object.entries(params).filter(([, value]) => value)).toString();
  return queryOptions({
    queryKey: ['overview', name, search],
    queryFn: ({ signal }) =>
      get<Reports[Name]>(`/api/v1/reports/${name}${search ? `?${search}` : ''}`, signal),
    placeholderData: keepPreviousData,
  });
}

/** Of sums in several currencies the one in that of the organisation, which the server converts into. */
export const inOwn = <T extends Total>(totals: T[], currency: string): T | undefined =>
  totals.find((total) => total.currency === currency) ?? totals[0];
