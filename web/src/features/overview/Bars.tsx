/* SPDX-License-Identifier: Apache-2.0 */
/* Bars one below the other with their names and figures in text: legible at any width. Of several series each part is
   a link of its own, of one the whole row. */

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { formatNumber } from '@/lib/format';
import { Button } from '@/ui/button';
import { type Chart, type Row, sum, tones } from './chart';

const TOP = 10;
const line =
  'grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 rounded-md px-2 py-1.5 sm:grid-cols-[minmax(0,8.5rem)_minmax(0,1fr)_9rem]';
const track =
  'flex h-2 w-full overflow-hidden rounded-[3px] bg-hover max-sm:order-3 max-sm:col-span-2 sm:h-2.5';

/** At least a hair of what is there at all. */
const widthOf = (value: number, most: number) => ({
  width: value > 0 ? `${Math.max((value / most) * 100, 1)}%` : 0,
});

function Figures({ chart, row }: { chart: Chart; row: Row }) {
  const locale = useLocale();
  return (
    <span
      className="flex items-baseline justify-end gap-2 tabular-nums"
      title={chart.brief && chart.format(sum(row.values))}
    >
      <span className="font-medium">{(chart.brief ?? chart.format)(sum(row.values))}</span>
      {row.count !== undefined && (
        <span data-count className="w-10 text-right text-faint text-xs">
          {formatNumber(row.count, locale)}
        </span>
      )}
    </span>
  );
}

function One({ chart, row, most }: { chart: Chart; row: Row; most: number }) {
  const inside = (
    <>
      <span className="truncate" title={row.label}>
        {row.label}
      </span>
      <span aria-hidden className={cn(track, row.to && 'group-hover:bg-active')}>
        <span
          className={cn('h-full rounded-[3px]', tones[row.tone ?? chart.series[0]?.tone ?? 'first'])}
          style={widthOf(row.values[0] ?? 0, most)}
        />
      </span>
      <Figures chart={chart} row={row} />
    </>
  );
  return row.to ? (
    <Link to={row.to} className={cn('group hover:bg-hover', line)}>
      {inside}
    </Link>
  ) : (
    <div className={line}>{inside}</div>
  );
}

function Parts({ chart, row, most }: { chart: Chart; row: Row; most: number }) {
  const told = (i: number) => `${row.label}, ${chart.series[i]?.label}: ${chart.format(row.values[i] ?? 0)}`;
  return (
    <div className={cn('hover:bg-hover', line)}>
      {row.to ? (
        <Link to={row.to} className="truncate rounded-sm hover:text-accent" title={row.label}>
          {row.label}
        </Link>
      ) : (
        <span className="truncate" title={row.label}>
          {row.label}
        </span>
      )}
      <span className={track}>
        {row.values.map((value, i) => {
          const { label, tone } = chart.series[i] ?? { label: '', tone: 'first' as const };
          const to = row.links?.[i] ?? row.to;
          if (!(value > 0)) return null;
          return to ? (
            <Link
              key={label}
              to={to}
              aria-label={told(i)}
              title={told(i)}
              className={cn('block h-full hover:opacity-75', tones[tone])}
              style={widthOf(value, most)}
            />
          ) : (
            <span key={label} className={cn('h-full', tones[tone])} style={widthOf(value, most)} />
          );
        })}
      </span>
      <Figures chart={chart} row={row} />
    </div>
  );
}

export function Bars({ chart }: { chart: Chart }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const { rows, series } = chart;
  const rest = rows.length - TOP;
  const most = Math.max(...rows.map((row) => sum(row.values)), 0) || 1;
  const Line = series.length > 1 ? Parts : One;
  return (
    <>
      <ul className="-mx-2 flex flex-col gap-0.5">
        {(all ? rows : rows.slice(0, TOP)).map((row) => (
          <li key={row.key}>
            <Line chart={chart} row={row} most={most} />
          </li>
        ))}
      </ul>
      {rest > 0 && !all && (
        <Button look="ghost" size="sm" className="mt-1 self-start" onClick={() => setAll(true)}>
          {t('overview.others', { count: rest })}
        </Button>
      )}
    </>
  );
}
