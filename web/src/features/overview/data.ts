/* SPDX-License-Identifier: Apache-2.0 */
/* The report as the charts want it: labels, figures and where each leads. */

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from '@/api/client';
import type { SalesOverview } from '@/api/types';
import { t } from '@/i18n';
import { formatMonth, type Locale } from '@/lib/format';
import type { Datum } from './Charts';
import { closedFilters, fillMonths, monthFilters, type Range } from './range';

export function overviewQuery(range: Range, ownerId: string) {
  const params = new URLSearchParams();
  if (range.from) params.set('from', range.from);
  if (range.to) params.set('to', range.to);
  if (ownerId) params.set('ownerId', ownerId);
  const search = params.toString();
  return queryOptions({
    queryKey: ['overview', search],
    queryFn: ({ signal }) =>
      get<SalesOverview>(`/api/v1/reports/sales-overview${search ? `?${search}` : ''}`, signal),
    placeholderData: keepPreviousData,
  });
}

export function dealsTo(filters: Record<string, string>): string {
  const search = new URLSearchParams(filters).toString();
  return search ? `/deals?${search}` : '/deals';
}

const stageTone = { open: 'bg-chart-2', won: 'bg-chart-1', lost: 'bg-chart-quiet' } as const;

export function stageData(report: SalesOverview, owner: Record<string, string>): Datum[] {
  return [...report.byStage]
    .sort((a, b) => a.position - b.position)
    .map((row) => ({
      key: row.stageId,
      label: row.stage,
      amount: row.amount,
      count: row.count,
      to: dealsTo({ stageId: row.stageId, ...owner }),
      tone: stageTone[row.category],
    }));
}

export function monthData(report: SalesOverview, owner: Record<string, string>, at: Locale): Datum[] {
  const rows = fillMonths(report.wonByMonth, (month) => ({ month, count: 0, amount: 0 }));
  const thisYear = String(new Date().getFullYear());
  const years = rows.some((row) => row.month.slice(0, 4) !== thisYear);
  return rows.map((row) => ({
    key: row.month,
    label: formatMonth(row.month, at, years),
    amount: row.amount,
    count: row.count,
    to: dealsTo({ status: 'won', ...monthFilters(row.month), ...owner }),
  }));
}

export function ownerData(report: SalesOverview, range: Range): Datum[] {
  return [...report.byOwner]
    .sort((a, b) => b.wonAmount - a.wonAmount)
    .map((row) => ({
      key: row.ownerId ?? 'none',
      label: row.owner ?? t('overview.noOwner'),
      amount: row.wonAmount,
      count: row.won,
      to: dealsTo({
        status: 'won',
        ...(row.ownerId ? { ownerId: row.ownerId } : { 'ownerId[null]': 'true' }),
        ...closedFilters(range),
      }),
    }));
}

/** A team's deals are those of its members; the report names them only by their sum, so the list is by manager's people. */
export function teamData(
  report: SalesOverview,
  memberIds: (teamId: string) => string[],
  range: Range,
): Datum[] {
  return [...report.byTeam]
    .sort((a, b) => b.wonAmount - a.wonAmount)
    .map((row) => {
      const members = row.teamId ? memberIds(row.teamId) : [];
      return {
        key: row.teamId ?? 'none',
        label: row.manager ?? row.team ?? t('overview.noTeam'),
        amount: row.wonAmount,
        count: row.won,
        to: dealsTo({
          status: 'won',
          ...(members.length ? { 'ownerId[in]': members.join(',') } : {}),
          ...closedFilters(range),
        }),
      };
    });
}
