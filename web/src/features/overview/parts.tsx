/* SPDX-License-Identifier: Apache-2.0 */
/* What the dashboards share: the period and person they are about, waiting, and figures by the organisation's locale. */

import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorNotice } from '@/app/ErrorBoundary';
import { useLocale } from '@/app/locale';
import { formatMoney, formatMoneyShort, formatMoneyWhole, formatMonth, formatNumber } from '@/lib/format';
import { Waiting } from './Card';
import type { Range } from './range';

export type TabProps = { range: Range; ownerId: string };

/** Shows a report once it is there. */
export function Report<T>({ of, children }: { of: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (of.data) return children(of.data);
  if (of.error) return <ErrorNotice error={of.error} onRetry={() => void of.refetch()} />;
  return <Waiting />;
}

/** One beside others of a page: what is refused is left out, since the others still tell something. */
export function Beside<T>({ of, children }: { of: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  return of.data ? children(of.data) : null;
}

export function useFormats(currency?: string) {
  const locale = useLocale();
  return {
    locale,
    number: (value: number) => formatNumber(value, locale, 1),
    money: (value: number) => formatMoney(value, locale, currency),
    whole: (value: number) => formatMoneyWhole(value, locale, currency),
    short: (value: number) => formatMoneyShort(value, locale, currency),
  };
}

/** Names for months: with their year as soon as another than this year is among them. */
export function useMonths(months: string[]): (month: string) => string {
  const locale = useLocale();
  const thisYear = String(new Date().getFullYear());
  const years = months.some((month) => month && month.slice(0, 4) !== thisYear);
  return (month) => formatMonth(month, locale, years);
}

export const Two = ({ children }: { children: ReactNode }) => (
  <div className="grid gap-3 lg:grid-cols-2">{children}</div>
);
