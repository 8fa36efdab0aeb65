/* SPDX-License-Identifier: Apache-2.0 */
/* A titled panel that shows its data as a picture or, on request, as a table. */

import { ChartNoAxesColumn, Table2 } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useLocale } from '@/app/locale';
import { formatMoney, formatNumber } from '@/lib/format';
import { Button } from '@/ui/button';
import { Tooltip } from '@/ui/overlay';
import type { Datum } from './Charts';

function DataTable({
  data,
  first,
  currency,
  id,
}: {
  data: Datum[];
  first: string;
  currency: string;
  id: string;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <div className="max-h-80 overflow-y-auto">
      <table className="w-full" aria-labelledby={id}>
        <thead>
          <tr className="text-left text-muted text-xs">
            <th scope="col" className="h-7 font-medium">
              {first}
            </th>
            <th scope="col" className="h-7 text-right font-medium">
              {t('overview.count')}
            </th>
            <th scope="col" className="h-7 text-right font-medium">
              {t('overview.amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {data.map((datum) => (
            <tr key={datum.key} className="border-line border-t">
              <td className="h-8">
                <Link to={datum.to} className="rounded-sm hover:text-accent">
                  {datum.label}
                </Link>
              </td>
              <td className="h-8 text-right tabular-nums">{formatNumber(datum.count, locale)}</td>
              <td className="h-8 text-right tabular-nums">{formatMoney(datum.amount, locale, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ChartCard(props: {
  title: string;
  first: string;
  data: Datum[];
  currency: string;
  className?: string;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const text = asTable ? t('overview.asChart') : t('overview.asTable');
  return (
    <section
      aria-labelledby={id}
      className={`flex min-w-0 flex-col rounded-xl bg-surface p-4 shadow-panel ${props.className ?? ''}`}
    >
      <div className="mb-3 flex items-center justify-between gap-2">
        <h2 id={id} className="font-semibold text-sm">
          {props.title}
        </h2>
        <Tooltip text={text}>
          <Button
            look="ghost"
            size="iconSm"
            aria-label={text}
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? <ChartNoAxesColumn size={14} aria-hidden /> : <Table2 size={14} aria-hidden />}
          </Button>
        </Tooltip>
      </div>
      {asTable ? (
        <DataTable data={props.data} first={props.first} currency={props.currency} id={id} />
      ) : (
        props.children
      )}
    </section>
  );
}

export function Tile(props: { label: string; value: string; title?: string; hint?: string; to: string }) {
  return (
    <Link
      to={props.to}
      title={props.title}
      className="flex min-w-0 flex-col rounded-xl bg-surface p-4 shadow-panel transition-colors last:max-lg:col-span-2 hover:bg-subtle"
    >
      <span className="text-muted text-xs">{props.label}</span>
      <span className="mt-1 truncate font-semibold text-xl tabular-nums tracking-tight sm:text-2xl">
        {props.value}
      </span>
      <span className="mt-0.5 truncate text-faint text-xs tabular-nums">{props.hint}</span>
    </Link>
  );
}
