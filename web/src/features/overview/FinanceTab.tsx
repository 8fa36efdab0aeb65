/* SPDX-License-Identifier: Apache-2.0 */
/* Money: what was invoiced, what is owed and how late it is, by whom, and what it was for. */

import { useQuery } from '@tanstack/react-query';
import { Plus, Receipt } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '@/app/locale';
import { creating } from '@/app/stores';
import { shiftDay, todayIn } from '@/lib/zone';
import { EmptyState } from '@/ui/bits';
import { Button } from '@/ui/button';
import { ChartCard, Tiles } from './Card';
import { type Chart, filterTo, listTo, type Tone } from './chart';
import { type Ageing, type InvoiceAgeing, inOwn, type Revenue, reportQuery } from './data';
import { Report, type TabProps, Two, useFormats, useMonths } from './parts';
import { daysOfMonth, daysWithin, fillMonths, period } from './range';

/** By how late: the figure of the report, and from how many days ago to how many it was due. */
type Due = { from?: number; to?: number };
type Age = Due & { key: 'notDue' | 'days1To30' | 'days31To60' | 'days61To90' | 'over90'; tone: Tone };
const ages: Age[] = [
  { key: 'notDue', tone: 'first' },
  { key: 'days1To30', from: 1, to: 30, tone: 'third' },
  { key: 'days31To60', from: 31, to: 60, tone: 'bad' },
  { key: 'days61To90', from: 61, to: 90, tone: 'bad' },
  { key: 'over90', from: 91, tone: 'bad' },
];

const lateOf = (row: Ageing): number => row.total - row.notDue;

/** The invoices of a row that are as late as one of the ages says; not due is what is due today or later. */
function useAgeLink(): (row: Ageing, due: Due) => string | null {
  const today = todayIn(useLocale().timeZone);
  return (row, { from, to }) => {
    const due =
      from === undefined
        ? { 'dueDate[gte]': today }
        : {
            'dueDate[lte]': shiftDay(today, -from),
            ...(to === undefined ? {} : { 'dueDate[gte]': shiftDay(today, -to) }),
          };
    return row.filter === null ? null : filterTo('invoices', `${row.filter}&${new URLSearchParams(due)}`);
  };
}

function Totals(props: { revenue: Revenue; owed: Ageing | undefined; of: Record<string, string> }) {
  const { t } = useTranslation();
  const { revenue, owed, of } = props;
  const { number } = useFormats();
  const net = useFormats(revenue.currency);
  const open = useFormats(owed?.currency ?? revenue.currency);
  const link = useAgeLink();
  const late = owed ? lateOf(owed) : 0;
  const owedTo = (owed && filterTo('invoices', owed.filter)) ?? '/invoices';
  return (
    <Tiles
      figures={[
        {
          label: t('overview.revenue'),
          value: net.whole(revenue.net),
          title: net.money(revenue.net),
          hint: t('overview.revenueHint'),
          to: listTo('invoices', of),
        },
        {
          label: t('overview.invoices'),
          value: number(revenue.invoices),
          hint: t('overview.invoicesHint'),
          to: listTo('invoices', of),
        },
        {
          label: t('overview.owed'),
          value: open.whole(owed?.total ?? 0),
          title: open.money(owed?.total ?? 0),
          hint: t('overview.owedHint', { invoices: number(owed?.invoices ?? 0) }),
          to: owedTo,
        },
        {
          label: t('overview.late'),
          value: open.whole(late),
          title: open.money(late),
          hint: t('overview.lateHint'),
          to: (owed && link(owed, { from: 1 })) ?? '/invoices',
          bad: late > 0,
        },
      ]}
    />
  );
}

function ByMonth({ revenue, of }: { revenue: Revenue; of: Record<string, string> }) {
  const { t } = useTranslation();
  const { money, short } = useFormats(revenue.currency);
  const rows = fillMonths(revenue.byMonth, (month) => ({ month, invoices: 0, net: 0 }));
  const name = useMonths(rows.map(({ month }) => month));
  return (
    <ChartCard
      title={t('overview.revenueByMonth')}
      hint={t('overview.revenueHint')}
      look="columns"
      none={t('overview.noneRevenue')}
      className="lg:col-span-2"
      chart={{
        first: t('overview.month'),
        counted: t('overview.invoices'),
        series: [{ label: t('overview.revenue'), tone: 'first' }],
        format: money,
        short,
        rows: rows.map(({ month, invoices, net }) => ({
          key: month,
          label: name(month),
          count: invoices,
          values: [net],
          to: listTo('invoices', { ...of, ...daysOfMonth('issueDate', month) }),
        })),
      }}
    />
  );
}

