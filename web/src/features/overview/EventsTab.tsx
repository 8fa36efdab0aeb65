/* SPDX-License-Identifier: Apache-2.0 */
/* What events bring and cost: budgets, what was agreed with vendors, what was invoiced and what remains. */

import { useQuery } from '@tanstack/react-query';
import { CalendarDays, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useEntity } from '@/api/meta';
import { creating } from '@/app/stores';
import { formatDate } from '@/lib/format';
import { toWallClock } from '@/lib/zone';
import { EmptyState } from '@/ui/bits';
import { Button } from '@/ui/button';
import { ChartCard, Tiles } from './Card';
import { listTo } from './chart';
import { type EventMargin, inOwn, type Margin, reportQuery } from './data';
import { Panel } from './Panel';
import { Report, type TabProps, Two, useFormats, useMonths } from './parts';
import { daysOfMonth, daysWithin, fillMonths, period } from './range';

const SHOWN = 12;

type Data = { report: EventMargin; total: Margin; of: Record<string, string> };

function Totals({ total, of }: Data) {
  const { t } = useTranslation();
  const { number, whole, money } = useFormats(total.currency);
  const to = listTo('events', of);
  const { events, budget, agreed, invoiced, margin, marginPercent, paidOut } = total;
  return (
    <Tiles
      figures={[
        { label: t('overview.events'), value: number(events), hint: t('overview.eventsHint'), to },
        {
          label: t('overview.budget'),
          value: whole(budget),
          title: money(budget),
          hint: t('overview.budgetHint'),
          to,
        },
        {
          label: t('overview.agreed'),
          value: whole(agreed),
          title: money(agreed),
          hint: t('overview.paidOut', { amount: whole(paidOut) }),
          to,
        },
        {
          label: t('overview.invoiced'),
          value: whole(invoiced),
          title: money(invoiced),
          hint: t('overview.invoicedHint'),
          to,
        },
        {
          label: t('overview.margin'),
          value: whole(margin),
          title: money(margin),
          hint:
            marginPercent === null
              ? t('overview.notInvoiced')
              : t('overview.percent', { value: number(marginPercent) }),
          bad: margin < 0 && invoiced > 0,
          to,
        },
      ]}
    />
  );
}

function useMoneySeries(total: Margin) {
  const { t } = useTranslation();
  const { money, short } = useFormats(total.currency);
  return {
    counted: t('overview.events'),
    series: [
      { label: t('overview.budget'), tone: 'quiet' as const },
      { label: t('overview.agreed'), tone: 'third' as const },
      { label: t('overview.invoiced'), tone: 'first' as const },
    ],
    format: money,
    short,
  };
}

function ByMonth({ report, total, of }: Data) {
  const { t } = useTranslation();
  const look = useMoneySeries(total);
  const nothing = { ...total, events: 0, budget: 0, agreed: 0, invoiced: 0 };
  const own = report.byMonth.filter(({ currency }) => currency === total.currency);
  const rows = fillMonths(own, (month) => ({ ...nothing, month }));
  const name = useMonths(rows.map(({ month }) => month));
  return (
    <ChartCard
      title={t('overview.eventsByMonth')}
      look="columns"
      none={t('overview.noneEvents')}
      className="lg:col-span-2"
      chart={{
        ...look,
        first: t('overview.month'),
        rows: rows.map(({ month, events, budget, agreed, invoiced }) => ({
          key: month,
          label: name(month),
          count: events,
          values: [budget, agreed, invoiced],
          to: listTo('events', { ...of, ...daysOfMonth('startAt', month) }),
        })),
      }}
    />
  );
}

function ByType({ report, total, of }: Data) {
  const { t } = useTranslation();
  const { money, whole } = useFormats(total.currency);
  const type = useEntity('event')?.fields.find(({ name }) => name === 'eventType');
  const rows = report.byType.filter(({ currency }) => currency === total.currency);
  const label = (key: string | null) =>
    key === null ? t('overview.noType') : (type?.options?.find((option) => option.key === key)?.label ?? key);
  return (['budget', 'agreed'] as const).map((figure) => (
    <ChartCard
      key={figure}
      title={t(`overview.${figure}ByType`)}
      look="bars"
      none={t('overview.noneEvents')}
      chart={{
        first: t('overview.type'),
        counted: t('overview.events'),
        series: [{ label: t(`overview.${figure}`), tone: figure === 'budget' ? 'second' : 'third' }],
        format: money,
        brief: whole,
        rows: rows.map((row) => ({
          key: row.eventType ?? '',
          label: label(row.eventType),
          count: row.events,
          values: [row[figure]],
          to: listTo('events', {
            ...of,
            ...(row.eventType ? { eventType: row.eventType } : { 'eventType[null]': 'true' }),
          }),
        })),
      }}
    />
  ));
}

