/* SPDX-License-Identifier: Apache-2.0 */
/* What of the log is asked for: in the address, so that it can be sent to somebody. */
import type { Meta } from '@/api/types';

export type Filters = {
  person: string;
  /** An entity; its lines and other parts go along. */
  entity: string;
  action: string;
  from: string;
  to: string;
  /** A record, of `entity`. */
  record: string;
  changeset: string;
};

const names = ['person', 'entity', 'action', 'from', 'to', 'record', 'changeset'] as const;

export const readFilters = (params: URLSearchParams): Filters =>
  Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Filters;

export function toParams(filters: Filters): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of names) if (filters[name]) params.set(name, filters[name]);
  return params;
}

export const isFiltered = (filters: Filters): boolean => names.some((name) => filters[name] !== '');

/** Spans that people ask for; days that move with the calendar, as the server knows them. */
export const periods = {
  today: { from: 'today', to: '' },
  week: { from: 'today-6', to: '' },
  month: { from: 'today-29', to: '' },
  quarter: { from: 'today-89', to: '' },
} as const;
export type Period = keyof typeof periods;

export const periodOf = ({ from, to }: Filters): Period | 'any' | 'custom' =>
  (Object.keys(periods) as Period[]).find((key) => periods[key].from === from && periods[key].to === to) ??
  (from || to ? 'custom' : 'any');

/** What one looks for among actions; others are shown all the same. */
export const actions = [
  'create',
  'update',
  'delete',
  'restore',
  'login',
  'won',
  'lost',
  'sent',
  'accepted',
  'issued',
  'voided',
  'completed',
  'converted',
  'merged',
  'purge',
  'erase',
] as const;

type Where = { field: string; op?: string; value: string } | { or: Where[] } | { and: Where[] };

const partsOf = (meta: Meta, entity: string): string[] =>
  meta.entities.filter((e) => e.nestedIn === entity).map((e) => e.name);

/** As `/audit-logs` is asked. `without` are changesets of which enough has been read. */
export function auditSearch(meta: Meta, filters: Filters, without: string[]): URLSearchParams {
  const params = new URLSearchParams({ include: 'actor' });
  const where: Where[] = without.map((value) => ({ field: 'changesetId', op: 'ne', value }));
  if (filters.person) params.set('actorId', filters.person);
  if (filters.action) params.set('action', filters.action);
  if (filters.from) params.set('at[gte]', filters.from);
  if (filters.to) params.set('at[lte]', filters.to);
  if (filters.changeset) params.set('changesetId', filters.changeset);
  if (filters.record) {
    const value = filters.record;
    where.push({
      or: [
        { field: 'recordId', value },
        { field: 'parentId', value },
      ],
    });
  } else if (filters.entity)
    params.set('entity[in]', [filters.entity, ...partsOf(meta, filters.entity)].join(','));
  if (where.length) params.set('where', JSON.stringify({ and: where }));
  return params;
}
