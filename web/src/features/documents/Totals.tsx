/* SPDX-License-Identifier: Apache-2.0 */
/* What a document comes to: net, each rate of tax with what it is on, and the sum to pay. */

import { useTranslation } from 'react-i18next';
import { useLocale } from '@/app/locale';
import { formatMoneyExact, formatPercent } from '@/lib/format';

export type Sums = {
  subtotal: number;
  discountTotal: number;
  total: number;
  taxes: { rate: number; kind: string | null; net: number; tax: number }[];
};

function Line(props: { label: string; value: string; strong?: boolean; quiet?: boolean }) {
  return (
    <div
      className={
        props.strong
          ? 'flex justify-between gap-8 border-line border-t pt-2 font-semibold text-base'
          : 'flex justify-between gap-8'
      }
    >
      <dt className={props.strong ? '' : 'text-muted'}>{props.label}</dt>
      <dd className={props.quiet ? 'text-muted tabular-nums' : 'tabular-nums'}>{props.value}</dd>
    </div>
  );
}

export function TotalsBox({
  sums,
  currency,
  note,
}: {
  sums: Sums;
  currency: string;
  note?: string | undefined;
}) {
  const { t } = useTranslation();
  const locale = useLocale();
  const money = (value: number) => formatMoneyExact(value, locale, currency);
  return (
    <div className="ml-auto w-full max-w-80">
      <dl className="flex flex-col gap-1.5" aria-live="polite" aria-label={t('lines.sums')}>
        {sums.discountTotal !== 0 && (
          <Line label={t('lines.discountTotal')} value={money(-sums.discountTotal)} quiet />
        )}
        <Line label={t('lines.subtotal')} value={money(sums.subtotal)} />
        {sums.taxes.map((tax) => (
          <Line
            key={`${tax.rate} ${tax.kind}`}
            label={t('lines.tax', {
              rate: formatPercent(tax.rate, locale),
              net: money(tax.net),
              context: tax.kind === 'reverse_charge' ? 'reverse' : undefined,
            })}
            value={money(tax.tax)}
          />
        ))}
        <Line label={t('lines.total')} value={money(sums.total)} strong />
      </dl>
      {note && <p className="pt-1.5 text-right text-faint text-xs">{note}</p>}
    </div>
  );
}
