/* SPDX-License-Identifier: Apache-2.0 */
/* Columns side by side along an axis. Each is a link: it tells its figures when pointed at or focused, the arrow keys
   go from one to the next, and Enter opens the list behind it. */

import { type KeyboardEvent, useId, useState } from 'react';
import { Link } from 'react-router';
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { formatNumber } from '@/lib/format';
import { type Chart, type Row, ticksTo, tones } from './chart';

/** About as many labels fit below the axis; on a phone half of them, unless they are short. */
const LABELS = 12;
const PHONE_LETTERS = 40;

function useTold(chart: Chart): (row: Row) => string[][] {
  const locale = useLocale();
  return (row) => [
    ...chart.series.map(({ label }, i) => [label, chart.format(row.values[i] ?? 0)]),
    ...(chart.counted && row.count !== undefined ? [[chart.counted, formatNumber(row.count, locale)]] : []),
  ];
}

/** What is said of a row beside it; at the edges it stays within the chart. */
function Told({ chart, row, at }: { chart: Chart; row: Row; at: number }) {
  const told = useTold(chart)(row);
  return (
    <span
      aria-hidden
      className={cn(
        'pointer-events-none absolute top-1 z-10 hidden min-w-36 rounded-lg bg-raised px-3 py-2 text-left shadow-pop',
        'group-hover:block group-focus-visible:block',
        at < 0.34 ? 'left-full' : at > 0.66 ? 'right-full' : 'left-1/2 -translate-x-1/2',
      )}
    >
      <span className="block whitespace-nowrap font-medium">{row.label}</span>
      {told.map(([name, value]) => (
        <span key={name} className="flex justify-between gap-6 whitespace-nowrap text-muted">
          {name}
          <span className="text-text tabular-nums">{value}</span>
        </span>
      ))}
    </span>
  );
}

function Column({ chart, row, most }: { chart: Chart; row: Row; most: number }) {
  return (
    <span className="flex h-full w-full items-end justify-center gap-px px-[12%]">
      {row.values.map((value, i) => (
        <span
          key={chart.series[i]?.label}
          className={cn(
            'max-w-11 flex-1 rounded-t-[3px]',
            tones[(chart.series.length === 1 && row.tone) || (chart.series[i]?.tone ?? 'first')],
          )}
          style={{ height: value > 0 ? `max(2px, ${(value / most) * 100}%)` : 0 }}
        />
      ))}
    </span>
  );
}

function Axis({ ticks, format }: { ticks: number[]; format: (value: number) => string }) {
  const most = ticks.at(-1) ?? 1;
  return ticks.map((tick) => (
    <span
      key={tick}
      aria-hidden
      className="absolute right-0 left-0 border-line border-t"
      style={{ bottom: `${(tick / most) * 100}%` }}
    >
      <span className="absolute right-full mr-2 -translate-y-1/2 whitespace-nowrap text-faint text-2xs tabular-nums">
        {format(tick)}
      </span>
    </span>
  ));
}

const stepOf: Record<string, (at: number, last: number) => number> = {
  ArrowRight: (at, last) => Math.min(at + 1, last),
  ArrowLeft: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

export function Columns({ chart, label }: { chart: Chart; label: string }) {
  const [at, setAt] = useState(0);
  const id = useId();
  const told = useTold(chart);
  const { rows } = chart;
  const ticks = ticksTo(Math.max(0, ...rows.flatMap((row) => row.values)));
  const most = ticks.at(-1) ?? 1;
  const every = Math.ceil(rows.length / LABELS);
  const crowded = rows.reduce((length, row) => length + row.label.length, 0) > PHONE_LETTERS;
  const move = (event: KeyboardEvent<HTMLOListElement>) => {
    const next = stepOf[event.key]?.(at, rows.length - 1);
    if (next === undefined) return;
    event.preventDefault();
    setAt(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <div className="pt-2 pb-6 pl-13">
      <div className="relative h-48">
        <Axis ticks={ticks} format={chart.short ?? chart.format} />
        <ol aria-label={label} className="absolute inset-0 flex" onKeyDown={move}>
          {rows.map((row, i) => (
            <li key={row.key} className="relative min-w-0 flex-1">
              <Link
                id={`${id}-${i}`}
                to={row.to ?? '.'}
                tabIndex={i === Math.min(at, rows.length - 1) ? 0 : -1}
                onFocus={() => setAt(i)}
                aria-label={`${row.label}: ${told(row)
                  .map((pair) => pair.join(' '))
                  .join(', ')}`}
                className="group absolute inset-0 block rounded-t-md hover:bg-hover/60"
              >
                <Column chart={chart} row={row} most={most} />
                <Told chart={chart} row={row} at={(i + 0.5) / rows.length} />
              </Link>
              <span
                aria-hidden
                className={cn(
                  'absolute top-full left-1/2 mt-1.5 -translate-x-1/2 whitespace-nowrap text-2xs text-muted',
                  i % every !== 0 && 'hidden',
                  crowded && i % (every * 2) !== 0 && 'max-sm:hidden',
                )}
              >
                {row.label}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
