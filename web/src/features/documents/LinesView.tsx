/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a document that is binding, as the customer sees them, with what they come to. */

import { FileText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Json, NestedMeta, RecordData } from '@/api/types';
import { useLocale } from '@/app/locale';
import { cn } from '@/lib/cn';
import { asNumber, formatMoneyExact, formatNumber, formatPercent } from '@/lib/format';
import { rowsOf } from '@/records/nested';
import { EmptyState, Tag } from '@/ui/bits';
import { type Sums, TotalsBox } from './Totals';

type Loose = { [field: string]: Json | undefined };
const number = (value: Json | undefined): number => asNumber(value) ?? 0;

/** As the server reckoned it. */
function storedSums(record: RecordData): Sums {
  const taxes = Array.isArray(record['taxBreakdown']) ? (record['taxBreakdown'] as Loose[]) : [];
  return {
    subtotal: number(record['subtotal']),
    discountTotal: number(record['discountTotal']),
    total: number(record['total']),
    taxes: taxes.map((tax) => ({
      rate: number(tax['rate']),
      kind: (tax['kind'] as string | null) ?? null,
      net: number(tax['net']),
      tax: number(tax['tax']),
    })),
  };
}

function Row({ row, currency }: { row: Loose; currency: string }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const kind = String(row['kind']);
  const money = (name: string) => formatMoneyExact(number(row[name]), locale, currency);
  if (kind === 'heading' || kind === 'text') {
    return (
      <tr className="border-line border-b">
        <td colSpan={5} className={cn('px-4 py-2', kind === 'heading' ? 'pt-4 font-semibold' : 'text-muted')}>
          {String(row['name'] ?? '')}
        </td>
      </tr>
    );
  }
  const left = row['optional'] === true && row['chosen'] !== true;
  const discount = number(row['discountPercent']);
  const delivered = number(row['deliveredQuantity']);
  const numeric = cn('px-3 py-2 text-right align-top tabular-nums', left && 'text-faint');
  return (
    <tr className="border-line border-b">
      <td className="px-4 py-2 align-top">
        <span className={cn('font-medium', left && 'text-muted')}>{String(row['name'] ?? '')}</span>
        {row['optional'] === true && (
          <span className="ml-2">
            <Tag tone={left ? 'gray' : 'green'}>{t(left ? 'lines.notChosen' : 'lines.chosen')}</Tag>
          </span>
        )}
        {row['description'] && (
          <span className="block whitespace-pre-line text-muted text-xs">{String(row['description'])}</span>
        )}
        {delivered > 0 && (
          <span className="block text-muted text-xs">
            {t('lines.delivered', { quantity: formatNumber(delivered, locale) })}
          </span>
        )}
      </td>
      <td className={numeric}>
        {formatNumber(number(row['quantity']), locale)} {String(row['unit'] ?? '')}
      </td>
      <td className={numeric}>
        {money('unitPrice')}
        {discount > 0 && <span className="block text-muted text-xs">−{formatPercent(discount, locale)}</span>}
      </td>
      <td className={cn(numeric, 'max-sm:hidden')}>{formatPercent(number(row['taxRate']), locale)}</td>
      <td className={cn(numeric, 'pr-4')}>{money('amount')}</td>
    </tr>
  );
}

export function LinesView({ nested, record }: { nested: NestedMeta; record: RecordData }) {
  const { t } = useTranslation();
  const currency = String(record['currency']);
  const rows = rowsOf(nested, record);
  if (rows.length === 0)
    return (
      <EmptyState
        icon={<FileText size={20} aria-hidden />}
        title={t('record.noRelated', { entities: nested.label.toLowerCase() })}
      />
    );
  const right = 'px-3 text-right font-medium';
  return (
    <>
      <div className="overflow-x-auto">
        <table className="w-full border-collapse text-left">
          <thead>
            <tr className="h-8 border-line border-b text-muted text-xs">
              <th scope="col" className="px-4 font-medium">
                {t('lines.name')}
              </th>
              <th scope="col" className={right}>
                {t('lines.quantity')}
              </th>
              <th scope="col" className={right}>
                {t('lines.unitPrice')}
              </th>
              <th scope="col" className={cn(right, 'max-sm:hidden')}>
                {t('lines.taxRateId')}
              </th>
              <th scope="col" className={cn(right, 'pr-4')}>
                {t('lines.amount')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={String(row['id'])} row={row} currency={currency} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="p-4">
        <TotalsBox
          sums={storedSums(record)}
          currency={currency}
          note={record['pricesIncludeTax'] === true ? t('lines.inclusive') : undefined}
        />
      </div>
    </>
  );
}