function Events({ report }: Data) {
  const { t } = useTranslation();
  const heads = [t('overview.budget'), t('overview.agreed'), t('overview.invoiced'), t('overview.margin')];
  return (
    <Panel title={t('overview.latestEvents')}>
      <table className="w-full">
        <thead>
          <tr className="text-left text-muted text-xs">
            <th scope="col" className="h-7 font-medium">
              {t('overview.event')}
            </th>
            {heads.map((head) => (
              <th key={head} scope="col" className="h-7 pl-4 text-right font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {report.byEvent.slice(0, SHOWN).map((event) => (
            <EventRow key={event.eventId} event={event} />
          ))}
        </tbody>
      </table>
      {report.byEvent.length > SHOWN && (
        <p className="pt-3 text-faint text-xs">
          <Link to="/events" className="rounded-sm hover:text-accent">
            {t('overview.others', { count: report.byEvent.length - SHOWN })}
          </Link>
        </p>
      )}
    </Panel>
  );
}

function EventRow({ event }: { event: EventMargin['byEvent'][number] }) {
  const { locale, whole } = useFormats(event.currency);
  const day = event.startAt && formatDate(toWallClock(event.startAt, locale.timeZone), locale);
  return (
    <tr className="border-line border-t">
      <td className="min-w-40 py-2 pr-2">
        <Link
          to={`/events/${event.eventId}`}
          className="block truncate rounded-sm font-medium hover:text-accent"
        >
          {event.event}
        </Link>
        <span className="block text-faint text-xs">{day}</span>
      </td>
      {[event.budget, event.agreed, event.invoiced].map((value, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns have an order and no more
        <td key={i} className="whitespace-nowrap py-2 pl-4 text-right tabular-nums">
          {value === null ? '–' : whole(value)}
        </td>
      ))}
      <td
        className={`whitespace-nowrap py-2 pl-4 text-right font-medium tabular-nums ${(event.margin ?? 0) < 0 && event.invoiced ? 'text-danger' : ''}`}
      >
        {event.margin === null ? '–' : whole(event.margin)}
      </td>
    </tr>
  );
}

export function EventsTab({ range, ownerId }: TabProps) {
  const { t } = useTranslation();
  const own = useFormats().locale.currency;
  const margins = useQuery(reportQuery('event-margin', { ...period(range), ownerId }));
  const of = { isTemplate: 'false', ...daysWithin('startAt', range), ...(ownerId ? { ownerId } : {}) };
  return (
    <Report of={margins}>
      {(report) => {
        const total = inOwn(report.byCurrency, own);
        if (!total) return <NoEvents />;
        const others = report.byCurrency.filter((row) => row !== total);
        return (
          <>
            <Totals report={report} total={total} of={{ ...of, currency: total.currency }} />
            {others.length > 0 && (
              <p className="text-muted text-xs">
                {t('overview.otherCurrencies', { list: others.map(({ currency }) => currency).join(', ') })}
              </p>
            )}
            <Two>
              <ByMonth report={report} total={total} of={{ ...of, currency: total.currency }} />
              <ByType report={report} total={total} of={{ ...of, currency: total.currency }} />
            </Two>
            <Events report={report} total={total} of={of} />
          </>
        );
      }}
    </Report>
  );
}

function NoEvents() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<CalendarDays size={20} aria-hidden />}
      title={t('overview.noneEvents')}
      text={t('overview.noneEventsText')}
    >
      <Button look="primary" onClick={() => creating.set({ entity: 'event', defaults: {} })}>
        <Plus size={14} aria-hidden />
        {t('palette.new', { entity: 'event' })}
      </Button>
    </EmptyState>
  );
}