function ByAge({ owed }: { owed: Ageing | undefined }) {
  const { t } = useTranslation();
  const { money, short } = useFormats(owed?.currency);
  const link = useAgeLink();
  return (
    <ChartCard
      title={t('overview.ageing')}
      hint={t('overview.ageingHint')}
      look="columns"
      none={t('overview.noneOwed')}
      chart={{
        first: t('overview.age'),
        series: [{ label: t('overview.owed'), tone: 'first' }],
        format: money,
        short,
        rows: owed
          ? ages.map((age) => ({
              key: age.key,
              label: t(`overview.ages.${age.key}`),
              values: [owed[age.key]],
              tone: age.tone,
              to: link(owed, age),
            }))
          : [],
      }}
    />
  );
}

function Debtors({ ageing, owed }: { ageing: InvoiceAgeing; owed: Ageing | undefined }) {
  const { t } = useTranslation();
  const { money, whole } = useFormats(owed?.currency);
  const link = useAgeLink();
  return (
    <ChartCard
      title={t('overview.debtors')}
      look="bars"
      none={t('overview.noneOwed')}
      chart={{
        first: t('overview.company'),
        series: [
          { label: t('overview.ages.notDue'), tone: 'first' },
          { label: t('overview.late'), tone: 'bad' },
        ],
        format: money,
        brief: whole,
        rows: ageing.byCompany
          .filter(({ currency }) => currency === owed?.currency)
          .map((row) => ({
            key: row.companyId ?? '',
            label: row.company ?? t('overview.noCompany'),
            values: [row.notDue, lateOf(row)],
            to: filterTo('invoices', row.filter),
            links: [link(row, {}), link(row, { from: 1 })],
          })),
      }}
    />
  );
}

function useRevenueBars(revenue: Revenue, first: string) {
  const { t } = useTranslation();
  const { money, whole } = useFormats(revenue.currency);
  return (rows: Chart['rows']): Chart => ({
    first,
    counted: t('overview.invoices'),
    series: [{ label: t('overview.revenue'), tone: 'first' }],
    format: money,
    brief: whole,
    rows,
  });
}

function ByCompany({ revenue, of }: { revenue: Revenue; of: Record<string, string> }) {
  const { t } = useTranslation();
  const chart = useRevenueBars(revenue, t('overview.company'));
  return (
    <ChartCard
      title={t('overview.revenueByCompany')}
      look="bars"
      none={t('overview.noneRevenue')}
      chart={chart(
        revenue.byCompany.map(({ companyId, company, invoices, net }) => ({
          key: companyId ?? '',
          label: company ?? t('overview.noCompany'),
          count: invoices,
          values: [net],
          to: listTo('invoices', { ...of, ...(companyId ? { companyId } : { 'companyId[null]': 'true' }) }),
        })),
      )}
    />
  );
}

function ByProduct({ revenue }: { revenue: Revenue }) {
  const { t } = useTranslation();
  const chart = useRevenueBars(revenue, t('overview.product'));
  return (
    <ChartCard
      title={t('overview.revenueByProduct')}
      look="bars"
      none={t('overview.noneRevenue')}
      chart={chart(
        revenue.byProduct.map(({ productId, product, invoices, net }) => ({
          key: productId ?? '',
          label: product ?? t('overview.noProduct'),
          count: invoices,
          values: [net],
          to: productId ? `/products/${productId}` : null,
        })),
      )}
    />
  );
}

function NoInvoices() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<Receipt size={20} aria-hidden />}
      title={t('overview.noneInvoices')}
      text={t('overview.noneInvoicesText')}
    >
      <Button look="primary" onClick={() => creating.set({ entity: 'invoice', defaults: {} })}>
        <Plus size={14} aria-hidden />
        {t('palette.new', { entity: 'invoice' })}
      </Button>
    </EmptyState>
  );
}

export function FinanceTab({ range, ownerId }: TabProps) {
  const { t } = useTranslation();
  const own = useLocale().currency;
  const revenue = useQuery(reportQuery('revenue', { ...period(range), ownerId }));
  const ageing = useQuery(reportQuery('invoice-ageing', { ownerId }));
  const of = {
    'issuedAt[null]': 'false',
    'voidedAt[null]': 'true',
    ...daysWithin('issueDate', range),
    ...(ownerId ? { ownerId } : {}),
  };
  return (
    <Report of={revenue}>
      {(sold) => (
        <Report of={ageing}>
          {(open) => {
            const owed = inOwn(open.byCurrency, own);
            const others = open.byCurrency.filter((row) => row !== owed);
            if (sold.invoices === 0 && !owed) return <NoInvoices />;
            return (
              <>
                <Totals revenue={sold} owed={owed} of={of} />
                {others.length > 0 && (
                  <p className="text-muted text-xs">
                    {t('overview.otherCurrencies', {
                      list: others.map(({ currency }) => currency).join(', '),
                    })}
                  </p>
                )}
                <Two>
                  <ByMonth revenue={sold} of={of} />
                  <ByAge owed={owed} />
                  <Debtors ageing={open} owed={owed} />
                  <ByCompany revenue={sold} of={of} />
                  <ByProduct revenue={sold} />
                </Two>
              </>
            );
          }}
        </Report>
      )}
    </Report>
  );
}
