/* SPDX-License-Identifier: Apache-2.0 */
/* The pictures of the overview. Each is also offered as a table by its card. */

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Bar, BarChart, CartesianGrid, Cell, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { formatMoney, formatMoneyShort, formatMoneyWhole, formatNumber } from '@/lib/format';

export type Datum = { key: string; label: string; amount: number; count: number; to: string; tone?: string };

type TipProps = { active?: boolean; payload?: readonly { payload?: Datum }[]; currency: string };

function Tip({ active, payload, currency }: TipProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const datum = payload?.[0]?.payload;
  if (!active || !datum) return null;
  return (
    <div className="rounded-lg bg-raised px-3 py-2 shadow-pop">
      <div className="font-medium">{datum.label}</div>
      <div className="flex justify-between gap-6 text-muted">
        <span>{t('overview.amount')}</span>
        <span className="text-text tabular-nums">{formatMoney(datum.amount, locale, currency)}</span>
      </div>
      <div className="flex justify-between gap-6 text-muted">
        <span>{t('overview.count')}</span>
        <span className="text-text tabular-nums">{formatNumber(datum.count, locale)}</span>
      </div>
    </div>
  );
}

export function MonthChart(props: {
  data: Datum[];
  currency: string;
  onOpen: (to: string) => void;
  label: string;
}) {
  const locale = useLocale();
  const { data, currency, onOpen, label } = props;
  return (
    <div role="img" aria-label={label} className="h-56 w-full text-xs">
      <ResponsiveContainer width="100%" height="100%">
        <BarChart
          data={data}
          margin={{ top: 8, right: 4, bottom: 0, left: 0 }}
          barCategoryGap="24%"
          accessibilityLayer={false}
        >
          <CartesianGrid vertical={false} stroke="var(--c-line)" />
          <XAxis
            dataKey="label"
            tickLine={false}
            axisLine={false}
            minTickGap={16}
            tickMargin={8}
            tick={{ fill: 'var(--c-muted)', fontSize: 11 }}
          />
          <YAxis
            width={52}
            tickLine={false}
            axisLine={false}
            tickCount={5}
            tick={{ fill: 'var(--c-muted)', fontSize: 11 }}
            tickFormatter={(value: number) => formatMoneyShort(value, locale, currency)}
          />
          <Tooltip
            cursor={{ fill: 'var(--c-hover)' }}
            isAnimationActive={false}
            content={({ active, payload }) => (
              <Tip active={active} payload={payload as TipProps['payload'] & object} currency={currency} />
            )}
          />
          <Bar
            dataKey="amount"
            radius={[3, 3, 0, 0]}
            maxBarSize={44}
            isAnimationActive={false}
            className="cursor-pointer"
            onClick={(entry: { payload?: Datum }) => entry.payload && onOpen(entry.payload.to)}
          >
            {data.map((datum) => (
              <Cell key={datum.key} fill="var(--c-chart-1)" />
            ))}
          </Bar>
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}

/** Horizontal bars with their names and figures in text: legible at any width, and each a link. */
export function BarList({ data, currency, byCount }: { data: Datum[]; currency: string; byCount?: boolean }) {
  const locale = useLocale();
  const sizeOf = (datum: Datum) => (byCount ? datum.count : datum.amount);
  const most = Math.max(...data.map(sizeOf), 1);
  return (
    <ul className="flex flex-col gap-0.5">
      {data.map((datum) => (
        <li key={datum.key}>
          <Link
            to={datum.to}
            className="group -mx-2 grid grid-cols-[minmax(0,1fr)_9.5rem] items-center gap-x-3 gap-y-1 rounded-md px-2 py-1.5 hover:bg-hover sm:grid-cols-[minmax(0,8.5rem)_minmax(0,1fr)_9rem]"
          >
            <span className="truncate" title={datum.label}>
              {datum.label}
            </span>
            <span
              className="h-2 w-full overflow-hidden rounded-[3px] bg-hover group-hover:bg-active max-sm:order-3 max-sm:col-span-2 sm:h-2.5"
              aria-hidden
            >
              <span
                className={cn('block h-full rounded-[3px]', datum.tone ?? 'bg-chart-1')}
                style={{ width: `${Math.max((sizeOf(datum) / most) * 100, sizeOf(datum) > 0 ? 1 : 0)}%` }}
              />
            </span>
            <span className="flex items-baseline justify-end gap-2 tabular-nums">
              <span className="font-medium">{formatMoneyWhole(datum.amount, locale, currency)}</span>
              <span className="w-12 text-right text-faint text-xs">{formatNumber(datum.count, locale)}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
