/* SPDX-License-Identifier: Apache-2.0 */
/* A titled panel that shows its data as a picture or, on request, as a table; and a figure that leads to its list. */

import { ChartNoAxesColumn, Table2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { formatNumber } from '@/lib/format';
import { Skeleton } from '@/ui/bits';
import { Button } from '@/ui/button';
import { Tooltip } from '@/ui/overlay';
import { Bars } from './Bars';
import { Columns } from './Columns';
import { type Chart, isEmptyChart, type Row, tones } from './chart';

const looks = { columns: Columns, bars: Bars } as const;

function Cell({ to, children }: { to: string | null | undefined; children: ReactNode }) {
  return to ? (
    <Link to={to} className="rounded-sm hover:text-accent">
      {children}
    </Link>
  ) : (
    children
  );
}

function TableRow({ chart, row }: { chart: Chart; row: Row }) {
  const locale = useLocale();
  return (
    <tr className="border-line border-t">
      <td className="h-8 pr-2">
        <Cell to={row.to}>{row.label}</Cell>
      </td>
      {chart.counted && (
        <td className="h-8 pl-2 text-right tabular-nums">
          {row.count === undefined ? '' : formatNumber(row.count, locale)}
        </td>
      )}
      {chart.series.map(({ label }, i) => (
        <td key={label} className="h-8 pl-2 text-right tabular-nums">
          <Cell to={row.links?.[i]}>{chart.format(row.values[i] ?? 0)}</Cell>
        </td>
      ))}
    </tr>
  );
}

function DataTable({ chart, id }: { chart: Chart; id: string }) {
  const heads = [...(chart.counted ? [chart.counted] : []), ...chart.series.map(({ label }) => label)];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys
    <section aria-labelledby={id} tabIndex={0} className="max-h-80 overflow-auto">
      <table className="w-full" aria-labelledby={id}>
        <thead>
          <tr className="text-left text-muted text-xs">
            <th scope="col" className="h-7 font-medium">
              {chart.first}
            </th>
            {heads.map((head) => (
              <th key={head} scope="col" className="h-7 pl-2 text-right font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {chart.rows.map((row) => (
            <TableRow key={row.key} chart={chart} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Legend({ chart }: { chart: Chart }) {
  if (chart.series.length < 2) return null;
  return (
    <ul className="mb-3 flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs">
      {chart.series.map(({ label, tone }) => (
        <li key={label} className="flex items-center gap-1.5">
          <span aria-hidden className={cn('size-2 rounded-[2px]', tones[tone])} />
          {label}
        </li>
      ))}
    </ul>
  );
}

export function ChartCard(props: {
  title: string;
  hint?: string;
  chart: Chart;
  look: keyof typeof looks;
  /** What stands there when there is nothing to draw. */
  none: string;
  className?: string;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const { title, hint, chart, look, none, className } = props;
  const Look = looks[look];
  const empty = isEmptyChart(chart);
  const text = asTable ? t('overview.asChart') : t('overview.asTable');
  return (
    <section
      aria-labelledby={id}
      className={cn('flex min-w-0 flex-col rounded-xl bg-surface p-4 shadow-panel', className)}
    >
      <div className="mb-3 flex min-h-7 items-center justify-between gap-2">
        <div className="min-w-0">
          <h2 id={id} className="truncate font-semibold text-sm">
            {title}
          </h2>
          {hint && <p className="truncate text-faint text-xs">{hint}</p>}
        </div>
        {!empty && (
          <Tooltip text={text}>
            <Button
              look="ghost"
              size="iconSm"
              aria-label={`${text}: ${title}`}
              aria-pressed={asTable}
              onClick={() => setAsTable(!asTable)}
            >
              {asTable ? <ChartNoAxesColumn size={14} aria-hidden /> : <Table2 size={14} aria-hidden />}
            </Button>
          </Tooltip>
        )}
      </div>
      {empty ? (
        <p className="py-6 text-center text-muted">{none}</p>
      ) : asTable ? (
        <DataTable chart={chart} id={id} />
      ) : (
        <>
          <Legend chart={chart} />
          <Look chart={chart} label={title} />
        </>
      )}
    </section>
  );
}

export type Figure = {
  label: string;
  value: string;
  title?: string;
  hint?: string;
  to: string;
  bad?: boolean;
};

function Tile({ label, value, title, hint, to, bad }: Figure) {
  return (
    <Link
      to={to}
      title={title}
      className="flex min-w-0 flex-col rounded-xl bg-surface p-4 shadow-panel transition-colors hover:bg-subtle"
    >
      <span className="text-muted text-xs">{label}</span>
      <span
        className={cn(
          'mt-1 truncate font-semibold text-xl tabular-nums tracking-tight sm:text-2xl',
          bad && 'text-danger',
        )}
      >
        {value}
      </span>
      <span className="mt-0.5 truncate text-faint text-xs tabular-nums">{hint}</span>
    </Link>
  );
}

const across = 'grid grid-cols-2 gap-3 *:last:odd:max-lg:col-span-2';

export function Tiles({ figures }: { figures: Figure[] }) {
  return (
    <div className={cn(across, figures.length > 4 ? 'lg:grid-cols-5' : 'lg:grid-cols-4')}>
      {figures.map((figure) => (
        <Tile key={figure.label} {...figure} />
      ))}
    </div>
  );
}

/** In the place of figures and charts that are on their way. */
export function Waiting() {
  return (
    <>
      <div className={cn(across, 'lg:grid-cols-4')}>
        {[0, 1, 2, 3].map((tile) => (
          <Skeleton key={tile} className="h-24 rounded-xl" />
        ))}
      </div>
      <Skeleton className="h-72 rounded-xl" />
    </>
  );
}
